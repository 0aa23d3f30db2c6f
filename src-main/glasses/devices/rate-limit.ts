import type { Clock } from '../../platform/clock.ts'

export type RateLimit = Readonly<{ most: number, perMs: number, mostInTotal: number }>

/** Whether somebody has failed too often: by their address, and all together, so that many addresses help nobody. In memory: what it guards lives for minutes. */
export function createRateLimit({ most, perMs, mostInTotal }: RateLimit, clock: Clock) {
  const failures: { peer: string, atMs: number }[] = []
  const forget = () => {
    const before = clock.monotonicMs() - perMs
    while ((failures[0]?.atMs ?? Number.POSITIVE_INFINITY) <= before) failures.shift()
  }
  return {
    isBlocked(peer: string): boolean {
      forget()
      return failures.length >= mostInTotal || failures.filter((one) => one.peer === peer).length >= most
    },
    failed(peer: string): void {
      forget()
      if (failures.length < mostInTotal) failures.push({ peer, atMs: clock.monotonicMs() })
    }
  }
}
