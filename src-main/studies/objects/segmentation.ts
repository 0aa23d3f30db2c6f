import type { ImageReference, MaskPlace, OverlayColour, Segment, SegmentationContent, SegmentMask } from '../../../src-shared/overlays.ts'
import { itemsOf, type DataSet } from '../dicom/data-set.ts'
import { DicomFault } from '../dicom/fault.ts'
import { Tag } from '../dicom/tags.ts'
import type { FrameFacts, InstanceHeader } from '../dicom/instance-header.ts'
import { asciiString, uint16 } from '../dicom/values.ts'
import { frameSourceOf } from '../pixels/frame-source.ts'
import { colourOfLab } from './cielab.ts'
import { maskOf, masksByValue, type MaskRuns } from './mask-runs.ts'
import { codeOf, createBudget, imageOf, numbersOf, scopesOf, spareColour, textOf, wordsOf, type Scope } from './reading.ts'
import type { ReadObject } from './read-object.ts'
import { segmentCells } from './segment-cells.ts'

const tags = {
  type: 0x00620001, segments: 0x00620002, category: 0x00620003, number: 0x00620004, label: 0x00620005, description: 0x00620006, algorithm: 0x00620008,
  identification: 0x0062000a, referencedNumber: 0x0062000b, colour: 0x0062000d, maximumFraction: 0x0062000e, propertyType: 0x0062000f, fractionalType: 0x00620010,
  derivation: 0x00089124, source: 0x00082112, contentLabel: 0x00700080
} as const
const limits = { segments: 65_536, masks: 50_000, pixels: 4_000_000_000, bulkBytes: 64 * 1024 * 1024 }

type Opened = Readonly<{ path: string, header: InstanceHeader, root: Scope }>

/**
 * Segments of a Segmentation (PS3.3 C.8.20) and their pixels frame by frame. A fractional one is taken where it is at least half; of a label map every
 * value but the background is taken. Throws `DicomFault` or AppError.
 */
export function readSegmentation({ path, header, root }: Opened): ReadObject {
  const type = typeOf(root.dataSet, header)
  const named = segmentsOf(root)
  const facts = frameFactsOf(root.dataSet, header.frameCount)
  const halfMm = halfThicknessMm(header.frames)
  const sheet: Sheet = { masks: [], bulk: [], bulkBytes: 0, images: new Map() }
  const takeMask = createBudget(limits.masks, 'masks')
  const takePixels = createBudget(limits.pixels, 'pixels')
  const numbers = new Set(named.map(({ number }) => number))
  const least = type === 'fractional' ? Math.max(1, Math.ceil((uint16(root.dataSet, tags.maximumFraction) ?? 255) / 2)) : 1
  const { rows, columns } = pixelOf(header)
  for (const [index, frame] of facts.entries()) {
    takePixels(rows * columns)
    const cells = segmentCells(frameSourceOf(path, { header }, index + 1))
    const base = { frameNumber: index + 1, place: placeOf(header, index, halfMm), image: frame.image, columns, rows }
    if (frame.image !== null) sheet.images.set(frame.image.sopInstanceUid, frame.image)
    for (const { value: segment, mask } of masksOf({ type, segment: frame.segment, least, numbers }, cells, columns, rows)) {
      takeMask(1)
      add(sheet, { ...base, segment, box: [...mask.box], from: sheet.bulkBytes, bytes: mask.runs.length, pixels: mask.pixels }, mask.runs)
    }
  }
  const content: SegmentationContent = {
    kind: 'segmentation', label: textOf(root, tags.contentLabel) || header.series.description || 'Segmentation', type, frameOfReferenceUid: header.series.frameOfReferenceUid,
    segments: countedSegments(named, sheet.masks), masks: sheet.masks, notes: type === 'fractional' ? [fractionNote(root.dataSet)] : []
  }
  return { content, bulk: joined(sheet), images: [...sheet.images.values()] }
}

type Sheet = { masks: SegmentMask[], bulk: Uint8Array[], bulkBytes: number, images: Map<string, ImageReference> }

function add(sheet: Sheet, mask: SegmentMask, runs: Uint8Array): void {
  sheet.masks.push(mask)
  sheet.bulk.push(runs)
  sheet.bulkBytes += runs.length
  if (sheet.bulkBytes > limits.bulkBytes) throw new DicomFault('too-large', 'The masks of this segmentation take more than 64 MB even when packed. It is not read.')
}

