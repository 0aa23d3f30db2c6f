import type { AnnotationTool } from '../../src-shared/annotations.ts'
import type { PointMm } from '../../src-shared/ids.ts'
import type { Picture } from './picture.ts'
import { basisNote } from './view-transform.ts'
import { isInsidePicture, toIndex, type Basis, type Plane } from './plane.ts'
import { readable } from './values.ts'
import { distance, dot, length, subtract } from './vector.ts'

export type MeasuredValue = Readonly<{ name: string; value: number | null; unit: string }>

/** How many points each tool takes. */
export const pointsOf: Readonly<Record<AnnotationTool, number>> = { length: 2, angle: 3, ellipse: 2, probe: 1 }

/**
 * The values of a drawn measurement, from geometry and stored voxels alone.
 *
 * @param picture the picture that the points lie on; null where its voxels are not at hand, which leaves their values null.
 * @param plane gives the millimetres; where it has none the unit is "px".
 * @param pointsMm length: both ends; angle: end, corner, end; ellipse: two opposite corners of its box; probe: the spot.
 * @param valueUnit unit of the voxels ("HU" for CT).
 */
export function measure(tool: AnnotationTool, plane: Plane, picture: Picture | null, pointsMm: readonly PointMm[], valueUnit: string): readonly MeasuredValue[] {
  const [first, second, third] = pointsMm
  if (first === undefined) return []
  switch (tool) {
    case 'probe': return probe(picture, first, valueUnit)
    case 'length': return second === undefined ? [] : [{ name: 'length', value: distance(first, second), unit: lengthUnit(plane) }]
    case 'angle': return second === undefined || third === undefined ? [] : [{ name: 'angle', value: angleDeg(first, second, third), unit: '°' }]
    case 'ellipse': return second === undefined ? [] : ellipse(plane, picture, first, second, valueUnit)
  }
}

export const lengthUnit = (plane: Plane): 'mm' | 'px' => plane.basis === 'pixels' ? 'px' : 'mm'

/** The angle at `corner`, 0 to 180 degrees. */
export function angleDeg(from: PointMm, corner: PointMm, to: PointMm): number {
  const a = subtract(from, corner)
  const b = subtract(to, corner)
  const lengths = length(a) * length(b)
  if (lengths === 0) return 0
  return (Math.acos(Math.min(1, Math.max(-1, dot(a, b) / lengths))) * 180) / Math.PI
}

/** The value of the pixel under a point, unsmoothed; three channels for a colour. */
function probe(picture: Picture | null, pointMm: PointMm, unit: string): readonly MeasuredValue[] {
  if (picture === null) return [{ name: 'value', value: null, unit }]
  const index = toIndex(picture.plane, pointMm)
  const isInside = isInsidePicture(picture.plane, index)
  const at = Math.round(index[1]) * picture.plane.columns + Math.round(index[0])
  if (picture.kind === 'colour') {
    return ['red', 'green', 'blue'].map((name, channel) => ({ name, value: isInside ? picture.rgba[at * 4 + channel] ?? null : null, unit: '' }))
  }
  return [{ name: 'value', value: isInside ? picture.values[at] ?? null : null, unit }]
}

/** Values over the pixels whose centre lies in or on the ellipse; SD divides by their number. */
function ellipse(plane: Plane, picture: Picture | null, corner: PointMm, opposite: PointMm, unit: string): readonly MeasuredValue[] {
  const [c1, r1] = toIndex(plane, corner)
  const [c2, r2] = toIndex(plane, opposite)
  const radiusColumns = Math.abs(c2 - c1) / 2
  const radiusRows = Math.abs(r2 - r1) / 2
  const area = Math.PI * radiusColumns * plane.columnStepMm * radiusRows * plane.rowStepMm
  const statistics = picture?.kind === 'grey' ? statisticsIn(picture, (c1 + c2) / 2, (r1 + r2) / 2, radiusColumns, radiusRows) : null
  return [
    { name: 'mean', value: statistics?.mean ?? null, unit }, { name: 'SD', value: statistics?.sd ?? null, unit },
    { name: 'min', value: statistics?.minimum ?? null, unit }, { name: 'max', value: statistics?.maximum ?? null, unit },
    { name: 'area', value: area, unit: `${lengthUnit(plane)}²` }, { name: 'pixels', value: statistics?.count ?? null, unit: '' }
  ]
}

type Statistics = Readonly<{ mean: number; sd: number; minimum: number; maximum: number; count: number }>

function statisticsIn(picture: Extract<Picture, { kind: 'grey' }>, column: number, row: number, radiusColumns: number, radiusRows: number): Statistics | null {
  const { columns, rows } = picture.plane
  let count = 0, sum = 0, squares = 0, minimum = Infinity, maximum = -Infinity
  // Sums of differences from the middle pixel: squares of large values would lose the small ones.
  const shift = picture.values[Math.min(rows - 1, Math.max(0, Math.round(row))) * columns + Math.min(columns - 1, Math.max(0, Math.round(column)))] ?? 0
  const firstRow = Math.max(0, Math.ceil(row - radiusRows)), lastRow = Math.min(rows - 1, Math.floor(row + radiusRows))
  for (let r = firstRow; r <= lastRow; r += 1) {
    const down = radiusRows === 0 ? 0 : (r - row) / radiusRows
    const half = radiusColumns * Math.sqrt(Math.max(0, 1 - down * down))
    const lastColumn = Math.min(columns - 1, Math.floor(column + half + 1e-9))
    for (let c = Math.max(0, Math.ceil(column - half - 1e-9)); c <= lastColumn; c += 1) {
      const value = picture.values[r * columns + c] ?? 0
      const difference = value - shift
      count += 1
      sum += difference
      squares += difference * difference
      if (value < minimum) minimum = value
      if (value > maximum) maximum = value
    }
  }
  if (count === 0) return null
  const mean = sum / count
  return { mean: shift + mean, sd: Math.sqrt(Math.max(0, squares / count - mean * mean)), minimum, maximum, count }
}

/** The values as they stand beside the drawing, with units, and the basis of the millimetres where it is not the body. */
export function measuredText(tool: AnnotationTool, values: readonly MeasuredValue[], basis: Basis): string {
  const note = tool === 'length' || tool === 'ellipse' ? basisNote(basis) : null
  const parts = values.filter(({ name }) => name !== 'pixels').map((value) => valueText(tool, value))
  return [...parts, ...(note === null ? [] : [note])].join(' · ')
}

function valueText(tool: AnnotationTool, { name, value, unit }: MeasuredValue): string {
  const shown = value === null ? 'no value' : readable(value, unit === 'mm' || unit === '°' || unit === 'px' ? 1 : tool === 'ellipse' ? 1 : 2)
  const withUnit = unit === '' || unit === 'colour' ? shown : unit === '°' ? `${shown}°` : unit === 'value' ? shown : `${shown} ${unit}`
  return tool === 'length' || tool === 'angle' || (tool === 'probe' && name === 'value') ? (unit === 'value' ? `value ${withUnit}` : withUnit) : `${name} ${withUnit}`
}
