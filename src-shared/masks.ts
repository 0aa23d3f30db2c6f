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
