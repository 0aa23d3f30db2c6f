import type { Vector } from '../../../src-shared/vector.ts'

/**
 * The neighbourhood of a body as it was scanned: one sheet of `columns` × `rows` voxels per slice, row by row. `cornersMm` are the centres of
 * each slice's first voxel in the frame (row direction, column direction, normal). Voxels with `isUsed` 0 need no explanation.
 */
export type Neighbourhood = Readonly<{
  columns: number
  rows: number
  cornersMm: readonly Vector[]
  hu: Float64Array
  isUsed: Uint8Array
  /** Distance of neighbouring columns and of neighbouring rows, mm. */
  stepMm: readonly [number, number]
  thicknessMm: number
}>

/**
 * An ellipsoid of points p with |A (p - centre)| <= `scale`; A's rows are (a, 0, 0), (b, c, 0), (d, e, f) of `turn`. `blurMm` is the standard
 * deviation of the point spread in the plane.
 */
export type Solid = Readonly<{ centre: Vector, turn: readonly [number, number, number, number, number, number], scale: number, blurMm: number }>

/** Voxels added around, from which blur still reaches in. */
const pad = 3

/**
 * Makes a function that gives the share of every voxel that a solid fills. `fine` points a voxel edge: along the normal the share is
 * exact at each point (the chord within the slice's thickness), in the plane points are weighed by blur and pixel together.
 */
export function createSight(data: Neighbourhood, fine: number): (solid: Solid, shares: Float64Array) => void {
  const { columns, rows, cornersMm, stepMm } = data
  const tall = (rows + 2 * pad) * fine
  const sheet = new Float64Array((columns + 2 * pad) * fine * tall)
  const half = new Float64Array(columns * tall)
  return (solid, shares) => {
    const along = pointSpread(solid.blurMm, stepMm[0], fine)
    const down = pointSpread(solid.blurMm, stepMm[1], fine)
    for (const [slice, cornerMm] of cornersMm.entries()) {
      const start = slice * rows * columns
      const range = drawChords(sheet, data, fine, solid, cornerMm)
      if (range === null) shares.fill(0, start, start + rows * columns)
      else smooth({ data, fine, sheet, half, shares, start }, range, along, down)
    }
  }
}

type Range = Readonly<{ firstRow: number, lastRow: number, firstColumn: number, lastColumn: number }>

/** Fills the sheet with the share of the slice's thickness inside the solid; returns the rows and columns that can hold any. */
function drawChords(sheet: Float64Array, { columns, rows, stepMm, thicknessMm }: Neighbourhood, fine: number, { centre, turn, scale }: Solid, cornerMm: Vector): Range | null {
  const [a, b, c, d, e, f] = turn
  const [dx, dy] = [stepMm[0] / fine, stepMm[1] / fine]
  const [wide, tall] = [(columns + 2 * pad) * fine, (rows + 2 * pad) * fine]
  const x0 = cornerMm[0] - centre[0] + (0.5 - fine / 2 - pad * fine) * dx
  const y0 = cornerMm[1] - centre[1] + (0.5 - fine / 2 - pad * fine) * dy
  const low = cornerMm[2] - centre[2] - thicknessMm / 2
  const high = low + thicknessMm
  const [acrossMm, downMm] = [scale / a, scale * Math.hypot(1 / c, b / (a * c))]
  const [firstRow, lastRow] = [Math.max(0, Math.ceil((-downMm - y0) / dy)), Math.min(tall - 1, Math.floor((downMm - y0) / dy))]
  const [firstColumn, lastColumn] = [Math.max(0, Math.ceil((-acrossMm - x0) / dx)), Math.min(wide - 1, Math.floor((acrossMm - x0) / dx))]
  sheet.fill(0)
  let isSeen = false
  for (let row = firstRow; row <= lastRow; row++) {
    const y = y0 + row * dy
    for (let column = firstColumn; column <= lastColumn; column++) {
      const x = x0 + column * dx
      const u = a * x
      const v = b * x + c * y
      const rest = scale * scale - u * u - v * v
      if (rest <= 0) continue
      const middle = -(d * x + e * y) / f
      const reach = Math.sqrt(rest) / f
      const inside = Math.min(high, middle + reach) - Math.max(low, middle - reach)
      if (inside <= 0) continue
      sheet[row * wide + column] = inside / thicknessMm
      isSeen = true
    }
  }
  return isSeen ? { firstRow, lastRow, firstColumn, lastColumn } : null
}

type Spread = Readonly<{ first: number, weights: Float64Array }>

/** Weights of the fine points around a voxel's centre: a Gauss of the blur's variance and the pixel's (width² / 12). */
function pointSpread(blurMm: number, stepMm: number, fine: number): Spread {
  const sigma = Math.sqrt(blurMm * blurMm + (stepMm * stepMm) / 12) / (stepMm / fine)
  const centre = (fine - 1) / 2
  const reach = Math.min(pad * fine, 3.2 * sigma + 0.5)
  const first = Math.ceil(centre - reach)
  const weights = Float64Array.from({ length: Math.floor(centre + reach) - first + 1 }, (_, tap) => Math.exp(-((first + tap - centre) ** 2) / (2 * sigma * sigma)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return { first, weights: weights.map((weight) => weight / total) }
}

type Smoothing = Readonly<{ data: Neighbourhood, fine: number, sheet: Float64Array, half: Float64Array, shares: Float64Array, start: number }>

function smooth({ data, fine, sheet, half, shares, start }: Smoothing, { firstRow, lastRow, firstColumn, lastColumn }: Range, along: Spread, down: Spread): void {
  const { columns, rows } = data
  const wide = (columns + 2 * pad) * fine
  const [alongCount, downCount] = [along.weights.length, down.weights.length]
  const left = Math.max(0, Math.floor((firstColumn - along.first - alongCount) / fine) - pad)
  const right = Math.min(columns - 1, Math.ceil((lastColumn - along.first) / fine) - pad)
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = left; column <= right; column++) {
      const from = row * wide + (column + pad) * fine + along.first
      let sum = 0
      for (let tap = 0; tap < alongCount; tap++) sum += (along.weights[tap] ?? 0) * (sheet[from + tap] ?? 0)
      half[row * columns + column] = sum
    }
  }
  shares.fill(0, start, start + rows * columns)
  for (let row = 0; row < rows; row++) {
    const top = (row + pad) * fine + down.first
    const [firstTap, lastTap] = [Math.max(0, firstRow - top), Math.min(downCount - 1, lastRow - top)]
    for (let column = left; column <= right; column++) {
      let sum = 0
      for (let tap = firstTap; tap <= lastTap; tap++) sum += (down.weights[tap] ?? 0) * (half[(top + tap) * columns + column] ?? 0)
      shares[start + row * columns + column] = sum
    }
  }
}
