import type { PaneMode } from '../../../src-shared/viewing.ts'
import type { PointMm } from '../../../src-shared/ids.ts'
import type { OpenSeries } from '../frames/open-series.ts'
import type { Pane } from './pane.ts'
import type { Picture } from '../picture.ts'

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
  /** The picture to measure on, where the one on the screen is only a glimpse of it. */
  exact?(): Picture | null
  /** Draws into an element of its own over the pane's canvas; answers the way back. */
  mount?(element: HTMLElement): () => void
}

/** Says how far a volume has come that is not there yet, or why it can't be. */
export function sayLoading(pane: Pane, opened: OpenSeries): void {
  const { loaded, failed, total } = opened.frames.progress()
  if (failed > 0) pane.say({ kind: 'failed', reason: failed === total ? 'None of its slices could be shown, so no plane can be cut.' : `${failed} of ${total} slices could not be shown, so no plane is cut through the gap.` })
  else pane.say({ kind: 'loading', note: `Loading ${loaded} of ${total} slices` })
}
