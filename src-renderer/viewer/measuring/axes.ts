import type { PointMm } from '../../../src-shared/ids.ts'
import type { Plane } from '../plane.ts'
import { add, cross, dot, length, scale, subtract } from '../../../src-shared/vector.ts'

const degrees = 180 / Math.PI

/** The angle at `corner`, 0 to 180 degrees; 0 where an arm has no length. */
export function angleDeg(from: PointMm, corner: PointMm, to: PointMm): number {
  return betweenDeg(subtract(from, corner), subtract(to, corner))
}

function betweenDeg(a: PointMm, b: PointMm): number {
  const lengths = length(a) * length(b)
  if (lengths === 0) return 0
  return Math.acos(Math.min(1, Math.max(-1, dot(a, b) / lengths))) * degrees
}

/**
 * Cobb angle of two lines, 0 to 180 degrees, whichever end of each was drawn first. Two lines enclose two angles that add up to 180
 * degrees. Endplates run across the line that joins their middles, and are compared as seen from one side of it, so that a curve beyond
 * 90 degrees is told as it is. Lines that run along the join (the axes of two bones, both within 30 degrees of it) give the smaller angle.
 */
export function cobbDeg(lineA: readonly [PointMm, PointMm], lineB: readonly [PointMm, PointMm], normal: PointMm): number {
  const join = subtract(middle(...lineB), middle(...lineA))
  const across = cross(normal, join)
  const a = subtract(lineA[1], lineA[0]), b = subtract(lineB[1], lineB[0])
  const angle = betweenDeg(dot(a, across) < 0 ? scale(a, -1) : a, dot(b, across) < 0 ? scale(b, -1) : b)
  const isAlong = (line: PointMm) => { const off = betweenDeg(line, join); return Math.min(off, 180 - off) < 30 }
  const hasJoin = length(join) > 1e-9
  return !hasJoin || (isAlong(a) && isAlong(b)) ? Math.min(angle, 180 - angle) : angle
}

export function middle(a: PointMm, b: PointMm): PointMm {
  return scale(add(a, b), 0.5)
}

/** Four points of a bidirectional measurement: the ends of the long axis, then those of the short one. */
type TwoAxes = readonly [PointMm, PointMm, PointMm, PointMm]

/**
 * The short axis from `start` towards `end`, at right angles to the long one as RECIST 1.1 and WHO have it: of the way to `end` only the part
 * across the long axis counts.
 */
export function acrossFrom(long: readonly [PointMm, PointMm], start: PointMm, end: PointMm, plane: Plane): PointMm {
  const { across } = frameOf(long, plane)
  return add(start, scale(across, dot(subtract(end, start), across)))
}

/** Moves one end of two axes. The short one stays at right angles: it turns along with the long one, and slides along it as its own ends are dragged. */
export function moveAxisEnd(points: TwoAxes, at: number, to: PointMm, plane: Plane): TwoAxes {
  const [a, b, c, d] = points
  if (at < 2) {
    const long = at === 0 ? [to, b] as const : [a, to] as const
    const before = frameOf([a, b], plane), after = frameOf(long, plane)
    const carried = (point: PointMm) => {
      const offset = subtract(point, a)
      // The same share of the way along the long axis, the same millimetres across it.
      const share = before.lengthMm === 0 ? 0.5 : dot(offset, before.along) / before.lengthMm
      return add(add(long[0], scale(after.along, share * after.lengthMm)), scale(after.across, dot(offset, before.across)))
    }
    return [long[0], long[1], carried(c), carried(d)]
  }
  const { along, lengthMm } = frameOf([a, b], plane)
  const [moved, other] = at === 2 ? [c, d] : [d, c]
  // The axes must keep crossing: the short one slides no further than the ends of the long one.
  const share = Math.min(lengthMm, Math.max(0, dot(subtract(to, a), along)))
  const slid = (point: PointMm) => add(point, scale(along, share - dot(subtract(point, a), along)))
  const across = frameOf([a, b], plane).across
  const end = add(slid(moved), scale(across, dot(subtract(to, moved), across)))
  return at === 2 ? [a, b, end, slid(other)] : [a, b, slid(other), end]
}

function frameOf([a, b]: readonly [PointMm, PointMm], plane: Plane): Readonly<{ along: PointMm; across: PointMm; lengthMm: number }> {
  const way = subtract(b, a)
  const lengthMm = length(way)
  const along: PointMm = lengthMm === 0 ? [...plane.alongColumns] : scale(way, 1 / lengthMm)
  return { along, across: cross([...plane.normal], along), lengthMm }
}

/** The four corners, in turn, of a box given by two opposite ones and the direction of one side. */
export function boxCorners(corner: PointMm, opposite: PointMm, along: PointMm): readonly [PointMm, PointMm, PointMm, PointMm] {
  const beside = add(corner, scale(along, dot(subtract(opposite, corner), along)))
  return [corner, beside, opposite, add(corner, subtract(opposite, beside))]
}
