import type { PointMm } from '../../../src-shared/ids.ts'
import type { Slab } from '../../../src-shared/viewing.ts'
import type { OpenSeries, SeriesVolume } from '../frames/open-series.ts'
import type { Pane } from './pane.ts'
import type { Picture } from '../picture.ts'
import { planeText } from './plane-text.ts'
import { createReformatter, type Reformatter } from '../reformat/reformatter.ts'
import { resample } from '../reformat/resample.ts'
import { sayLoading, type SeriesView } from './series-view.ts'
import { add, scale } from '../../../src-shared/vector.ts'
import { cutPlane, familiesOf, middleOf, planeAt, planeCount, planeIndexAt, type PlaneFamily, type PlaneName } from '../volume-planes.ts'

export type PlaneOptions = Readonly<{
  mode: PlaneName
  pane: Pane
  opened: OpenSeries
  slab: Slab | null
  /** Where to begin; null for the middle of the volume. */
  point: PointMm | null
  /** Asked for each step; answers by `goToPoint`. */
  moveCrosshair: (pointMm: PointMm) => void
}>

/** One of the three planes through a point of a volume, cut along the grid of its voxels. Made only for a series that can be a volume. */
export class PlaneView implements SeriesView {
  readonly mode: PlaneName
  readonly opened: OpenSeries
  private readonly pane: Pane
  private readonly slab: Slab | null
  private readonly moveCrosshair: (pointMm: PointMm) => void
  private reformatter: Reformatter | null = null
  private point: PointMm | null
  private drawnAt = -1
  private isGlimpse = false

  constructor({ mode, pane, opened, slab, point, moveCrosshair }: PlaneOptions) {
    this.mode = mode
    this.pane = pane
    this.opened = opened
    this.slab = slab !== null && slab.thicknessMm > 0 ? slab : null
    this.point = point
    this.moveCrosshair = moveCrosshair
  }

  step(by: number): void {
    const volume = this.opened.volume()
    if (volume === null) return
    const family = this.family(volume)
    const at = this.point ?? middleOf(volume.grid)
    const from = planeIndexAt(volume.grid, family, at)
    const to = Math.min(planeCount(volume.grid, family) - 1, Math.max(0, from + by))
    const { direction, stepMm } = volume.grid.axes[family.fixed]
    if (to !== from) this.moveCrosshair(add(at, scale(direction, (to - from) * stepMm)))
  }

  async goToPoint(pointMm: PointMm): Promise<boolean> {
    this.point = pointMm
    this.update()
    return Promise.resolve(this.opened.volume() !== null)
  }

  update(): void {
    const volume = this.opened.volume()
    if (volume === null) sayLoading(this.pane, this.opened)
    else this.draw(volume)
  }

  exact(): Picture | null {
    const volume = this.opened.volume()
    const { picture } = this.pane
    return this.isGlimpse && volume !== null && picture !== null && this.slab !== null ? resample(volume, picture.plane, this.slab) : picture
  }

  dispose(): void {
    this.reformatter?.stop()
    this.drawnAt = -1
  }

  private draw(volume: SeriesVolume): void {
    const family = this.family(volume)
    const index = planeIndexAt(volume.grid, family, this.point ?? middleOf(volume.grid))
    if (index === this.drawnAt && this.pane.picture !== null) return
    this.drawnAt = index
    const count = planeCount(volume.grid, family)
    if (this.slab === null) { this.show(cutPlane(volume.grid, family, index, volume.slices, volume), count, false); return }
    this.reformatter ??= createReformatter({ volume, onPicture: (picture, isGlimpse) => { this.show(picture, count, isGlimpse) } })
    const plane = planeAt(volume.grid, family, index)
    this.reformatter.show({ ...plane, halfThicknessMm: Math.max(plane.halfThicknessMm, this.slab.thicknessMm / 2) }, this.slab)
  }

  private show(picture: Picture, count: number, isGlimpse: boolean): void {
    this.isGlimpse = isGlimpse
    this.pane.show(picture, { index: this.drawnAt, count, sopInstanceUid: null, frameNumber: null, positionText: planeText(picture.plane) })
  }

  private family({ grid }: SeriesVolume): PlaneFamily { return familiesOf(grid)[this.mode] }
}
