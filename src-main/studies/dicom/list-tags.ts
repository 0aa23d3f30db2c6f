import type { TagRow } from '../../../src-shared/studies.ts'
import { readDefinedItems, type DataSet, type Element } from './data-set.ts'
import { DicomFault } from './fault.ts'
import { readCharacterSets } from './header.ts'
import { isPatientData, isPrivateTag } from './patient-data.ts'
import { Tag, formatTag } from './tags.ts'
import { bytesOf, trimPadding } from './values.ts'
import { decodeText } from './character-set.ts'

/** Keyword and VR of a standard attribute; null for private and unknown ones. */
export type Dictionary = (tag: number) => Readonly<{ keyword: string, vr: string }> | null

const limits = { rows: 20_000, characters: 300, numbers: 64 }
const textVrs = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT'])
const asciiVrs = new Set(['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'TM', 'UI', 'UR'])
type Sheet = { rows: TagRow[], dictionary: Dictionary }

/** Every attribute of the file, sequences with their items one level deeper, long values cut. Pixel data is named, not shown. */
export function listTags(dataSets: readonly DataSet[], dictionary: Dictionary): TagRow[] {
  const sheet: Sheet = { rows: [], dictionary }
  for (const dataSet of dataSets) listDataSet(sheet, dataSet, 0, [])
  return sheet.rows
}

function listDataSet(sheet: Sheet, dataSet: DataSet, depth: number, inherited: readonly string[]): void {
  // An item may name character sets of its own (PS3.3 C.12.1.1.2).
  const characterSets = dataSet.elements.has(Tag.specificCharacterSet) ? readCharacterSets(dataSet) : inherited
  for (const element of dataSet.elements.values()) {
    if (sheet.rows.length >= limits.rows) return
    listElement(sheet, dataSet, element, depth, characterSets)
  }
}

function listElement(sheet: Sheet, dataSet: DataSet, element: Element, depth: number, characterSets: readonly string[]): void {
  const known = sheet.dictionary(element.tag)
  const vr = element.vr === '' || element.vr === 'UN' ? known?.vr ?? (element.vr || 'UN') : element.vr
  const items = vr === 'SQ' ? openItems(dataSet, element) : null
  const base = { keyword: known?.keyword ?? '', vr, depth, isPrivate: isPrivateTag(element.tag), isPatientData: isPatientData(element.tag, vr) }
  if (items === null) {
    sheet.rows.push({ ...base, tag: formatTag(element.tag), value: cut(valueOf(dataSet, element, vr, characterSets)) })
    return
  }
  sheet.rows.push({ ...base, tag: formatTag(element.tag), value: items.length === 1 ? '1 item' : `${items.length} items` })
  for (const [index, item] of items.entries()) {
    if (sheet.rows.length >= limits.rows) return
    sheet.rows.push({ tag: '(FFFE,E000)', keyword: `Item ${index + 1}`, vr: '', value: '', depth: depth + 1, isPrivate: base.isPrivate, isPatientData: base.isPatientData })
    listDataSet(sheet, item, depth + 2, characterSets)
  }
}

/** Null where what should be a sequence is none: its bytes are shown instead. */
function openItems(dataSet: DataSet, element: Element): readonly DataSet[] | null {
  if (element.items !== null) return element.items
  try {
    return readDefinedItems(dataSet, element)
  } catch (error) {
    if (error instanceof DicomFault || error instanceof RangeError) return null
    throw error
  }
}

function valueOf(dataSet: DataSet, element: Element, vr: string, characterSets: readonly string[]): string {
  if (element.isUndefinedLength) return 'compressed pixel data'
  if (element.offset + element.length > dataSet.bytes.length) return `${element.length} bytes`
  const bytes = bytesOf(dataSet, element)
  if (textVrs.has(vr)) return trimPadding(decodeText(bytes.subarray(0, limits.characters * 8), characterSets, vr === 'PN'))
  if (asciiVrs.has(vr)) return trimPadding(bytes.toString('latin1', 0, limits.characters * 2))
  const reader = element.tag === Tag.pixelData ? undefined : numberReaders[vr]
  if (reader === undefined) return bytes.length <= 64 && isPrintable(bytes) ? trimPadding(bytes.toString('latin1')) : `${bytes.length} bytes`
  const count = Math.floor(bytes.length / reader.width)
  const values = Array.from({ length: Math.min(count, limits.numbers) }, (_, index) => reader.read(bytes, index * reader.width, dataSet.encoding.isLittleEndian))
  return count > limits.numbers ? `${values.join('\\')}\\… (${count} values)` : values.join('\\')
}

type NumberReader = Readonly<{ width: number, read: (bytes: Buffer, at: number, isLittleEndian: boolean) => string }>
const numberReaders: Readonly<Record<string, NumberReader>> = {
  US: { width: 2, read: (bytes, at, little) => String(little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)) },
  SS: { width: 2, read: (bytes, at, little) => String(little ? bytes.readInt16LE(at) : bytes.readInt16BE(at)) },
  UL: { width: 4, read: (bytes, at, little) => String(little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)) },
  SL: { width: 4, read: (bytes, at, little) => String(little ? bytes.readInt32LE(at) : bytes.readInt32BE(at)) },
  UV: { width: 8, read: (bytes, at, little) => String(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at)) },
  SV: { width: 8, read: (bytes, at, little) => String(little ? bytes.readBigInt64LE(at) : bytes.readBigInt64BE(at)) },
  FL: { width: 4, read: (bytes, at, little) => String(Math.fround(little ? bytes.readFloatLE(at) : bytes.readFloatBE(at))) },
  FD: { width: 8, read: (bytes, at, little) => String(little ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at)) },
  AT: {
    width: 4,
    read: (bytes, at, little) => formatTag(((little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)) << 16 | (little ? bytes.readUInt16LE(at + 2) : bytes.readUInt16BE(at + 2))) >>> 0)
  }
}

const isPrintable = (bytes: Buffer) => bytes.every((byte) => byte === 0 || (byte >= 0x20 && byte < 0x7f))
const cut = (value: string) => value.length > limits.characters ? `${value.slice(0, limits.characters)}…` : value
