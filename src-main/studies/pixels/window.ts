import type { LookupTable, PixelDescription } from '../../../src-shared/studies.ts'
import type { Decoded } from './codecs.ts'
import { toValues } from './decode.ts'

export type Window = Readonly<{ center: number, width: number }>
export type Rescale = Readonly<{ slope: number, intercept: number }>
/** Eight bits a channel, one channel or three. */
export type Picture = Readonly<{ data: Uint8Array, width: number, height: number, channels: 1 | 3 }>

/** A frame as it is shown: rescale and window for grey, palette or colour conversion for the rest (PS3.3 C.11.2, C.7.6.3.1). */
export function drawFrame(decoded: Decoded, pixel: PixelDescription, rescale: Rescale, window: Window | null): Picture {
  const size = { width: pixel.columns, height: pixel.rows }
  if (pixel.samplesPerPixel >= 3) return { ...size, channels: 3, data: drawColour(decoded, pixel) }
  const values = toValues(decoded, pixel)
  if (pixel.photometricInterpretation === 'PALETTE COLOR' && pixel.palette !== null) return { ...size, channels: 3, data: drawPalette(values, pixel.palette) }
  const shown = pixel.modalityLut === undefined ? values : lookUp(values, pixel.modalityLut)
  const scale = pixel.modalityLut === undefined ? rescale : { slope: 1, intercept: 0 }
  return { ...size, channels: 1, data: drawGrey(shown, pixel, scale, curveFor(shown, pixel, scale, window)) }
}

/** A window given or of the file, else the file's own VOI LUT, else the whole range. */
function curveFor(values: Int16Array | Uint16Array, pixel: PixelDescription, rescale: Rescale, window: Window | null): (value: number) => number {
  const table = pixel.voiLuts?.[0]
  if (window !== null || table === undefined) return curveOf(pixel.voiLutFunction, window ?? wholeRange(values, pixel, rescale))
  const entries = entriesOf(table)
  const [, first, bits] = table.descriptor
  return (value) => entryAt(entries, Math.floor(value) - first) / (2 ** bits - 1)
}

/** Stored values through a Modality LUT (PS3.3 C.11.1). */
function lookUp(values: Int16Array | Uint16Array, table: LookupTable): Uint16Array {
  const entries = entriesOf(table)
  const [, first] = table.descriptor
  return Uint16Array.from(values, (value) => entryAt(entries, value - first))
}

function entriesOf(table: LookupTable): Uint16Array {
  const bytes = Buffer.from(table.data, 'base64')
  return Uint16Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readUInt16LE(index * 2))
}

const entryAt = (entries: Uint16Array, index: number) => entries[Math.min(entries.length - 1, Math.max(0, index))] ?? 0

function drawGrey(values: Int16Array | Uint16Array, pixel: PixelDescription, { slope, intercept }: Rescale, curve: (value: number) => number): Uint8Array {
  const out = new Uint8Array(values.length)
  const isInverted = pixel.photometricInterpretation === 'MONOCHROME1' || pixel.isPresentationInverse === true
  for (let index = 0; index < values.length; index++) {
    const level = Math.min(255, Math.max(0, Math.round(255 * curve((values[index] ?? 0) * slope + intercept))))
    out[index] = isInverted ? 255 - level : level
  }
  return out
}

/** Windows of PS3.3 C.11.2.1.2 and C.11.2.1.3, from a value to 0…1; out of range values are cut by the caller. */
function curveOf(name: string, { center, width }: Window): (value: number) => number {
  if (name === 'SIGMOID') return (value) => 1 / (1 + Math.exp(-4 * (value - center) / width))
  if (name === 'LINEAR_EXACT') return (value) => (value - center) / width + 0.5
  const span = Math.max(width - 1, 1e-6)
  return (value) => (value - (center - 0.5)) / span + 0.5
}

/** Where nobody says how to look at it: everything that is there, padding left out. */
function wholeRange(values: Int16Array | Uint16Array, pixel: PixelDescription, { slope, intercept }: Rescale): Window {
  const isPadding = paddingTest(pixel)
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (isPadding(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  if (low > high) return { center: 0, width: 1 }
  const first = low * slope + intercept
  const last = high * slope + intercept
  return { center: (first + last) / 2 + 0.5, width: Math.max(1, Math.abs(last - first) + 1) }
}

function paddingTest({ pixelPaddingValue: value, pixelPaddingRangeLimit, modalityLut }: PixelDescription): (stored: number) => boolean {
  // Behind a Modality LUT there are no stored values to tell padding by.
  if (value === null || modalityLut !== undefined) return () => false
  const limit = pixelPaddingRangeLimit ?? value
  const [from, to] = [Math.min(value, limit), Math.max(value, limit)]
  return (stored) => stored >= from && stored <= to
}

function drawPalette(values: Int16Array | Uint16Array, palette: NonNullable<PixelDescription['palette']>): Uint8Array {
  const tables = [palette.red, palette.green, palette.blue].map((text, channel) => {
    const bytes = Buffer.from(text, 'base64')
    const bits = palette.descriptor[channel]?.[2] ?? 16
    return Uint8Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readUInt16LE(index * 2) >> (bits > 8 ? 8 : 0))
  })
  const first = palette.descriptor[0]?.[1] ?? 0
  const out = new Uint8Array(values.length * 3)
  for (let index = 0; index < values.length; index++) {
    for (const [channel, table] of tables.entries()) {
      const entry = Math.min(table.length - 1, Math.max(0, (values[index] ?? 0) - first))
      out[index * 3 + channel] = table[entry] ?? 0
    }
  }
  return out
}

function drawColour(decoded: Decoded, pixel: PixelDescription): Uint8Array {
  const values = toValues(decoded, pixel)
  const count = pixel.rows * pixel.columns
  const down = Math.max(0, pixel.bitsStored - 8)
  const out = new Uint8Array(count * 3)
  const isYbr = decoded.photometricInterpretation.startsWith('YBR')
  for (let index = 0; index < count; index++) {
    const at = index * pixel.samplesPerPixel
    const a = (values[at] ?? 0) >> down
    const b = (values[at + 1] ?? 0) >> down
    const c = (values[at + 2] ?? 0) >> down
    out.set(isYbr ? toRgb(a, b, c) : [a, b, c], index * 3)
  }
  return out
}

/** Full-range YBR of CCIR 601-2 (PS3.3 C.7.6.3.1.2). */
function toRgb(y: number, cb: number, cr: number): [number, number, number] {
  const clamp = (value: number) => Math.min(255, Math.max(0, Math.round(value)))
  return [clamp(y + 1.402 * (cr - 128)), clamp(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128)), clamp(y + 1.772 * (cb - 128))]
}
