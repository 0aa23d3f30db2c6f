import { AppError } from '../../../src-shared/errors.ts'
import { isDiskFull } from '../../platform/disk-full.ts'
import type { WorkerPool } from '../../platform/workers.ts'
import { Outcomes, type Outcome } from './outcome.ts'
import type { ImportSession } from './session.ts'
import type { FoundFile } from './walk.ts'

/** Files a worker takes at once: enough to group the disk's syncs, few enough that a cancel is felt at once. */
const filesPerTask = 8

export type RunFilesDeps = Readonly<{ pool: WorkerPool, dataDir: string, tasksInFlight: number, openZip: (found: FoundFile) => Promise<void> }>

/** Takes ordinary files in through the workers, several tasks in flight. Throws AppError 'disk-full' or the signal's reason. */
export async function runFiles(session: ImportSession, files: readonly FoundFile[], { pool, dataDir, tasksInFlight, openZip }: RunFilesDeps, signal: AbortSignal): Promise<void> {
  const store = async (batch: readonly FoundFile[]): Promise<Outcome[]> =>
    Outcomes.parse(await pool.run({ name: 'store', input: { dataDir, paths: batch.map(({ file }) => file) } }))

  const runBatch = async (batch: readonly FoundFile[]) => {
    const outcomes = await store(batch).catch(async (error: unknown) => {
      if (batch.length > 1) return null
      if (error instanceof AppError && error.code === 'cancelled') throw error
      return [{ kind: 'rejected', code: 'malformed', reason: 'Reading this file stopped the reader. It is damaged or made to do harm.', bytes: 0 } satisfies Outcome]
    })
    // One file that brings its thread down must not take its neighbours with it.
    if (outcomes === null) {
      for (const found of batch) await runBatch([found])
      return
    }
    for (const [index, outcome] of outcomes.entries()) await settle(batch[index], outcome)
  }

  const settle = async (found: FoundFile | undefined, outcome: Outcome) => {
    if (found === undefined) return
    switch (outcome.kind) {
      case 'stored': session.add({ path: found.path, sha256: outcome.sha256, bytes: outcome.bytes, header: outcome.header }); return
      case 'rejected': session.reject({ path: found.path, code: outcome.code, reason: outcome.reason }, outcome.bytes); return
      case 'zip': await openZip(found); return
      case 'disk-full': throw diskFull(session)
      case 'skipped': signal.throwIfAborted()
    }
  }

  await inFlight(chunks(files, filesPerTask), tasksInFlight, async (batch) => {
    signal.throwIfAborted()
    await runBatch(batch)
  })
}

export function diskFull(session: ImportSession): AppError {
  try {
    session.flush()
  } catch (error) {
    // What can't become rows now is taken in by the next import; the counts tell only what did.
    if (!isDiskFull(error)) throw error
  }
  const { done, total, imported, duplicates } = session.counts
  const safe = imported + duplicates
  return new AppError('disk-full', `Import stopped at file ${done + 1}${total === null ? '' : ` of ${total}`}: the disk is full. ${safe} ${safe === 1 ? 'is' : 'are'} safe. Free some space and import the same folder again.`)
}

/** Runs `work` over the items, at most `limit` at once; after the first failure nothing new begins, and that failure is thrown. */
export async function inFlight<T>(items: Iterable<T> | AsyncIterable<T>, limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  for await (const item of items) {
    if (failures.length > 0) break
    const task = work(item).catch((error: unknown) => { failures.push(error) }).finally(() => { running.delete(task) })
    running.add(task)
    if (running.size >= limit) await Promise.race(running)
  }
  await Promise.all(running)
  if (failures.length > 0) throw failures[0]
}

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}
