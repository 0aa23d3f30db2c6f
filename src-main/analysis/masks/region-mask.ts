import { z } from 'zod'
import { unravel, type Patch } from '../volume/patch.ts'
import type { Region } from '../volume/region.ts'

const Triple = z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.int().nonnegative()])

/** Voxels of a volume as runs in a box; columns, rows, slices (geometric order) from 0. `runs` as in `FindingMask`. */
export const VoxelMask = z.object({ from: Triple, size: Triple, runs: z.array(z.int().nonnegative()) })
export type VoxelMask = z.infer<typeof VoxelMask>

/**
 * The half-maximum region of an island: all voxels at or above the density halfway between the island's own (partial volume taken out) and its
 * surroundings, joined to its densest voxel by faces, edges or corners; where that runs on into a neighbour, the region at the limit that keeps
 * the two apart. It is the region that the outline is read from and around which diameter, density and volume are found.
 * `volumeMm3` itself counts what partial volume adds or takes at the rim, so the sum of these voxels lies near it and does not equal it.
 */
export function maskOfRegion(patch: Patch, { indices }: Region): VoxelMask {
  const places = indices.map((index) => unravel(patch, index))
  const [first, last] = [Math.min, Math.max].map((pick) => [0, 1, 2].map((axis) => places.reduce((found, place) => pick(found, place[axis] ?? 0), places[0]?.[axis] ?? 0)))
  const [column = 0, row = 0, slice = 0] = first ?? []
  const [lastColumn = 0, lastRow = 0, lastSlice = 0] = last ?? []
  const [columns, rows, slices] = [lastColumn - column + 1, lastRow - row + 1, lastSlice - slice + 1]
  const inBox = places.map(([c, r, s]) => ((s - slice) * rows + (r - row)) * columns + (c - column)).toSorted((a, b) => a - b)
  const { box } = patch
  return { from: [box.firstColumn + column, box.firstRow + row, box.firstSlice + slice], size: [columns, rows, slices], runs: runsOf(inBox, columns * rows * slices) }
}

/** Lengths of alternating runs, the first outside, of `total` places of which the `inside` ones (ascending) count. */
function runsOf(inside: readonly number[], total: number): number[] {
  const runs: number[] = []
  let end = 0
  for (const place of inside) {
    if (place === end && runs.length > 0) runs.push((runs.pop() ?? 0) + 1)
    else runs.push(place - end, 1)
    end = place + 1
  }
  return end < total ? [...runs, total - end] : runs
}
