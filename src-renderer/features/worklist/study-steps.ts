import { useQuery } from '@tanstack/react-query'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { WorklistRow } from '../../../src-shared/studies.ts'
import { useApi } from '../../api/api-context.tsx'
import { worklistQuery } from '../../api/queries.ts'
import { useWorklistAsk } from './worklist-rows.ts'
import { useWorklist, useWorklistStore } from './worklist-state.ts'

/** Most rows that are searched for a study that was not opened from the list. */
const searchedRows = 500

export type StudySteps = Readonly<{ previous: StudyUid | null, next: StudyUid | null, take: (studyUid: StudyUid) => void }>

/** The studies before and after one, in the order and under the filters of the worklist as it was left. `take` moves the list's selection along. */
export function useStudySteps(studyUid: StudyUid): StudySteps {
  const ask = useWorklistAsk()
  const store = useWorklistStore()
  const index = useWorklist(({ selected }) => (selected?.studyUid === studyUid ? selected.index : null))
  const near = index === null ? { offset: 0, limit: searchedRows } : { offset: Math.max(0, index - 1), limit: 3 }
  const rows = useQuery(worklistQuery(useApi(), { ...ask, ...near })).data?.rows ?? []
  const { previous, next, at } = neighboursOf(rows, studyUid)
  return {
    previous, next,
    take: (taken) => {
      const place = near.offset + at + (taken === next ? 1 : -1)
      store.getState().set({ selected: { index: place, studyUid: taken } })
    }
  }
}

/** Null at the ends, and both null for a study that the list does not hold (any more). */
export function neighboursOf(rows: readonly Pick<WorklistRow, 'studyUid'>[], studyUid: StudyUid): Readonly<{ previous: StudyUid | null, next: StudyUid | null, at: number }> {
  const at = rows.findIndex((row) => row.studyUid === studyUid)
  return { at, previous: at < 0 ? null : rows[at - 1]?.studyUid ?? null, next: at < 0 ? null : rows[at + 1]?.studyUid ?? null }
}
