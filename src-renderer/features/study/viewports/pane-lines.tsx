import { useStore } from 'zustand'
import type { PointMm } from '../../../../src-shared/ids.ts'
import type { PaneId, PaneLine, PaneView, StudyViewer } from '../../../viewer/index.ts'

/** Where other panes cut this one; on oblique planes with places to take hold of. */
export function PaneLines({ viewer, id }: Readonly<{ viewer: StudyViewer; id: PaneId }>) {
  // Every pane's drawing moves the lines on this one.
  useStore(viewer.store, (state) => state.panes)
  useStore(viewer.store, (state) => state.activePane)
  useStore(viewer.store, (state) => state.areReferenceLinesOn)
  const view = viewer.pane(id)
  return viewer.lines(id).map((line) => <Line key={`${line.kind}-${line.of}`} line={line} view={view} />)
}

function Line({ line: { of, kind, line, faces, turn, thicken }, view }: Readonly<{ line: PaneLine; view: PaneView }>) {
  return (
    <g className="pane-line" data-kind={kind} data-of={of}>
      <path d={segment(view, line)} />
      {faces.map((face, at) => <path key={at === 0 ? 'near' : 'far'} className="pane-line-face" d={segment(view, face)} />)}
      {turn.map((point) => <Handle key={`turn-${point.join()}`} view={view} at={point} shape="turn" />)}
      {thicken.map((point) => <Handle key={`thicken-${point.join()}`} view={view} at={point} shape="thicken" />)}
    </g>
  )
}

function Handle({ view, at, shape }: Readonly<{ view: PaneView; at: PointMm; shape: 'turn' | 'thicken' }>) {
  const place = view.project(at)
  if (place === null) return null
  const [x, y] = place
  return shape === 'turn' ? <circle className="pane-line-handle" cx={x} cy={y} r={6} /> : <path className="pane-line-handle" d={`M ${x - 5} ${y - 5} h 10 v 10 h -10 z`} />
}

function segment(view: PaneView, [from, to]: readonly [PointMm, PointMm]): string {
  const a = view.project(from)
  const b = view.project(to)
  return a === null || b === null ? '' : `M ${a[0]} ${a[1]} L ${b[0]} ${b[1]}`
}
