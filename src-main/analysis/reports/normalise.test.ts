import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReportContent, ReportSpan } from '../../../src-shared/reports.ts'
import { SeriesUid, SopInstanceUid, StudyUid } from '../../../src-shared/ids.ts'
import type { FindingRow } from '../findings/finding-store.ts'
import { draftContent } from './draft.ts'
import { normaliseContent } from './normalise.ts'

const row: FindingRow = {
  id: '0190a000-0000-7000-8000-0000000000aa', studyUid: StudyUid.parse('1.2'), analysisId: null, origin: 'measured', kind: 'stone', status: 'accepted',
  seriesUid: SeriesUid.parse('1.2.1'), sopInstanceUid: SopInstanceUid.parse('1.2.1.1'), frameNumber: 1, confidence: 0.9, reason: '', note: '', diameterMm: 7.24, diameterErrorMm: 0.4,
  volumeMm3: 121, meanHu: 850, maxHu: 1203, huVoxels: null, laterality: 'left', location: 'kidney', centreMm: [0, 0, 0], diameterEndsMm: null,
  measured: { diameterMm: 7.24, diameterErrorMm: 0.4, volumeMm3: 121, meanHu: 850, maxHu: 1203 }, revision: 0, decidedBy: null, decidedAt: null, supersededAt: null, createdAt: ''
}
const machine = draftContent({ technique: [], analysis: { protocol: 'urinary-stones', measurements: [] }, findings: [row] })

const aText = fc.record({ type: fc.constant('text' as const), text: fc.string() })
const aChip = fc.record({
  type: fc.constant('number' as const), text: fc.oneof(fc.constantFrom('7.2', '8.0', '9', '0'), fc.string()), findingId: fc.constantFrom(row.id, '0190a000-0000-7000-8000-0000000000bb', null),
  field: fc.constantFrom('diameterMm', 'meanHu', 'count.stones', 'constructor', 'made.up'), unit: fc.constantFrom('mm', 'HU', ''), measured: fc.constantFrom('1.0', '99', null), isEdited: fc.boolean()
})
const aLine = fc.record({
  id: fc.constantFrom(`finding:${row.id}`, 'impression:stones', 'mine', 'other'), origin: fc.constantFrom('measured' as const, 'clinician' as const, 'model' as const),
  findingId: fc.constantFrom(row.id, '0190a000-0000-7000-8000-0000000000bb', null), spans: fc.array(fc.oneof(aText, aChip), { maxLength: 6 })
})
const aContent: fc.Arbitrary<ReportContent> = fc.record({ technique: fc.constant([]), findings: fc.uniqueArray(aLine, { selector: ({ id }) => id }), impression: fc.constant([]) })
const typed = (spans: readonly ReportSpan[]) => spans.map((span) => (span.type === 'number' ? span.text.trim() : span.text)).join('|').replaceAll(/\s/g, '')

describe('a content from a window', () => {
  it('loses no word and believes no measurement, whatever it claims', () => {
    fc.assert(fc.property(aContent, (content) => {
      const { findings } = normaliseContent(content, machine, [row])
      expect(findings.map(({ spans }) => typed(spans))).toEqual(content.findings.map(({ spans }) => typed(spans)))
      for (const span of findings.flatMap(({ spans }) => spans)) {
        if (span.type === 'text') continue
        const truth = span.findingId === null ? { 'count.stones': '1' } : { diameterMm: '7.2', meanHu: '850' }
        expect(span.measured).toBe(Object.entries(truth).find(([field]) => field === span.field)?.[1])
        expect(span.isEdited).toBe(span.text !== span.measured)
      }
      // A line whose words are not the template's is the clinician's; no window can pass its own off as measured.
      for (const line of findings) if (line.id === 'mine' || line.id === 'other') expect(line.origin).toBe('clinician')
    }), { numRuns: 300 })
  })

  it('is the same after a second time', () => {
    fc.assert(fc.property(aContent, (content) => {
      const once = normaliseContent(content, machine, [row])
      expect(normaliseContent(once, machine, [row])).toEqual(once)
    }))
  })

  it('leaves a template draft as it is', () => {
    expect(normaliseContent(machine, machine, [row])).toEqual(machine)
  })
})
