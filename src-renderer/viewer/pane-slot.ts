import type { PointMm, SeriesUid, StudyUid } from '../../src-shared/ids.ts'
import { defaultWindow } from './default-window.ts'
import type { OpenSeries } from './open-series.ts'
import { Pane } from './pane.ts'
import type { SeriesPool } from './series-pool.ts'
import type { SeriesView } from './series-view.ts'
import { StackView } from './stack-view.ts'
import type { PaneContentRequest, PaneDrawn, PaneGiven, PaneId, SeriesState, WindowSetting } from './types.ts'
import { viewOf } from './view-of.ts'

export type SlotWindow = Readonly<{ window: WindowSetting; isInverted: boolean }>

/** What a pane needs of the viewer around it. */
export type SlotHost = Readonly<{
  studyUid: StudyUid
  pool: SeriesPool
  drawn: (id: PaneId, drawn: PaneDrawn) => void
  given: (id: PaneId, given: PaneGiven) => void
  seriesState: (seriesUid: SeriesUid, state: SeriesState, opened: OpenSeries | null) => void
  crosshair: (frameKey: string) => PointMm | null
  moveCrosshair: (slot: PaneSlot, pointMm: PointMm) => void
  stepped: (slot: PaneSlot, index: number) => void
  /** The picture and the window that a series was last left at, so that no change of layout loses the place. */
  placeOf: (seriesUid: SeriesUid) => Readonly<{ index: number | null; window: SlotWindow | null }>
}>

export const nothingGiven: PaneGiven = { studyUid: null, seriesUid: null, mode: 'stack', slab: null, isPrior: false, link: null }

/** One pane of the grid with what it was given to show. */
export class PaneSlot {
  readonly id: PaneId
  readonly pane: Pane
  private readonly host: SlotHost
  private facts: PaneGiven = nothingGiven
  private shown: SeriesView | null = null
  private turn = 0

  constructor(id: PaneId, host: SlotHost) {
    this.id = id
    this.host = host
    this.pane = new Pane(id, host.drawn)
  }

  get given(): PaneGiven { return this.facts }
  get view(): SeriesView | null { return this.shown }
  get opened(): OpenSeries | null { return this.shown?.opened ?? null }
  get stack(): StackView | null { return this.shown instanceof StackView ? this.shown : null }

  /** Shows a series; resolves true once its first picture is on the screen, false where it can't be or something else was asked for meanwhile. */
  async assign(content: PaneContentRequest): Promise<boolean> {
    const isSameSeries = this.facts.seriesUid === content.seriesUid
    const slab = content.slab ?? null
    if (isSameSeries && this.shown?.mode === content.mode && this.facts.slab === slab) {
      if (content.window) this.pane.setWindow(content.window, content.isInverted ?? false)
      return true
    }
    this.leave(!isSameSeries)
    const turn = this.turn
    this.tell({ studyUid: content.studyUid, seriesUid: content.seriesUid, mode: content.mode, slab, isPrior: content.studyUid !== this.host.studyUid, link: null })
    this.pane.say({ kind: 'loading', note: 'Asking for the series' })
    const opened = await this.open(content.seriesUid, turn)
    if (opened === null) return false
    this.shown = viewOf({ content, pane: this.pane, opened, point: this.host.crosshair(opened.frameKey), stepped: (index) => { this.host.stepped(this, index) }, moveCrosshair: (pointMm) => { this.host.moveCrosshair(this, pointMm) } })
    return await this.begin(content, this.shown, turn)
  }

  /** Takes the series away; the pane stays empty. */
  clear(): void {
    this.leave(true)
    this.tell(nothingGiven)
  }

  setLink(link: string | null): void {
    if (this.facts.link !== link) this.tell({ ...this.facts, link })
  }

  private async open(seriesUid: SeriesUid, turn: number): Promise<OpenSeries | null> {
    const { pool, seriesState } = this.host
    if (pool.find(seriesUid) === null) seriesState(seriesUid, { kind: 'loading', seriesUid }, null)
    try {
      const opened = await pool.use(seriesUid)
      if (this.turn === turn) {
        seriesState(seriesUid, { kind: 'ready', seriesUid, description: opened.description }, opened)
        return opened
      }
      pool.release(seriesUid)
    } catch (cause) {
      if (this.turn === turn) {
        const reason = cause instanceof Error ? cause.message : 'The series could not be opened.'
        seriesState(seriesUid, { kind: 'failed', seriesUid, reason }, null)
        this.pane.say({ kind: 'failed', reason })
      }
    }
    return null
  }

  private async begin(content: PaneContentRequest, view: SeriesView, turn: number): Promise<boolean> {
    const { frames, description } = view.opened
    const place = this.host.placeOf(content.seriesUid)
    const first = place.index ?? Math.floor((description.frames.length - 1) / 2)
    frames.look(first)
    const state = await frames.settled(first)
    if (this.turn !== turn) return false
    const own = state.kind === 'ready' ? { window: defaultWindow(state.picture, description.frames[first]), isInverted: false } : null
    const window = content.window ? { window: content.window, isInverted: content.isInverted ?? false } : place.window ?? own
    if (window !== null) this.pane.setWindow(window.window, window.isInverted)
    if (view instanceof StackView) return await view.goTo(first)
    view.update()
    return true
  }

  private leave(isOtherSeries: boolean): void {
    this.turn += 1
    const { seriesUid } = this.facts
    this.shown?.dispose()
    // The pool counts what was opened, and what is still being opened lets go by itself.
    if (this.shown !== null && seriesUid !== null) this.host.pool.release(seriesUid)
    this.shown = null
    if (isOtherSeries) this.pane.clear()
    else this.pane.say({ kind: 'empty' })
  }

  private tell(given: PaneGiven): void {
    this.facts = given
    this.host.given(this.id, given)
  }
}
