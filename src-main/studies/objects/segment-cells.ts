import { inflateRawSync } from 'node:zlib'
import { unpackInto } from '../../../src-shared/pack-bits.ts'
import type { PixelDescription } from '../../../src-shared/studies.ts'
import { DicomFault } from '../dicom/fault.ts'
import { decodeFrame } from '../pixels/decode.ts'
import { readFrameBytes, type FrameSource } from '../pixels/frame-source.ts'

const rle = '1.2.840.10008.1.2.5'
/** Deflated Image Frame Compression (PS3.5 A.4.13): each frame is a deflate stream of its own. */
const deflatedFrames = '1.2.840.10008.1.2.8.1'

/**
 * Cells of one frame of a segmentation, one a pixel; single bits become 0 and 1. Beside what images come in, this reads single bits in RLE and
 * deflated frames, which segmentations are written in. Call `prepareCodecs` first. Throws `DicomFault`, or AppError where a codec fails.
 */
export function segmentCells(source: FrameSource): Uint8Array | Uint16Array {
  const { pixel } = source
  if (pixel.samplesPerPixel !== 1) throw new DicomFault('malformed', 'This segmentation has colour pixels, which none may have. It is not read.')
  if (pixel.bitsAllocated > 16) throw new DicomFault('unsupported-object', `Segmentations with pixels of ${pixel.bitsAllocated} bits are not read by this version.`)
  const isBits = pixel.bitsAllocated === 1
  if (pixel.transferSyntaxUid === deflatedFrames) return fromBytes(inflate(readFrameBytes(source), frameBytes(pixel)), pixel)
  if (isBits && pixel.transferSyntaxUid === rle) return fromBytes(unpackRle(readFrameBytes(source), frameBytes(pixel)), pixel)
  const { cells } = decodeFrame(source)
  return isBits ? cells : fromBytes(cells, pixel)
}

const frameBytes = ({ rows, columns, bitsAllocated }: PixelDescription) => Math.ceil(rows * columns * bitsAllocated / 8)

function fromBytes(bytes: Uint8Array, pixel: PixelDescription): Uint8Array | Uint16Array {
  const count = pixel.rows * pixel.columns
  if (bytes.length < frameBytes(pixel)) throw tooShort()
  if (pixel.bitsAllocated === 8) return bytes.subarray(0, count)
  const cells = pixel.bitsAllocated === 1 ? new Uint8Array(count) : new Uint16Array(count)
  // The first pixel is the lowest bit (PS3.5 8.1.1); codecs give the low byte of a word first.
  for (let at = 0; at < count; at++) cells[at] = pixel.bitsAllocated === 1 ? ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1 : (bytes[at * 2] ?? 0) | (bytes[at * 2 + 1] ?? 0) << 8
  return cells
}

function inflate(bytes: Uint8Array, wanted: number): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength: wanted + 16 })
  } catch (cause) {
    throw new DicomFault('malformed', cause instanceof RangeError ? 'A frame of this segmentation unpacks to more than its size. It is not read.' : 'A frame of this segmentation is cut or damaged and does not unpack.')
  }
}

/** One RLE segment that holds packed bits, eight pixels a byte (PS3.5 Annex G; the header counts one segment for one byte of a pixel). */
function unpackRle(bytes: Buffer, wanted: number): Uint8Array {
  if (bytes.length < 64 || bytes.readUInt32LE(0) !== 1) throw new DicomFault('malformed', 'The RLE header of a frame is damaged. The segmentation is not read.')
  const out = new Uint8Array(wanted)
  if (unpackInto(bytes.subarray(Math.max(64, bytes.readUInt32LE(4))), out) < wanted) throw tooShort()
  return out
}

const tooShort = () => new DicomFault('wrong-length', 'A frame of this segmentation holds fewer pixels than its size. It is not read.')
