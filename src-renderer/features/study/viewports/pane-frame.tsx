import { useEffect, useRef, useState, type RefObject } from 'react'
import { useStore } from 'zustand'
import type { PaneMode } from '../../../../src-shared/viewing.ts'
import type { PaneId, PaneState, StudyViewer } from '../../../viewer/index.ts'
import { CineBar } from './cine-bar.tsx'
import { PaneControls } from './pane-controls.tsx'
import { LabelEntry } from './label-entry.tsx'
import { PaneGraphics } from './pane-graphics.tsx'
import { PaneOverlay } from './pane-overlay.tsx'
import { readSeriesDrag, seriesDragType } from './series-drag.ts'
import { StoneLegend } from './space-controls.tsx'

const modeNames: Readonly<Record<PaneMode, string>> = {
  stack: 'Stack', axial: 'Axial', sagittal: 'Sagittal', coronal: 'Coronal', oblique: 'Oblique', volume: 'Volume', stones: 'Stones', fusion: 'Fusion'
}

type PaneFrameProps = Readonly<{ viewer: StudyViewer; id: PaneId; hasImages: boolean; isAlone: boolean }>

/** One pane: the canvas that the viewer puts in, the graphics above it, and the words at its edges. Takes a series that is dropped on it. */
export function PaneFrame({ viewer, id, hasImages, isAlone }: PaneFrameProps) {
  const element = useRef<HTMLDivElement>(null)
  const pane = useStore(viewer.store, (state) => state.panes[id])
  const isActive = useStore(viewer.store, (state) => state.activePane === id)
  const tool = useStore(viewer.store, (state) => state.tool)
  const isTarget = useSeriesDrop(viewer, id, element)
  useEffect(() => element.current === null ? undefined : viewer.attach(id, element.current), [viewer, id])
  return (
    // No element of HTML is an image that keys scroll through: a named group takes the focus, so that the keys can be seen to act on it.
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role, jsx-a11y/no-noninteractive-tabindex
    <div ref={element} className="pane" data-pane={id} data-mode={pane.mode} data-active={isActive} data-alone={isAlone} data-tool={tool} data-target={isTarget} data-content={pane.content.kind} data-index={pane.index ?? ''} data-count={pane.count} role="group" tabIndex={0} aria-label={paneLabel(id, pane, isAlone)}>
      <PaneGraphics viewer={viewer} id={id} />
      <LabelEntry viewer={viewer} id={id} />
      <PaneOverlay
        viewer={viewer} id={id} name={pane.mode === 'stack' ? null : modeNames[pane.mode]} hasImages={hasImages} isAlone={isAlone}
        controls={<PaneControls viewer={viewer} id={id} />} legend={pane.mode === 'stones' ? <StoneLegend viewer={viewer} /> : null} cine={<CineBar viewer={viewer} id={id} />}
      />
    </div>
  )
}

/** True while a series of this window is held over the pane. */
function useSeriesDrop(viewer: StudyViewer, id: PaneId, element: RefObject<HTMLDivElement | null>): boolean {
  const [isOver, setIsOver] = useState(false)
  useEffect(() => {
    const listening = new AbortController()
    const options = { signal: listening.signal }
    const takes = ({ dataTransfer }: DragEvent): DataTransfer | null => dataTransfer?.types.includes(seriesDragType) === true ? dataTransfer : null
    element.current?.addEventListener('dragover', (event) => {
      const transfer = takes(event)
      if (transfer === null) return
      event.preventDefault()
      transfer.dropEffect = 'copy'
      setIsOver(true)
    }, options)
    element.current?.addEventListener('dragleave', () => { setIsOver(false) }, options)
    element.current?.addEventListener('drop', (event) => {
      setIsOver(false)
      const transfer = takes(event)
      const dragged = transfer === null ? null : readSeriesDrag(transfer)
      if (dragged === null) return
      event.preventDefault()
      event.stopPropagation()
      void viewer.assign(id, { ...dragged, mode: 'stack' })
    }, options)
    return () => { listening.abort() }
  }, [viewer, id, element])
  return isOver
}

function paneLabel(id: PaneId, { mode, index, count, content }: PaneState, isAlone: boolean): string {
  const name = isAlone ? modeNames[mode] : `${modeNames[mode]}, pane ${id.slice(1)}`
  if (content.kind === 'failed') return `${name}: ${content.reason}`
  return index === null ? `${name}: no image` : `${name}: image ${index + 1} of ${count}`
}
