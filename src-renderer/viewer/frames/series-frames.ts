import { AppError } from '../../../src-shared/errors.ts'
import { frameOrder } from '../../../src-shared/frame-pack-query.ts'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import { isColour } from './colour.ts'
import { bytesOfDecoded, type DecodedFrame } from './finish-frame.ts'
import type { FrameRequest, FrameSink } from './frame-decoder.ts'
import { pictureOf, type Picture } from '../picture.ts'
import { seriesArray } from './pixel-type.ts'
import type { LoadProgress } from '../types.ts'

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
  /** True when the budget holds the whole series: what the three planes need. Known exactly once a frame is there. */
  readonly fitsWhole: boolean
  /** Memory for decoded frames from now on; what does not fit any more is dropped, the farthest first. */
  setBudget(bytes: number): void
  /** Asks for nothing more until `resume`; what is held stays. */
  pause(): void
  resume(): void
  close(): void
}

export type SeriesFramesOptions = Readonly<{
  series: SeriesDescription
  /** See `FrameDecoder.load`. */
  load: (request: FrameRequest, sink: FrameSink, signal: AbortSignal) => Promise<void>
  budgetBytes: number
  onChange: (index: number) => void
  /** Waiting times after a broken line, ms; then the frames count as failed. */
  retryAfterMs?: readonly number[]
}>

/** A stream of frames under way: `order` is the edge's own, `came` how many of it have come. */
type Stream = { readonly abort: AbortController; readonly order: readonly number[]; came: number; readonly startedAt: number }

/** Of one stream: where several series load at once, they take turns, and none waits long for its first image. */
const mostOfStream = 64

/** A frame among the next few of the stream comes sooner by waiting than by a stream of its own. */
const isSoon = 10
/** Dragging through a series would otherwise begin a stream at every place it passes. */
const restartAfterMs = 60

export function createSeriesFrames({ series, load, budgetBytes, onChange, retryAfterMs = [300, 1000, 3000] }: SeriesFramesOptions): SeriesFrames {
  const count = series.frames.length
  const store = createStore(series, budgetBytes)
  const waiters = new Map<number, (() => void)[]>()
  let stream: Stream | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let current = 0
  let failedTries = 0
  let isPaused = false
  let isClosed = false

  const settle = (index: number) => {
    for (const wake of waiters.get(index) ?? []) wake()
    waiters.delete(index)
    if (store.isComplete()) performance.mark('vigil:series-complete', { detail: { frames: count } })
    onChange(index)
  }
  const fail = (indexes: readonly number[], reason: string) => {
    for (const index of indexes) if (store.fail(index, reason)) settle(index)
  }
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
    stream?.abort.abort()
    stream = null
  }
  const begin = (order: readonly number[]) => {
    stop()
    const mine: Stream = { abort: new AbortController(), order: order.slice(0, mostOfStream), came: 0, startedAt: performance.now() }
    stream = mine
    const came = () => { mine.came += 1; failedTries = 0 }
    const sink: FrameSink = {
      frame: (index, decoded) => { if (stream === mine) { came(); if (store.keep(index, decoded)) settle(index) } },
      failed: (index, reason) => { if (stream === mine) { came(); fail([index], reason) } }
    }
    load({ first: current, limit: store.held(), most: mostOfStream, have: store.settled() }, sink, mine.abort.signal).then(
      () => { end(mine, null) }, (cause: unknown) => { end(mine, cause ?? new Error('The line broke.')) })
  }
  const end = (mine: Stream, cause: unknown) => {
    if (stream !== mine) return
    stream = null
    const missing = mine.order.filter((index) => store.isOpen(index))
    const wait = cause instanceof AppError ? undefined : retryAfterMs[failedTries]
    // What the edge was asked for and left out is not asked for again: it would be left out again.
    if (cause === null) fail(missing, 'The workstation did not send this image. Open the series again; if it stays, import it again.')
    else if (wait === undefined) fail(missing, reasonOf(cause))
    else { failedTries += 1; later(wait); return }
    pump()
  }
  const later = (ms: number) => { timer ??= setTimeout(() => { timer = undefined; pump() }, ms) }
  const pump = () => {
    if (isClosed || isPaused || (stream === null && timer !== undefined)) return
    const order = frameOrder(current, count, store.held()).filter((index) => store.isOpen(index))
    const next = order[0]
    if (next === undefined) return
    if (stream === null) { begin(order); return }
    const place = stream.order.indexOf(next, Math.max(0, stream.came - isSoon))
    if (place >= 0 && place < stream.came + isSoon) return
    const age = performance.now() - stream.startedAt
    if (age < restartAfterMs && stream.came === 0) later(restartAfterMs - age)
    else begin(order)
  }
  return {
    at: store.at,
    look(index) {
      current = index
      store.look(index)
      pump()
    },
    settled: async (index) => {
      while (store.at(index).kind === 'waiting') {
        if (isClosed) throw new DOMException('The series was closed.', 'AbortError')
        pump()
        await new Promise<void>((wake) => { waiters.set(index, [...(waiters.get(index) ?? []), wake]) })
      }
      return store.at(index)
    },
    progress: store.progress,
    get fitsWhole() { return store.held() >= count },
    setBudget(bytes) {
      store.setBudget(bytes)
      pump()
    },
    pause() {
      isPaused = true
      stop()
    },
    resume() {
      isPaused = false
      pump()
    },
    close() {
      isClosed = true
      stop()
      store.clear()
      for (const wakes of waiters.values()) for (const wake of wakes) wake()
    }
  }
}

