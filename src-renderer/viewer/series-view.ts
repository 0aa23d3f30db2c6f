import type { PaneMode } from '../../src-shared/viewing.ts'
import type { PointMm } from '../../src-shared/ids.ts'
import type { OpenSeries } from './open-series.ts'

/** What a pane makes of its series: a stack of images, planes cut through the volume, a fusion, a space. */
export interface SeriesView {
  readonly mode: PaneMode
  readonly opened: OpenSeries
  /** Moves by pictures; what is beyond the ends stays. */
  step(by: number): void
  /** Shows the picture nearest to a point; resolves true once it is on the screen. */
  goToPoint(pointMm: PointMm): Promise<boolean>
  /** More of the series has loaded. */
  update(): void
  dispose(): void
}
