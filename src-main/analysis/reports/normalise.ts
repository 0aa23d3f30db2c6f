import type { ReportContent, ReportLine, ReportSpan } from '../../../src-shared/reports.ts'
import type { FindingRow } from '../findings/finding-store.ts'
import { sections } from './merge.ts'
import { isQuotable, measuredText, numberSpan, quotable, type NumberSpan } from './numbers.ts'

const isNumber = /^-?\d{1,9}(?:[.,]\d{1,4})?$/

/**
 * A content as a window sent it, made true: what was measured is looked up again and never believed, a chip without a measurement behind
 * it becomes the clinician's text, and each line says whose words it holds.
 */
export function normaliseContent(content: ReportContent, machine: ReportContent, findings: readonly FindingRow[]): ReportContent {
  const rows = new Map(findings.map((row) => [row.id, row]))
  const plain = new Map(sections.flatMap((section) => machine[section]).flatMap((line) => line.spans).flatMap((span) => (
    span.type === 'number' && span.findingId === null ? [[span.field, span] as const] : [])))
  const machineLines = new Map(sections.flatMap((section) => machine[section]).map((line) => [line.id, line]))
  const seen = new Set<string>()

  const spanOf = (span: ReportSpan): ReportSpan => {
    if (span.type === 'text') return span
    const typed = span.text.trim()
    const bound = isNumber.test(typed) ? bindingOf(span, rows, plain) : null
    return bound === null ? { type: 'text', text: span.text } : numberSpan(typed, bound)
  }
  const lineOf = (line: ReportLine): ReportLine[] => {
    if (seen.has(line.id)) return []
    seen.add(line.id)
    const spans = line.spans.map(spanOf)
    const drafted = machineLines.get(line.id)
    const isTheirs = drafted === undefined || wordsOf(drafted.spans) !== wordsOf(spans)
    const findingId = line.findingId !== null && rows.has(line.findingId) ? line.findingId : null
    return [{ id: line.id, origin: isTheirs ? 'clinician' : drafted.origin, findingId: drafted?.findingId ?? findingId, spans }]
  }
  return { technique: content.technique.flatMap(lineOf), findings: content.findings.flatMap(lineOf), impression: content.impression.flatMap(lineOf) }
}

function bindingOf(span: NumberSpan, rows: ReadonlyMap<string, FindingRow>, plain: ReadonlyMap<string, NumberSpan>): Omit<NumberSpan, 'type' | 'text' | 'isEdited'> | null {
  if (span.findingId === null) {
    const known = plain.get(span.field)
    return known === undefined ? null : { findingId: null, field: known.field, unit: known.unit, measured: known.measured }
  }
  const row = rows.get(span.findingId)
  if (row === undefined || !isQuotable(span.field)) return null
  return { findingId: row.id, field: span.field, unit: quotable[span.field], measured: measuredText(row, span.field) }
}

/** The words alone, with a mark for each chip: changing a number is an edit of the number, changing a word makes the line the clinician's. */
function wordsOf(spans: readonly ReportSpan[]): string {
  return spans.map((span) => (span.type === 'text' ? span.text : `\u0000${span.findingId ?? ''}:${span.field}\u0000`)).join('')
}
