import { describe, expect, test } from 'vitest'
import type { PointMm } from '../../../src-shared/ids.ts'
import type { SeriesDescription, SpacingFacts } from '../../../src-shared/studies.ts'
import { measure, measuredText, noteFor } from '../measure.ts'
import { planeOfFrame } from '../plane.ts'
import { aFrame, aPixel, aSeries } from '../test-series.ts'
import { spacingFactsOf } from './basis.ts'
import { samplingOf } from './sampling.ts'

const read = (changes: Partial<SeriesDescription>, spacing: SpacingFacts, tool: 'length' | 'rectangle' | 'angle' = 'length', points: readonly PointMm[] = [[0, 0, 0], [30, 40, 0]]) => {
  const series = aSeries({ modality: 'DX', pixel: aPixel({ rows: 400, columns: 400 }), orientation: null, pixelSpacingMm: [1, 1], ...changes })
  const plane = planeOfFrame(series, aFrame(0, { positionMm: null, spacingFacts: spacing }))
  const { values, basis } = measure(tool, { plane, picture: null, spacing, valueUnit: 'value' }, points)
  return { text: measuredText(tool, values, noteFor(tool, basis.note, null)), basis, values }
}

describe('a length on a projection', () => {
  test('is that at the detector and says so, when the magnification is not known', () => {
    expect(read({ spacingBasis: 'detector' }, {})).toMatchObject({ text: '50 mm · at the detector', basis: { text: 'at the detector, magnification unknown' } })
  })
  test('is given both at the detector and as estimated in the body, when it is', () => {
    const { text, basis } = read({ spacingBasis: 'detector' }, { magnification: { factor: 1.25, source: 'factor' } })
    expect(text).toBe('50 mm · at the detector · about 40 mm in the body')
    expect(basis.text).toBe('at the detector; in the body divided by the magnification 1.25, estimated by the device')
    expect(read({ spacingBasis: 'detector' }, { magnification: { factor: 1.25, source: 'distances' } }).basis.text).toMatch(/from the distances of source, patient and detector$/)
  })
  test('has areas divided by the square of the magnification', () => {
    const { values } = read({ spacingBasis: 'detector' }, { magnification: { factor: 2, source: 'factor' } }, 'rectangle')
    expect(values.filter(({ name }) => name.startsWith('area'))).toEqual([{ name: 'area', value: 1200, unit: 'mm²' }, { name: 'area in the body', value: 300, unit: 'mm²' }])
  })
  test('says how it was calibrated, where it was', () => {
    expect(read({ spacingBasis: 'body' }, { calibration: 'fiducial' }).text).toBe('50 mm · calibrated by an object of known size')
    expect(read({ spacingBasis: 'body' }, { calibration: 'geometry' }).basis.text).toMatch(/holds near one depth/)
    expect(read({ spacingBasis: 'body' }, {})).toMatchObject({ text: '50 mm', basis: { text: 'body' } })
  })
})

describe('on ultrasound', () => {
  const us: Partial<SeriesDescription> = { modality: 'US', spacingBasis: 'ultrasound-region', pixelSpacingMm: [0.5, 0.25] }
  const facts: SpacingFacts = { regionsPx: [[0, 0, 100, 100], [200, 0, 300, 100]] }
  test('millimetres hold within one region', () => {
    expect(read(us, facts, 'length', [[0, 0, 0], [3, 4, 0]]).text).toBe('5 mm · ultrasound region')
  })
  test('a measurement that leaves the region has none: it is told in pixels', () => {
    // Columns 40 and 240: in two regions, but across what is between them. 200 columns apart, not 50 mm.
    expect(read(us, facts, 'length', [[10, 5, 0], [60, 5, 0]])).toMatchObject({ text: '200 px · uncalibrated: outside the ultrasound region', basis: { basis: 'pixels' } })
    expect(read(us, facts, 'rectangle', [[10, 60, 0], [20, 70, 0]]).values.find(({ name }) => name === 'area')).toEqual({ name: 'area', value: 800, unit: 'px²' })
  })
})

describe('without spacing', () => {
  test('lengths are in pixels, and angles are right where pixels are known not to be square', () => {
    expect(read({ pixelSpacingMm: null, spacingBasis: 'none' }, {}).text).toBe('50 px · uncalibrated')
    // Up and across by the same number of pixels that are twice as high as wide.
    const series = aSeries({ pixel: aPixel({ rows: 40, columns: 40 }), orientation: null, pixelSpacingMm: null, spacingBasis: 'none' })
    expect(planeOfFrame(series, aFrame(0, { positionMm: null, spacingFacts: { pixelAspect: 2 } })).rowStepMm).toBe(2)
  })
  test('a frame of a calibrated series that has none itself is not lent the others’', () => {
    const plane = planeOfFrame(aSeries({ pixelSpacingMm: [0.5, 0.5], spacingBasis: 'detector' }), aFrame(0, { spacingBasis: 'none' }))
    expect([plane.basis, plane.columnStepMm]).toEqual(['pixels', 1])
  })
})

test('a plane cut through a volume takes nothing of the frame of that number', () => {
  const series = aSeries({ frames: [aFrame(0, { spacingFacts: { pixelAspect: 2 } })] })
  expect(spacingFactsOf(series, 0, false)).toEqual({ pixelAspect: 2 })
  expect(spacingFactsOf(series, 0, true)).toEqual({})
})

test('values that are no voxels of the file say how they were made', () => {
  expect(samplingOf('stack', null)).toEqual({ text: null, note: null })
  expect(samplingOf('coronal', null).note).toBeNull()
  expect(samplingOf('coronal', { mode: 'mip', thicknessMm: 10 }).note).toBe('maximum of a 10 mm slab')
  expect(samplingOf('oblique', null).note).toBe('interpolated')
  expect(noteFor('probe', 'at the detector', 'interpolated')).toBe('interpolated')
  expect(noteFor('angle', 'at the detector', 'interpolated')).toBeNull()
})
