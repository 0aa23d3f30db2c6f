import type { Annotation } from '../../src-shared/annotations.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import type { History, Step } from './history.ts'
import { fromAnnotation, toWrite } from './measurement-record.ts'
import type { LeaveHooks } from './measuring/leave-guard.ts'
import { Outbox, type OutboxOptions } from './measuring/outbox.ts'
import { isRemark, toolNames } from './measuring/tools.ts'
import type { Measurement, SaveState } from './types.ts'

export type BookOptions = Readonly<{
  studyUid: StudyUid
  transport: OutboxOptions['transport']
  /** Where what is done here can be undone, beside whatever else the window does. */
  history: History
  onChange: (measurements: readonly Measurement[], save: SaveState) => void
  /** Shows where a measurement is, or was, when a step on it is taken back or done again. */
  reveal?: (measurement: Measurement) => void
  /** A sentence for the user: the change of another window stands. */
  onNotice?: (sentence: string) => void
  /** `guardLeaving` in a browser. */
  guard?: (hooks: LeaveHooks) => () => void
  /** How long the steps of a dragged handle wait for the next, so that a drag is few writes. */
  debounceMs?: number
  retryMs?: number
}>

/** The measurements of a study: what is drawn, what is saved, and every step of this window that can be taken back. Nothing leaves the list unsaved. */
export class MeasurementBook {
  private readonly options: BookOptions
  private readonly entries = new Map<string, Measurement>()
  private readonly outbox: Outbox
  private readonly unguard: () => void
  private readonly studies: Set<StudyUid>
  private isClosed = false
  /** The arrow or text drawn last: its first words belong to the step that drew it. */
  private fresh: Readonly<{ id: string; step: Step }> | null = null
  private drag: Readonly<{ id: string; before: Measurement; step: Step }> | null = null

  constructor(options: BookOptions) {
    this.options = options
    const { transport, retryMs = 1000 } = options
    this.studies = new Set([options.studyUid])
    this.outbox = new Outbox({
      transport, retryMs,
      writeOf: (id) => { const found = this.entries.get(id); return found === undefined ? null : toWrite(found) },
      onChange: () => { this.afterSending() },
      onRefused: (id, standing, sentence) => { this.yield(id, standing, sentence) }
    })
    this.unguard = options.guard?.({
      isUnsaved: () => this.outbox.reason !== null && this.outbox.waiting > 0, sendNow: () => { this.outbox.sendNow() }, retry: () => { void this.flush() }
    }) ?? (() => { /* nothing is guarded */ })
  }

  list(): readonly Measurement[] { return [...this.entries.values()] }
  find(id: string): Measurement | undefined { return this.entries.get(id) }

  add(measurement: Measurement): void {
    const { id } = measurement
    let latest = measurement
    this.put(measurement)
    const step: Step = {
      label: `${nameOf(measurement)} drawn`,
      undo: () => { latest = this.entries.get(id) ?? latest; this.drop(id) }, redo: () => { this.put(latest) }, reveal: () => { this.options.reveal?.(latest) }
    }
    this.options.history.push(step)
    this.fresh = isRemark(measurement.tool) ? { id, step } : null
  }

  /** `isContinued`: a further step of the same drag, which undo takes back as one; close the drag by `endChange`. */
  change(measurement: Measurement, isContinued: boolean): void {
    const current = this.entries.get(measurement.id)
    if (current === undefined) return
    const drag = isContinued && this.drag?.id === measurement.id ? this.drag : null
    const before = drag?.before ?? current
    const step: Step = {
      label: `${nameOf(measurement)} moved`, undo: () => { this.put(before) }, redo: () => { this.put(measurement) }, reveal: () => { this.options.reveal?.(measurement) }
    }
    if (drag === null) this.options.history.push(step)
    else this.options.history.amend(drag.step, step)
    this.drag = { id: measurement.id, before, step }
    this.put(measurement, this.options.debounceMs ?? 300)
  }

  /** The drag is over: its end is saved at once. */
  endChange(): void {
    if (this.drag === null) return
    this.drag = null
    void this.flush()
  }

  /** A letter more of a label; saved as a drag is, and a step only once `endLabel` says that it is done. */
  typeLabel(id: string, label: string): void {
    const measurement = this.entries.get(id)
    if (measurement !== undefined && measurement.label !== label) this.put({ ...measurement, label }, this.options.debounceMs ?? 300)
  }

