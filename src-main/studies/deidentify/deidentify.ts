import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { DeidentifyKeep } from '../../../src-shared/sync.ts'
import { DicomFault, NeedMoreBytes } from '../dicom/fault.ts'
import type { Dictionary } from '../dicom/list-tags.ts'
import { openPart10, type Part10 } from '../dicom/part10.ts'
import { transferSyntax } from '../dicom/transfer-syntaxes.ts'
import { asciiString } from '../dicom/values.ts'
import { methodCodes, openProfile, type Profile } from './profile.ts'
import type { Pseudonyms } from './pseudonym-store.ts'
import { head, padded, rewriteDataSet } from './rewrite.ts'
import { secretsOf } from './secrets.ts'

export type DeidentifyOptions = Readonly<{ keep: readonly DeidentifyKeep[], sendsBurnedIn: boolean }>
/** A copy of which only the pixels are still those of the file. `open` gives its bytes from any place on, always the same. */
export type Deidentified = Readonly<{ sopInstanceUid: string, studyUid: string, bytes: number, sha256: string, open: (from: number) => AsyncIterable<Uint8Array> }>
export type LeftOut = Readonly<{ leftOut: 'no-pixels' | 'burned-in' | 'encoding' }>
export type DeidentifyDeps = Readonly<{ profileFile: string, dictionary: Dictionary, pseudonyms: Pseudonyms }>

/** Kinds of images whose pixels are known to hold words about the patient. */
const wordyModalities = new Set(['US', 'IVUS', 'ES', 'XC', 'GM', 'OP', 'OPT', 'OT', 'SC', 'DOC', 'HD', 'ECG', 'PX', 'IO', 'VA'])
const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7'
const implementationUid = '2.25.301134497373676122199642098391564000690'

/** Copies without the patient, by the basic profile of PS3.15 Annex E. What can't be told clean is left out, with the reason. */
export function createDeidentify({ profileFile, dictionary, pseudonyms }: DeidentifyDeps) {
  const profiles = new Map<string, Profile>()
  const profileOf = (keep: readonly DeidentifyKeep[]): Profile => {
    const known = profiles.get(keep.join())
    if (known !== undefined) return known
    const made = openProfile(profileFile, dictionary, keep)
    profiles.set(keep.join(), made)
    return made
  }
  return async (path: string, { keep, sendsBurnedIn }: DeidentifyOptions, signal: AbortSignal): Promise<Deidentified | LeftOut> => {
    const { part10, size } = await readHeader(path)
    const { dataSet, transferSyntaxUid } = part10
    const pixels = [0x7fe00010, 0x7fe00008, 0x7fe00009].map((tag) => dataSet.elements.get(tag)).find((element) => element !== undefined)
    // Reports, documents and marks are words: no table cleans them.
    if (pixels === undefined) return { leftOut: 'no-pixels' }
    if (part10.isDeflated || !dataSet.encoding.isLittleEndian || transferSyntax(transferSyntaxUid) === null) return { leftOut: 'encoding' }
    if (!sendsBurnedIn && mayHoldWords(part10)) return { leftOut: 'burned-in' }

    const text = (tag: number) => asciiString(dataSet, tag)
    const identity = JSON.stringify([text(0x00100020), text(0x00100021), dataSet.elements.has(0x00100010) ? text(0x00100010) : '', text(0x00100030)])
    const uid = (original: string) => (keep.includes('uids') ? original : pseudonyms.uid(original))
    const patientId = pseudonyms.patientId(identity)
    const sopInstanceUid = uid(text(0x00080018))
    const set = new Map<number, readonly [string, Buffer]>([
      [0x00100010, ['PN', padded(patientId, ' ')]], [0x00100020, ['LO', padded(patientId, ' ')]],
      [0x00120062, ['CS', padded('YES', ' ')]], [0x00120063, ['LO', padded('Vigil, PS3.15 Annex E basic profile', ' ')]], [0x00120064, ['SQ', codeItems(keep, dataSet.encoding.isExplicit)]],
      [0x00280303, ['CS', padded(keep.includes('dates-full') ? 'UNMODIFIED' : keep.includes('dates-modified') ? 'MODIFIED' : 'REMOVED', ' ')]]
    ])
    const body = rewriteDataSet(dataSet, { profile: profileOf(keep), dictionary, secrets: secretsOf(dataSet), uid: pseudonymOr(uid), daysBack: pseudonyms.daysBack(identity), set })
    const pixelHead = head(pixels.tag, pixels.vr === '' ? 'OW' : pixels.vr, pixels.isUndefinedLength ? 0xffffffff : pixels.length, dataSet.encoding.isExplicit)
    const front = Buffer.concat([metaOf(transferSyntaxUid, text(0x00080016), sopInstanceUid), body, pixelHead])
    const pixelEnd = pixels.isUndefinedLength ? await endOfFragments(path, pixels.offset, size) : Math.min(size, pixels.offset + pixels.length)
    const readFrom = (from: number) => bytesFrom(path, front, pixels.offset, pixelEnd, from)
    const hash = createHash('sha256')
    let bytes = 0
    for await (const chunk of readFrom(0)) { signal.throwIfAborted(); hash.update(chunk); bytes += chunk.length }
    return { sopInstanceUid, studyUid: uid(text(0x0020000d)), bytes, sha256: hash.digest('hex'), open: readFrom }
  }
}
export type Deidentify = ReturnType<typeof createDeidentify>

