import type { OverlayColour, PresentationArea, PresentationContent, PresentationGraphic, PresentationShutter, PresentationText } from '../../../src-shared/overlays.ts'
import { itemsOf, type DataSet } from '../dicom/data-set.ts'
import { asciiString, asciiStrings, decimalTuple, decimals, parseDecimal, uint16 } from '../dicom/values.ts'
import { colourOfLab } from './cielab.ts'
import { createBudget, imagesIn, numbersOf, pairsOf, scopesOf, textOf, type Scope } from './reading.ts'
import type { ReadObject } from './read-object.ts'

const tags = {
  label: 0x00700080, description: 0x00700081, series: 0x00081115, images: 0x00081140, rotation: 0x00700042, flip: 0x00700041, lutShape: 0x20500020,
  softcopyVoi: 0x00283110, voiLut: 0x00283010, center: 0x00281050, width: 0x00281051, voiFunction: 0x00281056, modalityLut: 0x00283000, presentationLut: 0x20500010,
  areas: 0x0070005a, topLeft: 0x00700052, bottomRight: 0x00700053, sizeMode: 0x00700100, areaSpacing: 0x00700101, magnification: 0x00700103,
  graphics: 0x00700001, layer: 0x00700002, texts: 0x00700008, objects: 0x00700009, compound: 0x00700209, boxUnits: 0x00700003, anchorUnits: 0x00700004, graphicUnits: 0x00700005,
  text: 0x00700006, boxFrom: 0x00700010, boxTo: 0x00700011, anchor: 0x00700014, dimensions: 0x00700020, data: 0x00700022, type: 0x00700023, isFilled: 0x00700024,
  layers: 0x00700060, layerGrey: 0x00700066, layerLab: 0x00700401, overlayPlane: 0x60003000,
  shutterShape: 0x00181600, left: 0x00181602, right: 0x00181604, upper: 0x00181606, lower: 0x00181608, shutterCentre: 0x00181610, shutterRadius: 0x00181612, shutterPolygon: 0x00181620
} as const
const limits = { parts: 20_000, graphicNumbers: 400_000 }

/** A softcopy presentation state (PS3.3 C.11.9 to C.11.11, C.10.4 to C.10.7). `notes` names what of it is not applied. Throws `DicomFault` beyond the limits. */
export function readPresentation(root: Scope): ReadObject {
  const { dataSet } = root
  const take = createBudget(limits.parts, 'annotations')
  const takeNumbers = createBudget(limits.graphicNumbers, 'numbers in graphics')
  const colours = layerColours(root)
  const annotations = itemsOf(dataSet, tags.graphics).map((item) => ({ item, images: imagesIn(item, tags.images), layer: asciiString(item, tags.layer), colour: colours.get(asciiString(item, tags.layer)) ?? null }))
  const images = itemsOf(dataSet, tags.series).flatMap((series) => imagesIn(series, tags.images))
  const content: PresentationContent = {
    kind: 'presentation', label: textOf(root, tags.label) || 'Presentation', description: textOf(root, tags.description), images,
    ...turnOf(dataSet), isInverted: asciiString(dataSet, tags.lutShape) === 'INVERSE', windows: windowsOf(dataSet), areas: areasOf(dataSet),
    graphics: annotations.flatMap(({ item, ...layer }) => itemsOf(item, tags.objects).flatMap((object): PresentationGraphic[] => {
      take(1)
      const graphic = graphicOf(object, takeNumbers)
      return graphic === null ? [] : [{ ...layer, ...graphic }]
    })),
    texts: annotations.flatMap(({ item, ...layer }) => scopesOf({ dataSet: item, characterSets: root.characterSets }, tags.texts).map((object): PresentationText => {
      take(1)
      return { ...layer, ...textObjectOf(object) }
    })),
    shutters: shuttersOf(dataSet), notes: notesOf(dataSet)
  }
  return { content, bulk: new Uint8Array(0), images }
}

/** PS3.3 C.10.6: turned clockwise by so many degrees, then mirrored. */
function turnOf(dataSet: DataSet): Pick<PresentationContent, 'quarterTurns' | 'isMirrored'> {
  const turns = (uint16(dataSet, tags.rotation) ?? 0) / 90
  const isQuarter = turns === 1 || turns === 2 || turns === 3
  return { quarterTurns: isQuarter ? turns : 0, isMirrored: asciiString(dataSet, tags.flip) === 'Y' }
}

function windowsOf(dataSet: DataSet): PresentationContent['windows'] {
  return itemsOf(dataSet, tags.softcopyVoi).flatMap((item) => {
    const [center = null] = decimals(item, tags.center)
    const [width = null] = decimals(item, tags.width)
    if (center === null || width === null || width <= 0) return []
    return [{ images: imagesIn(item, tags.images), center, width, voiLutFunction: asciiString(item, tags.voiFunction) || 'LINEAR' }]
  })
}

const sizeModes: Readonly<Record<string, PresentationArea['mode']>> = { 'SCALE TO FIT': 'fit', 'TRUE SIZE': 'true-size', MAGNIFY: 'magnify' }

/** Corners count from 1 and may lie outside of the image (PS3.3 C.10.4). */
function areasOf(dataSet: DataSet): PresentationArea[] {
  return itemsOf(dataSet, tags.areas).flatMap((item) => {
    const [left, top] = numbersOf(item, tags.topLeft, 'int32', 2)
    const [right, bottom] = numbersOf(item, tags.bottomRight, 'int32', 2)
    if (left === undefined || top === undefined || right === undefined || bottom === undefined || right < left || bottom < top) return []
    const [scale] = numbersOf(item, tags.magnification, 'float32', 1)
    const mode = sizeModes[asciiString(item, tags.sizeMode)] ?? 'fit'
    return [{ images: imagesIn(item, tags.images), from: [left - 1, top - 1], to: [right - 1, bottom - 1], mode, scale: mode === 'magnify' && scale !== undefined && scale > 0 ? scale : null }]
  })
}

