import type { PointMm } from '../../../src-shared/ids.ts'
import { lineOver } from '../line-over.ts'
import type { Plane } from '../plane.ts'
import { add, cross, dot, length, scale, type Vector } from '../../../src-shared/vector.ts'

/** A picture in a space: points of pictures with an equal `frameKey` can be compared. */
export type PlacedPlane = Readonly<{ plane: Plane; frameKey: string }>

/** Planes within half a degree of parallel meet far away, or along a line that rounding decides. */
const leastSine = Math.sin(0.5 * Math.PI / 180)

/**
 * Where the rectangle of one picture cuts that of another, patient mm: the reference line of `source` to draw on `target`. Null where they
 * are parallel, do not meet, or lie in different frames of reference.
 */
export function referenceLine(source: PlacedPlane, target: PlacedPlane): readonly [PointMm, PointMm] | null {
  const [a, b] = [source.plane, target.plane]
  if (source.frameKey !== target.frameKey || !a.isInPatient || !b.isInPatient) return null
  const across = cross(a.normal, b.normal)
  const sine = length(across)
  if (sine < leastSine) return null
  const direction = scale(across, 1 / sine)
  const start = pointOnBoth(a, b, across)
  const range = [a, b].reduce<readonly [number, number] | null>((left, plane) => left === null ? null : lineOver(plane, start, direction, left), [-Infinity, Infinity])
  return range === null ? null : [add(start, scale(direction, range[0])), add(start, scale(direction, range[1]))]
}

/** The point of the line common to two planes that is nearest to the zero point. */
function pointOnBoth(a: Plane, b: Plane, across: Vector): PointMm {
  const ofA = scale(cross(b.normal, across), dot(a.originMm, a.normal))
  const ofB = scale(cross(across, a.normal), dot(b.originMm, b.normal))
  return scale(add(ofA, ofB), 1 / dot(across, across))
}
