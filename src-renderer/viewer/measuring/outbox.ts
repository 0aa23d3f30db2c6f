import type { Annotation, AnnotationWrite } from '../../../src-shared/annotations.ts'
import { AppError } from '../../../src-shared/errors.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { ViewerTransport } from '../frames/transport.ts'

export type OutboxOptions = Readonly<{
  transport: Pick<ViewerTransport, 'annotations' | 'saveAnnotation' | 'deleteAnnotation'>
  /** What is to be written under an id now; null where the measurement is gone meanwhile. */
  writeOf: (id: string) => AnnotationWrite | null
  /** Something was sent, has failed, or waits. `refused`: the other window's version stands, with the sentence why. */
  onChange: () => void
  onRefused: (id: string, standing: Annotation | null, sentence: string) => void
  retryMs: number
}>

type Pending = Readonly<{ kind: 'save' | 'delete'; studyUid: StudyUid }>

/**
 * Sends changes of measurements to the edge, one after the other, until each is there: at once, and after a failure again and again at growing
 * intervals. Nothing is written to the browser's disk: what waits, waits in memory.
 */
export class Outbox {
  private readonly options: OutboxOptions
  private readonly pending = new Map<string, Pending>()
  /** Last revision known of each row, a deletion counted. */
  private readonly revisions = new Map<string, number>()
  /** Rows of which a first save was tried: one may be there though its answer was lost. */
  private readonly tried = new Set<string>()
  private inFlight: string | null = null
  private failure: string | null = null
  private failures = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private running: Promise<void> = Promise.resolve()

  constructor(options: OutboxOptions) {
    this.options = options
  }

  get waiting(): number { return this.pending.size }
  get reason(): string | null { return this.failure }
  isWaiting(id: string): boolean { return this.pending.has(id) }
  revisionOf(id: string): number | undefined { return this.revisions.get(id) }

  know({ id, revision }: Annotation): void { this.revisions.set(id, revision) }

  /** `delayMs`: how long to wait for a next step of the same drag; 0 sends at once. What is queued while something is on its way is sent after it. */
  queue({ id, studyUid }: Readonly<{ id: string; studyUid: StudyUid }>, kind: Pending['kind'], delayMs = 0): void {
    // A new object for each change, so that one made while its forerunner is on the way is seen to wait still.
    this.pending.set(id, { kind, studyUid })
    if (delayMs > 0) this.flushLater(delayMs)
    else void this.flush()
  }

  /** Sends what waits. Resolves when all was tried once. */
  flush(): Promise<void> {
    clearTimeout(this.timer)
    this.running = this.running.then(() => this.sendAll())
    return this.running
  }

  /** Ends the retries: only when nothing waits, or when nothing can be sent any more. */
  stop(): void { clearTimeout(this.timer) }

  /** Everything at once and without waiting for answers: the page is about to go, and what is sent now outlives it. */
  sendNow(): void {
    for (const [id, { kind }] of this.pending) {
      const known = this.revisions.get(id)
      const write = this.options.writeOf(id)
      // The answer that is still out will have counted one on.
      const revision = this.inFlight === id ? (known ?? 0) + 1 : known
      const sent = kind === 'delete'
        ? revision === undefined ? null : this.options.transport.deleteAnnotation(id, revision)
        : write === null ? null : this.options.transport.saveAnnotation({ ...write, revision: revision ?? 0 })
      // Whether it arrived is found out after the page is back: what waits is kept until an answer says so.
      sent?.catch(() => undefined)
    }
  }

  private flushLater(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => { void this.flush() }, ms)
  }

  private async sendAll(): Promise<void> {
    let failure: string | null = null
    for (const [id, entry] of this.pending) {
      try {
        this.inFlight = id
        await this.send(id, entry)
        if (this.pending.get(id) === entry) this.pending.delete(id)
      } catch (cause) {
        failure ??= cause instanceof Error ? cause.message : 'The measurement could not be saved.'
        // One refused by the edge must not hold up the others; one that did not get there says that none will.
        if (!isAboutThisOne(cause)) break
      } finally {
        this.inFlight = null
      }
    }
    this.failure = failure
    this.failures = failure === null ? 0 : this.failures + 1
    if (failure !== null) this.flushLater(Math.min(this.options.retryMs * 2 ** (this.failures - 1), mostRetryMs))
    this.options.onChange()
  }

  private async send(id: string, { kind, studyUid }: Pending): Promise<void> {
    if (kind === 'delete') { await this.delete(id, studyUid); return }
    const write = this.options.writeOf(id)
    if (write === null) return
    this.tried.add(id)
    const saved = await this.save({ ...write, revision: this.revisions.get(id) ?? write.revision })
    if (saved !== null) this.revisions.set(id, saved.revision)
  }

  /** Another window may have written or deleted in between: what this clinician sees and moved last is written over it. */
  private async save(write: AnnotationWrite): Promise<Annotation | null> {
    try {
      return await this.options.transport.saveAnnotation(write)
    } catch (cause) {
      if (isStale(cause)) return await this.options.transport.saveAnnotation({ ...write, revision: (await this.standing(write.id, write.studyUid))?.revision ?? write.revision + 1 })
      if (!isGone(cause)) throw cause
      return await this.restore(write, cause)
    }
  }

  private async restore(write: AnnotationWrite, why: AppError): Promise<Annotation | null> {
    try {
      return await this.options.transport.saveAnnotation({ ...write, revision: write.revision + 1 })
    } catch (cause) {
      if (!isGone(cause) && !isStale(cause)) throw cause
      this.options.onRefused(write.id, null, `${why.message} Your last change of it was not kept.`)
      return null
    }
  }

  private async delete(id: string, studyUid: StudyUid): Promise<void> {
    const revision = this.revisions.get(id) ?? (this.tried.has(id) ? (await this.standing(id, studyUid))?.revision : undefined)
    if (revision === undefined) return
    try {
      await this.options.transport.deleteAnnotation(id, revision)
      this.revisions.set(id, revision + 1)
    } catch (cause) {
      if (isGone(cause)) return
      if (!isStale(cause)) throw cause
      const standing = await this.standing(id, studyUid)
      if (standing !== null) this.options.onRefused(id, standing, 'This measurement was changed in another window, so it was not deleted. Look at it before deleting it.')
    }
  }

  private async standing(id: string, studyUid: StudyUid): Promise<Annotation | null> {
    const saved = await this.options.transport.annotations(studyUid)
    return saved.find((annotation) => annotation.id === id) ?? null
  }
}

const mostRetryMs = 30_000

/** Refusals of one request; of the others (no answer, locked, signed out, busy) the next one would meet the same. */
function isAboutThisOne(cause: unknown): boolean {
  return cause instanceof AppError && !['internal', 'busy', 'locked', 'not-signed-in', 'measuring-locked'].includes(cause.code)
}
function isStale(cause: unknown): boolean {
  return cause instanceof AppError && (cause.code === 'stale-revision' || cause.code === 'conflict')
}
function isGone(cause: unknown): cause is AppError {
  return cause instanceof AppError && cause.code === 'not-found'
}