  /** The words of something just drawn come and go with it; a change of others is a step of its own. */
  endLabel(id: string, before: string): void {
    const measurement = this.entries.get(id)
    const { history } = this.options
    const fresh = this.fresh?.id === id && this.fresh.step === history.last ? this.fresh.step : null
    if (measurement === undefined) return
    if (measurement.tool === 'text' && measurement.label.trim() === '') {
      // A text that says nothing was not meant: it goes, and with it the step that would bring back nothing.
      if (fresh === null) { this.remove(id); return }
      history.forget(fresh)
      this.drop(id)
      return
    }
    void this.flush()
    if (fresh !== null) this.fresh = null
    if (fresh !== null || measurement.label === before) return
    history.push({
      label: `${nameOf(measurement)} labelled`, undo: () => { this.put({ ...this.entries.get(id) ?? measurement, label: before }) },
      redo: () => { this.put({ ...this.entries.get(id) ?? measurement, label: measurement.label }) }, reveal: () => { this.options.reveal?.(measurement) }
    })
  }

  remove(id: string): void {
    const measurement = this.entries.get(id)
    if (measurement === undefined) return
    this.drop(id)
    this.options.history.push({
      label: `${nameOf(measurement)} deleted`,
      undo: () => { this.put(measurement) }, redo: () => { this.drop(id) }, reveal: () => { this.options.reveal?.(measurement) }
    })
  }

  /** Takes in the measurements of a further study whose series are shown beside: a prior one. */
  async follow(studyUid: StudyUid): Promise<void> {
    if (this.studies.has(studyUid)) return
    this.studies.add(studyUid)
    await this.refresh()
  }

  /** Reads what is saved; changes of this window that are not saved yet stay as they are. */
  async refresh(): Promise<void> {
    const saved = (await Promise.all([...this.studies].map((studyUid) => this.options.transport.annotations(studyUid)))).flat()
    const ids = new Set(saved.map(({ id }) => id))
    for (const annotation of saved) if (!this.outbox.isWaiting(annotation.id)) this.take(annotation)
    for (const id of this.entries.keys()) if (!ids.has(id) && !this.outbox.isWaiting(id)) this.entries.delete(id)
    this.tell()
  }

  /** Sends what waits, now. Resolves when all is sent or one has failed. */
  flush(): Promise<void> { return this.outbox.flush() }

  /** The study is left. What could not be saved yet is tried on, and the page asks before it goes, until all is saved. */
  async close(): Promise<void> {
    this.isClosed = true
    await this.flush()
    this.settle()
  }

  private put(measurement: Measurement, delayMs = 0): void {
    this.entries.set(measurement.id, measurement)
    this.outbox.queue(measurement, 'save', delayMs)
    this.tell()
  }

  private drop(id: string): void {
    const measurement = this.entries.get(id)
    if (measurement === undefined) return
    this.entries.delete(id)
    this.outbox.queue(measurement, 'delete')
    this.tell()
  }

  private take(annotation: Annotation): void {
    const known = this.outbox.revisionOf(annotation.id)
    // An answer that was on its way while a later save came through is old news.
    if (known !== undefined && known > annotation.revision) return
    this.outbox.know(annotation)
    this.entries.set(annotation.id, fromAnnotation(annotation))
  }

  private yield(id: string, standing: Annotation | null, sentence: string): void {
    if (standing === null) this.entries.delete(id)
    else this.take(standing)
    this.options.onNotice?.(sentence)
  }

  private afterSending(): void {
    for (const [id, measurement] of this.entries) {
      const revision = this.outbox.revisionOf(id)
      if (revision !== undefined && revision !== measurement.revision && !this.outbox.isWaiting(id)) this.entries.set(id, { ...measurement, revision })
    }
    if (this.isClosed) this.settle()
    this.tell()
  }

  private settle(): void {
    if (this.outbox.waiting > 0) return
    this.outbox.stop()
    this.unguard()
  }

  private tell(): void {
    const { waiting, reason } = this.outbox
    const save: SaveState = reason !== null && waiting > 0 ? { kind: 'failed', reason, waiting } : waiting > 0 ? { kind: 'saving', waiting } : { kind: 'saved' }
    this.options.onChange(this.list(), save)
  }
}

const nameOf = ({ tool }: Measurement): string => toolNames[tool]
