import { useStore } from 'zustand'
import { Lock, Save, X } from 'lucide-react'
import { Button, IconButton } from '../../../ui/button.tsx'
import type { StudyViewer } from '../../../viewer/index.ts'

/** What must be read before anything is trusted: measuring locked, a save that failed, a jump refused. */
export function ViewerNotices({ viewer }: Readonly<{ viewer: StudyViewer }>) {
  const locked = useStore(viewer.store, (state) => state.measuringLocked)
  const save = useStore(viewer.store, (state) => state.save)
  const notice = useStore(viewer.store, (state) => state.notice)
  return (
    <>
      {locked === null ? null : <div className="viewer-notice" data-tone="danger" role="alert"><Lock aria-hidden />{locked}</div>}
      {save.kind !== 'failed' ? null : (
        <div className="viewer-notice" data-tone="danger" role="alert">
          <Save aria-hidden />{save.waiting === 1 ? 'One measurement is' : `${save.waiting} measurements are`} not saved yet: {save.reason}
          <Button onClick={() => { viewer.retrySaving() }}>Try again</Button>
        </div>
      )}
      {notice === null ? null : (
        <div className="viewer-notice" data-tone="warning" role="alert">
          {notice}
          <IconButton name="Close this notice" onClick={() => { viewer.clearNotice() }}><X aria-hidden /></IconButton>
        </div>
      )}
    </>
  )
}
