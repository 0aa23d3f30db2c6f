import type { PointMm } from '../../../src-shared/ids.ts'
import { add, distance, dot, length, scale, subtract } from '../../../src-shared/vector.ts'

/** The corners, in turn, of a box given by two opposite ones and the direction of one side. Null where that direction is unknown or the box has no area. */
export function boxPoints([corner, opposite]: readonly PointMm[], along: PointMm | null): PointMm[] | null {
  if (corner === undefined || opposite === undefined || along === null) return null
  const way = subtract(opposite, corner)
  const squared = dot(along, along)
  if (squared === 0) return null
  const side = scale(along, dot(way, along) / squared)
  const other = subtract(way, side)
  if (length(side) === 0 || length(other) === 0) return null
  return [corner, add(corner, side), opposite, add(corner, other)]
}

/** The ends of both axes of the ellipse that fills a box, the longer one first (PS3.3 C.18.6.1.2). */
export function ellipsePoints(pointsMm: readonly PointMm[], along: PointMm | null): PointMm[] | null {
  const [a, b, c, d] = boxPoints(pointsMm, along) ?? []
  if (a === undefined || b === undefined || c === undefined || d === undefined) return null
  const [across, down] = [[middle(d, a), middle(b, c)], [middle(a, b), middle(c, d)]] as const
  return distance(across[1], across[0]) >= distance(down[1], down[0]) ? [...across, ...down] : [...down, ...across]
}

const middle = (a: PointMm, b: PointMm): PointMm => scale(add(a, b), 0.5)
