import type { PaneSlot } from './panes/pane-slot.ts'
import { cineRateOf, createCine, windowCineClock, type Cine, type CineClock, type CineState } from './reading/cine.ts'
import type { PaneId } from './types.ts'

/** The series that plays, in which pane. `CineState` tells the rate that is wanted and the one that is reached. */
export type PlayingCine = CineState & Readonly<{ paneId: PaneId }>

export type CineControlOptions = Readonly<{ clock?: CineClock; onChange: (playing: PlayingCine | null) => void; stepped: (slot: PaneSlot, index: number) => void }>

/** Plays the stack of one pane at a time. */
export class CineControl {
  private readonly options: CineControlOptions
  private playing: Readonly<{ cine: Cine; slot: PaneSlot; seriesUid: string | null }> | null = null

  constructor(options: CineControlOptions) {
    this.options = options
  }

  /** Plays the pane's stack, or stops it. Answers a sentence where there is nothing to play. */
  toggle(slot: PaneSlot): string | null {
    if (this.playing?.slot === slot && this.playing.cine.state.isPlaying) { this.stop(); return null }
    this.stop()
    const { stack, opened } = slot
    if (stack === null || opened === null) return 'Only a stack of images can be played.'
    const { description } = opened
    if (description.frames.length < 2) return 'This series holds a single image.'
    const cine = createCine({
      count: description.frames.length, ratePerS: cineRateOf(description), isSweeping: description.cine?.isSweeping ?? false,
      ...(description.cine?.intervalsMs === undefined ? {} : { intervalsMs: description.cine.intervalsMs }),
      clock: this.options.clock ?? windowCineClock(), current: () => Math.max(0, stack.target),
      show: async (index) => { this.options.stepped(slot, index); await stack.goTo(index) },
      onChange: (state) => { this.options.onChange(state.isPlaying ? { ...state, paneId: slot.id } : null) }
    })
    this.playing = { cine, slot, seriesUid: slot.given.seriesUid }
    cine.play()
    return null
  }

  rateBy(factor: number): void {
    const { cine } = this.playing ?? {}
    cine?.setRate(Math.round(cine.state.ratePerS * factor))
  }

  setSweeping(isSweeping: boolean): void { this.playing?.cine.setSweeping(isSweeping) }

  /** A pane was given something: what played there ends. */
  changed(paneId: PaneId, seriesUid: string | null): void {
    if (this.playing?.slot.id === paneId && this.playing.seriesUid !== seriesUid) this.stop()
  }

  /** Ends what plays. */
  stop(): void {
    this.playing?.cine.pause()
    this.playing = null
  }
}
