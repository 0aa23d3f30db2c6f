import type { PixelDescription, SeriesDescription } from '../../../src-shared/studies.ts'
import { rescaleOf } from '../reading/suv.ts'

export type PixelArrayName = 'Uint8Array' | 'Int16Array' | 'Uint16Array' | 'Float32Array'

/**
 * The narrowest array that holds every value a frame can have, before and after the rescale, so that nothing wraps and nothing is
 * rounded, judged by the header alone. One answer for the whole series, because a volume needs one type.
 */
export function arrayFor(pixel: PixelDescription, rescales: readonly Readonly<{ slope: number; intercept: number }>[]): PixelArrayName {
  const isSigned = pixel.pixelRepresentation === 1
  const low = isSigned ? -(2 ** (pixel.bitsStored - 1)) : 0
  const high = isSigned ? 2 ** (pixel.bitsStored - 1) - 1 : 2 ** pixel.bitsStored - 1
  const isWhole = rescales.every(({ slope, intercept }) => Number.isInteger(slope) && Number.isInteger(intercept))
  if (!isWhole) return 'Float32Array'
  const ends = rescales.flatMap(({ slope, intercept }) => [low * slope + intercept, high * slope + intercept])
  const smallest = Math.min(low, ...ends)
  const largest = Math.max(high, ...ends)
  if (smallest >= 0 && largest <= 255) return 'Uint8Array'
  if (smallest >= -32768 && largest <= 32767) return 'Int16Array'
  if (smallest >= 0 && largest <= 65535) return 'Uint16Array'
  return 'Float32Array'
}

/** The one array type of a series; frames of different kinds need the widest. */
export function seriesArray(series: SeriesDescription): PixelArrayName {
  const rescales = series.frames.map((frame) => rescaleOf(series, frame))
  const kinds = new Set([series.pixel, ...series.frames.flatMap((frame) => frame.pixel ?? [])].map((pixel) => arrayFor(pixel, rescales)))
  const [only] = kinds
  return kinds.size === 1 && only !== undefined ? only : 'Float32Array'
}
