import type { Candidate } from '../../../src-shared/analysis.ts'
import { AppError } from '../../../src-shared/errors.ts'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import { placeInFrame } from '../findings/place.ts'
import type { ChosenSlice } from '../tables.ts'

/**
 * The image that shows a candidate: the slice that the protocol names, checked against the position of its frame. A frame whose plane
 * lies further off than the candidate reaches is refused: a click must never land on another slice.
 */
export function sliceOf(series: SeriesDescription, candidate: Candidate): ChosenSlice {
  const offPlaneMm = (index: number): number => {
    const frame = series.frames[index]
    const place = frame === undefined ? null : placeInFrame(series, frame, candidate.centreMm)
    return place === null ? Number.POSITIVE_INFINITY : Math.abs(place.offPlaneMm)
  }
  const reachMm = (series.sliceSpacingMm ?? series.sliceThicknessMm ?? 1) + (candidate.diameterMm ?? 0) / 2
  const index = offPlaneMm(candidate.sliceIndex) <= reachMm ? candidate.sliceIndex : nearest(series.frames.length, offPlaneMm)
  const frame = series.frames[index]
  if (frame === undefined || offPlaneMm(index) > reachMm) {
    throw new AppError('geometry-refused', 'A measured spot lies outside every image of the series. The series may have changed since it was measured: analyse it again.')
  }
  return { sopInstanceUid: frame.sopInstanceUid, frameNumber: frame.frameNumber }
}

function nearest(count: number, distance: (index: number) => number): number {
  let best = 0
  for (let index = 1; index < count; index++) if (distance(index) < distance(best)) best = index
  return best
}
