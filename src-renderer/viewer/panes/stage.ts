import type { Picture } from '../picture.ts'
import { createPaint } from '../raster.ts'
import type { WindowSetting } from '../types.ts'
import type { Affine } from '../view-transform.ts'

/** Keeps a picture as painted under its last window, so that panning and zooming paint nothing anew. */
export interface Stage {
  readonly canvas: HTMLCanvasElement
  /** `colours`: 256 RGBA words in place of greys. */
  update(picture: Picture, window: WindowSetting, isInverted: boolean, colours?: Uint32Array): void
}

/** `isOverlay`: colours keep their alpha, to be drawn over another picture. */
export function createStage(isOverlay = false): Stage {
  const canvas = document.createElement('canvas')
  const paint = createPaint()
  let painted: Readonly<{ picture: Picture; window: WindowSetting; isInverted: boolean; colours: Uint32Array | undefined }> | null = null
  let pixels: ImageData | null = null
  return {
    canvas,
    update(picture, window, isInverted, colours) {
      if (painted?.picture === picture && painted.window === window && painted.isInverted === isInverted && painted.colours === colours) return
      const { columns, rows } = picture.plane
      const context = canvas.getContext('2d', { alpha: isOverlay })
      if (context === null) throw new Error('The browser gave no canvas to draw on.')
      if (pixels === null || canvas.width !== columns || canvas.height !== rows) {
        canvas.width = columns
        canvas.height = rows
        pixels = context.createImageData(columns, rows)
      }
      paint(picture, window, isInverted, new Uint32Array(pixels.data.buffer), colours)
      context.putImageData(pixels, 0, 0)
      painted = { picture, window, isInverted, colours }
    }
  }
}

/** Draws a painted picture; `affine` leads from indexes (pixel centres whole) to CSS pixels. */
export function drawPicture(context: CanvasRenderingContext2D, source: HTMLCanvasElement, { a, b, c, d, e, f }: Affine): void {
  const ratio = devicePixelRatio
  const isShrunk = Math.min(Math.hypot(a, b), Math.hypot(c, d)) * ratio < 0.7
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = isShrunk ? 'medium' : 'low'
  context.setTransform(a * ratio, b * ratio, c * ratio, d * ratio, e * ratio, f * ratio)
  // The first pixel begins half a pixel before index 0.
  context.drawImage(source, -0.5, -0.5)
}
