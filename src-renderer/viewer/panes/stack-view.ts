import type { PointMm, SopInstanceUid } from '../../../src-shared/ids.ts'
import type { PaneMode } from '../../../src-shared/viewing.ts'
import type { OpenSeries } from '../frames/open-series.ts'
import type { Over, Pane, PictureFacts, ShowOptions } from './pane.ts'
import { ignoreCalledOff } from '../called-off.ts'
import type { Picture } from '../picture.ts'
import { nearestFrame } from '../reading/nearest-frame.ts'
import { overlayPicture } from '../reading/overlay-mask.ts'
import type { SeriesView } from './series-view.ts'

/** Shows one frame of a series in a pane: the last one asked for wins, and no picture stands under another's facts. */
export class StackView implements SeriesView {
  readonly mode: PaneMode = 'stack'
  readonly opened: OpenSeries
  protected readonly pane: Pane
  private readonly onStep: (index: number) => void
  private wanted = -1
  private isGone = false

  /** `onStep` hears of each frame asked for by a step, so that others may follow. */
  constructor(pane: Pane, opened: OpenSeries, onStep: (index: number) => void) {
    this.pane = pane
    this.opened = opened
    this.onStep = onStep
  }

  /** The frame asked for last; what is on the screen may still be another, and says so. */
  get target(): number { return this.wanted }

  /** Shows a frame as soon as it is there. Resolves true when it shows, false when it failed or another was asked for meanwhile. */
  async goTo(index: number): Promise<boolean> {
    const { frames } = this.opened
    const count = this.opened.description.frames.length
    const target = Math.min(count - 1, Math.max(0, index))
    this.wanted = target
    frames.look(target)
    if (frames.at(target).kind === 'waiting') this.pane.say({ kind: 'loading', note: `Loading image ${target + 1} of ${count}` })
    const state = await frames.settled(target)
    if (this.isGone || this.wanted !== target) return false
    if (state.kind === 'ready') this.pane.show(state.picture, this.factsOf(target), { over: this.ownOverlay(target, state.picture), ...this.extras(state.picture) })
    if (state.kind === 'failed') this.pane.say({ kind: 'failed', reason: state.reason }, this.factsOf(target))
    return state.kind === 'ready'
  }

  step(by: number): void {
    const last = this.opened.description.frames.length - 1
    const index = Math.min(last, Math.max(0, this.wanted + by))
    if (index === this.wanted) return
    void this.goTo(index).catch(ignoreCalledOff)
    this.onStep(index)
  }

  async goToPoint(pointMm: PointMm): Promise<boolean> {
    const near = nearestFrame(this.opened.description, pointMm, Math.max(0, this.wanted))
    return near !== null && await this.goTo(near.index)
  }

  indexOf(sopInstanceUid: SopInstanceUid | null, frameNumber: number | null): number {
    return this.opened.description.frames.findIndex((frame) => frame.sopInstanceUid === sopInstanceUid && frame.frameNumber === frameNumber)
  }

  update(): void { /* A frame that arrives wakes whoever waits for it in `goTo`. */ }

  dispose(): void { this.isGone = true }

  /** What is drawn along with a picture. */
  protected extras(_picture: Picture): ShowOptions { return {} }

  /** The overlay planes that the file itself lays over a frame. */
  private ownOverlay(index: number, { plane }: Picture): Over | null {
    const { description } = this.opened
    const picture = overlayPicture(description, description.frames[index], plane)
    return picture === null ? null : { picture, window: { center: 128, width: 256 }, colours: undefined }
  }

  private factsOf(index: number): PictureFacts {
    const { frames, stacks = [] } = this.opened.description
    const frame = frames[index]
    const along = frame?.alongNormalMm
    // Which phase or echo it is, where slices of several lie at the same places.
    const label = stacks.find(({ firstIndex, count }) => index >= firstIndex && index < firstIndex + count)?.label ?? ''
    return {
      index, count: frames.length, sopInstanceUid: frame?.sopInstanceUid ?? null, frameNumber: frame?.frameNumber ?? null,
      positionText: [along === null || along === undefined ? '' : `${along.toFixed(1)} mm`, label].filter((part) => part !== '').join(' · ')
    }
  }
}
