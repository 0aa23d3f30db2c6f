/**
 * `GET /api/series/{uid}/pack`: the frames of a series in one stream, so that a whole series costs one request and comes in the order in
 * which it is looked at. Little endian throughout:
 *
 *     "VFP1"                                     4 bytes, once
 *     then for each frame a head of 12 bytes
 *       uint32 index        of the frame in the series description
 *       uint16 kind         0 as stored, 1 decoded by the edge, 2 not to be had, 3 the end
 *       uint16 textLength
 *       uint32 byteLength
 *     uint16 × textLength   UTF-16: of a decoded frame its photometric interpretation, of one not to be had the reason in a sentence
 *     uint8 × byteLength    the frame
 *
 * What is asked for is in `frame-pack-query.ts`. A stream without its end was broken off. A frame that can't be read is an entry with its reason; those after it still come.
 */
export type PackedFrame =
  | Readonly<{ kind: 'stored', index: number, bytes: Uint8Array<ArrayBuffer> }>
  | Readonly<{ kind: 'decoded', index: number, bytes: Uint8Array<ArrayBuffer>, photometricInterpretation: string }>
  | Readonly<{ kind: 'failed', index: number, reason: string }>

const magic = [0x56, 0x46, 0x50, 0x31] as const
const headBytes = 12
const kinds = ['stored', 'decoded', 'failed', 'end'] as const
/** Larger than any frame that is decoded (512 MiB); a head that asks for more is none. */
const maxFrameBytes = 2 ** 30
const maxTextLength = 4096

export function packStart(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(magic)
}

export function packEnd(): Uint8Array<ArrayBuffer> {
  return headOf('end', 0, '', 0)
}

/** What stands before the bytes of a frame, or, of one not to be had, all there is of it. */
export function packHead(frame: PackedFrame): Uint8Array<ArrayBuffer> {
  switch (frame.kind) {
    case 'stored': return headOf('stored', frame.index, '', frame.bytes.byteLength)
    case 'decoded': return headOf('decoded', frame.index, frame.photometricInterpretation, frame.bytes.byteLength)
    case 'failed': return headOf('failed', frame.index, frame.reason, 0)
  }
}

function headOf(kind: (typeof kinds)[number], index: number, text: string, byteLength: number): Uint8Array<ArrayBuffer> {
  const cut = text.slice(0, maxTextLength)
  const view = new DataView(new ArrayBuffer(headBytes + cut.length * 2))
  view.setUint32(0, index, true)
  view.setUint16(4, kinds.indexOf(kind), true)
  view.setUint16(6, cut.length, true)
  view.setUint32(8, byteLength, true)
  for (let at = 0; at < cut.length; at += 1) view.setUint16(headBytes + at * 2, cut.charCodeAt(at), true)
  return new Uint8Array(view.buffer)
}

export type FramePackReader = Readonly<{
  /** Frames that are whole with this piece of the stream. Throws where the stream is none of ours. */
  push: (piece: Uint8Array) => PackedFrame[]
  /** True once the end has come. */
  isComplete: () => boolean
}>

type Part = 'magic' | 'head' | 'text' | 'bytes' | 'end'

/** Takes the stream in pieces of any size. Each frame's bytes land in an array of their own, copied once. */
export function createFramePackReader(): FramePackReader {
  let part: Part = 'magic'
  let target = new Uint8Array(magic.length)
  let filled = 0
  let head = { kind: 'end' as (typeof kinds)[number], index: 0, textLength: 0, byteLength: 0 }
  let text = ''

  const expect = (next: Part, length: number) => {
    part = next
    target = new Uint8Array(length)
    filled = 0
  }
  const frame = (bytes: Uint8Array<ArrayBuffer>): PackedFrame => {
    const { kind, index } = head
    expect('head', headBytes)
    if (kind === 'failed') return { kind, index, reason: text }
    return kind === 'decoded' ? { kind, index, bytes, photometricInterpretation: text } : { kind: 'stored', index, bytes }
  }
  /** Takes the part that has just been filled; answers a frame where it was its last. */
  const take = (): PackedFrame | null => {
    switch (part) {
      case 'magic':
        if (magic.some((byte, at) => target[at] !== byte)) throw damaged()
        expect('head', headBytes)
        return null
      case 'head':
        head = readHead(target)
        if (head.kind === 'end') expect('end', 0)
        else expect('text', head.textLength * 2)
        return null
      case 'text':
        text = readText(target)
        expect('bytes', head.byteLength)
        return null
      case 'bytes': return frame(target)
      case 'end': return null
    }
  }
  return {
    push(piece) {
      const frames: PackedFrame[] = []
      let from = 0
      for (;;) {
        if (part === 'end') {
          if (from < piece.byteLength) throw damaged()
          return frames
        }
        const length = Math.min(target.byteLength - filled, piece.byteLength - from)
        target.set(piece.subarray(from, from + length), filled)
        filled += length
        from += length
        if (filled < target.byteLength) return frames
        const whole = take()
        if (whole !== null) frames.push(whole)
      }
    },
    isComplete: () => part === 'end'
  }
}

function readHead(bytes: Uint8Array<ArrayBuffer>) {
  const view = new DataView(bytes.buffer)
  const kind = kinds[view.getUint16(4, true)]
  const head = { index: view.getUint32(0, true), textLength: view.getUint16(6, true), byteLength: view.getUint32(8, true) }
  if (kind === undefined || head.byteLength > maxFrameBytes || head.textLength > maxTextLength) throw damaged()
  return { kind, ...head }
}

function readText(bytes: Uint8Array<ArrayBuffer>): string {
  const view = new DataView(bytes.buffer)
  let text = ''
  for (let at = 0; at < bytes.byteLength; at += 2) text += String.fromCharCode(view.getUint16(at, true))
  return text
}

/** No `AppError`: with it would come the schemas of all errors, into a worker that is to start at once. */
function damaged(): Error {
  return new Error('The stream of images is damaged. Open the series again; if it stays, restart.')
}
