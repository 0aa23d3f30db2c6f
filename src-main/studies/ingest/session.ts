import type { EdgeEvent } from '../../../src-shared/events.ts'
import { StudyUid } from '../../../src-shared/ids.ts'
import type { ImportProgress, Rejection } from '../../../src-shared/studies.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Clock } from '../../platform/clock.ts'
import type { ImportStore } from '../import-store.ts'
import type { Admission, NewInstance, StudyStore } from '../store.ts'

export type SessionDeps = Readonly<{ store: StudyStore, imports: ImportStore, events: Bus<EdgeEvent>, clock: Clock }>
export type ImportSession = ReturnType<typeof createImportSession>

/** Rows are committed in batches: a commit costs one sync of the disk whatever it holds. */
const batchSize = 48
const eventEveryMs = 200
const studyEveryMs = 1000

const conflictReasons: Readonly<Partial<Record<Admission, string>>> = {
  'same-uid-other-bytes': 'An instance with the same UID but other content is here already. The first one stays; this file is kept aside and not shown.',
  'uid-in-other-series': 'The UID of this file already belongs to another series or study. It is kept aside and not shown.'
}

/** The running state of one import: collects what arrives, commits it in batches, counts, and tells the windows now and then. */
export function createImportSession({ store, imports, events, clock }: SessionDeps, id: string, onProgress?: (progress: ImportProgress) => void) {
  const counts = { done: 0, total: null as number | null, bytesDone: 0, imported: 0, duplicates: 0, rejected: 0 }
  const waiting: NewInstance[] = []
  const refusals: Rejection[] = []
  const touched = new Set<string>()
  const changed = new Set<string>()
  const startedMs = clock.monotonicMs()
  let lastEventMs = 0
  let ending: Pick<ImportProgress, 'state' | 'message'> | null = null
  let lastStudyMs = startedMs

  const progress = (): ImportProgress => {
    const stored = imports.progress(id)
    if (stored === null) throw new Error('An import without its row.')
    const seconds = Math.max(0.001, (clock.monotonicMs() - startedMs) / 1000)
    return { ...stored, ...counts, ...(ending ?? {}), filesPerSecond: counts.done / seconds, megabytesPerSecond: counts.bytesDone / 1e6 / seconds }
  }

  const publish = (isForced: boolean) => {
    const now = clock.monotonicMs()
    if (!isForced && now - lastEventMs < eventEveryMs) return
    lastEventMs = now
    const told = progress()
    events.publish({ type: 'import', progress: told })
    onProgress?.(told)
  }

  const refuse = (rejection: Rejection) => {
    counts.rejected++
    imports.reject(id, rejection)
  }

  const commitOne = (found: NewInstance) => {
    const admission = store.admit(found, id)
    const reason = conflictReasons[admission]
    if (reason !== undefined && admission !== 'imported' && admission !== 'duplicate') refuse({ path: found.path, code: admission, reason })
    else if (admission === 'duplicate') counts.duplicates++
    else counts.imported++
    const { studyUid } = found.header
    if (admission === 'imported') changed.add(studyUid)
    if (!touched.has(studyUid) && reason === undefined) {
      touched.add(studyUid)
      imports.touchStudy(id, studyUid)
    }
  }

  const flush = () => {
    if (waiting.length + refusals.length === 0) return
    const batch = waiting.splice(0)
    const refused = refusals.splice(0)
    const before = { ...counts }
    const knownTouched = new Set(touched)
    const isStudyDue = clock.monotonicMs() - lastStudyMs >= studyEveryMs
    try {
      store.transaction(() => {
        for (const found of batch) commitOne(found)
        for (const rejection of refused) refuse(rejection)
        if (isStudyDue) for (const studyUid of changed) store.refreshStudy(studyUid)
        imports.count(id, counts)
      })
    } catch (error) {
      // What was rolled back was not counted.
      Object.assign(counts, { imported: before.imported, duplicates: before.duplicates, rejected: before.rejected })
      for (const studyUid of touched) if (!knownTouched.has(studyUid)) touched.delete(studyUid)
      throw error
    }
    if (isStudyDue) tellStudies()
    publish(false)
  }

  const tellStudies = () => {
    lastStudyMs = clock.monotonicMs()
    for (const studyUid of changed) events.publish({ type: 'study-changed', studyUid: StudyUid.parse(studyUid) })
    changed.clear()
  }

  const step = (bytes: number) => {
    counts.done++
    counts.bytesDone += bytes
    if (waiting.length + refusals.length >= batchSize) flush()
    else publish(false)
  }

  return {
    id, counts, touched, progress, publish, flush,
    /** One file whose bytes are on the disk. */
    add(found: NewInstance): void {
      waiting.push(found)
      step(found.bytes)
    },
    reject(rejection: Rejection, bytes = 0): void {
      refusals.push(rejection)
      step(bytes)
    },
    /** How it ended, told even where the row can't be written. */
    end(state: ImportProgress['state'], message: string | null): void {
      ending = { state, message }
    },
    expect(total: number | null): void {
      counts.total = total
      publish(true)
    }
  }
}
