import type { SeriesDescription } from '../../src-shared/studies.ts'
import type { Pane, PictureFacts } from './pane.ts'
import type { SeriesFrames } from './series-frames.ts'

/** Shows one frame of the open series in a pane: the last one asked for wins, and no picture stands under another's facts. */
export class Stack {
  private readonly pane: Pane
  private readonly series: SeriesDescription
  private readonly frames: SeriesFrames
  private wanted = 0

  constructor(pane: Pane, series: SeriesDescription, frames: SeriesFrames) {
    this.pane = pane
    this.series = series
    this.frames = frames
  }

  /** The frame asked for last; what is on the screen may still be another, and says so. */
  get target(): number { return this.wanted }

  /** Shows a frame as soon as it is there. Resolves true when it shows, false when it failed or another was asked for meanwhile. */
  async goTo(index: number): Promise<boolean> {
    const target = Math.min(this.series.frames.length - 1, Math.max(0, index))
    this.wanted = target
    this.frames.look(target)
    if (this.frames.at(target).kind === 'waiting') this.pane.say({ kind: 'loading', note: `Loading image ${target + 1} of ${this.series.frames.length}` })
    const state = await this.frames.settled(target)
    if (this.wanted !== target) return false
    if (state.kind === 'ready') this.pane.show(state.picture, this.factsOf(target))
    if (state.kind === 'failed') this.pane.say({ kind: 'failed', reason: state.reason }, this.factsOf(target))
    return state.kind === 'ready'
  }

  private factsOf(index: number): PictureFacts {
    const frame = this.series.frames[index]
    const along = frame?.alongNormalMm
    return {
      index, count: this.series.frames.length, sopInstanceUid: frame?.sopInstanceUid ?? null, frameNumber: frame?.frameNumber ?? null,
      positionText: along === null || along === undefined ? '' : `${along.toFixed(1)} mm`
    }
  }
}
