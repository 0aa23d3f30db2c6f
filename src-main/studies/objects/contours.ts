import { SopInstanceUid } from '../../../src-shared/ids.ts'
import type { Contour, ContoursContent, ImageReference, OverlayColour, Structure } from '../../../src-shared/overlays.ts'
import { itemsOf, type DataSet } from '../dicom/data-set.ts'
import { DicomFault } from '../dicom/fault.ts'
import { asciiString, asciiStrings, integer, parseDecimal, valueBytes } from '../dicom/values.ts'
import { createBudget, imageOf, scopesOf, spareColour, textOf, uidOf, type Scope } from './reading.ts'
import type { ReadObject } from './read-object.ts'

const tags = {
  label: 0x30060002, structureSetRoi: 0x30060020, roiNumber: 0x30060022, roiFrameOfReference: 0x30060024, roiName: 0x30060026,
  displayColour: 0x3006002a, roiContour: 0x30060039, contours: 0x30060040, geometricType: 0x30060042, contourData: 0x30060050,
  referencedRoi: 0x30060084, contourImages: 0x30060016, observations: 0x30060080, interpretedType: 0x300600a4,
  frames: 0x30060010, studies: 0x30060012, series: 0x30060014
} as const
const limits = { structures: 2000, contours: 100_000, points: 2_000_000, contourBytes: 8_000_000 }

/**
 * ROIs of an RT Structure Set with their contours in patient mm (PS3.3 C.8.8.5, C.8.8.6). A contour with a number that is none is left
 * out and told of: half a contour would enclose something else. Throws `DicomFault` beyond the limits.
 */
export function readContours(root: Scope): ReadObject {
  const { dataSet } = root
  const takeStructure = createBudget(limits.structures, 'structures')
  const sheet: Sheet = { points: [], pointCount: 0, images: new Map(), skipped: 0, takeContour: createBudget(limits.contours, 'contours'), takePoints: createBudget(limits.points, 'contour points') }
  const byNumber = new Map(itemsOf(dataSet, tags.roiContour).map((item) => [integer(item, tags.referencedRoi), item]))
  const types = new Map(itemsOf(dataSet, tags.observations).map((item) => [integer(item, tags.referencedRoi), asciiString(item, tags.interpretedType)]))
  const structures = scopesOf(root, tags.structureSetRoi).map((roi, index): Structure => {
    takeStructure(1)
    const number = integer(roi.dataSet, tags.roiNumber) ?? index + 1
    const drawn = byNumber.get(number)
    return {
      number, name: textOf(roi, tags.roiName) || `Structure ${number}`, type: types.get(number) ?? '',
      colour: (drawn === undefined ? null : colourOf(drawn)) ?? spareColour(index), frameOfReferenceUid: uidOf(roi.dataSet, tags.roiFrameOfReference),
      contours: drawn === undefined ? [] : itemsOf(drawn, tags.contours).flatMap((item) => readContour(sheet, item) ?? [])
    }
  })
  for (const image of namedImages(dataSet)) sheet.images.set(image.sopInstanceUid, image)
  const content: ContoursContent = {
    kind: 'contours', label: textOf(root, tags.label) || 'Structure set', structures,
    notes: sheet.skipped === 0 ? [] : [`${sheet.skipped} ${sheet.skipped === 1 ? 'contour has a damaged point and is' : 'contours have damaged points and are'} left out.`]
  }
  return { content, bulk: bytesOfDoubles(sheet.points), images: [...sheet.images.values()] }
}

type Sheet = { points: Float64Array[], pointCount: number, images: Map<string, ImageReference>, skipped: number, readonly takeContour: (count: number) => void, readonly takePoints: (count: number) => void }

function readContour(sheet: Sheet, item: DataSet): Contour | null {
  sheet.takeContour(1)
  const points = pointsOf(item, sheet.takePoints)
  if (points === null || points.length === 0) {
    sheet.skipped += points === null ? 1 : 0
    return null
  }
  const image = itemsOf(item, tags.contourImages).map(imageOf).find((found) => found !== null) ?? null
  if (image !== null) sheet.images.set(image.sopInstanceUid, image)
  const from = sheet.pointCount
  const count = points.length / 3
  sheet.points.push(points)
  sheet.pointCount += count
  return { shape: shapeOf(asciiString(item, tags.geometricType), count), from, count, image: image === null ? null : SopInstanceUid.parse(image.sopInstanceUid) }
}

/** CLOSED_PLANAR and CLOSEDPLANAR_XOR are closed by a line from the last point to the first. */
function shapeOf(type: string, count: number): Contour['shape'] {
  if (count === 1 || type === 'POINT') return 'point'
  return type.startsWith('CLOSED') && count > 2 ? 'closed' : 'open'
}

/** Null where a number can't be read or the last point is cut. */
function pointsOf(item: DataSet, takePoints: (count: number) => void): Float64Array | null {
  // Text is split into far more memory than it takes itself, so its length is looked at first.
  if ((valueBytes(item, tags.contourData)?.length ?? 0) > limits.contourBytes) throw new DicomFault('too-large', 'One contour of this structure set is larger than any real one. It is not read.')
  const parts = asciiStrings(item, tags.contourData)
  if (parts.length % 3 !== 0) return null
  takePoints(parts.length / 3)
  const points = new Float64Array(parts.length)
  for (const [index, part] of parts.entries()) {
    const value = parseDecimal(part)
    if (value === null || Math.abs(value) > 1e6) return null
    points[index] = value
  }
  return points
}

function colourOf(item: DataSet): OverlayColour | null {
  const [red, green, blue] = asciiStrings(item, tags.displayColour).map((part) => parseDecimal(part) ?? -1)
  const isByte = (value: number | undefined): value is number => value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255
  return isByte(red) && isByte(green) && isByte(blue) ? [red, green, blue] : null
}

/** Images that the structure set as a whole was drawn on (PS3.3 C.8.8.5). */
function namedImages(dataSet: DataSet): ImageReference[] {
  return itemsOf(dataSet, tags.frames)
    .flatMap((frame) => itemsOf(frame, tags.studies)).flatMap((study) => itemsOf(study, tags.series))
    .flatMap((series) => itemsOf(series, tags.contourImages)).flatMap((item) => imageOf(item) ?? [])
}

function bytesOfDoubles(parts: readonly Float64Array[]): Uint8Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return new Uint8Array(all.buffer)
}
