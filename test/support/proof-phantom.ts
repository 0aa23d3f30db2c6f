import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { aDicomFile, aSlice, type Attribute } from './dicom-file.ts'

type Vec = readonly [number, number, number]

/** How a stack lies in the patient. `tilted`: sheared, as by a tilted gantry; `uneven`: one gap is wider than the others. */
export const forms = ['axial', 'sagittal', 'coronal', 'oblique', 'tilted', 'uneven'] as const
export type Form = (typeof forms)[number]

/** Rows and columns apart by different distances, so that a viewer that mixes them up is found out. */
export const proof = { slices: 5, rows: 80, columns: 120, rowSpacingMm: 0.8, columnSpacingMm: 0.6, sliceSpacingMm: 4 } as const

/** Middles of bright blocks of 3 × 3 pixels: three on the middle slice, in the corners of a right angle, and two that face each other across the stack. */
export const marks = {
  corner: { slice: 2, row: 60, column: 20 }, above: { slice: 2, row: 15, column: 20 }, beside: { slice: 2, row: 60, column: 95 },
  first: { slice: 0, row: 40, column: 100 }, last: { slice: 4, row: 40, column: 100 }
} as const
/** Even squares on every slice: corners (inclusive) and density. */
export const squares = { grey: { rows: [20, 34], columns: [60, 82], hu: 150 }, dark: { rows: [40, 52], columns: [50, 72], hu: -100 } } as const
const markHu = 1000

const degrees = Math.PI / 180
const turnedAboutX = ([x, y, z]: Vec, angle: number): Vec => [x, y * Math.cos(angle) - z * Math.sin(angle), y * Math.sin(angle) + z * Math.cos(angle)]
const turnedAboutZ = ([x, y, z]: Vec, angle: number): Vec => [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle), z]
const cross = (a: Vec, b: Vec): Vec => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]

/** Directions of growing column and row, and from slice to slice (mm a slice). */
function lieOf(form: Form): Readonly<{ right: Vec, down: Vec, stepMm: Vec }> {
  const spaced = ([x, y, z]: Vec): Vec => [x * proof.sliceSpacingMm, y * proof.sliceSpacingMm, z * proof.sliceSpacingMm]
  const straight = (right: Vec, down: Vec) => ({ right, down, stepMm: spaced(cross(right, down)) })
  const turned = (vector: Vec) => turnedAboutX(turnedAboutZ(vector, 25 * degrees), 15 * degrees)
  switch (form) {
    case 'axial': case 'uneven': return straight([1, 0, 0], [0, 1, 0])
    case 'sagittal': return straight([0, 1, 0], [0, 0, -1])
    case 'coronal': return straight([1, 0, 0], [0, 0, -1])
    case 'oblique': return straight(turned([1, 0, 0]), turned([0, 1, 0]))
    case 'tilted': return { right: [1, 0, 0], down: turnedAboutX([0, 1, 0], 18 * degrees), stepMm: [0, 0, proof.sliceSpacingMm] }
  }
}

export const proofStudyUid = (form: Form): string => `1.2.826.0.1.3680043.10.9997.${forms.indexOf(form) + 1}`
const seriesUid = (form: Form) => `${proofStudyUid(form)}.1`

/** Writes one form of the phantom, a study of its own, under instance numbers that lie about the order, and answers the folder. */
export function writeProofPhantom(folder: string, form: Form): string {
  mkdirSync(folder, { recursive: true })
  const { right, down, stepMm } = lieOf(form)
  for (let slice = 0; slice < proof.slices; slice += 1) {
    const away = form === 'uneven' && slice > 2 ? slice + 0.5 : slice
    const at = (axis: 0 | 1 | 2) => [-30, -40, 200][axis] ?? 0
    const positionMm: [number, number, number] = [at(0) + stepMm[0] * away, at(1) + stepMm[1] * away, at(2) + stepMm[2] * away]
    const more: Attribute[] = [
      [0x00200037, 'DS', [...right, ...down].map((part) => part.toFixed(8)).join('\\')], [0x00280030, 'DS', `${proof.rowSpacingMm}\\${proof.columnSpacingMm}`],
      [0x00281052, 'DS', '-1024'], [0x00281053, 'DS', '1'], [0x00180050, 'DS', String(proof.sliceSpacingMm)], [0x7fe00010, 'OW', pixelsOf(slice)]
    ]
    writeFileSync(join(folder, `${slice}.dcm`), aDicomFile(aSlice({
      study: proofStudyUid(form), series: seriesUid(form), instance: `${seriesUid(form)}.${[5, 2, 4, 1, 3][slice] ?? 0}`, number: [3, 5, 1, 4, 2][slice] ?? 0,
      positionMm, rows: proof.rows, columns: proof.columns, name: `Proof^${form}`, more
    })))
  }
  return folder
}

/** Writes an uptake series over the axial form, in its study and its frame of reference: one warm ellipse over a quarter of the pixels. Answers the folder. */
export function writeProofUptake(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const rows = proof.rows / 2, columns = proof.columns / 2
  for (let slice = 0; slice < proof.slices; slice += 1) {
    const pixels = Buffer.alloc(rows * columns * 2)
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) pixels.writeUInt16LE(Math.hypot((row - 20) / 8, (column - 36) / 12) <= 1 ? 4000 : 100, (row * columns + column) * 2)
    }
    const more: Attribute[] = [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.128'], [0x0008103e, 'LO', 'Uptake'], [0x00200011, 'IS', '3'], [0x00280030, 'DS', `${proof.rowSpacingMm * 2}\\${proof.columnSpacingMm * 2}`],
      [0x00281050, 'DS', '2000'], [0x00281051, 'DS', '4000'], [0x00281052, 'DS', '0'], [0x00281053, 'DS', '1'], [0x00180050, 'DS', String(proof.sliceSpacingMm)], [0x7fe00010, 'OW', pixels]
    ]
    writeFileSync(join(folder, `${slice}.dcm`), aDicomFile(aSlice({
      study: proofStudyUid('axial'), series: `${proofStudyUid('axial')}.2`, instance: `${proofStudyUid('axial')}.2.${slice + 1}`, number: slice + 1, modality: 'PT',
      positionMm: [-30 + proof.columnSpacingMm / 2, -40 + proof.rowSpacingMm / 2, 200 + slice * proof.sliceSpacingMm], rows, columns, name: 'Proof^axial', more
    })))
  }
  return folder
}

function pixelsOf(slice: number): Buffer {
  const pixels = Buffer.alloc(proof.rows * proof.columns * 2)
  for (let row = 0; row < proof.rows; row += 1) {
    for (let column = 0; column < proof.columns; column += 1) pixels.writeUInt16LE(huAt(slice, row, column) + 1024, (row * proof.columns + column) * 2)
  }
  return pixels
}

function huAt(slice: number, row: number, column: number): number {
  if (Object.values(marks).some((mark) => mark.slice === slice && Math.abs(mark.row - row) <= 1 && Math.abs(mark.column - column) <= 1)) return markHu
  const square = Object.values(squares).find(({ rows, columns }) => row >= rows[0] && row <= rows[1] && column >= columns[0] && column <= columns[1])
  return square?.hu ?? 0
}
