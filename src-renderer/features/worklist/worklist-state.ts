import type { WorklistQuery, StudyStatus } from '../../../src-shared/studies.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import { createStore } from 'zustand/vanilla'
import { createStoreContext } from '../../ui/store-context.tsx'

export type SortBy = WorklistQuery['sort']
export type Period = 'any' | 'today' | 'week' | 'month' | 'year'

/** What the clinician set on the worklist; it is as they left it when they come back from a study. */
export type WorklistState = Readonly<{
  search: string
  status: StudyStatus | null
  modality: string | null
  period: Period
  sort: SortBy
  order: 'asc' | 'desc'
  /** `studyUid` is null while the row at `index` is still on its way. */
  selected: Readonly<{ index: number, studyUid: StudyUid | null }> | null
  scrollPx: number
  isPreviewOpen: boolean
  set: (patch: Partial<WorklistFields>) => void
}>
export type WorklistFields = Omit<WorklistState, 'set'>

const start: WorklistFields = {
  search: '', status: null, modality: null, period: 'any', sort: 'importedAt', order: 'desc', selected: null, scrollPx: 0, isPreviewOpen: true
}

export function createWorklistStore() {
  return createStore<WorklistState>((set) => ({ ...start, set: (patch) => { set(patch) } }))
}

const context = createStoreContext<WorklistState>('worklist')
export const WorklistProvider = context.Provider
export const useWorklist = context.useSelected
export const useWorklistStore = context.useStoreApi

const newestFirst: readonly SortBy[] = ['studyDate', 'importedAt', 'instanceCount']

/** A click on a header: the same column turns about, another starts the way it is mostly wanted. */
export function nextSort(state: Pick<WorklistState, 'sort' | 'order'>, column: SortBy): Pick<WorklistState, 'sort' | 'order'> {
  if (state.sort === column) return { sort: column, order: state.order === 'asc' ? 'desc' : 'asc' }
  return { sort: column, order: newestFirst.includes(column) ? 'desc' : 'asc' }
}

const periodDays: Readonly<Record<Exclude<Period, 'any'>, number>> = { today: 0, week: 7, month: 30, year: 365 }

/** First study date (YYYY-MM-DD, in this machine's calendar) that a period lets through; null for any. */
export function periodStart(period: Period, nowMs: number): string | null {
  if (period === 'any') return null
  const day = new Date(nowMs)
  day.setDate(day.getDate() - periodDays[period])
  const two = (value: number) => String(value).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}

export function isFiltered(state: Pick<WorklistState, 'search' | 'status' | 'modality' | 'period'>): boolean {
  return state.search.trim() !== '' || state.status !== null || state.modality !== null || state.period !== 'any'
}
