import type { PointCss } from '../types.ts'
import type { Affine } from '../view-transform.ts'

/** `radiusPx`: of the loupe, CSS pixels. */
export type Loupe = Readonly<{ at: PointCss; factor: number; radiusPx: number }>

/** The way from picture to screen, larger about a point that stays where it is. */
export function magnified({ a, b, c, d, e, f }: Affine, [x, y]: PointCss, factor: number): Affine {
  return { a: a * factor, b: b * factor, c: c * factor, d: d * factor, e: x + (e - x) * factor, f: y + (f - y) * factor }
}

/**
 * Draws a loupe over a pane that is drawn already: what lies under the cursor, larger, every pixel as it is. `sources`: the canvases with the
 * painted pictures, from below upwards; `affine`: from its indexes to CSS pixels, as the pane drew it; `ratio`: device pixels a CSS pixel.
 */
export function drawLoupe(context: CanvasRenderingContext2D, sources: readonly CanvasImageSource[], affine: Affine, { at, factor, radiusPx }: Loupe, ratio: number): void {
  const { a, b, c, d, e, f } = magnified(affine, at, factor)
  context.save()
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.beginPath()
  context.arc(at[0], at[1], radiusPx, 0, 2 * Math.PI)
  context.clip()
  context.fillStyle = '#000'
  context.fillRect(at[0] - radiusPx, at[1] - radiusPx, 2 * radiusPx, 2 * radiusPx)
  context.imageSmoothingEnabled = false
  context.setTransform(a * ratio, b * ratio, c * ratio, d * ratio, e * ratio, f * ratio)
  // The first pixel begins half a pixel before index 0.
  for (const source of sources) context.drawImage(source, -0.5, -0.5)
  context.restore()
  context.save()
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.beginPath()
  context.arc(at[0], at[1], radiusPx, 0, 2 * Math.PI)
  context.strokeStyle = '#9fb0bf'
  context.lineWidth = 1
  context.stroke()
  context.restore()
}
