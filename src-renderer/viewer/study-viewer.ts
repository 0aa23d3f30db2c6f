import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Finding } from '../../src-shared/analysis.ts'
import type { PointMm, SeriesUid, StudyUid } from '../../src-shared/ids.ts'
import type { RulerState } from '../../src-shared/system.ts'
import { defaultBudget } from './budget.ts'
import { defaultWindow } from './default-window.ts'
import { Drawing } from './drawing.ts'
import { createFrameDecoder, type FrameDecoder } from './frame-decoder.ts'
import { attachGestures } from './gestures.ts'
import { checkJump } from './jump-check.ts'
import { MeasurementBook } from './measurement-book.ts'
import { openSeriesFrames, type OpenSeries } from './open-series.ts'
import { Pane } from './pane.ts'
import { runCommand } from './run-command.ts'
import type { ViewerTransport } from './transport.ts'
import type { JumpResult, JumpTarget, Layout, Measurement, PaneId, Spot, StudyViewer, ToolName, ViewerCommand, ViewerState, WindowSetting } from './types.ts'
import { firstState } from './viewer-state.ts'

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

const paneIds: readonly PaneId[] = ['stack', 'axial', 'sagittal', 'coronal']

export class Viewer implements StudyViewer {
  readonly store: StoreApi<ViewerState> = createStore(() => firstState)
  readonly panes: Readonly<Record<PaneId, Pane>>
  readonly book: MeasurementBook
  readonly drawing: Drawing
  private readonly options: StudyViewerOptions
  private readonly decode: FrameDecoder
  private abort = new AbortController()
  private opened: OpenSeries | null = null
  private window: WindowSetting = { center: 128, width: 256 }
  private isInverted = false
  private progressTimer: ReturnType<typeof setTimeout> | undefined

  constructor(options: StudyViewerOptions) {
    this.options = options
    this.decode = createFrameDecoder(options.transport)
    const publish = (id: PaneId, state: ViewerState['panes'][PaneId]) => { this.store.setState(({ panes }) => ({ panes: { ...panes, [id]: state } })) }
    this.panes = { stack: new Pane('stack', publish), axial: new Pane('axial', publish), sagittal: new Pane('sagittal', publish), coronal: new Pane('coronal', publish) }
    this.book = new MeasurementBook({
      studyUid: options.studyUid, transport: options.transport,
      onChange: (measurements, save) => { this.store.setState({ measurements, save }) }
    })
    this.drawing = new Drawing(this)
    void this.refreshMeasurements()
  }

  get open(): OpenSeries | null { return this.opened }
  get state(): ViewerState { return this.store.getState() }

  async openSeries(seriesUid: SeriesUid): Promise<void> {
    if (this.opened?.description.seriesUid === seriesUid) return
    this.leaveSeries()
    this.store.setState({ series: { kind: 'loading', seriesUid }, notice: null })
    this.panes.stack.say({ kind: 'loading', note: 'Asking for the series' })
    const { signal } = this.abort
    try {
      const description = await this.options.transport.describeSeries(seriesUid, signal)
      if (signal.aborted) return
      await this.takeSeries(description, signal)
    } catch (cause) {
      if (signal.aborted) return
      const reason = cause instanceof Error ? cause.message : 'The series could not be opened.'
      this.store.setState({ series: { kind: 'failed', seriesUid, reason } })
      this.panes.stack.say({ kind: 'failed', reason })
    }
  }

  private async takeSeries(description: OpenSeries['description'], signal: AbortSignal): Promise<void> {
    if (description.frames.length === 0) throw new Error('This series holds no image to show.')
    const opened = openSeriesFrames({
      description, decode: this.decode, panes: this.panes, budgetBytes: this.options.budgetBytes ?? defaultBudget(),
      onProgress: () => { this.showProgress() }
    })
    this.opened = opened
    this.store.setState({
      series: { kind: 'ready', seriesUid: description.seriesUid, description }, planesRefused: opened.planesRefused, progress: opened.frames.progress()
    })
    const first = Math.floor((description.frames.length - 1) / 2)
    opened.frames.look(first)
    const state = await opened.frames.settled(first)
    if (signal.aborted) return
    if (state.kind === 'ready') this.setWindow(defaultWindow(state.picture, description.frames[first]), false)
    await opened.stack.goTo(first)
    if (this.state.layout === 'planes') this.setLayout(opened.planesRefused === null ? 'planes' : 'one')
  }

  async jumpTo(target: JumpTarget): Promise<JumpResult> {
    const result = await this.tryJump(target).catch((cause: unknown): JumpResult => ({ ok: false, reason: cause instanceof Error ? cause.message : 'The image could not be shown.' }))
    this.store.setState({ notice: result.ok ? null : result.reason, ...(result.ok && target.findingId ? { selectedFindingId: target.findingId } : {}) })
    return result
  }

