import { createStore } from 'zustand/vanilla'
import type { LineState } from './events.ts'
import { createStoreContext } from '../ui/store-context.tsx'

type LineStore = Readonly<{ state: LineState, sinceMs: number, set: (state: LineState) => void }>

/** Whether the window still hears from the edge; `sinceMs` is when that began. */
export function createLineStore() {
  return createStore<LineStore>((set) => ({
    state: 'connecting', sinceMs: Date.now(),
    set: (state) => { set((before) => (before.state === state ? before : { state, sinceMs: Date.now() })) }
  }))
}

const context = createStoreContext<LineStore>('line')
export const LineProvider = context.Provider
export const useLine = context.useSelected
