import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { PointMm, SeriesUid, SopInstanceUid, StudyUid } from '../../../../src-shared/ids.ts'
import type { ImagePlace, ImageReference, OverlaySummary } from '../../../../src-shared/overlays.ts'
import type { SeriesDescription } from '../../../../src-shared/studies.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { seriesDescriptionQuery } from '../../../api/overlays.ts'
import { useNotify } from '../../../ui/notices.tsx'
import { frameAt, planeOfImage, presentationCommands, spotOfPart, visiblePanes, type OpenedOverlay, type PaneId, type StudyViewer, type ViewerState } from '../../../viewer/index.ts'
import { useViewer } from '../viewer-link.tsx'

export type OverlayJumps = Readonly<{
  toImage: (image: ImageReference, places: readonly ImagePlace[]) => void
  toPart: (overlay: OpenedOverlay, number: number, summary: OverlaySummary) => void
  /** Shows an image as a presentation state wants it: the one that is shown where the state names it, else its first. */
  apply: (overlay: OpenedOverlay) => void
}>
type Deps = Readonly<{ viewer: StudyViewer; studyUid: StudyUid; describe: (seriesUid: SeriesUid) => Promise<SeriesDescription>; refuse: (sentence: string) => void }>

/** Ways from an object in the panel to its place in the images. A refusal is a sentence; another slice is never shown instead. */
export function useOverlayJumps(studyUid: StudyUid): OverlayJumps {
  const viewer = useViewer()
  const api = useApi()
  const queries = useQueryClient()
  const notify = useNotify()
  const describe = useCallback((seriesUid: SeriesUid) => queries.fetchQuery(seriesDescriptionQuery(api, seriesUid)), [queries, api])
  return useMemo(() => {
    const refuse = (sentence: string) => { notify('error', sentence) }
    const deps = { viewer, studyUid, describe, refuse }
    const orRefuse = (work: Promise<unknown>) => { work.catch((error: unknown) => { refuse(messageOf(error)) }) }
    return {
      toImage: ({ sopInstanceUid, frameNumbers }, places) => { orRefuse(jumpToImage(deps, places, sopInstanceUid, frameNumbers[0] ?? 1)) },
      toPart: (overlay, number, summary) => { orRefuse(jumpToPart(deps, overlay, number, summary)) },
      apply: (overlay) => { orRefuse(applyPresentation(deps, overlay)) }
    }
  }, [viewer, studyUid, describe, notify])
}

async function jumpToImage({ viewer, studyUid, refuse }: Deps, places: readonly ImagePlace[], sopInstanceUid: SopInstanceUid, frameNumber: number): Promise<boolean> {
  const place = places.find((one) => one.sopInstanceUid === sopInstanceUid)
  if (place === undefined) refuse('This image is not on this workstation.')
  else if (place.studyUid !== studyUid) refuse('This image belongs to another study. Open that study to see it.')
  else {
    const result = await viewer.jumpTo({ seriesUid: place.seriesUid, sopInstanceUid, frameNumber, centreMm: null })
    if (!result.ok) refuse(result.reason)
    return result.ok
  }
  return false
}

async function jumpToPart(deps: Deps, overlay: OpenedOverlay, number: number, summary: OverlaySummary): Promise<void> {
  const spot = spotOfPart(overlay, number)
  if (spot === null) deps.refuse('This part has no place in the images.')
  else if (spot.kind === 'image') await jumpToImage(deps, overlay.places, spot.sopInstanceUid, spot.frameNumber ?? 1)
  else await jumpToPoint(deps, [spot.pointMm[0], spot.pointMm[1], spot.pointMm[2]], spot.frameOfReferenceUid, summary)
}

/** The series that is looked at comes first, then those that the object belongs on. */
async function jumpToPoint({ viewer, studyUid, describe, refuse }: Deps, centreMm: PointMm, frameOfReferenceUid: string | null, { targets }: OverlaySummary): Promise<void> {
  const { panes, activePane } = viewer.store.getState()
  const own = panes[activePane].seriesUid
  const known = targets.filter((target) => target.studyUid === studyUid).map(({ seriesUid }) => seriesUid)
  for (const seriesUid of [...known.filter((uid) => uid === own), ...known.filter((uid) => uid !== own)]) {
    const series = await describe(seriesUid)
    const frame = frameOfReferenceUid === null || series.frameOfReferenceUid === frameOfReferenceUid ? frameAt(series, centreMm) : null
    if (frame === null) continue
    const result = await viewer.jumpTo({ seriesUid, sopInstanceUid: frame.sopInstanceUid, frameNumber: frame.frameNumber, centreMm })
    if (!result.ok) refuse(result.reason)
    return
  }
  refuse('No image that is here lies at this place.')
}

async function applyPresentation(deps: Deps, { content, places }: OpenedOverlay): Promise<void> {
  if (content.kind !== 'presentation') return
  const { viewer, describe, refuse } = deps
  const isNamed = (uid: SopInstanceUid | null, frame: number | null) => content.images.some(({ sopInstanceUid, frameNumbers }) => sopInstanceUid === uid && (frameNumbers.length === 0 || (frame !== null && frameNumbers.includes(frame))))
  const before = viewer.store.getState()
  const active = before.panes[before.activePane]
  if (!isNamed(active.sopInstanceUid, active.frameNumber)) {
    const first = content.images.find(({ sopInstanceUid }) => places.some((place) => place.sopInstanceUid === sopInstanceUid)) ?? content.images[0]
    if (first === undefined) { refuse('This presentation state names no image.'); return }
    if (!await jumpToImage(deps, places, first.sopInstanceUid, first.frameNumbers[0] ?? 1)) return
  }
  const shown = await paneWith(viewer, isNamed)
  if (shown === null) { refuse('Its image could not be shown.'); return }
  const plane = planeOfImage(await describe(shown.seriesUid), shown.sopInstanceUid, shown.frameNumber)
  if (plane === null) { refuse('Its image is not in the series any more.'); return }
  viewer.activate(shown.id)
  for (const command of presentationCommands(content, shown, plane, viewer.pane(shown.id).size)) viewer.run(command)
}

type ShownImage = Readonly<{ id: PaneId; seriesUid: SeriesUid; sopInstanceUid: SopInstanceUid; frameNumber: number }>
/** A picture that was asked for is told at its next drawing, a screen refresh later. */
const drawnWithinMs = 3000

/** The pane that shows one of the images, the active one first; waits for its drawing. Null where none does. */
function paneWith(viewer: StudyViewer, isNamed: (uid: SopInstanceUid | null, frame: number | null) => boolean): Promise<ShownImage | null> {
  const find = (state: ViewerState): ShownImage | null => [state.activePane, ...visiblePanes(state)].flatMap((id): ShownImage[] => {
    const { seriesUid, sopInstanceUid, frameNumber } = state.panes[id]
    return seriesUid !== null && sopInstanceUid !== null && frameNumber !== null && isNamed(sopInstanceUid, frameNumber) ? [{ id, seriesUid, sopInstanceUid, frameNumber }] : []
  })[0] ?? null
  return new Promise((resolve) => {
    const end = (found: ShownImage | null) => {
      clearTimeout(timer)
      stop()
      resolve(found)
    }
    const timer = setTimeout(() => { end(find(viewer.store.getState())) }, drawnWithinMs)
    const stop = viewer.store.subscribe((state) => { const found = find(state); if (found !== null) end(found) })
    const now = find(viewer.store.getState())
    if (now !== null) end(now)
  })
}
