import { describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, type Attribute } from '../../../test/support/dicom-file.ts'
import { describeSeries } from '../describe.ts'
import type { StoredInstance } from '../store.ts'
import { bufferAccess, inspect } from '../ingest/inspect.ts'
import { Tag } from './tags.ts'

const headerOf = (bytes: Buffer) => inspect(bufferAccess(bytes), bytes, 'digest')
const projection = (modality: string, more: readonly Attribute[] = []) => headerOf(aDicomFile(aSlice({ instance: '1.9.1', modality, more }))).spacingFacts
const noSpacing: Attribute = [Tag.pixelSpacing, 'DS', '']

describe('what a header says of its spacing', () => {
  it('takes the magnification from its own attribute before the distances', () => {
    expect(projection('DX', [[Tag.magnificationFactor, 'DS', '1.25'], [Tag.distanceSourceToDetector, 'DS', '1800'], [Tag.distanceSourceToPatient, 'DS', '1500']]))
      .toEqual({ magnification: { factor: 1.25, source: 'factor' } })
    expect(projection('DX', [[Tag.distanceSourceToDetector, 'DS', '1800'], [Tag.distanceSourceToPatient, 'DS', '1500']])?.magnification).toEqual({ factor: 1.2, source: 'distances' })
  })

  it('believes no magnification that can’t be', () => {
    for (const wrong of ['0', '0.8', '-1', '25', 'abc']) expect(projection('DX', [[Tag.magnificationFactor, 'DS', wrong]])).toBeUndefined()
    expect(projection('DX', [[Tag.distanceSourceToDetector, 'DS', '1800']])).toBeUndefined()
    expect(projection('DX', [[Tag.distanceSourceToDetector, 'DS', '1000'], [Tag.distanceSourceToPatient, 'DS', '1500']])).toBeUndefined()
    expect(projection('CT', [[Tag.magnificationFactor, 'DS', '1.25']])).toBeUndefined()
  })

  it('says how a projection was calibrated', () => {
    const calibrated = (type: string): readonly Attribute[] => [[Tag.imagerPixelSpacing, 'DS', '0.6\\0.6'], [Tag.pixelSpacingCalibrationType, 'CS', type]]
    expect(projection('DX', calibrated('FIDUCIAL'))).toEqual({ calibration: 'fiducial' })
    expect(projection('DX', calibrated('GEOMETRY'))).toEqual({ calibration: 'geometry' })
    expect(projection('DX', calibrated(''))).toEqual({ calibration: 'unspecified' })
  })

  it('knows where on an ultrasound picture the millimetres hold', () => {
    const region = (format: number, bounds: readonly number[]): readonly Attribute[] => [
      [Tag.regionSpatialFormat, 'US', format], [Tag.physicalUnitsX, 'US', 3], [Tag.physicalUnitsY, 'US', 3], [Tag.physicalDeltaX, 'FD', 0.05], [Tag.physicalDeltaY, 'FD', 0.05],
      [Tag.regionMinX, 'UL', bounds[0] ?? 0], [Tag.regionMinY, 'UL', bounds[1] ?? 0], [Tag.regionMaxX, 'UL', bounds[2] ?? 0], [Tag.regionMaxY, 'UL', bounds[3] ?? 0]
    ]
    expect(projection('US', [noSpacing, [Tag.ultrasoundRegions, 'SQ', [region(1, [10, 20, 300, 400]), region(3, [10, 420, 300, 500])]]])).toEqual({ regionsPx: [[10, 20, 300, 400]] })
  })

  it('keeps the shape of pixels that have no size', () => {
    expect(projection('OT', [noSpacing, [Tag.pixelAspectRatio, 'IS', '6\\5']])).toEqual({ pixelAspect: 1.2 })
    expect(projection('OT', [noSpacing, [Tag.pixelAspectRatio, 'IS', '1\\1']])).toBeUndefined()
  })
})

describe('a series of calibrated and uncalibrated images', () => {
  it('tells of each frame which it is, and lends none the millimetres of another', () => {
    const files = [[], [[Tag.imagerPixelSpacing, 'DS', '0.6\\0.6']], [noSpacing]] satisfies (readonly Attribute[])[]
    const stored = files.map((more, index) => {
      const header = headerOf(aDicomFile(aSlice({ instance: `1.9.${index}`, number: index, modality: 'DX', more: [[Tag.imagePosition, 'DS', ''], ...more] })))
      return { sopInstanceUid: header.sopInstanceUid, header } as unknown as StoredInstance
    })
    const described = describeSeries(stored)
    const basisOf = (at: number) => described.frames[at]?.spacingBasis ?? described.spacingBasis
    expect([basisOf(0), basisOf(1), basisOf(2)]).toEqual(['detector', 'body', 'none'])
    expect(described.frames[1]?.spacingFacts).toEqual({ calibration: 'unspecified' })
  })
})
