import type { PointMm, SeriesUid, StudyUid } from '../../../src-shared/ids.ts'
import type { Slab } from '../../../src-shared/viewing.ts'
import { ignoreCalledOff } from '../called-off.ts'
import { defaultWindow } from '../default-window.ts'
import { FusionView, type FusionLook } from './fusion-view.ts'
import { needsVolume } from '../layouts.ts'
import type { ObliqueGroup } from './oblique-group.ts'
import { ObliqueView } from './oblique-view.ts'
import type { OpenSeries } from '../frames/open-series.ts'
import { Pane } from './pane.ts'
import type { Picture } from '../picture.ts'
import { opensInverted } from '../reading/suv.ts'
import type { SeriesPool } from '../frames/series-pool.ts'
import type { Place } from '../series-states.ts'
import type { SeriesView } from './series-view.ts'
import type { StonesShown } from './space-view.ts'
import { StackView } from './stack-view.ts'
import type { PaneContentRequest, PaneDrawn, PaneGiven, PaneId, SeriesState, WindowSetting } from '../types.ts'
import { viewOf } from './view-of.ts'

export type SlotWindow = Readonly<{ window: WindowSetting; isInverted: boolean }>

/** What a pane needs of the viewer around it. */
export type SlotHost = Readonly<{
  studyUid: StudyUid
  pool: SeriesPool
  drawn: (id: PaneId, drawn: PaneDrawn) => void
  given: (slot: PaneSlot) => void
  seriesState: (seriesUid: SeriesUid, state: SeriesState, opened: OpenSeries | null) => void
  crosshair: (frameKey: string) => PointMm | null
  moveCrosshair: (slot: PaneSlot, pointMm: PointMm) => void
  stepped: (slot: PaneSlot, index: number) => void
  /** The picture and the window that a series was last left at, so that no change of layout loses the place. */
  placeOf: (seriesUid: SeriesUid) => Place
  /** The series to lay over one; null where the study has none that fits. */
  overOf: (seriesUid: SeriesUid) => SeriesUid | null
  fusionLook: () => FusionLook
  obliques: (opened: OpenSeries) => ObliqueGroup | null
  stones: (seriesUid: SeriesUid) => StonesShown
  picked: (findingId: string | null) => void
}>

export const nothingGiven: PaneGiven = { studyUid: null, seriesUid: null, mode: 'stack', slab: null, isPrior: false, link: null }
const noPet = 'This study holds no PET that shares a frame of reference with this series, so there is nothing to lay over it.'

/** One pane of the grid with what it was given to show. */
export class PaneSlot {
  readonly id: PaneId
  readonly pane: Pane
  private readonly host: SlotHost
  private facts: PaneGiven = nothingGiven
  private shown: SeriesView | null = null
  private used: readonly SeriesUid[] = []
  private turn = 0
  private element: HTMLElement | null = null
  private unmount: (() => void) | null = null

  constructor(id: PaneId, host: SlotHost) {
    this.id = id
    this.host = host
    this.pane = new Pane(id, host.drawn)
  }

  get given(): PaneGiven { return this.facts }
  get view(): SeriesView | null { return this.shown }
  get opened(): OpenSeries | null { return this.shown?.opened ?? null }
  /** The view that goes through images, also where something lies over them. */
  get stack(): StackView | null { return this.shown instanceof StackView ? this.shown : null }
  /** The picture to measure on: what is on the screen, or, where that is only a glimpse, the picture itself. */
  get measured(): Picture | null { return this.shown?.exact === undefined ? this.pane.picture : this.shown.exact() }

  attach(element: HTMLDivElement): () => void {
    this.element = element
    const detach = this.pane.attach(element)
    this.mount()
    return () => {
      this.unmount?.()
      this.unmount = null
      this.element = null
      detach()
    }
  }

