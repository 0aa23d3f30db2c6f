import type { PointMm } from '../../../src-shared/ids.ts'
import { FusionView, type FusionLook } from './fusion-view.ts'
import type { ObliqueGroup } from './oblique-group.ts'
import { ObliqueView } from './oblique-view.ts'
import type { OpenSeries } from '../frames/open-series.ts'
import type { Pane } from './pane.ts'
import { PlaneView } from './plane-view.ts'
import type { SeriesView } from './series-view.ts'
import { SpaceView, type StonesShown } from './space-view.ts'
import { StackView } from './stack-view.ts'
import type { PaneContentRequest } from '../types.ts'

export type ViewOptions = Readonly<{
  content: PaneContentRequest
  pane: Pane
  opened: OpenSeries
  /** The series laid over it, for a fusion. */
  over: OpenSeries | null
  /** Where the crosshair of this space stands; null where it has none yet. */
  point: PointMm | null
  stepped: (index: number) => void
  moveCrosshair: (pointMm: PointMm) => void
  obliques: () => ObliqueGroup | null
  fusionLook: () => FusionLook
  stones: () => StonesShown
  onPick: (findingId: string | null) => void
}>

/** Makes what a pane was asked to make of a series. A mode that the series does not allow has been refused before. */
export function viewOf(options: ViewOptions): SeriesView {
  const { content: { mode, slab = null }, pane, opened, over, point, stepped, moveCrosshair } = options
  switch (mode) {
    case 'axial': case 'sagittal': case 'coronal': return new PlaneView({ mode, pane, opened, slab, point, moveCrosshair })
    case 'oblique': {
      const group = options.obliques()
      if (group === null) break
      const view = new ObliqueView({ pane, opened, slab, group, name: group.freeName(), moveCrosshair })
      group.join(view)
      if (point !== null) group.planes.moveTo(point)
      return view
    }
    case 'volume': case 'stones': return new SpaceView({ mode, pane, opened, stones: options.stones, onPick: options.onPick })
    case 'fusion': if (over !== null) return new FusionView({ pane, opened, over, look: options.fusionLook, stepped })
      break
    case 'stack': break
  }
  return new StackView(pane, opened, stepped)
}
