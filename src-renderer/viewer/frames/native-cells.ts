import type { PixelDescription } from '../../../src-shared/studies.ts'

export type StoredCells = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array

/**
 * Reads uncompressed little-endian pixel cells (PS3.5 8.1.1) into stored values: masked to Bits Stored, sign-extended where Pixel
 * Representation says so. Bits above High Bit are somebody else's (overlays of old), so they must not reach a number. The bytes are used
 * up: the cells take their memory.
 *
 * @returns rows × columns × samples values, in the order of the bytes.
 * @throws RangeError where there are fewer bytes than the picture needs.
 */
export function readNativeCells(bytes: Uint8Array<ArrayBuffer>, pixel: PixelDescription): StoredCells {
  const count = pixel.rows * pixel.columns * pixel.samplesPerPixel
  if (pixel.bitsAllocated === 1) return unpackBits(bytes, count)
  const needed = nativeCount(pixel, count, bytes.length) * (pixel.bitsAllocated / 8)
  if (bytes.length < needed) throw new RangeError(`The frame has ${bytes.length} bytes, ${needed} are needed.`)
  const cells = viewAs(bytes, needed, pixel)
  const isWhole = pixel.bitsStored === pixel.bitsAllocated
  return isWhole ? cells : keepStoredBits(cells, pixel)
}

/** 4:2:2 chroma is stored once for two pixels: two samples a pixel, not three. */
function nativeCount(pixel: PixelDescription, count: number, bytes: number): number {
  const subsampled = pixel.rows * pixel.columns * 2
  const isSubsampled = pixel.photometricInterpretation === 'YBR_FULL_422' && bytes < count
  return isSubsampled ? subsampled : count
}

function viewAs(bytes: Uint8Array<ArrayBuffer>, length: number, pixel: PixelDescription): StoredCells {
  // A typed array wider than a byte can't start at an odd offset.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const { buffer, byteOffset } = aligned
  const isSigned = pixel.pixelRepresentation === 1
  switch (pixel.bitsAllocated) {
    case 8: return isSigned ? new Int8Array(buffer, byteOffset, length) : new Uint8Array(buffer, byteOffset, length)
    case 16: return isSigned ? new Int16Array(buffer, byteOffset, length / 2) : new Uint16Array(buffer, byteOffset, length / 2)
    case 32: return isSigned ? new Int32Array(buffer, byteOffset, length / 4) : new Uint32Array(buffer, byteOffset, length / 4)
    default: throw new RangeError(`Pixels of ${pixel.bitsAllocated} bits can't be shown.`)
  }
}

function keepStoredBits(cells: StoredCells, pixel: PixelDescription): StoredCells {
  const down = pixel.highBit - pixel.bitsStored + 1
  const up = 32 - pixel.bitsStored
  const isSigned = pixel.pixelRepresentation === 1
  for (let i = 0; i < cells.length; i += 1) {
    const shifted = ((cells[i] ?? 0) >>> down) << up
    cells[i] = isSigned ? shifted >> up : shifted >>> up
  }
  return cells
}

/** Bits are packed from the lowest of each byte upwards (PS3.5 8.1.1). */
function unpackBits(bytes: Uint8Array, count: number): Uint8Array {
  if (bytes.length * 8 < count) throw new RangeError(`The frame has ${bytes.length} bytes, ${Math.ceil(count / 8)} are needed.`)
  const cells = new Uint8Array(count)
  for (let i = 0; i < count; i += 1) cells[i] = ((bytes[i >> 3] ?? 0) >> (i & 7)) & 1
  return cells
}
