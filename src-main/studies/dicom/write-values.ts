type TextVr = 'AE' | 'AS' | 'CS' | 'DA' | 'DT' | 'LO' | 'LT' | 'PN' | 'SH' | 'ST' | 'TM' | 'UI' | 'UT'
/** Numbers written as text; a DS that needs more than 16 characters is rounded to those that fit. */
type NumberTextVr = 'DS' | 'IS'
type NumberVr = 'AT' | 'FD' | 'FL' | 'SL' | 'SS' | 'UL' | 'US'
/** One attribute to be written: tag, value representation, value. A list of texts or numbers is a value of several; '' and [] are empty. */
export type DicomElement =
  | readonly [tag: number, vr: TextVr, value: string | readonly string[]]
  | readonly [tag: number, vr: NumberVr, value: number | readonly number[]]
  | readonly [tag: number, vr: NumberTextVr, value: number | string | readonly (number | string)[]]
  | readonly [tag: number, vr: 'OB' | 'OW', value: Uint8Array]
  | readonly [tag: number, vr: 'SQ', value: readonly DicomItem[]]
export type DicomItem = readonly DicomElement[]

/** Most characters of one value (PS3.5 6.2); of a PN, of each component group. */
const mostCharacters: Readonly<Record<TextVr | NumberTextVr, number>> = {
  AE: 16, AS: 4, CS: 16, DA: 8, DS: 16, DT: 26, IS: 12, LO: 64, LT: 10240, PN: 64, SH: 16, ST: 1024, TM: 14, UI: 64, UT: 2 ** 31
}
/** What a value of these looks like; the others hold any text. */
const patterns: Partial<Record<TextVr | NumberTextVr, RegExp>> = {
  AS: /^\d{3}[DWMY]$/, CS: /^[A-Z0-9_ ]*$/, DA: /^\d{8}$/, DS: /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/, DT: /^\d{4}(?:\d{2}){0,5}(?:\.\d{1,6})?(?:[+-]\d{4})?$/,
  IS: /^[+-]?\d+$/, TM: /^\d{2}(?:\d{2}){0,2}(?:\.\d{1,6})?$/, UI: /^\d+(?:\.\d+)*$/
}
/** These hold one value, in which a backslash is a character like any other, and lines. */
const singleText = new Set<string>(['LT', 'ST', 'UT'])

/** Whether a text may stand as one value of a VR (PS3.5 6.2). */
export function isUsable(vr: TextVr | NumberTextVr, value: string): boolean {
  const pattern = patterns[vr]
  if (pattern !== undefined && value !== '' && !pattern.test(value)) return false
  const groups = vr === 'PN' ? value.split('=') : [value]
  if (groups.some((group) => Array.from(group).length > mostCharacters[vr])) return false
  return singleText.has(vr) ? !hasControl(value, '\t\n\f\r') : !hasControl(value, '') && !value.includes('\\')
}

function hasControl(value: string, allowed: string): boolean {
  return Array.from(value).some((character) => (character < ' ' || character === '\u007f') && !allowed.includes(character))
}

/** The bytes of a value, of even length (PS3.5 6.2, 7.1.1). Throws where the value breaks its VR. */
export function valueBytes(element: Exclude<DicomElement, readonly [number, 'SQ', unknown]>): Buffer {
  const [tag, , value] = element
  if (value instanceof Uint8Array) return padded(Buffer.from(value), 0)
  if (isText(element)) return textBytes(tag, element[1], typeof element[2] === 'string' || typeof element[2] === 'number' ? [element[2]] : element[2])
  return isNumeric(element) ? numberBytes(element[1], typeof element[2] === 'number' ? [element[2]] : element[2]) : Buffer.alloc(0)
}

type Text = Extract<DicomElement, readonly [number, TextVr | NumberTextVr, unknown]>
type Numeric = Extract<DicomElement, readonly [number, NumberVr, unknown]>
const isText = (element: DicomElement): element is Text => element[1] in mostCharacters
const isNumeric = (element: DicomElement): element is Numeric => element[1] in writers

function textBytes(tag: number, vr: TextVr | NumberTextVr, given: readonly (number | string)[]): Buffer {
  const values = given.map((value) => (typeof value === 'string' ? value : vr === 'DS' ? decimalText(value) : String(value)))
  if (singleText.has(vr) && values.length > 1) throw new Error(`${vr} holds one value (${tag.toString(16)}).`)
  if (!values.every((value) => isUsable(vr, value))) throw new Error(`A value of ${tag.toString(16)} breaks ${vr}.`)
  return padded(Buffer.from(values.join('\\'), 'utf8'), vr === 'UI' ? 0 : 0x20)
}

/** `write` throws a RangeError where the number does not fit. */
const writers: Readonly<Record<NumberVr, Readonly<{ width: number, write: (bytes: Buffer, value: number, at: number) => void }>>> = {
  AT: { width: 4, write: (bytes, value, at) => { bytes.writeUInt16LE(value >>> 16, at); bytes.writeUInt16LE(value & 0xffff, at + 2) } },
  FD: { width: 8, write: (bytes, value, at) => { bytes.writeDoubleLE(value, at) } },
  FL: { width: 4, write: (bytes, value, at) => { bytes.writeFloatLE(value, at) } },
  SL: { width: 4, write: (bytes, value, at) => { bytes.writeInt32LE(value, at) } },
  SS: { width: 2, write: (bytes, value, at) => { bytes.writeInt16LE(value, at) } },
  UL: { width: 4, write: (bytes, value, at) => { bytes.writeUInt32LE(value, at) } },
  US: { width: 2, write: (bytes, value, at) => { bytes.writeUInt16LE(value, at) } }
}

function numberBytes(vr: NumberVr, values: readonly number[]): Buffer {
  const { width, write } = writers[vr]
  const bytes = Buffer.alloc(values.length * width)
  values.forEach((value, index) => {
    const isFloat = vr === 'FD' || vr === 'FL'
    if (!Number.isFinite(value) || (!isFloat && !Number.isInteger(value))) throw new RangeError(`${value} is no value of ${vr}.`)
    write(bytes, value, index * width)
  })
  return bytes
}

function padded(bytes: Buffer, padding: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(padding)])
}

/** An item of defined length (PS3.5 7.5.1). */
export function sequenceItem(content: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16LE(0xfffe, 0)
  head.writeUInt16LE(0xe000, 2)
  head.writeUInt32LE(content.length, 4)
  return Buffer.concat([head, content])
}

/** A number as a DS of at most 16 characters: exact where it fits, else rounded to the digits that do. */
export function decimalText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no DS.`)
  const plain = String(Object.is(value, -0) ? 0 : value)
  if (plain.length <= 16) return plain
  for (let digits = 16; digits > 0; digits--) {
    const rounded = Number(value.toPrecision(digits))
    const text = [String(rounded), rounded.toExponential()].find((one) => one.length <= 16)
    if (text !== undefined) return text
  }
  throw new RangeError(`${value} has no DS.`)
}
