import type { PointMm } from '../../src-shared/ids.ts'
import type { FrameDescription, SeriesDescription } from '../../src-shared/studies.ts'
import { add, cross, dot, scale, subtract, type Vector } from '../../src-shared/vector.ts'

/** How the millimetres of a plane may be read. `pixels`: there are none, one unit is one pixel. */
export type Basis = 'body' | 'detector' | 'ultrasound-region' | 'pixels'

/**
 * A picture's place: the centre of pixel (column 0, row 0), the directions of growing column and row, and the distances between
 * neighbours. In patient mm (LPS) where the frame has a position (PS3.3 C.7.6.2), else in a space of the picture's own.
 */
export type Plane = Readonly<{
  originMm: Vector
  alongColumns: Vector
  alongRows: Vector
  normal: Vector
  /** mm from one column to the next, and from one row to the next; 1 where there are no millimetres. */
  columnStepMm: number
  rowStepMm: number
  columns: number
  rows: number
  /** Half the way to the next slice, mm: what still counts as "in this plane". */
  halfThicknessMm: number
  basis: Basis
  /** False where the frame has no position: points then mean something in this picture only. */
  isInPatient: boolean
}>

/** Column and row, pixel centres at whole numbers, both from 0. */
export type PointIndex = readonly [column: number, row: number]

/** The plane of a frame of a series. */
export function planeOfFrame(series: SeriesDescription, frame: FrameDescription): Plane {
  const orientation = frame.orientation ?? series.orientation
  const basis = frame.spacingBasis ?? series.spacingBasis
  const spacing = basis === 'none' ? null : frame.pixelSpacingMm ?? series.pixelSpacingMm
  const pixel = frame.pixel ?? series.pixel
  const isInPatient = orientation !== null && frame.positionMm !== null
  const alongColumns = isInPatient ? triple(orientation, 0) : [1, 0, 0] as const
  const alongRows = isInPatient ? triple(orientation, 3) : [0, 1, 0] as const
  const thickness = series.sliceSpacingMm ?? series.sliceThicknessMm ?? 1
  return {
    originMm: isInPatient && frame.positionMm ? frame.positionMm : [0, 0, 0],
    alongColumns, alongRows, normal: cross(alongColumns, alongRows),
    columnStepMm: spacing?.[1] ?? 1, rowStepMm: spacing?.[0] ?? frame.spacingFacts?.pixelAspect ?? 1,
    columns: pixel.columns, rows: pixel.rows,
    halfThicknessMm: thickness / 2,
    basis: spacing === null || basis === 'none' ? 'pixels' : basis,
    isInPatient
  }
}

function triple(values: readonly number[], from: number): PointMm {
  return [values[from] ?? 0, values[from + 1] ?? 0, values[from + 2] ?? 0]
}

export function toPatient(plane: Plane, [column, row]: PointIndex): PointMm {
  return add(add(plane.originMm, scale(plane.alongColumns, column * plane.columnStepMm)), scale(plane.alongRows, row * plane.rowStepMm))
}

/** The foot of the perpendicular from a point onto the plane, as an index. */
export function toIndex(plane: Plane, pointMm: Vector): PointIndex {
  const offset = subtract(pointMm, plane.originMm)
  return [dot(offset, plane.alongColumns) / plane.columnStepMm, dot(offset, plane.alongRows) / plane.rowStepMm]
}

/** Signed distance of a point from the plane along its normal, mm. */
export function offPlaneMm(plane: Plane, pointMm: Vector): number {
  return dot(subtract(pointMm, plane.originMm), plane.normal)
}

/** Whether a point lies in the plane: by default, within half a slice of it. */
export function isOnPlane(plane: Plane, pointMm: Vector, toleranceMm = plane.halfThicknessMm + 0.01): boolean {
  return Math.abs(offPlaneMm(plane, pointMm)) <= toleranceMm
}

export function isInsidePicture(plane: Plane, [column, row]: PointIndex): boolean {
  return column >= -0.5 && row >= -0.5 && column <= plane.columns - 0.5 && row <= plane.rows - 0.5
}
