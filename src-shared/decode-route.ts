import type { PixelDescription } from './studies.ts'

/** Who decodes a frame: nobody (cells as they are), a codec in a worker of this window, or the edge. */
export type DecodeRoute = 'native' | 'worker' | 'edge'

const little = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'])

const rle = '1.2.840.10008.1.2.5'
const jpegBaseline = '1.2.840.10008.1.2.4.50'
const inWorker = new Set([
  rle, jpegBaseline,
  '1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.81', // JPEG-LS
  '1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.91', // JPEG 2000
  '1.2.840.10008.1.2.4.201', '1.2.840.10008.1.2.4.202', '1.2.840.10008.1.2.4.203', // HTJ2K
  '1.2.840.10008.1.2.4.110', '1.2.840.10008.1.2.4.111', '1.2.840.10008.1.2.4.112' // JPEG XL
])

/** Bytes of one decoded picture beyond which no codec of the window is asked: it takes the memory that a header names before it looks at what follows. */
const mostInWorker = 256 * 1024 * 1024

/**
 * JPEG lossless (57, 70) goes to the edge because the decoder for browsers gets the last pixels of some slices wrong; 12-bit JPEG,
 * big endian and deflated because there is no exact decoder here; JPEG colour because the codec guesses the colour space from the
 * codestream alone, against the file's own word; RLE of wide colours and cells over 16 bits because the codec refuses them; pictures of a size that no
 * machine makes because the edge checks it against the bytes that are there.
 */
export function decodeRoute(pixel: PixelDescription): DecodeRoute {
  if (little.has(pixel.transferSyntaxUid)) return 'native'
  const isColour = pixel.samplesPerPixel > 1
  if (!inWorker.has(pixel.transferSyntaxUid) || pixel.bitsAllocated > 16) return 'edge'
  if (pixel.rows * pixel.columns * pixel.samplesPerPixel * Math.ceil(pixel.bitsAllocated / 8) > mostInWorker) return 'edge'
  if (isColour && (pixel.transferSyntaxUid === jpegBaseline || (pixel.transferSyntaxUid === rle && pixel.bitsAllocated > 8))) return 'edge'
  return 'worker'
}
