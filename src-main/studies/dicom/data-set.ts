import { DicomFault, NeedMoreBytes, formatBytes } from './fault.ts'
import { Tag, formatTag, item, itemDelimitation, sequenceDelimitation } from './tags.ts'

/** One attribute as it lies in the bytes. `length` of an undefined-length sequence is what its items take. */
export type Element = Readonly<{ tag: number, vr: string, offset: number, length: number, isUndefinedLength: boolean, items: readonly DataSet[] | null }>
export type Encoding = Readonly<{ isExplicit: boolean, isLittleEndian: boolean }>
export type DataSet = Readonly<{ elements: ReadonlyMap<number, Element>, bytes: Buffer, encoding: Encoding, depth: number }>

/** `bytes` may be only the first part of the file; `totalBytes` is what the whole file has. */
export type Extent = Readonly<{ bytes: Buffer, totalBytes: number }>

/** Deep enough for every real object (structured reports go to about 20), shallow enough for any stack. */
const maxDepth = 64
const undefinedLength = 0xffffffff
const longVrs = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])
const implicitLittleEndian: Encoding = { isExplicit: false, isLittleEndian: true }

type Cursor = { at: number, readonly bytes: Buffer, readonly totalBytes: number, readonly encoding: Encoding }
type Head = { tag: number, vr: string, length: number, offset: number }

/**
 * Reads the elements of a data set (PS3.5 7.1) from `start`, up to and with the head of Pixel Data, whose value is never touched.
 * Every length is compared with the bytes that are left before it is believed. Sequences of defined length are opened only when asked for.
 * Throws `NeedMoreBytes` when the bytes at hand end first, `DicomFault` when the file does.
 */
export function readDataSet(extent: Extent, start: number, encoding: Encoding, isWithin?: (tag: number) => boolean): { dataSet: DataSet, end: number } {
  const cursor: Cursor = { at: start, bytes: extent.bytes, totalBytes: extent.totalBytes, encoding }
  const elements = readElements(cursor, extent.totalBytes, 0, isWithin)
  return { dataSet: { elements, bytes: extent.bytes, encoding, depth: 0 }, end: cursor.at }
}

/** The items of a sequence; empty where the element is missing or holds none. */
export function itemsOf(dataSet: DataSet, tag: number): readonly DataSet[] {
  const element = dataSet.elements.get(tag)
  if (element === undefined) return []
  return element.items ?? readDefinedItems(dataSet, element)
}

export function readDefinedItems(dataSet: DataSet, element: Element): readonly DataSet[] {
  const { bytes } = dataSet
  const encoding = element.vr === 'UN' ? implicitLittleEndian : dataSet.encoding
  const cursor: Cursor = { at: element.offset, bytes, totalBytes: bytes.length, encoding }
  return readItems(cursor, element.offset + element.length, dataSet.depth + 1, false)
}

function readElements(cursor: Cursor, end: number, depth: number, isWithin?: (tag: number) => boolean): Map<number, Element> {
  const elements = new Map<number, Element>()
  while (cursor.at < end) {
    if (end - cursor.at < 8) {
      if (depth === 0 && isZero(cursor.bytes, cursor.at)) break
      throw truncated(cursor)
    }
    const before = cursor.at
    const head = readHead(cursor)
    if (head.tag === itemDelimitation && depth > 0) return elements
    if (isWithin !== undefined && !isWithin(head.tag)) { cursor.at = before; return elements }
    if (depth === 0 && isEndOfHeader(head, elements)) {
      if (isPixelData(head.tag)) elements.set(head.tag, { ...head, isUndefinedLength: head.length === undefinedLength, items: null })
      break
    }
    elements.set(head.tag, readValue(cursor, head, end, depth))
  }
  return elements
}

const isPixelData = (tag: number) => tag === Tag.pixelData || tag === Tag.floatPixelData || tag === Tag.doublePixelData

/** Trailing zeros after a data set without pixel data read as tag (0000,0000): there is nothing behind them. */
function isEndOfHeader(head: Head, elements: ReadonlyMap<number, Element>): boolean {
  return isPixelData(head.tag) || (head.tag === 0 && elements.size > 0)
}