/** What has come of a series, and what of it the memory holds: the frames nearest to the one being looked at. */
function createStore(series: SeriesDescription, firstBudgetBytes: number) {
  const count = series.frames.length
  const bytesTotal = series.frames.reduce((sum, { bytes }) => sum + bytes, 0)
  const pictures = new Map<number, Picture>()
  const failures = new Map<number, string>()
  let budgetBytes = firstBudgetBytes
  let frameBytes = bytesOfFrame(series)
  let hasSeenFrame = false
  let current = 0
  let bytesLoaded = 0

  const held = () => Math.max(3, Math.min(count, Math.floor(budgetBytes / frameBytes)))
  const drop = (index: number) => {
    if (pictures.delete(index)) bytesLoaded -= series.frames[index]?.bytes ?? 0
  }
  const trim = () => {
    if (pictures.size <= held() && held() >= count) return
    const wanted = new Set(frameOrder(current, count, held()))
    for (const index of pictures.keys()) if (!wanted.has(index)) drop(index)
  }
  /** The header allows for the widest values a frame might have; the first one shows what they take. */
  const measure = (bytes: number) => {
    frameBytes = Math.max(1, hasSeenFrame ? Math.max(frameBytes, bytes) : bytes)
    hasSeenFrame = true
  }
  return {
    held,
    isOpen: (index: number) => !pictures.has(index) && !failures.has(index),
    isComplete: () => pictures.size === count,
    settled: () => [...pictures.keys(), ...failures.keys()],
    at(index: number): FrameState {
      const reason = failures.get(index)
      if (reason !== undefined) return { kind: 'failed', reason }
      const picture = pictures.get(index)
      return picture === undefined ? { kind: 'waiting' } : { kind: 'ready', picture }
    },
    /** False where the memory does not hold it any more. */
    keep(index: number, decoded: DecodedFrame): boolean {
      const frame = series.frames[index]
      if (frame === undefined || pictures.has(index)) return false
      measure(bytesOfDecoded(decoded))
      pictures.set(index, pictureOf(decoded, series, frame))
      bytesLoaded += frame.bytes
      trim()
      return pictures.has(index)
    },
    fail(index: number, reason: string): boolean {
      if (series.frames[index] === undefined || pictures.has(index)) return false
      failures.set(index, reason)
      return true
    },
    look(index: number): void {
      current = index
      trim()
    },
    setBudget(bytes: number): void {
      budgetBytes = bytes
      trim()
    },
    progress: (): LoadProgress => ({ loaded: pictures.size, failed: failures.size, total: count, bytesLoaded, bytesTotal, held: held() }),
    clear: () => { pictures.clear() }
  }
}

/** Memory that a whole series may take once decoded, by its header. */
export function bytesOfSeries(series: SeriesDescription): number {
  return bytesOfFrame(series) * series.frames.length
}

function bytesOfFrame(series: SeriesDescription): number {
  const { pixel } = series
  const widths = { Uint8Array: 1, Int16Array: 2, Uint16Array: 2, Float32Array: 4 } as const
  return Math.max(1, pixel.rows * pixel.columns * (isColour(pixel) ? 4 : widths[seriesArray(series)]))
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : 'The images could not be fetched. Check the connection and open the series again.'
}
