import type { PointMm } from '../../src-shared/ids.ts'
import type { OpenSeries } from './open-series.ts'
import type { Pane } from './pane.ts'
import { PlaneView } from './plane-view.ts'
import type { SeriesView } from './series-view.ts'
import { StackView } from './stack-view.ts'
import type { PaneContentRequest } from './types.ts'

export type ViewOptions = Readonly<{
  content: PaneContentRequest
  pane: Pane
  opened: OpenSeries
  /** Where the crosshair of this space stands; null where it has none yet. */
  point: PointMm | null
  stepped: (index: number) => void
  moveCrosshair: (pointMm: PointMm) => void
}>

/** Makes what a pane was asked to make of a series. A mode that the series does not allow has been refused before. */
export function viewOf({ content, pane, opened, point, stepped, moveCrosshair }: ViewOptions): SeriesView {
  switch (content.mode) {
    case 'axial': case 'sagittal': case 'coronal': return new PlaneView(content.mode, pane, opened, point, moveCrosshair)
    default: return new StackView(pane, opened, stepped)
  }
}
