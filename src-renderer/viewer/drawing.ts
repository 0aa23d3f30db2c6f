import type { AnnotationTool } from '../../src-shared/annotations.ts'
import type { PointMm } from '../../src-shared/ids.ts'
import { measure, measuredText, pointsOf } from './measure.ts'
import type { OpenSeries } from './open-series.ts'
import type { Pane } from './pane.ts'
import { isInsidePicture, toIndex } from './plane.ts'
import { newRowId } from './row-id.ts'
import type { Viewer } from './study-viewer.ts'
import type { Measurement, PaneId, ToolName } from './types.ts'
import { valueUnit } from './values.ts'
import { basisNote } from './view-transform.ts'

/** Drawing of measurements: points are placed one by one, by mouse or at the middle of the pane by key. */
export class Drawing {
  private readonly viewer: Viewer

  constructor(viewer: Viewer) {
    this.viewer = viewer
  }

  isMeasuring(tool: ToolName): tool is AnnotationTool {
    return tool in pointsOf
  }

  /** Places a point where the tool in hand measures; starts, continues or ends a drawing. */
  place(paneId: PaneId, pointMm: PointMm): void {
    const { tool, draft, measuringLocked } = this.viewer.state
    if (!this.isMeasuring(tool)) return
    if (measuringLocked !== null) {
      this.viewer.store.setState({ notice: measuringLocked })
      return
    }
    if (!isOnPicture(this.viewer.pane(paneId), pointMm)) return
    const placed = draft?.pane === paneId && draft.tool === tool ? [...draft.pointsMm.slice(0, -1), pointMm] : [pointMm]
    if (placed.length < pointsOf[tool]) this.viewer.store.setState({ draft: { pane: paneId, tool, pointsMm: [...placed, pointMm] } })
    else this.finish(paneId, tool, placed)
  }

  /** The loose end of a drawing follows the mouse. */
  follow(paneId: PaneId, pointMm: PointMm): void {
    const { draft } = this.viewer.state
    if (draft?.pane !== paneId) return
    this.viewer.store.setState({ draft: { ...draft, pointsMm: [...draft.pointsMm.slice(0, -1), pointMm] } })
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

  cancel(): void {
    this.viewer.store.setState({ draft: null })
  }

  /** Moves one point of a measurement that is on the screen, and measures again. */
  moveHandle(paneId: PaneId, id: string, at: number, pointMm: PointMm, isContinued: boolean): void {
    const before = this.viewer.book.find(id)
    if (before === undefined || this.viewer.state.measuringLocked !== null) return
    const pointsMm = before.pointsMm.map((point, index) => (index === at ? pointMm : point))
    const measured = this.measured(paneId, before.tool, pointsMm)
    if (measured !== null) this.viewer.book.change({ ...before, ...measured, label: before.label }, isContinued)
  }

  private openIn(paneId: PaneId): OpenSeries | null { return this.viewer.openIn(paneId) }

  private finish(paneId: PaneId, tool: AnnotationTool, pointsMm: readonly PointMm[]): void {
    this.viewer.store.setState({ draft: null })
    const measured = this.measured(paneId, tool, pointsMm)
    const open = this.openIn(paneId)
    const facts = this.viewer.pane(paneId).shownFacts
    if (measured === null || open === null || facts === null) return
    const id = newRowId()
    this.viewer.book.add({
      ...measured, id, tool, seriesUid: open.description.seriesUid, sopInstanceUid: facts.sopInstanceUid, frameNumber: facts.frameNumber, label: '', revision: 0
    })
    this.viewer.selectMeasurement(id)
  }

  private measured(paneId: PaneId, tool: AnnotationTool, pointsMm: readonly PointMm[]): Pick<Measurement, 'pointsMm' | 'values' | 'text' | 'basis' | 'basisText' | 'isInPatient'> | null {
    const { picture } = this.viewer.pane(paneId)
    const open = this.openIn(paneId)
    if (picture === null || open === null) return null
    const { plane } = picture
    const values = measure(tool, plane, picture, pointsMm, valueUnit(open.description))
    return { pointsMm, values, text: measuredText(tool, values, plane.basis), basis: plane.basis, basisText: basisNote(plane.basis) ?? 'body', isInPatient: plane.isInPatient }
  }
}

function isOnPicture(pane: Pane, pointMm: PointMm): boolean {
  return pane.picture !== null && isInsidePicture(pane.picture.plane, toIndex(pane.picture.plane, pointMm))
}
