import type { Annotation, AnnotationTool } from '../../../src-shared/annotations.ts'
import { PointMm } from '../../../src-shared/ids.ts'
import type { DicomItem } from '../../studies/index.ts'
import { concept, ownCode, type Code } from './codes.ts'
import { code, image, inPatient, number, onImage, text, type Relation, type Shape } from './content-items.ts'
import { measurementGroup, observedBy, tracking, type Group } from './findings.ts'
import { onFrame, type Images } from './images.ts'
import { boxPoints, ellipsePoints } from './outlines.ts'

type Points = readonly PointMm[]
/** A figure of a tool: its shape, and its points; null where they can't be told. */
type Figure = Readonly<{ shape: Shape, pointsMm: Points }>
type Tool = Readonly<{
  name: string
  /** `region`: the figure is the group's own (TID 1410); `lines`: each number has its figures (TID 1501). */
  kind: 'region' | 'lines'
  figures: (pointsMm: Points, along: PointMm | null) => readonly Figure[]
  /** Which figures a number is read from: all, unless it names some. */
  of?: Readonly<Record<string, (figures: readonly Figure[]) => readonly Figure[]>>
}>

const lineOf = (pointsMm: Points): Figure => ({ shape: 'POLYLINE', pointsMm })
const closed = (pointsMm: Points | null, shape: Shape): readonly Figure[] => pointsMm === null ? [] : [{ shape, pointsMm }]
const lengthMm = ({ pointsMm: [a = [0, 0, 0], b = [0, 0, 0]] }: Figure): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
const byLength = (figures: readonly Figure[]): readonly Figure[] => figures.toSorted((a, b) => lengthMm(b) - lengthMm(a))
const twoLines = (pointsMm: Points): readonly Figure[] => [lineOf(pointsMm.slice(0, 2)), lineOf(pointsMm.slice(2, 4))]

/** Every tool of the viewer. A tool that is added is one line here. */
const tools: Readonly<Record<AnnotationTool, Tool>> = {
  length: { name: 'Length', kind: 'lines', figures: (pointsMm) => [lineOf(pointsMm)] },
  bidirectional: {
    name: 'Two diameters', kind: 'lines', figures: twoLines, of: { long: (figures) => byLength(figures).slice(0, 1), short: (figures) => byLength(figures).slice(1) }
  },
  angle: { name: 'Angle', kind: 'lines', figures: (pointsMm) => [lineOf(pointsMm)] },
  cobb: { name: 'Cobb angle', kind: 'lines', figures: twoLines },
  ellipse: { name: 'Ellipse', kind: 'region', figures: (pointsMm, along) => closed(ellipsePoints(pointsMm, along), 'ELLIPSE') },
  rectangle: { name: 'Rectangle', kind: 'region', figures: (pointsMm, along) => closed(boxPoints(pointsMm, along), 'POLYGON') },
  freehand: { name: 'Freehand', kind: 'region', figures: (pointsMm) => closed(pointsMm, 'POLYGON') },
  probe: { name: 'Probe', kind: 'lines', figures: (pointsMm) => [{ shape: 'POINT', pointsMm }] },
  arrow: { name: 'Arrow', kind: 'region', figures: (pointsMm) => [lineOf(pointsMm)] },
  text: { name: 'Text', kind: 'region', figures: (pointsMm) => [{ shape: 'POINT', pointsMm }] }
}

/** What the viewer's values are called; others keep their own name under 99VIGIL. */
const quantities: Readonly<Record<string, Code>> = {
  length: ['410668003', 'SCT', 'Length'], long: ['103339001', 'SCT', 'Long axis'], short: ['103340004', 'SCT', 'Short axis'], angle: ['1483009', 'SCT', 'Angle'],
  cobb: ['285285000', 'SCT', 'Cobb angle'], area: ['42798000', 'SCT', 'Area'], perimeter: ['131191004', 'SCT', 'Perimeter']
}
/** Statistics of the pixels: the quantity comes from the unit, the name says how it was derived. */
const derivations: Readonly<Record<string, Code>> = { mean: concept.mean, sd: concept.deviation, min: concept.minimum, max: concept.maximum }
const pixelQuantities: Readonly<Record<string, Code>> = {
  HU: concept.attenuation, 'SUVbw g/ml': ['126401', 'DCM', 'SUVbw'], 'SUVlbm g/ml': ['126402', 'DCM', 'SUVlbm'], 'SUVbsa cm²/ml': ['126403', 'DCM', 'SUVbsa'], 'SUVibw g/ml': ['126404', 'DCM', 'SUVibw']
}
const pixelValue: Code = ['pixel-value', '99VIGIL', 'Pixel value']

