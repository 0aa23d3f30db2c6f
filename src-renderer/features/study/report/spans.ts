import type { ReportContent, ReportLine, ReportSpan } from '../../../../src-shared/reports.ts'

export type NumberSpan = Extract<ReportSpan, { type: 'number' }>
export const sections = ['technique', 'findings', 'impression'] as const
export type Section = (typeof sections)[number]

export function textOfSpans(spans: readonly ReportSpan[]): string {
  return spans.map((span) => span.text).join('')
}

/** What changed between two texts: `before.slice(from, to)` became `inserted`. The shortest such stretch. */
export function changeBetween(before: string, after: string): Readonly<{ from: number, to: number, inserted: string }> {
  const limit = Math.min(before.length, after.length)
  let from = 0
  while (from < limit && before[from] === after[from]) from += 1
  let end = 0
  while (end < limit - from && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1
  return { from, to: before.length - end, inserted: after.slice(from, after.length - end) }
}

const numeric = /^[\d.,]+$/

/**
 * The spans of a line after its text was edited as plain text. Chips outside the change stay bound to their measurement; a chip that the
 * change touches keeps its binding with its new text and is marked as edited. A chip emptied altogether stays as an empty one until the
 * editor is left (`withoutEmptyChips`), so that a number can be taken out and typed anew.
 */
export function applyTextEdit(spans: readonly ReportSpan[], after: string): ReportSpan[] {
  const { from, to, inserted } = changeBetween(textOfSpans(spans), after)
  const home = homeOf(spans, from, to, inserted)
  const result: ReportSpan[] = []
  let start = 0
  let isPlaced = false
  for (const [index, span] of spans.entries()) {
    const end = start + span.text.length
    const head = span.text.slice(0, Math.max(0, from - start))
    const tail = span.text.slice(Math.max(0, Math.min(span.text.length, to - start)))
    if (index === home) {
      result.push(renamed(span, head + inserted + tail))
      isPlaced = true
    } else if (home === null && !isPlaced && from <= end && (from < end || index === spans.length - 1)) {
      result.push(renamed(span, head), { type: 'text', text: inserted }, renamed(span, tail, head !== ''))
      isPlaced = true
    } else {
      result.push(renamed(span, head + tail))
    }
    start = end
  }
  if (!isPlaced) result.push({ type: 'text', text: inserted })
  return joined(result.filter((span) => span.type === 'text' || span.measured !== null || span.text !== ''))
}

/** The span that takes the inserted text: a chip where digits go into or beside it, else a text that touches the place; null for a new one. */
function homeOf(spans: readonly ReportSpan[], from: number, to: number, inserted: string): number | null {
  let start = 0
  let text: number | null = null
  for (const [index, span] of spans.entries()) {
    const end = start + span.text.length
    if (span.type === 'number') {
      const isInside = from > start && from < end
      const isReplaced = start === from && end <= to && end > start && numeric.test(inserted)
      const isBeside = numeric.test(inserted) && (from === end || from === start)
      if (isInside || isReplaced || isBeside) return index
    } else if (from >= start && from <= end && text === null) {
      text = index
    }
    start = end
  }
  return text
}

/** `span` with another text; the tail of a chip that was cut in two is plain text. */
function renamed(span: ReportSpan, text: string, isTail = false): ReportSpan {
  if (span.type === 'text') return { type: 'text', text }
  if (isTail) return { type: 'text', text }
  return span.text === text ? span : { ...span, text, isEdited: text !== span.measured }
}

/** Neighbouring texts become one; empty texts go. */
export function joined(spans: readonly ReportSpan[]): ReportSpan[] {
  const result: ReportSpan[] = []
  for (const span of spans) {
    const last = result.at(-1)
    if (span.type === 'text' && span.text === '') continue
    if (span.type === 'text' && last?.type === 'text') result[result.length - 1] = { type: 'text', text: last.text + span.text }
    else result.push(span)
  }
  return result
}

export function withoutEmptyChips(spans: readonly ReportSpan[]): ReportSpan[] {
  return joined(spans.filter((span) => span.text !== ''))
}

/** The measured text back in the chip at `index`. */
export function restoreChip(spans: readonly ReportSpan[], index: number): ReportSpan[] {
  return spans.map((span, at) => (at === index && span.type === 'number' && span.measured !== null ? { ...span, text: span.measured, isEdited: false } : span))
}

/** `content` with one line replaced, or taken out where `next` is null. */
export function withLine(content: ReportContent, section: Section, lineId: string, next: ReportLine | null): ReportContent {
  return { ...content, [section]: content[section].flatMap((line) => (line.id === lineId ? (next === null ? [] : [next]) : [line])) }
}

export function withNewLine(content: ReportContent, section: Section, lineId: string): ReportContent {
  return { ...content, [section]: [...content[section], { id: lineId, origin: 'clinician', findingId: null, spans: [{ type: 'text', text: '' }] } satisfies ReportLine] }
}
