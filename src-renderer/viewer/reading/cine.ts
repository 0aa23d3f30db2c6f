import type { SeriesDescription } from '../../../src-shared/studies.ts'

/** `after` calls back once, so many milliseconds from now, unless what it returns is called first. */
export type CineClock = Readonly<{ nowMs: () => number; after: (delayMs: number, call: () => void) => () => void }>

/** `trueRatePerS`: frames that really reached the screen each second, over the last two seconds; null before there are enough. */
export type CineState = Readonly<{ isPlaying: boolean; ratePerS: number; trueRatePerS: number | null; isLagging: boolean; isSweeping: boolean }>

export type CineOptions = Readonly<{
  count: number
  ratePerS: number
  isSweeping?: boolean
  /** How long each frame stands beside the others; only their proportions count. */
  intervalsMs?: readonly number[]
  clock: CineClock
  /** The frame on the screen now. */
  current: () => number
  /** Shows a frame; resolves when it stands on the screen, or its failure does. */
  show: (index: number) => Promise<unknown>
  onChange: (state: CineState) => void
}>

export interface Cine {
  readonly state: CineState
  play(): void
  pause(): void
  /** 1 to 60 frames a second; playing goes on. */
  setRate(ratePerS: number): void
  /** There and back, or from the last frame to the first. */
  setSweeping(isSweeping: boolean): void
}

export const slowestRate = 1
export const fastestRate = 60
const rateWindowMs = 2000
const plainRate = 10

/** The rate that the file asks for, else ten a second. */
export function cineRateOf({ cine, frameTimeMs }: Pick<SeriesDescription, 'cine' | 'frameTimeMs'>): number {
  const wanted = cine?.ratePerS ?? (frameTimeMs !== null && frameTimeMs > 0 ? 1000 / frameTimeMs : plainRate)
  return withinRates(wanted)
}

const withinRates = (ratePerS: number) => Math.min(fastestRate, Math.max(slowestRate, ratePerS))

/**
 * Plays the frames of a series. Every frame is shown, in order: where decoding is late it waits, and tells the rate that it really reaches;
 * it never leaves frames out to keep a rate up.
 */
export function createCine({ count, ratePerS, isSweeping = false, intervalsMs, clock, current, show, onChange }: CineOptions): Cine {
  let state: CineState = { isPlaying: false, ratePerS: withinRates(ratePerS), trueRatePerS: null, isLagging: false, isSweeping }
  let cancel = () => {}
  let direction: 1 | -1 = 1
  /** A number for each run, so that a frame still on its way when playing was stopped starts nothing. */
  let run = 0
  let shownAtMs: readonly number[] = []
  const meanMs = intervalsMs === undefined || intervalsMs.length === 0 ? 0 : intervalsMs.reduce((sum, one) => sum + one, 0) / intervalsMs.length
  const change = (changes: Partial<CineState>) => {
    state = { ...state, ...changes }
    onChange(state)
  }
  const standsMs = (index: number) => {
    const share = meanMs > 0 ? (intervalsMs?.[index] ?? meanMs) / meanMs : 1
    return 1000 / state.ratePerS * share
  }
  const next = (index: number): number => {
    if (!state.isSweeping) return (index + 1) % count
    if (index >= count - 1) direction = -1
    else if (index <= 0) direction = 1
    return Math.min(count - 1, Math.max(0, index + direction))
  }
  const step = async (ofRun: number, index: number, dueMs: number): Promise<void> => {
    await show(index)
    if (run !== ofRun) return
    const now = clock.nowMs()
    shownAtMs = [...shownAtMs.filter((at) => at > now - rateWindowMs), now]
    const trueRatePerS = rateOf(shownAtMs)
    change({ trueRatePerS, isLagging: trueRatePerS !== null && trueRatePerS < state.ratePerS * 0.9 })
    // A frame that came late moves all later ones: making up for it would show some too briefly to be seen.
    plan(ofRun, index, Math.max(dueMs, now - standsMs(index) / 2))
  }
  const plan = (ofRun: number, index: number, shownMs: number) => {
    const dueMs = shownMs + standsMs(index)
    cancel = clock.after(Math.max(0, dueMs - clock.nowMs()), () => { void step(ofRun, next(index), dueMs).catch(stopOn(ofRun)) })
  }
  const stopOn = (ofRun: number) => () => { if (run === ofRun) stop() }
  const stop = () => {
    cancel()
    run += 1
    shownAtMs = []
    change({ isPlaying: false, trueRatePerS: null, isLagging: false })
  }
  return {
    get state() { return state },
    play() {
      if (state.isPlaying || count < 2) return
      run += 1
      direction = 1
      change({ isPlaying: true })
      plan(run, current(), clock.nowMs())
    },
    pause() { if (state.isPlaying) stop() },
    setRate(wanted) {
      shownAtMs = []
      change({ ratePerS: withinRates(wanted), trueRatePerS: null, isLagging: false })
    },
    setSweeping(wanted) { change({ isSweeping: wanted }) }
  }
}

function rateOf(shownAtMs: readonly number[]): number | null {
  const [first] = shownAtMs
  const last = shownAtMs.at(-1)
  if (shownAtMs.length < 5 || first === undefined || last === undefined || last <= first) return null
  return (shownAtMs.length - 1) * 1000 / (last - first)
}

/** The window's own clock. */
export function windowCineClock(): CineClock {
  return {
    nowMs: () => performance.now(),
    after(delayMs, call) {
      const timer = setTimeout(call, delayMs)
      return () => { clearTimeout(timer) }
    }
  }
}
