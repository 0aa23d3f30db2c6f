import { PointMm } from '../../../src-shared/ids.ts'
import type { ImageReference, ReportContent, ReportGraphic, ReportRow, SelectionContent } from '../../../src-shared/overlays.ts'
import { asciiString, asciiStrings, float64, parseDecimal } from '../dicom/values.ts'
import { codeOf, createBudget, imagesIn, numbersOf, pairsOf, scopesOf, textOf, uidOf, wordsOf, type Scope } from './reading.ts'
import type { ReadObject } from './read-object.ts'

const tags = {
  relationship: 0x0040a010, valueType: 0x0040a040, conceptName: 0x0040a043, completion: 0x0040a491, verification: 0x0040a493, content: 0x0040a730,
  dateTime: 0x0040a120, date: 0x0040a121, time: 0x0040a122, personName: 0x0040a123, uid: 0x0040a124, text: 0x0040a160, code: 0x0040a168,
  measured: 0x0040a300, numeric: 0x0040a30a, floatingPoint: 0x0040a161, unit: 0x004008ea, qualifier: 0x0040a301,
  references: 0x00081199, graphicData: 0x00700022, graphicType: 0x00700023, frameOfReference: 0x30060024, referencedItem: 0x0040db73
} as const
const limits = { items: 50_000, graphicNumbers: 400_000 }
/** Concepts that a group of measurements is called by: tracking identifier, finding (PS3.16 TID 1411). */
const trackingIdentifier = '112039'
const finding = '121071'
const keyObjectDescription = '113012'

type Item = Readonly<{ scope: Scope, depth: number, parent: Item | null, children: Item[] }>

/** The content tree of a structured report (PS3.3 C.17.3) as lines to read, with its graphics. Throws `DicomFault` beyond the limits. */
export function readReport(root: Scope): ReadObject {
  const sheet: Sheet = { rows: [], graphics: [], images: new Map(), takeNumbers: createBudget(limits.graphicNumbers, 'numbers in graphics') }
  const tree = treeOf(root)
  for (const child of tree.children) writeItem(sheet, child)
  const content: ReportContent = {
    kind: 'report', title: nameOf(tree) || 'Report', isComplete: asciiString(root.dataSet, tags.completion) === 'COMPLETE',
    isVerified: asciiString(root.dataSet, tags.verification) === 'VERIFIED', rows: sheet.rows, graphics: sheet.graphics, notes: []
  }
  return { content, bulk: new Uint8Array(0), images: [...sheet.images.values()] }
}

/** A key object selection document (PS3.16 TID 2010): its title, its description, its images in order. */
export function readSelection(root: Scope): ReadObject {
  const tree = treeOf(root)
  const all = flat(tree)
  const images = all.flatMap((item) => valueTypeOf(item) === 'IMAGE' ? imagesIn(item.scope.dataSet, tags.references) : [])
  const note = all.filter((item) => valueTypeOf(item) === 'TEXT' && codeOf(item.scope, tags.conceptName)?.value === keyObjectDescription).map(({ scope }) => textOf(scope, tags.text))
  const content: SelectionContent = { kind: 'selection', title: nameOf(tree) || 'Key images', note: note.join('\n'), images }
  return { content, bulk: new Uint8Array(0), images }
}

type Sheet = { rows: ReportRow[], graphics: ReportGraphic[], images: Map<string, ImageReference>, readonly takeNumbers: (count: number) => void }

/** Sequences nest at most 64 deep in our reader, so this ends. */
function treeOf(scope: Scope): Item {
  const take = createBudget(limits.items, 'content items')
  const grow = (own: Scope, depth: number, parent: Item | null): Item => {
    take(1)
    const item: Item = { scope: own, depth, parent, children: [] }
    item.children.push(...scopesOf(own, tags.content).map((child) => grow(child, depth + 1, item)))
    return item
  }
  return grow(scope, -1, null)
}

function flat(item: Item): Item[] {
  return [item, ...item.children.flatMap(flat)]
}

const valueTypeOf = ({ scope }: Item) => asciiString(scope.dataSet, tags.valueType)
const nameOf = ({ scope }: Item) => wordsOf(codeOf(scope, tags.conceptName))

function writeItem(sheet: Sheet, item: Item): void {
  const { scope, depth } = item
  const type = valueTypeOf(item)
  const [image = null] = type === 'IMAGE' ? imagesIn(scope.dataSet, tags.references) : []
  if (image !== null) sheet.images.set(image.sopInstanceUid, image)
  const graphic = type === 'SCOORD' || type === 'SCOORD3D' ? graphicOf(sheet, item, type) : null
  sheet.rows.push({
    depth, name: nameOf(item), text: valueOf(item, type), isHeading: type === 'CONTAINER', number: type === 'NUM' ? numberOf(scope) : null, image,
    graphic: graphic === null ? null : sheet.graphics.push(graphic) - 1
  })
  for (const child of item.children) writeItem(sheet, child)
}

function valueOf(item: Item, type: string): string {
  const { scope } = item
  const { dataSet } = scope
  switch (type) {
    case 'CONTAINER': return ''
    case 'TEXT': return textOf(scope, tags.text)
    case 'CODE': return wordsOf(codeOf(scope, tags.code))
    case 'NUM': return numberText(scope)
    case 'PNAME': return textOf(scope, tags.personName, { isName: true }).replaceAll('^', ' ').trim()
    case 'DATE': return asciiString(dataSet, tags.date)
    case 'TIME': return asciiString(dataSet, tags.time)
    case 'DATETIME': return asciiString(dataSet, tags.dateTime)
    case 'UIDREF': return asciiString(dataSet, tags.uid)
    case 'IMAGE': return 'image'
    case 'SCOORD': case 'SCOORD3D': return asciiString(dataSet, tags.graphicType).toLowerCase()
    case '': return referenceText(scope)
    default: return type.toLowerCase()
  }
}

