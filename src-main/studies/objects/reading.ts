import { SopInstanceUid } from '../../../src-shared/ids.ts'
import type { ImageReference, OverlayColour } from '../../../src-shared/overlays.ts'
import { decodeText } from '../dicom/character-set.ts'
import { itemsOf, type DataSet } from '../dicom/data-set.ts'
import { DicomFault } from '../dicom/fault.ts'
import { readCharacterSets } from '../dicom/header.ts'
import { Tag } from '../dicom/tags.ts'
import { isUid } from '../dicom/uids.ts'
import { asciiString, asciiStrings, parseDecimal, trimPadding, valueBytes } from '../dicom/values.ts'

/** A data set with the character sets that hold in it: its own, else those of the one around it (PS3.3 C.12.1.1.2). */
export type Scope = Readonly<{ dataSet: DataSet, characterSets: readonly string[] }>

const mostCharacters = 10_000

export function scopeOf(dataSet: DataSet, inherited: readonly string[] = []): Scope {
  return { dataSet, characterSets: dataSet.elements.has(Tag.specificCharacterSet) ? readCharacterSets(dataSet) : inherited }
}

export function scopesOf({ dataSet, characterSets }: Scope, tag: number): Scope[] {
  return itemsOf(dataSet, tag).map((item) => scopeOf(item, characterSets))
}

/** A text of at most 10,000 characters; '' where there is none. */
export function textOf({ dataSet, characterSets }: Scope, tag: number, { isName = false }: { isName?: boolean } = {}): string {
  const bytes = valueBytes(dataSet, tag)
  if (bytes === null) return ''
  const text = trimPadding(decodeText(bytes.subarray(0, mostCharacters * 8), characterSets, isName)).replace(/\r\n?/g, '\n').trimEnd()
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text
}

export type Code = Readonly<{ value: string, scheme: string, meaning: string }>
const codeTags = { value: 0x00080100, scheme: 0x00080102, meaning: 0x00080104, longValue: 0x00080119, urnValue: 0x00080120 } as const

/** The first coded entry of a sequence (PS3.3 8.8). */
export function codeOf(scope: Scope, tag: number): Code | null {
  const [first] = scopesOf(scope, tag)
  if (first === undefined) return null
  const value = [codeTags.value, codeTags.longValue, codeTags.urnValue].map((name) => textOf(first, name)).find((text) => text !== '') ?? ''
  return { value, scheme: textOf(first, codeTags.scheme), meaning: textOf(first, codeTags.meaning) }
}

/** A code as it is read. */
export function wordsOf(code: Code | null): string {
  return code === null ? '' : code.meaning || code.value
}

export function uidOf(dataSet: DataSet, tag: number): string | null {
  const value = asciiString(dataSet, tag)
  return isUid(value) ? value : null
}

export const referencedSopInstanceUid = 0x00081155
const referencedFrameNumber = 0x00081160
/** More frames than this are said to be all of them. */
const mostFrameNumbers = 10_000

export function imageOf(dataSet: DataSet): ImageReference | null {
  const uid = uidOf(dataSet, referencedSopInstanceUid)
  if (uid === null) return null
  const numbers = asciiStrings(dataSet, referencedFrameNumber)
  const frames = numbers.length > mostFrameNumbers ? [] : numbers.map((part) => parseDecimal(part) ?? 0).filter((value) => Number.isInteger(value) && value > 0)
  return { sopInstanceUid: SopInstanceUid.parse(uid), frameNumbers: frames }
}

export function imagesIn(dataSet: DataSet, tag: number): ImageReference[] {
  return itemsOf(dataSet, tag).flatMap((item) => imageOf(item) ?? [])
}

/** Counts what a file asks for and stops at a limit that no real object reaches. */
export function createBudget(most: number, what: string): (count: number) => void {
  let used = 0
  return (count) => {
    used += count
    if (used > most) throw new DicomFault('too-large', `This object holds more than ${most} ${what}. It is not read.`)
  }
}

type NumberKind = 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64'
const widths: Readonly<Record<NumberKind, number>> = { uint16: 2, int16: 2, uint32: 4, int32: 4, float32: 4, float64: 8 }

/** Binary numbers of a value; any that is not finite is left out with all after it, so that none moves into another's place. */
export function numbersOf(dataSet: DataSet, tag: number, kind: NumberKind, most = 1_000_000): number[] {
  const bytes = valueBytes(dataSet, tag)
  if (bytes === null) return []
  const width = widths[kind]
  const values = Array.from({ length: Math.min(most, Math.floor(bytes.length / width)) }, (_, index) => numberAt(bytes, index * width, kind, dataSet.encoding.isLittleEndian))
  const end = values.findIndex((value) => !Number.isFinite(value))
  return end < 0 ? values : values.slice(0, end)
}

function numberAt(bytes: Buffer, at: number, kind: NumberKind, isLittle: boolean): number {
  switch (kind) {
    case 'uint16': return isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)
    case 'int16': return isLittle ? bytes.readInt16LE(at) : bytes.readInt16BE(at)
    case 'uint32': return isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
    case 'int32': return isLittle ? bytes.readInt32LE(at) : bytes.readInt32BE(at)
    case 'float32': return isLittle ? bytes.readFloatLE(at) : bytes.readFloatBE(at)
    case 'float64': return isLittle ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at)
  }
}

export function pairsOf(values: readonly number[]): [number, number][] {
  return Array.from({ length: Math.floor(values.length / 2) }, (_, index) => [values[index * 2] ?? 0, values[index * 2 + 1] ?? 0])
}

/** Apart from each other and from greys, for what names no colour of its own. */
const spareColours: readonly OverlayColour[] = [
  [255, 99, 97], [88, 190, 255], [123, 226, 132], [255, 196, 84], [201, 140, 255], [92, 225, 214], [255, 140, 200], [196, 210, 90], [255, 150, 90], [140, 165, 255]
]

export function spareColour(index: number): OverlayColour {
  return spareColours[((index % spareColours.length) + spareColours.length) % spareColours.length] ?? [255, 99, 97]
}
