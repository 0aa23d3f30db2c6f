import type { PointMm } from '../../../src-shared/ids.ts'
import type { Volume } from '../../../src-shared/volume.ts'
import { squareRgb } from './square.ts'
import type { Plane } from './resize.ts'
import { stoneWindows, trainedWindows, windowed, type HuWindow } from './windows.ts'

type Windows = readonly [HuWindow, HuWindow, HuWindow]
type Pick = Readonly<{ width: number, height: number, values: Int16Array, widthMm: number, heightMm: number }>

/** A slice as the model was trained on it. */
export function sliceImage(volume: Volume, index: number, sizePx: number): Uint8Array {
  const { rows, columns, geometry: { pixelSpacingMm: [rowMm, columnMm] } } = volume
  return drawn({ width: columns, height: rows, values: sliceValues(volume, index), widthMm: columns * columnMm, heightMm: rows * rowMm }, trainedWindows, sizePx)
}

/** A square field of a slice around a place of it, as close as `fieldMm`; what lies beyond the edge is air. */
export function cropImage(volume: Volume, { sliceIndex, column, row, fieldMm }: Readonly<{ sliceIndex: number, column: number, row: number, fieldMm: number }>, sizePx: number): Uint8Array {
  const { rows, columns, geometry: { pixelSpacingMm: [rowMm, columnMm] } } = volume
  const slice = sliceValues(volume, sliceIndex)
  const width = Math.max(8, Math.round(fieldMm / columnMm))
  const height = Math.max(8, Math.round(fieldMm / rowMm))
  const [left, top] = [Math.round(column - width / 2), Math.round(row - height / 2)]
  const values = new Int16Array(width * height).fill(-1024)
  for (let y = Math.max(0, -top); y < height && top + y < rows; y++) {
    for (let x = Math.max(0, -left); x < width && left + x < columns; x++) values[y * width + x] = slice[(top + y) * columns + left + x] ?? -1024
  }
  return drawn({ width, height, values, widthMm: width * columnMm, heightMm: height * rowMm }, stoneWindows, sizePx)
}

/** A plane through the stack along its slices: coronal where `along` is columns (x right to left of the picture), sagittal where it is rows. Feet below. */
export function uprightImage(volume: Volume, { sliceIndex, column, row, fieldMm, along }: Readonly<{ sliceIndex: number, column: number, row: number, fieldMm: number, along: 'columns' | 'rows' }>, sizePx: number): Uint8Array {
  const { rows, columns, slices, voxels, geometry: { pixelSpacingMm: [rowMm, columnMm], sliceSpacingMm, normal } } = volume
  const acrossMm = along === 'columns' ? columnMm : rowMm
  const width = Math.max(8, Math.round(fieldMm / acrossMm))
  const height = Math.max(2, Math.round(fieldMm / sliceSpacingMm))
  const [left, low] = [Math.round((along === 'columns' ? column : row) - width / 2), Math.round(sliceIndex - height / 2)]
  const isHeadward = normal[2] >= 0
  const values = new Int16Array(width * height).fill(-1024)
  for (let y = 0; y < height; y++) {
    const slice = low + (isHeadward ? height - 1 - y : y)
    if (slice < 0 || slice >= slices) continue
    for (let x = 0; x < width; x++) {
      const [atColumn, atRow] = along === 'columns' ? [left + x, row] : [column, left + x]
      if (atColumn < 0 || atColumn >= columns || atRow < 0 || atRow >= rows) continue
      values[y * width + x] = voxels[(slice * rows + atRow) * columns + atColumn] ?? -1024
    }
  }
  return drawn({ width, height, values, widthMm: width * acrossMm, heightMm: height * sliceSpacingMm }, stoneWindows, sizePx)
}

/** Column and row of the place of a slice that lies nearest to a point, mm. */
export function placeInSlice({ rows, columns, geometry: { originsMm, rowDirection, columnDirection, pixelSpacingMm: [rowMm, columnMm] } }: Volume, sliceIndex: number, pointMm: PointMm): Readonly<{ column: number, row: number }> {
  const origin = originsMm[sliceIndex] ?? [0, 0, 0]
  const offset = [pointMm[0] - origin[0], pointMm[1] - origin[1], pointMm[2] - origin[2]] as const
  const along = (direction: readonly [number, number, number]) => offset[0] * direction[0] + offset[1] * direction[1] + offset[2] * direction[2]
  const within = (value: number, most: number) => Math.max(0, Math.min(most - 1, Math.round(value)))
  return { column: within(along(rowDirection) / columnMm, columns), row: within(along(columnDirection) / rowMm, rows) }
}

function sliceValues({ rows, columns, voxels }: Volume, index: number): Int16Array {
  return voxels.subarray(index * rows * columns, (index + 1) * rows * columns)
}

function drawn({ width, height, values, widthMm, heightMm }: Pick, windows: Windows, sizePx: number): Uint8Array {
  const plane = (window: HuWindow): Plane => ({ width, height, values: windowed(values, window) })
  return squareRgb([plane(windows[0]), plane(windows[1]), plane(windows[2])], { widthMm, heightMm }, sizePx)
}
