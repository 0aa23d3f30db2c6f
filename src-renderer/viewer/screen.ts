import type { StoreApi } from 'zustand/vanilla'
import type { PointMm, SeriesUid, StudyUid } from '../../src-shared/ids.ts'
import type { PaneGrid } from '../../src-shared/viewing.ts'
import { needsVolume, readyLayouts, type ReadyLayout } from './layouts.ts'
import type { LinkedScroll } from './linked-scroll.ts'
import type { PaneSlot } from './panes/pane-slot.ts'
import type { SeriesPool } from './frames/series-pool.ts'
import type { SeriesStates } from './series-states.ts'
import { paneIds, type Layout, type PaneContentRequest, type PaneId, type ViewerState } from './types.ts'
import { panesOfGrid } from './viewer-state.ts'
import { gridOf, middleOf } from './volume-planes.ts'

export type ScreenParts = Readonly<{
  studyUid: StudyUid
  store: StoreApi<ViewerState>
  slots: Readonly<Record<PaneId, PaneSlot>>
  series: SeriesStates
  pool: SeriesPool
  linked: LinkedScroll
  activate: (pane: PaneId) => void
  setCrosshair: (frameKey: string, pointMm: PointMm) => void
}>

export type HangOptions = Readonly<{ layout?: Layout; isLinked?: boolean }>

/** What hangs where: which panes there are, and what each was given. */
export class Screen {
  private readonly parts: ScreenParts

  constructor(parts: ScreenParts) {
    this.parts = parts
  }

  private get state(): ViewerState { return this.parts.store.getState() }

  async openSeries(seriesUid: SeriesUid, pane: PaneId): Promise<void> {
    const { series, studyUid } = this.parts
    const { layout, panes } = this.state
    if (panes[pane].seriesUid === seriesUid && series.kindOf(seriesUid) !== 'failed') return
    const content = { studyUid: series.studyOf(seriesUid) ?? studyUid, seriesUid, mode: 'stack' as const }
    // A ready-made screen stays what it is, of the other series.
    if (layout === 'grid' || layout === 'one' || layout === 'compare') await this.assign(pane, content)
    else await this.layOut(layout, content)
  }

  async assign(pane: PaneId, content: PaneContentRequest): Promise<void> {
    const { store, series, slots, linked, activate } = this.parts
    store.setState({ notice: null, draft: null })
    series.remember(slots[pane])
    const assigned = slots[pane].assign(content)
    activate(pane)
    await assigned
    if (this.state.isLinked) linked.link(pane)
    series.loadAhead(content.seriesUid)
  }

  async hang(grid: PaneGrid, contents: readonly (PaneContentRequest | null)[], { layout = 'grid', isLinked = false }: HangOptions = {}): Promise<void> {
    const { store, series, slots, linked, activate } = this.parts
    for (const slot of Object.values(slots)) series.remember(slot)
    store.setState({ grid: { rows: grid.rows, columns: grid.columns }, layout, maximised: null, isLinked, draft: null, notice: null })
    const panes = panesOfGrid(this.state)
    const contentAt = (id: PaneId) => panes.includes(id) ? contents[panes.indexOf(id)] ?? null : null
    for (const id of paneIds) if (contentAt(id) === null) slots[id].clear()
    const assigned = panes.map((id) => { const content = contentAt(id); return content === null ? Promise.resolve(false) : slots[id].assign(content) })
    const { activePane } = this.state
    activate(contentAt(activePane) === null ? panes.find((id) => contentAt(id) !== null) ?? 'p1' : activePane)
    await Promise.all(assigned)
    if (isLinked) linked.link(this.state.activePane)
    else linked.unlink()
  }

  /** Shows a series anew that has other images by now: an import went on while it was open. Every pane stays at its image. */
  async reopen(seriesUid: SeriesUid): Promise<void> {
    const { slots, series, pool } = this.parts
    const shown = paneIds.filter((id) => slots[id].given.seriesUid === seriesUid)
    const contents = shown.map((id) => this.contentOf(id))
    for (const id of shown) {
      series.remember(slots[id])
      slots[id].clear()
    }
    pool.forget(seriesUid)
    await Promise.all(shown.map((id, at) => { const content = contents[at]; return content ? slots[id].assign(content) : Promise.resolve(false) }))
  }

  /** A ready-made screen of the active series. Answers why it can't be, in a sentence, or null. */
  async setLayout(layout: ReadyLayout): Promise<string | null> {
    const { slots, pool, series } = this.parts
    const { studyUid, seriesUid } = slots[this.state.activePane].given
    const opened = seriesUid === null ? null : pool.find(seriesUid)
    if (studyUid === null || seriesUid === null || opened === null) return 'Open a series first.'
    const noPair = layout === 'fusion' && series.pairOf(seriesUid) === null ? 'This study holds no CT and PET in one frame of reference, so nothing can be laid over another.' : null
    const refused = readyLayouts[layout].modes.some(needsVolume) ? opened.planesRefused : noPair
    if (refused === null) await this.layOut(layout, { studyUid, seriesUid, mode: 'stack' })
    return refused
  }

  setGrid(grid: PaneGrid): void {
    const contents = panesOfGrid(this.state).map((id) => this.contentOf(id))
    void this.hang(grid, contents, { layout: grid.rows * grid.columns === 1 && contents[0]?.mode === 'stack' ? 'one' : 'grid', isLinked: this.state.isLinked })
  }

  /** What a pane shows, as it could be asked for again. */
  contentOf(id: PaneId): PaneContentRequest | null {
    const { given, pane } = this.parts.slots[id]
    if (given.studyUid === null || given.seriesUid === null) return null
    return { studyUid: given.studyUid, seriesUid: given.seriesUid, mode: given.mode, slab: given.slab, ...pane.currentWindow }
  }

  private async layOut(layout: ReadyLayout, content: PaneContentRequest): Promise<void> {
    const { store, series, pool } = this.parts
    const { modes, ...grid } = readyLayouts[layout]
    const isCut = modes.some(needsVolume)
    if (isCut) this.beginAt(content.seriesUid)
    const { tool } = this.state
    store.setState({ tool: isCut ? 'crosshair' : tool === 'crosshair' ? 'scroll' : tool })
    const pair = layout === 'fusion' ? series.pairOf(content.seriesUid) : null
    const seriesAt = (at: number) => pair === null ? content.seriesUid : at === 2 ? pair.over : pair.below
    await this.hang(grid, modes.map((mode, at) => ({ ...content, seriesUid: seriesAt(at), mode })), { layout, isLinked: layout === 'fusion' })
    const refused = isCut ? pool.find(content.seriesUid)?.planesRefused ?? null : null
    if (refused !== null && this.state.layout === layout) {
      // The series that was opened into this screen is no volume: it is shown as it is, and the reason is said.
      await this.layOut('one', content)
      store.setState({ notice: refused })
      return
    }
    this.parts.activate('p1')
    series.loadAhead(content.seriesUid)
  }

  /** Planes open where the eyes are: on the finding that is selected, else where they were, else in the middle. */
  private beginAt(seriesUid: SeriesUid): void {
    const { findings, selectedFindingId, crosshairs } = this.state
    const opened = this.parts.pool.find(seriesUid)
    const grid = opened === null ? null : gridOf(opened.description)
    if (opened === null || grid === null) return
    const selected = findings.find((finding) => finding.id === selectedFindingId && finding.seriesUid === seriesUid)
    const point = selected?.centreMm ?? crosshairs[opened.frameKey] ?? middleOf(grid)
    this.parts.setCrosshair(opened.frameKey, [point[0], point[1], point[2]])
  }
}
