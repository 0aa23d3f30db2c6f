import { emptyDrawn } from './panes/pane.ts'
import { paneIds, type LoadProgress, type PaneId, type PaneState, type ViewerState } from './types.ts'

export const notMeasuredYet = 'The ruler has not been checked yet, so measuring waits.'
export const noProgress: LoadProgress = { loaded: 0, failed: 0, total: 0, bytesLoaded: 0, bytesTotal: 0, held: 0 }

export const emptyPane: PaneState = { ...emptyDrawn, studyUid: null, seriesUid: null, mode: 'stack', slab: null, isPrior: false, link: null }

export function forEachPane<T>(make: (id: PaneId) => T): Readonly<Record<PaneId, T>> {
  const [p1, p2, p3, p4, p5, p6, p7, p8, p9] = paneIds
  return { p1: make(p1), p2: make(p2), p3: make(p3), p4: make(p4), p5: make(p5), p6: make(p6), p7: make(p7), p8: make(p8), p9: make(p9) }
}

export const firstState: ViewerState = {
  series: { kind: 'none' }, planesRefused: null, opened: {}, layout: 'one', grid: { rows: 1, columns: 1 }, maximised: null, isLinked: false, areReferenceLinesOn: true,
  cine: null, fusion: { palette: 'hot-iron', opacity: 0.6, window: null }, areRejectedStonesShown: false,
  tool: 'scroll', measuringLocked: notMeasuredYet, progress: noProgress,
  panes: forEachPane(() => emptyPane), activePane: 'p1', crosshairs: {},
  measurements: [], selectedMeasurementId: null, draft: null, writing: null, steps: { undo: null, redo: null }, save: { kind: 'saved' }, findings: [], selectedFindingId: null, notice: null
}

/** The panes that the grid has room for, row by row, whether or not one of them is maximised. */
export function panesOfGrid({ grid }: Pick<ViewerState, 'grid'>): readonly PaneId[] {
  return paneIds.slice(0, grid.rows * grid.columns)
}

/** The panes on the screen. */
export function visiblePanes(state: Pick<ViewerState, 'grid' | 'maximised'>): readonly PaneId[] {
  return state.maximised === null ? panesOfGrid(state) : [state.maximised]
}
