import type { Rejection } from '../../../src-shared/studies.ts'
import type { ImportStore } from '../import-store.ts'
import type { Admission, NewInstance, StudyStore } from '../store.ts'

const conflictReasons: Readonly<Partial<Record<Admission, string>>> = {
  'same-uid-other-bytes': 'An instance with the same UID but other content is here already. The first one stays; this file is kept aside and not shown.',
  'too-large': 'With this file its series would hold more frames than can be shown. It is not taken in.',
  'uid-in-other-series': 'The UID of this file already belongs to another series or study. It is kept aside and not shown.'
}

/** Writes the batches of one import and keeps its counts. What a failed transaction rolled back is not counted. */
export function createCommitter({ store, imports }: { store: StudyStore, imports: ImportStore }, id: string) {
  const counts = { done: 0, total: null as number | null, bytesDone: 0, imported: 0, duplicates: 0, rejected: 0 }
  /** Studies that this import named, and those that got new instances since their row was last refreshed. */
  const touched = new Set<string>()
  const changed = new Set<string>()

  const refuse = (rejection: Rejection) => {
    counts.rejected++
    imports.reject(id, rejection)
  }

  const admit = (found: NewInstance) => {
    const admission = store.admit(found, id)
    if (admission === 'imported' || admission === 'duplicate') {
      if (admission === 'imported') counts.imported++
      else counts.duplicates++
      touch(found.header.studyUid, admission === 'imported')
    } else {
      refuse({ path: found.path, code: admission, reason: conflictReasons[admission] ?? '' })
    }
  }

  const touch = (studyUid: string, isNew: boolean) => {
    if (isNew) changed.add(studyUid)
    if (touched.has(studyUid)) return
    touched.add(studyUid)
    imports.touchStudy(id, studyUid)
  }

  return {
    counts, touched,
    /** One transaction. Returns the studies whose rows it refreshed, which it does only when asked. */
    commit(batch: readonly NewInstance[], refusals: readonly Rejection[], isStudyDue: boolean): readonly string[] {
      const { imported, duplicates, rejected } = counts
      const knownTouched = new Set(touched)
      try {
        store.transaction(() => {
          for (const found of batch) admit(found)
          for (const rejection of refusals) refuse(rejection)
          if (isStudyDue) for (const studyUid of changed) store.refreshStudy(studyUid)
          imports.count(id, counts)
        })
      } catch (error) {
        Object.assign(counts, { imported, duplicates, rejected })
        for (const studyUid of touched) if (!knownTouched.has(studyUid)) touched.delete(studyUid)
        throw error
      }
      if (!isStudyDue) return []
      const refreshed = [...changed]
      changed.clear()
      return refreshed
    }
  }
}
