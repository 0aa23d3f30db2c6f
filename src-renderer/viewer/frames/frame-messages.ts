import type { SeriesDescription } from '../../../src-shared/studies.ts'
import type { DecodedFrame } from './finish-frame.ts'
import type { StoredCells } from './native-cells.ts'

/** What the window tells its worker of frames. `load`: a number of its own for each stream. */
export type ToFrameWorker =
  | Readonly<{ type: 'open'; load: number; series: SeriesDescription; path: string }>
  /** What a codec, or the edge, made of a frame that was `stored`. */
  | Readonly<{ type: 'cells'; load: number; index: number; cells: StoredCells }>
  | Readonly<{ type: 'bytes'; load: number; index: number; bytes: Uint8Array<ArrayBuffer>; photometricInterpretation: string | null }>
  /** Nobody could decode it. */
  | Readonly<{ type: 'given-up'; load: number; index: number }>
  | Readonly<{ type: 'close'; load: number }>

export type FromFrameWorker =
  | Readonly<{ type: 'frame'; load: number; index: number; decoded: DecodedFrame }>
  /** Compressed: to be decoded by a codec of the window. */
  | Readonly<{ type: 'stored'; load: number; index: number; bytes: Uint8Array<ArrayBuffer> }>
  | Readonly<{ type: 'failed'; load: number; index: number; reason: string }>
  /** Every frame of the stream has been told of. */
  | Readonly<{ type: 'end'; load: number }>
  /** The edge refused; `body` as it came. */
  | Readonly<{ type: 'refused'; load: number; status: number; body: string }>
  /** The line broke. */
  | Readonly<{ type: 'broken'; load: number; reason: string }>
