import type { PixelDescription } from '../../../src-shared/studies.ts'
import { paletteColours } from '../frames/colour.ts'

/** Values from `from` on, in the picture's own, have a colour of their own: one of `words` (RGBA) each `step`. */
export type Supplement = Readonly<{ from: number; step: number; words: Uint32Array }>

const opened = new WeakMap<object, Uint32Array>()

/** The colours that a grey image lays over part of its values, as maps of perfusion do (PS3.3 C.7.6.19); null where there are none. */
export function supplementOf({ hasSupplementalPalette, palette }: PixelDescription, { slope, intercept }: Readonly<{ slope: number; intercept: number }>): Supplement | null {
  if (hasSupplementalPalette !== true || palette === null || slope <= 0) return null
  const words = opened.get(palette) ?? paletteColours(palette)
  opened.set(palette, words)
  return { from: (palette.descriptor[0]?.[1] ?? 0) * slope + intercept, step: slope, words }
}