/** An item by reference (PS3.3 C.17.3.2.5) is named by its place in the tree. */
function referenceText({ dataSet }: Scope): string {
  const path = numbersOf(dataSet, tags.referencedItem, 'uint32', 64)
  return path.length === 0 ? '' : `see item ${path.join('.')}`
}

/** The value as it is written; null where there is none. Doubles are more exact than the string, but the string is what was meant to be read. */
function numberOf(scope: Scope): ReportRow['number'] {
  const [measured] = scopesOf(scope, tags.measured)
  if (measured === undefined) return null
  const value = parseDecimal(asciiStrings(measured.dataSet, tags.numeric)[0] ?? '') ?? float64(measured.dataSet, tags.floatingPoint)
  return value === null ? null : { value, unit: unitOf(measured) }
}

/** A UCUM symbol, where "1" stands for no unit; a unit of another scheme with what it is said to mean. */
function unitOf(measured: Scope): string {
  const unit = codeOf(measured, tags.unit)
  if (unit === null || unit.value === '1') return ''
  if (/ucum/i.test(unit.scheme) || unit.meaning === '' || unit.meaning === unit.value) return unit.value
  return `${unit.value} (${unit.meaning})`
}

function numberText(scope: Scope): string {
  const [measured] = scopesOf(scope, tags.measured)
  const written = measured === undefined ? '' : asciiStrings(measured.dataSet, tags.numeric)[0] ?? ''
  if (measured !== undefined && written !== '') return `${written} ${unitOf(measured)}`.trim()
  return wordsOf(codeOf(scope, tags.qualifier)) || 'no value'
}

const shapes: Readonly<Record<string, ReportGraphic['shape']>> = {
  POINT: 'point', MULTIPOINT: 'points', POLYLINE: 'polyline', POLYGON: 'polygon', CIRCLE: 'circle', ELLIPSE: 'ellipse', ELLIPSOID: 'ellipsoid'
}

/** A graphic with its image or frame of reference; null where it has none, or of a kind that is unknown. */
function graphicOf(sheet: Sheet, item: Item, type: string): ReportGraphic | null {
  const { dataSet } = item.scope
  const shape = shapes[asciiString(dataSet, tags.graphicType)]
  const numbers = numbersOf(dataSet, tags.graphicData, 'float32', limits.graphicNumbers)
  sheet.takeNumbers(numbers.length)
  const place = type === 'SCOORD' ? onImage(item, numbers) : inPatient(uidOf(dataSet, tags.frameOfReference), numbers)
  if (shape === undefined || place === null || place.points.length < (leastPoints[shape] ?? 1)) return null
  return { shape: isClosed(shape, place) ? 'polygon' : shape, place, lines: linesOf(item) }
}

const leastPoints: Partial<Record<ReportGraphic['shape'], number>> = { polyline: 2, polygon: 3, circle: 2, ellipse: 4, ellipsoid: 6 }

/** A polyline of an image that ends where it begins encloses a region (PS3.3 C.18.6.1.2). */
function isClosed(shape: ReportGraphic['shape'], { points }: ReportGraphic['place']): boolean {
  return shape === 'polyline' && points.length > 3 && String(points[0]) === String(points.at(-1))
}

function onImage(item: Item, numbers: readonly number[]): ReportGraphic['place'] | null {
  const image = item.children.flatMap((child) => valueTypeOf(child) === 'IMAGE' ? imagesIn(child.scope.dataSet, tags.references) : [])[0]
  return image === undefined ? null : { in: 'image', image, points: pairsOf(numbers) }
}

function inPatient(frameOfReferenceUid: string | null, numbers: readonly number[]): ReportGraphic['place'] | null {
  if (frameOfReferenceUid === null) return null
  const points = Array.from({ length: Math.floor(numbers.length / 3) }, (_, index) => PointMm.parse(numbers.slice(index * 3, index * 3 + 3)))
  return { in: 'patient', frameOfReferenceUid, points }
}

/** What stands beside a graphic: what its group is called, and the numbers it is the evidence of. */
function linesOf(item: Item): string[] {
  const { parent } = item
  if (parent === null) return [nameOf(item)].filter((line) => line !== '')
  if (valueTypeOf(parent) === 'NUM') return [`${nameOf(parent)} ${numberText(parent.scope)}`.trim()]
  const named = [trackingIdentifier, finding].flatMap((concept) => parent.children.filter((child) => codeOf(child.scope, tags.conceptName)?.value === concept))
  const title = named.map((child) => valueOf(child, valueTypeOf(child))).find((text) => text !== '') ?? nameOf(item)
  // A number with a graphic of its own stands beside that one.
  const numbers = parent.children.filter((child) => valueTypeOf(child) === 'NUM' && !child.children.some((inner) => valueTypeOf(inner).startsWith('SCOORD')))
  return [title, ...numbers.slice(0, 8).map((child) => `${nameOf(child)} ${numberText(child.scope)}`.trim())].filter((line) => line !== '')
}
