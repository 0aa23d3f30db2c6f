import type { SeriesDescription } from '../../../src-shared/studies.ts'
import { planeOfFrame, toPatient, type Plane } from '../plane.ts'
import type { Vector } from '../../../src-shared/vector.ts'

const known = new WeakMap<SeriesDescription, readonly Plane[]>()

/** The planes of all frames of a series, made once. */
export function planesOf(series: SeriesDescription): readonly Plane[] {
  const found = known.get(series) ?? series.frames.map((frame) => planeOfFrame(series, frame))
  known.set(series, found)
  return found
}

/** The middle of a picture, patient mm. */
export function centreOf(plane: Plane): Vector {
  return toPatient(plane, [(plane.columns - 1) / 2, (plane.rows - 1) / 2])
}

/** The frames from `first` up to, not with, `end` that make one stack with a frame: all, where the series holds one stack. */
export function stackAround(series: SeriesDescription, index: number): Readonly<{ first: number; end: number }> {
  const stack = series.stacks?.find(({ firstIndex, count }) => index >= firstIndex && index < firstIndex + count)
  return stack === undefined ? { first: 0, end: series.frames.length } : { first: stack.firstIndex, end: stack.firstIndex + stack.count }
}
