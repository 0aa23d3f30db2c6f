import type { SopInstanceUid } from '../../../src-shared/ids.ts'
import type { ImagePlace, Overlay, OverlayColour, OverlayContent } from '../../../src-shared/overlays.ts'
import type { FrameDescription, SeriesDescription } from '../../../src-shared/studies.ts'
import { planeOfFrame, type Plane } from '../plane.ts'
import type { Vector } from '../../../src-shared/vector.ts'
import { placeStructures, spotOf, structureShapes, type PlacedStructure } from './contours.ts'
import type { Cut } from './cut.ts'
import { largestMask, maskCentre, placeSegments, segmentOnImage, segmentShapes, type PlacedSegment } from './masks.ts'
import { namesImage, presentationShapes } from './presentation.ts'
import { graphicCentre, graphicInPatient, graphicOnImage } from './report-graphics.ts'
import type { OverlayShape } from './shape.ts'

/** An object that is ready to be drawn again and again: its points and masks are unpacked once. */
export type OpenedOverlay = Readonly<{
  sopInstanceUid: SopInstanceUid; content: OverlayContent; places: readonly ImagePlace[]
  structures: readonly PlacedStructure[]; segments: readonly PlacedSegment[]
}>
/** What a pane shows: its series, its image where it shows one of the file, and how thick a slab. `frameNumber` counts from 1. */
export type ShownPicture = Readonly<{ series: SeriesDescription; sopInstanceUid: SopInstanceUid | null; frameNumber: number | null; slabMm: number | null }>
/** A structure, segment or graphic that can be switched on its own. */
export type OverlayPart = Readonly<{ number: number; name: string; note: string; colour: OverlayColour }>

/** `bulk` may be empty where the object has none. */
export function openOverlay({ sopInstanceUid, content, places }: Overlay, bulk: ArrayBuffer): OpenedOverlay {
  return {
    sopInstanceUid, content, places,
    structures: content.kind === 'contours' ? placeStructures(content, bulk) : [], segments: content.kind === 'segmentation' ? placeSegments(content, bulk) : []
  }
}

/** Graphics without a colour of their own. */
const graphicColour: OverlayColour = [255, 212, 121]

/** Parts in the order of the file; those with nothing to draw are left out. */
export function partsOf({ content, segments }: OpenedOverlay): OverlayPart[] {
  switch (content.kind) {
    case 'contours': return content.structures.filter(({ contours }) => contours.length > 0).map(({ number, name, type, colour, contours }) => ({ number, name, colour, note: [type.toLowerCase(), count(contours.length, 'contour')].filter((word) => word !== '').join(' · ') }))
    case 'segmentation': return content.segments.filter(({ number }) => (segments.find((one) => one.number === number)?.masks.length ?? 0) > 0).map(({ number, label, type, colour, frames }) => ({ number, name: label, colour, note: [type, count(frames, 'slice')].filter((word) => word !== '').join(' · ') }))
    case 'report': return content.graphics.map(({ lines, shape }, number) => ({ number, name: lines[0] ?? shape, colour: graphicColour, note: lines.slice(1).join(' · ') }))
    case 'presentation': return content.graphics.length + content.texts.length + content.shutters.length === 0 ? [] : [{ number: 0, name: content.label, colour: graphicColour, note: count(content.graphics.length + content.texts.length, 'annotation') }]
    case 'selection': case 'document': return []
  }
}

const count = (many: number, noun: string) => many === 1 ? `1 ${noun}` : `${many} ${noun}s`

/** Everything that an object puts on a picture. `cut`: the plane that is shown; `isOn`: whether a part is switched on. */
export function shapesOf(overlay: OpenedOverlay, shown: ShownPicture, cut: Cut, isOn: (number: number) => boolean): OverlayShape[] {
  const { content, structures, segments } = overlay
  const { frameOfReferenceUid } = shown.series
  const sharesFrame = (uid: string | null) => uid !== null && uid === frameOfReferenceUid
  const frame = frameOf(shown)
  switch (content.kind) {
    case 'contours': return structures.filter(({ number, frameOfReferenceUid: own }) => isOn(number) && (sharesFrame(own) || namesSeries(overlay, shown))).flatMap((one) => structureShapes(one, cut))
    case 'segmentation': return segments.filter(({ number }) => isOn(number)).flatMap((segment) => {
      if (sharesFrame(content.frameOfReferenceUid) && segment.masks.some(({ plane }) => plane !== null)) return segmentShapes(segment, cut)
      return frame === null ? [] : segmentOnImage(segment, frame.plane, ({ image }) => image !== null && namesImage([image], frame.frame))
    })
    case 'report': return content.graphics.flatMap((graphic, index): OverlayShape[] => {
      if (!isOn(index)) return []
      if (graphic.place.in === 'patient') return sharesFrame(graphic.place.frameOfReferenceUid) ? graphicInPatient(graphic, cut, graphicColour, String(index)) : []
      const { image } = graphic.place
      if (frame !== null) return namesImage([image], frame.frame) ? graphicOnImage(graphic, frame.plane, graphicColour, String(index)) : []
      // In a plane cut through the series, where that plane is the image's own.
      const own = shown.series.frames.find((one) => namesImage([image], one))
      const plane = own === undefined ? null : planeOfFrame(shown.series, own)
      if (plane === null || !plane.isInPatient) return []
      const shapes = graphicOnImage(graphic, plane, graphicColour, String(index))
      return shapes.every((shape) => pointsOf(shape).every((point) => cut.holds(point))) ? shapes : []
    })
    case 'presentation': return frame === null || !isOn(0) ? [] : presentationShapes(content, frame.frame, frame.plane, graphicColour)
    case 'selection': case 'document': return []
  }
}

