import { movedWindow } from './default-window.ts'
import type { Hit } from './measuring/hit.ts'
import { measurementAt } from './shown-graphics.ts'
import { lineHandleAt, type LineHandle } from './panes/pane-lines.ts'
import { angleAbout, thicknessTo } from './reformat/reference-line.ts'
import type { Viewer } from './study-viewer.ts'
import type { PaneId, PointCss, ToolName, WindowSetting } from './types.ts'

/** What a held button does until it is let go. */
type Drag = Readonly<{ move: (at: PointCss, by: PointCss) => void; end: (at: PointCss, isClick: boolean) => void }>

/** Tools with which a double click means the pane, not a point in it. */
const handTools: ReadonlySet<ToolName> = new Set(['scroll', 'window', 'pan', 'zoom', 'magnify'])

/** CSS pixels of drag for one slice, and of wheel travel for one slice (trackpads send many small ones). */
const pxPerSlice = 6
const wheelPerSlice = 40

/** The mouse on one pane: wheel scrolls, primary button does what the tool says, middle pans, secondary zooms. */
export function attachGestures(viewer: Viewer, paneId: PaneId, element: HTMLElement): () => void {
  const listening = new AbortController()
  const { signal } = listening
  let drag: Drag | null = null
  let start: PointCss = [0, 0]
  let last: PointCss = [0, 0]
  let travelled = 0
  const at = (event: MouseEvent): PointCss => {
    const box = element.getBoundingClientRect()
    return [event.clientX - box.left - element.clientLeft, event.clientY - box.top - element.clientTop]
  }
  element.addEventListener('focusin', () => { viewer.activate(paneId) }, { signal })
  element.addEventListener('pointerdown', (event) => {
    viewer.activate(paneId)
    if (isControl(event) || viewer.spaceIn(paneId) !== null) return
    start = last = at(event)
    drag = startDrag(viewer, paneId, toolOf(viewer, event), start)
    element.setPointerCapture(event.pointerId)
  }, { signal })
  element.addEventListener('pointermove', (event) => {
    const now = at(event)
    if (drag !== null) drag.move(now, [now[0] - last[0], now[1] - last[1]])
    else followDraft(viewer, paneId, now)
    last = now
  }, { signal })
  const end = (event: PointerEvent) => {
    const now = at(event)
    drag?.end(now, Math.hypot(now[0] - start[0], now[1] - start[1]) < 4)
    drag = null
  }
  element.addEventListener('pointerup', end, { signal })
  element.addEventListener('pointercancel', end, { signal })
  element.addEventListener('dblclick', (event) => {
    // With a tool in hand that places points, two clicks are two points.
    if (!(event.target instanceof Element && event.target.closest('button, a, input, .measurement') !== null) && handTools.has(viewer.state.tool)) viewer.run({ name: 'maximise' })
  }, { signal })
  element.addEventListener('contextmenu', (event) => { event.preventDefault() }, { signal })
  element.addEventListener('wheel', (event) => {
    event.preventDefault()
    viewer.activate(paneId)
    if (event.ctrlKey) { viewer.pane(paneId).zoomBy(Math.exp(-event.deltaY / 300), at(event)); return }
    travelled += event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * wheelPerSlice
    const steps = Math.abs(event.deltaY) >= wheelPerSlice ? Math.sign(event.deltaY) : Math.trunc(travelled / wheelPerSlice)
    if (steps === 0) return
    travelled = 0
    viewer.step(steps, paneId)
  }, { signal, passive: false })
  return () => { listening.abort() }
}

/** Buttons that lie on top of the picture keep their clicks. */
function isControl(event: PointerEvent): boolean {
  return event.target instanceof Element && event.target.closest('button, a, input') !== null
}

function toolOf(viewer: Viewer, event: PointerEvent): ToolName {
  if (event.button === 1) return 'pan'
  if (event.button === 2) return 'zoom'
  return event.shiftKey ? 'pan' : viewer.state.tool
}

function startDrag(viewer: Viewer, paneId: PaneId, tool: ToolName, start: PointCss): Drag {
  const hit = viewer.state.draft === null ? measurementAt(viewer, paneId, start) : null
  if (hit !== null && isTaken(viewer, hit, tool)) return dragMeasurement(viewer, paneId, hit, start)
  const pane = viewer.pane(paneId)
  switch (tool) {
    case 'pan': return { move: (_, [dx, dy]) => { pane.panBy(dx, dy) }, end: nothing }
    case 'zoom': return { move: (_, [, dy]) => { pane.zoomBy(Math.exp(-dy / 150), start) }, end: nothing }
    case 'window': return dragWindow(viewer, paneId)
    case 'scroll': return dragScroll(viewer, paneId)
    case 'crosshair': return dragCrosshair(viewer, paneId, start)
    case 'magnify': return dragLoupe(viewer, paneId, start)
    case 'freehand': return dragFreehand(viewer, paneId, start)
    default: return dragMeasure(viewer, paneId, start)
  }
}

function nothing(): void { /* the end of this drag means nothing more */ }