/** Well-known UIDs (classes, syntaxes, coding schemes) name no patient and must stay. */
const pseudonymOr = (uid: (original: string) => string) => (original: string): string => (original.startsWith('1.2.840.10008.') ? original : uid(original))

function mayHoldWords({ dataSet }: Part10): boolean {
  const said = asciiString(dataSet, 0x00280301).toUpperCase()
  if (said === 'NO') return false
  const modality = asciiString(dataSet, 0x00080060).toUpperCase()
  return said === 'YES' || wordyModalities.has(modality) || asciiString(dataSet, 0x00080016).startsWith(secondaryCapture) || asciiString(dataSet, 0x00080064) !== ''
}

function codeItems(keep: readonly DeidentifyKeep[], isExplicit: boolean): Buffer {
  return Buffer.concat((['basic', ...keep] as const).map((one) => {
    const [code, meaning] = methodCodes[one]
    const parts = ([[0x00080100, 'SH', code], [0x00080102, 'SH', 'DCM'], [0x00080104, 'LO', meaning]] as const).map(([tag, vr, value]) => { const bytes = padded(value, ' '); return Buffer.concat([head(tag, vr, bytes.length, isExplicit), bytes]) })
    const body = Buffer.concat(parts)
    const start = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0])
    start.writeUInt32LE(body.length, 4)
    return Buffer.concat([start, body])
  }))
}

/** Preamble and file meta information of our own: the old one may name stations and people. */
function metaOf(transferSyntaxUid: string, sopClassUid: string, sopInstanceUid: string): Buffer {
  const element = (tag: number, vr: string, value: Buffer) => Buffer.concat([vr === 'OB' ? longHead(tag, value.length) : head(tag, vr, value.length, true), value])
  const meta = Buffer.concat([
    element(0x00020001, 'OB', Buffer.from([0, 1])), element(0x00020002, 'UI', padded(sopClassUid, '\0')), element(0x00020003, 'UI', padded(sopInstanceUid, '\0')), element(0x00020010, 'UI', padded(transferSyntaxUid, '\0')), element(0x00020012, 'UI', padded(implementationUid, '\0'))
  ])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(meta.length)
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM', 'latin1'), element(0x00020000, 'UL', length), meta])
}

const longHead = (tag: number, length: number): Buffer => head(tag, 'OB', length, true)

async function readHeader(path: string): Promise<Readonly<{ part10: Part10, size: number }>> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    for (let wanted = Math.min(size, 512 * 1024); ;) {
      const bytes = Buffer.alloc(wanted)
      await file.read(bytes, 0, wanted, 0)
      try {
        return { part10: openPart10({ bytes, totalBytes: size }), size }
      } catch (error) {
        if (!(error instanceof NeedMoreBytes) || wanted === size) throw error
        wanted = Math.min(size, Math.max(wanted * 4, error.upTo))
      }
    }
  } finally {
    await file.close()
  }
}

/** Where the fragments of encapsulated pixels end: behind them may stand what nobody has looked at. */
async function endOfFragments(path: string, from: number, size: number): Promise<number> {
  const file = await open(path, 'r')
  try {
    const itemHead = Buffer.alloc(8)
    for (let at = from; at + 8 <= size;) {
      await file.read(itemHead, 0, 8, at)
      const tag = ((itemHead.readUInt16LE(0) << 16) | itemHead.readUInt16LE(2)) >>> 0
      if (tag === 0xfffee0dd) return at + 8
      if (tag !== 0xfffee000) break
      at += 8 + itemHead.readUInt32LE(4)
    }
    throw new DicomFault('truncated', 'The pixels of a file do not end as they should.')
  } finally {
    await file.close()
  }
}

async function* bytesFrom(path: string, front: Buffer, start: number, end: number, from: number): AsyncGenerator<Uint8Array> {
  if (from < front.length) yield front.subarray(from)
  const at = start + Math.max(0, from - front.length)
  if (at < end) yield* createReadStream(path, { start: at, end: end - 1, highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>
}
