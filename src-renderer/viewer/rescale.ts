import type { Samples } from './colour.ts'
import type { PixelArrayName } from './pixel-type.ts'
import type { Padding } from './reading/padding.ts'

/** `values` are stored values × slope + intercept, applied once, here; `minimum` and `maximum` are theirs, padding counted. */
export type GreyFrame = Readonly<{ kind: 'grey'; values: Uint8Array | Int16Array | Uint16Array | Float32Array; minimum: number; maximum: number; padding?: Padding }>

/** Stored values × slope + intercept (PS3.3 C.11.1), in an array wide enough for all of them: `type`, or 16 bits where these values fit. */
export function rescaled(cells: Samples, slope: number, intercept: number, type: PixelArrayName): GreyFrame {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < cells.length; i += 1) {
    const cell = cells[i] ?? 0
    if (cell < low) low = cell
    if (cell > high) high = cell
  }
  const ends = [low * slope + intercept, high * slope + intercept]
  const minimum = Math.min(...ends)
  const maximum = Math.max(...ends)
  const isShort = Number.isInteger(slope) && Number.isInteger(intercept) && minimum >= -32768 && maximum <= 32767
  const values = emptyArray(type === 'Float32Array' && isShort ? 'Int16Array' : type, cells.length)
  for (let i = 0; i < cells.length; i += 1) values[i] = (cells[i] ?? 0) * slope + intercept
  return { kind: 'grey', values, minimum, maximum }
}

function emptyArray(type: PixelArrayName, length: number): Uint8Array | Int16Array | Uint16Array | Float32Array {
  switch (type) {
    case 'Uint8Array': return new Uint8Array(length)
    case 'Int16Array': return new Int16Array(length)
    case 'Uint16Array': return new Uint16Array(length)
    case 'Float32Array': return new Float32Array(length)
  }
}
