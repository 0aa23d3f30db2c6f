import { createContext, use, useEffect, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { Draft, Drafts } from './drafts.ts'

const DraftsContext = createContext<Drafts | null>(null)

/** Also asks before the window closes over unsaved text. */
export function DraftsProvider({ drafts, children }: Readonly<{ drafts: Drafts, children: ReactNode }>) {
  useEffect(() => {
    const onBeforeUnload = (event: BeforeUnloadEvent) => {
      if (!drafts.hasUnsaved()) return
      for (const studyUid of drafts.store.getState().drafts.keys()) void drafts.flush(studyUid)
      event.preventDefault()
    }
    window.addEventListener('beforeunload', onBeforeUnload)
    return () => { window.removeEventListener('beforeunload', onBeforeUnload) }
  }, [drafts])
  return <DraftsContext value={drafts}>{children}</DraftsContext>
}

export function useDrafts(): Drafts {
  const drafts = use(DraftsContext)
  if (drafts === null) throw new Error('useDrafts needs a DraftsProvider above it')
  return drafts
}

export function useDraft(studyUid: StudyUid): Draft | undefined {
  return useStore(useDrafts().store, (state) => state.drafts.get(studyUid))
}
