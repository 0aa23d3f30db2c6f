/**
 * Bilinear interpolation with half-pixel centres, as the image processor of the model does it; where an axis shrinks, the triangle is as
 * wide as the step, so that nothing is skipped (antialiasing). Edges repeat. Values stay within 0–255 and are rounded to the nearest.
 */
type Taps = Readonly<{ first: Int32Array, counts: Int32Array, weights: Float64Array, most: number }>

/** For each place of the output, which places of the input count, and how much. */
export function tapsOf(from: number, to: number): Taps {
  const scale = from / to
  const reach = Math.max(1, scale)
  const most = Math.ceil(reach * 2) + 2
  const first = new Int32Array(to)
  const counts = new Int32Array(to)
  const weights = new Float64Array(to * most)
  for (let at = 0; at < to; at++) {
    const centre = (at + 0.5) * scale
    const begin = Math.max(0, Math.floor(centre - reach))
    const end = Math.min(from, Math.ceil(centre + reach))
    let sum = 0
    for (let source = begin; source < end; source++) {
      const weight = Math.max(0, 1 - Math.abs((source + 0.5 - centre) / reach))
      weights[at * most + source - begin] = weight
      sum += weight
    }
    for (let index = 0; index < end - begin; index++) weights[at * most + index] = (weights[at * most + index] ?? 0) / sum
    first[at] = begin
    counts[at] = end - begin
  }
  return { first, counts, weights, most }
}

export type Plane = Readonly<{ width: number, height: number, values: Float32Array | Uint8Array }>

/** One channel, resized to `width` × `height`. */
export function resizePlane(plane: Plane, width: number, height: number): Float32Array {
  const across = tapsOf(plane.width, width)
  const down = tapsOf(plane.height, height)
  const narrowed = new Float32Array(width * plane.height)
  for (let row = 0; row < plane.height; row++) {
    for (let column = 0; column < width; column++) {
      const [begin = 0, count = 0] = [across.first[column], across.counts[column]]
      let sum = 0
      for (let tap = 0; tap < count; tap++) sum += (across.weights[column * across.most + tap] ?? 0) * (plane.values[row * plane.width + begin + tap] ?? 0)
      narrowed[row * width + column] = sum
    }
  }
  const out = new Float32Array(width * height)
  for (let row = 0; row < height; row++) {
    const [begin = 0, count = 0] = [down.first[row], down.counts[row]]
    for (let tap = 0; tap < count; tap++) {
      const weight = down.weights[row * down.most + tap] ?? 0
      const source = (begin + tap) * width
      for (let column = 0; column < width; column++) out[row * width + column] = (out[row * width + column] ?? 0) + weight * (narrowed[source + column] ?? 0)
    }
  }
  return out
}
