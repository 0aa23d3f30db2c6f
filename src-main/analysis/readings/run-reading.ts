import { AppError } from '../../../src-shared/errors.ts'
import type { ReadProgress, ReaderRun } from '../../../src-shared/reading.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { TaskInputs, TaskResult } from '../../reading/index.ts'
import type { AnalysisDeps } from '../faces.ts'
import { stableId } from '../stable-id.ts'
import type { ReadingRow, ReadingStore } from './reading-store.ts'

type Deps = Pick<AnalysisDeps, 'db' | 'clock' | 'events' | 'reader'> & Readonly<{ store: ReadingStore, isHidden: (studyUid: StudyUid) => boolean }>
export type RunReading = ReturnType<typeof createRunReading>
export type ReadingOptions = Readonly<{ signal: AbortSignal, onProgress?: (progress: ReadProgress) => void }>

const everyMs = 200

/** Asks one question and writes down the answer with its sentences, in one transaction. A failure is written down too, and thrown. */
export function createRunReading({ db, clock, events, reader, store, isHidden }: Deps) {
  const changed = (studyUid: StudyUid) => { events.publish({ type: 'readings-changed', studyUid }) }

  /** What a window hears while it goes on; under read-first no word of it. */
  const telling = ({ id, studyUid }: ReadingRow) => {
    let progress: ReadProgress = { phase: 'waiting', position: 0, imagesDone: 0, imagesTotal: 0, secondsLeft: null }
    let text = ''
    let toldMs = Number.NEGATIVE_INFINITY
    const tell = (isUrgent: boolean) => {
      const now = clock.monotonicMs()
      if (!isUrgent && now - toldMs < everyMs) return
      toldMs = now
      events.publish({ type: 'reading-progress', studyUid, readingId: id, progress, text: isHidden(studyUid) ? null : text })
    }
    return {
      onProgress: (next: ReadProgress) => { const isNew = next.phase !== progress.phase; progress = next; tell(isNew) },
      onText: (so: string) => { text = so; tell(false) },
      /** What the last pause held back. */
      end: () => { tell(true) }
    }
  }

  const keep = (row: ReadingRow, result: TaskResult) => {
    store.change(row.id, {
      state: 'done', run: result.run, timing: result.timing, images: [...result.images.given], imagesAvailable: result.images.available, imagesNote: result.images.note, verdict: result.verdict,
      output: result.output, error: null, finishedAt: clock.iso()
    })
    store.insertStatements(result.statements.map((statement, ordinal) => ({
      id: stableId('statement', row.id, ordinal), readingId: row.id, studyUid: row.studyUid, ordinal, section: statement.section, spans: [...statement.spans], images: [...statement.images],
      isFlagged: statement.isFlagged, status: 'proposed' as const, amendedText: null, revision: 0, decidedBy: null, decidedAt: null, createdAt: clock.iso()
    })))
    store.supersede(row)
  }

  return async <T extends keyof TaskInputs>(row: ReadingRow, task: T, input: TaskInputs[T], { signal, onProgress }: ReadingOptions): Promise<ReaderRun> => {
    const told = telling(row)
    store.change(row.id, { state: 'running' })
    changed(row.studyUid)
    try {
      const result = await reader.run(task, input, { signal, onText: told.onText, onProgress: (progress) => { told.onProgress(progress); onProgress?.(progress) } })
      signal.throwIfAborted()
      told.end()
      db.sqlite.transaction(() => { keep(row, result) }).immediate()
      return result.run
    } catch (error) {
      const isCancelled = signal.aborted
      const sentence = isCancelled ? 'It was cancelled.' : error instanceof AppError ? error.message : 'An unexpected error stopped it; the log of this workstation has the details.'
      store.change(row.id, { state: isCancelled ? 'cancelled' : 'failed', error: sentence, finishedAt: clock.iso() })
      throw error
    } finally {
      changed(row.studyUid)
    }
  }
}
