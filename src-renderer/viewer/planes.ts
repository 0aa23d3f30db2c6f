import type { PointMm } from '../../src-shared/ids.ts'
import type { SeriesDescription } from '../../src-shared/studies.ts'
import type { Pane } from './pane.ts'
import type { GreyValues } from './picture.ts'
import type { SeriesFrames } from './series-frames.ts'
import { cutPlane, familiesOf, gridOf, middleOf, planeCount, planeIndexAt, planeNames, planeText, type PlaneFamily, type PlaneName, type VolumeGrid } from './volume-planes.ts'
import { add, scale } from './vector.ts'

type Slices = Readonly<{ values: readonly GreyValues[]; minimum: number; maximum: number }>

/** The edge's reason why a series is no volume, with what follows from it. */
export function volumeRefusal({ notVolumeReason }: SeriesDescription): string {
  return `${(notVolumeReason ?? 'This series is no even stack of slices').replace(/\.$/, '')}: volume tools are off.`
}

/** The three planes through one point of a volume. Made only for a series that is an even, untilted stack in memory as a whole. */
export class Planes {
  private readonly series: SeriesDescription
  private readonly frames: SeriesFrames
  private readonly panes: Readonly<Record<PlaneName, Pane>>
  private readonly grid: VolumeGrid
  private readonly families: Readonly<Record<PlaneName, PlaneFamily>>
  private slices: Slices | null = null
  private point: PointMm

  /** Why a series can't be cut into planes, in a sentence; null where it can. */
  static refusal(series: SeriesDescription, frames: SeriesFrames): string | null {
    if (!series.isVolume) return volumeRefusal(series)
    if (series.pixel.samplesPerPixel > 1) return 'Colour images have no volume: volume tools are off.'
    if (gridOf(series) === null) return 'The slices have no positions in the patient: volume tools are off.'
    return frames.fitsWhole ? null : 'The series is larger than the memory set aside for images: volume tools are off.'
  }

  constructor(series: SeriesDescription, frames: SeriesFrames, panes: Readonly<Record<PlaneName, Pane>>) {
    const grid = gridOf(series)
    if (grid === null) throw new Error('Planes need a volume; ask `refusal` first.')
    this.series = series
    this.frames = frames
    this.panes = panes
    this.grid = grid
    this.families = familiesOf(grid)
    this.point = [...middleOf(grid)]
  }

  get crosshairMm(): PointMm { return this.point }

  /** Takes what has loaded: says how far it is, or draws. Answers true once the planes show. */
  update(): boolean {
    if (this.slices !== null) return true
    const { loaded, failed, total } = this.frames.progress()
    if (failed > 0) this.sayAll({ kind: 'failed', reason: `${failed} of ${total} slices could not be shown, so no plane is cut through the gap.` })
    else if (loaded < total) this.sayAll({ kind: 'loading', note: `Loading ${loaded} of ${total} slices` })
    else this.slices = this.collect()
    if (this.slices !== null) this.draw()
    return this.slices !== null
  }

  /** Moves the crosshair and cuts the planes that change. */
  moveTo(pointMm: PointMm): void {
    this.point = pointMm
    this.draw()
  }

  /** The crosshair's new place after a step through one pane's planes. */
  stepped(name: PlaneName, by: number): PointMm {
    const family = this.families[name]
    const { direction, stepMm } = this.grid.axes[family.fixed]
    const from = planeIndexAt(this.grid, family, this.point)
    const to = Math.min(planeCount(this.grid, family) - 1, Math.max(0, from + by))
    return add(this.point, scale(direction, (to - from) * stepMm))
  }

  /** The slice of the stack that holds the crosshair. */
  stackIndex(): number {
    const along = Object.values(this.families).find(({ fixed }) => fixed === 2)
    return along === undefined ? 0 : planeIndexAt(this.grid, along, this.point)
  }

  private draw(): void {
    const { slices } = this
    if (slices === null) return
    for (const name of planeNames) {
      const family = this.families[name]
      const index = planeIndexAt(this.grid, family, this.point)
      const pane = this.panes[name]
      if (pane.shownFacts?.index === index && pane.picture !== null) continue
      const picture = cutPlane(this.grid, family, index, slices.values, slices)
      pane.show(picture, { index, count: planeCount(this.grid, family), sopInstanceUid: null, frameNumber: null, positionText: planeText(picture.plane) })
    }
  }

  private sayAll(content: Parameters<Pane['say']>[0]): void {
    for (const name of planeNames) this.panes[name].say(content)
  }

  private collect(): Slices | null {
    const values: GreyValues[] = []
    let minimum = Infinity
    let maximum = -Infinity
    for (let index = 0; index < this.series.frames.length; index += 1) {
      const state = this.frames.at(index)
      if (state.kind !== 'ready' || state.picture.kind !== 'grey') return null
      values.push(state.picture.values)
      minimum = Math.min(minimum, state.picture.minimum)
      maximum = Math.max(maximum, state.picture.maximum)
    }
    return { values, minimum, maximum }
  }
}
