import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Finding } from '../../src-shared/analysis.ts'
import type { PointMm, SeriesUid, StudyUid } from '../../src-shared/ids.ts'
import type { FindingMask } from '../../src-shared/masks.ts'
import type { RulerState } from '../../src-shared/system.ts'
import type { PaneGrid } from '../../src-shared/viewing.ts'
import { defaultBudget } from './frames/budget.ts'
import { defaultWindow } from './default-window.ts'
import { Drawing } from './drawing.ts'
import { ignoreCalledOff } from './called-off.ts'
import { CineControl } from './cine-control.ts'
import { createFrameDecoder } from './frames/frame-decoder.ts'
import { FusionView, type FusionLook } from './panes/fusion-view.ts'
import { attachGestures } from './gestures.ts'
import { jumpTo, revealMeasurement, showMeasurement } from './jumping.ts'
import type { ReadyLayout } from './layouts.ts'
import { History } from './history.ts'
import { LinkedScroll } from './linked-scroll.ts'
import { MeasurementBook } from './measurement-book.ts'
import { LabelWriting } from './measuring/label-writing.ts'
import { guardLeaving } from './measuring/leave-guard.ts'
import { ObliqueGroups } from './panes/oblique-group.ts'
import type { OpenSeries } from './frames/open-series.ts'
import type { Pane } from './panes/pane.ts'
import { linesOn, type PaneLine } from './panes/pane-lines.ts'
import { PaneSlot } from './panes/pane-slot.ts'
import { runCommand } from './run-command.ts'
import { Screen, type HangOptions } from './screen.ts'
import { SeriesPool } from './frames/series-pool.ts'
import { SeriesStates } from './series-states.ts'
import { SpaceView } from './panes/space-view.ts'
import { StoneShelf } from './stone-shelf.ts'
import type { VolumePane } from './three-d/volume-pane.ts'
import type { ViewerTransport } from './frames/transport.ts'
import type { JumpResult, JumpTarget, PaneContentRequest, PaneId, Spot, StudyEntry, StudyViewer, ToolName, ViewerCommand, ViewerState, WindowSetting } from './types.ts'
import { gridOf } from './volume-planes.ts'
import { firstState, forEachPane, visiblePanes } from './viewer-state.ts'

export type StudyViewerOptions = Readonly<{
  studyUid: StudyUid
  /** The edge, as `createHttpTransport()` gives it. */
  transport: ViewerTransport
  /** Memory for decoded images; by default an eighth of the machine's, between 256 MiB and 1 GiB. */
  budgetBytes?: number
}>

/** Makes the viewer of one study. Nothing is fetched before `openSeries`; call `dispose` when the study is left. */
export function createStudyViewer(options: StudyViewerOptions): StudyViewer {
  return new Viewer(options)
}

export class Viewer implements StudyViewer {
  readonly store: StoreApi<ViewerState> = createStore(() => firstState)
  readonly slots: Readonly<Record<PaneId, PaneSlot>>
  readonly book: MeasurementBook
  readonly drawing: Drawing
  readonly labels: LabelWriting
  readonly history = new History(() => { this.store.setState({ steps: this.history.next }) })
  private readonly pool: SeriesPool
  private readonly series: SeriesStates
  private readonly linked: LinkedScroll
  private readonly cine: CineControl
  private readonly obliques = new ObliqueGroups()
  private readonly stones = new StoneShelf(this.store)
  private readonly screen: Screen
  private jumps = 0
  private growing: ReturnType<typeof setTimeout> | undefined

  constructor(options: StudyViewerOptions) {
    const { studyUid, transport, budgetBytes = defaultBudget() } = options
    this.pool = new SeriesPool({
      describe: (seriesUid, signal) => transport.describeSeries(seriesUid, signal), decode: createFrameDecoder(transport), budgetBytes,
      onProgress: (opened) => { this.series.progressed(opened) }
    })
    this.slots = forEachPane((id) => new PaneSlot(id, this.hostOf(studyUid)))
    this.linked = new LinkedScroll(() => this.visible())
    this.cine = new CineControl({ onChange: (cine) => { this.store.setState({ cine }) }, stepped: (slot, index) => { this.followed(slot, index) } })
    this.series = new SeriesStates(this.store, this.pool, (seriesUid) => { this.update(seriesUid) })
    this.screen = new Screen({
      studyUid, store: this.store, slots: this.slots, series: this.series, pool: this.pool, linked: this.linked,
      activate: (pane) => { this.activate(pane) }, setCrosshair: (frameKey, pointMm) => { this.setCrosshair(frameKey, pointMm) }
    })
    this.book = new MeasurementBook({
      studyUid, transport, history: this.history, guard: guardLeaving, onChange: (measurements, save) => { this.store.setState({ measurements, save }) },
      onNotice: (notice) => { this.store.setState({ notice }) }, reveal: (measurement) => { revealMeasurement(this, measurement) }
    })
    this.labels = new LabelWriting(this.store, this.book)
    this.drawing = new Drawing(this)
    void this.refreshMeasurements()
  }

