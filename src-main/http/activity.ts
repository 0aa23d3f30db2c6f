import type { EdgeEvent } from '../../src-shared/events.ts'
import type { Bus } from '../platform/bus.ts'

export type Activity = Readonly<{
  during: <T>(kind: 'reading' | 'writing', work: () => Promise<T>) => Promise<T>
  /** A request is writing, or an import of this process is under way. */
  isWriting: () => boolean
  /** Resolves when no request runs, or after `maxMs`. */
  settled: (maxMs: number) => Promise<void>
}>

/** What goes on in this process right now: for "safe to switch off", and so that stopping can wait. */
export function createActivity(events: Bus<EdgeEvent>): Activity {
  const running = { reading: 0, writing: 0 }
  const imports = new Set<string>()
  let waiting: (() => void)[] = []

  events.subscribe((event) => {
    if (event.type !== 'import') return
    const { id, state } = event.progress
    if (state === 'receiving' || state === 'running') imports.add(id)
    else imports.delete(id)
  })

  const tell = () => {
    if (running.reading + running.writing > 0) return
    for (const resolve of waiting) resolve()
    waiting = []
  }

  return {
    async during(kind, work) {
      running[kind] += 1
      try {
        return await work()
      } finally {
        running[kind] -= 1
        tell()
      }
    },
    isWriting: () => running.writing > 0 || imports.size > 0,
    settled: (maxMs) => new Promise((resolve) => {
      const timer = setTimeout(resolve, maxMs)
      waiting.push(() => {
        clearTimeout(timer)
        resolve()
      })
      tell()
    })
  }
}
