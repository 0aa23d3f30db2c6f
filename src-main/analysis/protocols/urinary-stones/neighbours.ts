import type { Volume } from '../../../../src-shared/volume.ts'
import { nearestSlice } from '../../volume/geometry.ts'
import { dot, subtract, type Vector } from '../../../../src-shared/vector.ts'

/** What lies around a point, as shares of the voxels within a radius; dense voxels are left out of the count. */
export type Neighbours = Readonly<{ gas: number, fat: number, fluid: number, soft: number, total: number }>

/** Shares need no more than a voxel every so often in the plane. */
const sampleMm = 1.4

export const noNeighbours: Neighbours = { gas: 0, fat: 0, fluid: 0, soft: 0, total: 0 }

export function neighboursOf(volume: Volume, centreMm: Vector, innerMm: number, radiusMm: number): Neighbours {
  const { geometry } = volume
  const [rowSpacing, columnSpacing] = geometry.pixelSpacingMm
  const middle = nearestSlice(geometry, centreMm)
  const reach = Math.ceil(radiusMm / geometry.sliceSpacingMm)
  const [stepRow, stepColumn] = [Math.max(1, Math.round(sampleMm / rowSpacing)), Math.max(1, Math.round(sampleMm / columnSpacing))]
  const counts = { gas: 0, fat: 0, fluid: 0, soft: 0, total: 0 }
  for (let slice = Math.max(0, middle - reach); slice <= Math.min(volume.slices - 1, middle + reach); slice++) {
    const origin = geometry.originsMm[slice] ?? centreMm
    const offset = subtract(centreMm, origin)
    const away = dot(offset, geometry.normal)
    const column = dot(offset, geometry.rowDirection) / columnSpacing
    const row = dot(offset, geometry.columnDirection) / rowSpacing
    for (let r = Math.ceil(row - radiusMm / rowSpacing); r <= row + radiusMm / rowSpacing; r += stepRow) {
      for (let c = Math.ceil(column - radiusMm / columnSpacing); c <= column + radiusMm / columnSpacing; c += stepColumn) {
        const distance = Math.hypot((c - column) * columnSpacing, (r - row) * rowSpacing, away)
        if (distance > radiusMm || distance < innerMm || c < 0 || r < 0 || c >= volume.columns || r >= volume.rows) continue
        count(counts, volume.voxels[(slice * volume.rows + r) * volume.columns + c] ?? 0)
      }
    }
  }
  const share = (value: number): number => value / Math.max(1, counts.total)
  return { gas: share(counts.gas), fat: share(counts.fat), fluid: share(counts.fluid), soft: share(counts.soft), total: counts.total }
}

function count(counts: { gas: number, fat: number, fluid: number, soft: number, total: number }, hu: number): void {
  if (hu > 130) return
  counts.total++
  if (hu < -300) counts.gas++
  else if (hu < -40) counts.fat++
  else counts.soft++
  if (hu > -28 && hu < 24) counts.fluid++
}