  get state(): ViewerState { return this.store.getState() }
  get active(): PaneSlot { return this.slots[this.state.activePane] }
  pane(id: PaneId): Pane { return this.slots[id].pane }
  /** The series that a pane shows. */
  openIn(id: PaneId): OpenSeries | null { return this.slots[id].opened }
  visible(): readonly PaneSlot[] { return visiblePanes(this.state).map((id) => this.slots[id]) }

  setSeriesOrder(studyUid: StudyUid, series: readonly StudyEntry[]): void {
    this.series.setOrder(studyUid, series)
    // While an import runs on, the count grows with every batch: the pane waits until it stands still.
    clearTimeout(this.growing)
    if (this.series.grown(studyUid).length > 0) this.growing = setTimeout(() => { this.showGrown(studyUid) }, 1500)
  }

  openSeries(seriesUid: SeriesUid, pane: PaneId = this.state.activePane): Promise<void> { return this.screen.openSeries(seriesUid, pane) }
  assign(pane: PaneId, content: PaneContentRequest): Promise<void> { return this.screen.assign(pane, content) }
  hang(grid: PaneGrid, contents: readonly (PaneContentRequest | null)[], options?: HangOptions): Promise<void> { return this.screen.hang(grid, contents, options) }
  setGrid(grid: PaneGrid): void { this.screen.setGrid(grid) }
  contentOf(id: PaneId): PaneContentRequest | null { return this.screen.contentOf(id) }

  /** A ready-made screen of the active series, or the sentence why it can't be. */
  async setLayout(layout: ReadyLayout): Promise<void> {
    const refused = await this.screen.setLayout(layout)
    if (refused !== null) this.store.setState({ notice: refused })
  }

  activate(pane: PaneId): void {
    if (this.state.activePane !== pane) {
      this.store.setState({ activePane: pane })
      if (this.state.isLinked) this.linked.label(pane)
    }
    this.series.tellActive()
  }

  async jumpTo(target: JumpTarget): Promise<JumpResult> {
    const turn = this.jumps += 1
    const result = await jumpTo(this, target).catch((cause: unknown): JumpResult => ({ ok: false, reason: cause instanceof Error ? cause.message : 'The image could not be shown.' }))
    // What was left for another target speaks no more: its refusal would stand over the right image.
    if (turn === this.jumps) this.store.setState({ notice: result.ok ? null : result.reason, ...(result.ok && target.findingId ? { selectedFindingId: target.findingId } : {}) })
    return result
  }

  setFindings(findings: readonly Finding[], selectedFindingId?: string | null): void {
    this.store.setState({ findings, ...(selectedFindingId === undefined ? {} : { selectedFindingId }) })
    this.showStones()
  }

  setMasks(masks: readonly FindingMask[]): void {
    this.stones.setMasks(masks)
    this.showStones()
  }

  onPick(listener: (findingId: string) => void): () => void { return this.stones.onPick(listener) }

  setRuler(ruler: RulerState): void {
    const wrong = ruler.checks.filter(({ ok }) => !ok).map(({ name, expected, measured, unit }) => `${name} measured ${measured} instead of ${expected} ${unit}`)
    const measuringLocked = ruler.isTrue ? null : `Measuring is locked: the start-up check of the ruler failed${wrong.length > 0 ? ` (${wrong.join('; ')})` : ''}. Restart; if it stays, report it and measure elsewhere.`
    this.store.setState({ measuringLocked, ...(measuringLocked === null ? {} : { draft: null }) })
    if (measuringLocked !== null && this.drawing.isMeasuring(this.state.tool)) this.store.setState({ tool: 'scroll' })
  }

  run(command: ViewerCommand): void { runCommand(this, command) }

  setTool(tool: ToolName): void {
    const { measuringLocked } = this.state
    if (this.drawing.isMeasuring(tool) && measuringLocked !== null) this.store.setState({ notice: measuringLocked })
    else this.store.setState({ tool, draft: null })
  }

