import { resizePlane, type Plane } from './resize.ts'

/** The largest size with the true proportions of the body that fits a square, and where it lies: in the middle. */
export function fitSquare(widthMm: number, heightMm: number, sizePx: number): Readonly<{ width: number, height: number, left: number, top: number }> {
  const scale = sizePx / Math.max(widthMm, heightMm)
  const width = Math.max(1, Math.min(sizePx, Math.round(widthMm * scale)))
  const height = Math.max(1, Math.min(sizePx, Math.round(heightMm * scale)))
  return { width, height, left: (sizePx - width) >> 1, top: (sizePx - height) >> 1 }
}

/**
 * Three channels on a square of `sizePx`, red, green, blue, row after row. What the picture does not cover is black, which is what air is
 * in each of the three windows.
 */
export function squareRgb(channels: readonly [Plane, Plane, Plane], { widthMm, heightMm }: Readonly<{ widthMm: number, heightMm: number }>, sizePx: number): Uint8Array {
  const { width, height, left, top } = fitSquare(widthMm, heightMm, sizePx)
  const rgb = new Uint8Array(3 * sizePx * sizePx)
  for (const [channel, plane] of channels.entries()) {
    const resized = plane === channels[0] || plane !== channels[channel - 1] ? resizePlane(plane, width, height) : null
    for (let row = 0; row < height; row++) {
      const start = 3 * ((top + row) * sizePx + left) + channel
      if (resized === null) for (let column = 0, at = start; column < width; column++, at += 3) rgb[at] = rgb[at - 1] ?? 0
      // Values are not below 0: to add a half and cut is to round.
      else for (let column = 0, at = start; column < width; column++, at += 3) rgb[at] = (resized[row * width + column] ?? 0) + 0.5
    }
  }
  return rgb
}
