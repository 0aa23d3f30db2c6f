import type { Finding } from '../../src-shared/analysis.ts'
import type { PointMm } from '../../src-shared/ids.ts'
import type { Measurement, PaneId, PaneState, PaneView, PointCss, ViewerState } from './types.ts'

type Shown = Readonly<{ pane: PaneState; view: PaneView }>

/** Whether a measurement belongs on the picture in a pane: on its own image, or, cut through a volume, where all its points lie. */
export function showsMeasurement({ pane, view }: Shown, measurement: Measurement): boolean {
  if (measurement.seriesUid !== pane.seriesUid || pane.index === null || pane.content.kind === 'failed') return false
  if (pane.sopInstanceUid !== null && measurement.sopInstanceUid !== null) {
    return pane.sopInstanceUid === measurement.sopInstanceUid && pane.frameNumber === measurement.frameNumber
  }
  return measurement.isInPatient && measurement.pointsMm.every((point) => view.isInPlane(point))
}

/** A finding is ringed where the picture cuts through it: within half a slice of its centre, or within its radius. */
export function showsFinding({ pane, view }: Shown, finding: Finding): boolean {
  if (finding.seriesUid !== pane.seriesUid || pane.index === null || pane.content.kind === 'failed') return false
  return view.isInPlane(finding.centreMm, (finding.diameterMm ?? 0) / 2)
}

type Host = Readonly<{ state: ViewerState; pane: (id: PaneId) => PaneView }>

/** The handle of the selected measurement under the mouse, within 8 CSS pixels. */
export function handleAt(host: Host, paneId: PaneId, at: PointCss): Readonly<{ id: string; at: number }> | null {
  const { measurements, selectedMeasurementId, panes } = host.state
  const view = host.pane(paneId)
  const selected = measurements.find(({ id }) => id === selectedMeasurementId)
  if (selected === undefined || !showsMeasurement({ pane: panes[paneId], view }, selected)) return null
  const index = selected.pointsMm.findIndex((point) => isNear(view.project(point), at))
  return index < 0 ? null : { id: selected.id, at: index }
}

function isNear(point: PointCss | null, at: PointCss): boolean {
  return point !== null && Math.hypot(point[0] - at[0], point[1] - at[1]) <= 8
}

/** CSS pixels a millimetre along a pane, for rings that follow the zoom. */
export function pxPerMm(view: PaneView, near: PointMm): number {
  const at = view.project(near)
  if (at === null) return 1
  const beside = view.unproject([at[0] + 100, at[1]])
  const origin = view.unproject(at)
  if (beside === null || origin === null) return 1
  return 100 / Math.max(1e-6, Math.hypot(beside[0] - origin[0], beside[1] - origin[1], beside[2] - origin[2]))
}
