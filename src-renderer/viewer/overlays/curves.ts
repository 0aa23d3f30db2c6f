/** [column, row] or any other pair of numbers in one unit. */
export type Pair = readonly [number, number]

/** Enough for a circle of 1000 pixels to stay within a seventh of a pixel. */
const steps = 192

/** A circle through a point, as a closed ring. */
export function circleRing(centre: Pair, through: Pair): Pair[] {
  const radius = Math.hypot(through[0] - centre[0], through[1] - centre[1])
  return turns().map(([cos, sin]) => [centre[0] + radius * cos, centre[1] + radius * sin])
}

/** An ellipse from the ends of its two axes, as a closed ring: the axes need not lie along the grid. */
export function ellipseRing([a, b, c, d]: readonly Pair[]): Pair[] {
  if (a === undefined || b === undefined || c === undefined || d === undefined) return []
  const centre: Pair = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
  const long: Pair = [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2]
  const short: Pair = [(d[0] - c[0]) / 2, (d[1] - c[1]) / 2]
  return turns().map(([cos, sin]) => [centre[0] + long[0] * cos + short[0] * sin, centre[1] + long[1] * cos + short[1] * sin])
}

export function turns(): Pair[] {
  return Array.from({ length: steps }, (_, index) => [Math.cos(index / steps * 2 * Math.PI), Math.sin(index / steps * 2 * Math.PI)])
}

/** A smooth line through points (Catmull-Rom): what INTERPOLATED asks for without naming the curve (PS3.3 C.10.5). */
export function smoothLine(points: readonly Pair[]): Pair[] {
  const parts = 12
  const at = (index: number): Pair => points[Math.min(points.length - 1, Math.max(0, index))] ?? [0, 0]
  const isRing = points.length > 3 && at(0)[0] === at(points.length - 1)[0] && at(0)[1] === at(points.length - 1)[1]
  const around = (index: number) => isRing ? at((index + points.length - 1) % (points.length - 1)) : at(index)
  const line: Pair[] = []
  for (let index = 0; index + 1 < points.length; index += 1) {
    for (let part = 0; part < parts; part += 1) line.push(splinePoint(around(index - 1), at(index), at(index + 1), around(index + 2), part / parts))
  }
  return [...line, at(points.length - 1)]
}

function splinePoint(before: Pair, from: Pair, to: Pair, after: Pair, t: number): Pair {
  const along = (axis: 0 | 1) => 0.5 * (2 * from[axis] + (to[axis] - before[axis]) * t + (2 * before[axis] - 5 * from[axis] + 4 * to[axis] - after[axis]) * t ** 2 + (3 * from[axis] - before[axis] - 3 * to[axis] + after[axis]) * t ** 3)
  return [along(0), along(1)]
}
