import type { SeriesDescription } from '../../../src-shared/studies.ts'
import { isInsidePicture, offPlaneMm, toIndex } from '../plane.ts'
import type { Vector } from '../../../src-shared/vector.ts'
import { planesOf, stackAround } from './frame-planes.ts'

/** `isInSlice`: the point lies within half a slice of the frame and over its picture. */
export type NearestFrame = Readonly<{ index: number; distanceMm: number; isInSlice: boolean }>

/**
 * The frame whose plane lies nearest to a point of the same frame of reference: where a cursor set in one series is shown in another. Frames
 * that have the point over their picture go first, whatever the others' distance. `shown`: the frame on the screen; of several stacks, its own is searched.
 * Null where no frame has a place in the patient.
 */
export function nearestFrame(series: SeriesDescription, pointMm: Vector, shown = 0): NearestFrame | null {
  const { first, end } = stackAround(series, shown)
  let best: (NearestFrame & { isOver: boolean }) | null = null
  for (const [at, plane] of planesOf(series).slice(first, end).entries()) {
    if (!plane.isInPatient) continue
    const distanceMm = Math.abs(offPlaneMm(plane, pointMm))
    const isOver = isInsidePicture(plane, toIndex(plane, pointMm))
    const isBetter = best === null || (isOver === best.isOver ? distanceMm < best.distanceMm : isOver)
    if (isBetter) best = { index: first + at, distanceMm, isOver, isInSlice: isOver && distanceMm <= plane.halfThicknessMm + 0.01 }
  }
  return best === null ? null : { index: best.index, distanceMm: best.distanceMm, isInSlice: best.isInSlice }
}
