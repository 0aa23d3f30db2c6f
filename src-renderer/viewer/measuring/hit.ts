import type { Measurement, PaneView, PointCss } from '../types.ts'
import { outlineOf } from './outline.ts'

/** What of a measurement is under the mouse: one of its points, or its outline, by which the whole is taken hold of. */
export type Hit = Readonly<{ id: string; part: 'handle'; at: number } | { id: string; part: 'whole' }>

/** CSS pixels around a handle and around a line. */
const handleReachPx = 8
const lineReachPx = 5

/**
 * What is taken hold of by pressing at a point of a pane. Handles are those of the selected measurement, which also goes first where several lie
 * on top of each other.
 *
 * @param shown the measurements on the picture of that pane.
 */
export function hitAt(shown: readonly Measurement[], selectedId: string | null, view: PaneView, at: PointCss): Hit | null {
  const selected = shown.find(({ id }) => id === selectedId)
  if (selected !== undefined) {
    const handles = outlineOf(selected, (point) => view.project(point))?.handles ?? []
    const handle = handles.findIndex((point) => Math.hypot(point[0] - at[0], point[1] - at[1]) <= handleReachPx)
    if (handle >= 0) return { id: selected.id, part: 'handle', at: handle }
  }
  const order = selected === undefined ? shown : [selected, ...shown.filter((one) => one !== selected)]
  const hit = order.find((one) => isOnOutline(one, view, at))
  return hit === undefined ? null : { id: hit.id, part: 'whole' }
}

function isOnOutline(measurement: Measurement, view: PaneView, at: PointCss): boolean {
  const outline = outlineOf(measurement, (point) => view.project(point))
  if (outline === null) return false
  return outline.lines.some((line) => line.some((to, index) => {
    const from = line[index - 1]
    return from !== undefined && distanceToSegment(at, from, to) <= lineReachPx
  }))
}

export function distanceToSegment([x, y]: PointCss, [ax, ay]: PointCss, [bx, by]: PointCss): number {
  const squared = (bx - ax) ** 2 + (by - ay) ** 2
  const share = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / squared))
  return Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay))
}