  /** Moves the point at which the planes of a space meet, and takes every other pane of that space along. */
  moveCrosshair(frameKey: string, pointMm: PointMm, { except }: Readonly<{ except?: PaneId }> = {}): void {
    this.setCrosshair(frameKey, pointMm)
    for (const slot of this.visible()) {
      if (slot.id === except || slot.opened?.frameKey !== frameKey) continue
      void slot.view?.goToPoint(pointMm).then(() => { slot.pane.reveal(pointMm) }, ignoreCalledOff)
    }
  }

  private setCrosshair(frameKey: string, pointMm: PointMm): void {
    this.store.setState(({ crosshairs }) => ({ crosshairs: { ...crosshairs, [frameKey]: pointMm } }))
  }

  /** Panes cut from one volume share their window; a stack has its own, so that one series can stand in two windows side by side. */
  setWindow(window: WindowSetting, isInverted?: boolean, paneId: PaneId = this.state.activePane): void {
    const { given, pane } = this.slots[paneId]
    const isShared = this.state.layout !== 'grid' || given.mode !== 'stack'
    for (const slot of this.visible()) {
      const isTogether = slot.id === paneId || (isShared && slot.given.seriesUid === given.seriesUid && (this.state.layout !== 'grid' || slot.given.mode !== 'stack'))
      if (isTogether) slot.pane.setWindow(window, isInverted ?? pane.currentWindow.isInverted)
    }
  }

  /** The window the series opened with. */
  resetWindow(): void {
    const { pane, opened } = this.active
    const { picture, shownFacts } = pane
    if (picture !== null && opened !== null) this.setWindow(defaultWindow(picture, opened.description.frames[shownFacts?.index ?? 0]), false)
  }

  step(by: number, paneId: PaneId = this.state.activePane): void { this.slots[paneId].view?.step(by) }

  stepSeries(by: number): void {
    const next = this.series.neighbour(this.active.given, by)
    if (next !== null) void this.openSeries(next)
  }

  setLinked(isLinked: boolean): void {
    this.store.setState({ isLinked })
    if (isLinked) this.linked.link(this.state.activePane)
    else this.linked.unlink()
  }

  playOrStop(): void {
    const refused = this.cine.toggle(this.active)
    if (refused !== null) this.store.setState({ notice: refused })
  }

  cineRate(factor: number): void { this.cine.rateBy(factor) }
  cineSweep(): void { this.cine.setSweeping(!(this.state.cine?.isSweeping ?? false)) }

  setFusion(look: Partial<FusionLook>): void {
    this.store.setState(({ fusion }) => ({ fusion: { ...fusion, ...look } }))
    for (const { view } of this.visible()) if (view instanceof FusionView) view.update()
  }

  showRejectedStones(areRejectedStonesShown: boolean): void {
    this.store.setState({ areRejectedStonesShown })
    this.showStones()
  }

  /** Thickens the plane of a pane, as its line is dragged. */
  setSlab(id: PaneId, thicknessMm: number): void {
    this.slots[id].setSlab({ mode: this.state.panes[id].slab?.mode ?? 'mip', thicknessMm: Math.min(200, Math.round(thicknessMm * 2) / 2) })
  }

  lines(id: PaneId): readonly PaneLine[] { return linesOn(this, id) }

  /** What is drawn in three dimensions in a pane; null where nothing is. */
  spaceIn(id: PaneId): VolumePane | null {
    const { view } = this.slots[id]
    return view instanceof SpaceView ? view.space : null
  }

  snapshot(id: PaneId): HTMLCanvasElement | null { return this.spaceIn(id)?.snapshot() ?? null }

  selectMeasurement(id: string | null): void { this.store.setState({ selectedMeasurementId: id }) }

  removeMeasurement(id: string): void {
    this.book.remove(id)
    if (this.state.selectedMeasurementId === id) this.selectMeasurement(null)
  }

  async showMeasurement(id: string): Promise<JumpResult> {
    const measurement = this.book.find(id)
    if (measurement === undefined) return { ok: false, reason: 'This measurement is gone.' }
    this.selectMeasurement(id)
    const turn = this.jumps += 1
    const result = await showMeasurement(this, measurement).catch((cause: unknown): JumpResult => ({ ok: false, reason: cause instanceof Error ? cause.message : 'The image of this measurement could not be shown.' }))
    if (turn === this.jumps) this.store.setState({ notice: result.ok ? null : result.reason })
    return result
  }

