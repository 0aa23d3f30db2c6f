import type { GreyValues } from '../picture.ts'
import { add, scale, type Vector } from '../../../src-shared/vector.ts'
import type { Volume } from '../reformat/volume.ts'

/** A volume as a graphics card takes it: all voxels in one array, column by column, row by row, slice by slice. */
export type Block = Readonly<{
  values: Int16Array | Float32Array
  /** Columns, rows, slices. */
  counts: readonly [number, number, number]
  /** Centre of the first voxel, and the way from one to the next along each axis. */
  originMm: Vector
  directions: readonly [Vector, Vector, Vector]
  stepsMm: readonly [number, number, number]
  /** How many stored voxels each is the mean of, along each axis; 1, 1, 1 where it is the volume as it is. */
  merged: readonly [number, number, number]
}>

export type BlockLimits = Readonly<{ mostVoxels: number; mostAlongAxis: number }>

/**
 * Copies a volume into one array; where it is larger than allowed, voxels are averaged two by two (or more) along the axis on which they lie
 * closest, until it fits. What is left over at the far edge of an averaged axis, less than one new voxel, is dropped.
 */
export function blockOf({ grid, slices, minimum, maximum }: Volume, limits: BlockLimits): Block {
  const [x, y, z] = grid.axes
  const merged = mergingFor([x.count, y.count, z.count], [x.stepMm, y.stepMm, z.stepMm], limits)
  const counts = [Math.floor(x.count / merged[0]), Math.floor(y.count / merged[1]), Math.floor(z.count / merged[2])] as const
  const isWhole = minimum >= -32768 && maximum <= 32767 && slices.every((slice) => !(slice instanceof Float32Array || slice instanceof Float64Array))
  const values = isWhole ? new Int16Array(counts[0] * counts[1] * counts[2]) : new Float32Array(counts[0] * counts[1] * counts[2])
  const isAsItIs = merged.every((count) => count === 1)
  for (let slice = 0; slice < counts[2]; slice += 1) {
    const start = slice * counts[0] * counts[1]
    const stored = slices.slice(slice * merged[2], (slice + 1) * merged[2])
    if (isAsItIs && stored[0] !== undefined) values.set(stored[0], start)
    else average(stored, x.count, merged, counts, values, start)
  }
  const originMm = grid.axes.reduce<Vector>((point, { direction, stepMm }, axis) => add(point, scale(direction, stepMm * ((merged[axis] ?? 1) - 1) / 2)), grid.originMm)
  return {
    values, counts, originMm, merged, directions: [x.direction, y.direction, z.direction],
    stepsMm: [x.stepMm * merged[0], y.stepMm * merged[1], z.stepMm * merged[2]]
  }
}

/** What to say under a picture drawn from fewer voxels than there are; null where it is drawn from all. */
export function blockNote({ counts, merged }: Block, { grid }: Volume): string | null {
  if (merged.every((count) => count === 1)) return null
  return `Drawn coarser, from ${counts.join(' × ')} of ${grid.axes.map(({ count }) => count).join(' × ')} voxels.`
}

function mergingFor(counts: readonly [number, number, number], stepsMm: readonly [number, number, number], { mostVoxels, mostAlongAxis }: BlockLimits): readonly [number, number, number] {
  const merged: [number, number, number] = [1, 1, 1]
  const axes = [0, 1, 2] as const
  const left = (axis: 0 | 1 | 2) => Math.floor(counts[axis] / merged[axis])
  for (const axis of axes) while (left(axis) > mostAlongAxis) merged[axis] += 1
  while (left(0) * left(1) * left(2) > mostVoxels) {
    const closest = axes.filter((axis) => left(axis) > 1).reduce<0 | 1 | 2 | null>((best, axis) => best === null || stepsMm[axis] * merged[axis] < stepsMm[best] * merged[best] ? axis : best, null)
    if (closest === null) break
    // Both axes of a slice together: their voxels are alike.
    const together = closest !== 2 && stepsMm[0] * merged[0] === stepsMm[1] * merged[1] ? [0, 1] as const : [closest]
    for (const axis of together) merged[axis] += 1
  }
  return merged
}

function average(slices: readonly GreyValues[], width: number, [across, down]: Block['merged'], [columns, rows]: Block['counts'], into: Int16Array | Float32Array, start: number): void {
  const share = 1 / (across * down * slices.length)
  const isWhole = into instanceof Int16Array
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let sum = 0
      for (const slice of slices) {
        for (let dy = 0; dy < down; dy += 1) {
          const at = (row * down + dy) * width + column * across
          for (let dx = 0; dx < across; dx += 1) sum += slice[at + dx] ?? 0
        }
      }
      into[start + row * columns + column] = isWhole ? Math.round(sum * share) : sum * share
    }
  }
}
