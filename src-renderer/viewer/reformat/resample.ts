import type { Slab } from '../../../src-shared/viewing.ts'
import type { GreyValues, Picture } from '../picture.ts'
import type { Plane } from '../plane.ts'
import { plainLook } from '../reading/volume-look.ts'
import { scale, subtract } from '../../../src-shared/vector.ts'
import { smallestStepMm, voxelsPer, type Volume, type VoxelVector } from './volume.ts'

export type GreyPicture = Extract<Picture, { kind: 'grey' }> & Readonly<{ values: Float32Array }>

/**
 * How finely: `block` pixels square take one value, and the steps through a slab are `coarser` times as long. 1 and 1 is the picture
 * itself; anything else is a glimpse of it while it moves.
 */
export type Detail = Readonly<{ block: number; coarser: number }>
export const fullDetail: Detail = { block: 1, coarser: 1 }
export const thin: Slab = { mode: 'average', thicknessMm: 0 }

/**
 * Cuts a plane of any orientation out of a volume, or a slab about it. Values are interpolated linearly between the eight voxels around
 * each point, so that a plane through voxel centres at voxel spacing shows the stored voxels themselves.
 *
 * Nothing is guessed beyond the centres of the outermost voxels: a pixel there is NaN, which is drawn black, and which statistics must
 * not count. Of a pixel whose slab leaves the volume, only the part inside counts.
 */
export function resample(volume: Volume, plane: Plane, slab: Slab = thin): GreyPicture {
  const values = new Float32Array(plane.columns * plane.rows)
  resampleRows(volume, plane, slab, { from: 0, to: plane.rows }, values)
  return pictureOn(volume, plane, values)
}

export function pictureOn(volume: Volume, plane: Plane, values: Float32Array): GreyPicture {
  return { kind: 'grey', plane, ...(volume.look ?? plainLook), values, minimum: volume.minimum, maximum: volume.maximum }
}

/** Distances from the plane at which a slab is looked at, mm: both faces, evenly between them, at most half the smallest voxel step apart. */
export function slabOffsetsMm(volume: Volume, { thicknessMm }: Slab, coarser = 1): readonly number[] {
  if (thicknessMm <= 0) return [0]
  const gaps = Math.max(1, Math.ceil(thicknessMm / (smallestStepMm(volume.grid) / 2 * coarser) - 1e-9))
  return Array.from({ length: gaps + 1 }, (_, step) => thicknessMm * (step / gaps - 0.5))
}

/** Fills the rows `from` (inclusive) to `to` (exclusive) of a picture; a long one can so be made in parts. `from` is a multiple of `detail.block`. */
export function resampleRows(volume: Volume, plane: Plane, slab: Slab, rows: Readonly<{ from: number; to: number }>, into: Float32Array, detail: Detail = fullDetail): void {
  const { block, coarser } = detail
  const toVoxels = voxelsPer(volume.grid)
  const along = stepOf(toVoxels(scale(plane.alongColumns, plane.columnStepMm)))
  const down = stepOf(toVoxels(scale(plane.alongRows, plane.rowStepMm)))
  const origin = originOf(toVoxels(subtract(plane.originMm, volume.grid.originMm)), along, down)
  const offsets = slabOffsetsMm(volume, slab, coarser).map((mm) => stepOf(toVoxels(scale(plane.normal, mm))))
  const columns = Math.ceil(plane.columns / block)
  const line = new Line(volume, columns, slab.mode)
  const middle = (block - 1) / 2
  const step: VoxelVector = [along[0] * block, along[1] * block, along[2] * block]
  for (let row = rows.from; row < rows.to; row += block) {
    line.clear()
    for (const offset of offsets) line.take(placed(origin, along, middle, down, row + middle, offset), step)
    line.write(into, row * plane.columns, plane.columns, block)
    for (let more = 1; more < block && row + more < rows.to; more += 1) into.copyWithin((row + more) * plane.columns, row * plane.columns, (row + 1) * plane.columns)
  }
}

const placed = (origin: VoxelVector, along: VoxelVector, column: number, down: VoxelVector, row: number, offset: VoxelVector): VoxelVector => [
  origin[0] + along[0] * column + down[0] * row + offset[0], origin[1] + along[1] * column + down[1] * row + offset[1], origin[2] + along[2] * column + down[2] * row + offset[2]
]

