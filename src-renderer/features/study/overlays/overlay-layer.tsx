import { useQueries } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { OverlaySummary } from '../../../../src-shared/overlays.ts'
import { useApi } from '../../../api/api-context.tsx'
import { overlayQuery } from '../../../api/overlays.ts'
import { createShapeCache, openOverlay, type DrawnOverlay, type OpenedOverlay, type PaneId, type StudyViewer } from '../../../viewer/index.ts'
import { useStudyScreen } from '../study-state.ts'
import { OverlayGraphics } from './overlay-graphics.tsx'
import { partNumberOf } from './overlay-switches.ts'
import './overlays.css'

/** The overlays that are switched on, in one pane. */
export function OverlayLayer({ viewer, id }: Readonly<{ viewer: StudyViewer; id: PaneId }>) {
  const on = useStudyScreen((state) => state.overlaysOn)
  return on.length === 0 ? null : <SwitchedOn viewer={viewer} id={id} on={on} />
}

const opened = (results: readonly Readonly<{ data: OpenedOverlay | undefined }>[]) => results.flatMap(({ data }) => data ?? [])

function SwitchedOn({ viewer, id, on }: Readonly<{ viewer: StudyViewer; id: PaneId; on: readonly OverlaySummary[] }>) {
  const api = useApi()
  const hiddenParts = useStudyScreen((state) => state.hiddenParts)
  const overlays = useQueries({ queries: on.map((summary) => overlayQuery(api, summary, openOverlay)), combine: opened })
  const drawn = useMemo(() => overlays.map((overlay): DrawnOverlay => ({ overlay, hidden: new Set(hiddenParts.flatMap((key) => partNumberOf(key, overlay.sopInstanceUid) ?? [])) })), [overlays, hiddenParts])
  const [cache] = useState(createShapeCache)
  // Told by the pane at each drawing, so that what lies over the picture moves with it.
  const pane = useStore(viewer.store, (state) => state.panes[id])
  const series = useStore(viewer.store, (state) => {
    const known = pane.seriesUid === null ? undefined : state.opened[pane.seriesUid]?.state
    return known?.kind === 'ready' ? known.description : null
  })
  const isFlat = pane.mode !== 'volume' && pane.mode !== 'stones'
  if (series === null || !isFlat || pane.index === null || pane.content.kind === 'failed') return null
  const view = viewer.pane(id)
  const { sopInstanceUid, frameNumber, slab } = pane
  return <OverlayGraphics shapes={cache.shapes(drawn, { series, sopInstanceUid, frameNumber, slabMm: slab?.thicknessMm ?? null }, view)} view={view} />
}
