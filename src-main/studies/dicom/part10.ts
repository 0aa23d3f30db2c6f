import { inflateRawSync } from 'node:zlib'
import { readDataSet, type DataSet, type Encoding, type Extent } from './data-set.ts'
import { DicomFault, NeedMoreBytes, formatBytes } from './fault.ts'
import { Tag } from './tags.ts'
import { explicitBig, explicitLittle, implicitLittle, transferSyntax } from './transfer-syntaxes.ts'
import { asciiString } from './values.ts'

/**
 * A DICOM file as far as its header goes. `body` is what offsets in `dataSet` count in: the file itself, or its inflated data set.
 * `bodyTotalBytes` tells how much of it there is.
 */
export type Part10 = Readonly<{
  meta: DataSet | null, dataSet: DataSet, transferSyntaxUid: string, isDeflated: boolean, bodyTotalBytes: number
  /** What the file says of itself and is not so; empty mostly. */
  notes: readonly string[]
}>

const explicitVrs = /^(?:AE|AS|AT|CS|DA|DS|DT|FL|FD|IS|LO|LT|OB|OD|OF|OL|OV|OW|PN|SH|SL|SQ|SS|ST|SV|TM|UC|UI|UL|UN|UR|US|UT|UV)$/

/** Opens a file of PS3.10, or a bare data set that reads plausibly. Throws `DicomFault` or `NeedMoreBytes`. */
export function openPart10(extent: Extent): Part10 {
  const { bytes, totalBytes } = extent
  if (totalBytes === 0) throw new DicomFault('empty', 'The file is empty.')
  if (bytes.length < Math.min(totalBytes, 512)) throw new NeedMoreBytes(Math.min(totalBytes, 512))
  if (bytes.length >= 132 && bytes.toString('latin1', 128, 132) === 'DICM') return openWithMeta(extent, 132)
  if (bytes.toString('latin1', 0, 4) === 'DICM') return openWithMeta(extent, 4)
  if (isMetaStart(bytes)) return openWithMeta(extent, 0)
  return openBare(extent)
}

const isMetaStart = (bytes: Buffer) => bytes.length > 8 && bytes.readUInt16LE(0) === 2 && bytes.readUInt16LE(2) <= 0x10 && explicitVrs.test(bytes.toString('latin1', 4, 6))

function openWithMeta(extent: Extent, start: number): Part10 {
  // File meta information is always explicit little endian (PS3.10 7.1); it ends where group 0002 does, whatever its length says.
  const { dataSet: meta, end } = readDataSet(extent, start, { isExplicit: true, isLittleEndian: true }, (tag) => tag >>> 16 === 2)
  if (end >= extent.totalBytes) throw new DicomFault('truncated', 'The file ends before its data set begins. Copy it again from its source.')
  const declared = asciiString(meta, Tag.transferSyntaxUid)
  const syntax = transferSyntax(declared)
  if (syntax?.isDeflated === true) return openDeflated(extent, end, meta, declared)
  const wanted: Encoding = syntax ?? { isExplicit: true, isLittleEndian: true }
  const encoding = settleEncoding(extent.bytes, end, wanted, declared)
  const { dataSet } = readDataSet(extent, end, encoding.encoding)
  return { meta, dataSet, transferSyntaxUid: encoding.uid, isDeflated: false, bodyTotalBytes: extent.totalBytes, notes: encoding.notes }
}

/** The first element of the data set shows whether VRs are written; where file and meta disagree the bytes win. */
function settleEncoding(bytes: Buffer, at: number, wanted: Encoding, declared: string): { encoding: Encoding, uid: string, notes: string[] } {
  if (bytes.length < at + 8) return { encoding: wanted, uid: declared, notes: [] }
  const found = detectEncoding(bytes, at)
  if (declared === '') return { encoding: found, uid: uidOf(found), notes: ['transfer-syntax-missing'] }
  const syntax = transferSyntax(declared)
  if (syntax === null || syntax.isEncapsulated || sameEncoding(found, wanted)) return { encoding: syntax === null ? found : wanted, uid: declared, notes: [] }
  return { encoding: found, uid: uidOf(found), notes: ['transfer-syntax-wrong'] }
}

const sameEncoding = (a: Encoding, b: Encoding) => a.isExplicit === b.isExplicit && a.isLittleEndian === b.isLittleEndian

function uidOf(encoding: Encoding): string {
  if (!encoding.isExplicit) return implicitLittle
  return encoding.isLittleEndian ? explicitLittle : explicitBig
}

function detectEncoding(bytes: Buffer, at: number): Encoding {
  const isExplicit = explicitVrs.test(bytes.toString('latin1', at + 4, at + 6))
  // The first group of a data set is small: 0008 read the wrong way round is 0800.
  return { isExplicit, isLittleEndian: !isExplicit || bytes.readUInt16LE(at) < 0x0100 }
}

/** A data set without preamble and meta, as old exports write it: believed only when it starts like one and names its object. */
function openBare(extent: Extent): Part10 {
  const { bytes, totalBytes } = extent
  // Some exports leave one stray byte before the first element.
  const start = [0, 1].find((at) => bytes.length >= at + 8 && [0x0008, 0x0800].includes(bytes.readUInt16LE(at)))
  if (start === undefined) throw notDicom()
  const encoding = detectEncoding(bytes, start)
  if (!encoding.isExplicit && bytes.readUInt32LE(start + 4) > Math.min(totalBytes, 4096)) throw notDicom()
  const { dataSet } = readDataSet(extent, start, encoding)
  if (!dataSet.elements.has(Tag.sopClassUid) && !dataSet.elements.has(Tag.modality)) throw notDicom()
  return { meta: null, dataSet, transferSyntaxUid: uidOf(encoding), isDeflated: false, bodyTotalBytes: totalBytes, notes: ['no-file-meta'] }
}

/** Real pixels deflate by less than a hundred to one; more is a bomb. */
export function inflateBody(compressed: Buffer): Buffer {
  const cap = Math.min(512 * 1024 * 1024, Math.max(16 * 1024 * 1024, compressed.length * 100))
  try {
    return inflateRawSync(compressed, { maxOutputLength: cap })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new DicomFault('too-large', `The deflated data set unpacks to more than ${formatBytes(cap)} from ${formatBytes(compressed.length)}. It is refused as a decompression bomb.`)
    }
    throw new DicomFault('truncated', 'The deflated data set is cut or damaged and does not unpack. Copy it again from its source.')
  }
}

function openDeflated(extent: Extent, start: number, meta: DataSet, transferSyntaxUid: string): Part10 {
  if (extent.bytes.length < extent.totalBytes) throw new NeedMoreBytes(extent.totalBytes)
  const body = inflateBody(extent.bytes.subarray(start))
  const { dataSet } = readDataSet({ bytes: body, totalBytes: body.length }, 0, { isExplicit: true, isLittleEndian: true })
  return { meta, dataSet, transferSyntaxUid, isDeflated: true, bodyTotalBytes: body.length, notes: [] }
}

const notDicom = () => new DicomFault('not-dicom', 'This is not a DICOM file.')
