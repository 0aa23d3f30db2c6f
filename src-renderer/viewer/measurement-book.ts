import { AppError } from '../../src-shared/errors.ts'
import type { Annotation, AnnotationWrite } from '../../src-shared/annotations.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import { fromAnnotation, toWrite } from './measurement-record.ts'
import { newRowId } from './row-id.ts'
import type { ViewerTransport } from './transport.ts'
import type { Measurement, SaveState } from './types.ts'

export type BookOptions = Readonly<{
  studyUid: StudyUid
  transport: Pick<ViewerTransport, 'annotations' | 'saveAnnotation' | 'deleteAnnotation'>
  onChange: (measurements: readonly Measurement[], save: SaveState) => void
  /** How long the steps of a dragged handle wait for the next, so that a drag is one write. */
  debounceMs?: number
  retryMs?: number
}>

type Pending = 'save' | 'delete'
type Undo = Readonly<{ kind: 'remove'; id: string }> | Readonly<{ kind: 'restore'; measurement: Measurement }> | Readonly<{ kind: 'change'; measurement: Measurement }>

/** The measurements of a study: what is drawn, what is saved, and how to take back the last step. Nothing leaves the list unsaved. */
export class MeasurementBook {
  private readonly options: BookOptions
  private readonly entries = new Map<string, Measurement>()
  private readonly pending = new Map<string, Pending>()
  private readonly revisions = new Map<string, number>()
  private undos: readonly Undo[] = []
  private failure: string | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private running: Promise<void> = Promise.resolve()

  constructor(options: BookOptions) {
    this.options = options
  }

  list(): readonly Measurement[] { return [...this.entries.values()] }
  find(id: string): Measurement | undefined { return this.entries.get(id) }

  add(measurement: Measurement): void {
    this.undos = [...this.undos, { kind: 'remove', id: measurement.id }]
    this.put(measurement)
  }

  /** `isContinued`: a further step of the same drag, which undo takes back as one. */
  change(measurement: Measurement, isContinued: boolean): void {
    const before = this.entries.get(measurement.id)
    if (before === undefined) return
    if (!isContinued) this.undos = [...this.undos, { kind: 'change', measurement: before }]
    this.put(measurement, true)
  }

  remove(id: string): void {
    const measurement = this.entries.get(id)
    if (measurement === undefined) return
    this.undos = [...this.undos, { kind: 'restore', measurement }]
    this.drop(id)
  }

  /** Takes back the last step of this window; answers the measurement it is about, or null where there is none left. */
  undo(): string | null {
    const step = this.undos.at(-1)
    if (step === undefined) return null
    this.undos = this.undos.slice(0, -1)
    switch (step.kind) {
      case 'remove': this.drop(step.id); return step.id
      case 'change': this.put(step.measurement); return step.measurement.id
      case 'restore': {
        // A deleted row stays deleted; what comes back is a new one.
        const id = newRowId()
        this.undos = this.undos.map((earlier) => renamed(earlier, step.measurement.id, id))
        this.put({ ...step.measurement, id, revision: 0 })
        return id
      }
    }
  }

  /** Reads what is saved; changes of this window that are not saved yet stay as they are. */
  async refresh(): Promise<void> {
    const saved = await this.options.transport.annotations(this.options.studyUid)
    const ids = new Set(saved.map(({ id }) => id))
    for (const annotation of saved) if (!this.pending.has(annotation.id)) this.take(annotation)
    for (const id of this.entries.keys()) if (!ids.has(id) && !this.pending.has(id)) this.entries.delete(id)
    this.tell()
  }

  /** Sends what waits, now. Resolves when all is sent or one has failed. */
  flush(): Promise<void> {
    clearTimeout(this.timer)
    this.running = this.running.then(() => this.sendAll())
    return this.running
  }

  private put(measurement: Measurement, isContinued = false): void {
    this.entries.set(measurement.id, measurement)
    this.schedule(measurement.id, 'save', isContinued)
  }

  private drop(id: string): void {
    this.entries.delete(id)
    this.schedule(id, 'delete')
  }

  /** Only the steps of a drag wait for one another; all else is sent at once, so that a reload right after it loses nothing. */
  private schedule(id: string, pending: Pending, isContinued = false): void {
    this.pending.set(id, pending)
    this.flushLater(isContinued ? this.options.debounceMs ?? 300 : 0)
    this.tell()
  }

  private flushLater(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => { void this.flush() }, ms)
  }

  private async sendAll(): Promise<void> {
    this.failure = null
    for (const [id, pending] of this.pending) {
      const sent = this.entries.get(id)
      try {
        await this.send(id, pending, sent)
        const isUnchanged = this.entries.get(id) === sent && this.pending.get(id) === pending
        if (isUnchanged) this.settle(id)
      } catch (cause) {
        this.failure = cause instanceof Error ? cause.message : 'The measurement could not be saved.'
        this.flushLater(this.options.retryMs ?? 5000)
        break
      }
    }
    if (this.failure === null && this.pending.size > 0) this.flushLater(this.options.debounceMs ?? 300)
    this.tell()
  }

  private settle(id: string): void {
    this.pending.delete(id)
    const saved = this.entries.get(id)
    if (saved !== undefined) this.entries.set(id, { ...saved, revision: this.revisions.get(id) ?? saved.revision })
  }

  private async send(id: string, pending: Pending, measurement: Measurement | undefined): Promise<void> {
    if (pending === 'delete') {
      await this.delete(id)
      return
    }
    if (measurement === undefined) return
    const write = toWrite(measurement, this.options.studyUid)
    const saved = await this.save({ ...write, revision: this.revisions.get(id) ?? write.revision })
    this.revisions.set(id, saved.revision)
  }

  /** Another window may have written in between: what this clinician sees and moved last is written over it. */
  private async save(write: AnnotationWrite): Promise<Annotation> {
    try {
      return await this.options.transport.saveAnnotation(write)
    } catch (cause) {
      if (!isStale(cause)) throw cause
      const current = await this.savedRevision(write.id)
      return await this.options.transport.saveAnnotation({ ...write, revision: current ?? 0 })
    }
  }

  private async delete(id: string): Promise<void> {
    const revision = this.revisions.get(id)
    if (revision === undefined) return
    try {
      await this.options.transport.deleteAnnotation(id, revision)
    } catch (cause) {
      if (cause instanceof AppError && cause.code === 'not-found') return
      if (!isStale(cause)) throw cause
      const current = await this.savedRevision(id)
      if (current !== null) await this.options.transport.deleteAnnotation(id, current)
    }
    this.revisions.delete(id)
  }

  private async savedRevision(id: string): Promise<number | null> {
    const saved = await this.options.transport.annotations(this.options.studyUid)
    return saved.find((annotation) => annotation.id === id)?.revision ?? null
  }

  private take(annotation: Annotation): void {
    this.revisions.set(annotation.id, annotation.revision)
    this.entries.set(annotation.id, fromAnnotation(annotation))
  }

  private tell(): void {
    const waiting = this.pending.size
    const save: SaveState = this.failure !== null ? { kind: 'failed', reason: this.failure, waiting } : waiting > 0 ? { kind: 'saving', waiting } : { kind: 'saved' }
    this.options.onChange(this.list(), save)
  }
}

function renamed(step: Undo, from: string, to: string): Undo {
  if (step.kind === 'remove') return step.id === from ? { ...step, id: to } : step
  return step.measurement.id === from ? { ...step, measurement: { ...step.measurement, id: to } } : step
}

function isStale(cause: unknown): boolean {
  return cause instanceof AppError && (cause.code === 'stale-revision' || cause.code === 'conflict')
}
