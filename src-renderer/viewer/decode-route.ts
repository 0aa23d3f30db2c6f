/** Who decodes a frame: nobody (cells as they are), a codec in a worker of this window, or the edge. */
export type DecodeRoute = 'native' | 'worker' | 'edge'

const little = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'])

const inWorker = new Set([
  '1.2.840.10008.1.2.5', // RLE
  '1.2.840.10008.1.2.4.50', // JPEG baseline
  '1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.81', // JPEG-LS
  '1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.91', // JPEG 2000
  '1.2.840.10008.1.2.4.201', '1.2.840.10008.1.2.4.202', '1.2.840.10008.1.2.4.203', // HTJ2K
  '1.2.840.10008.1.2.4.110', '1.2.840.10008.1.2.4.111', '1.2.840.10008.1.2.4.112' // JPEG XL
])

/**
 * JPEG lossless (57, 70) goes to the edge because the decoder for browsers gets the last pixels of some slices wrong; 12-bit JPEG,
 * big endian and deflated because there is no exact decoder here.
 */
export function decodeRoute(transferSyntaxUid: string): DecodeRoute {
  if (little.has(transferSyntaxUid)) return 'native'
  return inWorker.has(transferSyntaxUid) ? 'worker' : 'edge'
}

/** Codecs that hand out RGB whatever colour space the codestream had (JPEG by its own header, JPEG XL always). */
export function givesRgb(transferSyntaxUid: string): boolean {
  return transferSyntaxUid === '1.2.840.10008.1.2.4.50' || transferSyntaxUid.startsWith('1.2.840.10008.1.2.4.11')
}
