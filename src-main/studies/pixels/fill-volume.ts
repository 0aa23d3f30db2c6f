import type { PixelDescription } from '../../../src-shared/studies.ts'
import type { Decoded } from './codecs.ts'
import { toValues } from './decode.ts'

const air = -1024

/**
 * Writes one slice as Hounsfield units: value × slope + intercept, once, rounded to whole units and cut to the range of 16 bits (real
 * scanners stay within ±32 000). Padding outside of the field of view never comes out denser than air.
 */
export function fillSlice(target: Int16Array, decoded: Decoded, pixel: PixelDescription, slope: number, intercept: number): void {
  const values = toValues(decoded, pixel)
  const padding = pixel.pixelPaddingValue
  const isWhole = Number.isInteger(slope) && Number.isInteger(intercept)
  for (let index = 0; index < target.length; index++) {
    const value = values[index] ?? 0
    const scaled = value * slope + intercept
    const hu = isWhole ? scaled : Math.round(scaled)
    target[index] = value === padding && hu > air ? air : hu > 32767 ? 32767 : hu < -32768 ? -32768 : hu
  }
}
