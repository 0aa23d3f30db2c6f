import type { PixelDescription } from '../../../src-shared/studies.ts'
import { bitsPerFrame } from '../dicom/pixel-layout.ts'
import { transferSyntax } from '../dicom/transfer-syntaxes.ts'
import { decodeEncapsulated, type Decoded } from './codecs.ts'
import { readFrameBytes, type FrameSource } from './frame-source.ts'

/**
 * One frame as cells: little endian, Bits Allocated wide (single bits as bytes), samples interleaved, colours as coded. Bits outside of
 * Bits Stored are as the file has them; `toValues` masks them. Throws AppError 'cannot-decode' or 'unsupported'.
 */
export function decodeFrame(source: FrameSource): Decoded {
  const { pixel } = source
  const bytes = readFrameBytes(source)
  if (transferSyntax(pixel.transferSyntaxUid)?.isEncapsulated !== false) return decodeEncapsulated(bytes, pixel)
  return { cells: nativeCells(bytes, source), pixelRepresentation: pixel.pixelRepresentation, photometricInterpretation: pixel.photometricInterpretation === 'YBR_FULL_422' ? 'YBR_FULL' : pixel.photometricInterpretation }
}

function nativeCells(bytes: Buffer, { pixel, isLittleEndian, bitOffset }: FrameSource): Uint8Array {
  if (pixel.bitsAllocated === 1) return unpackBits(bytes, bitOffset, pixel.rows * pixel.columns * pixel.samplesPerPixel)
  if (!isLittleEndian) swap(bytes, pixel.bitsAllocated)
  const frame = bytes.subarray(bitOffset / 8, bitOffset / 8 + Math.ceil(bitsPerFrame(pixel) / 8))
  if (pixel.photometricInterpretation === 'YBR_FULL_422') return widenChroma(frame, pixel)
  if (pixel.samplesPerPixel > 1 && pixel.planarConfiguration === 1) return interleave(frame, pixel)
  return frame
}

function swap(bytes: Buffer, bits: number): void {
  const whole = bytes.subarray(0, bytes.length - bytes.length % Math.max(1, bits / 8))
  // Bytes in words (OW) are swapped with their word, though each is a pixel of its own.
  if (bits === 8) bytes.subarray(0, bytes.length - bytes.length % 2).swap16()
  else if (bits === 16) whole.swap16()
  else if (bits === 32) whole.swap32()
  else if (bits === 64) whole.swap64()
}

/** The first pixel is the lowest bit (PS3.5 8.1.1). */
function unpackBits(bytes: Uint8Array, from: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => ((bytes[(from + index) >> 3] ?? 0) >> ((from + index) & 7)) & 1)
}

/** Y1 Y2 Cb Cr for two pixels (PS3.3 C.7.6.3.1.2). */
function widenChroma(bytes: Uint8Array, pixel: PixelDescription): Uint8Array {
  const out = new Uint8Array(pixel.rows * pixel.columns * 3)
  for (let from = 0, to = 0; to < out.length; from += 4, to += 6) {
    const [first = 0, second = 0, blue = 128, red = 128] = bytes.subarray(from, from + 4)
    out.set([first, blue, red, second, blue, red].slice(0, out.length - to), to)
  }
  return out
}

function interleave(bytes: Uint8Array, pixel: PixelDescription): Uint8Array {
  const width = pixel.bitsAllocated / 8
  const samples = pixel.samplesPerPixel
  const count = pixel.rows * pixel.columns
  const out = new Uint8Array(count * samples * width)
  for (let sample = 0; sample < samples; sample++) {
    for (let index = 0; index < count; index++) {
      for (let byte = 0; byte < width; byte++) out[(index * samples + sample) * width + byte] = bytes[(sample * count + index) * width + byte] ?? 0
    }
  }
  return out
}

/**
 * Stored values of a frame of 8- or 16-bit cells: only the bits between High Bit and Bits Stored count, whatever lies around them (old
 * overlays, garbage), and signed ones are extended (PS3.5 8.1.1).
 */
export function toValues({ cells, pixelRepresentation }: Decoded, pixel: PixelDescription): Int16Array | Uint16Array {
  const count = pixel.rows * pixel.columns * pixel.samplesPerPixel
  const isSigned = pixelRepresentation === 1
  const words = pixel.bitsAllocated > 8 ? wordsOf(cells, count) : Uint16Array.from(cells.subarray(0, count))
  const bits = Math.max(1, pixel.bitsStored)
  const shift = pixel.highBit + 1 - bits
  const up = 16 - bits
  if (isSigned) {
    const out = new Int16Array(words.buffer, words.byteOffset, words.length)
    // Up to the sign bit and back down: the arithmetic shift extends the sign.
    if (up > 0 || shift > 0) for (let index = 0; index < count; index++) out[index] = ((words[index] ?? 0) >> shift << (16 + up)) >> (16 + up)
    return out
  }
  const mask = 0xffff >> up
  if (up > 0 || shift > 0) for (let index = 0; index < count; index++) words[index] = ((words[index] ?? 0) >> shift) & mask
  return words
}

/** A view where the bytes are aligned, else a copy; this machine is little endian, as every one that Node runs on. */
function wordsOf(cells: Uint8Array, count: number): Uint16Array {
  return cells.byteOffset % 2 === 0 ? new Uint16Array(cells.buffer, cells.byteOffset, count) : new Uint16Array(cells.slice(0, count * 2).buffer, 0, count)
}
