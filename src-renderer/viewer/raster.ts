import type { Picture } from './picture.ts'
import { voiLevel } from './reading/lookup.ts'
import type { WindowSetting } from './types.ts'

/**
 * Grey level 0 to 255 of a value under a window (PS3.3 C.11.2.1.2 and C.11.2.1.3).
 * `shape`: LINEAR, LINEAR_EXACT or SIGMOID; an unknown word is LINEAR, as the standard says of an absent one.
 */
export function greyOf(value: number, { center, width }: WindowSetting, shape: string): number {
  if (shape === 'SIGMOID') return 255 / (1 + Math.exp((-4 * (value - center)) / width))
  const isExact = shape === 'LINEAR_EXACT'
  const middle = isExact ? center : center - 0.5
  const span = isExact ? width : width - 1
  if (value <= middle - span / 2) return 0
  if (value > middle + span / 2) return 255
  return ((value - middle) / span + 0.5) * 255
}

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1
const opaque = (grey: number): number => littleEndian ? ((255 << 24) | (grey << 16) | (grey << 8) | grey) >>> 0 : ((grey << 24) | (grey << 16) | (grey << 8) | 255) >>> 0

/**
 * Paints a picture into RGBA pixels (as 32-bit words), through the window and, for MONOCHROME1 or on demand, inverted. `colours`: 256 words
 * in place of greys. Padding is background: black, or white where somebody inverts.
 */
export function paint(picture: Picture, window: WindowSetting, isInverted: boolean, target: Uint32Array, colours?: Uint32Array): void {
  if (picture.kind === 'colour') {
    target.set(new Uint32Array(picture.rgba.buffer, picture.rgba.byteOffset, target.length))
    if (isInverted) for (let i = 0; i < target.length; i += 1) target[i] = ((target[i] ?? 0) ^ (littleEndian ? 0x00ffffff : 0xffffff00)) >>> 0
    return
  }
  const { values, minimum, padding, voiLut, supplement } = picture
  const turn = isInverted !== picture.isInverse
  const colourOf = (grey: number) => colours?.[grey] ?? opaque(grey)
  const levelOf = (value: number) => {
    if (padding !== undefined && value >= padding.low && value <= padding.high) return colourOf(isInverted ? 255 : 0)
    if (supplement !== undefined && value >= supplement.from) return supplement.words[Math.min(supplement.words.length - 1, Math.round((value - supplement.from) / supplement.step))] ?? opaque(0)
    const grey = Math.round(voiLut === undefined ? greyOf(value, window, picture.voiLutFunction) : voiLevel(voiLut, value, window))
    return colourOf(turn ? 255 - grey : grey)
  }
  if (values instanceof Float32Array || picture.maximum - minimum > 70_000) {
    for (let i = 0; i < target.length; i += 1) target[i] = levelOf(values[i] ?? 0)
    return
  }
  const levels = Uint32Array.from({ length: picture.maximum - minimum + 1 }, (_, step) => levelOf(minimum + step))
  for (let i = 0; i < target.length; i += 1) target[i] = levels[(values[i] ?? 0) - minimum] ?? 0
}
