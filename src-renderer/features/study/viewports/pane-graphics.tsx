import { useStore } from 'zustand'
import type { Finding } from '../../../../src-shared/analysis.ts'
import type { PointMm } from '../../../../src-shared/ids.ts'
import { frameKeyOf, pxPerMm, showsFinding, type PaneId, type PaneView, type StudyViewer, type ViewerState } from '../../../viewer/index.ts'
import { OverlayLayer } from '../overlays/overlay-layer.tsx'
import { PaneLines } from './pane-lines.tsx'
import { MeasurementLayer } from './measurement-layer.tsx'

/** What is drawn on the picture: crosshair, rings of findings, measurements. Points are patient millimetres, projected at each drawing. */
export function PaneGraphics({ viewer, id }: Readonly<{ viewer: StudyViewer; id: PaneId }>) {
  const isDrawnOn = useStore(viewer.store, ({ draft }) => draft?.pane === id)
  return (
    <svg className="graphics" aria-hidden="true">
      <OverlayLayer viewer={viewer} id={id} />
      <PaneLines viewer={viewer} id={id} />
      <Crosshair viewer={viewer} id={id} />
      <Rings viewer={viewer} id={id} />
      <MeasurementLayer viewer={viewer} id={id} />
      {isDrawnOn ? <MiddleMark view={viewer} id={id} /> : null}
    </svg>
  )
}

/** Each layer names what it draws from, so that a wheel step in one pane draws nothing of the others but their lines. */
function Rings({ viewer, id }: Readonly<{ viewer: StudyViewer; id: PaneId }>) {
  const pane = useStore(viewer.store, (state) => state.panes[id])
  const findings = useStore(viewer.store, (state) => state.findings)
  const selectedId = useStore(viewer.store, (state) => state.selectedFindingId)
  const view = viewer.pane(id)
  return findings.filter((finding) => showsFinding({ pane, view }, finding)).map((finding) => (
    <Ring key={finding.id} finding={finding} view={view} isSelected={finding.id === selectedId} />
  ))
}

/** The point of the pane's space; a stack shows it only while it is being led by the crosshair. */
function crosshairOf({ panes, opened, tool, crosshairs }: ViewerState, id: PaneId): PointMm | null {
  const { seriesUid, index, mode } = panes[id]
  const series = seriesUid === null ? undefined : opened[seriesUid]?.state
  if (index === null || series?.kind !== 'ready' || mode === 'oblique' || (mode === 'stack' && tool !== 'crosshair')) return null
  return crosshairs[frameKeyOf(series.description)] ?? null
}

/** Lines leave the middle free, so that the spot itself stays visible. */
function Crosshair({ viewer, id }: Readonly<{ viewer: StudyViewer; id: PaneId }>) {
  const at = useStore(viewer.store, (state) => crosshairOf(state, id))
  // The same point lies elsewhere on the screen at the pane's next drawing.
  useStore(viewer.store, (state) => state.panes[id])
  const point = at === null ? null : viewer.pane(id).project(at)
  if (point === null) return null
  const [x, y] = point
  return (
    <g className="crosshair">
      <path d={`M -9999 ${y} H ${x - 12} M ${x + 12} ${y} H 9999 M ${x} -9999 V ${y - 12} M ${x} ${y + 12} V 9999`} />
    </g>
  )
}

/** Where a point placed by key would land. */
function MiddleMark({ view, id }: Readonly<{ view: StudyViewer; id: PaneId }>) {
  const { width, height } = view.pane(id).size
  return <path className="middle-mark" d={`M ${width / 2 - 8} ${height / 2} h 16 M ${width / 2} ${height / 2 - 8} v 16`} />
}

function Ring({ finding, view, isSelected }: Readonly<{ finding: Finding; view: PaneView; isSelected: boolean }>) {
  const at = view.project(finding.centreMm)
  if (at === null) return null
  const radius = Math.max(9, ((finding.diameterMm ?? 0) / 2) * pxPerMm(view, finding.centreMm) + 6)
  return (
    <g className="ring" data-status={finding.status} data-origin={finding.origin} data-selected={isSelected} data-finding={finding.id}>
      <circle className="ring-halo" cx={at[0]} cy={at[1]} r={radius} />
      <circle cx={at[0]} cy={at[1]} r={radius} />
      {isSelected && finding.diameterMm !== null ? <text x={at[0] + radius + 4} y={at[1] + 4}>{finding.diameterMm.toFixed(1)} mm</text> : null}
    </g>
  )
}
