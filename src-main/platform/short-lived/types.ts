/** Whether a place in a sliding window was free; where none is, when the next one will be. */
export type Place = Readonly<{ isFree: true } | { isFree: false, freeInMs: number }>

/**
 * What lives for minutes or days and may be shared by several workstations: codes, sessions, counts. Times come from the caller's clock,
 * so that both kinds behave alike; values carry their own end. Every call throws AppError 'busy' where the store does not answer.
 */
export type ShortLived = Readonly<{
  kind: 'sqlite' | 'redis'
  /** Why it can't be used now, as a sentence; null while it answers. */
  whyNot: () => string | null
  get: (key: string) => Promise<string | null>
  set: (key: string, value: string, ttlMs: number) => Promise<void>
  /** Reads and removes as one: of two callers, one gets it. */
  take: (key: string) => Promise<string | null>
  remove: (key: string) => Promise<void>
  /** One more; the count that now stands. It begins anew `ttlMs` after the first. */
  count: (key: string, ttlMs: number) => Promise<number>
  /** A place for `member` among at most `most` in each window; the same member keeps the place that it has. */
  reserve: (key: string, member: string, limit: Readonly<{ most: number, windowMs: number }>) => Promise<Place>
  release: (key: string, member: string) => Promise<void>
  close: () => Promise<void>
}>
