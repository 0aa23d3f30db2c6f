import type { GreyValues, Picture } from '../picture.ts'
import type { PointIndex } from '../plane.ts'
import { crossingsAt } from './polygon.ts'

/** Pixels of one row whose centres lie in a region: columns `first` to `last`, both counted. */
export type Span = Readonly<{ row: number; first: number; last: number }>
type Grid = Readonly<{ columns: number; rows: number }>

/** Centres in or on the rectangle between two opposite corners. */
export function rectangleSpans([c1, r1]: PointIndex, [c2, r2]: PointIndex, grid: Grid): readonly Span[] {
  return rowsBetween(Math.min(r1, r2) - rim, Math.max(r1, r2) + rim, grid)
    .flatMap((row) => spanOf(row, Math.ceil(Math.min(c1, c2) - rim), Math.floor(Math.max(c1, c2) + rim), grid))
}

/** Centres in or on the ellipse that fills the box between two opposite corners. */
export function ellipseSpans([c1, r1]: PointIndex, [c2, r2]: PointIndex, grid: Grid): readonly Span[] {
  const column = (c1 + c2) / 2, middle = (r1 + r2) / 2
  const radiusColumns = Math.abs(c2 - c1) / 2, radiusRows = Math.abs(r2 - r1) / 2
  return rowsBetween(middle - radiusRows, middle + radiusRows, grid).flatMap((row) => {
    const down = radiusRows === 0 ? 0 : (row - middle) / radiusRows
    const half = radiusColumns * Math.sqrt(Math.max(0, 1 - down * down))
    return spanOf(row, Math.ceil(column - half - rim), Math.floor(column + half + rim), grid)
  })
}

/** Centres inside a closed outline by the even-odd rule; of centres exactly on the outline, those on its left and upper edges. */
export function polygonSpans(points: readonly PointIndex[], grid: Grid): readonly Span[] {
  const heights = points.map(([, row]) => row)
  return rowsBetween(Math.min(...heights), Math.max(...heights), grid).flatMap((row) => {
    const crossings = crossingsAt(points, row)
    return crossings.flatMap((from, at) => (at % 2 === 1 ? [] : spanOf(row, Math.ceil(from), Math.ceil(crossings[at + 1] ?? from) - 1, grid)))
  })
}

/** A corner put on a pixel's centre still counts it after the way through millimetres and back. */
const rim = 1e-9

function rowsBetween(from: number, to: number, { rows }: Grid): readonly number[] {
  const first = Math.max(0, Math.ceil(from)), last = Math.min(rows - 1, Math.floor(to))
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
}

function spanOf(row: number, first: number, last: number, { columns }: Grid): Span[] {
  const from = Math.max(0, first), to = Math.min(columns - 1, last)
  return to < from ? [] : [{ row, first: from, last: to }]
}

export type Statistics = Readonly<{ mean: number; sd: number; minimum: number; maximum: number; count: number }>

/** One set of statistics for grey, three for a colour; null where the region holds no value. SD divides by the number of pixels. */
export function statisticsOf(picture: Picture, spans: readonly Span[]): readonly (Statistics | null)[] {
  const { columns } = picture.plane
  if (picture.kind === 'grey') return [statistics(picture.values, 1, 0, columns, spans)]
  return [0, 1, 2].map((channel) => statistics(picture.rgba, 4, channel, columns, spans))
}

function statistics(values: GreyValues | Uint8ClampedArray, stride: number, offset: number, columns: number, spans: readonly Span[]): Statistics | null {
  let count = 0, sum = 0, squares = 0, minimum = Infinity, maximum = -Infinity
  // Sums of differences from the first value: squares of large values would lose the small ones.
  let shift: number | null = null
  for (const { row, first, last } of spans) {
    for (let at = row * columns + first; at <= row * columns + last; at += 1) {
      const value = values[at * stride + offset]
      // A floating-point picture marks what has no value by NaN.
      if (value === undefined || !Number.isFinite(value)) continue
      shift ??= value
      const difference = value - shift
      count += 1
      sum += difference
      squares += difference * difference
      if (value < minimum) minimum = value
      if (value > maximum) maximum = value
    }
  }
  if (count === 0 || shift === null) return null
  const mean = sum / count
  return { mean: shift + mean, sd: Math.sqrt(Math.max(0, squares / count - mean * mean)), minimum, maximum, count }
}
