import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import dicomParser, { type DataSet } from 'dicom-parser'
import type { Volume } from '../../src-shared/volume.ts'
import { geometryOf } from '../../src-main/analysis/volume/geometry.ts'
import { cross, dot, type Vector } from '../../src-shared/vector.ts'

/** Reads one folder of uncompressed CT slices of one series into a volume, sorted along the normal: for tests and benchmarks of the protocols alone. */
export function readCtSeries(folder: string): Volume {
  const slices = readdirSync(folder).map((file) => dicomParser.parseDicom(readFileSync(join(folder, file)))).filter((dataSet) => dataSet.string('x00200032') !== undefined)
  const first = slices[0]
  if (first === undefined) throw new Error('the folder holds no CT slice')
  const orientation = numbers(first, 'x00200037')
  const rowDirection = triple(orientation)
  const columnDirection = triple(orientation.slice(3))
  const normal = cross(rowDirection, columnDirection)
  const sorted = slices.toSorted((a, b) => dot(positionOf(a), normal) - dot(positionOf(b), normal))
  const [rows, columns] = [first.uint16('x00280010') ?? 0, first.uint16('x00280011') ?? 0]
  const voxels = new Int16Array(new SharedArrayBuffer(rows * columns * sorted.length * 2))
  sorted.forEach((dataSet, slice) => voxels.set(huOf(dataSet, rows * columns), slice * rows * columns))
  const [rowSpacing = 1, columnSpacing = 1] = numbers(first, 'x00280030')
  return {
    rows, columns, slices: sorted.length, voxels,
    geometry: geometryOf({
      originsMm: sorted.map(positionOf), rowDirection, columnDirection, pixelSpacingMm: [rowSpacing, columnSpacing],
      sliceThicknessMm: Number(first.string('x00180050') ?? '') || null
    })
  }
}

const numbers = (dataSet: DataSet, tag: string): number[] => (dataSet.string(tag) ?? '').split('\\').map(Number)
const triple = ([x = 0, y = 0, z = 0]: readonly number[]): Vector => [x, y, z]
const positionOf = (dataSet: DataSet): Vector => triple(numbers(dataSet, 'x00200032'))

function huOf(dataSet: DataSet, count: number): Int16Array {
  const element = dataSet.elements['x7fe00010']
  if (element === undefined) throw new Error('a slice has no pixel data')
  const stored = new DataView(dataSet.byteArray.buffer, dataSet.byteArray.byteOffset + element.dataOffset, count * 2)
  const isSigned = dataSet.uint16('x00280103') === 1
  const slope = Number(dataSet.string('x00281053') ?? 1)
  const intercept = Number(dataSet.string('x00281052') ?? 0)
  return Int16Array.from({ length: count }, (_, index) => (isSigned ? stored.getInt16(2 * index, true) : stored.getUint16(2 * index, true)) * slope + intercept)
}
