import { pause } from './server.ts'

/** What happens to one event on its way. `reordered`: it waits until another has passed it, or for `lateMs`. */
export type EventFault = 'deliver' | 'lose' | 'twice' | 'late' | 'reordered' | 'wrong-signature' | 'old-timestamp'
export type EventFaults = EventFault | ((type: string) => EventFault)
export type Signing = 'right' | 'wrong' | 'old'
/** Read anew for each event, so that a test may change its mind. */
export type Roads = { events: EventFaults, lateMs: number }

/** Brings events to the other side, badly where it is told to. `bring` resolves to what the other side answered, or to null where it was lost. */
export function createCourier(roads: Roads) {
  const closing = new AbortController()
  const underway = new Set<Promise<unknown>>()
  const waiting: (() => void)[] = []
  const release = () => { for (const go of waiting.splice(0)) go() }

  async function drive<T>(type: string, once: (signing: Signing) => Promise<T>): Promise<T | null> {
    const fault = typeof roads.events === 'function' ? roads.events(type) : roads.events
    if (fault === 'lose') return null
    if (fault === 'late') await pause(roads.lateMs, closing.signal)
    if (fault === 'reordered') await Promise.race([new Promise<void>((done) => { waiting.push(done) }), pause(roads.lateMs, closing.signal)])
    if (closing.signal.aborted) return null
    const answer = await once(fault === 'wrong-signature' ? 'wrong' : fault === 'old-timestamp' ? 'old' : 'right')
    if (fault === 'twice' && !closing.signal.aborted) await once('right')
    if (fault !== 'reordered') release()
    return answer
  }
  const track = <T>(promise: Promise<T>): Promise<T> => {
    const kept = promise.finally(() => { underway.delete(kept) })
    underway.add(kept)
    return kept
  }
  return {
    signal: closing.signal, track,
    bring: <T>(type: string, once: (signing: Signing) => Promise<T>): Promise<T | null> => track(drive(type, once)),
    /** Until nothing is on its way any more. */
    async settled(): Promise<void> {
      while (underway.size > 0) await Promise.allSettled(underway)
    },
    async stop(): Promise<void> {
      closing.abort()
      await Promise.allSettled(underway)
    }
  }
}
export type Courier = ReturnType<typeof createCourier>