  /** Shows a series; resolves true once its first picture is on the screen, false where it can't be or something else was asked for meanwhile. */
  async assign(content: PaneContentRequest): Promise<boolean> {
    const isSameSeries = this.facts.seriesUid === content.seriesUid
    const slab = content.slab ?? null
    if (isSameSeries && this.shown?.mode === content.mode && sameSlab(this.facts.slab, slab)) {
      if (content.window) this.pane.setWindow(content.window, content.isInverted ?? false)
      return true
    }
    if (isSameSeries && this.shown instanceof ObliqueView && content.mode === 'oblique') {
      this.setSlab(slab)
      return true
    }
    const window = isSameSeries && this.pane.picture !== null ? this.pane.currentWindow : null
    this.leave(!isSameSeries)
    const turn = this.turn
    this.tell({ studyUid: content.studyUid, seriesUid: content.seriesUid, mode: content.mode, slab, isPrior: content.studyUid !== this.host.studyUid, link: null })
    this.pane.say({ kind: 'loading', note: 'Asking for the series' })
    const opened = await this.open(content.seriesUid, turn)
    if (opened === null) return false
    const overUid = content.mode === 'fusion' ? this.host.overOf(content.seriesUid) : null
    const over = overUid === null ? null : await this.open(overUid, turn)
    if (this.turn !== turn) return false
    const refused = this.refusalOf(content, opened, over)
    if (refused !== null) {
      this.pane.say({ kind: 'failed', reason: refused })
      return false
    }
    this.shown = viewOf({
      content, pane: this.pane, opened, over, point: this.host.crosshair(opened.frameKey),
      stepped: (index) => { this.host.stepped(this, index) }, moveCrosshair: (pointMm) => { this.host.moveCrosshair(this, pointMm) },
      obliques: () => this.host.obliques(opened), fusionLook: this.host.fusionLook, stones: () => this.host.stones(content.seriesUid), onPick: this.host.picked
    })
    this.mount()
    return await this.begin({ ...content, ...(window === null || content.window ? {} : window) }, this.shown, turn)
  }

  /** Takes the series away; the pane stays empty. */
  clear(): void {
    this.leave(true)
    this.tell(nothingGiven)
  }

  /** Changes the slab of an oblique plane in place, without making the pane anew. */
  setSlab(slab: Slab | null): void {
    if (!(this.shown instanceof ObliqueView)) return
    this.tell({ ...this.facts, slab })
    this.shown.setSlab(slab)
  }

  setLink(link: string | null): void {
    if (this.facts.link !== link) this.tell({ ...this.facts, link })
  }

  private refusalOf({ mode }: PaneContentRequest, opened: OpenSeries, over: OpenSeries | null): string | null {
    if (needsVolume(mode)) return opened.planesRefused
    if (mode !== 'fusion') return null
    return over === null ? noPet : FusionView.refusal(opened, over)
  }

  private async open(seriesUid: SeriesUid, turn: number): Promise<OpenSeries | null> {
    const { pool, seriesState } = this.host
    if (pool.find(seriesUid) === null) seriesState(seriesUid, { kind: 'loading', seriesUid }, null)
    try {
      const opened = await pool.use(seriesUid)
      if (this.turn === turn) {
        this.used = [...this.used, seriesUid]
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
    const left = description.frames.findIndex((frame) => frame.sopInstanceUid === place.sopInstanceUid && frame.frameNumber === place.frameNumber)
    const first = left >= 0 ? left : Math.floor((description.frames.length - 1) / 2)
    frames.look(first)
    const state = await frames.settled(first).catch(nullWhereClosed)
    if (this.turn !== turn || state === null) return false
    const own = state.kind === 'ready' ? { window: defaultWindow(state.picture, description.frames[first]), isInverted: opensInverted(description) } : null
    const window = content.window ? { window: content.window, isInverted: content.isInverted ?? false } : place.window ?? own
    if (window !== null) this.pane.setWindow(window.window, window.isInverted)
    if (view instanceof StackView) return await view.goTo(first)
    view.update()
    return true
  }

  private mount(): void {
    if (this.element !== null && this.shown?.mount !== undefined) this.unmount ??= this.shown.mount(this.element)
  }

  private leave(isOtherSeries: boolean): void {
    this.turn += 1
    this.unmount?.()
    this.unmount = null
    this.shown?.dispose()
    for (const seriesUid of this.used) this.host.pool.release(seriesUid)
    this.used = []
    this.shown = null
    if (isOtherSeries) this.pane.clear()
    else this.pane.say({ kind: 'empty' })
  }

  private tell(given: PaneGiven): void {
    this.facts = given
    this.host.given(this)
  }
}

function sameSlab(a: PaneGiven['slab'], b: PaneGiven['slab']): boolean {
  return a?.mode === b?.mode && a?.thicknessMm === b?.thicknessMm
}

/** A series that is closed while its first picture is awaited is no failure: something else was asked for. */
function nullWhereClosed(cause: unknown): null {
  ignoreCalledOff(cause)
  return null
}