  private async tryJump(target: JumpTarget): Promise<JumpResult> {
    await this.openSeries(target.seriesUid)
    const { opened } = this
    const { series } = this.state
    if (opened === null) return { ok: false, reason: series.kind === 'failed' ? series.reason : 'The series of this finding could not be opened.' }
    const check = checkJump(opened.description, target)
    if (!check.ok) return check
    const isShown = await opened.stack.goTo(check.index)
    const facts = this.panes.stack.shownFacts
    // What is on the screen decides, not what was asked for.
    if (!isShown || facts?.sopInstanceUid !== target.sopInstanceUid || facts.frameNumber !== target.frameNumber) {
      const { content } = this.state.panes.stack
      return { ok: false, reason: content.kind === 'failed' ? `The image of this finding can't be shown: ${content.reason}` : 'Another image was asked for meanwhile.' }
    }
    this.panes.stack.reveal(target.centreMm)
    if (this.state.layout === 'planes') this.moveCrosshair(target.centreMm, false)
    return { ok: true }
  }

  setFindings(findings: readonly Finding[], selectedFindingId?: string | null): void {
    this.store.setState({ findings, ...(selectedFindingId === undefined ? {} : { selectedFindingId }) })
  }

  setRuler(ruler: RulerState): void {
    const wrong = ruler.checks.filter(({ ok }) => !ok).map(({ name, expected, measured, unit }) => `${name} measured ${measured} instead of ${expected} ${unit}`)
    const measuringLocked = ruler.isTrue ? null : `Measuring is locked: the start-up check of the ruler failed${wrong.length > 0 ? ` (${wrong.join('; ')})` : ''}. Restart; if it stays, report it and measure elsewhere.`
    this.store.setState({ measuringLocked, ...(measuringLocked === null ? {} : { draft: null }) })
    if (measuringLocked !== null && this.drawing.isMeasuring(this.state.tool)) this.store.setState({ tool: 'scroll' })
  }

  run(command: ViewerCommand): void { runCommand(this, command) }

  setTool(tool: ToolName): void {
    const { measuringLocked } = this.state
    if (this.drawing.isMeasuring(tool) && measuringLocked !== null) {
      this.store.setState({ notice: measuringLocked })
      return
    }
    this.store.setState({ tool, draft: null })
  }

  setLayout(layout: Layout): void {
    const refused = this.opened?.planesRefused ?? 'Open a series first.'
    if (layout === 'planes' && (this.opened === null || this.opened.planesRefused !== null)) {
      this.store.setState({ notice: refused, layout: 'one', activePane: 'stack' })
      return
    }
    this.store.setState({ layout, activePane: layout === 'planes' ? 'axial' : 'stack', ...(layout === 'planes' ? { tool: 'crosshair' as const } : this.state.tool === 'crosshair' ? { tool: 'scroll' as const } : {}), draft: null })
    if (layout !== 'planes') return
    // The planes open where the eyes are: on the finding that is selected.
    const { findings, selectedFindingId } = this.state
    const selected = findings.find(({ id, seriesUid }) => id === selectedFindingId && seriesUid === this.opened?.description.seriesUid)
    if (selected !== undefined) this.moveCrosshair(selected.centreMm, false)
    this.showPlanes()
  }

  /** Moves the crosshair; `follow` takes the stack along. */
  moveCrosshair(pointMm: PointMm, follow: boolean): void {
    const planes = this.opened?.planes()
    if (this.opened === null || planes === undefined) return
    planes.moveTo(pointMm)
    this.store.setState({ crosshairMm: planes.crosshairMm })
    for (const id of ['axial', 'sagittal', 'coronal'] as const) this.panes[id].reveal(pointMm)
    if (follow) void this.opened.stack.goTo(planes.stackIndex()).catch(ignoreAbort)
  }

  setWindow(window: WindowSetting, isInverted = this.isInverted): void {
    this.window = window
    this.isInverted = isInverted
    for (const id of paneIds) this.panes[id].setWindow(window, isInverted)
  }

  get currentWindow(): WindowSetting { return this.window }
  get isInvertedNow(): boolean { return this.isInverted }

  step(by: number, paneId: PaneId = this.state.activePane): void {
    if (this.opened === null) return
    if (paneId === 'stack') void this.opened.stack.goTo(this.opened.stack.target + by).catch(ignoreAbort)
    else this.moveCrosshair(this.opened.planes().stepped(paneId, by), true)
  }

  goTo(index: number): void {
    if (this.opened !== null) void this.opened.stack.goTo(index).catch(ignoreAbort)
  }

  selectMeasurement(id: string | null): void { this.store.setState({ selectedMeasurementId: id }) }

