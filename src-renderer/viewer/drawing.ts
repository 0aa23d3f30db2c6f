import { mostPoints, type AnnotationTool } from '../../src-shared/annotations.ts'
import type { PointMm } from '../../src-shared/ids.ts'
import { measure, measuredText, noteFor } from './measure.ts'
import { acrossFrom, moveAxisEnd } from './measuring/axes.ts'
import { spacingFactsOf } from './measuring/basis.ts'
import { samplingOf } from './measuring/sampling.ts'
import { isRegion, isRemark, pointsOf } from './measuring/tools.ts'
import type { OpenSeries } from './frames/open-series.ts'
import type { Pane } from './panes/pane.ts'
import { isInsidePicture, toIndex } from './plane.ts'
import { newRowId } from './row-id.ts'
import type { Viewer } from './study-viewer.ts'
import type { Draft, Measurement, PaneId, ToolName } from './types.ts'
import { valueUnit } from './values.ts'
import { add, distance, subtract } from '../../src-shared/vector.ts'

/** What a point placed by key or a second click may lie off the last or first one and still close an outline, CSS pixels. */
const closingReachPx = 8
/** A traced outline takes a point every so many CSS pixels. */
const tracingStepPx = 2

/** Drawing of measurements: points are placed one by one, traced with the button held, or set at the middle of the pane by key. */
export class Drawing {
  private readonly viewer: Viewer

  constructor(viewer: Viewer) {
    this.viewer = viewer
  }

  isMeasuring(tool: ToolName): tool is AnnotationTool {
    return tool in pointsOf
  }

  /** Places a point where the tool in hand measures; starts, continues or ends a drawing. A freehand outline ends on its first point, or on its last one placed twice. */
  place(paneId: PaneId, pointMm: PointMm): void {
    const { tool, measuringLocked } = this.viewer.state
    if (!this.isMeasuring(tool)) return
    if (measuringLocked !== null) {
      this.viewer.store.setState({ notice: measuringLocked })
      return
    }
    if (!isOnPicture(this.viewer.pane(paneId), pointMm)) return
    const draft = this.draftOf(paneId, tool)
    const placed = draft?.pointsMm.slice(0, -1) ?? []
    if (tool === 'freehand' && placed.length >= pointsOf.freehand && this.isClosing(paneId, placed, pointMm)) this.finish(paneId, tool, placed)
    else this.extend(paneId, tool, [...placed, this.adjusted(paneId, tool, placed, pointMm)])
  }

  /** A further point of a freehand outline that is drawn with the button held. */
  trace(paneId: PaneId, pointMm: PointMm): void {
    const draft = this.draftOf(paneId, 'freehand')
    const last = draft?.pointsMm.at(-2)
    if (draft === null || last === undefined || draft.pointsMm.length >= mostPoints || !isOnPicture(this.viewer.pane(paneId), pointMm)) return
    if (this.distancePx(paneId, last, pointMm) >= tracingStepPx) this.extend(paneId, 'freehand', [...draft.pointsMm.slice(0, -1), pointMm])
  }

  /** The button is let go: what was traced is closed. */
  endTrace(paneId: PaneId): void {
    const draft = this.draftOf(paneId, 'freehand')
    if (draft !== null && draft.pointsMm.length > pointsOf.freehand) this.finish(paneId, 'freehand', draft.pointsMm.slice(0, -1))
  }

  /** The loose end of a drawing follows the mouse. */
  follow(paneId: PaneId, pointMm: PointMm): void {
    const { draft } = this.viewer.state
    if (draft?.pane !== paneId) return
    const placed = draft.pointsMm.slice(0, -1)
    this.viewer.store.setState({ draft: { ...draft, pointsMm: [...placed, this.adjusted(paneId, draft.tool, placed, pointMm)] } })
  }

  /** With a measuring tool: a point at the middle of the pane; with any other: a probe there. */
  placeAtMiddle(paneId: PaneId): void {
    const pane = this.viewer.pane(paneId)
    const pointMm = pane.unproject([pane.size.width / 2, pane.size.height / 2])
    if (pointMm === null) return
    const { tool, measuringLocked } = this.viewer.state
    if (this.isMeasuring(tool)) this.place(paneId, pointMm)
    else if (measuringLocked !== null) this.viewer.store.setState({ notice: measuringLocked })
    else if (isOnPicture(pane, pointMm)) this.finish(paneId, 'probe', [pointMm])
  }

  /** Gives up what is being drawn; where nothing is, lets go of what is selected. */
  cancel(): void {
    const { draft } = this.viewer.state
    this.viewer.store.setState({ draft: null })
    if (draft === null) this.viewer.selectMeasurement(null)
  }

  /** Moves one point of a measurement that is on the screen, and measures again. `isContinued`: a further step of the same drag. */
  moveHandle(paneId: PaneId, id: string, at: number, pointMm: PointMm, isContinued: boolean): void {
    const before = this.viewer.book.find(id)
    const plane = this.viewer.pane(paneId).picture?.plane
    if (before === undefined || plane === undefined) return
    const [a, b, c, d] = before.pointsMm
    const isTwoAxes = before.tool === 'bidirectional' && a !== undefined && b !== undefined && c !== undefined && d !== undefined
    this.change(paneId, before, isTwoAxes ? moveAxisEnd([a, b, c, d], at, pointMm, plane) : before.pointsMm.with(at, pointMm), isContinued)
  }

