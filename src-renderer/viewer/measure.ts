import type { AnnotationTool } from '../../src-shared/annotations.ts'
import type { PointMm } from '../../src-shared/ids.ts'
import type { SpacingFacts } from '../../src-shared/studies.ts'
import { angleDeg, cobbDeg } from './measuring/axes.ts'
import { basisOf, type SpacingBasisOf } from './measuring/basis.ts'
import { evenOddArea } from './measuring/polygon.ts'
import { ellipseSpans, polygonSpans, rectangleSpans, statisticsOf, type Statistics } from './measuring/region.ts'
import { hasLengths, isRegion, isRemark } from './measuring/tools.ts'
import type { Picture } from './picture.ts'
import { isInsidePicture, toIndex, type Plane } from './plane.ts'
import { readable } from './values.ts'
import { distance } from '../../src-shared/vector.ts'

export type MeasuredValue = Readonly<{ name: string; value: number | null; unit: string }>

/** What a measurement is taken on. `picture` is null where its voxels are not at hand, which leaves their values null. */
export type MeasuredOn = Readonly<{
  plane: Plane
  picture: Picture | null
  spacing: SpacingFacts
  /** Unit of the picture's values ("HU" for CT). */
  valueUnit: string
}>
export type Measured = Readonly<{ values: readonly MeasuredValue[]; basis: SpacingBasisOf }>

/** What a value is named that is not at the detector but estimated in the body. */
const inTheBody = ' in the body'

/**
 * The values of a drawn measurement, from geometry and stored voxels alone.
 *
 * @param pointsMm length: both ends; bidirectional: both ends of each axis; angle: end, corner, end; Cobb: both ends of each line; ellipse and
 * rectangle: two opposite corners; freehand: the outline, closed by itself; probe: the spot.
 */
export function measure(tool: AnnotationTool, on: MeasuredOn, pointsMm: readonly PointMm[]): Measured {
  const basis = basisOf(on.plane, on.spacing, pointsMm)
  return { values: valuesOf(tool, { ...on, isInMm: basis.basis !== 'pixels', magnification: basis.magnification }, pointsMm), basis }
}

type Scene = MeasuredOn & Readonly<{ isInMm: boolean; magnification: number | null }>

function valuesOf(tool: AnnotationTool, scene: Scene, pointsMm: readonly PointMm[]): readonly MeasuredValue[] {
  const [first, second, third, fourth] = pointsMm
  if (first === undefined || isRemark(tool)) return []
  if (tool === 'probe') return probe(scene, first)
  if (second === undefined) return []
  if (tool === 'length') return lengthValues(scene, 'length', span(scene, first, second))
  if (isRegion(tool)) return tool === 'freehand' && third === undefined ? [] : region(tool, scene, pointsMm)
  if (third === undefined) return []
  if (tool === 'angle') return [{ name: 'angle', value: angleDeg(first, second, third), unit: '°' }]
  if (fourth === undefined) return []
  if (tool === 'cobb') return [{ name: 'Cobb', value: cobbDeg([first, second], [third, fourth], [...scene.plane.normal]), unit: '°' }]
  const [long, short] = [span(scene, first, second), span(scene, third, fourth)].toSorted((a, b) => b - a)
  return [...lengthValues(scene, 'long', long ?? 0), ...lengthValues(scene, 'short', short ?? 0)]
}

/** Distance in mm, or in pixels where there are no millimetres. */
function span({ plane, isInMm }: Scene, a: PointMm, b: PointMm): number {
  if (isInMm || plane.basis === 'pixels') return distance(a, b)
  const [c1, r1] = toIndex(plane, a), [c2, r2] = toIndex(plane, b)
  return Math.hypot(c2 - c1, r2 - r1)
}

function lengthValues({ isInMm, magnification }: Scene, name: string, value: number): readonly MeasuredValue[] {
  const unit = isInMm ? 'mm' : 'px'
  return [{ name, value, unit }, ...(magnification === null ? [] : [{ name: name + inTheBody, value: value / magnification, unit }])]
}

/** The value of the pixel under a point, unsmoothed; three channels for a colour. */
function probe({ picture, valueUnit }: Scene, pointMm: PointMm): readonly MeasuredValue[] {
  if (picture === null) return [{ name: 'value', value: null, unit: valueUnit }]
  const index = toIndex(picture.plane, pointMm)
  const isInside = isInsidePicture(picture.plane, index)
  const at = Math.round(index[1]) * picture.plane.columns + Math.round(index[0])
  if (picture.kind === 'colour') {
    return channels.map((name, channel) => ({ name, value: isInside ? picture.rgba[at * 4 + channel] ?? null : null, unit: '' }))
  }
  const value = isInside ? picture.values[at] : undefined
  return [{ name: 'value', value: value === undefined || !Number.isFinite(value) ? null : value, unit: valueUnit }]
}

