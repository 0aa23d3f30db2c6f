import { AppError } from '../../../src-shared/errors.ts'
import { isEvenlySpaced, median, type Volume, type VolumeGeometry } from '../../../src-shared/volume.ts'
import { add, cross, dot, isFinitePoint, length, normalise, scale, subtract, type Vector } from '../../../src-shared/vector.ts'

export type StackDescription = Readonly<{
  originsMm: readonly Vector[]
  rowDirection: Vector
  columnDirection: Vector
  pixelSpacingMm: readonly [number, number]
  sliceThicknessMm: number | null
}>

/** Derives gaps, spacing, evenness and tilt of a stack whose origins are already in geometric order (along row × column; PS3.3 C.7.6.2). */
export function geometryOf(stack: StackDescription): VolumeGeometry {
  const normal = normalise(cross(stack.rowDirection, stack.columnDirection))
  const along = stack.originsMm.map((origin) => dot(origin, normal))
  const sliceGapsMm = along.slice(1).map((at, index) => at - (along[index] ?? 0))
  const sliceSpacingMm = sliceGapsMm.length > 0 ? median(sliceGapsMm) : (stack.sliceThicknessMm ?? 1)
  return {
    ...stack, normal, sliceGapsMm, sliceSpacingMm,
    isEven: isEvenlySpaced(sliceGapsMm),
    gantryTiltDeg: tiltDeg(stack.originsMm, normal)
  }
}

/** Centre of a voxel, mm (LPS). Column and row may be fractions; so may the slice, which then lies between two true slice positions. */
export function voxelToMm(geometry: VolumeGeometry, column: number, row: number, slice: number): Vector {
  const below = Math.max(0, Math.min(geometry.originsMm.length - 1, Math.floor(slice)))
  const origin = geometry.originsMm[below] ?? [0, 0, 0]
  const above = geometry.originsMm[below + 1]
  const start = above === undefined || slice === below ? origin : add(origin, scale(subtract(above, origin), slice - below))
  const [rowSpacing, columnSpacing] = geometry.pixelSpacingMm
  return add(start, add(scale(geometry.rowDirection, column * columnSpacing), scale(geometry.columnDirection, row * rowSpacing)))
}

/** Extent along the normal that each slice stands for, mm: half the gap on either side, so that the sum over slices is an integral. */
export function sliceExtentsMm(geometry: VolumeGeometry): Float64Array {
  const gaps = geometry.sliceGapsMm
  return Float64Array.from({ length: geometry.originsMm.length }, (_, slice) => {
    const below = gaps[slice - 1] ?? gaps[slice] ?? geometry.sliceSpacingMm
    const above = gaps[slice] ?? gaps[slice - 1] ?? geometry.sliceSpacingMm
    return (below + above) / 2
  })
}

/** Index (from 0) of the slice whose plane lies nearest to the point. */
export function nearestSlice(geometry: VolumeGeometry, pointMm: Vector): number {
  const target = dot(pointMm, geometry.normal)
  let best = 0
  let bestDistance = Infinity
  geometry.originsMm.forEach((origin, slice) => {
    const away = Math.abs(dot(origin, geometry.normal) - target)
    if (away < bestDistance) { best = slice; bestDistance = away }
  })
  return best
}

/** A gap this many times the usual one means that at least one slice is missing there. */
const missingSliceFactor = 1.6
export const isMissingGap = (geometry: VolumeGeometry, gapMm: number): boolean => gapMm > missingSliceFactor * geometry.sliceSpacingMm

/**
 * Refuses a volume on which no number could be right.
 * @throws AppError `geometry-refused` with a sentence that names what is wrong.
 */
export function requireMeasurable(volume: Volume): void {
  const { geometry } = volume
  const [rowSpacing, columnSpacing] = geometry.pixelSpacingMm
  const refuse = (sentence: string): never => { throw new AppError('geometry-refused', sentence) }
  if (volume.voxels.length !== volume.columns * volume.rows * volume.slices) refuse('Not measured: the number of voxels does not match rows, columns and slices.')
  if (geometry.originsMm.length !== volume.slices) refuse('Not measured: some slices have no Image Position, so their place in the patient is unknown.')
  if (!(rowSpacing > 0 && columnSpacing > 0 && Number.isFinite(rowSpacing * columnSpacing))) refuse('Not measured: the series has no valid Pixel Spacing.')
  if (!geometry.originsMm.every(isFinitePoint)) refuse('Not measured: an Image Position is not a number.')
  if (!hasOrthogonalAxes(geometry)) refuse('Not measured: Image Orientation is not a pair of perpendicular unit vectors.')
  if (geometry.sliceGapsMm.length !== Math.max(0, volume.slices - 1)) refuse('Not measured: the slice distances do not match the slices.')
  if (!geometry.sliceGapsMm.every((gap) => gap > 0.01)) refuse('Not measured: two slices lie at the same place or are out of order.')
  if (geometry.gantryTiltDeg > 45) refuse('Not measured: the slices are sheared by more than 45 degrees, which no gantry does.')
}

function hasOrthogonalAxes(geometry: VolumeGeometry): boolean {
  const { rowDirection, columnDirection, normal } = geometry
  const isUnit = [rowDirection, columnDirection, normal].every((axis) => Math.abs(length(axis) - 1) < 0.01)
  return isUnit && Math.abs(dot(rowDirection, columnDirection)) < 0.01 && dot(cross(rowDirection, columnDirection), normal) > 0.98
}

function tiltDeg(originsMm: readonly Vector[], normal: Vector): number {
  const first = originsMm[0]
  const last = originsMm.at(-1)
  if (first === undefined || last === undefined || originsMm.length < 2) return 0
  const stack = normalise(subtract(last, first))
  const degrees = (Math.acos(Math.min(1, Math.abs(dot(stack, normal)))) * 180) / Math.PI
  return degrees < 0.05 ? 0 : degrees
}
