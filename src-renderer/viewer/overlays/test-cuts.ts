import { cross, dot, length, scale, subtract, type Vector } from '../../../src-shared/vector.ts'
import type { Cut } from './cut.ts'
import type { OverlayShape } from './shape.ts'

/** For tests: the plane through a point with this normal; what lies within `halfMm` of it counts as in it. */
export function aCut(originMm: Vector, normal: Vector, halfMm = 1): Cut {
  const unit = scale(normal, 1 / length(normal))
  return { originMm, normal: unit, holds: (pointMm) => Math.abs(dot(subtract(pointMm, originMm), unit)) <= halfMm + 0.01 }
}

/** For tests: area of rings in space by the even-odd rule where they don't touch: a ring in another takes away. */
export function ringArea(ring: readonly Vector[]): number {
  const sum = ring.reduce<Vector>((all, point, index) => {
    const turn = cross(point, ring[(index + 1) % ring.length] ?? point)
    return [all[0] + turn[0], all[1] + turn[1], all[2] + turn[2]]
  }, [0, 0, 0])
  return length(sum) / 2
}

/** For tests: the one shape of a kind, or a failure that says what there is. */
export function only<K extends OverlayShape['kind']>(shapes: readonly OverlayShape[], kind: K): Extract<OverlayShape, { kind: K }> {
  const found = shapes.filter((shape): shape is Extract<OverlayShape, { kind: K }> => shape.kind === kind)
  const [first] = found
  if (first === undefined || found.length > 1) throw new Error(`Not one ${kind} but ${found.length} of ${shapes.map((shape) => shape.kind).join(', ')}.`)
  return first
}
