import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { aDicomFile, aSlice, encapsulated, type Attribute } from './dicom-file.ts'

/**
 * One study that invites the faults known of other viewers. Two CT stacks at the same places in different frames of reference, whose values do not fit 16 bits
 * nor whole numbers and whose instance numbers lie; and a picture that has no millimetres at all.
 */
export const field = {
  studyUid: '1.2.826.0.1.3680043.10.9996.1', slices: 5, rows: 64, columns: 96, rowSpacingMm: 1, columnSpacingMm: 0.5, sliceSpacingMm: 4, slope: 0.5, intercept: -1024.25
} as const
/** `here` and `there` have positions; `flat` has none. */
export const fieldSeries = { here: `${field.studyUid}.1`, there: `${field.studyUid}.2`, flat: `${field.studyUid}.3` } as const
type Stack = 'here' | 'there'
/** The second stack lies 100 mm further up, in a space of its own. */
const away = { here: 0, there: 100 } as const

export const fieldInstance = (stack: Stack, slice: number): string => `${fieldSeries[stack]}.${[7, 3, 9, 1, 5][slice] ?? 0}`
/** Stored values reach 56,000, and no two of a slice are alike. */
export const fieldStored = (slice: number, row: number, column: number): number => slice * 7 + row * 440 + column * 300
export const fieldHu = (slice: number, row: number, column: number): number => fieldStored(slice, row, column) * field.slope + field.intercept
export const fieldPointMm = (stack: Stack, slice: number, row: number, column: number): [number, number, number] =>
  [-20 + column * field.columnSpacingMm, -30 + row * field.rowSpacingMm, 500 + away[stack] + slice * field.sliceSpacingMm]

/** Writes the study into a folder and answers it. */
export function writeFieldPhantom(folder: string): string {
  mkdirSync(folder, { recursive: true })
  for (const stack of ['here', 'there'] as const) {
    for (let slice = 0; slice < field.slices; slice += 1) writeFileSync(join(folder, `${stack}-${slice}.dcm`), aDicomFile(sliceOf(stack, slice)))
  }
  writeFileSync(join(folder, 'flat.dcm'), aDicomFile([
    ...aSlice({ study: field.studyUid, series: fieldSeries.flat, instance: `${fieldSeries.flat}.1`, modality: 'OT', positionMm: null, rows: field.rows, columns: field.columns, name: 'Field^Faults' }),
    [0x0008103e, 'LO', 'Flat'], [0x00200011, 'IS', '3'], [0x00280030, 'DS', ''], [0x00281052, 'DS', ''], [0x00281053, 'DS', ''], [0x00180050, 'DS', ''], [0x00200052, 'UI', ''], [0x7fe00010, 'OW', pixelsOf(0)]
  ]))
  return folder
}

function sliceOf(stack: Stack, slice: number): Attribute[] {
  const series = stack === 'here' ? '1' : '2'
  return [
    ...aSlice({
      study: field.studyUid, series: fieldSeries[stack], instance: fieldInstance(stack, slice), number: [4, 1, 5, 2, 3][slice] ?? 0, positionMm: fieldPointMm(stack, slice, 0, 0),
      rows: field.rows, columns: field.columns, name: 'Field^Faults'
    }),
    [0x0008103e, 'LO', stack === 'here' ? 'Here' : 'There'], [0x00200011, 'IS', series], [0x00200052, 'UI', `${fieldSeries[stack]}.0`], [0x00180050, 'DS', String(field.sliceSpacingMm)],
    [0x00280030, 'DS', `${field.rowSpacingMm}\\${field.columnSpacingMm}`], [0x00281052, 'DS', String(field.intercept)], [0x00281053, 'DS', String(field.slope)], [0x7fe00010, 'OW', pixelsOf(slice)]
  ]
}

function pixelsOf(slice: number): Buffer {
  const pixels = Buffer.alloc(field.rows * field.columns * 2)
  for (let row = 0; row < field.rows; row += 1) {
    for (let column = 0; column < field.columns; column += 1) pixels.writeUInt16LE(fieldStored(slice, row, column), (row * field.columns + column) * 2)
  }
  return pixels
}

/** Thirty volumes of eight-bit cells that take 700 MB once decoded: their slope makes them fractions, four bytes each. */
export const heavy = { studyUid: '1.2.826.0.1.3680043.10.9996.2', series: 30, slices: 22, side: 512 } as const

export function writeHeavyStudy(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const pixels = Buffer.alloc(heavy.slices * heavy.side * heavy.side, 77)
  const shared: Attribute[] = [
    [0x00209116, 'SQ', [[[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]]], [0x00289110, 'SQ', [[[0x00180050, 'DS', '2'], [0x00280030, 'DS', '0.5\\0.5']]]],
    [0x00289145, 'SQ', [[[0x00281052, 'DS', '-10'], [0x00281053, 'DS', '0.5'], [0x00281054, 'LO', 'HU']]]]
  ]
  const places = Array.from({ length: heavy.slices }, (_, slice): Attribute[] => [[0x00209113, 'SQ', [[[0x00200032, 'DS', `0\\0\\${slice * 2}`]]]]])
  for (let series = 1; series <= heavy.series; series += 1) {
    const seriesUid = `${heavy.studyUid}.${series}`
    writeFileSync(join(folder, `${series}.dcm`), aDicomFile([
      ...aSlice({ study: heavy.studyUid, series: seriesUid, instance: `${seriesUid}.1`, positionMm: null, rows: heavy.side, columns: heavy.side, name: 'Heavy^Study' }),
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2.1'], [0x0008103e, 'LO', `Heavy ${series}`], [0x00200011, 'IS', String(series)], [0x00280008, 'IS', String(heavy.slices)],
      [0x00280100, 'US', 8], [0x00280101, 'US', 8], [0x00280102, 'US', 7], [0x52009229, 'SQ', [shared]], [0x52009230, 'SQ', places], [0x7fe00010, 'OW', pixels]
    ]))
  }
  return folder
}

/** A file of a few hundred bytes whose header asks for 8 GB a picture. */
export const greedy = { studyUid: '1.2.826.0.1.3680043.10.9996.3', seriesUid: '1.2.826.0.1.3680043.10.9996.3.1' } as const

export function writeGreedyFile(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const attributes = [
    ...aSlice({ study: greedy.studyUid, series: greedy.seriesUid, instance: `${greedy.seriesUid}.1`, name: 'Greedy^File' }).filter(([tag]) => tag !== 0x7fe00010),
    [0x00280010, 'US', 65535], [0x00280011, 'US', 65535]
  ] satisfies Attribute[]
  writeFileSync(join(folder, 'greedy.dcm'), Buffer.concat([aDicomFile(attributes, { transferSyntaxUid: '1.2.840.10008.1.2.5' }), encapsulated([evenFrame(1, 16)])]))
  return folder
}

/** One frame of 16-bit cells of one value in RLE (PS3.5 G): a segment of high bytes, then one of low bytes. */
function evenFrame(value: number, side: number): Buffer {
  const segment = (byte: number) => {
    const rowBytes: number[] = []
    for (let left = side; left > 0; left -= 128) rowBytes.push((257 - Math.min(128, left)) & 0xff, byte)
    const row = Buffer.from(rowBytes)
    return Buffer.concat(Array.from({ length: side }, () => row))
  }
  const [high, low] = [segment(value >> 8), segment(value & 0xff)]
  const head = Buffer.alloc(64)
  head.writeUInt32LE(2, 0)
  head.writeUInt32LE(64, 4)
  head.writeUInt32LE(64 + high.length, 8)
  return Buffer.concat([head, high, low])
}
