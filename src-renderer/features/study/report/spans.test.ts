import { describe, expect, it } from 'vitest'
import type { ReportSpan } from '../../../../src-shared/reports.ts'
import { applyTextEdit, changeBetween, restoreChip, textOfSpans, withoutEmptyChips } from './spans.ts'

const words = (text: string): ReportSpan => ({ type: 'text', text })
const chip = (text: string, measured = text): ReportSpan => ({ type: 'number', text, findingId: null, field: 'diameterMm', unit: 'mm', measured, isEdited: text !== measured })
/** "Stone of [7.2] ± [0.4] mm." */
const line = [words('Stone of '), chip('7.2'), words(' ± '), chip('0.4'), words(' mm.')]
/** As a person sees it: chips in brackets, edited ones with a star and what was measured. */
const shown = (spans: readonly ReportSpan[]) => spans.map((span) => (span.type === 'text' ? span.text : `[${span.text}${span.isEdited ? `*${span.measured}` : ''}]`)).join('')
const edit = (after: string, spans: readonly ReportSpan[] = line) => shown(applyTextEdit(spans, after))

describe('editing a report line as plain text', () => {
  it('changes words and leaves the numbers bound', () => {
    expect(edit('Round stone of 7.2 ± 0.4 mm.')).toBe('Round stone of [7.2] ± [0.4] mm.')
    expect(edit('Stone of 7.2 ± 0.4 mm, left.')).toBe('Stone of [7.2] ± [0.4] mm, left.')
  })
  it('marks a number that was typed over, and keeps what was measured', () => {
    expect(edit('Stone of 7.9 ± 0.4 mm.')).toBe('Stone of [7.9*7.2] ± [0.4] mm.')
    expect(edit('Stone of 17.2 ± 0.4 mm.')).toBe('Stone of [17.2*7.2] ± [0.4] mm.')
    expect(edit('Stone of 7.25 ± 0.4 mm.')).toBe('Stone of [7.25*7.2] ± [0.4] mm.')
  })
  it('takes the mark off when the measured value is typed again', () => {
    expect(edit('Stone of 7.2 ± 0.4 mm.', applyTextEdit(line, 'Stone of 7.9 ± 0.4 mm.'))).toBe('Stone of [7.2] ± [0.4] mm.')
  })
  it('lets a number be taken out and typed anew in its place', () => {
    const emptied = applyTextEdit(line, 'Stone of  ± 0.4 mm.')
    expect(shown(emptied)).toBe('Stone of [*7.2] ± [0.4] mm.')
    expect(edit('Stone of 8 ± 0.4 mm.', emptied)).toBe('Stone of [8*7.2] ± [0.4] mm.')
    expect(shown(withoutEmptyChips(emptied))).toBe('Stone of  ± [0.4] mm.')
  })
  it('does not let words into a number beside which they are typed', () => {
    expect(edit('Stone of about 7.2 ± 0.4 mm.')).toBe('Stone of about [7.2] ± [0.4] mm.')
    expect(edit('Stone of 7.2x ± 0.4 mm.')).toBe('Stone of [7.2]x ± [0.4] mm.')
  })
  it('drops the chips inside a stretch that is written anew, and no other', () => {
    expect(shown(withoutEmptyChips(applyTextEdit(line, 'Gravel, 0.4 mm.')))).toBe('Gravel, [0.4] mm.')
    expect(textOfSpans(applyTextEdit(line, 'Gravel.'))).toBe('Gravel.')
  })
  it('always shows exactly what was typed', () => {
    const texts = ['', 'x', 'Stone of 7.2 ± 0.4 mm.', '7.2', 'Stone 0.4 mm.', '9 Stone of 7.2 ± 0.4 mm. 9', 'Stone of 7.2 ± 0.44 mm.', 'of 7.2 ± 0']
    let spans: readonly ReportSpan[] = line
    for (const text of [...texts, ...texts.toReversed()]) {
      spans = applyTextEdit(spans, text)
      expect(textOfSpans(spans)).toBe(text)
    }
  })
  it('writes into an empty line', () => { expect(edit('No stone.', [words('')])).toBe('No stone.') })
  it('puts a measured number back on request', () => { expect(shown(restoreChip(applyTextEdit(line, 'Stone of 7.9 ± 0.4 mm.'), 1))).toBe('Stone of [7.2] ± [0.4] mm.') })
})

it('finds the shortest stretch that changed', () => {
  expect(changeBetween('abc', 'abXc')).toEqual({ from: 2, to: 2, inserted: 'X' })
  expect(changeBetween('aaa', 'aa')).toEqual({ from: 2, to: 3, inserted: '' })
})
