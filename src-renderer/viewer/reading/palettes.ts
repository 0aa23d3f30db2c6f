export const paletteNames = ['grey', 'inverse-grey', 'hot-iron', 'pet', 'hot-metal-blue', 'pet-20-step', 'even'] as const
export type PaletteName = (typeof paletteNames)[number]

/** `wellKnownUid`: that of the palette in PS3.6 Annex B, for the four that stand there. */
export type Palette = Readonly<{ name: PaletteName; title: string; wellKnownUid: string | null; rgb: Uint8Array }>

/** [entry, level] of the ends of straight lines, for red, green and blue. */
type Lines = readonly [string, string, string]

/** The tables of PS3.6 Annex B.1, as the corners of the lines that they are made of. */
const wellKnown: Readonly<Partial<Record<PaletteName, Readonly<{ title: string; uid: string; lines: Lines }>>>> = {
  'hot-iron': { title: 'Hot iron', uid: '1.2.840.10008.1.5.1', lines: ['0 0 127 254 129 255 255 255', '0 0 128 0 254 252 255 255', '0 0 191 0 254 252 255 255'] },
  pet: {
    title: 'PET', uid: '1.2.840.10008.1.5.2',
    lines: [
      '0 0 63 0 64 1 149 170 150 171 192 255 255 255', '0 0 31 62 33 67 62 125 63 128 95 64 97 61 127 1 128 0 254 252 255 255',
      '0 0 1 1 128 255 130 248 192 0 233 165 235 174 254 250 255 255'
    ]
  },
  'hot-metal-blue': {
    title: 'Hot metal blue', uid: '1.2.840.10008.1.5.3',
    lines: [
      '0 0 85 0 102 50 119 90 153 190 170 255 255 255', '0 0 119 0 238 224 255 255',
      '0 0 17 33 42 83 43 84 76 149 93 183 94 184 102 200 119 150 136 50 153 0 170 0 238 200 255 255'
    ]
  },
  'pet-20-step': {
    title: 'PET 20 step', uid: '1.2.840.10008.1.5.4',
    lines: [
      '0 0 12 0 13 96 25 96 26 48 50 48 51 80 63 80 64 96 76 96 77 112 89 112 90 128 101 128 102 48 127 48 128 80 140 80 141 64 152 64 153 224 165 224 166 208 203 208 204 192 216 192 217 176 229 176 230 255 255 255',
      '0 0 25 0 26 48 50 48 51 80 63 80 64 96 76 96 77 112 89 112 90 128 101 128 102 96 114 96 115 144 127 144 128 192 140 192 141 224 165 224 166 208 178 208 179 176 191 176 192 144 203 144 204 96 216 96 217 48 229 48 230 0 242 0 243 255 255 255',
      '0 0 12 0 13 80 38 80 39 112 50 112 51 128 63 128 64 176 76 176 77 192 89 192 90 224 101 224 102 48 127 48 128 80 140 80 141 64 152 64 153 80 165 80 166 96 178 96 179 64 191 64 192 0 242 0 243 255 255 255'
    ]
  }
}

const made = new Map<PaletteName, Palette>()

/** 256 colours for the grey levels 0 to 255; made once each. */
export function paletteOf(name: PaletteName): Palette {
  const known = made.get(name) ?? makePalette(name)
  made.set(name, known)
  return known
}

function makePalette(name: PaletteName): Palette {
  const standard = wellKnown[name]
  if (standard !== undefined) return { name, title: standard.title, wellKnownUid: standard.uid, rgb: interleaved(standard.lines.map(drawLines)) }
  switch (name) {
    case 'inverse-grey': return { name, title: 'Grey, inverse', wellKnownUid: null, rgb: Uint8Array.from({ length: 768 }, (_, at) => 255 - Math.floor(at / 3)) }
    case 'even': return { name, title: 'Even steps', wellKnownUid: null, rgb: evenSteps() }
    default: return { name, title: 'Grey', wellKnownUid: null, rgb: Uint8Array.from({ length: 768 }, (_, at) => Math.floor(at / 3)) }
  }
}

function drawLines(corners: string): Uint8Array {
  const numbers = corners.split(' ').map(Number)
  const out = new Uint8Array(256)
  for (let at = 0; at + 3 < numbers.length; at += 2) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = numbers.slice(at, at + 4)
    for (let x = x0; x <= x1; x += 1) out[x] = Math.floor(y0 + (y1 - y0) * (x - x0) / (x1 - x0) + 0.5)
  }
  return out
}

function interleaved(channels: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from({ length: 768 }, (_, at) => channels[at % 3]?.[Math.floor(at / 3)] ?? 0)
}

/**
 * Dark violet through blue and green to yellow, in steps that the eye takes for equal: lightness grows evenly, the hue turns once, and no
 * colour seems brighter than the next. Computed in Oklab (B. Ottosson, 2020).
 */
function evenSteps(): Uint8Array {
  const out = new Uint8Array(768)
  for (let level = 0; level < 256; level += 1) {
    const share = level / 255
    const hue = (300 - 195 * share) * Math.PI / 180
    const chroma = 0.13 + 0.04 * share - 0.11 * (1 - share) ** 6
    out.set(fromOklab(0.2 + 0.73 * share, chroma * Math.cos(hue), chroma * Math.sin(hue)), level * 3)
  }
  return out
}

function fromOklab(lightness: number, a: number, b: number): readonly number[] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const linear = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s]
  return linear.map((part) => {
    const inside = Math.min(1, Math.max(0, part))
    return Math.round(255 * (inside <= 0.0031308 ? 12.92 * inside : 1.055 * inside ** (1 / 2.4) - 0.055))
  })
}

/** The palette as 256 RGBA words for `paint`, opaque. */
export function paletteWords({ rgb }: Palette): Uint32Array {
  return wordsOf(rgb, () => 255)
}

/**
 * The palette as words for laying PET over CT: nothing at level 0, then ever more, up to `opacity` (0 to 1) from level `fullFrom` on, so that
 * background lets the anatomy through and uptake does not.
 */
export function fusionWords({ rgb }: Palette, opacity: number, fullFrom = 64): Uint32Array {
  return wordsOf(rgb, (level) => Math.round(255 * opacity * Math.min(1, level / Math.max(1, fullFrom))))
}

function wordsOf(rgb: Uint8Array, alphaOf: (level: number) => number): Uint32Array {
  const bytes = new Uint8Array(1024)
  for (let level = 0; level < 256; level += 1) bytes.set([rgb[level * 3] ?? 0, rgb[level * 3 + 1] ?? 0, rgb[level * 3 + 2] ?? 0, alphaOf(level)], level * 4)
  return new Uint32Array(bytes.buffer)
}
