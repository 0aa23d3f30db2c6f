import type { StoreApi } from 'zustand/vanilla'
import type { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import type { OpenSeries } from './frames/open-series.ts'
import type { PaneSlot, SlotWindow } from './panes/pane-slot.ts'
import type { SeriesPool } from './frames/series-pool.ts'
import type { PaneGiven, SeriesState, StudyEntry, ViewerState } from './types.ts'
import { noProgress } from './viewer-state.ts'

/** Where a series was left: the image by its own name, for a series that grows counts its images anew. */
export type Place = Readonly<{ sopInstanceUid: SopInstanceUid | null; frameNumber: number | null; window: SlotWindow | null }>

/** What the window knows of each series: how far it has come, where it was left, which one is next. */
export class SeriesStates {
  private readonly store: StoreApi<ViewerState>
  private readonly pool: SeriesPool
  private readonly onLoaded: (seriesUid: SeriesUid) => void
  private readonly orders = new Map<StudyUid, readonly StudyEntry[]>()
  private readonly grownTo = new Map<SeriesUid, number>()
  private readonly places = new Map<SeriesUid, Place>()
  private readonly timers = new Map<SeriesUid, ReturnType<typeof setTimeout>>()

  constructor(store: StoreApi<ViewerState>, pool: SeriesPool, onLoaded: (seriesUid: SeriesUid) => void) {
    this.store = store
    this.pool = pool
    this.onLoaded = onLoaded
  }

  setOrder(studyUid: StudyUid, series: readonly StudyEntry[]): void { this.orders.set(studyUid, series) }

  /** The open series that have other images by now than when they were opened. */
  grown(studyUid: StudyUid): readonly StudyEntry[] {
    return (this.orders.get(studyUid) ?? []).filter(({ seriesUid, frames }) => {
      const opened = this.pool.find(seriesUid)
      return opened !== null && opened.description.frames.length !== frames && this.grownTo.get(seriesUid) !== frames
    })
  }

  /** Each count is answered once: a series whose list and description count differently must not be opened for ever. */
  sawGrown({ seriesUid, frames }: StudyEntry): void { this.grownTo.set(seriesUid, frames) }

  studyOf(seriesUid: SeriesUid): StudyUid | null {
    for (const [studyUid, order] of this.orders) if (order.some((entry) => entry.seriesUid === seriesUid)) return studyUid
    return null
  }

  /** The series before or after the one in a pane; null at the ends. */
  neighbour({ studyUid, seriesUid }: PaneGiven, by: number): SeriesUid | null {
    const order = studyUid === null ? [] : this.orders.get(studyUid) ?? []
    const at = order.findIndex((entry) => entry.seriesUid === seriesUid)
    const next = order[Math.min(order.length - 1, Math.max(0, at + by))]?.seriesUid
    return next === undefined || next === seriesUid ? null : next
  }

  /** A CT and the PET to be laid over it, one of which is the given series; null where the study holds no such pair in one frame of reference. */
  pairOf(seriesUid: SeriesUid): Readonly<{ below: SeriesUid; over: SeriesUid }> | null {
    const studyUid = this.studyOf(seriesUid)
    const order = studyUid === null ? [] : this.orders.get(studyUid) ?? []
    const own = order.find((entry) => entry.seriesUid === seriesUid)
    if (own === undefined || own.frameOfReferenceUid === null || (own.modality !== 'CT' && own.modality !== 'PT')) return null
    const wanted = own.modality === 'CT' ? 'PT' : 'CT'
    const [other] = order.filter((entry) => entry.modality === wanted && entry.frameOfReferenceUid === own.frameOfReferenceUid).toSorted((a, b) => Number(isUncorrected(a)) - Number(isUncorrected(b)) || b.frames - a.frames)
    if (other === undefined) return null
    return wanted === 'PT' ? { below: seriesUid, over: other.seriesUid } : { below: other.seriesUid, over: seriesUid }
  }

  kindOf(seriesUid: SeriesUid): SeriesState['kind'] | null { return this.store.getState().opened[seriesUid]?.state.kind ?? null }

  setState(seriesUid: SeriesUid, state: SeriesState, opened: OpenSeries | null): void {
    const entry = { state, progress: opened?.frames.progress() ?? noProgress, planesRefused: opened?.planesRefused ?? null }
    this.store.setState((before) => ({ opened: { ...before.opened, [seriesUid]: entry } }))
    this.tellActive()
  }

  /** The series, progress and refusal of the active pane stand on their own, for whoever shows only one. */
  tellActive(): void {
    const { activePane, panes, opened, series, progress, planesRefused } = this.store.getState()
    const { seriesUid } = panes[activePane]
    const active = seriesUid === null ? undefined : opened[seriesUid]
    const next = { series: active?.state ?? { kind: 'none' as const }, progress: active?.progress ?? noProgress, planesRefused: active?.planesRefused ?? null }
    if (next.series !== series || next.progress !== progress || next.planesRefused !== planesRefused) this.store.setState(next)
  }

  /** At most ten times a second: hundreds of frames must not each draw the overlays anew. The last one is told at once. */
  progressed(opened: OpenSeries): void {
    const { seriesUid } = opened.description
    const { loaded, failed, total, held } = opened.frames.progress()
    if (loaded + failed >= Math.min(total, held)) this.tell(opened)
    else if (!this.timers.has(seriesUid)) this.timers.set(seriesUid, setTimeout(() => { this.tell(opened) }, 100))
  }

  /** Keeps where a pane is, before its series goes. */
  remember({ given, stack, pane }: PaneSlot): void {
    if (given.seriesUid === null) return
    const before = this.places.get(given.seriesUid)
    const facts = stack === null ? null : pane.shownFacts
    const image = facts?.sopInstanceUid === null || facts === null ? before : facts
    this.places.set(given.seriesUid, {
      sopInstanceUid: image?.sopInstanceUid ?? null, frameNumber: image?.frameNumber ?? null, window: pane.picture === null ? before?.window ?? null : pane.currentWindow
    })
  }

  placeOf(seriesUid: SeriesUid): Place { return this.places.get(seriesUid) ?? { sopInstanceUid: null, frameNumber: null, window: null } }

  /** Once a series is in memory, the one after it is fetched. */
  loadAhead(seriesUid: SeriesUid): void {
    const opened = this.pool.find(seriesUid)
    const studyUid = this.studyOf(seriesUid)
    if (opened === null || studyUid === null) return
    const { loaded, failed, total, held } = opened.frames.progress()
    if (loaded + failed < Math.min(total, held)) return
    const next = this.neighbour({ studyUid, seriesUid, mode: 'stack', slab: null, isPrior: false, link: null }, 1)
    if (next !== null) void this.pool.ahead(next)
  }

  private tell(opened: OpenSeries): void {
    const { seriesUid } = opened.description
    clearTimeout(this.timers.get(seriesUid))
    this.timers.delete(seriesUid)
    const before = this.store.getState().opened[seriesUid]
    if (before === undefined) return
    this.store.setState((state) => ({ opened: { ...state.opened, [seriesUid]: { ...before, progress: opened.frames.progress(), planesRefused: opened.planesRefused } } }))
    this.tellActive()
    this.onLoaded(seriesUid)
    const { panes, activePane } = this.store.getState()
    if (panes[activePane].seriesUid === seriesUid) this.loadAhead(seriesUid)
  }
}

/** PET without correction for attenuation shows what lies deep too weakly; it is made to check the corrected one. */
function isUncorrected({ description }: StudyEntry): boolean {
  return /\b(nac|no[ _-]?ac|non?[ _-]?corr\w*|uncorr\w*)\b/i.test(description)
}
