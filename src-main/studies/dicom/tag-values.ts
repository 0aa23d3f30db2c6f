import { decodeText } from './character-set.ts'
import type { DataSet, Element } from './data-set.ts'
import { Tag, formatTag } from './tags.ts'
import { bytesOf, trimPadding } from './values.ts'

/** How much of a value is put into words: characters of a text, count of numbers, bytes in hex. */
export type Most = Readonly<{ characters: number, numbers: number, bytes: number }>
/** A line of a list. */
export const brief: Most = { characters: 300, numbers: 64, bytes: 16 }
/** A value that somebody asked to see whole. */
export const whole: Most = { characters: 1_000_000, numbers: 100_000, bytes: 4096 }

export type ShownValue = Readonly<{ text: string, isCut: boolean, isBytes: boolean }>

const textVrs = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT'])
const asciiVrs = new Set(['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'TM', 'UI', 'UR'])

/** A value in words. Bytes of no known form are their count and a head in hex. */
export function showValue(dataSet: DataSet, element: Element, vr: string, characterSets: readonly string[], most: Most): ShownValue {
  if (element.isUndefinedLength) return { text: 'compressed pixel data', isCut: false, isBytes: true }
  // Of pixel data only the head of the element was read.
  if (element.offset + element.length > dataSet.bytes.length) return { text: `${element.length} bytes`, isCut: false, isBytes: true }
  const bytes = bytesOf(dataSet, element)
  if (textVrs.has(vr)) return cutText(trimPadding(decodeText(bytes.subarray(0, most.characters * 8), characterSets, vr === 'PN')), most, bytes.length > most.characters * 8)
  if (asciiVrs.has(vr)) return cutText(trimPadding(bytes.toString('latin1', 0, most.characters * 2)), most, bytes.length > most.characters * 2)
  const reader = element.tag === Tag.pixelData ? undefined : numberReaders[vr]
  if (reader !== undefined) return showNumbers(bytes, reader, dataSet.encoding.isLittleEndian, most)
  return isPrintable(bytes) ? cutText(trimPadding(bytes.toString('latin1')), most, false) : showBytes(bytes, most)
}

function cutText(text: string, { characters }: Most, hasMore: boolean): ShownValue {
  const isCut = hasMore || text.length > characters
  return { text: isCut ? `${text.slice(0, characters)}…` : text, isCut, isBytes: false }
}

function showNumbers(bytes: Buffer, { width, read }: NumberReader, isLittleEndian: boolean, most: Most): ShownValue {
  const count = Math.floor(bytes.length / width)
  const values = Array.from({ length: Math.min(count, most.numbers) }, (_, index) => read(bytes, index * width, isLittleEndian)).join('\\')
  const isCut = count > most.numbers
  return { text: isCut ? `${values}\\… (${count} values)` : values, isCut, isBytes: false }
}

function showBytes(bytes: Buffer, most: Most): ShownValue {
  const isCut = bytes.length > most.bytes
  const head = [...bytes.subarray(0, most.bytes)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ')
  return { text: `${bytes.length} bytes${head === '' ? '' : `: ${head}${isCut ? ' …' : ''}`}`, isCut, isBytes: true }
}

/** Short private texts mostly come as UN. */
const isPrintable = (bytes: Buffer) => bytes.length > 0 && bytes.length <= 4096 && bytes.every((byte, at) => (byte >= 0x20 && byte < 0x7f) || (byte === 0 && at === bytes.length - 1))

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
