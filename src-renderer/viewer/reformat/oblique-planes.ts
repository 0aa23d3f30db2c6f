import type { PointMm } from '../../../src-shared/ids.ts'
import type { Slab } from '../../../src-shared/viewing.ts'
import { toIndex, toPatient, type Plane } from '../plane.ts'
import { add, cross, dot, normalise, scale, subtract, type Vector } from '../../../src-shared/vector.ts'
import type { View } from '../view-transform.ts'
import { familiesOf, middleOf, type PlaneName, type SignedAxis, type VolumeGrid } from '../volume-planes.ts'
import { cornersOf, reachMm, smallestStepMm, voxelAt } from './volume.ts'
import { thin } from './resample.ts'

/** How one of the three planes lies: unit vectors to the right and down on the screen, and the normal they span (right × down). */
export type Pose = Readonly<{ right: Vector; down: Vector; normal: Vector }>
type Poses = Readonly<Record<PlaneName, Pose>>

/** More pixels than this a side show nothing that a screen could. */
const mostPixels = 1024

/**
 * Three planes at right angles through one point of a volume, free to turn together. At first they lie along the grid, named after the
 * nearest patient planes; turning in one of them tilts the other two and leaves it as it is, as when lines are turned on a picture.
 */
export class ObliquePlanes {
  private readonly grid: VolumeGrid
  private readonly first: Poses
  /** 1 where the normal runs as the grid counts, else -1. */
  private readonly counting: Readonly<Record<PlaneName, number>>
  private poses: Poses
  private point: PointMm

  constructor(grid: VolumeGrid) {
    this.grid = grid
    this.first = posesAlong(grid)
    const families = familiesOf(grid)
    const counting = (name: PlaneName) => Math.sign(dot(this.first[name].normal, grid.axes[families[name].fixed].direction))
    this.counting = { axial: counting('axial'), sagittal: counting('sagittal'), coronal: counting('coronal') }
    this.poses = this.first
    this.point = [...middleOf(grid)]
  }

  get centreMm(): PointMm { return this.point }
  /** Whether a plane has left the grid, so that its values are interpolated whatever its place. */
  get isTurned(): boolean { return this.poses !== this.first }

  pose(name: PlaneName): Pose { return this.poses[name] }

  /** Moves the common point; outside the volume the nearest place in it is taken. */
  moveTo(pointMm: PointMm): void {
    const voxel = voxelAt(this.grid, pointMm)
    this.point = this.grid.axes.reduce<PointMm>((point, { direction, stepMm, count }, axis) =>
      add(point, scale(direction, Math.min(count - 1, Math.max(0, voxel[axis] ?? 0)) * stepMm)), [...this.grid.originMm])
  }

  /** Goes through the planes of one pane, `by` of them, in the order in which the grid counts them before it is turned. */
  step(name: PlaneName, by: number): void {
    const { normal } = this.poses[name]
    this.moveTo(add(this.point, scale(normal, this.counting[name] * by * reachMm(this.grid, normal))))
  }

  /** Turns the other two planes about the normal of `name`, by an angle from its right toward its down (clockwise on the upright screen). */
  turn(name: PlaneName, angleRad: number): void {
    const about = this.poses[name].normal
    const turned = (other: PlaneName): Pose => {
      if (other === name) return this.poses[other]
      const { right, down } = this.poses[other]
      return squared(rotated(right, about, angleRad), rotated(down, about, angleRad))
    }
    this.poses = { axial: turned('axial'), sagittal: turned('sagittal'), coronal: turned('coronal') }
  }

  /** Upright again, and the point in the middle. */
  reset(): void {
    this.poses = this.first
    this.point = [...middleOf(this.grid)]
  }

  /**
   * The plane to cut for a pane: through the common point, which is the centre of one of its pixels, and wide enough for the whole volume.
   * Pixels are square, of the smallest voxel step, larger only where that would take more than 1024 a side.
   */
  plane(name: PlaneName, slab: Slab = thin): Plane {
    const { right, down, normal } = this.poses[name]
    const corners = cornersOf(this.grid).map((corner) => subtract(corner, this.point))
    const across = rangeOf(corners.map((corner) => dot(corner, right)))
    const downwards = rangeOf(corners.map((corner) => dot(corner, down)))
    const stepMm = Math.max(smallestStepMm(this.grid), Math.max(across.high - across.low, downwards.high - downwards.low) / (mostPixels - 2))
    const left = pixelsFor(-across.low, stepMm), above = pixelsFor(-downwards.low, stepMm)
    return {
      originMm: add(this.point, add(scale(right, -left * stepMm), scale(down, -above * stepMm))),
      alongColumns: right, alongRows: down, normal, columnStepMm: stepMm, rowStepMm: stepMm,
      columns: left + pixelsFor(across.high, stepMm) + 1, rows: above + pixelsFor(downwards.high, stepMm) + 1,
      halfThicknessMm: Math.max(slab.thicknessMm, reachMm(this.grid, normal)) / 2, basis: this.grid.basis, isInPatient: true
    }
  }
}

/** The view that keeps every point where it is on the screen when a pane's picture gets another extent in the same pose. */
export function sameView(from: Plane, to: Plane, view: View): View {
  return { ...view, centre: toIndex(to, toPatient(from, view.centre)) }
}

const pixelsFor = (reach: number, stepMm: number) => Math.max(0, Math.ceil(reach / stepMm - 1e-6))
const rangeOf = (values: readonly number[]) => ({ low: Math.min(...values), high: Math.max(...values) })

function posesAlong(grid: VolumeGrid): Poses {
  const families = familiesOf(grid)
  const toward = ({ axis, isReversed }: SignedAxis) => scale(grid.axes[axis].direction, isReversed ? -1 : 1)
  const pose = (name: PlaneName) => squared(toward(families[name].right), toward(families[name].down))
  return { axial: pose('axial'), sagittal: pose('sagittal'), coronal: pose('coronal') }
}

/** A pose from two directions that are nearly at right angles: rounding would else add up from turn to turn. */
function squared(right: Vector, down: Vector): Pose {
  const across = normalise(right)
  const straight = normalise(subtract(down, scale(across, dot(down, across))))
  return { right: across, down: straight, normal: cross(across, straight) }
}

/** Rodrigues' rotation of a vector about a unit axis. */
function rotated(vector: Vector, axis: Vector, angleRad: number): PointMm {
  const cos = Math.cos(angleRad), sin = Math.sin(angleRad)
  return add(add(scale(vector, cos), scale(cross(axis, vector), sin)), scale(axis, dot(axis, vector) * (1 - cos)))
}
