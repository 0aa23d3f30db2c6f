import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { viewerKeys, visiblePanes, type StudyViewer } from '../../../viewer/index.ts'
import { useCommands } from '../../../ui/commands-context.tsx'
import { ExportMenu } from '../exports/export-menu.tsx'
import { PaneFrame } from './pane-frame.tsx'
import { Toolbar } from './toolbar.tsx'
import { ViewerNotices } from './viewer-notices.tsx'
import './viewports.css'

export type StudyViewportsProps = Readonly<{
  viewer: StudyViewer
  hasImages: boolean
  /** Further parts of the layout's menu. */
  layouts: ReactNode
  /** Further tools of the toolbar. */
  tools: ReactNode
}>

/** Toolbar, panes, overlays and graphics of one study: everything between the series strip and the panel. Fills its container. */
export function StudyViewports({ viewer, hasImages, layouts, tools }: StudyViewportsProps) {
  const grid = useStore(viewer.store, (state) => state.grid)
  const maximised = useStore(viewer.store, (state) => state.maximised)
  const canCancel = useStore(viewer.store, (state) => state.draft !== null || state.selectedMeasurementId !== null)
  useCommands(viewerKeys.map(({ id, title, chords, command }) => ({
    id, title, group: 'Viewer', keys: chords, run: () => { viewer.run(command) }, isEnabled: command.name !== 'cancel' || canCancel
  })))
  const panes = visiblePanes({ grid, maximised })
  return (
    <section className="viewports" aria-label="Images">
      <Toolbar viewer={viewer} layouts={layouts}><div className="viewer-toolbar-group">{tools}<ExportMenu viewer={viewer} /></div></Toolbar>
      <ViewerNotices viewer={viewer} />
      <div className="viewports-grid" style={{ gridTemplate: maximised === null ? `repeat(${grid.rows}, minmax(0, 1fr)) / repeat(${grid.columns}, minmax(0, 1fr))` : '1fr / 1fr' }}>
        {panes.map((id) => <PaneFrame key={id} viewer={viewer} id={id} hasImages={hasImages} isAlone={panes.length === 1} />)}
      </div>
    </section>
  )
}
