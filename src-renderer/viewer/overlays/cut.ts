import type { PaneView } from '../types.ts'
import { add, cross, dot, length, scale, subtract, type Vector } from '../../../src-shared/vector.ts'

/** The plane that a pane shows. `normal` has length 1; `holds`: within half a slice of it. */
export type Cut = Readonly<{ originMm: Vector; normal: Vector; holds: (pointMm: Vector) => boolean }>

/** Two degrees or less apart count as parallel: contours and orientations are written with few digits. */
const parallelCosine = Math.cos(2 * Math.PI / 180)
const perpendicularCosine = 1e-3

/** Null while a pane shows no picture. */
export function cutOf(view: PaneView): Cut | null {
  const origin = view.unproject([0, 0])
  const right = view.unproject([100, 0])
  const down = view.unproject([0, 100])
  if (origin === null || right === null || down === null) return null
  const normal = cross(subtract(right, origin), subtract(down, origin))
  const size = length(normal)
  if (size === 0) return null
  return { originMm: origin, normal: scale(normal, 1 / size), holds: (pointMm) => view.isInPlane([pointMm[0], pointMm[1], pointMm[2]]) }
}

export const isParallel = (a: Vector, b: Vector) => Math.abs(dot(a, b)) >= parallelCosine
export const isPerpendicular = (a: Vector, b: Vector) => Math.abs(dot(a, b)) <= perpendicularCosine

/** Signed distance from the cut, mm. */
export const fromCut = ({ originMm, normal }: Cut, pointMm: Vector) => dot(subtract(pointMm, originMm), normal)

/** Where the line between two points meets the cut, given their distances from it, which differ in sign. */
export function meeting(a: Vector, fromA: number, b: Vector, fromB: number): Vector {
  return add(a, scale(subtract(b, a), fromA / (fromA - fromB)))
}

/** The runs from one meeting to the next along a line in space, every other one, as even-odd filling counts them. */
export function runsAlong(points: readonly Vector[], along: Vector): (readonly [Vector, Vector])[] {
  const sorted = points.toSorted((a, b) => dot(a, along) - dot(b, along))
  return Array.from({ length: Math.floor(sorted.length / 2) }, (_, index) => {
    const from = sorted[index * 2] ?? [0, 0, 0]
    return [from, sorted[index * 2 + 1] ?? from]
  })
}
