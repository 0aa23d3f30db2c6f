import type { Candidate } from '../../../src-shared/analysis.ts'
import { AppError } from '../../../src-shared/errors.ts'
import type { PointMm } from '../../../src-shared/ids.ts'
import type { FrameDescription, SeriesDescription } from '../../../src-shared/studies.ts'
import type { Volume } from '../../../src-shared/volume.ts'
import { distanceMm } from '../findings/match.ts'
import { placeInFrame } from '../findings/place.ts'
import { placeMask } from '../masks/place-mask.ts'
import type { VoxelMask } from '../masks/region-mask.ts'
import type { ChosenSlice, PlacedCandidate } from '../tables.ts'

/** Header positions are decimal strings; the same slice read twice differs by less than this. */
const samePlaceMm = 0.01

export function placed(candidate: Candidate, mask: VoxelMask | null, series: SeriesDescription, { geometry }: Volume): PlacedCandidate {
  const origin = geometry.originsMm[candidate.sliceIndex]
  if (origin === undefined) throw new AppError('internal', 'A measurement names a slice that its volume does not have.')
  return { ...candidate, sliceOriginMm: [...origin], ...(mask === null ? {} : { mask: placeMask(mask, series, geometry) }) }
}

/**
 * The image that shows a candidate: the frame at the place of the slice that was measured, found by position and not by count. Where that
 * slice lies further off than the candidate reaches, the nearest that shows it; where none does, it is refused: a click must never land
 * on another slice.
 */
export function sliceOf(series: SeriesDescription, candidate: PlacedCandidate): ChosenSlice {
  const reachMm = (series.sliceSpacingMm ?? series.sliceThicknessMm ?? 1) + (candidate.diameterMm ?? 0) / 2
  const shows = (frame: FrameDescription) => offPlaneMm(series, frame, candidate.centreMm) <= reachMm
  const measured = series.frames.find((frame) => frame.positionMm !== null && distanceMm(frame.positionMm, candidate.sliceOriginMm) <= samePlaceMm)
  const frame = measured !== undefined && shows(measured) ? measured
    : series.frames.filter(shows).toSorted((a, b) => offPlaneMm(series, a, candidate.centreMm) - offPlaneMm(series, b, candidate.centreMm))[0]
  if (frame === undefined) {
    throw new AppError('geometry-refused', 'A measured spot lies outside every image of the series. The series may have changed since it was measured: analyse it again.')
  }
  return { sopInstanceUid: frame.sopInstanceUid, frameNumber: frame.frameNumber }
}

function offPlaneMm(series: SeriesDescription, frame: FrameDescription, pointMm: PointMm): number {
  const place = placeInFrame(series, frame, pointMm)
  return place === null ? Number.POSITIVE_INFINITY : Math.abs(place.offPlaneMm)
}
