import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReportContent, ReportLine } from '../../../src-shared/reports.ts'
import { mergeDraft } from './merge.ts'

const line = (id: string, words: string): ReportLine => ({ id, origin: 'measured', findingId: null, spans: [{ type: 'text', text: words }] })
const content = (...findings: ReportLine[]): ReportContent => ({ technique: [], findings, impression: [] })
const words = ({ findings }: ReportContent) => findings.map(({ id, spans }) => `${id}=${spans.map((span) => span.text).join('')}`)

describe('a new template draft', () => {
  it('replaces untouched lines, drops those that are gone, adds those that are new in their place', () => {
    const base = content(line('a', '1'), line('b', '1'), line('d', '1'))
    const next = content(line('a', '2'), line('c', '2'), line('d', '1'))
    expect(words(mergeDraft(base, next, base))).toEqual(['a=2', 'c=2', 'd=1'])
  })

  it('leaves a touched line, a line of the clinician and their order', () => {
    const base = content(line('a', '1'), line('b', '1'))
    const current = content(line('mine', 'x'), line('b', 'changed'), line('a', '1'))
    expect(words(mergeDraft(base, content(line('a', '2'), line('b', '2')), current))).toEqual(['mine=x', 'b=changed', 'a=2'])
  })

  it('does not bring back what the clinician deleted', () => {
    const base = content(line('a', '1'), line('b', '1'))
    expect(words(mergeDraft(base, content(line('a', '2'), line('b', '2')), content(line('b', '1'))))).toEqual(['b=2'])
  })

  it('never loses or changes a word of the clinician, whatever the drafts', () => {
    const machine = fc.uniqueArray(fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), text: fc.constantFrom('1', '2', '3') }), { selector: ({ id }) => id, maxLength: 5 })
    const own = fc.uniqueArray(fc.record({ id: fc.constantFrom('x', 'y', 'z'), text: fc.string({ minLength: 1 }) }), { selector: ({ id }) => id, maxLength: 3 })
    fc.assert(fc.property(machine, machine, own, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (baseLines, nextLines, ownLines, touched) => {
      const base = content(...baseLines.map(({ id, text }) => line(id, text)))
      const changed = base.findings.map((one, index) => (touched[index] === true ? line(one.id, `touched ${one.id}`) : one))
      const current = content(...changed, ...ownLines.map(({ id, text }) => line(id, text)))
      const merged = mergeDraft(base, content(...nextLines.map(({ id, text }) => line(id, text))), current)
      const theirs = (lines: readonly ReportLine[]) => words(content(...lines)).filter((word) => word.includes('touched') || /^[xyz]=/.test(word))
      expect(theirs(merged.findings)).toEqual(theirs(current.findings))
      expect(new Set(merged.findings.map(({ id }) => id)).size).toBe(merged.findings.length)
    }))
  })
})
