import type { Limit } from './storage/limit.ts'

const windowMs = 10_000

/** Bytes a second over the last ten seconds; null where too little went to say. */
export function createMeter(limit: Limit, nowMs: () => number = () => performance.now()) {
  let pieces: { atMs: number, bytes: number }[] = []
  const recent = () => { pieces = pieces.filter(({ atMs }) => nowMs() - atMs < windowMs); return pieces }
  return {
    limit: (async (bytes, signal) => {
      await limit(bytes, signal)
      pieces.push({ atMs: nowMs(), bytes })
      if (pieces.length > 2000) recent()
    }) satisfies Limit,
    bytesPerSecond(): number | null {
      const [first] = recent()
      if (first === undefined) return null
      const spanMs = nowMs() - first.atMs
      return spanMs < 1000 ? null : pieces.reduce((sum, { bytes }) => sum + bytes, 0) / spanMs * 1000
    }
  }
}
