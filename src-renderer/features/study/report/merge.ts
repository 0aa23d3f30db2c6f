import type { ReportContent, ReportLine } from '../../../../src-shared/reports.ts'
import { sections, textOfSpans, type Section } from './spans.ts'

/** One line in both its texts; null where that side took it out. */
export type LineConflict = Readonly<{ mine: string | null, theirs: string | null }>
export type Merge = Readonly<{ content: ReportContent, conflicts: readonly LineConflict[] }>

/**
 * Two edits of one report brought together line by line. A line that only one side touched takes that side; a line that both changed in
 * different ways is a conflict: both texts are named, and the clinician chooses.
 */
export function mergeContents(base: ReportContent, mine: ReportContent, theirs: ReportContent): Merge {
  const conflicts: LineConflict[] = []
  const merged: Record<Section, ReportLine[]> = { technique: [], findings: [], impression: [] }
  for (const section of sections) {
    const [before, ours, other] = [byId(base[section]), byId(mine[section]), byId(theirs[section])]
    const ids = [...new Set([...theirs[section], ...mine[section]].map((line) => line.id))]
    for (const id of ids) {
      const [was, my, their] = [before.get(id), ours.get(id), other.get(id)]
      const chosen = choose(was, my, their)
      if (chosen === 'conflict') {
        conflicts.push({ mine: my === undefined ? null : textOfSpans(my.spans), theirs: their === undefined ? null : textOfSpans(their.spans) })
        if (my !== undefined) merged[section].push(my)
      } else if (chosen !== undefined) {
        merged[section].push(chosen)
      }
    }
  }
  return { content: merged, conflicts }
}

function choose(was: ReportLine | undefined, mine: ReportLine | undefined, theirs: ReportLine | undefined): ReportLine | undefined | 'conflict' {
  if (isSame(mine, theirs)) return mine
  if (isSame(was, mine)) return theirs
  if (isSame(was, theirs)) return mine
  return 'conflict'
}

function byId(lines: readonly ReportLine[]): ReadonlyMap<string, ReportLine> {
  return new Map(lines.map((line) => [line.id, line]))
}

function isSame(a: ReportLine | undefined, b: ReportLine | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return JSON.stringify(a.spans) === JSON.stringify(b.spans)
}

export function isSameContent(a: ReportContent, b: ReportContent): boolean {
  return sections.every((section) => a[section].length === b[section].length && a[section].every((line, index) => line.id === b[section][index]?.id && isSame(line, b[section][index])))
}
