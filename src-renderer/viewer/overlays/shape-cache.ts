import type { PaneView } from '../types.ts'
import { dot } from '../../../src-shared/vector.ts'
import { cutOf } from './cut.ts'
import { shapesOf, type OpenedOverlay, type ShownPicture } from './opened.ts'
import type { OverlayShape } from './shape.ts'

/** An object that is switched on, less its parts that are off. */
export type DrawnOverlay = Readonly<{ overlay: OpenedOverlay; hidden: ReadonlySet<number> }>
export type ShapeCache = ReturnType<typeof createShapeCache>

/**
 * What one pane draws of overlays, in mm. Zoom and pan leave that as it is, so it is worked out again only for another picture, another plane or
 * other overlays.
 */
export function createShapeCache() {
  let known: Readonly<{ key: string; overlays: readonly DrawnOverlay[]; series: ShownPicture['series']; shapes: readonly OverlayShape[] }> | null = null
  return {
    shapes(overlays: readonly DrawnOverlay[], shown: ShownPicture, view: PaneView): readonly OverlayShape[] {
      const cut = cutOf(view)
      if (cut === null) return []
      const { series, sopInstanceUid, frameNumber, slabMm } = shown
      const key = [sopInstanceUid, frameNumber, slabMm, dot(cut.originMm, cut.normal).toFixed(4), ...cut.normal.map((part) => part.toFixed(6))].join(' ')
      if (known?.key !== key || known.overlays !== overlays || known.series !== series) {
        const shapes = overlays.flatMap(({ overlay, hidden }) => shapesOf(overlay, shown, cut, (number) => !hidden.has(number))
          .map((shape): OverlayShape => ({ ...shape, key: `${overlay.sopInstanceUid}/${shape.key}` })))
        // What is covered by a shutter covers no drawing.
        known = { key, overlays, series, shapes: [...shapes.filter(({ kind }) => kind === 'cover'), ...shapes.filter(({ kind }) => kind !== 'cover')] }
      }
      return known.shapes
    }
  }
}
