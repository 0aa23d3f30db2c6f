import { describe, expect, it } from 'vitest'
import type { ReportContent, ReportLine } from '../../../../src-shared/reports.ts'
import { mergeContents } from './merge.ts'

const line = (id: string, text: string): ReportLine => ({ id, origin: 'measured', findingId: null, spans: [{ type: 'text', text }] })
const content = (...lines: ReportLine[]): ReportContent => ({ technique: [], findings: lines, impression: [] })
const texts = ({ findings }: ReportContent) => findings.map(({ spans }) => spans.map(({ text }) => text).join(''))

describe('bringing two edits of a report together', () => {
  const base = content(line('a', 'A'), line('b', 'B'))
  it('takes each side’s own line', () => {
    const { content: merged, conflicts } = mergeContents(base, content(line('a', 'A mine'), line('b', 'B')), content(line('a', 'A'), line('b', 'B theirs')))
    expect([texts(merged), conflicts]).toEqual([['A mine', 'B theirs'], []])
  })
  it('keeps lines that either side added, and drops what either took out', () => {
    const { content: merged, conflicts } = mergeContents(base, content(line('a', 'A'), line('b', 'B'), line('m', 'mine')), content(line('a', 'A'), line('t', 'theirs')))
    expect([texts(merged), conflicts]).toEqual([['A', 'theirs', 'mine'], []])
  })
  it('names both texts of a line that both changed, and keeps mine until the clinician chooses', () => {
    const { content: merged, conflicts } = mergeContents(base, content(line('a', 'mine'), line('b', 'B')), content(line('a', 'theirs'), line('b', 'B')))
    expect([texts(merged), conflicts]).toEqual([['mine', 'B'], [{ mine: 'mine', theirs: 'theirs' }]])
  })
  it('does not drop a line in silence that one side changed and the other took out', () => {
    expect(mergeContents(base, content(line('a', 'mine'), line('b', 'B')), content(line('b', 'B'))).conflicts).toEqual([{ mine: 'mine', theirs: null }])
  })
})
