import { emptyPane } from './pane.ts'
import type { ViewerState } from './types.ts'

export const notMeasuredYet = 'The ruler has not been checked yet, so measuring waits.'

export const firstState: ViewerState = {
  series: { kind: 'none' }, layout: 'one', planesRefused: null, tool: 'scroll', measuringLocked: notMeasuredYet,
  progress: { loaded: 0, failed: 0, total: 0, bytesLoaded: 0, bytesTotal: 0, held: 0 },
  panes: { stack: emptyPane, axial: emptyPane, sagittal: emptyPane, coronal: emptyPane }, activePane: 'stack', crosshairMm: null,
  measurements: [], selectedMeasurementId: null, draft: null, save: { kind: 'saved' }, findings: [], selectedFindingId: null, notice: null
}
