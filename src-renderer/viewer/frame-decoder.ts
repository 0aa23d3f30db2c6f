import { getWebWorkerManager } from '@cornerstonejs/core'
import type { FrameDescription, PixelDescription, SeriesDescription } from '../../src-shared/studies.ts'
import { isColour, toRgba, type Samples } from './colour.ts'
import { decodeRoute } from './decode-route.ts'
import { readNativeCells, type StoredCells } from './native-cells.ts'
import type { PixelArrayName } from './pixel-type.ts'
import { rescaled, type GreyFrame } from './rescale.ts'
import type { ViewerTransport } from './transport.ts'

/** A frame ready to draw and to measure. */
export type DecodedFrame = GreyFrame | Readonly<{ kind: 'colour'; rgba: Uint8ClampedArray<ArrayBuffer> }>

export type FrameDecoder = (series: SeriesDescription, frame: FrameDescription, type: PixelArrayName, signal: AbortSignal) => Promise<DecodedFrame>

/** A codec that can't start (memory, a blocked script) never answers; a pane must not wait for ever. */
const decodeTimeoutMs = 20_000
const fetchTimeoutMs = 60_000

/** Fetches a frame and decodes it on the shortest way that is exact; what a worker can't decode, the edge is asked for. */
export function createFrameDecoder(transport: Pick<ViewerTransport, 'frame'>): FrameDecoder {
  return async (series, frame, type, signal) => {
    const pixel = frame.pixel ?? series.pixel
    const fetched = (isDecoded: boolean) =>
      transport.frame(frame.sopInstanceUid, frame.frameNumber, { isDecoded, signal: AbortSignal.any([signal, AbortSignal.timeout(fetchTimeoutMs)]) })
    const fromEdge = async () => {
      const { bytes, photometricInterpretation } = await fetched(true)
      const decoded = { ...interleaved(pixel), photometricInterpretation: photometricInterpretation ?? pixel.photometricInterpretation }
      return finish(readNativeCells(bytes, decoded), decoded, frame, type)
    }
    switch (decodeRoute(pixel)) {
      case 'native': return finish(readNativeCells((await fetched(false)).bytes, pixel), pixel, frame, type)
      case 'edge': return await fromEdge()
      case 'worker': {
        const { bytes } = await fetched(false)
        const cells = await decodeInWorker(bytes, pixel).catch(() => null)
        signal.throwIfAborted()
        return cells === null ? await fromEdge() : finish(cells, workerCells(pixel), frame, type)
      }
    }
  }
}

/** The edge hands out samples by pixel, whatever the file's planes were. */
function interleaved(pixel: PixelDescription): PixelDescription {
  return { ...pixel, planarConfiguration: 0 }
}

/** Only RLE keeps the file's planes; every other codec writes by pixel. */
function workerCells(pixel: PixelDescription): PixelDescription {
  return pixel.transferSyntaxUid === '1.2.840.10008.1.2.5' ? pixel : interleaved(pixel)
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

function finish(cells: Samples, pixel: PixelDescription, frame: FrameDescription, type: PixelArrayName): DecodedFrame {
  if (isColour(pixel)) return { kind: 'colour', rgba: toRgba(cells, pixel) }
  return rescaled(cells, frame.rescaleSlope, frame.rescaleIntercept, type)
}
