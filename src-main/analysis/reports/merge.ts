import type { ReportContent, ReportLine } from '../../../src-shared/reports.ts'
import { canonicalJson } from './canonical.ts'

export const sections = ['technique', 'findings', 'impression'] as const
export type Section = (typeof sections)[number]

/**
 * A new template draft under a clinician's text. `base` is the draft that `current` was written over. Lines that still equal the base
 * follow the new draft; lines that a clinician changed, wrote or deleted stay as the clinician left them.
 */
export function mergeDraft(base: ReportContent, next: ReportContent, current: ReportContent): ReportContent {
  const merge = (section: Section) => mergeSection(base[section], next[section], current[section])
  return { technique: merge('technique'), findings: merge('findings'), impression: merge('impression') }
}

function mergeSection(base: readonly ReportLine[], next: readonly ReportLine[], current: readonly ReportLine[]): ReportLine[] {
  const baseById = byId(base)
  const nextById = byId(next)
  const merged = current.flatMap((line) => {
    const before = baseById.get(line.id)
    if (before === undefined || !isSameLine(before, line)) return [line]
    const after = nextById.get(line.id)
    return after === undefined ? [] : [after]
  })
  const currentIds = new Set(current.map((line) => line.id))
  // What the base had and the text no longer has was deleted by the clinician and does not come back.
  next.forEach((line, index) => {
    if (baseById.has(line.id) || currentIds.has(line.id)) return
    merged.splice(placeAfter(merged, next.slice(0, index)), 0, line)
  })
  return merged
}

/** Behind the nearest line that stands before it in the draft. */
function placeAfter(merged: readonly ReportLine[], before: readonly ReportLine[]): number {
  const earlier = new Set(before.map((line) => line.id))
  return merged.findLastIndex((line) => earlier.has(line.id)) + 1
}

const byId = (lines: readonly ReportLine[]) => new Map(lines.map((line) => [line.id, line]))
export const isSameLine = (a: ReportLine, b: ReportLine): boolean => canonicalJson(a.spans) === canonicalJson(b.spans)
