import { z } from 'zod'
import { PointMm, RowId, SeriesUid, SopInstanceUid } from './ids.ts'

/**
 * The voxels of one finding, in a box of the series' grid. `runs`: lengths of alternating runs, the first of voxels outside, along
 * columns, then rows, then slices of the box; their sum is the product of `size`.
 */
export const FindingMask = z.object({
  findingId: RowId, seriesUid: SeriesUid,
  /** First voxel of the box: column, row, and slice in geometric order, from 0. */
  from: z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.int().nonnegative()]),
  /** Columns, rows, slices of the box. */
  size: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]),
  /** Centre of the box' first voxel, and the way to the next column, row and slice, mm. */
  originMm: PointMm, columnStepMm: PointMm, rowStepMm: PointMm, sliceStepMm: PointMm,
  /** The image of each slice of the box. */
  frames: z.array(z.object({ sopInstanceUid: SopInstanceUid, frameNumber: z.int().positive() })),
  runs: z.array(z.int().nonnegative())
})
export type FindingMask = z.infer<typeof FindingMask>
/** `GET /api/studies/{uid}/masks`: of findings that stand (not superseded) and have one. */
export const FindingMaskList = z.object({ masks: z.array(FindingMask) })

/** Calls back for each voxel inside a mask, in the order of its runs; column, row and slice count from 0 within the box. */
export function forEachVoxel({ size: [columns, rows], runs }: Pick<FindingMask, 'size' | 'runs'>, take: (column: number, row: number, slice: number) => void): void {
  let at = 0
  runs.forEach((length, run) => {
    const end = at + length
    if (run % 2 === 1) for (let voxel = at; voxel < end; voxel++) take(voxel % columns, Math.floor(voxel / columns) % rows, Math.floor(voxel / (columns * rows)))
    at = end
  })
}
