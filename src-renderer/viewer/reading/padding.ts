import type { PixelDescription } from '../../../src-shared/studies.ts'
import type { Samples } from '../frames/colour.ts'

/** Values from `low` to `high` are padding; `minimum` and `maximum` are those of all others. In the picture's own values. */
export type Padding = Readonly<{ low: number; high: number; minimum: number; maximum: number }>

/**
 * What of a frame is padding around the image (PS3.3 C.7.5.1.1.2), or null where nothing is. Padding lies outside of the values of the
 * image; a value said to be padding in their midst is believed to be a value: hiding part of an image is worse than showing its surround.
 */
export function paddingOf(cells: Samples, pixel: PixelDescription, { slope, intercept }: Readonly<{ slope: number; intercept: number }>): Padding | null {
  const { pixelPaddingValue: value, pixelPaddingRangeLimit } = pixel
  if (value === null) return null
  const limit = pixelPaddingRangeLimit ?? value
  const [from, to] = [Math.min(value, limit), Math.max(value, limit)]
  let low = Infinity
  let high = -Infinity
  let isThere = false
  for (let i = 0; i < cells.length; i += 1) {
    const cell = cells[i] ?? 0
    if (cell >= from && cell <= to) isThere = true
    else {
      if (cell < low) low = cell
      if (cell > high) high = cell
    }
  }
  if (!isThere || low > high || !(to < low || from > high)) return null
  const at = (cell: number) => cell * slope + intercept
  return { low: Math.min(at(from), at(to)), high: Math.max(at(from), at(to)), minimum: Math.min(at(low), at(high)), maximum: Math.max(at(low), at(high)) }
}