type ShownFrame = Readonly<{ frame: FrameDescription; plane: Plane }>

/** The frame of the file that a pane shows; null in a plane cut through a volume. */
function frameOf({ series, sopInstanceUid, frameNumber }: ShownPicture): ShownFrame | null {
  const frame = sopInstanceUid === null ? undefined : series.frames.find((one) => one.sopInstanceUid === sopInstanceUid && one.frameNumber === frameNumber)
  return frame === undefined ? null : { frame, plane: planeOfFrame(series, frame) }
}

const namesSeries = ({ places }: OpenedOverlay, { series }: ShownPicture) => places.some(({ seriesUid }) => seriesUid === series.seriesUid)

function pointsOf(shape: OverlayShape): readonly Vector[] {
  switch (shape.kind) {
    case 'area': case 'cover': return shape.rings.flat()
    case 'line': return shape.lines.flat()
    case 'dots': return shape.at
    case 'text': return [shape.at]
  }
}

/** Where a part is looked for: a point of the patient, or an image, of which `centreMm` is not known. */
export type PartSpot = Readonly<{ kind: 'point'; pointMm: Vector; frameOfReferenceUid: string | null }> | Readonly<{ kind: 'image'; sopInstanceUid: SopInstanceUid; frameNumber: number | null }>

export function spotOfPart({ content, structures, segments }: OpenedOverlay, number: number): PartSpot | null {
  if (content.kind === 'contours') {
    const structure = structures.find((one) => one.number === number)
    const pointMm = structure === undefined ? null : spotOf(structure)
    return structure === undefined || pointMm === null ? null : { kind: 'point', pointMm, frameOfReferenceUid: structure.frameOfReferenceUid }
  }
  if (content.kind === 'segmentation') {
    const mask = segments.filter((one) => one.number === number).map(largestMask)[0] ?? null
    const pointMm = mask === null ? null : maskCentre(mask)
    if (pointMm !== null) return { kind: 'point', pointMm, frameOfReferenceUid: content.frameOfReferenceUid }
    const image = mask?.mask.image ?? null
    return image === null ? null : { kind: 'image', sopInstanceUid: image.sopInstanceUid, frameNumber: image.frameNumbers[0] ?? null }
  }
  const graphic = content.kind === 'report' ? content.graphics[number] : undefined
  if (graphic?.place.in === 'patient') {
    const pointMm = graphicCentre(graphic, null)
    return pointMm === null ? null : { kind: 'point', pointMm, frameOfReferenceUid: graphic.place.frameOfReferenceUid }
  }
  const image = graphic?.place.in === 'image' ? graphic.place.image : content.kind === 'presentation' ? content.images[0] : undefined
  return image === undefined ? null : { kind: 'image', sopInstanceUid: image.sopInstanceUid, frameNumber: image.frameNumbers[0] ?? null }
}

/** The plane of one image of a series; null where the series has no such image. */
export function planeOfImage(series: SeriesDescription, sopInstanceUid: SopInstanceUid, frameNumber: number): Plane | null {
  const frame = series.frames.find((one) => one.sopInstanceUid === sopInstanceUid && one.frameNumber === frameNumber)
  return frame === undefined ? null : planeOfFrame(series, frame)
}

/** The frame of a series that a point lies on: the nearest within half a slice whose picture holds it. */
export function frameAt(series: SeriesDescription, pointMm: Vector): FrameDescription | null {
  let best: Readonly<{ frame: FrameDescription; away: number }> | null = null
  for (const frame of series.frames) {
    const plane = planeOfFrame(series, frame)
    const offset: Vector = [pointMm[0] - plane.originMm[0], pointMm[1] - plane.originMm[1], pointMm[2] - plane.originMm[2]]
    const away = Math.abs(offset[0] * plane.normal[0] + offset[1] * plane.normal[1] + offset[2] * plane.normal[2])
    if (plane.isInPatient && away <= plane.halfThicknessMm + 0.01 && (best === null || away < best.away)) best = { frame, away }
  }
  return best?.frame ?? null
}
