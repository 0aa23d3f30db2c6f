import type { PixelDescription } from '../../../src-shared/studies.ts'

export type Samples = ArrayLike<number>

/** Whether the pixels are colours, not measurements. */
export function isColour(pixel: PixelDescription): boolean {
  return pixel.samplesPerPixel > 1 || pixel.photometricInterpretation === 'PALETTE COLOR'
}

/**
 * Colour samples as RGBA bytes for the screen (PS3.3 C.7.6.3.1.2).
 * @throws Error with a sentence where the colour space is unknown.
 */
export function toRgba(samples: Samples, pixel: PixelDescription): Uint8ClampedArray<ArrayBuffer> {
  const count = pixel.rows * pixel.columns
  const rgba = new Uint8ClampedArray(count * 4)
  const space = pixel.photometricInterpretation
  if (space === 'PALETTE COLOR') return fillFromPalette(rgba, samples, pixel)
  // The reversible and irreversible transforms of JPEG 2000 are undone by its codec.
  if (space === 'RGB' || space === 'YBR_RCT' || space === 'YBR_ICT') return fill(rgba, samplerOf(samples, pixel), count, pixel, asRgb)
  if (space === 'YBR_FULL') return fill(rgba, samplerOf(samples, pixel), count, pixel, ybrFullToRgb)
  if (space === 'YBR_FULL_422') {
    const sampler = samples.length < count * 3 ? subsampledSampler(samples) : samplerOf(samples, pixel)
    return fill(rgba, sampler, count, pixel, ybrFullToRgb)
  }
  throw new Error(`Colours stored as ${space === '' ? 'an unnamed space' : space} can't be shown yet.`)
}

type Sampler = (index: number, channel: 0 | 1 | 2) => number
type Convert = (a: number, b: number, c: number) => readonly [number, number, number]

function samplerOf(samples: Samples, pixel: PixelDescription): Sampler {
  const plane = pixel.rows * pixel.columns
  return pixel.planarConfiguration === 1
    ? (index, channel) => samples[index + channel * plane] ?? 0
    : (index, channel) => samples[index * 3 + channel] ?? 0
}

/** Y1 Y2 Cb Cr for each pair of pixels. */
function subsampledSampler(samples: Samples): Sampler {
  return (index, channel) => {
    const pair = (index >> 1) * 4
    return samples[channel === 0 ? pair + (index & 1) : pair + 1 + channel] ?? 0
  }
}

function fill(rgba: Uint8ClampedArray<ArrayBuffer>, sampler: Sampler, count: number, pixel: PixelDescription, convert: Convert) {
  // Division, not a shift: 32-bit samples would turn negative.
  const unit = 2 ** Math.max(0, pixel.bitsStored - 8)
  for (let i = 0; i < count; i += 1) {
    const [red, green, blue] = convert(Math.floor(sampler(i, 0) / unit), Math.floor(sampler(i, 1) / unit), Math.floor(sampler(i, 2) / unit))
    rgba[i * 4] = red
    rgba[i * 4 + 1] = green
    rgba[i * 4 + 2] = blue
    rgba[i * 4 + 3] = 255
  }
  return rgba
}

const asRgb: Convert = (red, green, blue) => [red, green, blue]

/** Full-range YCbCr of PS3.3 C.7.6.3.1.2. */
const ybrFullToRgb: Convert = (y, cb, cr) => [y + 1.402 * (cr - 128), y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128), y + 1.772 * (cb - 128)]

/** The colours of a palette as RGBA words, opaque, from its first value mapped on. */
export function paletteColours({ descriptor, red, green, blue }: NonNullable<PixelDescription['palette']>): Uint32Array {
  const tables = [red, green, blue].map((table, channel) => readTable(table, descriptor[channel] ?? descriptor[0] ?? []))
  const bytes = new Uint8Array((tables[0]?.length ?? 0) * 4).fill(255)
  for (const [channel, table] of tables.entries()) for (let at = 0; at < table.length; at += 1) bytes[at * 4 + channel] = table[at] ?? 0
  return new Uint32Array(bytes.buffer)
}

function fillFromPalette(rgba: Uint8ClampedArray<ArrayBuffer>, samples: Samples, pixel: PixelDescription) {
  if (pixel.palette === null) throw new Error('The picture needs a colour palette, and the file has none.')
  const { descriptor, red, green, blue } = pixel.palette
  const tables = [red, green, blue].map((table, channel) => readTable(table, descriptor[channel] ?? descriptor[0] ?? []))
  const first = descriptor[0]?.[1] ?? 0
  for (let i = 0; i < pixel.rows * pixel.columns; i += 1) {
    const at = (samples[i] ?? 0) - first
    for (const [channel, table] of tables.entries()) rgba[i * 4 + channel] = table[Math.min(Math.max(at, 0), table.length - 1)] ?? 0
    rgba[i * 4 + 3] = 255
  }
  return rgba
}

/** Eight bits of each entry. Some writers fill 16-bit tables with 8-bit numbers; then the low byte holds the colour. */
function readTable(base64: string, [, , bits = 16]: readonly number[]): Uint8Array {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const words = new Uint16Array(bytes.buffer, 0, bytes.length >> 1)
  const isHigh = bits > 8 && words.some((word) => word > 255)
  return Uint8Array.from(words, (word) => isHigh ? word >> 8 : word & 255)
}
