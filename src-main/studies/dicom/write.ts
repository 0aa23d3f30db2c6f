import { createHash } from 'node:crypto'
import { explicitLittle } from './transfer-syntaxes.ts'
import { substituteUid } from './uids.ts'
import { sequenceItem, valueBytes, type DicomElement, type DicomItem } from './write-values.ts'

/** An object without its own UIDs: those come from what it says. `elements` in any order. */
export type DraftObject = Readonly<{ sopClassUid: string, elements: DicomItem }>
export type WrittenObject = Readonly<{ sopClassUid: string, sopInstanceUid: string, seriesUid: string, bytes: Uint8Array }>

const implementationUid = '2.25.301134497373676122199642098391564000690'
const implementationVersion = 'VIGIL_DICOM_1'
const longVrs = new Set(['OB', 'OW', 'SQ', 'UT'])
const ownUids = new Set([0x00080016, 0x00080018, 0x0020000e])

/** Sequences of ours nest a few deep; a ring in them must not end as a full stack. */
const mostDepth = 32
const mostBytes = 1024 ** 3

/**
 * A Part 10 file (PS3.10 7.1) in Explicit VR Little Endian, texts in UTF-8 (ISO_IR 192). SOP Instance and Series Instance UID are made under 2.25
 * (PS3.5 B.2) of the SHA-256 of all the rest, so that the same content is the same instance, to the byte, whenever it is written.
 */
export function writeObject({ sopClassUid, elements }: DraftObject): WrittenObject {
  const own = elements.find(([tag]) => ownUids.has(tag))
  if (own !== undefined) throw new Error('The UIDs of an object come from its content.')
  const draft: DicomItem = [[0x00080005, 'CS', 'ISO_IR 192'], [0x00080016, 'UI', sopClassUid], ...elements]
  const digest = createHash('sha256').update(writeDataSet(draft)).digest('hex')
  const sopInstanceUid = substituteUid('written instance', digest)
  const seriesUid = substituteUid('written series', digest)
  const body = writeDataSet([...draft, [0x00080018, 'UI', sopInstanceUid], [0x0020000e, 'UI', seriesUid]])
  const meta = writeDataSet([
    [0x00020001, 'OB', Uint8Array.of(0, 1)], [0x00020002, 'UI', sopClassUid], [0x00020003, 'UI', sopInstanceUid], [0x00020010, 'UI', explicitLittle],
    [0x00020012, 'UI', implementationUid], [0x00020013, 'SH', implementationVersion]
  ])
  const groupLength = writeDataSet([[0x00020000, 'UL', meta.length]])
  return { sopClassUid, sopInstanceUid, seriesUid, bytes: Buffer.concat([Buffer.alloc(128), Buffer.from('DICM', 'latin1'), groupLength, meta, body]) }
}

/** The elements in the order of their tags. Throws where a tag stands twice or a value breaks its VR: such a file must not come to be. */
export function writeDataSet(elements: DicomItem, depth = 0): Buffer {
  if (depth > mostDepth) throw new Error(`Sequences are nested more than ${mostDepth} deep.`)
  const sorted = elements.toSorted((a, b) => a[0] - b[0])
  const twice = sorted.find(([tag], index) => sorted[index + 1]?.[0] === tag)
  if (twice !== undefined) throw new Error(`The attribute ${twice[0].toString(16)} stands twice.`)
  const bytes = Buffer.concat(sorted.map((element) => writeElement(element, depth)))
  if (bytes.length > mostBytes) throw new Error(`An object of ${bytes.length} bytes is not written.`)
  return bytes
}

function writeElement(element: DicomElement, depth: number): Buffer {
  const [tag, vr] = element
  const value = element[1] === 'SQ' ? Buffer.concat(element[2].map((item) => sequenceItem(writeDataSet(item, depth + 1)))) : valueBytes(element)
  const isLong = longVrs.has(vr)
  if (!isLong && value.length > 0xfffe) throw new Error(`The value of ${tag.toString(16)} is too long for ${vr}.`)
  const head = Buffer.alloc(isLong ? 12 : 8)
  head.writeUInt16LE(tag >>> 16, 0)
  head.writeUInt16LE(tag & 0xffff, 2)
  head.write(vr, 4, 'latin1')
  if (isLong) head.writeUInt32LE(value.length, 8)
  else head.writeUInt16LE(value.length, 6)
  return Buffer.concat([head, value])
}
