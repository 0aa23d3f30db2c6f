import type { Volume, VolumeGeometry } from '../../../src-shared/volume.ts'
import { voxelToMm } from './geometry.ts'
import { distance, type Vector } from '../../../src-shared/vector.ts'

/** Distance between two places given as [column, row, slice] (fractions allowed), mm. */
export function distanceMm(geometry: VolumeGeometry, from: Vector, to: Vector): number {
  return distance(voxelToMm(geometry, ...from), voxelToMm(geometry, ...to))
}

export type RegionStatistics = Readonly<{ meanHu: number, sdHu: number, minHu: number, maxHu: number, voxels: number, areaMm2: number }>

/**
 * Densities of the voxels whose centres lie in an ellipse of one slice, with the population standard deviation; `areaMm2` is the area of
 * these voxels. `centre` is [column, row]; semi-axes run along the row and down the column, mm. Null where no voxel lies inside.
 */
export function ellipseStatistics(volume: Volume, slice: number, centre: readonly [number, number], semiAxesMm: readonly [number, number]): RegionStatistics | null {
  const [rowSpacing, columnSpacing] = volume.geometry.pixelSpacingMm
  const values: number[] = []
  for (let row = 0; row < volume.rows; row++) {
    const down = ((row - centre[1]) * rowSpacing) / semiAxesMm[1]
    if (Math.abs(down) > 1) continue
    for (let column = 0; column < volume.columns; column++) {
      const along = ((column - centre[0]) * columnSpacing) / semiAxesMm[0]
      if (along * along + down * down <= 1) values.push(volume.voxels[(slice * volume.rows + row) * volume.columns + column] ?? 0)
    }
  }
  if (values.length === 0) return null
  const meanHu = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - meanHu) ** 2, 0) / values.length
  return {
    meanHu, sdHu: Math.sqrt(variance), minHu: Math.min(...values), maxHu: Math.max(...values), voxels: values.length,
    areaMm2: values.length * rowSpacing * columnSpacing
  }
}
