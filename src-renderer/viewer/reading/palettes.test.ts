import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fusionWords, paletteNames, paletteOf, paletteWords } from './palettes.ts'

/** Red, then green, then blue table of a palette. */
const tables = (rgb: Uint8Array) => Uint8Array.from({ length: 768 }, (_, at) => rgb[at % 256 * 3 + Math.floor(at / 256)] ?? 0)
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16)

describe('colour palettes', () => {
  // Digests of the tables as pydicom ships them from PS3.6 Annex B.1.
  test.each([['hot-iron', 'd9f364511ea9e279'], ['pet', '08c542f5694d2623'], ['hot-metal-blue', 'dd33b4663bc5de21'], ['pet-20-step', '30eb99ff41496021']] as const)('%s is that of the standard, entry by entry', (name, expected) => {
    expect(digest(tables(paletteOf(name).rgb))).toBe(expected)
    expect(paletteOf(name).wellKnownUid).toMatch(/^1\.2\.840\.10008\.1\.5\.[1-4]$/)
  })
  test('grey is grey, and inverse grey its opposite', () => {
    expect([...paletteOf('grey').rgb.slice(0, 6), ...paletteOf('grey').rgb.slice(-3)]).toEqual([0, 0, 0, 1, 1, 1, 255, 255, 255])
    expect(paletteOf('inverse-grey').rgb.every((part, at) => part === 255 - (paletteOf('grey').rgb[at] ?? 0))).toBe(true)
  })
  test('the even one grows lighter with every level, in steps that are nearly the same', () => {
    const { rgb } = paletteOf('even')
    const linear = (part: number) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    // CIE L* of each level, computed here by another way than the palette is.
    const lightness = Array.from({ length: 256 }, (_, level) => {
      const [red = 0, green = 0, blue = 0] = [...rgb.slice(level * 3, level * 3 + 3)].map((part) => linear(part / 255))
      const y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
      return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y
    })
    const parts = [0, 32, 64, 96, 128, 160, 192, 224, 255].map((level) => lightness[level] ?? 0)
    const steps = parts.slice(1).map((value, at) => value - (parts[at] ?? 0))
    expect(Math.min(...steps)).toBeGreaterThan(5)
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(2)
    expect(lightness.slice(8).every((value, at) => value > (lightness[at] ?? 0))).toBe(true)
  })
  test('have 256 opaque words each, in the order of canvas pixels', () => {
    for (const name of paletteNames) {
      const bytes = new Uint8Array(paletteWords(paletteOf(name)).buffer)
      expect(bytes.length).toBe(1024)
      expect([...bytes.slice(400, 404)]).toEqual([...paletteOf(name).rgb.slice(300, 303), 255])
    }
  })
  test('let the anatomy through where there is no uptake', () => {
    const alphas = [...new Uint8Array(fusionWords(paletteOf('hot-iron'), 0.6, 100).buffer)].filter((_, at) => at % 4 === 3)
    expect([alphas[0], alphas[50], alphas[100], alphas[255]]).toEqual([0, 77, 153, 153])
    expect(alphas.every((alpha, at) => alpha >= (alphas[at - 1] ?? 0))).toBe(true)
  })
})
