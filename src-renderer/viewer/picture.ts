import { cache, type Types } from '@cornerstonejs/core'
import type { FrameDescription, SeriesDescription } from '../../src-shared/studies.ts'
import { planeOfFrame, type Plane } from './plane.ts'

export type GreyValues = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

/** One two-dimensional picture to draw and to measure: an instance's frame, or a plane cut through a volume. */
export type Picture = Readonly<{
  plane: Plane
  /** MONOCHROME1: low values are white (PS3.3 C.7.6.3.1.2). */
  isInverse: boolean
  voiLutFunction: string
}> & (
  /** Rescaled values, row by row. */
  | Readonly<{ kind: 'grey'; values: GreyValues; minimum: number; maximum: number }>
  | Readonly<{ kind: 'colour'; rgba: Uint8ClampedArray<ArrayBuffer> }>
)

/** The picture of a frame from Cornerstone3D's cache, or null where it is not there (any more). */
export function cachedPicture(imageId: string, series: SeriesDescription, frame: FrameDescription): Picture | null {
  const image = cache.getImage(imageId)
  return image === undefined ? null : pictureOf(image, series, frame)
}

export function pictureOf(image: Types.IImage, series: SeriesDescription, frame: FrameDescription): Picture {
  const pixel = frame.pixel ?? series.pixel
  const shared = { plane: planeOfFrame(series, frame), isInverse: pixel.photometricInterpretation === 'MONOCHROME1', voiLutFunction: pixel.voiLutFunction }
  const values = image.getPixelData()
  if (image.color) return { ...shared, kind: 'colour', rgba: new Uint8ClampedArray(ownBuffer(values.buffer), values.byteOffset, values.length) }
  if (values instanceof Uint8ClampedArray) throw new Error('Grey pixels can not be clamped bytes.')
  return { ...shared, kind: 'grey', values, minimum: image.minPixelValue, maximum: image.maxPixelValue }
}

/** The loader makes plain buffers only; a shared one would not be paintable. */
function ownBuffer(buffer: ArrayBufferLike): ArrayBuffer {
  if (!(buffer instanceof ArrayBuffer)) throw new Error('Colour pixels must lie in a buffer of their own.')
  return buffer
}
