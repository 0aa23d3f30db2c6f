import type { EdgeEvent } from '../../../src-shared/events.ts'
import { StudyUid } from '../../../src-shared/ids.ts'
import type { ImportProgress, Rejection } from '../../../src-shared/studies.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { ImportStore } from '../import-store.ts'
import type { NewInstance, StudyStore } from '../store.ts'
import { createCommitter } from './committer.ts'

export type SessionDeps = Readonly<{ store: StudyStore, imports: ImportStore, events: Bus<EdgeEvent>, clock: Clock }>
export type ImportSession = ReturnType<typeof createImportSession>

/** Rows are committed in batches: a commit costs one sync of the disk whatever it holds. */
const batchSize = 48
const eventEveryMs = 200
const studyEveryMs = 1000

/** The running state of one import: collects what arrives, commits it in batches, counts, and tells the windows now and then. */
export function createImportSession(deps: SessionDeps, id: string, onProgress?: (progress: ImportProgress) => void) {
  const { clock, events } = deps
  const committer = createCommitter(deps, id)
  const { counts } = committer
  const waiting: NewInstance[] = []
  const refusals: Rejection[] = []
  const teller = createTeller(deps, id, counts, onProgress)
  let lastStudyMs = clock.monotonicMs()

  const flush = () => {
    if (waiting.length + refusals.length === 0) return
    const isStudyDue = clock.monotonicMs() - lastStudyMs >= studyEveryMs
    const [batch, refused] = [waiting.splice(0), refusals.splice(0)]
    let changed: readonly string[]
    try {
      changed = committer.commit(batch, refused, isStudyDue)
    } catch (error) {
      // Files of other senders may be among them, whose turn to be acknowledged is still to come.
      waiting.unshift(...batch)
      refusals.unshift(...refused)
      throw error
    }
    if (isStudyDue) lastStudyMs = clock.monotonicMs()
    for (const studyUid of changed) events.publish({ type: 'study-changed', studyUid: StudyUid.parse(studyUid) })
    teller.tell(false)
  }

  const step = (bytes: number) => {
    counts.done++
    counts.bytesDone += bytes
    if (waiting.length + refusals.length >= batchSize) flush()
    else teller.tell(false)
  }

  return {
    id, counts, touched: committer.touched, flush, progress: teller.progress, end: teller.end,
    publish: () => { teller.tell(true) },
    /** One file whose bytes are on the disk. */
    add(found: NewInstance): void {
      waiting.push(found)
      step(found.bytes)
    },
    reject(rejection: Rejection, bytes = 0): void {
      refusals.push(rejection)
      step(bytes)
    },
    expect(total: number | null): void {
      counts.total = total
      teller.tell(true)
    }
  }
}

/** Progress as it is told: the row, the counts of this moment, the rates; at most five times a second. */
function createTeller({ imports, events, clock }: SessionDeps, id: string, counts: Readonly<Record<'done' | 'bytesDone', number>>, onProgress?: (progress: ImportProgress) => void) {
  const startedMs = clock.monotonicMs()
  let lastEventMs = Number.NEGATIVE_INFINITY
  let ending: Pick<ImportProgress, 'state' | 'message'> | null = null

  const progress = (): ImportProgress => {
    const stored = imports.progress(id)
    if (stored === null) throw new Error('An import without its row.')
    const seconds = Math.max(0.001, (clock.monotonicMs() - startedMs) / 1000)
    return { ...stored, ...counts, ...ending, filesPerSecond: counts.done / seconds, megabytesPerSecond: counts.bytesDone / 1e6 / seconds }
  }

  return {
    progress,
    /** How it ended, told even where the row can't be written. */
    end(state: ImportProgress['state'], message: string | null): void {
      ending = { state, message }
    },
    tell(isForced: boolean): void {
      const now = clock.monotonicMs()
      if (!isForced && now - lastEventMs < eventEveryMs) return
      lastEventMs = now
      const told = progress()
      events.publish({ type: 'import', progress: told })
      onProgress?.(told)
    }
  }
}
