import { itemsOf, type DataSet, type Element } from '../dicom/data-set.ts'
import type { Dictionary } from '../dicom/list-tags.ts'
import { bytesOf } from '../dicom/values.ts'
import type { Profile } from './profile.ts'
import type { Secrets } from './secrets.ts'

export type RewriteRules = Readonly<{
  profile: Profile, dictionary: Dictionary, secrets: Secrets
  uid: (original: string) => string
  /** Whole days by which dates go back. */
  daysBack: number
  /** Attributes of the top level that are set whatever stands there, as they are to be written: tag to VR and bytes. */
  set: ReadonlyMap<number, readonly [vr: string, value: Buffer]>
}>

const longVrs = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])
const dummies: Readonly<Record<string, string>> = {
  AE: 'ANONYMIZED', AS: '000Y', CS: 'ANONYMIZED', DA: '19000101', DS: '0', DT: '19000101000000', IS: '0', LO: 'ANONYMIZED', LT: 'ANONYMIZED', PN: 'ANONYMIZED', SH: 'ANONYMIZED', ST: 'ANONYMIZED', TM: '000000', UC: 'ANONYMIZED', UR: 'ANONYMIZED', UT: 'ANONYMIZED'
}
const freeText = new Set(['AE', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UN', 'UR', 'UT'])
const numeric: Readonly<Record<string, number>> = { FD: 8, FL: 4, SL: 4, SS: 2, SV: 8, UL: 4, US: 2, UV: 8 }
const none = Buffer.alloc(0)

/** The elements of a data set by the profile, in its own encoding, up to but without the pixels. Little endian alone. */
export function rewriteDataSet(dataSet: DataSet, rules: RewriteRules, depth = 0): Buffer {
  const { isExplicit } = dataSet.encoding
  const set = depth === 0 ? rules.set : new Map<number, readonly [string, Buffer]>()
  const found = [...dataSet.elements.values()].filter(({ tag }) => !set.has(tag) && !isPixels(tag) && (tag & 0xffff) !== 0)
  const written = [
    ...found.flatMap((element): [number, Buffer][] => { const bytes = rewriteElement(dataSet, element, rules, depth); return bytes === null ? [] : [[element.tag, bytes]] }),
    ...[...set].map(([tag, [vr, value]]): [number, Buffer] => [tag, Buffer.concat([head(tag, vr, value.length, isExplicit), value])])
  ]
  return Buffer.concat(written.toSorted(([one], [other]) => one - other).map(([, bytes]) => bytes))
}

const isPixels = (tag: number) => tag === 0x7fe00010 || tag === 0x7fe00008 || tag === 0x7fe00009

function rewriteElement(dataSet: DataSet, element: Element, rules: RewriteRules, depth: number): Buffer | null {
  const { tag, vr: own } = element
  const { isExplicit } = dataSet.encoding
  const vr = own === '' || own === 'UN' ? rules.dictionary(tag)?.vr ?? own : own
  // A sequence in disguise is coded in another way than what it stands in.
  if (own === 'UN' && vr === 'SQ') return null
  const write = (value: Buffer) => Buffer.concat([head(tag, vr, value.length, isExplicit), value])
  const act = rules.profile.actOf(tag, vr)
  if (act === 'remove') return null
  if (vr === 'SQ') {
    if (act === 'clean' || act === 'keep' || act === 'uid') return write(cleanItems(dataSet, tag, rules, depth))
    // A sequence without items breaks more objects than one that is not there, where the table leaves the choice.
    return rules.profile.table.get(tag)?.startsWith('X') === true ? null : write(none)
  }
  const value = bytesOf(dataSet, element)
  // No dummy of ours may stand for two things: a UID is mapped.
  const taken = act === 'dummy' && vr === 'UI' ? 'uid' : act
  switch (taken) {
    // Terms, numbers and tables are no place for names; chance alone would find them there.
    case 'keep': return freeText.has(vr) && rules.secrets.isIn(value) ? dummyOf(vr, write) : write(value)
    case 'empty': return write(none)
    case 'dummy': return dummyOf(vr, write)
    case 'uid': return write(padded(value.toString('latin1').split('\\').map((one) => { const trimmed = one.replaceAll(/[\0 ]+$/g, ''); return trimmed === '' ? '' : rules.uid(trimmed) }).join('\\'), '\0'))
    case 'shift': return write(padded(value.toString('latin1').split('\\').map((one) => shifted(one, rules.daysBack)).join('\\'), ' '))
    case 'clean': return null
    default: return taken satisfies never
  }
}

/** Nothing that carries bytes without a meaning of ours may stay as a dummy. */
function dummyOf(vr: string, write: (value: Buffer) => Buffer): Buffer | null {
  const text = dummies[vr]
  if (text !== undefined) return write(padded(text, ' '))
  const bytes = numeric[vr]
  return bytes === undefined ? null : write(Buffer.alloc(bytes))
}

function cleanItems(dataSet: DataSet, tag: number, rules: RewriteRules, depth: number): Buffer {
  return Buffer.concat(itemsOf(dataSet, tag).filter(({ encoding }) => encoding.isExplicit === dataSet.encoding.isExplicit).map((item) => {
    const body = rewriteDataSet(item, rules, depth + 1)
    const start = Buffer.alloc(8)
    start.writeUInt16LE(0xfffe, 0)
    start.writeUInt16LE(0xe000, 2)
    start.writeUInt32LE(body.length, 4)
    return Buffer.concat([start, body])
  }))
}

export function head(tag: number, vr: string, length: number, isExplicit: boolean): Buffer {
  const isLong = isExplicit && longVrs.has(vr)
  const bytes = Buffer.alloc(isLong ? 12 : 8)
  bytes.writeUInt16LE(tag >>> 16, 0)
  bytes.writeUInt16LE(tag & 0xffff, 2)
  if (!isExplicit) { bytes.writeUInt32LE(length, 4); return bytes }
  bytes.write(vr.length === 2 ? vr : 'UN', 4, 'latin1')
  if (isLong) bytes.writeUInt32LE(length, 8)
  else bytes.writeUInt16LE(length, 6)
  return bytes
}

export function padded(text: string, pad: ' ' | '\0'): Buffer {
  return Buffer.from(text.length % 2 === 0 ? text : text + pad, 'latin1')
}

/** A date, or a date with time, some days earlier; what is no date goes. */
function shifted(value: string, days: number): string {
  const [, year, month, day, rest = ''] = /^(\d{4})(\d\d)(\d\d)(.*)$/.exec(value.trim()) ?? []
  if (year === undefined) return ''
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  if (Number.isNaN(at.getTime())) return ''
  at.setUTCDate(at.getUTCDate() - days)
  return `${at.toISOString().slice(0, 10).replaceAll('-', '')}${rest}`
}
