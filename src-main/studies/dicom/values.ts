import type { DataSet, Element } from './data-set.ts'
import { decodeText } from './character-set.ts'
import { Tag } from './tags.ts'

/** Value bytes of an attribute, without a copy; null where it is missing or empty. */
export function valueBytes(dataSet: DataSet, tag: number): Buffer | null {
  const element = dataSet.elements.get(tag)
  return element === undefined || element.length === 0 ? null : bytesOf(dataSet, element)
}

export function bytesOf(dataSet: DataSet, element: Element): Buffer {
  return dataSet.bytes.subarray(element.offset, element.offset + element.length)
}

/** A value of the default repertoire (UI, CS, DA, TM, DS, IS …), padding cut off; '' where there is none. */
export function asciiString(dataSet: DataSet, tag: number): string {
  const bytes = valueBytes(dataSet, tag)
  return bytes === null ? '' : trimPadding(bytes.toString('latin1'))
}

export function asciiStrings(dataSet: DataSet, tag: number): string[] {
  const value = asciiString(dataSet, tag)
  return value === '' ? [] : value.split('\\').map((part) => trimPadding(part))
}

/** A text value (LO, SH, PN, ST, LT, UT) in the character sets of the data set that holds it. */
export function text(dataSet: DataSet, tag: number, characterSets: readonly string[]): string {
  const bytes = valueBytes(dataSet, tag)
  if (bytes === null) return ''
  const isName = tag === Tag.patientName
  return trimPadding(decodeText(bytes, characterSets, isName))
}

/** Numbers of a DS or IS; a part that is no number becomes null, so that nobody computes with it. */
export function decimals(dataSet: DataSet, tag: number): (number | null)[] {
  return asciiStrings(dataSet, tag).map(parseDecimal)
}

export function decimal(dataSet: DataSet, tag: number): number | null {
  return decimals(dataSet, tag)[0] ?? null
}

/** As many finite numbers as asked for, or null. */
export function decimalTuple(dataSet: DataSet, tag: number, length: number): number[] | null {
  const values = decimals(dataSet, tag).slice(0, length)
  const finite = values.filter((value): value is number => value !== null)
  return finite.length === length ? finite : null
}

export function integer(dataSet: DataSet, tag: number): number | null {
  const value = decimal(dataSet, tag)
  return value === null ? null : Math.trunc(value)
}

export function uint16(dataSet: DataSet, tag: number, index = 0): number | null {
  const bytes = valueBytes(dataSet, tag)
  if (bytes === null || bytes.length < index * 2 + 2) return null
  return dataSet.encoding.isLittleEndian ? bytes.readUInt16LE(index * 2) : bytes.readUInt16BE(index * 2)
}

/** Attributes whose VR is US or SS, by Pixel Representation (PS3.5 6.2). */
export function uint32(dataSet: DataSet, tag: number): number | null {
  const bytes = valueBytes(dataSet, tag)
  if (bytes === null || bytes.length < 4) return null
  return dataSet.encoding.isLittleEndian ? bytes.readUInt32LE(0) : bytes.readUInt32BE(0)
}

export function pixelValue(dataSet: DataSet, tag: number, isSigned: boolean): number | null {
  const value = uint16(dataSet, tag)
  if (value === null) return null
  return isSigned && value > 0x7fff ? value - 0x10000 : value
}

export function float64(dataSet: DataSet, tag: number): number | null {
  const bytes = valueBytes(dataSet, tag)
  if (bytes === null || bytes.length < 8) return null
  const value = dataSet.encoding.isLittleEndian ? bytes.readDoubleLE(0) : bytes.readDoubleBE(0)
  return Number.isFinite(value) ? value : null
}

export function parseDecimal(part: string): number | null {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(part)) return null
  const value = Number(part)
  return Number.isFinite(value) ? value : null
}

/** Trailing spaces and NULs are padding; leading spaces mean nothing in the VRs read here (PS3.5 6.2). */
export function trimPadding(value: string): string {
  return value.replace(/[\0 ]+$/, '').replace(/^ +/, '')
}
