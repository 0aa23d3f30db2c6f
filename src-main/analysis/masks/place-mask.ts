import { AppError } from '../../../src-shared/errors.ts'
import type { PointMm } from '../../../src-shared/ids.ts'
import type { FindingMask } from '../../../src-shared/masks.ts'
import type { FrameDescription, SeriesDescription } from '../../../src-shared/studies.ts'
import type { VolumeGeometry } from '../../../src-shared/volume.ts'
import { voxelToMm } from '../volume/geometry.ts'
import { distance, scale, subtract, type Vector } from '../../../src-shared/vector.ts'
import type { VoxelMask } from './region-mask.ts'

/** As it is kept, before it has a finding. */
export type PlacedMask = Omit<FindingMask, 'findingId'>

/** Header positions are decimal strings; the same slice read twice differs by less than this. */
const samePlaceMm = 0.01
const sameDirection = 1e-3

/**
 * A mask with its place in the patient and the images of its slices, found by position and never by count. Where slices lie unevenly
 * `sliceStepMm` is their mean; the exact places are those of the images.
 * @throws AppError `geometry-refused` where a slice has no image any more.
 */
export function placeMask(mask: VoxelMask, series: SeriesDescription, geometry: VolumeGeometry): PlacedMask {
  const { from: [column, row, slice], size: [columns, rows, slices], runs } = mask
  const [rowSpacing, columnSpacing] = geometry.pixelSpacingMm
  return {
    seriesUid: series.seriesUid, from: [column, row, slice], size: [columns, rows, slices], runs: [...runs],
    originMm: point(voxelToMm(geometry, column, row, slice)),
    columnStepMm: point(scale(geometry.rowDirection, columnSpacing)), rowStepMm: point(scale(geometry.columnDirection, rowSpacing)),
    sliceStepMm: point(sliceStep(geometry, slice, slices)),
    frames: Array.from({ length: slices }, (_, index) => frameOf(series, geometry, slice + index))
  }
}

const point = ([x, y, z]: Vector): PointMm => [x, y, z]

function sliceStep({ originsMm, normal, sliceSpacingMm }: VolumeGeometry, first: number, count: number): Vector {
  const origin = originsMm[first]
  const last = originsMm[first + count - 1]
  if (count > 1 && origin !== undefined && last !== undefined) return scale(subtract(last, origin), 1 / (count - 1))
  const [before, after] = [originsMm[first - 1], originsMm[first + 1]]
  if (origin !== undefined && after !== undefined) return subtract(after, origin)
  return origin !== undefined && before !== undefined ? subtract(origin, before) : scale(normal, sliceSpacingMm)
}

function frameOf(series: SeriesDescription, { originsMm, rowDirection, columnDirection }: VolumeGeometry, slice: number): FindingMask['frames'][number] {
  const origin = originsMm[slice]
  const directions = [...rowDirection, ...columnDirection]
  // A localizer among the slices may lie at the place of one of them.
  const isParallel = (frame: FrameDescription) => (frame.orientation ?? series.orientation ?? []).every((value, index) => Math.abs(value - (directions[index] ?? 2)) <= sameDirection)
  const frame = origin === undefined ? undefined : series.frames.find((one) => one.positionMm !== null && distance(one.positionMm, origin) <= samePlaceMm && isParallel(one))
  if (frame === undefined) throw new AppError('geometry-refused', 'A measured slice has no image in the series. The series may have changed since it was measured: analyse it again.')
  return { sopInstanceUid: frame.sopInstanceUid, frameNumber: frame.frameNumber }
}