/** A drawn measurement as Measurement Group (PS3.16 TID 1501 or 1410): its values as they were read, its points, who drew it and what was written. */
export function annotationGroup(annotation: Annotation, identifier: string, images: Images): Group {
  const tool = tools[annotation.tool]
  const { sopInstanceUid, frameNumber, seriesUid, label, values, graphic } = annotation
  const shown = sopInstanceUid === null ? null : images.find(seriesUid, sopInstanceUid, frameNumber ?? 1)
  const draw = pencil(annotation, images)
  const figures = tool.figures(annotation.pointsMm, alongOf(annotation, shown))
  const isRegion = tool.kind === 'region' && figures.some((figure) => draw('CONTAINS', imageRegion, figure).length > 0)
  const numbers = values.flatMap(({ name, value, unit }) => {
    const sources = isRegion ? [] : (tool.of?.[baseName(name)] ?? ((all) => all))(figures).flatMap((figure) => draw('INFERRED FROM', concept.sourceOfMeasurement, figure))
    return value === null ? [] : [valueItem(name, value, unit, [...basisOf(annotation, name, unit), ...sources])]
  })
  const children = [
    ...tracking(identifier, annotation.id), ...observedBy(annotation.createdBy),
    ...(isRegion ? figures.flatMap((figure) => draw('CONTAINS', imageRegion, figure)) : shown === null ? [] : [image('CONTAINS', concept.sourceOfMeasurement, shown.reference)]),
    ...numbers, ...(typeof graphic['note'] === 'string' ? [text('CONTAINS', ['note', '99VIGIL', 'How it was measured'], graphic['note'])] : []),
    ...(label === '' ? [] : [text('CONTAINS', concept.comment, label)])
  ]
  const isInPatient = shown === null && figures.length > 0 && images.seriesOf(seriesUid)?.frameOfReferenceUid !== null
  return { item: measurementGroup(isRegion ? '1410' : '1501', children, annotation.updatedAt), images: shown === null ? [] : [shown.reference], isInPatient, at: annotation.updatedAt }
}

export const toolName = (tool: AnnotationTool): string => tools[tool].name
const imageRegion: Code = ['111030', 'DCM', 'Image Region']

/** Draws on the image where there is one, else in the patient; nothing where neither is known. */
function pencil({ sopInstanceUid, frameNumber, seriesUid }: Annotation, images: Images) {
  return (relation: Relation, name: Code, { shape, pointsMm }: Figure): DicomItem[] => {
    const shown = sopInstanceUid === null ? null : images.find(seriesUid, sopInstanceUid, frameNumber ?? 1)
    if (shown !== null) return [onImage(relation, name, shape, onFrame(shown.series, shown.frame, pointsMm), shown.reference)]
    const frameOfReferenceUid = sopInstanceUid === null ? images.seriesOf(seriesUid)?.frameOfReferenceUid ?? null : null
    return frameOfReferenceUid === null ? [] : [inPatient(relation, name, shape, pointsMm, frameOfReferenceUid)]
  }
}

/** The direction of one side of a box: the rows of its image, or what the viewer kept of a plane that was cut. */
function alongOf({ graphic }: Annotation, shown: ReturnType<Images['find']>): PointMm | null {
  const kept = PointMm.safeParse(graphic['along'])
  if (kept.success) return kept.data
  if (shown === null) return null
  const [x = 1, y = 0, z = 0] = (shown.frame.positionMm === null ? null : shown.frame.orientation ?? shown.series.orientation) ?? []
  return [x, y, z]
}

const inTheBody = ' in the body'
const baseName = (name: string): string => (name.endsWith(inTheBody) ? name.slice(0, -inTheBody.length) : name).toLowerCase()

function valueItem(name: string, value: number, unit: string, children: readonly DicomItem[]): DicomItem {
  const base = baseName(name)
  const derivation = derivations[base]
  if (derivation !== undefined) return number(pixelQuantities[unit] ?? pixelValue, value, unit, [code('HAS CONCEPT MOD', concept.derivation, derivation), ...children])
  if (base === 'value') return number(pixelQuantities[unit] ?? pixelValue, value, unit, children)
  return number(quantities[base] ?? ownCode(name), value, unit, children)
}

const bases: Readonly<Record<string, Code>> = {
  detector: ['at-detector', '99VIGIL', 'At the detector'], 'ultrasound-region': ['us-region', '99VIGIL', 'Ultrasound region'], pixels: ['uncalibrated', '99VIGIL', 'Uncalibrated']
}

/** Where the millimetres come from, when that is not plainly the body; the values alone don't tell. */
function basisOf({ graphic }: Annotation, name: string, unit: string): DicomItem[] {
  if (name.endsWith(inTheBody)) return [code('HAS CONCEPT MOD', concept.method, ['in-the-body', '99VIGIL', 'Estimated in the body by the magnification'])]
  const basis = typeof graphic['basis'] === 'string' ? bases[graphic['basis']] : undefined
  return basis === undefined || !/^(?:mm|px)/.test(unit) ? [] : [code('HAS CONCEPT MOD', concept.method, basis)]
}