  /** Moves a whole measurement by the way from one point to another. */
  moveWhole(paneId: PaneId, id: string, fromMm: PointMm, toMm: PointMm, isContinued: boolean): void {
    const before = this.viewer.book.find(id)
    if (before !== undefined) this.change(paneId, before, before.pointsMm.map((point) => add(point, subtract(toMm, fromMm))), isContinued)
  }

  private change(paneId: PaneId, before: Measurement, pointsMm: readonly PointMm[], isContinued: boolean): void {
    if (this.viewer.state.measuringLocked !== null) return
    const measured = this.measured(paneId, before.tool, pointsMm)
    if (measured !== null) this.viewer.book.change({ ...before, ...measured }, isContinued)
  }

  private draftOf(paneId: PaneId, tool: AnnotationTool): Draft | null {
    const { draft } = this.viewer.state
    return draft?.pane === paneId && draft.tool === tool ? draft : null
  }

  /** The short axis of two diameters is held at right angles to the long one. */
  private adjusted(paneId: PaneId, tool: AnnotationTool, placed: readonly PointMm[], pointMm: PointMm): PointMm {
    const [a, b, c] = placed
    const plane = this.viewer.pane(paneId).picture?.plane
    return tool === 'bidirectional' && a !== undefined && b !== undefined && c !== undefined && plane !== undefined ? acrossFrom([a, b], c, pointMm, plane) : pointMm
  }

  private extend(paneId: PaneId, tool: AnnotationTool, placed: readonly PointMm[]): void {
    const last = placed.at(-1)
    const isOpen = tool === 'freehand' ? placed.length < mostPoints : placed.length < pointsOf[tool]
    if (!isOpen || last === undefined) { this.finish(paneId, tool, placed); return }
    const along = isRegion(tool) ? this.viewer.pane(paneId).picture?.plane.alongColumns ?? null : null
    this.viewer.store.setState({ draft: { pane: paneId, tool, pointsMm: [...placed, last], along: along === null ? null : [...along] } })
  }

  private isClosing(paneId: PaneId, placed: readonly PointMm[], pointMm: PointMm): boolean {
    return [placed[0], placed.at(-1)].some((end) => end !== undefined && this.distancePx(paneId, end, pointMm) <= closingReachPx)
  }

  private distancePx(paneId: PaneId, a: PointMm, b: PointMm): number {
    const pane = this.viewer.pane(paneId)
    const from = pane.project(a), to = pane.project(b)
    return from === null || to === null ? Infinity : Math.hypot(from[0] - to[0], from[1] - to[1])
  }

  private openIn(paneId: PaneId): OpenSeries | null { return this.viewer.openIn(paneId) }

  private finish(paneId: PaneId, tool: AnnotationTool, pointsMm: readonly PointMm[]): void {
    this.viewer.store.setState({ draft: null })
    const [first, second] = pointsMm
    // A line from a point to itself is a slip of the hand.
    if (first === undefined || (second !== undefined && pointsMm.every((point) => distance(point, first) === 0))) return
    const measured = this.measured(paneId, tool, pointsMm)
    const open = this.openIn(paneId)
    const facts = this.viewer.pane(paneId).shownFacts
    if (measured === null || open === null || facts === null) return
    const { studyUid, seriesUid } = open.description
    const id = newRowId()
    this.viewer.book.add({ ...measured, id, tool, studyUid, seriesUid, sopInstanceUid: facts.sopInstanceUid, frameNumber: facts.frameNumber, label: '', revision: 0 })
    this.viewer.selectMeasurement(id)
    if (isRemark(tool)) this.viewer.labels.start(id, 'pane')
  }

  private measured(paneId: PaneId, tool: AnnotationTool, pointsMm: readonly PointMm[]): Pick<Measurement, 'pointsMm' | 'values' | 'text' | 'basis' | 'basisText' | 'note' | 'along' | 'isInPatient'> | null {
    const { shownFacts } = this.viewer.pane(paneId)
    const picture = this.viewer.slots[paneId].measured
    const open = this.openIn(paneId)
    if (picture === null || open === null) return null
    const { plane } = picture
    const { mode, slab } = this.viewer.state.panes[paneId]
    const sampling = samplingOf(mode, slab)
    const spacing = spacingFactsOf(open.description, shownFacts?.index ?? null, mode !== 'stack')
    // The colours of two pictures laid over each other are no values of either.
    const { values, basis } = measure(tool, { plane, picture: mode === 'fusion' ? null : picture, spacing, valueUnit: valueUnit(open.description) }, pointsMm)
    const note = noteFor(tool, basis.note, sampling.note)
    return {
      pointsMm, values, note, text: measuredText(tool, values, note), basis: basis.basis, basisText: [basis.text, ...(sampling.text === null ? [] : [sampling.text])].join('; '),
      along: isRegion(tool) && tool !== 'freehand' ? [...plane.alongColumns] : null, isInPatient: plane.isInPatient
    }
  }
}

function isOnPicture(pane: Pane, pointMm: PointMm): boolean {
  return pane.picture !== null && isInsidePicture(pane.picture.plane, toIndex(pane.picture.plane, pointMm))
}
