import type { FrameDescription, SeriesDescription } from '../../src-shared/studies.ts'
import { isColour } from './colour.ts'
import type { Picture } from './picture.ts'
import { requestOrder } from './request-order.ts'
import type { LoadProgress } from './types.ts'

export type FrameState =
  | Readonly<{ kind: 'waiting' }>
  | Readonly<{ kind: 'ready'; picture: Picture }>
  | Readonly<{ kind: 'failed'; reason: string }>

/** The frames of the open series: asked for in the order in which they are looked at, kept under a budget, dropped on `close`. */
export interface SeriesFrames {
  at(index: number): FrameState
  /** Moves the order of requests to where the eyes are. */
  look(index: number): void
  /** The frame once it is there or has failed; rejects when the series is closed first. */
  settled(index: number): Promise<FrameState>
  progress(): LoadProgress
  /** True when the budget holds the whole series: what the three planes need. */
  fitsWhole: boolean
  /** Asks for nothing more until `resume`; what is held stays. */
  pause(): void
  resume(): void
  close(): void
}

export type SeriesFramesOptions = Readonly<{
  series: SeriesDescription
  load: (frame: FrameDescription, signal: AbortSignal) => Promise<Picture>
  budgetBytes: number
  onChange: (index: number) => void
}>

/** Browsers give HTTP/1.1 six connections; one is the event stream, one stays free for the frame just scrolled to. */
const parallel = 4

export function createSeriesFrames({ series, load: loadPicture, budgetBytes, onChange }: SeriesFramesOptions): SeriesFrames {
  const count = series.frames.length
  const held = Math.max(3, Math.min(count, Math.floor(budgetBytes / bytesOfFrame(series))))
  const inFlight = new Set<number>()
  const loaded = new Map<number, Picture>()
  const failures = new Map<number, string>()
  const waiters = new Map<number, (() => void)[]>()
  let order = requestOrder(0, count, held)
  let current = 0
  const closing = new AbortController()
  let isPaused = false
  const isClosed = () => closing.signal.aborted

  const settle = (index: number) => {
    for (const wake of waiters.get(index) ?? []) wake()
    waiters.delete(index)
    onChange(index)
  }
  const load = async (index: number) => {
    const frame = series.frames[index]
    if (frame === undefined) return
    inFlight.add(index)
    try {
      const picture = await loadPicture(frame, closing.signal)
      if (!isClosed()) loaded.set(index, picture)
    } catch (cause) {
      if (!isClosed()) failures.set(index, reasonOf(cause))
    }
    inFlight.delete(index)
    if (isClosed()) return
    settle(index)
    pump()
  }
  const isOpen = (index: number) => !loaded.has(index) && !failures.has(index) && !inFlight.has(index)
  const pump = () => {
    if (isClosed() || isPaused) return
    if (isOpen(current) && inFlight.size <= parallel) void load(current)
    // The first picture shares neither the line nor a decoder with those that nobody looks at yet.
    if (loaded.size + failures.size === 0) return
    for (const index of order) {
      if (inFlight.size >= parallel) return
      if (isOpen(index)) void load(index)
    }
  }
  const at = (index: number): FrameState => {
    const reason = failures.get(index)
    if (reason !== undefined) return { kind: 'failed', reason }
    const picture = loaded.get(index)
    return picture === undefined ? { kind: 'waiting' } : { kind: 'ready', picture }
  }
  return {
    at,
    look(index) {
      current = index
      order = requestOrder(index, count, held)
      if (held < count) {
        const wanted = new Set(order)
        for (const known of loaded.keys()) if (!wanted.has(known)) loaded.delete(known)
      }
      pump()
    },
    settled: async (index) => {
      while (at(index).kind === 'waiting') {
        if (isClosed()) throw new DOMException('The series was closed.', 'AbortError')
        pump()
        await new Promise<void>((wake) => { waiters.set(index, [...(waiters.get(index) ?? []), wake]) })
      }
      return at(index)
    },
    progress: () => progressOf(series, loaded, failures.size, held),
    fitsWhole: held === count,
    pause() { isPaused = true },
    resume() {
      if (!isPaused) return
      isPaused = false
      pump()
    },
    close() {
      closing.abort()
      loaded.clear()
      for (const wakes of waiters.values()) for (const wake of wakes) wake()
    }
  }
}

/** Memory that a whole series takes once decoded. */
export function bytesOfSeries(series: SeriesDescription): number {
  return bytesOfFrame(series) * series.frames.length
}

function bytesOfFrame({ pixel }: SeriesDescription): number {
  const perPixel = isColour(pixel) ? 4 : pixel.bitsAllocated > 8 ? 4 : 1
  return Math.max(1, pixel.rows * pixel.columns * perPixel)
}

function progressOf(series: SeriesDescription, loaded: ReadonlyMap<number, Picture>, failed: number, held: number): LoadProgress {
  let bytesLoaded = 0
  let bytesTotal = 0
  series.frames.forEach((frame, index) => {
    bytesTotal += frame.bytes
    if (loaded.has(index)) bytesLoaded += frame.bytes
  })
  return { loaded: loaded.size, failed, total: series.frames.length, bytesLoaded, bytesTotal, held }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof DOMException && cause.name === 'TimeoutError') return 'This frame did not arrive within a minute. Check the connection and open the series again.'
  return cause instanceof Error && cause.message !== '' ? cause.message : 'This frame could not be decoded.'
}
