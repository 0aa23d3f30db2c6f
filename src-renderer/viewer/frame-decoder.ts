import type { FrameDescription, PixelDescription, SeriesDescription } from '../../src-shared/studies.ts'
import { isColour, toRgba, type Samples } from './colour.ts'
import { decodeRoute } from '../../src-shared/decode-route.ts'
import { readNativeCells } from './native-cells.ts'
import type { PixelArrayName } from './pixel-type.ts'
import { lookedUp } from './reading/lookup.ts'
import { paddingOf } from './reading/padding.ts'
import { rescaleOf } from './reading/suv.ts'
import { rescaled, type GreyFrame } from './rescale.ts'
import type { ViewerTransport } from './transport.ts'

/** A frame ready to draw and to measure. */
export type DecodedFrame = GreyFrame | Readonly<{ kind: 'colour'; rgba: Uint8ClampedArray<ArrayBuffer> }>

export type FrameDecoder = (series: SeriesDescription, frame: FrameDescription, type: PixelArrayName, signal: AbortSignal) => Promise<DecodedFrame>

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
      return finish(readNativeCells(bytes, decoded), decoded, series, frame, type)
    }
    switch (decodeRoute(pixel)) {
      case 'native': return finish(readNativeCells((await fetched(false)).bytes, pixel), pixel, series, frame, type)
      case 'edge': return await fromEdge()
      case 'worker': {
        // Imported while the frame is on its way; where the codecs do not load, the edge decodes.
        const [{ bytes }, codecs] = await Promise.all([fetched(false), import('./codecs.ts').catch(() => null)])
        const cells = codecs === null ? null : await codecs.decodeInWorker(bytes, pixel).catch(() => null)
        signal.throwIfAborted()
        return cells === null ? await fromEdge() : finish(cells, workerCells(pixel), series, frame, type)
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

function finish(cells: Samples, pixel: PixelDescription, series: SeriesDescription, frame: FrameDescription, type: PixelArrayName): DecodedFrame {
  if (isColour(pixel)) return { kind: 'colour', rgba: toRgba(cells, pixel) }
  if (pixel.modalityLut !== undefined) return lookedUp(cells, pixel.modalityLut)
  const { slope, intercept } = rescaleOf(series, frame)
  const padding = paddingOf(cells, pixel, { slope, intercept })
  return { ...rescaled(cells, slope, intercept, type), ...(padding === null ? {} : { padding }) }
}
