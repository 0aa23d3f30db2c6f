import type { SeriesUid, SopInstanceUid } from '../../../src-shared/ids.ts'
import type { OverlaySummary } from '../../../src-shared/overlays.ts'
import { createStore } from 'zustand/vanilla'
import { createStoreContext } from '../../ui/store-context.tsx'

export const panelTabs = ['report', 'findings', 'reader', 'measurements', 'timeline', 'tags', 'overlays'] as const
export type PanelTab = (typeof panelTabs)[number]

/** What is open on the study's screen. */
export type StudyScreenState = Readonly<{
  tab: PanelTab
  selectedFindingId: string | null
  /** The sentence of the reader that keys speak of. */
  selectedStatementId: string | null
  /** The finding whose form is open; `new` for one being added by hand. */
  editingFindingId: string | null
  isSigning: boolean
  /** Patient data in the list of attributes are covered, for a look together with somebody. */
  isCovered: boolean
  tagSearch: string
  /** Objects whose drawings are switched on, and their parts that are off (`partKey`). */
  overlaysOn: readonly OverlaySummary[]
  hiddenParts: readonly string[]
  /** The object whose content stands open in the panel, or the series whose objects do. */
  openOverlayUid: SopInstanceUid | SeriesUid | null
  set: (patch: Partial<Omit<StudyScreenState, 'set'>>) => void
}>

export function createStudyScreenStore() {
  return createStore<StudyScreenState>((set) => ({
    tab: 'findings', selectedFindingId: null, selectedStatementId: null, editingFindingId: null, isSigning: false, isCovered: false, tagSearch: '', overlaysOn: [], hiddenParts: [], openOverlayUid: null, set: (patch) => { set(patch) }
  }))
}

const context = createStoreContext<StudyScreenState>('study screen')
export const StudyScreenProvider = context.Provider
export const useStudyScreen = context.useSelected
export const useStudyScreenStore = context.useStoreApi
