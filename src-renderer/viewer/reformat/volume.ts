import type { GreyValues } from '../picture.ts'
import type { VolumeLook } from '../reading/volume-look.ts'
import { cross, dot, scale, subtract, type Vector } from '../../../src-shared/vector.ts'
import type { VolumeGrid } from '../volume-planes.ts'

/** A whole series in memory. `slices`: rescaled values of every slice in geometric order, rows × columns each. `minimum`, `maximum`: over all of them. */
export type Volume = Readonly<{ grid: VolumeGrid; slices: readonly GreyValues[]; minimum: number; maximum: number; look?: VolumeLook }>

/** A place or a step in voxels: along columns, rows, slices; the centre of the first voxel is 0, 0, 0. */
export type VoxelVector = readonly [number, number, number]

/** Turns a direction in mm into steps of the grid; exact also where the axes, rounded in the file, are not quite at right angles. */
export function voxelsPer(grid: VolumeGrid): (way: Vector) => VoxelVector {
  const [first, second, third] = grid.axes.map(({ direction, stepMm }) => scale(direction, stepMm))
  if (first === undefined || second === undefined || third === undefined) throw new Error('A volume has three axes.')
  const determinant = dot(first, cross(second, third))
  const duals = [cross(second, third), cross(third, first), cross(first, second)].map((dual) => scale(dual, 1 / determinant))
  const along = (way: Vector, axis: 0 | 1 | 2) => dot(way, duals[axis] ?? way)
  return (way) => [along(way, 0), along(way, 1), along(way, 2)]
}

/** Where a point lies in a volume, in voxels. */
export function voxelAt(grid: VolumeGrid, pointMm: Vector): VoxelVector {
  return voxelsPer(grid)(subtract(pointMm, grid.originMm))
}

export function smallestStepMm(grid: VolumeGrid): number {
  return Math.min(...grid.axes.map(({ stepMm }) => stepMm))
}

/** How far one voxel reaches along a direction, mm: what a step from plane to plane along it is. */
export function reachMm(grid: VolumeGrid, direction: Vector): number {
  return grid.axes.reduce((sum, axis) => sum + Math.abs(dot(axis.direction, direction)) * axis.stepMm, 0)
}

/** Centres of the eight corner voxels, mm. */
export function cornersOf(grid: VolumeGrid): readonly Vector[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => grid.axes.reduce<Vector>((point, { direction, stepMm, count }, axis) => {
    const far = ((bits >> axis) & 1) * stepMm * (count - 1)
    return [point[0] + direction[0] * far, point[1] + direction[1] * far, point[2] + direction[2] * far]
  }, grid.originMm))
}
