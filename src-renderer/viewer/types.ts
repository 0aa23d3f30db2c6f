import type { StoreApi } from 'zustand/vanilla'
import type { Finding } from '../../src-shared/analysis.ts'
import type { AnnotationTool } from '../../src-shared/annotations.ts'
import type { PointMm, SeriesUid, SopInstanceUid } from '../../src-shared/ids.ts'
import type { SeriesDescription } from '../../src-shared/studies.ts'
import type { RulerState } from '../../src-shared/system.ts'
import type { Basis } from './plane.ts'

export type PaneId = 'stack' | 'axial' | 'sagittal' | 'coronal'
export type Layout = 'one' | 'planes'
/** What the primary button does. `crosshair` only acts in the three planes. */
export type ToolName = 'scroll' | 'window' | 'pan' | 'zoom' | 'crosshair' | AnnotationTool

/** CSS pixels from the top left of a pane. */
export type PointCss = readonly [number, number]

/** A window as values: `low` maps to black and `high` to white (or the other way about when inverted). */
export type WindowSetting = Readonly<{ center: number; width: number }>

/** The letters at the edges of a pane, in the patient's own directions (A, P, L, R, H, F; up to two letters). */
export type EdgeLetters = Readonly<{ top: string; right: string; bottom: string; left: string }>

/** A bar of `lengthPx` CSS pixels that stands for `label`; `basis` says so when the millimetres are not those of the body. */
export type ScaleBar = Readonly<{ lengthPx: number; label: string; basis: string | null }>

/** What stands in a pane instead of, or while waiting for, an image. */
export type PaneContent =
  | Readonly<{ kind: 'empty' }>
  | Readonly<{ kind: 'loading'; note: string }>
  | Readonly<{ kind: 'shown' }>
  | Readonly<{ kind: 'failed'; reason: string }>

/** What one pane shows now. Told by the pane after each drawn picture; `drawing` counts them, so that overlays follow. */
export type PaneState = Readonly<{
  content: PaneContent
  /** The picture on the screen, counted from 0 in geometric order; null while there is none. */
  index: number | null
  count: number
  sopInstanceUid: SopInstanceUid | null
  frameNumber: number | null
  positionText: string
  window: WindowSetting | null
  isInverted: boolean
  /** CSS pixels of screen per image pixel. */
  zoom: number | null
  letters: EdgeLetters | null
  scaleBar: ScaleBar | null
  drawing: number
}>

/** One measurement as the panel lists it. `text` is ready to read: values with their units and basis. */
export type Measurement = Readonly<{
  id: string
  tool: AnnotationTool
  seriesUid: SeriesUid
  sopInstanceUid: SopInstanceUid | null
  frameNumber: number | null
  pointsMm: readonly PointMm[]
  label: string
  values: readonly Readonly<{ name: string; value: number | null; unit: string }>[]
  text: string
  /** Where the millimetres come from; `basisText` says it in words ("body", "at the detector", "uncalibrated"). */
  basis: Basis
  basisText: string
  /** False where the picture has no place in the patient: the points then mean something on that picture only. */
  isInPatient: boolean
  revision: number
}>

/** A measurement being drawn; the last point follows the mouse. */
export type Draft = Readonly<{ pane: PaneId; tool: AnnotationTool; pointsMm: readonly PointMm[] }>

export type SaveState =
  | Readonly<{ kind: 'saved' }>
  | Readonly<{ kind: 'saving'; waiting: number }>
  | Readonly<{ kind: 'failed'; reason: string; waiting: number }>

export type SeriesState =
  | Readonly<{ kind: 'none' }>
  | Readonly<{ kind: 'loading'; seriesUid: SeriesUid }>
  | Readonly<{ kind: 'ready'; seriesUid: SeriesUid; description: SeriesDescription }>
  | Readonly<{ kind: 'failed'; seriesUid: SeriesUid; reason: string }>

/** How much of the open series is in memory. `held`: how many frames the memory budget allows at once. */
export type LoadProgress = Readonly<{ loaded: number; failed: number; total: number; bytesLoaded: number; bytesTotal: number; held: number }>

