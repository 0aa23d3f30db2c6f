import type { FrameDescription, PixelDescription, SeriesDescription } from '../../../src-shared/studies.ts'
import { isColour, toRgba, type Samples } from './colour.ts'
import { readNativeCells, type StoredCells } from './native-cells.ts'
import type { PixelArrayName } from './pixel-type.ts'
import { lookedUp } from '../reading/lookup.ts'
import { paddingOf } from '../reading/padding.ts'
import { rescaleOf } from '../reading/suv.ts'
import { rescaled, type GreyFrame } from './rescale.ts'

/** A frame ready to draw and to measure. */
export type DecodedFrame = GreyFrame | Readonly<{ kind: 'colour'; rgba: Uint8ClampedArray<ArrayBuffer> }>

/** Whose frame it is, and the array that all of the series share. */
export type FrameContext = Readonly<{ series: SeriesDescription; frame: FrameDescription; type: PixelArrayName }>

/** From the cells of an uncompressed file. The bytes are used up: values may take their memory. */
export function finishStored(bytes: Uint8Array<ArrayBuffer>, context: FrameContext): DecodedFrame {
  const pixel = pixelOf(context)
  return finish(readNativeCells(bytes, pixel), pixel, context)
}

/** From what the edge decoded: it hands out samples by pixel, whatever the file's planes were. */
export function finishDecoded(bytes: Uint8Array<ArrayBuffer>, photometricInterpretation: string | null, context: FrameContext): DecodedFrame {
  const pixel = { ...interleaved(pixelOf(context)), photometricInterpretation: photometricInterpretation ?? pixelOf(context).photometricInterpretation }
  return finish(readNativeCells(bytes, pixel), pixel, context)
}

/** From what a codec decoded here. Only RLE keeps the file's planes; every other codec writes by pixel. */
export function finishCells(cells: StoredCells, context: FrameContext): DecodedFrame {
  const pixel = pixelOf(context)
  return finish(cells, pixel.transferSyntaxUid === '1.2.840.10008.1.2.5' ? pixel : interleaved(pixel), context)
}

export function pixelOf({ series, frame }: Pick<FrameContext, 'series' | 'frame'>): PixelDescription {
  return frame.pixel ?? series.pixel
}

/** Memory that a frame's pixels take. */
export function bytesOfDecoded(decoded: DecodedFrame): number {
  return decoded.kind === 'grey' ? decoded.values.byteLength : decoded.rgba.byteLength
}

function interleaved(pixel: PixelDescription): PixelDescription {
  return { ...pixel, planarConfiguration: 0 }
}

function finish(cells: Samples, pixel: PixelDescription, { series, frame, type }: FrameContext): DecodedFrame {
  if (isColour(pixel)) return { kind: 'colour', rgba: toRgba(cells, pixel) }
  if (pixel.modalityLut !== undefined) return lookedUp(cells, pixel.modalityLut)
  const { slope, intercept } = rescaleOf(series, frame)
  const padding = paddingOf(cells, pixel, { slope, intercept })
  return { ...rescaled(cells, slope, intercept, type), ...(padding === null ? {} : { padding }) }
}
