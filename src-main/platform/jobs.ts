import { AppError } from '../../src-shared/errors.ts'
import type { Clock } from './clock.ts'
import type { Db } from './database.ts'
import { runJob, type JobKind } from './job-run.ts'
import { createJobStore, type JobRow, type JobStore } from './job-store.ts'
import type { Log } from './log.ts'
import { isMarkAlive, processMark } from './processes.ts'
import { newRowId } from './row-id.ts'

export type { JobContext, JobKind } from './job-run.ts'

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

type Running = { lease: JobRow, controller: AbortController, done: Promise<void> }
const leaseMs = 30_000
const renewWhenLeftMs = 15_000

/**
 * A durable queue in SQLite. A job is a row before it is work; it is leased to this process, and the lease is renewed while it runs.
 * What a killed process held is taken over at once when that process is gone, else when its lease ends. A job changes its row only under
 * the lease it was given, so that a process which slept through its lease can't overwrite what another has done since.
 */
export function createJobs({ db, clock, log }: { db: Db, clock: Clock, log: Log }): Jobs {
  const store = createJobStore(db, clock)
  const owner = `${processMark()}:${newRowId()}`
  // The queue holds kinds with different payloads; each parses its own before it runs.
  const kinds = new Map<string, JobKind<unknown>>()
  const running = new Set<Running>()
  const reclaim = createReclaim(store, clock, (id) => [...running].some(({ lease }) => lease.id === id))
  let timer: NodeJS.Timeout | null = null
  let isStopping = false

  const ofKind = (kind: string) => [...running].filter(({ lease }) => lease.kind === kind)

  const wake = () => {
    if (timer === null || isStopping) return
    for (const kind of kinds.values()) {
      while (ofKind(kind.kind).length < kind.concurrency) {
        const lease = store.lease(kind.kind, owner, leaseMs)
        if (lease === null) break
        begin(kind, lease)
      }
    }
  }

  const begin = (kind: JobKind<unknown>, lease: JobRow) => {
    // Cancelled and queued anew while the first run still winds up: the second waits for it.
    const before = ofKind(kind.kind).filter((other) => other.lease.key === lease.key).map(({ done }) => done)
    const entry: Running = { lease, controller: new AbortController(), done: Promise.resolve() }
    running.add(entry)
    entry.done = Promise.all(before)
      .then(() => runJob({ store, clock, log, isStopping: () => isStopping }, kind, lease, entry.controller.signal))
      // How it ended could not be written. The row stays as it is until its lease ends, and is then tried again.
      .catch((error: unknown) => { log.error('job-not-settled', error, { kind: kind.kind, jobId: lease.id }) })
      .finally(() => {
        running.delete(entry)
        guarded(log, wake)
      })
  }

  const tick = () => {
    for (const { lease, controller } of running) {
      if (!store.renew(lease, leaseMs, renewWhenLeftMs)) controller.abort(new AppError('cancelled', 'It was cancelled.'))
    }
    reclaim()
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
      for (const { lease, controller } of running) if (lease.id === id) controller.abort(new AppError('cancelled', 'It was cancelled.'))
      return id !== null
    },
    get: store.get,
    counts: store.counts,
    start() {
      if (timer !== null || isStopping) return
      timer = setInterval(() => { guarded(log, tick) }, 1000)
      timer.unref()
      tick()
    },
    async stop() {
      isStopping = true
      if (timer !== null) clearInterval(timer)
      timer = null
      for (const { controller } of running) controller.abort(new AppError('cancelled', 'The application is closing.'))
      await Promise.all([...running].map(({ done }) => done))
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

/** Back to the queue what the dead hold. A lease that ran out in a living process counts only at a second look: machines sleep, and all wake together. */
function createReclaim(store: JobStore, clock: Clock, isRunningHere: (id: string) => boolean): () => void {
  let suspects = new Set<string>()
  return () => {
    const now = clock.iso()
    const expired = new Set<string>()
    for (const row of store.running()) {
      if (isRunningHere(row.id)) continue
      const lease = `${row.id} ${row.leaseUntil}`
      if ((row.leaseUntil ?? '') < now) expired.add(lease)
      const isDead = !isMarkAlive((row.leasedBy ?? '').split(':')[0] ?? '')
      if (isDead || (expired.has(lease) && suspects.has(lease))) store.release(row)
    }
    suspects = expired
  }
}

/** On a timer: a full disk or a busy database must not take the application down; the next second tries again. */
function guarded(log: Log, act: () => void): void {
  try { act() } catch (error) { log.error('queue-not-kept', error) }
}
