import type { PointMm } from '../../../src-shared/ids.ts'

/** The corners, in turn, of a box given by two opposite ones and the direction of one side. Null where that direction is unknown or the box has no area. */
export function boxPoints([corner, opposite]: readonly PointMm[], along: PointMm | null): PointMm[] | null {
  if (corner === undefined || opposite === undefined || along === null) return null
  const way = subtract(opposite, corner)
  const length = Math.hypot(...along)
  if (length === 0) return null
  const side = scale(along, (way[0] * along[0] + way[1] * along[1] + way[2] * along[2]) / (length * length))
  const other = subtract(way, side)
  if (Math.hypot(...side) === 0 || Math.hypot(...other) === 0) return null
  return [corner, add(corner, side), opposite, add(corner, other)]
}

/** The ends of both axes of the ellipse that fills a box, the longer one first (PS3.3 C.18.6.1.2). */
export function ellipsePoints(pointsMm: readonly PointMm[], along: PointMm | null): PointMm[] | null {
  const [a, b, c, d] = boxPoints(pointsMm, along) ?? []
  if (a === undefined || b === undefined || c === undefined || d === undefined) return null
  const [across, down] = [[middle(d, a), middle(b, c)], [middle(a, b), middle(c, d)]] as const
  return Math.hypot(...subtract(across[1], across[0])) >= Math.hypot(...subtract(down[1], down[0])) ? [...across, ...down] : [...down, ...across]
}

const add = (a: PointMm, b: PointMm): PointMm => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
const subtract = (a: PointMm, b: PointMm): PointMm => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
const scale = (a: PointMm, factor: number): PointMm => [a[0] * factor, a[1] * factor, a[2] * factor]
const middle = (a: PointMm, b: PointMm): PointMm => scale(add(a, b), 0.5)
