import type { StoreApi } from 'zustand/vanilla'
import type { Finding } from '../../src-shared/analysis.ts'
import type { AnnotationTool } from '../../src-shared/annotations.ts'
import type { PointMm, SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import type { SeriesDescription } from '../../src-shared/studies.ts'
import type { FindingMask } from '../../src-shared/masks.ts'
import type { RulerState } from '../../src-shared/system.ts'
import type { PaneGrid, PaneMode, Slab, SlabMode } from '../../src-shared/viewing.ts'
import type { PlayingCine } from './cine-control.ts'
import type { FusionLook } from './panes/fusion-view.ts'
import type { PaneLine } from './panes/pane-lines.ts'
import type { History } from './history.ts'
import type { Basis } from './plane.ts'
import type { PaletteName } from './reading/palettes.ts'
import type { Side } from './three-d/camera.ts'
import type { VolumePaneState } from './three-d/volume-pane.ts'

export const paneIds = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9'] as const
/** The panes of the grid, row by row; those beyond the grid keep nothing. */
export type PaneId = (typeof paneIds)[number]

/** Ready-made screens of the active series; `grid` is what the user has put together. */
export type Layout = 'one' | 'planes' | 'oblique' | 'volume' | 'stones' | 'fusion' | 'compare' | 'grid'
/** What the primary button does. `crosshair` moves the point at which planes meet; in a stack it leads the other panes to it. */
export type ToolName = 'scroll' | 'window' | 'pan' | 'zoom' | 'crosshair' | 'magnify' | AnnotationTool

/** What a pane is to show. `window` null: as the file says. */
export type PaneContentRequest = Readonly<{
  studyUid: StudyUid
  seriesUid: SeriesUid
  mode: PaneMode
  slab?: Slab | null
  window?: WindowSetting | null
  isInverted?: boolean
}>

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

/** What a pane was given to show. `link`: how its scrolling is tied to the active pane's, in words. */
export type PaneGiven = Readonly<{
  studyUid: StudyUid | null
  seriesUid: SeriesUid | null
  mode: PaneMode
  slab: Slab | null
  /** The series is of another study than the one that is read. */
  isPrior: boolean
  link: string | null
}>

/** What one pane shows now. Told by the pane after each drawn picture; `drawing` counts them, so that overlays follow. */
export type PaneState = PaneGiven & PaneDrawn
export type PaneDrawn = Readonly<{
  content: PaneContent
  /** The picture on the screen, counted from 0 in geometric order; null while there is none. */
  index: number | null
  count: number
  sopInstanceUid: SopInstanceUid | null
  frameNumber: number | null
  positionText: string
  window: WindowSetting | null
  isInverted: boolean
  palette: PaletteName
  /** CSS pixels of screen per image pixel. */
  zoom: number | null
  letters: EdgeLetters | null
  scaleBar: ScaleBar | null
  /** Set where the pane is drawn in three dimensions. */
  space: VolumePaneState | null
  drawing: number
}>

/** One measurement as the panel lists it. `text` is ready to read: values with their units and basis. */
export type Measurement = Readonly<{
  id: string
  tool: AnnotationTool
  /** The study of its series, which may be a prior one. */
  studyUid: StudyUid
  seriesUid: SeriesUid
  sopInstanceUid: SopInstanceUid | null
  frameNumber: number | null
  pointsMm: readonly PointMm[]
  label: string
  values: readonly Readonly<{ name: string; value: number | null; unit: string }>[]
  text: string
  /** Where the millimetres come from; `basisText` says it in full, `note` what must stand beside the numbers (null for the plain body). */
  basis: Basis
  basisText: string
  note: string | null
  /** Direction of one side of an ellipse's or rectangle's box, in the patient; null for other tools, and for boxes kept before it was. */
  along: PointMm | null
  /** False where the picture has no place in the patient: the points then mean something on that picture only. */
  isInPatient: boolean
  revision: number
}>

/** A measurement being drawn; the last point follows the mouse. */
export type Draft = Readonly<{ pane: PaneId; tool: AnnotationTool; pointsMm: readonly PointMm[]; along: PointMm | null }>

/** The label that is being written: over the picture, or in the list. */
export type Writing = Readonly<{ id: string; place: 'pane' | 'list' }>

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

/** One open series, as far as it is known and loaded. `planesRefused`: why volume tools are off, null when they are allowed. */
export type OpenedSeries = Readonly<{ state: SeriesState; progress: LoadProgress; planesRefused: string | null }>

export type ViewerState = Readonly<{
  /** Of the active pane, like `planesRefused` and `progress`. */
  series: SeriesState
  planesRefused: string | null
  opened: Readonly<Partial<Record<SeriesUid, OpenedSeries>>>
  layout: Layout
  grid: PaneGrid
  /** The pane that fills the grid for now. */
  maximised: PaneId | null
  /** Scrolling one stack scrolls the others. */
  isLinked: boolean
  areReferenceLinesOn: boolean
  /** What plays; null while nothing does. */
  cine: PlayingCine | null
  fusion: FusionLook
  areRejectedStonesShown: boolean
  tool: ToolName
  /** Why measuring is locked; null when it is open. */
  measuringLocked: string | null
  progress: LoadProgress
  panes: Readonly<Record<PaneId, PaneState>>
  activePane: PaneId
  /** Where planes meet, by frame of reference (`frameKey`). */
  crosshairs: Readonly<Record<string, PointMm>>
  measurements: readonly Measurement[]
  selectedMeasurementId: string | null
  draft: Draft | null
  writing: Writing | null
  /** What undo and redo would take back and do again, in words; null where there is nothing. */
  steps: Readonly<{ undo: string | null; redo: string | null }>
  save: SaveState
  findings: readonly Finding[]
  selectedFindingId: string | null
  /** A sentence for the user: a refused jump, a command that cannot act here. */
  notice: string | null
}>

/** `centreMm` null: the image as a whole. `findingId` gives the ring its card's colour and selects it. */
export type JumpTarget = Readonly<{
  seriesUid: SeriesUid
  sopInstanceUid: SopInstanceUid
  frameNumber: number
  centreMm: PointMm | null
  diameterEndsMm?: readonly [PointMm, PointMm] | null
  findingId?: string | null
}>
/** Either the exact instance is on the screen, or the reason why it is not; never another slice. */
export type JumpResult = Readonly<{ ok: true }> | Readonly<{ ok: false; reason: string }>

/** A series of a study that can be drawn. */
export type StudyEntry = Readonly<{ seriesUid: SeriesUid; modality: string; description: string; frameOfReferenceUid: string | null; frames: number }>

export type ViewerCommand =
  | Readonly<{ name: 'tool'; tool: ToolName }>
  | Readonly<{ name: 'layout'; layout: Exclude<Layout, 'grid' | 'compare'> }>
  | Readonly<{ name: 'grid'; rows: number; columns: number }>
  | Readonly<{ name: 'mode'; mode: PaneMode }>
  | Readonly<{ name: 'slab-mode'; mode: SlabMode | null }>
  | Readonly<{ name: 'slab-by'; mm: number }>
  | Readonly<{ name: 'slab'; thicknessMm: number }>
  | Readonly<{ name: 'palette'; palette: PaletteName }>
  | Readonly<{ name: 'fusion'; look: Partial<FusionLook> }>
  | Readonly<{ name: 'appearance'; appearance: string }>
  | Readonly<{ name: 'look-from'; side: Side }>
  | Readonly<{ name: 'cine-rate'; factor: number }>
  | Readonly<{ name: 'preset'; index: number }>
  | Readonly<{ name: 'step'; by: number }>
  | Readonly<{ name: 'step-series'; by: number }>
  | Readonly<{ name: 'goto'; end: 'first' | 'last' }>
  | Readonly<{ name: 'image'; index: number }>
  | Readonly<{ name: 'zoom'; factor: number }>
  | Readonly<{ name: 'pan'; dxPx: number; dyPx: number }>
  | Readonly<{ name: 'window-by'; centerBy: number; widthBy: number }>
  | Readonly<{ name: 'window'; window: WindowSetting }>
  | Readonly<{ name: 'fit' | 'reset' | 'invert' | 'rotate' | 'flip-horizontal' | 'flip-vertical' | 'place' | 'cancel' | 'delete' | 'label' | 'undo' | 'redo' | 'next-pane' | 'cine' | 'cine-sweep' | 'rejected-stones' | 'maximise' | 'link' | 'reference-lines' | 'over' }>

/** A spot for a finding added by hand: the selected probe, else the middle of the stack pane. */
export type Spot = Readonly<{ seriesUid: SeriesUid; sopInstanceUid: SopInstanceUid; frameNumber: number; centreMm: PointMm }>

/** The viewer of one open study. Made by `createStudyViewer`, drawn by `StudyViewports`, gone after `dispose`. */
export interface StudyViewer {
  readonly store: StoreApi<ViewerState>
  /** The series that can be drawn, in the order of the strip: what the keys step through and what is loaded ahead. */
  setSeriesOrder(studyUid: StudyUid, series: readonly StudyEntry[]): void
  /** The voxels of the findings, for the stone view. */
  setMasks(masks: readonly FindingMask[]): void
  /** Hears of a stone that was picked in three dimensions. */
  onPick(listener: (findingId: string) => void): () => void
  /** Shows a series of the study as a stack in a pane, by default the active one. Resolves when its first picture shows, or when the reason why not is drawn. */
  openSeries(seriesUid: SeriesUid, pane?: PaneId): Promise<void>
  /** Puts something into a pane and makes it the active one. */
  assign(pane: PaneId, content: PaneContentRequest): Promise<void>
  /** Hangs a whole screen: contents row by row, null where a pane stays empty. */
  hang(grid: PaneGrid, contents: readonly (PaneContentRequest | null)[], options?: Readonly<{ layout?: Layout; isLinked?: boolean }>): Promise<void>
  activate(pane: PaneId): void
  jumpTo(target: JumpTarget): Promise<JumpResult>
  setFindings(findings: readonly Finding[], selectedFindingId?: string | null): void
  setRuler(ruler: RulerState): void
  run(command: ViewerCommand): void
  selectMeasurement(id: string | null): void
  removeMeasurement(id: string): void
  /** Every step of this window that can be taken back; `push` what else can be. */
  readonly history: Pick<History, 'push'>
  /** Writing a measurement's label: each letter is saved as it is typed; only the end is a step that can be undone. */
  readonly labels: Readonly<{ start: (id: string, place: Writing['place']) => void; write: (text: string) => void; end: (isKept: boolean) => void }>
  showMeasurement(id: string): Promise<JumpResult>
  /** Reads the saved measurements again (event `annotations-changed`); unsaved ones stay. */
  refreshMeasurements(): Promise<void>
  retrySaving(): void
  spot(): Spot | null
  clearNotice(): void
  /** Puts the pane's canvas into `element` and returns its removal. Called by the pane component. */
  attach(pane: PaneId, element: HTMLDivElement): () => void
  /** Where the pictures of other panes cut this one. */
  lines(pane: PaneId): readonly PaneLine[]
  /** The picture of a pane in three dimensions, whose canvas forgets it once it is on the screen; null for other panes. */
  snapshot(pane: PaneId): HTMLCanvasElement | null
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
  /** The picture alone as it was last painted, a pixel for a pixel of the image; null where none shows. Copy it: the next drawing changes it. */
  native(): Readonly<{ canvas: HTMLCanvasElement; columnStepMm: number; rowStepMm: number }> | null
  readonly size: Readonly<{ width: number; height: number }>
}
