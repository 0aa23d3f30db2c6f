import type { SpacingBasis, SpacingFacts } from '../../../src-shared/studies.ts'
import { itemsOf, type DataSet } from './data-set.ts'
import { Tag } from './tags.ts'
import { asciiString, decimal, decimalTuple, float64, uint16, uint32 } from './values.ts'

type Pair = [number, number]
type Region = Readonly<{ spacingMm: Pair, boundsPx: [number, number, number, number] | null }>

/** What a header says of its spacing beside the millimetres themselves; undefined where it says nothing. */
export function readSpacingFacts(dataSet: DataSet, basis: SpacingBasis, isProjection: boolean): SpacingFacts | undefined {
  const magnification = isProjection ? magnificationOf(dataSet) : undefined
  const calibration = isProjection && basis === 'body' ? calibrationOf(dataSet) : undefined
  const regionsPx = basis === 'ultrasound-region' ? centimetreRegions(dataSet).flatMap(({ boundsPx }) => boundsPx === null ? [] : [boundsPx]) : []
  const pixelAspect = basis === 'none' ? aspectOf(dataSet) : undefined
  const facts: SpacingFacts = {
    ...(magnification === undefined ? {} : { magnification }), ...(calibration === undefined ? {} : { calibration }),
    ...(regionsPx.length === 0 ? {} : { regionsPx }), ...(pixelAspect === undefined ? {} : { pixelAspect })
  }
  return Object.keys(facts).length === 0 ? undefined : facts
}

/** A factor under 1 can't be: what is imaged lies between source and detector. Over 10 it is a slip of the pen. */
function magnificationOf(dataSet: DataSet): SpacingFacts['magnification'] {
  const factor = decimal(dataSet, Tag.magnificationFactor)
  if (isMagnification(factor)) return { factor, source: 'factor' }
  const quotient = (decimal(dataSet, Tag.distanceSourceToDetector) ?? 0) / (decimal(dataSet, Tag.distanceSourceToPatient) ?? 0)
  return isMagnification(quotient) ? { factor: quotient, source: 'distances' } : undefined
}

function isMagnification(factor: number | null): factor is number {
  return factor !== null && factor >= 1 && factor <= 10
}

function calibrationOf(dataSet: DataSet): SpacingFacts['calibration'] {
  const type = asciiString(dataSet, Tag.pixelSpacingCalibrationType)
  return type === 'GEOMETRY' ? 'geometry' : type === 'FIDUCIAL' ? 'fiducial' : 'unspecified'
}

/** Pixel Aspect Ratio is height\\width (PS3.3 C.7.6.3.1.7). */
function aspectOf(dataSet: DataSet): number | undefined {
  const [height = 0, width = 0] = decimalTuple(dataSet, Tag.pixelAspectRatio, 2) ?? []
  return height > 0 && width > 0 && height !== width ? height / width : undefined
}

/** [between rows, between columns] of a 2D picture in centimetres; several regions of different scale can't share one ruler (PS3.3 C.8.5.5). */
export function ultrasoundSpacing(dataSet: DataSet): Pair | null {
  const regions = centimetreRegions(dataSet)
  const [first] = regions
  if (first === undefined) return null
  const [rowMm, columnMm] = first.spacingMm
  return regions.every(({ spacingMm: [y, x] }) => Math.abs(y - rowMm) < 1e-9 && Math.abs(x - columnMm) < 1e-9) ? first.spacingMm : null
}

/** Regions that are a 2D picture of tissue with both axes in centimetres; traces over time and Doppler spectra are none. */
function centimetreRegions(dataSet: DataSet): Region[] {
  const centimetres = 3
  return itemsOf(dataSet, Tag.ultrasoundRegions).flatMap((region): Region[] => {
    if (uint16(region, Tag.regionSpatialFormat) !== 1) return []
    if (uint16(region, Tag.physicalUnitsX) !== centimetres || uint16(region, Tag.physicalUnitsY) !== centimetres) return []
    const x = Math.abs(float64(region, Tag.physicalDeltaX) ?? 0) * 10
    const y = Math.abs(float64(region, Tag.physicalDeltaY) ?? 0) * 10
    return x > 0 && y > 0 ? [{ spacingMm: [y, x], boundsPx: boundsOf(region) }] : []
  })
}

function boundsOf(region: DataSet): [number, number, number, number] | null {
  const [left, top, right, bottom] = [Tag.regionMinX, Tag.regionMinY, Tag.regionMaxX, Tag.regionMaxY].map((tag) => uint32(region, tag))
  if (left === null || left === undefined || top === null || top === undefined) return null
  if (right === null || right === undefined || bottom === null || bottom === undefined) return null
  return right >= left && bottom >= top ? [left, top, right, bottom] : null
}
