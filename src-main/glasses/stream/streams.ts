import { stalledAfterMs, type GlassesStream } from '../../../src-shared/glasses.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'

/** One connection as the others see it. Its fields are written by the connection alone, once a frame: they have to be cheap. */
export type LiveStream = {
  readonly id: string, readonly deviceId: string, readonly deviceName: string, readonly wearer: string
  readonly startedAt: string
  /** `messages`: frames and whatever else came. */
  messages: number, frames: number, bytes: number, refused: number
  lastFrame: Buffer | null, lastFrameMs: number | null
  captioningSinceMs: number | null, lastCaption: string | null, lastCaptionAt: string | null, isMock: boolean, error: string | null
  endedMs: number | null
  readonly end: (code: number, reason: string) => void
  /** Another one is to caption from the next frame on. */
  renew: () => void
}
type Rate = { atMs: number, frames: number, bytes: number, framesPerSecond: number, bytesPerSecond: number, isStalled: boolean }

const keptAfterEndMs = 60_000
const waitForFrameMs = 2000

/** The streams that run, and those that ended in the last minute. */
export function createStreams({ clock, log, changed }: Readonly<{ clock: Clock, log: Log, changed: () => void }>) {
  const streams = new Map<string, LiveStream>()
  const rates = new Map<string, Rate>()
  const waiting = new Map<string, Set<() => void>>()
  const rateOf = (id: string): Rate => {
    const known = rates.get(id) ?? { atMs: clock.monotonicMs(), frames: 0, bytes: 0, framesPerSecond: 0, bytesPerSecond: 0, isStalled: false }
    rates.set(id, known)
    return known
  }
  const wake = (id: string) => {
    const waiters = waiting.get(id)
    if (waiters === undefined) return
    waiting.delete(id)
    for (const tell of waiters) tell()
  }
  const stateOf = (stream: LiveStream, nowMs: number): GlassesStream['state'] => {
    if (stream.endedMs !== null) return 'ended'
    return nowMs - (stream.lastFrameMs ?? Number.NEGATIVE_INFINITY) >= stalledAfterMs ? 'stalled' : 'live'
  }

  return {
    add(stream: LiveStream): void { streams.set(stream.id, stream); changed() },
    /** Called once a frame. */
    frame(id: string): void { if (waiting.size > 0) wake(id) },
    ended(stream: LiveStream): void {
      stream.endedMs = clock.monotonicMs()
      stream.lastFrame = null
      wake(stream.id)
      log.info('stream-ended', { frames: stream.frames, refused: stream.refused })
      changed()
    },
    renew(): void { for (const stream of streams.values()) if (stream.endedMs === null) stream.renew() },
    get: (id: string): LiveStream | null => streams.get(id) ?? null,
    ofDevice: (deviceId: string): LiveStream[] => [...streams.values()].filter((stream) => stream.deviceId === deviceId && stream.endedMs === null),
    list(): GlassesStream[] {
      const nowMs = clock.monotonicMs()
      return [...streams.values()].toReversed().map((stream) => {
        const { id, deviceId, deviceName, wearer, frames, startedAt, lastCaption, lastCaptionAt, isMock, error, refused, lastFrameMs, captioningSinceMs } = stream
        const { framesPerSecond, bytesPerSecond } = rateOf(id)
        return {
          id, deviceId, deviceName, wearer, frames, startedAt, lastCaption, lastCaptionAt, isMock, error, refused, framesPerSecond, bytesPerSecond,
          state: stateOf(stream, nowMs), frameAgeMs: lastFrameMs === null ? null : Math.max(0, nowMs - lastFrameMs), captioningMs: captioningSinceMs === null ? null : Math.max(0, nowMs - captioningSinceMs)
        }
      })
    },
    /** The first frame after number `after`, at once where it is there, else within two seconds; null where none came. */
    async frameAfter(id: string, after: number, signal: AbortSignal): Promise<Readonly<{ bytes: Buffer, frame: number, ageMs: number }> | null> {
      const stream = streams.get(id)
      if (stream === undefined) return null
      if (stream.frames <= after || stream.lastFrame === null) {
        await new Promise<void>((resolve) => {
          const done = () => { clearTimeout(timer); signal.removeEventListener('abort', done); waiters.delete(done); resolve() }
          const waiters = waiting.get(id) ?? new Set()
          const timer = setTimeout(done, waitForFrameMs)
          waiting.set(id, waiters.add(done))
          signal.addEventListener('abort', done, { once: true })
        })
      }
      const { lastFrame, lastFrameMs, frames } = stream
      if (lastFrame === null || lastFrameMs === null || frames <= after) return null
      return { bytes: lastFrame, frame: frames, ageMs: Math.max(0, clock.monotonicMs() - lastFrameMs) }
    },
    /** Once a second: rates, and whether a stream has stalled or goes on. */
    tick(): void {
      const nowMs = clock.monotonicMs()
      let isNews = false
      for (const stream of streams.values()) {
        if (stream.endedMs !== null && nowMs - stream.endedMs > keptAfterEndMs) {
          streams.delete(stream.id)
          rates.delete(stream.id)
          isNews = true
          continue
        }
        const rate = rateOf(stream.id)
        const seconds = (nowMs - rate.atMs) / 1000
        if (seconds > 0) {
          rate.framesPerSecond = Math.max(0, Math.round((stream.frames - rate.frames) / seconds * 10) / 10)
          rate.bytesPerSecond = Math.max(0, Math.round((stream.bytes - rate.bytes) / seconds))
        }
        const isStalled = stateOf(stream, nowMs) === 'stalled'
        isNews ||= isStalled !== rate.isStalled
        Object.assign(rate, { atMs: nowMs, frames: stream.frames, bytes: stream.bytes, isStalled })
      }
      if (isNews) changed()
    }
  }
}
export type Streams = ReturnType<typeof createStreams>
