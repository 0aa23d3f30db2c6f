import type { Codec } from '../dicom/transfer-syntaxes.ts'

export type StreamSize = Readonly<{ rows: number, columns: number }>

/**
 * Rows and columns as the compressed image itself states them; null where it does not (RLE, JPEG XL, a height that follows later). Where
 * they differ from the header the picture would come out sheared, with what lay in memory at its end.
 */
export function streamSize(encoded: Uint8Array, codec: Codec): StreamSize | null {
  const view = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  if (codec === 'jpeg' || codec === 'jpeg-ls') return jpegSize(view)
  return codec === 'jpeg-2000' || codec === 'htj2k' ? jpeg2000Size(view) : null
}

/** Frame header of JPEG and JPEG-LS (ITU-T T.81 B.2.2, T.87 C.2.2): the SOF markers, those of tables and arithmetic coding left out. */
function jpegSize(view: Buffer): StreamSize | null {
  const notFrames = new Set([0xc4, 0xc8, 0xcc])
  for (let at = 2; at + 9 <= view.length && view[at] === 0xff;) {
    const marker = view.readUInt8(at + 1)
    if (marker === 0xff) { at += 1; continue }
    const isFrame = (marker >= 0xc0 && marker <= 0xcf && !notFrames.has(marker)) || marker === 0xf7
    if (isFrame) {
      const rows = view.readUInt16BE(at + 5)
      return rows === 0 ? null : { rows, columns: view.readUInt16BE(at + 7) }
    }
    at += 2 + view.readUInt16BE(at + 2)
  }
  return null
}

/** Image and tile size of a code stream (ISO 15444-1 A.5.1), which may lie in the boxes of a JP2 file. */
function jpeg2000Size(view: Buffer): StreamSize | null {
  const start = view.subarray(0, 4096).indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51]))
  if (start < 0 || start + 24 > view.length) return null
  const at = (offset: number) => view.readUInt32BE(start + offset)
  return { columns: at(8) - at(16), rows: at(12) - at(20) }
}

/**
 * Fewest bytes that any segment of an RLE frame unpacks to (PS3.5 G.3 to G.5). The decoder fills what is missing with zeros, which in a CT
 * would pass for air.
 */
export function shortestSegment(encoded: Uint8Array): number {
  const view = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  if (view.length < 64) return 0
  const count = view.readUInt32LE(0)
  if (count < 1 || count > 15) return 0
  const starts = Array.from({ length: count }, (_, index) => view.readUInt32LE(4 + index * 4))
  return Math.min(...starts.map((start, index) => unpackedLength(view.subarray(start, starts[index + 1] ?? view.length))))
}

function unpackedLength(segment: Buffer): number {
  let bytes = 0
  for (let at = 0; at < segment.length;) {
    const control = segment.readInt8(at)
    if (control >= 0) {
      bytes += Math.min(control + 1, segment.length - at - 1)
      at += control + 2
    } else {
      if (control !== -128 && at + 1 < segment.length) bytes += 1 - control
      at += control === -128 ? 1 : 2
    }
  }
  return bytes
}
