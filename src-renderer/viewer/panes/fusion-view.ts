import type { OpenSeries } from '../frames/open-series.ts'
import type { Over, Pane, ShowOptions } from './pane.ts'
import type { Picture } from '../picture.ts'
import { defaultWindow } from '../default-window.ts'
import { fusionWords, paletteOf, type PaletteName } from '../reading/palettes.ts'
import { fuse } from '../reformat/fuse.ts'
import { StackView } from './stack-view.ts'
import type { PaneMode } from '../../../src-shared/viewing.ts'
import type { WindowSetting } from '../types.ts'

/** How the upper series is laid over the lower: in which colours, how densely at most (0 to 1), and up to which value. `window` null: as its file says. */
export type FusionLook = Readonly<{ palette: PaletteName; opacity: number; window: WindowSetting | null }>

export type FusionOptions = Readonly<{ pane: Pane; opened: OpenSeries; over: OpenSeries; look: () => FusionLook; stepped: (index: number) => void }>

/** A CT with PET laid over it, sampled on the plane of each image; both must share a frame of reference. */
export class FusionView extends StackView {
  override readonly mode: PaneMode = 'fusion'
  readonly over: OpenSeries
  private readonly look: () => FusionLook
  private fused: Readonly<{ below: Picture; picture: Picture }> | null = null
  private colours: Readonly<{ look: FusionLook; words: Uint32Array }> | null = null

  constructor({ pane, opened, over, look, stepped }: FusionOptions) {
    super(pane, opened, stepped)
    this.over = over
    this.look = look
  }

  /** Why nothing can be laid over, in a sentence; null where it can. */
  static refusal(opened: OpenSeries, over: OpenSeries): string | null {
    if (over.planesRefused !== null) return over.planesRefused
    const [below, above] = [opened.description.frameOfReferenceUid, over.description.frameOfReferenceUid]
    return below !== null && below === above ? null : 'The two series do not share a frame of reference, so they can\'t be laid over each other. Show them side by side.'
  }

  /** The upper series has loaded further, or its look has changed. */
  override update(): void {
    if (this.target >= 0 && this.pane.picture !== null && this.pane.shownFacts !== null) this.pane.show(this.pane.picture, this.pane.shownFacts, this.extras(this.pane.picture))
  }

  protected override extras(picture: Picture): ShowOptions {
    return { over: this.overOf(picture) }
  }

  private overOf(below: Picture): Over | null {
    const volume = this.over.volume()
    if (volume === null) return null
    if (this.fused?.below !== below) {
      const fused = fuse({ plane: below.plane, frameOfReferenceUid: this.opened.description.frameOfReferenceUid }, { volume, frameOfReferenceUid: this.over.description.frameOfReferenceUid })
      if (fused.kind === 'refused') return null
      this.fused = { below, picture: fused.picture }
    }
    const look = this.look()
    if (this.colours?.look !== look) this.colours = { look, words: fusionWords(paletteOf(look.palette), look.opacity) }
    return { picture: this.fused.picture, window: look.window ?? this.ownWindow(), colours: this.colours.words }
  }

  private ownWindow(): WindowSetting {
    const state = this.over.frames.at(0)
    return state.kind === 'ready' ? defaultWindow(state.picture, this.over.description.frames[0]) : { center: 3, width: 6 }
  }
}
