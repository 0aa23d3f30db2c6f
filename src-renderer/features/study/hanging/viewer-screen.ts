import { panesOfGrid, type StudyViewer, type ViewerState } from '../../../viewer/index.ts'
import type { Hanging } from './hang.ts'
import type { ScreenNow } from './protocol-of.ts'

/** What stands on the screen, also behind a pane that fills it for now. */
export function screenOf(state: Pick<ViewerState, 'grid' | 'panes' | 'isLinked'>): ScreenNow {
  const { rows, columns } = state.grid
  const panes = panesOfGrid(state).map((id) => {
    const { studyUid, seriesUid, mode, slab, window, isInverted } = state.panes[id]
    return { studyUid, seriesUid, mode, slab, window, isInverted }
  })
  return { rows, columns, panes, isLinked: state.isLinked }
}

/** Puts a hanging on the screen. Resolves with why panes stay empty, each reason once. */
export async function showHanging(viewer: Pick<StudyViewer, 'hang'>, { rows, columns, panes, isLinked }: Hanging, layout?: 'compare'): Promise<readonly string[]> {
  const contents = panes.map((pane) => {
    if (pane.kind === 'empty') return null
    const { studyUid, seriesUid, mode, slab, window, isInverted } = pane
    return { studyUid, seriesUid, mode, slab, window, isInverted }
  })
  const modes = contents.map((content) => content?.mode ?? '').join(' ')
  const ready = rows * columns === 1 && modes === 'stack' ? 'one' : rows === 1 && modes === 'stack fusion stack' ? 'fusion' : 'grid'
  await viewer.hang({ rows, columns }, contents, { layout: layout ?? ready, isLinked })
  return [...new Set(panes.flatMap((pane) => (pane.kind === 'empty' && pane.reason !== null ? [pane.reason] : [])))]
}
