import type { AnalysisState } from '../../../src-shared/analysis.ts'
import type { ReportContent } from '../../../src-shared/reports.ts'
import type { RulerState } from '../../../src-shared/system.ts'
import type { FindingRow } from '../findings/finding-store.ts'
import { plural } from '../findings/summary.ts'
import { sections } from './merge.ts'
import { lineText } from './text.ts'

export type SigningFacts = Readonly<{ content: ReportContent, findings: readonly FindingRow[], analysisState: AnalysisState | null, ruler: RulerState
  /** Sentences of a model with numbers that nothing measured, not decided on yet; `isHidden`: not to be seen before a first impression. */
  flagged: number, isHidden: boolean
}>

/** Why a report can't be signed now, one sentence each; empty when it can. */
export function missingForSigning({ content, findings, analysisState, ruler, flagged, isHidden }: SigningFacts): string[] {
  const undecided = findings.filter((row) => row.kind === 'stone' && row.status === 'proposed').length
  const isEmpty = (section: 'findings' | 'impression') => content[section].every((line) => lineText(line).trim() === '')
  const hindrances: readonly (readonly [boolean, string])[] = [
    [analysisState === 'queued' || analysisState === 'running', 'The analysis is still running.'],
    [!ruler.isTrue, 'Measuring is locked: the ruler of this workstation is off.'],
    [undecided > 0, `${plural(undecided, 'stone finding')} ${undecided === 1 ? 'is' : 'are'} not decided yet: accept or reject ${undecided === 1 ? 'it' : 'each'}.`],
    [flagged > 0 && !isHidden, `${plural(flagged, 'sentence')} of the reader ${flagged === 1 ? 'names a number that no measurement stands behind: accept it without the number, amend or reject it' : 'name numbers that no measurement stands behind: accept each without the number, amend or reject it'}.`],
    [flagged > 0 && isHidden, 'The text of the reader waits to be looked at: write your impression, then open it under Reader.'],
    [isEmpty('findings'), 'The findings are empty.'],
    [isEmpty('impression'), 'The impression is empty.'],
    [speaksOfRejected(content, findings), 'The text still speaks of a finding that was rejected. Remove that line or reopen the finding.']
  ]
  return hindrances.flatMap(([hinders, sentence]) => (hinders ? [sentence] : []))
}

function speaksOfRejected(content: ReportContent, findings: readonly FindingRow[]): boolean {
  const rejected = new Set(findings.filter((row) => row.status === 'rejected').map((row) => row.id))
  return sections.some((section) => content[section].some((line) =>
    (line.findingId !== null && rejected.has(line.findingId)) || line.spans.some((span) => span.type === 'number' && span.findingId !== null && rejected.has(span.findingId))))
}
