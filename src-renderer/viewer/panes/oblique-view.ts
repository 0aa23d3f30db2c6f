import type { PointMm } from '../../../src-shared/ids.ts'
import type { Slab } from '../../../src-shared/viewing.ts'
import type { ObliqueGroup } from './oblique-group.ts'
import type { OpenSeries } from '../frames/open-series.ts'
import type { Pane } from './pane.ts'
import type { Picture } from '../picture.ts'
import type { Plane } from '../plane.ts'
import { planeText } from './plane-text.ts'
import { createReformatter, type Reformatter } from '../reformat/reformatter.ts'
import { resample, thin } from '../reformat/resample.ts'
import { sayLoading, type SeriesView } from './series-view.ts'
import type { PlaneName } from '../volume-planes.ts'

export type ObliqueOptions = Readonly<{ pane: Pane; opened: OpenSeries; slab: Slab | null; group: ObliqueGroup; name: PlaneName; moveCrosshair: (pointMm: PointMm) => void }>

/** One of three planes that may lie anyhow in the volume; they turn together, through one common point. */
export class ObliqueView implements SeriesView {
  readonly mode = 'oblique'
  readonly opened: OpenSeries
  readonly name: PlaneName
  readonly group: ObliqueGroup
  private readonly pane: Pane
  private slab: Slab
  private readonly moveCrosshair: (pointMm: PointMm) => void
  private reformatter: Reformatter | null = null
  private plane: Plane | null = null
  private isGlimpse = false

  constructor({ pane, opened, slab, group, name, moveCrosshair }: ObliqueOptions) {
    this.pane = pane
    this.opened = opened
    this.slab = slab ?? thin
    this.group = group
    this.name = name
    this.moveCrosshair = moveCrosshair
  }

  get shownPlane(): Plane | null { return this.plane }
  get thicknessMm(): number { return this.slab.thicknessMm }

  setSlab(slab: Slab | null): void {
    this.slab = slab ?? thin
    this.update()
  }

  step(by: number): void {
    this.group.planes.step(this.name, by)
    this.moveCrosshair(this.group.planes.centreMm)
  }

  async goToPoint(pointMm: PointMm): Promise<boolean> {
    this.group.planes.moveTo(pointMm)
    this.update()
    return Promise.resolve(this.opened.volume() !== null)
  }

  update(): void {
    const volume = this.opened.volume()
    if (volume === null) { sayLoading(this.pane, this.opened); return }
    this.reformatter ??= createReformatter({ volume, onPicture: (picture, isGlimpse) => { this.show(picture, isGlimpse) } })
    const plane = this.group.planes.plane(this.name, this.slab)
    this.plane = plane
    this.reformatter.show(plane, this.slab)
  }

  exact(): Picture | null {
    const volume = this.opened.volume()
    return this.isGlimpse && volume !== null && this.plane !== null ? resample(volume, this.plane, this.slab) : this.pane.picture
  }

  dispose(): void {
    this.reformatter?.stop()
    this.group.leave(this)
  }

  private show(picture: Picture, isGlimpse: boolean): void {
    this.isGlimpse = isGlimpse
    this.pane.show(picture, { index: 0, count: 1, sopInstanceUid: null, frameNumber: null, positionText: planeText(picture.plane, this.group.planes.centreMm) }, { keepsView: true })
  }
}
