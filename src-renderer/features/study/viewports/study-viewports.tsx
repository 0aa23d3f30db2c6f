import { useEffect } from 'react'
import { useStore } from 'zustand'
import { viewerKeys, type PaneId, type StudyViewer } from '../../../viewer/index.ts'
import { useCommands } from '../../../ui/commands-context.tsx'
import { PaneFrame } from './pane-frame.tsx'
import { Toolbar } from './toolbar.tsx'
import { ViewerNotices } from './viewer-notices.tsx'
import './viewports.css'

export type StudyViewportsProps = Readonly<{ viewer: StudyViewer, hasImages: boolean }>

const planesLayout: readonly PaneId[] = ['axial', 'sagittal', 'coronal', 'stack']
const oneLayout: readonly PaneId[] = ['stack']

/** Toolbar, panes, overlays and graphics of one study: everything between the series strip and the panel. Fills its container. */
export function StudyViewports({ viewer, hasImages }: StudyViewportsProps) {
  const layout = useStore(viewer.store, (state) => state.layout)
  const hasDraft = useStore(viewer.store, (state) => state.draft !== null)
  useCommands(viewerKeys.map(({ id, title, chords, command }) => ({
    id, title, group: 'Viewer', keys: chords, run: () => { viewer.run(command) }, isEnabled: command.name !== 'cancel' || hasDraft
  })))
  useSaveOnLeave(viewer)
  return (
    <section className="viewports" aria-label="Images">
      <Toolbar viewer={viewer} />
      <ViewerNotices viewer={viewer} />
      <div className="viewports-grid" data-layout={layout}>
        {(layout === 'planes' ? planesLayout : oneLayout).map((id) => <PaneFrame key={id} viewer={viewer} id={id} hasImages={hasImages} />)}
      </div>
    </section>
  )
}

/** A measurement drawn in the last moment must not wait for its timer when the window goes. */
function useSaveOnLeave(viewer: StudyViewer): void {
  useEffect(() => {
    const save = () => { viewer.retrySaving() }
    window.addEventListener('pagehide', save)
    return () => { window.removeEventListener('pagehide', save) }
  }, [viewer])
}
