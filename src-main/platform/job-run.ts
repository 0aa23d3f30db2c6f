import type { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import type { Clock } from './clock.ts'
import type { JobRow, JobStore } from './job-store.ts'
import type { Log } from './log.ts'

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
  /** Within the transaction that marks the job as failed. */
  onFailed?: (payload: P, reason: string) => void
}>

/** Each write of progress is an fsync; a bar needs no more than two a second. */
const progressEveryMs = 500

type Deps = Readonly<{ store: JobStore, clock: Clock, log: Log, isStopping: () => boolean }>

/** Runs one leased job to its end and writes how it ended, unless the lease was lost on the way. Throws only where that can't be written. */
export async function runJob({ store, clock, log, isStopping }: Deps, kind: JobKind<unknown>, lease: JobRow, signal: AbortSignal): Promise<void> {
  const payload = readPayload(kind, lease)
  let writtenAtMs = Number.NEGATIVE_INFINITY
  const progress = (fraction: number) => {
    const nowMs = clock.monotonicMs()
    if (fraction < 1 && nowMs - writtenAtMs < progressEveryMs) return
    writtenAtMs = nowMs
    store.progress(lease, fraction)
  }
  try {
    signal.throwIfAborted()
    if (payload === null) throw new AppError('internal', 'The stored job is not readable by this version.')
    if (lease.attempts > kind.maxAttempts) throw new AppError('internal', `It stopped the application ${kind.maxAttempts} times and is not tried again.`)
    await kind.run(payload.value, { jobId: lease.id, attempt: lease.attempts, signal, progress })
    store.finish(lease, 'done', null)
  } catch (error) {
    if (isStopping()) { store.giveBack(lease); return }
    const reason = error instanceof AppError ? error.message : 'An unexpected error stopped it; the log of this workstation has the details.'
    if (!(error instanceof AppError)) log.error('job-failed', error, { kind: kind.kind, jobId: lease.id })
    // Together: a job that ended without a word would leave its subject waiting for ever.
    store.atomically(() => {
      if (store.finish(lease, 'failed', reason) && payload !== null) kind.onFailed?.(payload.value, reason)
    })
  }
}

function readPayload(kind: JobKind<unknown>, { payload }: JobRow): { value: unknown } | null {
  try {
    const parsed = kind.payload.safeParse(JSON.parse(payload))
    return parsed.success ? { value: parsed.data } : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
