import type { SeriesDescription } from '../../src-shared/studies.ts'
import type { GreyValues, Picture } from './picture.ts'
import { planeOfFrame, type Plane } from './plane.ts'
import { plainLook, type VolumeLook } from './reading/volume-look.ts'
import { add, cross, dot, length, scale, subtract, type Vector } from '../../src-shared/vector.ts'

export type PlaneName = 'axial' | 'sagittal' | 'coronal'
export const planeNames: readonly PlaneName[] = ['axial', 'sagittal', 'coronal']

type Axis = Readonly<{ direction: Vector; stepMm: number; count: number }>
export type SignedAxis = Readonly<{ axis: 0 | 1 | 2; isReversed: boolean }>

/** A stack as a grid: axis 0 along columns, 1 along rows, 2 from slice to slice. */
export type VolumeGrid = Readonly<{ originMm: Vector; axes: readonly [Axis, Axis, Axis]; basis: Plane['basis'] }>
/** One family of planes: the grid axis they are stacked on, and the ones that run right and down on the screen. */
export type PlaneFamily = Readonly<{ name: PlaneName; fixed: 0 | 1 | 2; right: SignedAxis; down: SignedAxis }>

/** How each plane lies on the screen, in patient directions (LPS): as a radiologist expects it. */
const layouts: Readonly<Record<PlaneName, Readonly<{ normal: Vector; right: Vector; down: Vector }>>> = {
  axial: { normal: [0, 0, 1], right: [1, 0, 0], down: [0, 1, 0] },
  sagittal: { normal: [1, 0, 0], right: [0, 1, 0], down: [0, 0, -1] },
  coronal: { normal: [0, 1, 0], right: [1, 0, 0], down: [0, 0, -1] }
}

/** The grid of an even, untilted stack; null where the series is none, because planes cut through it would be distorted. */
export function gridOf(series: SeriesDescription): VolumeGrid | null {
  const first = series.frames[0]
  const last = series.frames.at(-1)
  if (!series.isVolume || first === undefined || last === undefined || first.positionMm === null || last.positionMm === null) return null
  const plane = planeOfFrame(series, first)
  const run = subtract(last.positionMm, first.positionMm)
  const gaps = series.frames.length - 1
  if (gaps < 1 || length(run) === 0) return null
  return {
    originMm: plane.originMm, basis: plane.basis,
    axes: [
      { direction: plane.alongColumns, stepMm: plane.columnStepMm, count: plane.columns },
      { direction: plane.alongRows, stepMm: plane.rowStepMm, count: plane.rows },
      { direction: scale(run, 1 / length(run)), stepMm: length(run) / gaps, count: series.frames.length }
    ]
  }
}

/**
 * The three families of planes through the grid's own voxels, each named after the patient plane that it is nearest to. Cutting along
 * the grid shows stored voxels, never interpolated ones, so that a number under the mouse is a number of the file.
 */
export function familiesOf(grid: VolumeGrid): Readonly<Record<PlaneName, PlaneFamily>> {
  const patient: readonly Vector[] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
  const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] as const
  const fit = (order: readonly [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2]) =>
    order.reduce<number>((sum, axis, at) => sum + Math.abs(dot(grid.axes[axis].direction, patient[at] ?? [0, 0, 0])), 0)
  const best = orders.reduce((a, b) => (fit(b) > fit(a) ? b : a))
  const toward = (direction: Vector): SignedAxis => {
    const axis = best[direction.findIndex((part) => part !== 0)] ?? 0
    return { axis, isReversed: dot(grid.axes[axis].direction, direction) < 0 }
  }
  const family = (name: PlaneName): PlaneFamily => {
    const { normal, right, down } = layouts[name]
    return { name, fixed: toward(normal).axis, right: toward(right), down: toward(down) }
  }
  return { axial: family('axial'), sagittal: family('sagittal'), coronal: family('coronal') }
}

/** Number of planes in a family. */
export function planeCount(grid: VolumeGrid, family: PlaneFamily): number {
  return grid.axes[family.fixed].count
}

/** The plane of a family nearest to a point. */
export function planeIndexAt(grid: VolumeGrid, family: PlaneFamily, pointMm: Vector): number {
  const { direction, stepMm, count } = grid.axes[family.fixed]
  return Math.min(count - 1, Math.max(0, Math.round(dot(subtract(pointMm, grid.originMm), direction) / stepMm)))
}

export function middleOf(grid: VolumeGrid): Vector {
  return grid.axes.reduce<Vector>((point, { direction, stepMm, count }) => add(point, scale(direction, stepMm * Math.floor((count - 1) / 2))), grid.originMm)
}

export function planeAt(grid: VolumeGrid, family: PlaneFamily, index: number): Plane {
  const { right, down, fixed } = family
  const across = signed(grid.axes[right.axis], right.isReversed)
  const downwards = signed(grid.axes[down.axis], down.isReversed)
  const on = grid.axes[fixed]
  const corner = add(add(grid.originMm, across.start), downwards.start)
  const originMm = add(corner, scale(on.direction, on.stepMm * index))
  return {
    originMm, alongColumns: across.direction, alongRows: downwards.direction, normal: cross(across.direction, downwards.direction),
    columnStepMm: across.stepMm, rowStepMm: downwards.stepMm, columns: across.count, rows: downwards.count,
    halfThicknessMm: on.stepMm / 2, basis: grid.basis, isInPatient: true
  }
}

function signed(axis: Axis, isReversed: boolean): Axis & Readonly<{ start: Vector }> {
  if (!isReversed) return { ...axis, start: [0, 0, 0] }
  return { ...axis, direction: scale(axis.direction, -1), start: scale(axis.direction, axis.stepMm * (axis.count - 1)) }
}

/**
 * Cuts one plane out of the slices. `slices`: rescaled values of every slice in geometric order, rows × columns each.
 * `range`: smallest and largest value of the volume, and how its pictures are shown.
 */
export function cutPlane(grid: VolumeGrid, family: PlaneFamily, index: number, slices: readonly GreyValues[], range: Readonly<{ minimum: number; maximum: number; look?: VolumeLook }>): Picture {
  const plane = planeAt(grid, family, index)
  const isWhole = slices.every((slice) => !(slice instanceof Float32Array)) && range.minimum >= -32768 && range.maximum <= 32767
  const values = isWhole ? new Int16Array(plane.columns * plane.rows) : new Float32Array(plane.columns * plane.rows)
  const rowLength = grid.axes[0].count
  const stride = (axis: 0 | 1 | 2) => [1, rowLength, 0][axis] ?? 0
  const step = (axis: SignedAxis, at: number) => axis.isReversed ? grid.axes[axis.axis].count - 1 - at : at
  const slice = (axis: 0 | 1 | 2, at: number) => axis === 2 ? at : 0
  const base = index * stride(family.fixed)
  for (let row = 0; row < plane.rows; row += 1) {
    const y = step(family.down, row)
    const rowAt = base + y * stride(family.down.axis)
    const rowSlice = slice(family.fixed, index) + slice(family.down.axis, y)
    for (let column = 0; column < plane.columns; column += 1) {
      const x = step(family.right, column)
      const from = slices[rowSlice + slice(family.right.axis, x)]
      values[row * plane.columns + column] = from?.[rowAt + x * stride(family.right.axis)] ?? 0
    }
  }
  return { kind: 'grey', plane, ...(range.look ?? plainLook), values, minimum: range.minimum, maximum: range.maximum }
}