const snap = (value: number, within: number) => Math.abs(value - Math.round(value)) < within ? Math.round(value) : value
/** Direction cosines are rounded in files, often to six digits: a step that is a whole voxel but for that is taken for one. */
const stepOf = ([x, y, z]: VoxelVector): VoxelVector => [snap(x, 2e-6), snap(y, 2e-6), snap(z, 2e-6)]
/** On an axis where the plane only goes by whole voxels, it begins on one too where that is nearer than a thousandth. */
function originOf(origin: VoxelVector, along: VoxelVector, down: VoxelVector): VoxelVector {
  const begin = (axis: 0 | 1 | 2) => Number.isInteger(along[axis]) && Number.isInteger(down[axis]) ? snap(origin[axis], 1e-3) : origin[axis]
  return [begin(0), begin(1), begin(2)]
}

/** One row of a picture while the passes through its slab are put together. */
class Line {
  private readonly slices: readonly GreyValues[]
  private readonly counts: VoxelVector
  private readonly mode: Slab['mode']
  /** Largest, smallest, or sum so far, and from how many passes. */
  private readonly total: Float64Array
  private readonly passes: Uint16Array

  constructor({ grid, slices }: Volume, columns: number, mode: Slab['mode']) {
    this.slices = slices
    this.counts = [grid.axes[0].count, grid.axes[1].count, grid.axes[2].count]
    this.mode = mode
    this.total = new Float64Array(columns)
    this.passes = new Uint16Array(columns)
  }

  clear(): void {
    this.passes.fill(0)
    this.total.fill(this.mode === 'average' ? 0 : this.mode === 'mip' ? -Infinity : Infinity)
  }

  /** Adds a straight pass through the volume: the value at `start`, and at each `step` on. */
  take(start: VoxelVector, step: VoxelVector): void {
    const { from, to } = insideOf(start, step, this.counts, this.total.length)
    const { slices, total, passes, mode } = this
    const [width, height, depth] = this.counts
    const lastX = width > 1 ? width - 2 : 0, lastY = height > 1 ? height - 2 : 0, lastZ = depth > 1 ? depth - 2 : 0
    const right = width > 1 ? 1 : 0, below = height > 1 ? width : 0, next = depth > 1 ? 1 : 0
    for (let column = from; column < to; column += 1) {
      const x = start[0] + step[0] * column, y = start[1] + step[1] * column, z = start[2] + step[2] * column
      // Places are not negative but for rounding, so cutting off the fraction is the floor; the last voxel belongs to the cell before it.
      let i = x | 0, j = y | 0, k = z | 0
      if (i > lastX) i = lastX
      if (j > lastY) j = lastY
      if (k > lastZ) k = lastZ
      const fx = x - i, fy = y - j, fz = z - k
      const near = slices[k], far = slices[k + next]
      if (near === undefined || far === undefined) continue
      const a = j * width + i, b = a + right, c = a + below, d = b + below
      const n0 = near[a] ?? 0, n1 = near[c] ?? 0, f0 = far[a] ?? 0, f1 = far[c] ?? 0
      const nearTop = n0 + fx * ((near[b] ?? 0) - n0), nearBottom = n1 + fx * ((near[d] ?? 0) - n1)
      const farTop = f0 + fx * ((far[b] ?? 0) - f0), farBottom = f1 + fx * ((far[d] ?? 0) - f1)
      const nearValue = nearTop + fy * (nearBottom - nearTop), farValue = farTop + fy * (farBottom - farTop)
      const value = nearValue + fz * (farValue - nearValue)
      const held = total[column] ?? 0
      total[column] = mode === 'average' ? held + value : mode === 'mip' ? (value > held ? value : held) : value < held ? value : held
      passes[column] = (passes[column] ?? 0) + 1
    }
  }

  /** Writes the row out, each value over `block` pixels. */
  write(into: Float32Array, at: number, length: number, block: number): void {
    const { total, passes, mode } = this
    for (let column = 0; column < total.length; column += 1) {
      const count = passes[column] ?? 0
      const value = count === 0 ? NaN : (total[column] ?? 0) / (mode === 'average' ? count : 1)
      for (let more = column * block; more < Math.min(length, (column + 1) * block); more += 1) into[at + more] = value
    }
  }
}

/** Which columns of a pass lie between the centres of the outermost voxels; a ten-thousandth of a voxel beyond counts as on them. */
function insideOf(start: VoxelVector, step: VoxelVector, counts: VoxelVector, columns: number): Readonly<{ from: number; to: number }> {
  const slack = 1e-4
  let from = 0, to = columns - 1
  for (const axis of [0, 1, 2] as const) {
    const low = -slack - start[axis], high = counts[axis] - 1 + slack - start[axis]
    const by = step[axis]
    if (by === 0) {
      if (low > 0 || high < 0) return { from: 0, to: 0 }
      continue
    }
    from = Math.max(from, Math.ceil(Math.min(low / by, high / by)))
    to = Math.min(to, Math.floor(Math.max(low / by, high / by)))
  }
  return { from, to: Math.max(from, to + 1) }
}