function joined({ bulk, bulkBytes }: Sheet): Uint8Array {
  const all = new Uint8Array(bulkBytes)
  let at = 0
  for (const part of bulk) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function typeOf(dataSet: DataSet, { pixel, sopClassUid }: InstanceHeader): SegmentationContent['type'] {
  const said = asciiString(dataSet, tags.type)
  if (said === 'LABELMAP' || sopClassUid === '1.2.840.10008.5.1.4.1.1.66.7') return 'labelmap'
  return said === 'FRACTIONAL' && pixel?.bitsAllocated !== 1 ? 'fractional' : 'binary'
}

function pixelOf({ pixel }: InstanceHeader): { rows: number, columns: number } {
  if (pixel === null) throw new DicomFault('no-pixel-data', 'This segmentation has no pixels. Export it again from its source.')
  return pixel
}

type NamedSegment = Omit<Segment, 'pixels' | 'frames'>

function segmentsOf(root: Scope): NamedSegment[] {
  const take = createBudget(limits.segments, 'segments')
  return scopesOf(root, tags.segments).map((item, index) => {
    take(1)
    const number = uint16(item.dataSet, tags.number) ?? index + 1
    const type = wordsOf(codeOf(item, tags.propertyType))
    return {
      number, label: textOf(item, tags.label) || type || `Segment ${number}`, description: textOf(item, tags.description), category: wordsOf(codeOf(item, tags.category)), type,
      algorithm: asciiString(item.dataSet, tags.algorithm), colour: labColour(item.dataSet) ?? spareColour(number - 1)
    }
  })
}

function labColour(dataSet: DataSet): OverlayColour | null {
  const values = numbersOf(dataSet, tags.colour, 'uint16', 3)
  return values.length === 3 ? colourOfLab(values) : null
}

type SegmentFrame = Readonly<{ segment: number | null, image: ImageReference | null }>

/** Which segment a frame belongs to, and the image that it was made from: of the frame's own groups, else of the shared ones. */
function frameFactsOf(dataSet: DataSet, frameCount: number): SegmentFrame[] {
  const shared = itemsOf(dataSet, Tag.sharedFunctionalGroups)[0]
  const perFrame = itemsOf(dataSet, Tag.perFrameFunctionalGroups)
  const first = (group: DataSet | undefined, tag: number) => group === undefined ? undefined : itemsOf(group, tag)[0]
  const sharedSegment = first(shared, tags.identification)
  return Array.from({ length: frameCount }, (_, index) => {
    const group = perFrame[index]
    const identification = first(group, tags.identification) ?? sharedSegment
    const source = first(first(group, tags.derivation) ?? first(shared, tags.derivation), tags.source)
    return { segment: identification === undefined ? null : uint16(identification, tags.referencedNumber), image: source === undefined ? null : imageOf(source) }
  })
}

type Wanted = Readonly<{ type: SegmentationContent['type'], segment: number | null, least: number, numbers: ReadonlySet<number> }>

/** The masks of one frame: of its one segment, or of each segment whose number is among the values of a label map. */
function masksOf({ type, segment, least, numbers }: Wanted, cells: Uint8Array | Uint16Array, columns: number, rows: number): { value: number, mask: MaskRuns }[] {
  if (type === 'labelmap') return masksByValue(cells, columns, rows, (value) => numbers.has(value))
  const own = segment ?? (numbers.size > 1 ? null : [...numbers][0] ?? 1)
  const mask = own === null ? null : maskOf(cells, columns, rows, least, 0xffff)
  return own === null || mask === null ? [] : [{ value: own, mask }]
}

function placeOf(header: InstanceHeader, index: number, halfMm: number): MaskPlace | null {
  const facts = header.frames[index] ?? header.frames[0]
  if (facts === undefined || facts.positionMm === null || facts.orientation === null || facts.pixelSpacingMm === null) return null
  return { positionMm: facts.positionMm, orientation: facts.orientation, pixelSpacingMm: facts.pixelSpacingMm, halfThicknessMm: halfMm }
}

/** Half the distance between neighbouring planes that differ; where there is one plane, half its thickness. */
function halfThicknessMm(frames: readonly FrameFacts[]): number {
  const [first] = frames
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0] = first?.orientation ?? []
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d]
  const along = frames.flatMap(({ positionMm }) => positionMm === null ? [] : [positionMm.reduce((sum, part, axis) => sum + part * (normal[axis] ?? 0), 0)]).toSorted((x, y) => x - y)
  const gaps = along.slice(1).map((value, index) => value - (along[index] ?? value)).filter((gap) => gap > 1e-3)
  const thickness = first?.sliceThicknessMm ?? 0
  const step = gaps.length === 0 ? 0 : Math.min(...gaps.slice(0, 10_000))
  // Frames may leave out slices that hold nothing; then the thickness tells the step.
  return (thickness > 0 && (step === 0 || thickness < step) ? thickness : step || 1) / 2
}

function countedSegments(named: readonly NamedSegment[], masks: readonly SegmentMask[]): Segment[] {
  const counts = new Map<number, { pixels: number, frames: number }>()
  for (const { segment, pixels } of masks) {
    const known = counts.get(segment) ?? { pixels: 0, frames: 0 }
    counts.set(segment, { pixels: known.pixels + pixels, frames: known.frames + 1 })
  }
  const missing = [...counts.keys()].filter((number) => !named.some((segment) => segment.number === number))
    .map((number): NamedSegment => ({ number, label: `Segment ${number}`, description: '', category: '', type: '', algorithm: '', colour: spareColour(number - 1) }))
  return [...named, ...missing].map((segment) => ({ ...segment, ...counts.get(segment.number) ?? { pixels: 0, frames: 0 } }))
}

function fractionNote(dataSet: DataSet): string {
  const what = asciiString(dataSet, tags.fractionalType) === 'OCCUPANCY' ? 'how much of a pixel is taken up' : 'how probable a pixel is'
  return `The segmentation says ${what}; it is drawn where that is at least a half.`
}
