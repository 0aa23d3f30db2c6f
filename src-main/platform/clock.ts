/** Time as an argument, so that tests can hold it. Instants are ISO 8601 in UTC. */
export type Clock = Readonly<{ now: () => Date, iso: () => string, monotonicMs: () => number }>

export function systemClock(): Clock {
  return { now: () => new Date(), iso: () => new Date().toISOString(), monotonicMs: () => performance.now() }
}
