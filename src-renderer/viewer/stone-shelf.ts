import type { StoreApi } from 'zustand/vanilla'
import type { SeriesUid } from '../../src-shared/ids.ts'
import type { FindingMask } from '../../src-shared/masks.ts'
import type { StonesShown } from './panes/space-view.ts'
import type { ViewerState } from './types.ts'

/** The stones that can be shown in three dimensions, and who hears when one is picked there. */
export class StoneShelf {
  private readonly store: StoreApi<ViewerState>
  private readonly listeners = new Set<(findingId: string) => void>()
  private masks: readonly FindingMask[] = []

  constructor(store: StoreApi<ViewerState>) {
    this.store = store
  }

  setMasks(masks: readonly FindingMask[]): void { this.masks = masks }

  onPick(listener: (findingId: string) => void): () => void {
    this.listeners.add(listener)
    return () => { this.listeners.delete(listener) }
  }

  picked(findingId: string | null): void {
    if (findingId !== null) for (const listener of this.listeners) listener(findingId)
  }

  of(seriesUid: SeriesUid): StonesShown {
    const { findings, selectedFindingId, areRejectedStonesShown } = this.store.getState()
    const stones = this.masks.flatMap((mask) => {
      const finding = mask.seriesUid === seriesUid ? findings.find(({ id }) => id === mask.findingId) : undefined
      return finding?.kind === 'stone' ? [{ findingId: finding.id, status: finding.status, mask }] : []
    })
    return { stones, selectedId: selectedFindingId, showRejected: areRejectedStonesShown }
  }
}
