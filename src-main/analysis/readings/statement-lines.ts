import type { ReportLine, ReportSpan } from '../../../src-shared/reports.ts'
import type { ReadingRow, StatementRow } from './reading-store.ts'

export type DecidedStatement = Readonly<{ statement: StatementRow, run: ReadingRow['run'] }>
/** What stands in a report in place of a number that was cut. */
const removed = '(number removed)'

/** Sentences of a model that a clinician took into the report, marked as the model's in their very words, so that every export says it. */
export function statementLines(decided: readonly DecidedStatement[], section: 'findings' | 'impression'): ReportLine[] {
  return decided.flatMap(({ statement, run }): ReportLine[] => {
    const { id, status, amendedText } = statement
    if (statement.section !== section) return []
    if (status === 'amended' && amendedText !== null) return [{ id: `statement:${id}`, origin: 'clinician', findingId: null, spans: [{ type: 'text', text: amendedText }] }]
    if (status !== 'accepted') return []
    const spans = statement.spans.map((span): ReportSpan => (span.type === 'cut' ? { type: 'text', text: removed } : span))
    return [{ id: `statement:${id}`, origin: 'model', findingId: null, spans: joined([...(run?.isMock === true ? [{ type: 'text' as const, text: '[MOCK] ' }] : []), ...spans, { type: 'text', text: ' [words of the reader]' }]) }]
  })
}

function joined(spans: readonly ReportSpan[]): ReportSpan[] {
  return spans.reduce<ReportSpan[]>((kept, span) => {
    const last = kept.at(-1)
    return span.type === 'text' && last?.type === 'text' ? [...kept.slice(0, -1), { type: 'text', text: last.text + span.text }] : [...kept, span]
  }, [])
}
