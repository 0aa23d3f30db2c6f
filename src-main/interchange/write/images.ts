import type { PointMm, SeriesUid, SopInstanceUid, StudyUid } from '../../../src-shared/ids.ts'
import type { FrameDescription, SeriesDescription } from '../../../src-shared/studies.ts'
import type { DicomItem } from '../../studies/index.ts'

/** One frame, as another object speaks of it. `frameNumber` null: the instance has only one. */
export type ImageReference = Readonly<{ seriesUid: SeriesUid, sopClassUid: string, sopInstanceUid: SopInstanceUid, frameNumber: number | null }>

/** The frames of a study by instance and number. */
export function imagesOf(series: readonly SeriesDescription[]) {
  const counts = new Map<string, number>()
  for (const { frames } of series) for (const { sopInstanceUid } of frames) counts.set(sopInstanceUid, (counts.get(sopInstanceUid) ?? 0) + 1)
  const seriesOf = (seriesUid: string): SeriesDescription | null => series.find((one) => one.seriesUid === seriesUid) ?? null
  return {
    seriesOf,
    /** Null where there is no such frame. */
    find(seriesUid: string, sopInstanceUid: string, frameNumber: number): Readonly<{ series: SeriesDescription, frame: FrameDescription, reference: ImageReference }> | null {
      const home = seriesOf(seriesUid)
      const frame = home?.frames.find((one) => one.sopInstanceUid === sopInstanceUid && one.frameNumber === frameNumber)
      if (home === null || frame === undefined) return null
      const { sopClassUid } = frame.pixel ?? home.pixel
      const isMultiFrame = (counts.get(sopInstanceUid) ?? 1) > 1
      return { series: home, frame, reference: { seriesUid: home.seriesUid, sopClassUid, sopInstanceUid: frame.sopInstanceUid, frameNumber: isMultiFrame ? frameNumber : null } }
    }
  }
}
export type Images = ReturnType<typeof imagesOf>

/** SOP Instance Reference with frame numbers (PS3.3 10.3). */
export function referenceItem({ sopClassUid, sopInstanceUid, frameNumber }: ImageReference): DicomItem {
  return [[0x00081150, 'UI', sopClassUid], [0x00081155, 'UI', sopInstanceUid], ...(frameNumber === null ? [] : [[0x00081160, 'IS', frameNumber] as const])]
}

/** Referenced Series Sequence, each instance once, in the order in which they come (PS3.3 C.12.2 and C.17.2.1). */
export function referencedSeries(images: readonly ImageReference[], instancesTag: 0x0008114a | 0x00081199): DicomItem[] {
  const bySeries = Map.groupBy(images, ({ seriesUid }) => seriesUid)
  return [...bySeries].map(([seriesUid, own]): DicomItem => {
    const once = [...new Map(own.map((image) => [image.sopInstanceUid, image])).values()]
    return [[0x0020000e, 'UI', seriesUid], [instancesTag, 'SQ', once.map((image) => referenceItem({ ...image, frameNumber: null }))]]
  })
}

/** Current Requested Procedure Evidence Sequence (0040,A375): every instance that a document speaks of. */
export function evidence(studyUid: StudyUid, images: readonly ImageReference[]): DicomItem[] {
  return images.length === 0 ? [] : [[[0x0020000d, 'UI', studyUid], [0x00081115, 'SQ', referencedSeries(images, 0x00081199)]]]
}

/**
 * Column and row of points on a frame, the corner of the first pixel at 0, 0 (PS3.3 C.18.6.1.1). Where the frame has no position its points
 * lie in a space of the picture's own: the first pixel's centre at the origin, columns along x, rows along y.
 */
export function onFrame(series: SeriesDescription, frame: FrameDescription, pointsMm: readonly PointMm[]): [column: number, row: number][] {
  const orientation = frame.orientation ?? series.orientation
  const isInPatient = orientation !== null && frame.positionMm !== null
  const [rx = 1, ry = 0, rz = 0, cx = 0, cy = 1, cz = 0] = isInPatient ? orientation : []
  const [x, y, z] = isInPatient ? frame.positionMm ?? [0, 0, 0] : [0, 0, 0]
  const hasSpacing = (frame.spacingBasis ?? series.spacingBasis) !== 'none'
  const spacing = hasSpacing ? frame.pixelSpacingMm ?? series.pixelSpacingMm : null
  const [rowStep, columnStep] = [spacing?.[0] ?? frame.spacingFacts?.pixelAspect ?? 1, spacing?.[1] ?? 1]
  return pointsMm.map(([px, py, pz]) => [
    ((px - x) * rx + (py - y) * ry + (pz - z) * rz) / columnStep + 0.5, ((px - x) * cx + (py - y) * cy + (pz - z) * cz) / rowStep + 0.5
  ])
}
