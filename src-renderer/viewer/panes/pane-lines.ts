import type { PointMm } from '../../../src-shared/ids.ts'
import { ObliqueView } from './oblique-view.ts'
import type { PaneSlot } from './pane-slot.ts'
import { referenceLine as crossing } from '../reading/reference-lines.ts'
import { referenceLine as obliqueLine } from '../reformat/reference-line.ts'
import type { Viewer } from '../study-viewer.ts'
import type { PaneId, PointCss } from '../types.ts'

/**
 * A line on a pane that shows where another pane's picture cuts it, in patient mm. `turn` and `thicken`: places to take hold of, on the
 * lines of oblique planes. `faces`: where the faces of a slab cut.
 */
export type PaneLine = Readonly<{
  of: PaneId
  kind: 'reference' | 'oblique'
  line: readonly [PointMm, PointMm]
  faces: readonly (readonly [PointMm, PointMm])[]
  turn: readonly PointMm[]
  thicken: readonly PointMm[]
}>

/** The lines to draw on a pane: of the oblique planes that turn with it, and of the active pane where reference lines are on. */
export function linesOn(viewer: Viewer, id: PaneId): readonly PaneLine[] {
  const slot = viewer.slots[id]
  const plane = slot.pane.picture?.plane
  if (plane === undefined) return []
  const { view } = slot
  const oblique = view instanceof ObliqueView ? obliqueLines(viewer, view) : []
  const active = viewer.active
  const isOther = active.id !== id && viewer.visible().includes(active) && !areOfOneCrosshair(slot, active)
  const reference = viewer.state.areReferenceLinesOn && isOther ? referenceOf(active, slot) : []
  return [...oblique, ...reference]
}

function obliqueLines(viewer: Viewer, view: ObliqueView): readonly PaneLine[] {
  const own = view.shownPlane
  if (own === null) return []
  return view.group.others(view).flatMap((other): PaneLine[] => {
    const slot = viewer.visible().find((candidate) => candidate.view === other)
    const line = other.shownPlane === null || slot === undefined ? null : obliqueLine(other.shownPlane, own, view.group.planes.centreMm, other.thicknessMm)
    return line === null || slot === undefined ? [] : [{ of: slot.id, kind: 'oblique', ...line }]
  })
}

function referenceOf(source: PaneSlot, target: PaneSlot): readonly PaneLine[] {
  const [from, onto] = [source.pane.picture, target.pane.picture]
  if (from === null || onto === null || source.opened === null || target.opened === null) return []
  const line = crossing({ plane: from.plane, frameKey: source.opened.frameKey }, { plane: onto.plane, frameKey: target.opened.frameKey })
  return line === null ? [] : [{ of: source.id, kind: 'reference', line, faces: [], turn: [], thicken: [] }]
}

/** Planes of one volume meet at a crosshair, which says the same. */
function areOfOneCrosshair(a: PaneSlot, b: PaneSlot): boolean {
  return a.given.mode !== 'stack' && b.given.mode !== 'stack' && a.opened !== null && a.opened.frameKey === b.opened?.frameKey
}

export type LineHandle = Readonly<{ part: 'turn' | 'thicken'; view: ObliqueView; other: ObliqueView; otherPane: PaneId }>

/** The handle of an oblique plane's line under the mouse, within 10 CSS pixels. */
export function lineHandleAt(viewer: Viewer, id: PaneId, at: PointCss): LineHandle | null {
  const { view, pane } = viewer.slots[id]
  if (!(view instanceof ObliqueView)) return null
  const isNear = (point: PointMm) => {
    const place = pane.project(point)
    return place !== null && Math.hypot(place[0] - at[0], place[1] - at[1]) <= 10
  }
  for (const { of, turn, thicken } of obliqueLines(viewer, view)) {
    const other = viewer.slots[of].view
    if (!(other instanceof ObliqueView)) continue
    if (thicken.some(isNear)) return { part: 'thicken', view, other, otherPane: of }
    if (turn.some(isNear)) return { part: 'turn', view, other, otherPane: of }
  }
  return null
}
