import type { SeriesDescription } from '../../src-shared/studies.ts'
import type { FrameDecoder } from './frame-decoder.ts'
import type { Pane } from './pane.ts'
import { pictureOf } from './picture.ts'
import { seriesArray } from './pixel-type.ts'
import { Planes } from './planes.ts'
import { createSeriesFrames, type SeriesFrames } from './series-frames.ts'
import { Stack } from './stack.ts'
import type { PaneId } from './types.ts'

/** All that lives and dies with one open series. */
export type OpenSeries = Readonly<{ description: SeriesDescription; frames: SeriesFrames; stack: Stack; planesRefused: string | null; planes: () => Planes; close: () => void }>

export type OpenSeriesOptions = Readonly<{
  description: SeriesDescription
  decode: FrameDecoder
  panes: Readonly<Record<PaneId, Pane>>
  budgetBytes: number
  onProgress: () => void
}>

export function openSeriesFrames({ description, decode, panes, budgetBytes, onProgress }: OpenSeriesOptions): OpenSeries {
  const type = seriesArray(description)
  const frames = createSeriesFrames({
    series: description, budgetBytes, onChange: onProgress,
    load: async (frame, signal) => pictureOf(await decode(description, frame, type, signal), description, frame)
  })
  let planes: Planes | null = null
  return {
    description, frames, stack: new Stack(panes.stack, description, frames),
    planesRefused: Planes.refusal(description, frames),
    planes: () => (planes ??= new Planes(description, frames, panes)),
    close: () => { frames.close() }
  }
}
