import type { FrameDescription, SeriesDescription } from '../../src-shared/studies.ts'
import type { DecodedFrame } from './frame-decoder.ts'
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

/** What was decoded, with its place in the patient and how it is to be shown. */
export function pictureOf(decoded: DecodedFrame, series: SeriesDescription, frame: FrameDescription): Picture {
  const { photometricInterpretation, voiLutFunction } = frame.pixel ?? series.pixel
  return { ...decoded, plane: planeOfFrame(series, frame), isInverse: photometricInterpretation === 'MONOCHROME1', voiLutFunction }
}