const channels = ['red', 'green', 'blue'] as const

function region(tool: 'ellipse' | 'rectangle' | 'freehand', scene: Scene, pointsMm: readonly PointMm[]): readonly MeasuredValue[] {
  const { plane, picture } = scene
  const points = pointsMm.map((point) => toIndex(plane, point))
  const [corner = [0, 0] as const, opposite = [0, 0] as const] = points
  const spans = tool === 'ellipse' ? ellipseSpans(corner, opposite, plane) : tool === 'rectangle' ? rectangleSpans(corner, opposite, plane) : polygonSpans(points, plane)
  const statistics = picture === null ? [null] : statisticsOf(picture, spans)
  const box = Math.abs((opposite[0] - corner[0]) * (opposite[1] - corner[1]))
  const pixels = tool === 'ellipse' ? (Math.PI / 4) * box : tool === 'rectangle' ? box : evenOddArea(points)
  const perimeter = tool !== 'freehand' ? [] : lengthValues(scene, 'perimeter', pointsMm.reduce((sum, point, at) => sum + span(scene, point, pointsMm[(at + 1) % pointsMm.length] ?? point), 0))
  return [...pixelValues(scene, statistics), ...areaValues(scene, pixels), ...perimeter, { name: 'pixels', value: statistics[0]?.count ?? null, unit: '' }]
}

function areaValues({ plane, isInMm, magnification }: Scene, pixels: number): readonly MeasuredValue[] {
  const unit = isInMm ? 'mm²' : 'px²'
  const area = isInMm || plane.basis === 'pixels' ? pixels * plane.columnStepMm * plane.rowStepMm : pixels
  return [{ name: 'area', value: area, unit }, ...(magnification === null ? [] : [{ name: `area${inTheBody}`, value: area / magnification ** 2, unit }])]
}

function pixelValues({ picture, valueUnit }: Scene, found: readonly (Statistics | null)[]): readonly MeasuredValue[] {
  const isColour = picture?.kind === 'colour'
  const unit = isColour ? '' : valueUnit
  return found.flatMap((statistics, channel) => {
    const name = (what: string) => (isColour ? `${channels[channel] ?? ''} ${what}` : what)
    return [
      { name: name('mean'), value: statistics?.mean ?? null, unit }, { name: name('SD'), value: statistics?.sd ?? null, unit },
      { name: name('min'), value: statistics?.minimum ?? null, unit }, { name: name('max'), value: statistics?.maximum ?? null, unit }
    ]
  })
}

/** The values as they stand beside the drawing, with units; `note`: what must stand with them, as `noteFor` gives it. */
export function measuredText(tool: AnnotationTool, values: readonly MeasuredValue[], note: string | null): string {
  const parts = values.filter(({ name }) => name !== 'pixels').map((value) => valueText(tool, value))
  // The note is about what stands before it; what is estimated in the body comes after.
  const estimated = parts.findIndex((part) => part.startsWith('about '))
  return (note === null ? parts : parts.toSpliced(estimated < 0 ? parts.length : estimated, 0, note)).join(' · ')
}

/** What must stand beside the numbers of a tool: the basis of its lengths, and how its values were sampled, where they have any. */
export function noteFor(tool: AnnotationTool, basisNote: string | null, samplingNote: string | null): string | null {
  const notes = [isRegion(tool) || tool === 'probe' ? samplingNote : null, hasLengths(tool) ? basisNote : null].filter((note) => note !== null)
  return notes.length === 0 ? null : notes.join(' · ')
}

/** One value with its unit, named where there are several. */
export function valueText(tool: AnnotationTool, { name, value, unit }: MeasuredValue): string {
  const isLone = tool === 'length' || tool === 'angle' || (tool === 'probe' && name === 'value')
  const decimals = isRegion(tool) || unit === 'mm' || unit === 'px' || unit === '°' ? 1 : 2
  const shown = value === null ? 'no value' : readable(value, Math.abs(value) < 10 && unit.startsWith('SUV') ? 2 : decimals)
  const withUnit = unit === '' || unit === 'colour' || unit === 'value' ? shown : unit === '°' ? `${shown}°` : `${shown} ${unit}`
  if (name.endsWith(inTheBody)) {
    const what = name.slice(0, -inTheBody.length)
    return `about ${withUnit}${inTheBody}${isLone ? '' : ` (${what})`}`
  }
  if (isLone) return unit === 'value' ? `value ${withUnit}` : withUnit
  return `${name} ${withUnit}`
}
