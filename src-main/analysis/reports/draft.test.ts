import { describe, expect, it } from 'vitest'
import { aCandidate, aSeries } from '../../../test/support/analysis-room.ts'
import type { Candidate } from '../../../src-shared/analysis.ts'
import { SopInstanceUid, StudyUid, SeriesUid } from '../../../src-shared/ids.ts'
import type { FindingRow } from '../findings/finding-store.ts'
import { draftContent } from './draft.ts'
import { rounded } from './numbers.ts'
import { techniqueLines } from './technique.ts'
import { lineText } from './text.ts'
import { placeWords } from './words.ts'

function aRow(id: string, candidate: Partial<Candidate> = {}, change: Partial<FindingRow> = {}): FindingRow {
  const { sliceIndex: _sliceIndex, ...measurement } = aCandidate(candidate)
  const { diameterMm, diameterErrorMm, volumeMm3, meanHu, maxHu } = measurement
  return {
    ...measurement, huVoxels: measurement.huVoxels ?? null, id, studyUid: StudyUid.parse('1.2'), analysisId: null, origin: 'measured', status: 'proposed', seriesUid: SeriesUid.parse('1.2.1'),
    sopInstanceUid: SopInstanceUid.parse('1.2.1.1'), frameNumber: 1, note: '', measured: { diameterMm, diameterErrorMm, volumeMm3, meanHu, maxHu },
    revision: 0, decidedBy: null, decidedAt: null, supersededAt: null, createdAt: '2026-11-20T10:00:00.000Z', ...change
  }
}
const drafted = (...findings: FindingRow[]) => draftContent({ technique: [], analysis: { protocol: 'urinary-stones', measurements: [] }, findings })
const texts = (lines: readonly Parameters<typeof lineText>[0][]) => lines.map(lineText)

describe('the draft of', () => {
  it('a stone whose numbers are not all known leaves out what is not known', () => {
    expect(texts(drafted(aRow('a', { diameterMm: null, volumeMm3: null, maxHu: null })).findings)).toEqual(['Stone in the left kidney: mean 850 HU.'])
    expect(texts(drafted(aRow('a', { diameterMm: null, volumeMm3: null, maxHu: null, meanHu: null })).impression)).toEqual(['1 urinary stone, in the left kidney.'])
  })

  it('a stone too small for a pure voxel says that its density was fitted', () => {
    expect(texts(drafted(aRow('a', { meanHu: 630, maxHu: 471 })).findings)).toEqual([
      'Stone in the left kidney: longest diameter 7.2 ± 0.4 mm, volume 121 mm³, density of the best fit 630 HU, highest voxel 471 HU.'
    ])
    expect(texts(drafted(aRow('a', { meanHu: 980, maxHu: 1004, huVoxels: 0 })).findings)).toEqual([
      'Stone in the left kidney: longest diameter 7.2 ± 0.4 mm, volume 121 mm³, density of the best fit 980 HU, highest voxel 1004 HU.'
    ])
  })

  it('a stone marked by hand says so, with its note', () => {
    const row = aRow('a', { diameterErrorMm: null, volumeMm3: null, meanHu: null, maxHu: null }, { origin: 'clinician', measured: null, note: 'Seen in 2024.' })
    const [line] = drafted(row).findings
    expect(line === undefined ? '' : lineText(line)).toBe('Stone, marked by hand, in the left kidney: longest diameter 7.2 mm. Seen in 2024.')
    expect(line).toMatchObject({ origin: 'clinician', findingId: 'a' })
    expect(line?.spans.find((span) => span.type === 'number')).toMatchObject({ measured: null, isEdited: false })
  })

  it('rejected findings leaves them out, and stones come largest first', () => {
    const content = drafted(aRow('a', { diameterMm: 3 }), aRow('b', { diameterMm: 9, laterality: 'right' }), aRow('c', {}, { status: 'rejected' }))
    expect(content.findings.map(({ id }) => id)).toEqual(['finding:b', 'finding:a'])
    expect(texts(content.impression)).toEqual(['2 urinary stones, the largest 9.0 mm, in the right kidney.'])
  })

  it('mimics sums them up in one line', () => {
    const row = (id: string, kind: FindingRow['kind']) => aRow(id, { kind })
    expect(texts(drafted(row('a', 'metal')).findings)).toEqual(['No stone was measured in the urinary tract.', '1 dense focus not counted as a stone: 1 metal object.'])
    expect(texts(drafted(row('a', 'phlebolith'), row('b', 'bone'), row('c', 'phlebolith')).findings).at(-1)).toBe('3 dense foci not counted as stones: 2 phleboliths, 1 bone island or spur.')
  })

  it('another finding gives its note the word', () => {
    expect(texts(drafted(aRow('a', { kind: 'other', location: 'unknown', diameterMm: 12 }, { note: 'Cyst, simple.' })).findings)[0]).toBe('Finding on the left, 12.0 mm. Cyst, simple.')
  })

  it('the density classes is one line, and a histogram none', () => {
    const of = (name: string, label: string, value: number, unit = 'ml') => ({ name, label, value, unit })
    const measurements = [of('volume-lung', 'Lung', 2425), of('body-width', 'Body, left to right', 331.04, 'mm'), of('volume-fat', 'Fat', 4317.4), of('histogram:100', 'Share', 3, '%'), of('stone-count', 'Stones', 5, ''), of('left-out-as-bone', 'Dense islands left out as bone', 0, '')]
    expect(texts(draftContent({ technique: [], analysis: { protocol: 'general-ct', measurements }, findings: [] }).findings)).toEqual([
      'Body, left to right: 331.0 mm.', 'Volumes by density: lung 2425 ml; fat 4317 ml.'
    ])
  })

  it('general measurements has no impression of its own', () => {
    const content = draftContent({ technique: [], analysis: { protocol: 'general-ct', measurements: [{ name: 'fat', label: 'fat volume', value: 4321.6, unit: 'ml' }] }, findings: [] })
    expect(texts(content.findings)).toEqual(['Fat volume: 4322 ml.'])
    expect(content.impression).toEqual([])
  })
})