function readValue(cursor: Cursor, head: Head, end: number, depth: number): Element {
  const { tag, vr, length, offset } = head
  if (length === undefinedLength) {
    if (depth >= maxDepth) throw new DicomFault('malformed', `Sequences are nested more than ${maxDepth} deep. The file is damaged or made to do harm.`)
    // An undefined length in UN is an implicit VR sequence whatever the data set is (PS3.5 6.2.2 note 2).
    const inner: Cursor = vr === 'UN' ? { ...cursor, encoding: implicitLittleEndian } : cursor
    const items = readItems(inner, end, depth + 1, true)
    cursor.at = inner.at
    return { tag, vr: 'SQ', offset, length: cursor.at - offset, isUndefinedLength: true, items }
  }
  if (offset + length > end) throw beyond(head, end)
  // The value itself must be at hand as well: what follows is read from the same bytes.
  if (offset + length > cursor.bytes.length) throw new NeedMoreBytes(offset + length + 4096)
  cursor.at = offset + length
  return { tag, vr, offset, length, isUndefinedLength: false, items: null }
}

function readItems(cursor: Cursor, end: number, depth: number, isDelimited: boolean): readonly DataSet[] {
  const items: DataSet[] = []
  if (depth > maxDepth) throw new DicomFault('malformed', `Sequences are nested more than ${maxDepth} deep. The file is damaged or made to do harm.`)
  while (cursor.at < end) {
    const tag = readTag(cursor)
    const length = readUint32(cursor, cursor.at + 4)
    cursor.at += 8
    if (tag === sequenceDelimitation) return items
    if (tag !== item) throw new DicomFault('malformed', `A sequence holds ${formatTag(tag)} where an item must begin. The header is damaged.`)
    const isOpen = length === undefinedLength
    if (!isOpen && cursor.at + length > end) throw beyond({ tag, vr: '', length, offset: cursor.at }, end)
    const elements = readElements(cursor, isOpen ? end : cursor.at + length, depth)
    items.push({ elements, bytes: cursor.bytes, encoding: cursor.encoding, depth })
  }
  if (isDelimited) throw truncated(cursor)
  return items
}

function readHead(cursor: Cursor): Head {
  const { at, bytes, encoding } = cursor
  const tag = readTag(cursor)
  if (tag === itemDelimitation || tag === item || tag === sequenceDelimitation || !encoding.isExplicit) return implicitHead(cursor, tag)
  const first = bytes[at + 4] ?? 0
  const second = bytes[at + 5] ?? 0
  // Some writers slip implicit elements into explicit data sets: no VR begins with anything but a capital letter.
  if (!isCapital(first) || !isCapital(second)) return implicitHead(cursor, tag)
  const vr = String.fromCharCode(first, second)
  if (!longVrs.has(vr)) {
    const length = encoding.isLittleEndian ? bytes.readUInt16LE(at + 6) : bytes.readUInt16BE(at + 6)
    cursor.at = at + 8
    return { tag, vr, length, offset: cursor.at }
  }
  const length = readUint32(cursor, at + 8)
  cursor.at = at + 12
  return { tag, vr, length, offset: cursor.at }
}

function implicitHead(cursor: Cursor, tag: number): Head {
  const length = readUint32(cursor, cursor.at + 4)
  cursor.at += 8
  return { tag, vr: '', length, offset: cursor.at }
}

function readTag(cursor: Cursor): number {
  const { at, bytes, encoding } = cursor
  need(cursor, at + 8)
  return encoding.isLittleEndian
    ? ((bytes.readUInt16LE(at) << 16) | bytes.readUInt16LE(at + 2)) >>> 0
    : bytes.readUInt32BE(at)
}

function readUint32(cursor: Cursor, at: number): number {
  need(cursor, at + 4)
  return cursor.encoding.isLittleEndian ? cursor.bytes.readUInt32LE(at) : cursor.bytes.readUInt32BE(at)
}

function need(cursor: Cursor, upTo: number): void {
  if (upTo <= cursor.bytes.length) return
  if (upTo > cursor.totalBytes) throw truncated(cursor)
  throw new NeedMoreBytes(upTo + 4096)
}

const isCapital = (code: number) => code >= 0x41 && code <= 0x5a

function isZero(bytes: Buffer, from: number): boolean {
  return bytes.subarray(from, from + 8).every((value) => value === 0)
}

function truncated(cursor: Cursor): DicomFault {
  return new DicomFault('truncated', `The file ends in the middle of its header, after ${formatBytes(cursor.totalBytes)}. Copy it again from its source.`)
}

/** A claim of gigabytes is a damaged or hostile length; a small one is what a cut file looks like. */
function beyond(head: Head, end: number): DicomFault {
  const left = Math.max(0, end - head.offset)
  const what = `${formatTag(head.tag)} claims ${formatBytes(head.length)}, but only ${formatBytes(left)} are left`
  if (head.length - left > 64 * 1024 * 1024) return new DicomFault('header-too-large', `The header asks for too much: ${what}. The file is damaged.`)
  return new DicomFault('truncated', `The file is cut or damaged: ${what}. Copy it again from its source.`)
}
