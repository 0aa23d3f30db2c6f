import { createStore } from 'zustand/vanilla'
import { createStoreContext } from '../../ui/store-context.tsx'

/** What the tray knows beyond the edge: what is being gathered or sent from this window, and what the user put away. */
export type ImportsState = Readonly<{
  /** Files found so far in what was dropped, before the import has a row; null when nothing is being gathered. */
  gathering: Readonly<{ label: string, found: number }> | null
  /** Ends the sending of an import that this window feeds. */
  senders: ReadonlyMap<string, AbortController>
  dismissed: ReadonlySet<string>
  /** Imports begun since the window opened: only these come up in the tray by themselves. */
  begun: ReadonlySet<string>
  openSummaryId: string | null
  isHistoryOpen: boolean
  gather: (gathering: ImportsState['gathering']) => void
  begin: (id: string, sender: AbortController | null) => void
  end: (id: string) => void
  dismiss: (id: string) => void
  openSummary: (id: string | null) => void
  openHistory: (isOpen: boolean) => void
}>

export function createImportsStore() {
  return createStore<ImportsState>((set) => ({
    gathering: null, senders: new Map(), dismissed: new Set(), begun: new Set(), openSummaryId: null, isHistoryOpen: false,
    gather: (gathering) => { set({ gathering }) },
    begin: (id, sender) => { set((state) => ({ gathering: null, begun: new Set([...state.begun, id]), senders: sender === null ? state.senders : new Map([...state.senders, [id, sender]]) })) },
    end: (id) => { set((state) => ({ senders: new Map([...state.senders].filter(([other]) => other !== id)) })) },
    dismiss: (id) => { set((state) => ({ dismissed: new Set([...state.dismissed, id]) })) },
    openSummary: (openSummaryId) => { set({ openSummaryId }) },
    openHistory: (isHistoryOpen) => { set({ isHistoryOpen }) }
  }))
}

const context = createStoreContext<ImportsState>('imports')
export const ImportsProvider = context.Provider
export const useImports = context.useSelected
export const useImportsStore = context.useStoreApi
