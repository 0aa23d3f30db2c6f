import type { PixelDescription } from '../../../src-shared/studies.ts'
import type { DataSet, Element } from './data-set.ts'
import { DicomFault, formatBytes } from './fault.ts'
import type { ByteSpan, PixelLayout } from './instance-header.ts'
import { Tag, item, sequenceDelimitation } from './tags.ts'
import type { TransferSyntax } from './transfer-syntaxes.ts'
import { valueBytes } from './values.ts'

/** Any bytes of the body, wherever they lie; may return fewer at its end. */
export type RandomAccess = Readonly<{ totalBytes: number, read: (offset: number, length: number) => Buffer }>

/** Bits of one native frame. 4:2:2 keeps two samples for each pixel instead of three (PS3.3 C.7.6.3.1.2). */
export function bitsPerFrame(pixel: PixelDescription): number {
  const samples = pixel.photometricInterpretation === 'YBR_FULL_422' ? 2 : pixel.samplesPerPixel
  return pixel.rows * pixel.columns * samples * pixel.bitsAllocated
}

/** Native pixels: what rows, columns and frames ask for must be there; more is padding and is ignored. */
export function nativeLayout(element: Element, pixel: PixelDescription, frameCount: number, body: { totalBytes: number, isDeflated: boolean, isLittleEndian: boolean }): { layout: PixelLayout, hasExtra: boolean } {
  const perFrame = bitsPerFrame(pixel)
  const wanted = Math.ceil(perFrame * frameCount / 8)
  if (element.isUndefinedLength) throw new DicomFault('malformed', 'The pixel data has no length although it is not compressed. The file is damaged.')
  const left = body.totalBytes - element.offset
  const has = Math.min(element.length, left)
  if (has < wanted) {
    const what = `${formatBytes(wanted)} of pixels are announced, ${formatBytes(has)} are there`
    if (element.length >= wanted) throw new DicomFault('truncated', `The file is cut: ${what}. Copy it again from its source.`)
    throw new DicomFault('wrong-length', `The pixel data is too short for ${pixel.columns} × ${pixel.rows}${frameCount > 1 ? ` × ${frameCount} frames` : ''}: ${what}.`)
  }
  const layout: PixelLayout = { kind: 'native', offset: element.offset, bitsPerFrame: perFrame, isLittleEndian: body.isLittleEndian, isDeflated: body.isDeflated }
  return { layout, hasExtra: element.length > wanted + 1 }
}

/** Encapsulated pixels (PS3.5 A.4): fragments by their own lengths, never by looking for delimiters, then shared out to the frames. */
export function encapsulatedLayout(dataSet: DataSet, element: Element, frameCount: number, syntax: TransferSyntax | null, access: RandomAccess): PixelLayout {
  const { offsetTable, fragments } = walkFragments(element.offset, access)
  if (fragments.length === 0) throw new DicomFault('no-pixel-data', 'The pixel data holds no frame.')
  const base = fragments[0]?.[0] ?? 0
  const frames = byExtendedTable(dataSet, base, frameCount, access) ?? byBasicTable(offsetTable, fragments, base, frameCount) ?? byContent(fragments, frameCount, syntax, access)
  if (frames === null) {
    throw new DicomFault('wrong-length', `${frameCount} frames are announced, but the pixel data holds ${fragments.length} ${fragments.length === 1 ? 'fragment' : 'fragments'} that can't be shared out to them.`)
  }
  return { kind: 'encapsulated', frames }
}

function walkFragments(start: number, access: RandomAccess): { offsetTable: Buffer, fragments: ByteSpan[] } {
  const fragments: ByteSpan[] = []
  let offsetTable: Buffer | null = null
  for (let at = start; ;) {
    const head = access.read(at, 8)
    if (head.length < 8) {
      if (offsetTable !== null && endsCleanly(fragments, at, access)) return { offsetTable, fragments }
      throw new DicomFault('truncated', 'The file ends in the middle of its compressed pixels. Copy it again from its source.')
    }
    const tag = ((head.readUInt16LE(0) << 16) | head.readUInt16LE(2)) >>> 0
    if (tag === sequenceDelimitation && offsetTable !== null) return { offsetTable, fragments }
    if (tag !== item) throw new DicomFault('malformed', 'The compressed pixel data is not divided into fragments as the standard asks. The file is damaged.')
    const length = head.readUInt32LE(4)
    if (at + 8 + length > access.totalBytes) {
      throw new DicomFault('truncated', `The file is cut: a piece of compressed pixels claims ${formatBytes(length)}, but only ${formatBytes(access.totalBytes - at - 8)} are left.`)
    }
    if (offsetTable === null) offsetTable = Buffer.from(access.read(at + 8, length))
    else fragments.push([at + 8, length])
    at += 8 + length
  }
}

/** Some writers forget the delimiter; the last picture is whole where the file ends right after an end-of-image marker. */
function endsCleanly(fragments: readonly ByteSpan[], at: number, access: RandomAccess): boolean {
  const last = fragments.at(-1)
  if (last === undefined || at !== access.totalBytes) return false
  const tail = access.read(Math.max(last[0], at - 3), 3).toString('hex')
  return tail.endsWith('ffd9') || tail.endsWith('ffd900')
}

function byExtendedTable(dataSet: DataSet, base: number, frameCount: number, access: RandomAccess): ByteSpan[][] | null {
  const offsets = valueBytes(dataSet, Tag.extendedOffsetTable)
  const lengths = valueBytes(dataSet, Tag.extendedOffsetTableLengths)
  if (offsets === null || lengths === null || offsets.length < frameCount * 8 || lengths.length < frameCount * 8) return null
  // Offsets count from the first fragment's item tag, eight bytes before its data (PS3.3 C.7.6.3.1.8).
  const frames = Array.from({ length: frameCount }, (_, index): ByteSpan[] =>
    [[base + Number(offsets.readBigUInt64LE(index * 8)), Number(lengths.readBigUInt64LE(index * 8))]])
  const fits = frames.every(([span]) => span !== undefined && span[0] + span[1] <= access.totalBytes)
  return fits ? frames : null
}

function byBasicTable(table: Buffer, fragments: readonly ByteSpan[], base: number, frameCount: number): ByteSpan[][] | null {
  if (frameCount === 1) return [[...fragments]]
  if (table.length < frameCount * 4) return null
  // By place and not by looking through all fragments for each frame: both counts come from the file.
  const places = new Map(fragments.map(([offset], index) => [offset, index]))
  const firsts = Array.from({ length: frameCount }, (_, index) => places.get(base + table.readUInt32LE(index * 4)))
  const frames = firsts.map((first, index) => first === undefined ? [] : fragments.slice(first, index + 1 < frameCount ? firsts[index + 1] ?? first : undefined))
  return frames.every((spans) => spans.length > 0) ? frames : null
}

/** Without a table: one fragment a frame, or a new frame wherever a code stream begins. */
function byContent(fragments: readonly ByteSpan[], frameCount: number, syntax: TransferSyntax | null, access: RandomAccess): ByteSpan[][] | null {
  if (fragments.length === frameCount) return fragments.map((span) => [span])
  if (fragments.length < frameCount || syntax?.codec === 'rle') return null
  const frames: ByteSpan[][] = []
  for (const span of fragments) {
    const head = access.read(span[0], 4).toString('hex')
    const begins = head.startsWith('ffd8ff') || head === 'ff4fff51' || head === '0000000c' || head.startsWith('ff0a')
    if (begins || frames.length === 0) frames.push([span])
    else frames.at(-1)?.push(span)
  }
  return frames.length === frameCount ? frames : null
}
