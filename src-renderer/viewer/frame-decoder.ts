import { getWebWorkerManager } from '@cornerstonejs/core'
import type { FrameDescription, PixelDescription, SeriesDescription } from '../../src-shared/studies.ts'
import { isColour, toRgba, type Samples } from './colour.ts'
import { decodeRoute, givesRgb } from './decode-route.ts'
import { readNativeCells, type StoredCells } from './native-cells.ts'
import type { PixelArrayName } from './pixel-type.ts'
import type { ViewerTransport } from './transport.ts'

/** A frame ready to draw and to measure: `values` are stored values × slope + intercept, applied once, here. */
export type DecodedFrame =
  | Readonly<{ kind: 'grey'; values: Uint8Array | Int16Array | Uint16Array | Float32Array; minimum: number; maximum: number }>
  | Readonly<{ kind: 'colour'; rgba: Uint8ClampedArray<ArrayBuffer> }>

export type FrameDecoder = (series: SeriesDescription, frame: FrameDescription, type: PixelArrayName, signal: AbortSignal) => Promise<DecodedFrame>

/** A codec that can't start (memory, a blocked script) never answers; a pane must not wait for ever. */
const decodeTimeoutMs = 20_000
const fetchTimeoutMs = 60_000

/** Fetches a frame and decodes it on the shortest way that is exact; what a worker can't decode, the edge is asked for. */
export function createFrameDecoder(transport: ViewerTransport): FrameDecoder {
  return async (series, frame, type, signal) => {
    const pixel = frame.pixel ?? series.pixel
    const fetched = (isDecoded: boolean) =>
      transport.frame(frame.sopInstanceUid, frame.frameNumber, { isDecoded, signal: AbortSignal.any([signal, AbortSignal.timeout(fetchTimeoutMs)]) })
    const fromEdge = async () => finish(readNativeCells(await fetched(true), edgeCells(pixel)), edgeCells(pixel), frame, type, false)
    switch (decodeRoute(pixel.transferSyntaxUid)) {
      case 'native': return finish(readNativeCells(await fetched(false), pixel), pixel, frame, type, false)
      case 'edge': return await fromEdge()
      case 'worker': {
        const bytes = await fetched(false)
        const cells = await decodeInWorker(bytes, pixel).catch(() => null)
        signal.throwIfAborted()
        if (cells === null) return await fromEdge()
        return finish(cells, pixel, frame, type, givesRgb(pixel.transferSyntaxUid))
      }
    }
  }
}

/** The edge hands out samples by pixel, whatever the file's planes were. */
function edgeCells(pixel: PixelDescription): PixelDescription {
  return { ...pixel, planarConfiguration: 0 }
}

async function decodeInWorker(bytes: Uint8Array<ArrayBuffer>, pixel: PixelDescription): Promise<StoredCells> {
  const task = getWebWorkerManager().executeTask('dicomImageLoader', 'decodeTask', {
    imageFrame: { ...pixel, smallestPixelValue: undefined, largestPixelValue: undefined, palette: undefined },
    transferSyntax: pixel.transferSyntaxUid, pixelData: bytes, options: { preScale: { enabled: false } }, decodeConfig: {}
  })
  // The library types the answer as any; what is used of it is checked here.
  const answer: unknown = await Promise.race([task, timeout(decodeTimeoutMs)])
  const cells: unknown = typeof answer === 'object' && answer !== null && 'pixelData' in answer ? answer.pixelData : null
  if (!isStoredCells(cells) || cells.length < pixel.rows * pixel.columns * pixel.samplesPerPixel) throw new Error('The codec gave no picture.')
  return cells
}

function timeout(ms: number): Promise<never> {
  return new Promise((_, reject) => { setTimeout(() => reject(new Error(`The codec gave no answer within ${ms / 1000} s.`)), ms) })
}

function isStoredCells(cells: unknown): cells is StoredCells {
  return cells instanceof Uint8Array || cells instanceof Int8Array || cells instanceof Uint16Array || cells instanceof Int16Array
    || cells instanceof Uint32Array || cells instanceof Int32Array
}

function finish(cells: Samples, pixel: PixelDescription, frame: FrameDescription, type: PixelArrayName, isRgb: boolean): DecodedFrame {
  if (isColour(pixel)) return { kind: 'colour', rgba: toRgba(cells, pixel, isRgb) }
  return rescaled(cells, frame.rescaleSlope, frame.rescaleIntercept, type)
}

/** Stored values × slope + intercept (PS3.3 C.11.1), in an array wide enough for all of them. */
export function rescaled(cells: Samples, slope: number, intercept: number, type: PixelArrayName): Extract<DecodedFrame, { kind: 'grey' }> {
  const values = emptyArray(type, cells.length)
  let minimum = Infinity
  let maximum = -Infinity
  for (let i = 0; i < cells.length; i += 1) {
    const value = (cells[i] ?? 0) * slope + intercept
    values[i] = value
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
  }
  return { kind: 'grey', values, minimum, maximum }
}

function emptyArray(type: PixelArrayName, length: number): Uint8Array | Int16Array | Uint16Array | Float32Array {
  switch (type) {
    case 'Uint8Array': return new Uint8Array(length)
    case 'Int16Array': return new Int16Array(length)
    case 'Uint16Array': return new Uint16Array(length)
    case 'Float32Array': return new Float32Array(length)
  }
}
