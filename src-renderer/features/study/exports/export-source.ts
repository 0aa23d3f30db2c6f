import { AppError } from '../../../../src-shared/errors.ts'
import type { SeriesUid, StudyUid } from '../../../../src-shared/ids.ts'
import type { SeriesDescription } from '../../../../src-shared/studies.ts'
import { visiblePanes, type PaneId, type StudyViewer } from '../../../viewer/index.ts'
import { createCanvas, type ComposedPane } from './compose-pane.ts'

/** A pane that shows a picture, with what an export must know of it. `index` counts from 0. */
export type ExportPane = ComposedPane & Readonly<{ id: PaneId, studyUid: StudyUid, seriesUid: SeriesUid, description: SeriesDescription, index: number, count: number, isStack: boolean }>

const stepTimeoutMs = 60_000

/** The panes on the screen that show a picture, row by row. */
export function exportPanes(viewer: StudyViewer): readonly ExportPane[] {
  const state = viewer.store.getState()
  return visiblePanes(state).flatMap((id) => {
    const { seriesUid, index, count, content, mode } = state.panes[id]
    const opened = seriesUid === null ? undefined : state.opened[seriesUid]?.state
    const element = document.querySelector<HTMLElement>(`[data-pane="${id}"]`)
    if (opened?.kind !== 'ready' || element === null || content.kind === 'empty' || content.kind === 'failed') return []
    const { description } = opened
    return [{ id, element, space: () => viewer.snapshot(id), studyUid: description.studyUid, seriesUid: description.seriesUid, description, index: index ?? 0, count, isStack: mode === 'stack' }]
  })
}

export function activeExportPane(viewer: StudyViewer): ExportPane | null {
  return exportPanes(viewer).find(({ id }) => id === viewer.store.getState().activePane) ?? null
}

/** The picture alone with square pixels, as many as its finer side has; null where a pane has none of its own. */
export function nativePicture(viewer: StudyViewer, id: PaneId): HTMLCanvasElement | null {
  const found = viewer.pane(id).native()
  if (found === null || found.canvas.width === 0) return null
  const { canvas: source, columnStepMm, rowStepMm } = found
  const stepMm = Math.min(columnStepMm, rowStepMm)
  const { canvas, context } = createCanvas(Math.round(source.width * columnStepMm / stepMm), Math.round(source.height * rowStepMm / stepMm))
  context.drawImage(source, 0, 0, canvas.width, canvas.height)
  return canvas
}

/** Shows an image of a pane and resolves once it stands on the screen with its words. Throws where it can't be shown. */
export async function showImage(viewer: StudyViewer, id: PaneId, index: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (viewer.store.getState().activePane !== id) viewer.activate(id)
  // Not by a step from what is shown: after a stop another image may still be on its way.
  viewer.run({ name: 'image', index })
  await stands(viewer, id, index, signal)
  await nextPaint()
}

function stands(viewer: StudyViewer, id: PaneId, index: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const check = () => {
    const { index: shown, content } = viewer.store.getState().panes[id]
    if (content.kind === 'failed') reject(new AppError('cannot-decode', `Image ${index + 1} can't be shown: ${content.reason}`))
    else if (content.kind === 'shown' && shown === index) resolve()
  }
  const onAbort = () => { reject(signal.reason instanceof Error ? signal.reason : new AppError('cancelled', 'Stopped.')) }
  const timer = setTimeout(() => { reject(new AppError('busy', `Image ${index + 1} did not come within a minute. Try again when the series is loaded.`)) }, stepTimeoutMs)
  const stop = viewer.store.subscribe(check)
  signal.addEventListener('abort', onAbort, { once: true })
  check()
  return promise.finally(() => {
    clearTimeout(timer)
    stop()
    signal.removeEventListener('abort', onAbort)
  })
}

/** Words and graphics follow the picture in the next frame of the screen. A window that is not painted has no frames. */
function nextPaint(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 100)
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  })
}
