import type { Picture } from './picture.ts'
import { voiLevel } from './reading/lookup.ts'
import type { WindowSetting } from './types.ts'

/**
 * Grey level 0 to 255 of a value under a window (PS3.3 C.11.2.1.2 and C.11.2.1.3).
 * `shape`: LINEAR, LINEAR_EXACT or SIGMOID; an unknown word is LINEAR, as the standard says of an absent one.
 */
export function greyOf(value: number, window: WindowSetting, shape: string): number {
  return greyReader(window, shape)(value)
}

/** `greyOf` for many values under one window. */
function greyReader({ center, width }: WindowSetting, shape: string): (value: number) => number {
  if (shape === 'SIGMOID') return (value) => 255 / (1 + Math.exp((-4 * (value - center)) / width))
  const isExact = shape === 'LINEAR_EXACT'
  const middle = isExact ? center : center - 0.5
  const span = isExact ? width : width - 1
  const low = middle - span / 2
  const high = middle + span / 2
  return (value) => value <= low ? 0 : value > high ? 255 : ((value - middle) / span + 0.5) * 255
}

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1
const opaque = (grey: number): number => littleEndian ? ((255 << 24) | (grey << 16) | (grey << 8) | grey) >>> 0 : ((grey << 24) | (grey << 16) | (grey << 8) | 255) >>> 0
const black = opaque(0)

export type Paint = (picture: Picture, window: WindowSetting, isInverted: boolean, target: Uint32Array, colours?: Uint32Array) => void

/** All that an RGBA word depends on beside the value itself. */
type Look = Readonly<{ window: WindowSetting; isInverted: boolean; colours: Uint32Array | undefined; picture: GreyPicture }>
type GreyPicture = Extract<Picture, { kind: 'grey' }>
/** RGBA words of the whole values from `from` on, under one look. */
type Levels = Readonly<{ look: Look; from: number; words: Uint32Array }>

/** Wider ranges than 16 bits hold are not kept as a table. */
const widestTable = 70_000

/** Paints a picture once. */
export const paint: Paint = (...picture) => { createPaint()(...picture) }

/**
 * Paints pictures into RGBA pixels (as 32-bit words), through the window and, for MONOCHROME1 or on demand, inverted. `colours`: 256 words
 * in place of greys. Padding is background: black, or white where somebody inverts. What a whole value becomes is worked out once under each
 * window and then looked up, also for the next slices.
 */
export function createPaint(): Paint {
  let known: Levels | null = null
  return (picture, window, isInverted, target, colours) => {
    if (picture.kind === 'colour') {
      paintColour(picture.rgba, isInverted, target)
      return
    }
    const { values, minimum, maximum } = picture
    const look: Look = { window, isInverted, colours, picture }
    if (values instanceof Float32Array || values instanceof Float64Array || maximum - minimum > widestTable) {
      paintEach(look, target)
      return
    }
    if (known === null || !isSame(known.look, look) || minimum < known.from || maximum >= known.from + known.words.length) known = levelsOf(look, known)
    const { from, words } = known
    for (let i = 0; i < target.length; i += 1) target[i] = words[(values[i] ?? 0) - from] ?? black
  }
}

function paintColour(rgba: Uint8ClampedArray, isInverted: boolean, target: Uint32Array): void {
  target.set(new Uint32Array(rgba.buffer, rgba.byteOffset, target.length))
  if (isInverted) for (let i = 0; i < target.length; i += 1) target[i] = ((target[i] ?? 0) ^ (littleEndian ? 0x00ffffff : 0xffffff00)) >>> 0
}

/** The table of a look; where only the range has grown, wide enough for both, so that slices in turns do not make it anew each time. */
function levelsOf(look: Look, known: Levels | null): Levels {
  let { minimum: from, maximum: to } = look.picture
  if (known !== null && isSame(known.look, look)) {
    const low = Math.min(from, known.from)
    const high = Math.max(to, known.from + known.words.length - 1)
    if (high - low <= widestTable) { from = low; to = high }
  }
  const wordOf = wordsOf(look)
  const words = new Uint32Array(to - from + 1)
  for (let step = 0; step < words.length; step += 1) words[step] = wordOf(from + step)
  return { look, from, words }
}

function paintEach(look: Look, target: Uint32Array): void {
  const { values } = look.picture
  const wordOf = wordsOf(look)
  for (let i = 0; i < target.length; i += 1) target[i] = wordOf(values[i] ?? 0)
}

/** From a value to its RGBA word. */
function wordsOf({ window, isInverted, colours, picture }: Look): (value: number) => number {
  const { padding, voiLut, supplement, voiLutFunction } = picture
  const turn = isInverted !== picture.isInverse
  const wordOfGrey = (grey: number) => colours?.[grey] ?? opaque(grey)
  const greys = Uint32Array.from({ length: 256 }, (_, grey) => wordOfGrey(turn ? 255 - grey : grey))
  const background = wordOfGrey(isInverted ? 255 : 0)
  // No number, beyond the edge of a volume: colours laid over another picture leave it as it is.
  const beyond = colours === undefined ? black : 0
  const greyAt = greyReader(window, voiLutFunction)
  if (padding === undefined && voiLut === undefined && supplement === undefined) return (value) => greys[Math.round(greyAt(value))] ?? beyond
  return (value) => {
    if (padding !== undefined && value >= padding.low && value <= padding.high) return background
    if (supplement !== undefined && value >= supplement.from) return supplement.words[Math.min(supplement.words.length - 1, Math.round((value - supplement.from) / supplement.step))] ?? black
    return greys[Math.round(voiLut === undefined ? greyAt(value) : voiLevel(voiLut, value, window))] ?? beyond
  }
}

function isSame(a: Look, b: Look): boolean {
  return a.window.center === b.window.center && a.window.width === b.window.width && a.isInverted === b.isInverted && a.colours === b.colours
    && a.picture.isInverse === b.picture.isInverse && a.picture.voiLutFunction === b.picture.voiLutFunction && a.picture.voiLut === b.picture.voiLut
    && a.picture.supplement === b.picture.supplement && a.picture.padding?.low === b.picture.padding?.low && a.picture.padding?.high === b.picture.padding?.high
}
