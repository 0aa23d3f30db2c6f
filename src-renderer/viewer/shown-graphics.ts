import type { Finding } from '../../src-shared/analysis.ts'
import type { PointMm } from '../../src-shared/ids.ts'
import { hitAt, type Hit } from './measuring/hit.ts'
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

/** What of a measurement on the picture of a pane is under the mouse. */
export function measurementAt(host: Host, paneId: PaneId, at: PointCss): Hit | null {
  const { measurements, selectedMeasurementId, panes } = host.state
  const view = host.pane(paneId)
  return hitAt(measurements.filter((measurement) => showsMeasurement({ pane: panes[paneId], view }, measurement)), selectedMeasurementId, view, at)
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
