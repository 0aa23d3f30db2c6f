import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { aDicomFile, aSlice, type Attribute } from './dicom-file.ts'

/** A stack in which each pixel tells its own place, written under instance numbers that lie about the order. */
export const ruler = {
  studyUid: '1.2.826.0.1.3680043.10.9998.1', seriesUid: '1.2.826.0.1.3680043.10.9998.1.1', slices: 5, rows: 64, columns: 96,
  rowSpacingMm: 1, columnSpacingMm: 0.5, sliceSpacingMm: 4, intercept: -1024, slope: 2
} as const

/** UID of the slice at a place in geometric order, counted from 0. */
export const rulerUid = (slice: number): string => `${ruler.seriesUid}.${[70, 30, 50, 10, 90][slice] ?? 0}`
/** Stored value of a pixel: no two of a slice are alike. */
export const rulerStored = (slice: number, row: number, column: number): number => slice * 7 + row * 4 + column * 3
/** What a probe must read there. */
export const rulerHu = (slice: number, row: number, column: number): number => rulerStored(slice, row, column) * ruler.slope + ruler.intercept
/** Centre of a pixel, mm. */
export const rulerPointMm = (slice: number, row: number, column: number): [number, number, number] =>
  [-20 + column * ruler.columnSpacingMm, -30 + row * ruler.rowSpacingMm, 500 + slice * ruler.sliceSpacingMm]

/** Writes the phantom's files into a folder and answers the folder. */
export function writeRulerPhantom(folder: string): string {
  mkdirSync(folder, { recursive: true })
  for (let slice = 0; slice < ruler.slices; slice += 1) {
    const pixels = Buffer.alloc(ruler.rows * ruler.columns * 2)
    for (let row = 0; row < ruler.rows; row += 1) {
      for (let column = 0; column < ruler.columns; column += 1) pixels.writeUInt16LE(rulerStored(slice, row, column), (row * ruler.columns + column) * 2)
    }
    const more: Attribute[] = [
      [0x00280030, 'DS', `${ruler.rowSpacingMm}\\${ruler.columnSpacingMm}`], [0x00281052, 'DS', String(ruler.intercept)], [0x00281053, 'DS', String(ruler.slope)],
      [0x00180050, 'DS', String(ruler.sliceSpacingMm)], [0x7fe00010, 'OW', pixels]
    ]
    const attributes = aSlice({
      study: ruler.studyUid, series: ruler.seriesUid, instance: rulerUid(slice), number: [4, 1, 5, 2, 3][slice] ?? 0, positionMm: rulerPointMm(slice, 0, 0),
      rows: ruler.rows, columns: ruler.columns, name: 'Ruler^Phantom', more
    })
    writeFileSync(join(folder, `${slice}.dcm`), aDicomFile(attributes))
  }
  return folder
}
