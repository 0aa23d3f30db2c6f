import type { SeriesDescription } from '../../../src-shared/studies.ts'
import type { FrameDecoder } from './frame-decoder.ts'
import type { GreyValues } from '../picture.ts'
import { lookOf, plainLook, type VolumeLook } from '../reading/volume-look.ts'
import { createSeriesFrames, type SeriesFrames } from './series-frames.ts'
import { gridOf, type VolumeGrid } from '../volume-planes.ts'

/** A whole series in memory as a grid of voxels: `slices` in geometric order, rows × columns rescaled values each. */
export type SeriesVolume = Readonly<{ grid: VolumeGrid; slices: readonly GreyValues[]; minimum: number; maximum: number; look: VolumeLook }>

/** One open series, shared by all panes that show it. */
export type OpenSeries = Readonly<{
  description: SeriesDescription
  frames: SeriesFrames
  /** Points of series with an equal key lie in the same space: the frame of reference, or the series alone where it names none. */
  frameKey: string
  /** Why no volume can be made of it, in a sentence; null where it can. Changes with the memory that others leave. */
  planesRefused: string | null
  /** The volume once every slice is there; null before. */
  volume: () => SeriesVolume | null
  close: () => void
}>

export type OpenSeriesOptions = Readonly<{ description: SeriesDescription; decode: FrameDecoder; budgetBytes: number; onProgress: () => void }>

export function openSeriesFrames({ description, decode, budgetBytes, onProgress }: OpenSeriesOptions): OpenSeries {
  const frames = createSeriesFrames({
    series: description, budgetBytes, onChange: onProgress,
    load: (request, sink, signal) => decode.load(description, request, sink, signal)
  })
  const grid = gridOf(description)
  let volume: SeriesVolume | null = null
  return {
    description, frames, frameKey: frameKeyOf(description),
    get planesRefused() { return refusalOf(description, frames) },
    volume: () => (volume ??= grid === null ? null : collect(grid, description, frames)),
    close: () => { frames.close() }
  }
}

export function frameKeyOf({ frameOfReferenceUid, seriesUid }: SeriesDescription): string {
  return frameOfReferenceUid ?? `series ${seriesUid}`
}

/** The edge's reason why a series is no volume, with what follows from it. */
export function volumeRefusal({ notVolumeReason }: SeriesDescription): string {
  return `${(notVolumeReason ?? 'This series is no even stack of slices').replace(/\.$/, '')}: volume tools are off.`
}

function refusalOf(series: SeriesDescription, frames: SeriesFrames): string | null {
  if (!series.isVolume) return volumeRefusal(series)
  if (series.pixel.samplesPerPixel > 1) return 'Colour images have no volume: volume tools are off.'
  if (gridOf(series) === null) return 'The slices have no positions in the patient: volume tools are off.'
  return frames.fitsWhole ? null : 'The series is larger than the memory set aside for images: volume tools are off.'
}

function collect(grid: VolumeGrid, series: SeriesDescription, frames: SeriesFrames): SeriesVolume | null {
  const slices: GreyValues[] = []
  let look: VolumeLook | null = null
  let minimum = Infinity
  let maximum = -Infinity
  for (let index = 0; index < series.frames.length; index += 1) {
    const state = frames.at(index)
    if (state.kind !== 'ready' || state.picture.kind !== 'grey') return null
    slices.push(state.picture.values)
    look ??= lookOf(state.picture)
    minimum = Math.min(minimum, state.picture.minimum)
    maximum = Math.max(maximum, state.picture.maximum)
  }
  return { grid, slices, minimum, maximum, look: look ?? plainLook }
}
