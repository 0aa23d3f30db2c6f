import type { SeriesUid } from '../../src-shared/ids.ts'
import { checkJump } from './jump-check.ts'
import type { PaneSlot } from './panes/pane-slot.ts'
import { showsMeasurement } from './shown-graphics.ts'
import type { Viewer } from './study-viewer.ts'
import type { JumpResult, JumpTarget, Measurement } from './types.ts'

/** Shows the exact instance of a target with the spot in view, or answers why not; never another slice. */
export async function jumpTo(viewer: Viewer, target: JumpTarget): Promise<JumpResult> {
  const slot = await stackWith(viewer, target.seriesUid)
  const { opened, stack } = slot
  if (opened === null || stack === null) return { ok: false, reason: failureOf(viewer, target.seriesUid, 'The series of this finding could not be opened.') }
  const check = checkJump(opened.description, target)
  if (!check.ok) return check
  const isShown = await stack.goTo(check.index)
  const facts = slot.pane.shownFacts
  // What is on the screen decides, not what was asked for.
  if (!isShown || facts?.sopInstanceUid !== target.sopInstanceUid || facts.frameNumber !== target.frameNumber) {
    const { content } = viewer.state.panes[slot.id]
    return { ok: false, reason: content.kind === 'failed' ? `The image of this finding can't be shown: ${content.reason}` : 'Another image was asked for meanwhile.' }
  }
  if (target.centreMm === null) return { ok: true }
  slot.pane.reveal(target.centreMm)
  viewer.moveCrosshair(opened.frameKey, target.centreMm, { except: slot.id })
  return { ok: true }
}

/** Shows a measurement where it was drawn: on its own image, or in a plane through its first point. */
export async function showMeasurement(viewer: Viewer, { seriesUid, sopInstanceUid, frameNumber, pointsMm }: Measurement): Promise<JumpResult> {
  const slot = await stackWith(viewer, seriesUid)
  const { opened, stack } = slot
  const [point] = pointsMm
  if (opened === null || stack === null || point === undefined) return { ok: false, reason: failureOf(viewer, seriesUid, 'The series of this measurement could not be opened.') }
  if (sopInstanceUid === null) {
    if (viewer.state.layout !== 'planes') await viewer.setLayout('planes')
    viewer.moveCrosshair(opened.frameKey, point)
    return { ok: true }
  }
  const index = stack.indexOf(sopInstanceUid, frameNumber)
  if (index < 0) return { ok: false, reason: 'The image of this measurement is not in the series any more.' }
  const isShown = await stack.goTo(index)
  slot.pane.reveal(point)
  return isShown ? { ok: true } : { ok: false, reason: 'The image of this measurement could not be shown.' }
}

/** Selects a measurement that a step was about, and shows its place where it is not on the screen: nothing changes out of sight. Of one that is gone, the place alone. */
export function revealMeasurement(viewer: Viewer, measurement: Measurement): void {
  viewer.selectMeasurement(viewer.book.find(measurement.id) === undefined ? null : measurement.id)
  const isShown = viewer.visible().some(({ id, pane }) => showsMeasurement({ pane: viewer.state.panes[id], view: pane }, measurement))
  if (isShown) return
  void showMeasurement(viewer, measurement).then((result) => { if (!result.ok) viewer.store.setState({ notice: result.reason }) }, (cause: unknown) => {
    viewer.store.setState({ notice: cause instanceof Error ? cause.message : 'The image of this measurement could not be shown.' })
  })
}

/** A pane with the images of a series: one that has them, else one with other images, else one that makes way, of three dimensions first. */
async function stackWith(viewer: Viewer, seriesUid: SeriesUid): Promise<PaneSlot> {
  const { maximised, activePane } = viewer.state
  // What fills the screen and shows no image of a file gives the other panes back.
  if (maximised !== null && !showsImages(viewer.slots[maximised])) viewer.store.setState({ maximised: null })
  const visible = viewer.visible()
  const chosen = (slots: readonly PaneSlot[]) => slots.find(({ id }) => id === activePane) ?? slots[0]
  const stacks = visible.filter(showsImages)
  const slot = chosen(stacks.filter(({ given }) => given.seriesUid === seriesUid)) ?? chosen(stacks) ?? visible.find(({ given: { mode } }) => mode === 'volume' || mode === 'stones') ?? viewer.active
  if (stacks.length === 0) viewer.store.setState({ layout: visible.length === 1 ? 'one' : 'grid' })
  const { studyUid, seriesUid: own, mode } = slot.given
  if (studyUid === null || own !== seriesUid) await viewer.openSeries(seriesUid, slot.id)
  // Also where the series is just being opened: whoever asks twice waits for the same.
  else if (slot.stack === null) await viewer.assign(slot.id, { studyUid, seriesUid, mode: showsImages(slot) ? mode : 'stack' })
  return slot
}

function showsImages({ given: { mode } }: PaneSlot): boolean {
  return mode === 'stack' || mode === 'fusion'
}

function failureOf(viewer: Viewer, seriesUid: SeriesUid, otherwise: string): string {
  const state = viewer.state.opened[seriesUid]?.state
  return state?.kind === 'failed' ? state.reason : otherwise
}
