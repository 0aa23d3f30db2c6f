import type { Volume, VolumeGeometry } from '../../../src-shared/volume.ts'
import type { Vector } from '../../../src-shared/vector.ts'

/** An inclusive box of voxel indices. */
export type Box = Readonly<{ firstColumn: number, lastColumn: number, firstRow: number, lastRow: number, firstSlice: number, lastSlice: number }>

/** A small copy out of a volume: everything about one island is measured on it. Index = (slice * rows + row) * columns + column. */
export type Patch = Readonly<{
  box: Box
  columns: number
  rows: number
  slices: number
  hu: Float32Array
  geometry: VolumeGeometry
  /** Where the patch ends because the volume ends. */
  isVolumeEnd: Readonly<{ columns: readonly [boolean, boolean], rows: readonly [boolean, boolean], slices: readonly [boolean, boolean] }>
}>

export function cutPatch(volume: Volume, box: Box, marginMm: number, marginSlices: number): Patch {
  const [rowSpacing, columnSpacing] = volume.geometry.pixelSpacingMm
  const wide = Math.ceil(marginMm / columnSpacing)
  const tall = Math.ceil(marginMm / rowSpacing)
  const grown: Box = {
    firstColumn: Math.max(0, box.firstColumn - wide), lastColumn: Math.min(volume.columns - 1, box.lastColumn + wide),
    firstRow: Math.max(0, box.firstRow - tall), lastRow: Math.min(volume.rows - 1, box.lastRow + tall),
    firstSlice: Math.max(0, box.firstSlice - marginSlices), lastSlice: Math.min(volume.slices - 1, box.lastSlice + marginSlices)
  }
  const columns = grown.lastColumn - grown.firstColumn + 1
  const rows = grown.lastRow - grown.firstRow + 1
  const slices = grown.lastSlice - grown.firstSlice + 1
  const hu = new Float32Array(columns * rows * slices)
  for (let slice = 0; slice < slices; slice++) {
    for (let row = 0; row < rows; row++) {
      const from = ((grown.firstSlice + slice) * volume.rows + grown.firstRow + row) * volume.columns + grown.firstColumn
      hu.set(volume.voxels.subarray(from, from + columns), (slice * rows + row) * columns)
    }
  }
  return {
    box: grown, columns, rows, slices, hu, geometry: volume.geometry,
    isVolumeEnd: {
      columns: [grown.firstColumn === 0, grown.lastColumn === volume.columns - 1],
      rows: [grown.firstRow === 0, grown.lastRow === volume.rows - 1],
      slices: [grown.firstSlice === 0, grown.lastSlice === volume.slices - 1]
    }
  }
}

/** Column, row and slice within the patch. */
export function unravel(patch: Patch, index: number): Vector {
  const column = index % patch.columns
  const line = (index - column) / patch.columns
  const row = line % patch.rows
  return [column, row, (line - row) / patch.rows]
}

/** Offsets to neighbours as [column, row, slice] steps. */
export const faceSteps: readonly Vector[] = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
export const planeSteps: readonly Vector[] = [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((column): Vector => [column, row, 0]))
  .filter(([column, row]) => column !== 0 || row !== 0)
export const allSteps: readonly Vector[] = [
  ...planeSteps, ...[-1, 1].flatMap((slice): Vector[] => [[0, 0, slice], ...planeSteps.map(([column, row]): Vector => [column, row, slice])])
]

/** Flat index of a neighbour, or -1 outside the patch. */
export function neighbour(patch: Patch, column: number, row: number, slice: number, step: Vector): number {
  const c = column + step[0]
  const r = row + step[1]
  const s = slice + step[2]
  if (c < 0 || r < 0 || s < 0 || c >= patch.columns || r >= patch.rows || s >= patch.slices) return -1
  return (s * patch.rows + r) * patch.columns + c
}
