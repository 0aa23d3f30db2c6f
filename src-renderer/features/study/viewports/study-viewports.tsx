import type { StudyViewer } from '../../../viewer/index.ts'

export type StudyViewportsProps = Readonly<{ viewer: StudyViewer }>

/** Toolbar, panes, overlays and graphics of one study: everything between the series strip and the panel. Fills its container. */
export function StudyViewports({ viewer }: StudyViewportsProps) {
  return <div className="viewports" data-layout={viewer.store.getState().layout} />
}
