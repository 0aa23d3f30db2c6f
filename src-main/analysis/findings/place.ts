import { AppError } from '../../../src-shared/errors.ts'
import type { FindingByHand } from '../../../src-shared/analysis.ts'
import type { PointMm, StudyUid } from '../../../src-shared/ids.ts'
import type { FrameDescription, SeriesDescription } from '../../../src-shared/studies.ts'

export type PlaceInFrame = Readonly<{
  /** From the centre of the first pixel, in pixels. */
  column: number, row: number
  /** Distance from the plane of the frame, mm. */
  offPlaneMm: number
}>

/**
 * Where a point of the patient lies in a frame (PS3.3 C.7.6.2.1.1, inverted). Null where the frame has no position, orientation or
 * spacing.
 */
export function placeInFrame(series: SeriesDescription, frame: FrameDescription, pointMm: PointMm): PlaceInFrame | null {
  const orientation = frame.orientation ?? series.orientation
  const spacing = frame.pixelSpacingMm ?? series.pixelSpacingMm
  const { positionMm } = frame
  if (orientation === null || spacing === null || positionMm === null) return null
  const [rx = 0, ry = 0, rz = 0, cx = 0, cy = 0, cz = 0] = orientation
  const d = [pointMm[0] - positionMm[0], pointMm[1] - positionMm[1], pointMm[2] - positionMm[2]] as const
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx] as const
  return {
    column: (d[0] * rx + d[1] * ry + d[2] * rz) / spacing[1],
    row: (d[0] * cx + d[1] * cy + d[2] * cz) / spacing[0],
    offPlaneMm: d[0] * normal[0] + d[1] * normal[1] + d[2] * normal[2]
  }
}

/** The frame that a finding by hand points at; refuses rather than mark a spot that the frame does not show. */
export function frameThatShows(studyUid: StudyUid, series: SeriesDescription, { sopInstanceUid, frameNumber, centreMm }: FindingByHand): FrameDescription {
  if (series.studyUid !== studyUid) throw new AppError('invalid-request', 'This series belongs to another study.', { field: 'seriesUid' })
  const frame = series.frames.find((one) => one.sopInstanceUid === sopInstanceUid && one.frameNumber === frameNumber)
  if (frame === undefined) throw new AppError('invalid-request', 'This image is not in the series any more. Open the series again.', { field: 'sopInstanceUid' })
  const place = placeInFrame(series, frame, centreMm)
  if (place === null) throw new AppError('geometry-refused', 'This image carries no position, so a spot in it cannot be tied to the patient.', { field: 'sopInstanceUid' })
  const thicknessMm = Math.max(series.sliceSpacingMm ?? 0, series.sliceThicknessMm ?? 0, 1)
  const { rows, columns } = frame.pixel ?? series.pixel
  const isInside = place.column >= -0.5 && place.row >= -0.5 && place.column <= columns - 0.5 && place.row <= rows - 0.5
  if (!isInside || Math.abs(place.offPlaneMm) > thicknessMm / 2 + 0.01) {
    throw new AppError('invalid-request', 'The marked spot does not lie in this image. Mark it on the image that shows it.', { field: 'centreMm' })
  }
  return frame
}
