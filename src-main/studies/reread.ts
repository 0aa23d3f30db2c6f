import { setImmediate as breathe } from 'node:timers/promises'
import type { Log } from '../platform/log.ts'
import type { WorkerPool } from '../platform/workers.ts'
import { InspectOutput } from './ingest/outcome.ts'
import type { RereadStore } from './reread-store.ts'

type Deps = Readonly<{ store: RereadStore, pool: WorkerPool, pathOf: (sha256: string) => string, log: Log, settle: () => void }>

/** Rows looked at in one go: a few milliseconds. */
const rowsAtOnce = 1000

/**
 * Headers are read once, at import. Where an older version read less of them than this one (no lookup tables, no uptake factors), images would be
 * shown with facts missing; so their files are read again, in the background, after a start.
 */
export function createReread({ store, pool, pathOf, log, settle }: Deps) {
  const stopping = new AbortController()
  const { signal } = stopping
  let replaced = 0
  let hasFailed = false
  let running: Promise<void> = Promise.resolve()

  const rereadOne = async (sopInstanceUid: string, sha256: string): Promise<boolean> => {
    try {
      const output = InspectOutput.parse(await pool.run({ name: 'inspect', input: { path: pathOf(sha256), sha256 }, signal }))
      return output.kind === 'header' && store.replaceHeader(sopInstanceUid, output.header)
    } catch (error) {
      if (signal.aborted) throw error
      // A file that is gone or on a bad sector stays so: it must not keep those behind it from being read, at this start and every other. Said once.
      if (!hasFailed) log.error('header-not-reread', error)
      hasFailed = true
      return false
    }
  }
  const run = async (): Promise<void> => {
    let left = 0
    for (let after: number | null = 0; after !== null;) {
      const found = store.readByOlderVersions(after, rowsAtOnce)
      for (const { sopInstanceUid, sha256 } of found.instances) {
        signal.throwIfAborted()
        if (await rereadOne(sopInstanceUid, sha256)) replaced += 1
        else left += 1
      }
      after = found.nextAfter
      await breathe(undefined, { signal })
    }
    if (replaced > 0) settle()
    if (replaced + left > 0) log.info('headers-reread', { replaced, left })
  }
  return {
    start(): void {
      // What a stop or a fault leaves is found again at the next start.
      running = run().catch((error: unknown) => { if (!signal.aborted) log.error('headers-not-reread', error) })
    },
    /** How many headers are no longer what they were when this window opened: part of what tells a series' descriptions apart. */
    replaced: (): number => replaced,
    idle: (): Promise<void> => running,
    async stop(): Promise<void> {
      stopping.abort()
      await running
    }
  }
}
