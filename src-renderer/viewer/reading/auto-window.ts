import type { Picture } from '../picture.ts'
import type { WindowSetting } from '../types.ts'

/**
 * The window that spans a picture's values from one share of them to another, padding left out, for MR, radiographs and ultrasound, whose
 * values have no fixed meaning. Null for colour and for a picture without values.
 */
export function percentileWindow(picture: Picture, from: number, to: number): WindowSetting | null {
  if (picture.kind === 'colour') return null
  const { values, padding } = picture
  // Every so-maniest pixel: a radiograph has millions, and a percentile of 200,000 is as good.
  const step = Math.max(1, Math.floor(values.length / 200_000))
  const seen: number[] = []
  for (let i = 0; i < values.length; i += step) {
    const value = values[i] ?? 0
    if (padding === undefined || value < padding.low || value > padding.high) seen.push(value)
  }
  if (seen.length === 0) return null
  const sorted = Float64Array.from(seen).toSorted()
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  const [low, high] = [at(from), at(to)]
  const isWhole = !(values instanceof Float32Array || values instanceof Float64Array)
  // LINEAR counts whole values (PS3.3 C.11.2.1.2): a window of n values is n wide, and its middle half a value further.
  return isWhole ? { center: (low + high + 1) / 2, width: Math.max(1, high - low + 1) } : { center: (low + high) / 2, width: Math.max((high - low), 1e-6) }
}
