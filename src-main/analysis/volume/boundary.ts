import { faceSteps, neighbour, unravel, type Patch } from './patch.ts'
import { voxelToMm } from './geometry.ts'
import type { Region } from './region.ts'
import { add, distance, dot, scale, subtract, type Vector } from '../../../src-shared/vector.ts'

/** Points where the density crosses `levelHu` between a voxel of the region and one outside, by linear interpolation between true positions, mm. */
export function boundaryPointsMm(patch: Patch, region: Region, levelHu: number): Vector[] {
  const points: Vector[] = []
  for (const index of region.indices) {
    const [column, row, slice] = unravel(patch, index)
    const inside = patch.hu[index] ?? 0
    const here = patchToMm(patch, column, row, slice)
    for (const step of faceSteps) {
      const other = neighbour(patch, column, row, slice, step)
      if (other < 0 || region.mask[other] === 1) continue
      const outside = patch.hu[other] ?? 0
      const share = outside < levelHu ? (inside - levelHu) / (inside - outside) : 0.5
      const there = patchToMm(patch, column + step[0], row + step[1], slice + step[2])
      points.push(add(here, scale(subtract(there, here), Math.max(0, Math.min(1, share)))))
    }
  }
  return points
}

export function patchToMm(patch: Patch, column: number, row: number, slice: number): Vector {
  return voxelToMm(patch.geometry, patch.box.firstColumn + column, patch.box.firstRow + row, patch.box.firstSlice + slice)
}

export type Diameter = Readonly<{ lengthMm: number, endsMm: readonly [Vector, Vector] }>

/** The longest distance between two of the points: the extremes along 400 directions, so the cost grows with the points, not their square. */
export function longestDiameter(points: readonly Vector[]): Diameter | null {
  let best: Diameter | null = null
  for (const direction of directions(400)) {
    let low: Vector | undefined
    let high: Vector | undefined
    let lowest = Infinity
    let highest = -Infinity
    for (const point of points) {
      const along = dot(point, direction)
      if (along < lowest) { lowest = along; low = point }
      if (along > highest) { highest = along; high = point }
    }
    if (low === undefined || high === undefined) return null
    const lengthMm = distance(low, high)
    if (best === null || lengthMm > best.lengthMm) best = { lengthMm, endsMm: [low, high] }
  }
  return best
}

/** Directions spread evenly over half a sphere (golden spiral). */
function directions(count: number): Vector[] {
  const turn = Math.PI * (3 - Math.sqrt(5))
  return Array.from({ length: count }, (_, index) => {
    const z = (index + 0.5) / count
    const radius = Math.sqrt(1 - z * z)
    return [radius * Math.cos(turn * index), radius * Math.sin(turn * index), z]
  })
}

/** Half of a voxel's extent along a direction, mm: what the voxel grid leaves open at either end together. */
export function voxelErrorMm(patch: Patch, direction: Vector, sliceExtentMm: number): number {
  const { geometry } = patch
  const [rowSpacing, columnSpacing] = geometry.pixelSpacingMm
  return 0.5 * Math.hypot(
    dot(direction, geometry.rowDirection) * columnSpacing, dot(direction, geometry.columnDirection) * rowSpacing, dot(direction, geometry.normal) * sliceExtentMm)
}
