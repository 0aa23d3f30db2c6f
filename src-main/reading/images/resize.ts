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
    // Only places nearer than the reach: those at it count nothing.
    const begin = Math.max(0, Math.floor(centre - reach - 0.5) + 1)
    const end = Math.min(from, Math.ceil(centre + reach - 0.5))
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

/** One channel, resized to `width` × `height`. Axis by axis, with short loops of numbers alone: a study takes some hundred million steps of them. */
export function resizePlane(plane: Plane, width: number, height: number): Float32Array {
  const narrowed = narrow(plane, width)
  const { first, counts, weights, most } = tapsOf(plane.height, height)
  const out = new Float32Array(width * height)
  for (let row = 0; row < height; row++) {
    const begin = first[row] ?? 0
    const target = out.subarray(row * width, (row + 1) * width)
    const line = (tap: number) => narrowed.subarray((begin + tap) * width, (begin + tap + 1) * width)
    const taps = Array.from({ length: counts[row] ?? 0 }, (_, tap) => tap).filter((tap) => weights[row * most + tap] !== 0)
    const [one, other] = taps
    if (taps.length === 2 && one !== undefined && other !== undefined) blend(target, line(one), weights[row * most + one] ?? 0, line(other), weights[row * most + other] ?? 0)
    else for (const tap of taps) add(target, line(tap), weights[row * most + tap] ?? 0)
  }
  return out
}

function narrow({ width: from, height, values }: Plane, width: number): Float32Array {
  const { first, counts, weights, most } = tapsOf(from, width)
  const narrowed = new Float32Array(width * height)
  const isEnlarged = width >= from
  for (let row = 0; row < height; row++) {
    const source = values.subarray(row * from, (row + 1) * from)
    const target = narrowed.subarray(row * width, (row + 1) * width)
    // Where nothing shrinks at most two places count; at an edge the second one has no weight.
    if (isEnlarged) for (let column = 0, tap = 0; column < width; column++, tap += most) target[column] = (weights[tap] ?? 0) * (source[first[column] ?? 0] ?? 0) + (weights[tap + 1] ?? 0) * (source[(first[column] ?? 0) + 1] ?? 0)
    else for (let column = 0; column < width; column++) {
      const begin = first[column] ?? 0
      const end = begin + (counts[column] ?? 0)
      let sum = 0
      for (let at = begin, tap = column * most; at < end; at++, tap++) sum += (weights[tap] ?? 0) * (source[at] ?? 0)
      target[column] = sum
    }
  }
  return narrowed
}

function blend(target: Float32Array, one: Float32Array, ofOne: number, other: Float32Array, ofOther: number): void {
  for (let at = 0; at < target.length; at++) target[at] = ofOne * (one[at] ?? 0) + ofOther * (other[at] ?? 0)
}

function add(target: Float32Array, line: Float32Array, weight: number): void {
  for (let at = 0; at < target.length; at++) target[at] = (target[at] ?? 0) + weight * (line[at] ?? 0)
}
