import type { Clock } from '../../platform/clock.ts'

/** The last captions of one wearer, oldest first. */
export type History = Readonly<{ lines: () => readonly string[], add: (caption: string) => void }>

const length = 6
const keptMs = 5 * 60_000

/** What was said of a device's last chunks. A device that comes back within minutes goes on with it; a second stream beside the first has its own. */
export function createHistories(clock: Clock) {
  const known = new Map<string, { lines: string[], atMs: number }>()
  const fresh = (deviceId: string) => {
    const found = known.get(deviceId)
    return found !== undefined && clock.monotonicMs() - found.atMs < keptMs ? found : { lines: [], atMs: clock.monotonicMs() }
  }
  return {
    of(deviceId: string, isBesideAnother: boolean): History {
      const entry = isBesideAnother ? { lines: [], atMs: 0 } : fresh(deviceId)
      if (!isBesideAnother) known.set(deviceId, entry)
      return {
        lines: () => entry.lines,
        add(caption) {
          entry.lines = [...entry.lines, caption].slice(-length)
          entry.atMs = clock.monotonicMs()
        }
      }
    }
  }
}