  removeMeasurement(id: string): void {
    this.book.remove(id)
    if (this.state.selectedMeasurementId === id) this.selectMeasurement(null)
  }

  async showMeasurement(id: string): Promise<JumpResult> {
    const measurement = this.book.find(id)
    if (measurement === undefined) return { ok: false, reason: 'This measurement is gone.' }
    this.selectMeasurement(id)
    return await this.tryShow(measurement)
  }

  private async tryShow({ seriesUid, sopInstanceUid, frameNumber, pointsMm }: Measurement): Promise<JumpResult> {
    await this.openSeries(seriesUid)
    const { opened } = this
    const point = pointsMm[0]
    if (opened === null || point === undefined) return { ok: false, reason: 'The series of this measurement could not be opened.' }
    if (sopInstanceUid === null) {
      this.setLayout('planes')
      this.moveCrosshair(point, true)
      return { ok: true }
    }
    const index = opened.description.frames.findIndex((frame) => frame.sopInstanceUid === sopInstanceUid && frame.frameNumber === frameNumber)
    if (index < 0) return { ok: false, reason: 'The image of this measurement is not in the series any more.' }
    const isShown = await opened.stack.goTo(index)
    this.panes.stack.reveal(point)
    return isShown ? { ok: true } : { ok: false, reason: 'The image of this measurement could not be shown.' }
  }

  async refreshMeasurements(): Promise<void> {
    try {
      await this.book.refresh()
    } catch (cause) {
      this.store.setState({ notice: `The saved measurements could not be read: ${cause instanceof Error ? cause.message : 'no answer'}` })
    }
  }

  retrySaving(): void { void this.book.flush() }

  spot(): Spot | null {
    const facts = this.panes.stack.shownFacts
    const { opened } = this
    const { width, height } = this.panes.stack.size
    const centreMm = this.panes.stack.unproject([width / 2, height / 2])
    if (opened === null || facts === null || facts.sopInstanceUid === null || facts.frameNumber === null || centreMm === null) return null
    const selected = this.book.find(this.state.selectedMeasurementId ?? '')
    const probed = selected?.tool === 'probe' && selected.sopInstanceUid === facts.sopInstanceUid ? selected.pointsMm[0] : undefined
    return { seriesUid: opened.description.seriesUid, sopInstanceUid: facts.sopInstanceUid, frameNumber: facts.frameNumber, centreMm: probed ?? centreMm }
  }

  /** The window the series opened with. */
  resetWindow(): void {
    const { picture, shownFacts } = this.panes.stack
    if (picture !== null && this.opened !== null) this.setWindow(defaultWindow(picture, this.opened.description.frames[shownFacts?.index ?? 0]), false)
  }

  undo(): void {
    const id = this.book.undo()
    if (id === null) this.store.setState({ notice: 'There is nothing to undo.' })
    this.selectMeasurement(id !== null && this.book.find(id) !== undefined ? id : null)
  }

  clearNotice(): void { this.store.setState({ notice: null }) }
  pane(id: PaneId): Pane { return this.panes[id] }

  attach(id: PaneId, element: HTMLDivElement): () => void {
    const stops = [this.panes[id].attach(element), attachGestures(this, id, element)]
    return () => { for (const stop of stops) stop() }
  }

  async dispose(): Promise<void> {
    this.leaveSeries()
    await this.book.flush()
  }

  private leaveSeries(): void {
    this.abort.abort()
    this.abort = new AbortController()
    this.opened?.close()
    this.opened = null
    for (const id of paneIds) this.panes[id].clear()
    this.store.setState({ series: { kind: 'none' }, planesRefused: null, crosshairMm: null, draft: null, progress: firstState.progress })
  }

  /** At most ten times a second: hundreds of frames must not each draw the overlays anew. The last one is told at once. */
  private showProgress(): void {
    if (this.opened === null) return
    const { loaded, failed, total, held } = this.opened.frames.progress()
    if (loaded + failed >= Math.min(total, held)) this.tellProgress()
    else this.progressTimer ??= setTimeout(() => { this.tellProgress() }, 100)
  }

  private tellProgress(): void {
    clearTimeout(this.progressTimer)
    this.progressTimer = undefined
    if (this.opened === null) return
    this.store.setState({ progress: this.opened.frames.progress() })
    if (this.state.layout === 'planes') this.showPlanes()
  }

  private showPlanes(): void {
    const planes = this.opened?.planes()
    if (planes?.update() === true) this.store.setState({ crosshairMm: planes.crosshairMm })
  }
}

/** A step that is still loading ends when the series is closed; that is no failure. */
function ignoreAbort(cause: unknown): void {
  if (!(cause instanceof DOMException && cause.name === 'AbortError')) throw cause
}
