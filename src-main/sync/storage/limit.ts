import { setTimeout as sleep } from 'node:timers/promises'

/** A bandwidth limit over everything that shares it. `perSecond` is asked at each piece, so that a change counts at once; 0 is no limit. */
export function createLimit(perSecond: () => number, nowMs: () => number = () => performance.now()) {
  let freeAtMs = 0
  return async (bytes: number, signal: AbortSignal): Promise<void> => {
    const rate = perSecond()
    if (rate <= 0) return
    const now = nowMs()
    freeAtMs = Math.max(freeAtMs, now) + bytes / rate * 1000
    const waitMs = freeAtMs - now - 250
    if (waitMs > 0) await sleep(waitMs, undefined, { signal })
  }
}
export type Limit = ReturnType<typeof createLimit>
