import { SeriesUid } from '../../../src-shared/ids.ts'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import type { DecodedFrame } from '../../../src-renderer/viewer/frames/finish-frame.ts'
import { createFrameDecoder } from '../../../src-renderer/viewer/frames/frame-decoder.ts'
import { createHttpTransport } from '../../../src-renderer/viewer/frames/transport.ts'

/** What the window made of one frame. `sha256`: of its stored values as 32-bit numbers, samples of a pixel in turn. */
export type FrameReading = Readonly<{ sopInstanceUid: string, frameNumber: number, reason: string | null, kind: DecodedFrame['kind'] | null, values: number[] | null, sha256: string | null, mean: number | null, rescaleFault: string | null }>

declare global {
  interface Window { readFrames: (seriesUid: string) => Promise<FrameReading[]> }
}

const transport = createHttpTransport()
const decoder = createFrameDecoder(transport)
const everything = (series: SeriesDescription) => ({ first: 0, limit: series.frames.length, most: series.frames.length, have: [] })

async function decoded(series: SeriesDescription): Promise<(DecodedFrame | string)[]> {
  const frames: (DecodedFrame | string)[] = []
  await decoder.load(series, everything(series), { frame: (index, frame) => { frames[index] = frame }, failed: (index, reason) => { frames[index] = reason } }, new AbortController().signal)
  return frames
}

/** The same series as if its file said nothing of rescale, tables or uptake: what is left are stored values. */
function asStored(series: SeriesDescription): SeriesDescription {
  const { suv: _, pixel: { modalityLut: __, ...pixel }, ...rest } = series
  return { ...rest, pixel, frames: series.frames.map(({ suvFactor: ___, pixel: own, ...frame }) => ({ ...frame, ...(own === undefined ? {} : { pixel: own }), rescaleSlope: 1, rescaleIntercept: 0 })) }
}

const storedOf = (frame: DecodedFrame): Int32Array<ArrayBuffer> =>
  frame.kind === 'grey' ? Int32Array.from(frame.values) : Int32Array.from({ length: frame.rgba.length / 4 * 3 }, (_, at) => frame.rgba[Math.floor(at / 3) * 4 + at % 3] ?? 0)

async function sha256(values: Int32Array<ArrayBuffer>): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', values))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Where a value is not its stored value × slope + intercept, in words; null where all are. */
function rescaleFault(shown: DecodedFrame | string | undefined, stored: Int32Array, slope: number, intercept: number): string | null {
  if (shown === undefined || typeof shown === 'string' || shown.kind === 'colour') return null
  const at = shown.values.findIndex((value, index) => value !== Math.fround((stored[index] ?? 0) * slope + intercept))
  return at < 0 ? null : `pixel ${at} holds ${shown.values[at]}, stored ${stored[at]}`
}

window.readFrames = async (uid) => {
  const series = await transport.describeSeries(SeriesUid.parse(uid), new AbortController().signal)
  const shown = await decoded(series)
  const stored = await decoded(asStored(series))
  return await Promise.all(series.frames.map(async ({ sopInstanceUid, frameNumber, rescaleSlope, rescaleIntercept, suvFactor }, index): Promise<FrameReading> => {
    const frame = stored[index]
    if (frame === undefined || typeof frame === 'string') return { sopInstanceUid, frameNumber, reason: frame ?? 'It never came.', kind: null, values: null, sha256: null, mean: null, rescaleFault: null }
    const values = storedOf(frame)
    const hasTable = series.pixel.modalityLut !== undefined || series.suv !== undefined || suvFactor !== undefined
    return {
      sopInstanceUid, frameNumber, reason: null, kind: frame.kind, sha256: await sha256(values), mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      // Small ones whole, so that several frames of a file can be hashed together.
      values: values.length <= 40_000 ? [...values] : null, rescaleFault: hasTable ? null : rescaleFault(shown[index], values, rescaleSlope, rescaleIntercept)
    }
  }))
}