/** The whole range of a pane's height or width is about two widths of the window, so that soft tissue and bone both handle well. */
function dragWindow(viewer: Viewer, paneId: PaneId): Drag {
  return {
    move: (_, [dx, dy]) => {
      const now: WindowSetting = viewer.pane(paneId).currentWindow.window
      viewer.setWindow(movedWindow(now, -dy / 300, dx / 300), undefined, paneId)
    },
    end: nothing
  }
}

function dragScroll(viewer: Viewer, paneId: PaneId): Drag {
  let rest = 0
  return {
    move: (_, [, dy]) => {
      rest += dy
      const steps = Math.trunc(rest / pxPerSlice)
      if (steps === 0) return
      rest -= steps * pxPerSlice
      viewer.step(steps, paneId)
    },
    end: nothing
  }
}

/** The loupe is under the mouse for as long as the button is held. */
function dragLoupe(viewer: Viewer, paneId: PaneId, start: PointCss): Drag {
  const pane = viewer.pane(paneId)
  pane.setLoupe(start)
  return { move: (at) => { pane.setLoupe(at) }, end: () => { pane.setLoupe(null) } }
}

/** Turns the oblique planes, or makes one thicker, by the line that stands for it. */
function dragLine(viewer: Viewer, paneId: PaneId, { part, view, other, otherPane }: LineHandle, start: PointCss): Drag {
  const pane = viewer.pane(paneId)
  let from = pane.unproject(start)
  return {
    move: (at) => {
      const to = pane.unproject(at)
      if (to === null || from === null) return
      if (part === 'turn' && view.shownPlane !== null) view.group.turn(view, angleAbout(view.shownPlane, view.group.planes.centreMm, from, to))
      if (part === 'thicken' && other.shownPlane !== null) viewer.setSlab(otherPane, thicknessTo(other.shownPlane, to))
      from = to
    },
    end: nothing
  }
}

function dragCrosshair(viewer: Viewer, paneId: PaneId, start: PointCss): Drag {
  const handle = lineHandleAt(viewer, paneId, start)
  if (handle !== null) return dragLine(viewer, paneId, handle, start)
  const move = (at: PointCss) => {
    const pointMm = viewer.pane(paneId).unproject(at)
    const opened = viewer.openIn(paneId)
    if (pointMm !== null && opened !== null) viewer.moveCrosshair(opened.frameKey, pointMm, { except: paneId })
  }
  move(start)
  return { move, end: nothing }
}

/** Press, drag, let go draws; so does click after click. */
function dragMeasure(viewer: Viewer, paneId: PaneId, start: PointCss): Drag {
  const pane = viewer.pane(paneId)
  const place = (at: PointCss) => {
    const pointMm = pane.unproject(at)
    if (pointMm !== null) viewer.drawing.place(paneId, pointMm)
  }
  place(start)
  return {
    move: (at) => { followDraft(viewer, paneId, at) },
    end: (at, isClick) => { if (!isClick && viewer.state.draft !== null) place(at) }
  }
}

function followDraft(viewer: Viewer, paneId: PaneId, at: PointCss): void {
  const pointMm = viewer.state.draft === null ? null : viewer.pane(paneId).unproject(at)
  if (pointMm !== null) viewer.drawing.follow(paneId, pointMm)
}

/** With a tool in hand that draws, only a handle of what is selected is taken hold of: a new drawing may begin on top of others, also on a line of the last one. */
function isTaken(viewer: Viewer, hit: Hit, tool: ToolName): boolean {
  if (tool !== viewer.state.tool) return false
  return !viewer.drawing.isMeasuring(tool) || (hit.part === 'handle' && viewer.state.selectedMeasurementId === hit.id)
}

/** Takes a point of a measurement along, or the whole of it. */
function dragMeasurement(viewer: Viewer, paneId: PaneId, hit: Hit, start: PointCss): Drag {
  const pane = viewer.pane(paneId)
  let isContinued = false
  let from = pane.unproject(start)
  viewer.selectMeasurement(hit.id)
  return {
    move: (point) => {
      const pointMm = pane.unproject(point)
      if (pointMm === null || from === null) return
      if (hit.part === 'handle') viewer.drawing.moveHandle(paneId, hit.id, hit.at, pointMm, isContinued)
      else viewer.drawing.moveWhole(paneId, hit.id, from, pointMm, isContinued)
      from = pointMm
      isContinued = true
    },
    end: () => { viewer.book.endChange() }
  }
}

/** Held and dragged, the outline follows the mouse and closes where it is let go; clicked, it is set corner by corner. */
function dragFreehand(viewer: Viewer, paneId: PaneId, start: PointCss): Drag {
  const pane = viewer.pane(paneId)
  const startMm = pane.unproject(start)
  const isFirst = viewer.state.draft === null
  let isTracing = false
  if (startMm !== null) viewer.drawing.place(paneId, startMm)
  return {
    move: (at) => {
      const pointMm = pane.unproject(at)
      // A click with an unsteady hand is still a click.
      isTracing ||= isFirst && Math.hypot(at[0] - start[0], at[1] - start[1]) > 6
      if (pointMm !== null && isTracing) viewer.drawing.trace(paneId, pointMm)
      followDraft(viewer, paneId, at)
    },
    // The way may well end where it began: that is no click.
    end: () => { if (isTracing) viewer.drawing.endTrace(paneId) }
  }
}
