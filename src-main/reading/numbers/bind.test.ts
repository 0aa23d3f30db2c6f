import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { QuotableMeasurement } from '../task-types.ts'
import { bindNumbers, type BindOptions } from './bind.ts'

const one = { text: '7.2', unit: 'mm', findingId: 'f1', field: 'diameterMm' }
const measurements: QuotableMeasurement[] = [
  one, { text: '850', unit: 'HU', findingId: 'f1', field: 'meanHu' }, { text: '121', unit: 'mm³', findingId: 'f1', field: 'volumeMm3' }, { text: '-12', unit: 'HU', findingId: 'f2', field: 'meanHu' },
  { text: '2', unit: '', findingId: null, field: 'count.stones' }, { text: '4.0', unit: 'mm', findingId: 'f2', field: 'diameterMm' }, { text: '4.0', unit: 'mm', findingId: 'f3', field: 'diameterMm' }
]
const bind = (text: string, options: Partial<BindOptions> = {}) => bindNumbers(text, { measurements, ...options })
/** `[7.2]` tied, `{43 mm}` cut. */
const shown = (text: string, options: Partial<BindOptions> = {}) => bind(text, options).spans.map((span) => (span.type === 'cut' ? `{${span.text}}` : span.type === 'number' ? `[${span.text}]` : span.text)).join('')

describe('a number in the text of a model', () => {
  it.each([
    ['A stone of 7.2 mm.', 'A stone of [7.2] mm.'], ['7.2 millimetres long', '[7.2] mm long'], ['7.2mm', '[7.2] mm'], ['850 Hounsfield units', '[850] HU'], ['a volume of 121 mm³.', 'a volume of [121] mm³.'],
    ['121 mm3', '[121] mm³'], ['density -12 HU', 'density [-12] HU'], ['density −12 HU', 'density [-12] HU'], ['2 stones', '[2] stones'], ['two stones', 'two stones']
  ])('is tied to what was measured: %s', (text, expected) => {
    expect(shown(text)).toBe(expected)
    expect(bind(text).isFlagged).toBe(false)
  })

  it.each([
    ['A cyst of 43 mm.', 'A cyst of {43 mm}.'], ['0.72 cm', '{0.72 cm}'], ['7.2 cm', '{7.2 cm}'], ['7.2 HU', '{7.2 HU}'], ['7.2', '{7.2}'], ['7 mm', '{7 mm}'], ['7.20 mm', '{7.20 mm}'], ['7,2 mm', '{7,2 mm}'],
    ['5–7.2 mm', '{5}–[7.2] mm'], ['5x7.2 mm', '{5x7.2 mm}'], ['3 stones', '{3} stones'], ['at L4', 'at {L4}'], ['1.5T', '{1.5T}'], ['1e5', '{1e5}'], ['50 %', '{50 %}'], ['½ of it', '{½} of it'],
    ['٧ mm', '{٧ mm}'], ['７.２ mm', '{７.２ mm}'], ['x² + 1', '{x²} + {1}'], ['Ⅳ', '{Ⅳ}'], ['on 2026-11-26', 'on {2026}-{11}-{26}'], ['twelve millimetres', '{twelve millimetres}'], ['three stones', '{three} stones'],
    ['one stone', '{one} stone'], ['a dozen foci', 'a {dozen} foci'], ['twenty-three', '{twenty-three}']
  ])('is cut where nothing that was measured is the same: %s', (text, expected) => {
    expect(shown(text)).toBe(expected)
    expect(bind(text).isFlagged).toBe(true)
  })

  it('is read in Spanish too', () => {
    expect(shown('tres cálculos y once más', { language: 'es' })).toBe('{tres} cálculos y {once} más')
    expect(shown('dos cálculos', { language: 'es' })).toBe('dos cálculos')
    expect(shown('once more', { language: 'en' })).toBe('once more')
  })

  it.each(['one of the kidneys', 'none', 'the first one', 'often', 'tension', 'a stone'])('is not seen where there is none: %s', (text) => { expect(bind(text)).toMatchObject({ isFlagged: false, spans: [{ type: 'text', text }] }) })

  it('that several findings share is true and tied to none of them', () => {
    expect(bind('4.0 mm').spans[0]).toMatchObject({ type: 'number', text: '4.0', findingId: null, measured: '4.0', unit: 'mm' })
    expect(bind('7.2 mm').spans[0]).toMatchObject({ findingId: 'f1', field: 'diameterMm' })
  })

  it('that is the name of a picture is a citation', () => {
    expect(bind('seen in S12 and in s3', { labels: ['S12', 'S3'] })).toMatchObject({ isFlagged: false, labels: ['S12', 'S3'] })
    expect(shown('seen in S13', { labels: ['S12'] })).toBe('seen in {S13}')
  })

  it('never survives as plain text, whatever is written around it', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('7.2 mm', '43', '½', '²', '٣', ' mm', 'S1', '850HU', '-', '.', '121 mm³', 'Ⅷ', '７', '1,5', 'two', '２mm'))
    fc.assert(fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('')
      const { spans } = bind(text, { labels: ['S1'] })
      for (const [index, span] of spans.entries()) {
        if (span.type === 'text') expect(span.text.replace(spans[index - 1]?.type === 'number' ? /^ mm³/ : /^(?!)/, '')).not.toMatch(/\p{N}/u)
        // Tied numbers are exactly what was handed in.
        if (span.type === 'number') expect(span.text === 'S1' || measurements.some((known) => known.text === span.text && known.unit === span.unit)).toBe(true)
      }
    }), { numRuns: 2000 })
  })

  it('takes no time that grows with the square of the text', () => {
    const startedMs = performance.now()
    bind('1.1.1'.repeat(20_000))
    bind('two'.repeat(20_000))
    expect(performance.now() - startedMs).toBeLessThan(5000)
  })
})
