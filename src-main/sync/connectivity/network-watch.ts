import { networkInterfaces } from 'node:os'
import type { Clock } from '../../platform/clock.ts'

export type NetworkWatchDeps = Readonly<{ clock: Clock, addresses?: () => string, onChange: (why: 'network' | 'wake') => void }>

/** Addresses of this machine that lead out of it, as one text. */
export function addressesNow(): string {
  return Object.entries(networkInterfaces()).flatMap(([name, found]) => (found ?? []).filter(({ internal }) => !internal).map(({ address }) => `${name} ${address}`)).toSorted().join('\n')
}

/** A second that took much longer than one: the machine slept. */
const sleptMs = 20_000

/** Call `look` every second. It tells when the machine has other addresses, or has woken up. */
export function createNetworkWatch({ clock, addresses = addressesNow, onChange }: NetworkWatchDeps) {
  let seen = addresses()
  let lastMs = clock.now().getTime()
  return {
    look(): void {
      const nowMs = clock.now().getTime()
      const gapMs = nowMs - lastMs
      lastMs = nowMs
      const now = addresses()
      const isOther = now !== seen
      seen = now
      if (gapMs > sleptMs) onChange('wake')
      else if (isOther) onChange('network')
    }
  }
}
