import type { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import type { Clock } from './clock.ts'
import type { Db } from './database.ts'
import type { Log } from './log.ts'
import { createJobStore, type JobRow } from './job-store.ts'
import { newRowId } from './row-id.ts'

export type JobContext = Readonly<{ jobId: string, attempt: number, signal: AbortSignal, progress: (fraction: number) => void }>
export type JobKind<P> = Readonly<{
  kind: string
  payload: z.ZodType<P>
  /** Jobs of this kind that may run at once in this process. */
  concurrency: number
  /** Starts before it counts as hopeless: a job that kills the process must not kill it for ever. */
  maxAttempts: number
  /** Must be safe to run again from the start after a crash. */
  run: (payload: P, context: JobContext) => Promise<void>
  onFailed?: (payload: P, reason: string) => void
}>

export type Jobs = Readonly<{
  register: <P>(kind: JobKind<P>) => void
  /** Writes the row; the same kind and key is never queued twice while active. Call it inside the transaction of the cause. Returns the id of the active job. */
  enqueue: (kind: string, key: string, payload: unknown, options?: { priority?: number }) => string
  cancel: (kind: string, key: string) => boolean
  get: (id: string) => JobRow | null
  counts: () => { queued: number, running: number }
  /** Takes up what a dead process left, then keeps working. */
  start: () => void
  /** Stops taking work, asks what runs to stop, and waits. Jobs cut short go back to the queue. */
  stop: () => Promise<void>
  /** Resolves when nothing is queued or running in this database. */
  idle: () => Promise<void>
  /** Looks for work now; call after the transaction that enqueued. */
  wake: () => void
}>

type Running = { controller: AbortController, done: Promise<void>, wasCancelled: boolean }
const leaseMs = 30_000

/**
 * A durable queue in SQLite. A job is a row before it is work; it is leased to this process, and the lease is renewed while it runs.
 * What a killed process held is taken over at once when that process is gone, else when its lease ends.
 */
export function createJobs({ db, clock, log }: { db: Db, clock: Clock, log: Log }): Jobs {
  const store = createJobStore(db, clock)
  const owner = `${process.pid}:${newRowId()}`
  // The queue holds kinds with different payloads; each parses its own before it runs.
  const kinds = new Map<string, JobKind<unknown>>()
  const running = new Map<string, Running>()
  let timer: NodeJS.Timeout | null = null
  let isStopping = false

  const countRunning = (kind: string) => [...running.keys()].filter((id) => store.get(id)?.kind === kind).length

  const wake = () => {
    if (timer === null || isStopping) return
    for (const kind of kinds.values()) {
      while (countRunning(kind.kind) < kind.concurrency) {
        const row = store.lease(kind.kind, owner, leaseMs)
        if (row === null) break
        runOne(kind, row)
      }
    }
  }

  const runOne = (kind: JobKind<unknown>, row: JobRow) => {
    const entry: Running = { controller: new AbortController(), done: Promise.resolve(), wasCancelled: false }
    running.set(row.id, entry)
    entry.done = execute(kind, row, entry).finally(() => {
      running.delete(row.id)
      wake()
    })
  }

  const execute = async (kind: JobKind<unknown>, row: JobRow, entry: Running): Promise<void> => {
    const parsed = kind.payload.safeParse(JSON.parse(row.payload))
    try {
      if (!parsed.success) throw new AppError('internal', 'The stored job is not readable by this version.')
      if (row.attempts > kind.maxAttempts) throw new AppError('internal', `It stopped the application ${kind.maxAttempts} times and is not tried again.`)
      await kind.run(parsed.data, {
        jobId: row.id, attempt: row.attempts, signal: entry.controller.signal,
        progress: (fraction) => { store.progress(row.id, fraction) }
      })
      store.finish(row.id, 'done', null)
    } catch (error) {
      settleFailure(kind, row, entry, parsed.success ? parsed.data : null, error)
    }
  }

  const settleFailure = (kind: JobKind<unknown>, row: JobRow, entry: Running, payload: unknown, error: unknown) => {
    if (entry.wasCancelled) { store.finish(row.id, 'cancelled', null); return }
    if (isStopping) { store.release(row.id); return }
    const reason = error instanceof AppError ? error.message : 'An unexpected error stopped it; the log of this workstation has the details.'
    if (!(error instanceof AppError)) log.error('job-failed', error, { kind: kind.kind, jobId: row.id })
    store.finish(row.id, 'failed', reason)
    kind.onFailed?.(payload, reason)
  }

  const tick = () => {
    store.reclaim()
    for (const [id, entry] of running) {
      if (store.renew(id, leaseMs)) continue
      entry.wasCancelled = true
      entry.controller.abort(new AppError('cancelled', 'It was cancelled.'))
    }
    wake()
  }

  return {
    register: (kind) => {
      // A kind's own parser stands between the stored payload and `run`, so widening its type here loses nothing.
      kinds.set(kind.kind, kind as unknown as JobKind<unknown>)
    },
    enqueue: (kind, key, payload, options) => store.enqueue(kind, key, payload, options?.priority ?? 0),
    cancel(kind, key) {
      const id = store.cancel(kind, key)
      const entry = id === null ? undefined : running.get(id)
      if (entry !== undefined) {
        entry.wasCancelled = true
        entry.controller.abort(new AppError('cancelled', 'It was cancelled.'))
      }
      return id !== null
    },
    get: store.get,
    counts: store.counts,
    start() {
      if (timer !== null) return
      timer = setInterval(tick, 1000)
      timer.unref()
      tick()
    },
    async stop() {
      isStopping = true
      if (timer !== null) clearInterval(timer)
      timer = null
      for (const entry of running.values()) entry.controller.abort(new AppError('cancelled', 'The application is closing.'))
      await Promise.all([...running.values()].map((entry) => entry.done))
    },
    async idle() {
      for (;;) {
        const { queued, running: active } = store.counts()
        if (queued + active === 0) return
        await new Promise((resolve) => { setTimeout(resolve, 20) })
      }
    },
    wake
  }
}