  async refreshMeasurements(): Promise<void> { await this.readMeasurements(this.book.refresh()) }

  private async readMeasurements(reading: Promise<void>): Promise<void> {
    try {
      await reading
    } catch (cause) {
      this.store.setState({ notice: `The saved measurements could not be read: ${cause instanceof Error ? cause.message : 'no answer'}` })
    }
  }

  retrySaving(): void { void this.book.flush() }

  spot(): Spot | null {
    const { pane, opened, stack } = this.active
    const facts = pane.shownFacts
    const { width, height } = pane.size
    const centreMm = pane.unproject([width / 2, height / 2])
    if (opened === null || stack === null || facts === null || facts.sopInstanceUid === null || facts.frameNumber === null || centreMm === null) return null
    const selected = this.book.find(this.state.selectedMeasurementId ?? '')
    const probed = selected?.tool === 'probe' && selected.sopInstanceUid === facts.sopInstanceUid ? selected.pointsMm[0] : undefined
    return { seriesUid: opened.description.seriesUid, sopInstanceUid: facts.sopInstanceUid, frameNumber: facts.frameNumber, centreMm: probed ?? centreMm }
  }

  /** Of a drawing that has begun, undo takes back the beginning. */
  undo(): void {
    if (this.state.draft !== null) this.drawing.cancel()
    else if (this.history.undo() === null) this.store.setState({ notice: 'There is nothing to undo.' })
  }
  redo(): void { if (this.history.redo() === null) this.store.setState({ notice: 'There is nothing to do again.' }) }

  clearNotice(): void { this.store.setState({ notice: null }) }

  attach(id: PaneId, element: HTMLDivElement): () => void {
    const stops = [this.slots[id].attach(element), attachGestures(this, id, element)]
    return () => { for (const stop of stops) stop() }
  }

  async dispose(): Promise<void> {
    this.cine.stop()
    clearTimeout(this.growing)
    for (const slot of Object.values(this.slots)) slot.clear()
    this.pool.close()
    this.labels.end(true)
    await this.book.close()
  }

  /** More of a series has loaded: planes may be cut now. */
  private update(seriesUid: SeriesUid): void {
    for (const { given, view } of this.visible()) {
      if (given.seriesUid === seriesUid || (view instanceof FusionView && view.over.description.seriesUid === seriesUid)) view?.update()
    }
  }

  private showGrown(studyUid: StudyUid): void {
    for (const entry of this.series.grown(studyUid)) {
      this.series.sawGrown(entry)
      void this.screen.reopen(entry.seriesUid)
    }
  }

  private followed(slot: PaneSlot, index: number): void {
    if (this.state.isLinked) this.linked.follow(slot.id, index)
  }

  private showStones(): void {
    for (const { view } of this.visible()) if (view instanceof SpaceView) view.showStones()
  }

  private hostOf(studyUid: StudyUid): ConstructorParameters<typeof PaneSlot>[1] {
    return {
      studyUid, pool: this.pool,
      drawn: (id, drawn) => { this.store.setState(({ panes }) => ({ panes: { ...panes, [id]: { ...panes[id], ...drawn } } })) },
      given: ({ id, given }) => {
        this.store.setState(({ panes }) => ({ panes: { ...panes, [id]: { ...panes[id], ...given } } }))
        this.cine.changed(id, given.seriesUid)
        if (given.studyUid !== null) void this.readMeasurements(this.book.follow(given.studyUid))
      },
      seriesState: (seriesUid, state, opened) => { this.series.setState(seriesUid, state, opened) },
      crosshair: (frameKey) => this.state.crosshairs[frameKey] ?? null,
      moveCrosshair: (slot, pointMm) => { if (slot.opened !== null) this.moveCrosshair(slot.opened.frameKey, pointMm) },
      stepped: (slot, index) => { this.followed(slot, index) },
      overOf: (seriesUid) => this.series.pairOf(seriesUid)?.over ?? null,
      fusionLook: () => this.state.fusion,
      obliques: ({ description }) => { const grid = gridOf(description); return grid === null ? null : this.obliques.of(description.seriesUid, grid) },
      stones: (seriesUid) => this.stones.of(seriesUid),
      picked: (findingId) => { this.stones.picked(findingId) },
      placeOf: (seriesUid) => this.series.placeOf(seriesUid)
    }
  }
}