export type ViewerState = Readonly<{
  series: SeriesState
  layout: Layout
  /** Why the three planes are off for this series; null when they are allowed. */
  planesRefused: string | null
  tool: ToolName
  /** Why measuring is locked; null when it is open. */
  measuringLocked: string | null
  progress: LoadProgress
  panes: Readonly<Record<PaneId, PaneState>>
  activePane: PaneId
  crosshairMm: PointMm | null
  measurements: readonly Measurement[]
  selectedMeasurementId: string | null
  draft: Draft | null
  save: SaveState
  findings: readonly Finding[]
  selectedFindingId: string | null
  /** A sentence for the user: a refused jump, a command that cannot act here. */
  notice: string | null
}>

/** `findingId` gives the ring its card's colour and selects it. */
export type JumpTarget = Readonly<{
  seriesUid: SeriesUid
  sopInstanceUid: SopInstanceUid
  frameNumber: number
  centreMm: PointMm
  diameterEndsMm?: readonly [PointMm, PointMm] | null
  findingId?: string | null
}>
/** Either the exact instance is on the screen, or the reason why it is not; never another slice. */
export type JumpResult = Readonly<{ ok: true }> | Readonly<{ ok: false; reason: string }>

export type ViewerCommand =
  | Readonly<{ name: 'tool'; tool: ToolName }>
  | Readonly<{ name: 'layout'; layout: Layout }>
  | Readonly<{ name: 'preset'; index: number }>
  | Readonly<{ name: 'step'; by: number }>
  | Readonly<{ name: 'goto'; end: 'first' | 'last' }>
  | Readonly<{ name: 'zoom'; factor: number }>
  | Readonly<{ name: 'pan'; dxPx: number; dyPx: number }>
  | Readonly<{ name: 'window-by'; centerBy: number; widthBy: number }>
  | Readonly<{ name: 'fit' | 'reset' | 'invert' | 'rotate' | 'flip-horizontal' | 'flip-vertical' | 'place' | 'cancel' | 'delete' | 'undo' | 'next-pane' }>

/** A spot for a finding added by hand: the selected probe, else the middle of the stack pane. */
export type Spot = Readonly<{ seriesUid: SeriesUid; sopInstanceUid: SopInstanceUid; frameNumber: number; centreMm: PointMm }>

/** The viewer of one open study. Made by `createStudyViewer`, drawn by `StudyViewports`, gone after `dispose`. */
export interface StudyViewer {
  readonly store: StoreApi<ViewerState>
  /** Resolves when the first picture of the series shows, or when the reason why not is drawn. */
  openSeries(seriesUid: SeriesUid): Promise<void>
  jumpTo(target: JumpTarget): Promise<JumpResult>
  setFindings(findings: readonly Finding[], selectedFindingId?: string | null): void
  setRuler(ruler: RulerState): void
  run(command: ViewerCommand): void
  selectMeasurement(id: string | null): void
  removeMeasurement(id: string): void
  showMeasurement(id: string): Promise<JumpResult>
  /** Reads the saved measurements again (event `annotations-changed`); unsaved ones stay. */
  refreshMeasurements(): Promise<void>
  retrySaving(): void
  spot(): Spot | null
  clearNotice(): void
  /** Puts the pane's canvas into `element` and returns its removal. Called by the pane component. */
  attach(pane: PaneId, element: HTMLDivElement): () => void
  /** What a pane component needs to draw graphics and take the mouse. */
  pane(id: PaneId): PaneView
  /** Saves what waits, aborts what loads, frees the memory. */
  dispose(): Promise<void>
}

/** One pane's ways between screen and patient. Points outside the shown plane project too; ask `isInPlane`. */
export interface PaneView {
  project(pointMm: PointMm): PointCss | null
  unproject(point: PointCss): PointMm | null
  /** Within half a slice of the plane, or within `radiusMm` of it where that is more. */
  isInPlane(pointMm: PointMm, radiusMm?: number): boolean
  readonly size: Readonly<{ width: number; height: number }>
}
