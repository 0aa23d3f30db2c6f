import type { PointMm } from '../../../src-shared/ids.ts'
import type { OpenSeries } from '../frames/open-series.ts'
import type { Pane } from './pane.ts'
import { sayLoading, type SeriesView } from './series-view.ts'
import type { Stone } from '../three-d/stones.ts'
import { createVolumePane, type VolumePane } from '../three-d/volume-pane.ts'

/** The stones of the series as they stand, which one is chosen, and whether the rejected ones show. */
export type StonesShown = Readonly<{ stones: readonly Stone[]; selectedId: string | null; showRejected: boolean }>

export type SpaceOptions = Readonly<{
  mode: 'volume' | 'stones'
  pane: Pane
  opened: OpenSeries
  stones: () => StonesShown
  onPick: (findingId: string | null) => void
}>

/** A series in three dimensions: its voxels as light, and, as the stone view, the surfaces of its stones among them. */
export class SpaceView implements SeriesView {
  readonly mode: 'volume' | 'stones'
  readonly opened: OpenSeries
  private readonly options: SpaceOptions
  private element: HTMLElement | null = null
  private drawn: VolumePane | null = null
  private stop: (() => void) | null = null

  constructor(options: SpaceOptions) {
    this.mode = options.mode
    this.opened = options.opened
    this.options = options
  }

  get space(): VolumePane | null { return this.drawn }

  mount(element: HTMLElement): () => void {
    this.element = element
    this.update()
    return () => {
      this.stop?.()
      this.stop = null
      this.element = null
    }
  }

  update(): void {
    const { pane, opened, mode, onPick } = this.options
    const volume = opened.volume()
    if (volume === null) { sayLoading(pane, opened); return }
    const { description } = opened
    this.drawn ??= createVolumePane({
      volume, modality: description.modality, label: description.description || `Series ${description.seriesNumber ?? ''}`.trim(),
      appearance: mode === 'stones' ? 'stones' : description.modality === 'CT' ? 'bone' : 'mip', onPick, onState: (state) => { pane.setSpace(state) }
    })
    this.showStones()
    if (this.element !== null) this.stop ??= this.drawn.attach(this.element)
  }

  showStones(): void {
    if (this.mode !== 'stones') return
    const { stones, ...shown } = this.options.stones()
    this.drawn?.setStones(stones, shown)
  }

  /** A step turns the volume. */
  step(by: number): void { this.drawn?.rotateBy(by * 10, 0) }

  async goToPoint(pointMm: PointMm): Promise<boolean> {
    this.drawn?.centreOn(pointMm)
    return Promise.resolve(this.drawn !== null)
  }

  dispose(): void {
    this.stop?.()
    this.stop = null
    this.options.pane.setSpace(null)
  }
}