const graphicShapes: Readonly<Record<string, PresentationGraphic['shape']>> = { POINT: 'point', POLYLINE: 'polyline', INTERPOLATED: 'curve', CIRCLE: 'circle', ELLIPSE: 'ellipse' }
const unitsOf = (dataSet: DataSet, tag: number) => asciiString(dataSet, tag) === 'DISPLAY' ? 'display' as const : 'pixel' as const

/** One graphic object (PS3.3 C.10.5); null for kinds that are unknown and for matrices, which a presentation state has none of. */
function graphicOf(item: DataSet, takeNumbers: (count: number) => void): Pick<PresentationGraphic, 'shape' | 'isFilled' | 'units' | 'points'> | null {
  const shape = graphicShapes[asciiString(item, tags.type)]
  const numbers = numbersOf(item, tags.data, 'float32', limits.graphicNumbers)
  takeNumbers(numbers.length)
  const points = pairsOf(numbers)
  const least = { point: 1, polyline: 2, curve: 2, circle: 2, ellipse: 4 }
  if (shape === undefined || (uint16(item, tags.dimensions) ?? 2) !== 2 || points.length < least[shape]) return null
  return { shape, isFilled: asciiString(item, tags.isFilled) === 'Y', units: unitsOf(item, tags.graphicUnits), points }
}

function textObjectOf(scope: Scope): Pick<PresentationText, 'text' | 'anchor' | 'box'> {
  const { dataSet } = scope
  const spot = (tag: number, units: number) => {
    const [at] = pairsOf(numbersOf(dataSet, tag, 'float32', 2))
    return at === undefined ? null : { units: unitsOf(dataSet, units), at }
  }
  const from = spot(tags.boxFrom, tags.boxUnits)
  const to = spot(tags.boxTo, tags.boxUnits)
  return { text: textOf(scope, tags.text), anchor: spot(tags.anchor, tags.anchorUnits), box: from === null || to === null ? null : { from, to } }
}

function layerColours(root: Scope): Map<string, OverlayColour> {
  return new Map(itemsOf(root.dataSet, tags.layers).flatMap((item): [string, OverlayColour][] => {
    const lab = numbersOf(item, tags.layerLab, 'uint16', 3)
    const [grey] = numbersOf(item, tags.layerGrey, 'uint16', 1)
    const name = asciiString(item, tags.layer)
    if (lab.length === 3) return [[name, colourOfLab(lab)]]
    if (grey === undefined) return []
    const level = Math.round(grey / 257)
    return [[name, [level, level, level]]]
  }))
}

/** Display Shutter (PS3.3 C.7.6.11): edges are the first and last lines that are shown, counted from 1. */
function shuttersOf(dataSet: DataSet): PresentationShutter[] {
  const shapes = new Set(asciiStrings(dataSet, tags.shutterShape))
  const found: PresentationShutter[] = []
  const edge = (tag: number) => parseDecimal(asciiString(dataSet, tag))
  const [left, right, upper, lower] = [edge(tags.left), edge(tags.right), edge(tags.upper), edge(tags.lower)] as const
  if (shapes.has('RECTANGULAR') && left !== null && right !== null && upper !== null && lower !== null) found.push({ shape: 'rectangle', from: [left - 1, upper - 1], to: [right - 1, lower - 1] })
  // Pairs are row, then column.
  const centre = decimalTuple(dataSet, tags.shutterCentre, 2)
  const radius = parseDecimal(asciiString(dataSet, tags.shutterRadius))
  if (shapes.has('CIRCULAR') && centre !== null && radius !== null) found.push({ shape: 'circle', centre: [(centre[1] ?? 1) - 1, (centre[0] ?? 1) - 1], radius })
  const corners = decimals(dataSet, tags.shutterPolygon).slice(0, 20_000)
  if (shapes.has('POLYGONAL') && corners.length >= 6 && corners.every((value) => value !== null)) {
    found.push({ shape: 'polygon', points: pairsOf(corners).map(([row, column]) => [column - 1, row - 1]) })
  }
  return found
}

function notesOf(dataSet: DataSet): string[] {
  const has = (tag: number) => dataSet.elements.has(tag)
  const voiTables = itemsOf(dataSet, tags.softcopyVoi).some((item) => item.elements.has(tags.voiLut))
  const compounds = itemsOf(dataSet, tags.graphics).some((item) => item.elements.has(tags.compound))
  const isTurned = (uint16(dataSet, tags.rotation) ?? 0) % 90 !== 0
  return [
    ...(voiTables ? ['Its table of grey levels (VOI LUT) is not applied.'] : []), ...(has(tags.modalityLut) ? ['Its own modality table is not applied.'] : []),
    ...(has(tags.presentationLut) && itemsOf(dataSet, tags.presentationLut).length > 0 ? ['Its presentation table is not applied.'] : []),
    ...(has(tags.overlayPlane) ? ['Its bitmap overlay is not drawn.'] : []), ...(compounds ? ['Its compound graphics (rulers, axes, tables) are not drawn.'] : []),
    ...(isTurned ? ['It is turned by other than quarter turns, which is not applied.'] : [])
  ]
}