describe('technique', () => {
  it('names contrast, tilt and each warning', () => {
    const series = { ...aSeries(), gantryTiltDeg: 12.5, seriesNumber: null, description: '', technique: { ...aSeries().technique, kvp: null, mas: null, kernel: '', contrastAgent: 'Iohexol' } }
    expect(texts(techniqueLines(series, '', [{ code: 'tilt', message: 'The gantry was tilted; the volume was sheared back.' }]))).toEqual([
      'CT series: 40 images of 64 × 64 pixels, slice spacing 2.0 mm, slice thickness 2.0 mm, pixel spacing 1.00 × 1.00 mm, gantry tilt 12.5°, contrast agent Iohexol.',
      'The gantry was tilted; the volume was sheared back.'
    ])
    expect(texts(techniqueLines({ ...series, modality: 'DX', spacingBasis: 'detector', sliceSpacingMm: null, sliceThicknessMm: null, gantryTiltDeg: 0, technique: { ...series.technique, contrastAgent: '' } }, '', []))).toEqual([
      'DX series: 40 images of 64 × 64 pixels, pixel spacing at the detector 1.00 × 1.00 mm.'
    ])
    expect(techniqueLines(null, '', [])).toEqual([])
  })
})

describe('rounding', () => {
  it.each([[7.25, 'mm', '7.3'], [7.24, 'mm', '7.2'], [-0.4, 'HU', '0'], [-12.5, 'HU', '-13'], [121.5, 'mm³', '122'], [12.34, 'l', '12.3'], [3, '', '3'], [0.123, 'mg', '0.1']])('writes %d %s as %s', (value, unit, text) => {
    expect(rounded(value, unit)).toBe(text)
  })
})

describe('places', () => {
  it.each([
    ['left', 'kidney', 'in the left kidney'], ['unknown', 'kidney', 'in a kidney'], ['right', 'upper-ureter', 'in the right upper ureter'],
    ['midline', 'bladder', 'in the bladder'], ['midline', 'pelvis', 'in the bony pelvis in the midline (distal ureter or vein)'], ['left', 'outside-urinary-tract', 'outside the urinary tract on the left'],
    ['right', 'unknown', 'on the right'], ['unknown', 'unknown', 'at a place that geometry alone cannot name']
  ] as const)('%s %s reads "%s"', (side, location, words) => {
    expect(placeWords(side, location)).toBe(words)
  })
})
