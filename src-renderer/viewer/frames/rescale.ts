import type { Samples } from './colour.ts'
import type { PixelArrayName } from './pixel-type.ts'
import type { Padding } from '../reading/padding.ts'

/** `values` are stored values × slope + intercept, applied once, here; `minimum` and `maximum` are theirs, padding counted. */
export type GreyFrame = Readonly<{ kind: 'grey'; values: FrameValues; minimum: number; maximum: number; padding?: Padding }>
export type FrameValues = Uint8Array<ArrayBuffer> | Int16Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>

/**
 * Stored values × slope + intercept (PS3.3 C.11.1), in an array wide enough for all of them: `type`, or 16 bits where these values fit.
 * The cells are used up: values as wide as they are take their memory.
 */
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
  const values = arrayFor(cells, type === 'Float32Array' && isShort ? 'Int16Array' : type)
  const isThere = slope === 1 && intercept === 0 && isSame(values, cells)
  if (!isThere) for (let i = 0; i < cells.length; i += 1) values[i] = (cells[i] ?? 0) * slope + intercept
  return { kind: 'grey', values, minimum, maximum }
}

const arrays = { Uint8Array, Int16Array, Uint16Array, Float32Array } as const

function arrayFor(cells: Samples, name: PixelArrayName): FrameValues {
  const ofName = arrays[name]
  const memory = ownMemory(cells, ofName.BYTES_PER_ELEMENT)
  return memory === null ? new ofName(cells.length) : new ofName(memory.buffer, memory.byteOffset, cells.length)
}

/** The memory of cells of this width, where nothing else lies in it: what is handed to another thread goes as a whole. */
function ownMemory(cells: Samples, bytesEach: number): Readonly<{ buffer: ArrayBuffer; byteOffset: number }> | null {
  if (!ArrayBuffer.isView(cells) || !(cells.buffer instanceof ArrayBuffer) || cells.byteLength !== cells.length * bytesEach) return null
  return cells.buffer.byteLength - cells.byteLength > 64 ? null : { buffer: cells.buffer, byteOffset: cells.byteOffset }
}

function isSame(values: FrameValues, cells: Samples): boolean {
  return ArrayBuffer.isView(cells) && cells.buffer === values.buffer && cells.constructor === values.constructor
}
