import type { FrameDescription, SeriesDescription } from '../../src-shared/studies.ts'
import type { DecodedFrame } from './frames/finish-frame.ts'
import { planeOfFrame, type Plane } from './plane.ts'
import { supplementOf, type Supplement } from './reading/supplement.ts'
import { openLookup, ownWindow, type Lookup } from './reading/lookup.ts'
import type { Padding } from './reading/padding.ts'
import { rescaleOf, suvFactorOf, suvUnit, suvWindow } from './reading/suv.ts'
import type { WindowSetting } from './types.ts'

export type GreyValues = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

/** One two-dimensional picture to draw and to measure: an instance's frame, or a plane cut through a volume. */
export type Picture = Readonly<{
  plane: Plane
  /** MONOCHROME1: low values are white (PS3.3 C.7.6.3.1.2). */
  isInverse: boolean
  voiLutFunction: string
  /** The window of the file, in the picture's own values; absent where the file names none. */
  fileWindow?: WindowSetting
}> & (
  /** Rescaled values, row by row; PET in uptake values where the series has them. `voiLut`: the curve that the file shows them through. */
  | Readonly<{ kind: 'grey'; values: GreyValues; minimum: number; maximum: number; padding?: Padding; voiLut?: Lookup; supplement?: Supplement }>
  | Readonly<{ kind: 'colour'; rgba: Uint8ClampedArray<ArrayBuffer> }>
)

/** What was decoded, with its place in the patient and how it is to be shown. */
export function pictureOf(decoded: DecodedFrame, series: SeriesDescription, frame: FrameDescription): Picture {
  const { photometricInterpretation, voiLutFunction, isPresentationInverse = false, voiLuts } = frame.pixel ?? series.pixel
  const isUptake = suvUnit(series) !== null
  // A VOI LUT and windows are alternatives (PS3.3 C.11.2); where both are there, the window is shown.
  const table = frame.windowCenters.length === 0 ? voiLuts?.[0] : undefined
  const voiLut = table === undefined ? null : openLookup(table)
  const fileWindow = fileWindowOf(frame, suvFactorOf(series, frame)) ?? (voiLut === null ? isUptake ? suvWindow : null : ownWindow(voiLut))
  const common = {
    plane: planeOfFrame(series, frame), isInverse: photometricInterpretation === 'MONOCHROME1' || isPresentationInverse,
    // Uptake has few whole values: a window that counts them would be half a unit off.
    voiLutFunction: isUptake ? 'LINEAR_EXACT' : voiLutFunction, ...(fileWindow === null ? {} : { fileWindow })
  }
  if (decoded.kind === 'colour') return { ...decoded, ...common }
  const supplement = supplementOf(frame.pixel ?? series.pixel, rescaleOf(series, frame))
  return { ...decoded, ...common, ...(voiLut === null ? {} : { voiLut }), ...(supplement === null ? {} : { supplement }) }
}

function fileWindowOf({ windowCenters: [center], windowWidths: [width] }: FrameDescription, factor: number): WindowSetting | null {
  if (center === undefined || width === undefined || !Number.isFinite(center) || !(width * factor > 0)) return null
  return factor === 1 && width < 1 ? null : { center: center * factor, width: width * factor }
}
