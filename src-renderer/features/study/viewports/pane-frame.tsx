import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { PaneId, PaneState, StudyViewer } from '../../../viewer/index.ts'
import { PaneGraphics } from './pane-graphics.tsx'
import { PaneOverlay } from './pane-overlay.tsx'

const paneNames: Readonly<Record<PaneId, string>> = { stack: 'Stack', axial: 'Axial', sagittal: 'Sagittal', coronal: 'Coronal' }

/** One pane: the canvas that the viewer puts in, the graphics above it, and the words at its edges. */
export function PaneFrame({ viewer, id, hasImages }: Readonly<{ viewer: StudyViewer; id: PaneId; hasImages: boolean }>) {
  const element = useRef<HTMLDivElement>(null)
  const pane = useStore(viewer.store, (state) => state.panes[id])
  const isActive = useStore(viewer.store, (state) => state.activePane === id)
  const tool = useStore(viewer.store, (state) => state.tool)
  useEffect(() => element.current === null ? undefined : viewer.attach(id, element.current), [viewer, id])
  return (
    // No element of HTML is an image that keys scroll through: a named group takes the focus, so that the keys can be seen to act on it.
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role, jsx-a11y/no-noninteractive-tabindex
    <div ref={element} className="pane" data-pane={id} data-active={isActive} data-tool={tool} role="group" tabIndex={0} aria-label={paneLabel(id, pane)}>
      <PaneGraphics viewer={viewer} id={id} />
      <PaneOverlay viewer={viewer} id={id} name={paneNames[id]} hasImages={hasImages} />
    </div>
  )
}

function paneLabel(id: PaneId, { index, count, content }: PaneState): string {
  if (content.kind === 'failed') return `${paneNames[id]}: ${content.reason}`
  return index === null ? `${paneNames[id]}: no image` : `${paneNames[id]}: image ${index + 1} of ${count}`
}
