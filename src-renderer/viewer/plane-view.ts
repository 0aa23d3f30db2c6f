import type { PointMm } from '../../src-shared/ids.ts'
import type { OpenSeries, SeriesVolume } from './open-series.ts'
import type { Pane } from './pane.ts'
import type { SeriesView } from './series-view.ts'
import { add, scale } from './vector.ts'
import { cutPlane, familiesOf, middleOf, planeCount, planeIndexAt, planeText, type PlaneFamily, type PlaneName } from './volume-planes.ts'

/** One of the three planes through a point of a volume, cut along the grid of its voxels. Made only for a series that can be a volume. */
export class PlaneView implements SeriesView {
  readonly mode: PlaneName
  readonly opened: OpenSeries
  private readonly pane: Pane
  private readonly moveCrosshair: (pointMm: PointMm) => void
  private point: PointMm | null
  private drawnAt = -1

  /** `point`: where to begin; null for the middle of the volume. `moveCrosshair` is asked for each step, and answers by `goToPoint`. */
  constructor(mode: PlaneName, pane: Pane, opened: OpenSeries, point: PointMm | null, moveCrosshair: (pointMm: PointMm) => void) {
    this.mode = mode
    this.pane = pane
    this.opened = opened
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
    if (volume !== null) { this.draw(volume); return }
    const { loaded, failed, total } = this.opened.frames.progress()
    if (failed > 0) this.pane.say({ kind: 'failed', reason: `${failed} of ${total} slices could not be shown, so no plane is cut through the gap.` })
    else this.pane.say({ kind: 'loading', note: `Loading ${loaded} of ${total} slices` })
  }

  dispose(): void { this.drawnAt = -1 }

  private draw(volume: SeriesVolume): void {
    const family = this.family(volume)
    const index = planeIndexAt(volume.grid, family, this.point ?? middleOf(volume.grid))
    if (index === this.drawnAt && this.pane.picture !== null) return
    this.drawnAt = index
    const picture = cutPlane(volume.grid, family, index, volume.slices, volume)
    this.pane.show(picture, { index, count: planeCount(volume.grid, family), sopInstanceUid: null, frameNumber: null, positionText: planeText(picture.plane) })
  }

  private family({ grid }: SeriesVolume): PlaneFamily { return familiesOf(grid)[this.mode] }
}
