import { describe, expect, test } from 'vitest'
import { toRgba } from './colour.ts'
import { decodeRoute } from '../../../src-shared/decode-route.ts'
import { rescaled } from './rescale.ts'
import { readNativeCells } from './native-cells.ts'
import { arrayFor } from './pixel-type.ts'
import { createPaint, greyOf, paint } from '../raster.ts'
import { aPixel, aFrame, aSeries } from '../test-series.ts'
import { planeOfFrame } from '../plane.ts'

const small = (changes: Parameters<typeof aPixel>[0]) => aPixel({ rows: 1, columns: 2, ...changes })
const bytesOf = (...words: number[]) => new Uint8Array(Uint16Array.from(words).buffer)

describe('reading pixel cells', () => {
  test('masks and sign-extends 12 bits stored in 16, whatever lies above them', () => {
    expect([...readNativeCells(bytesOf(0xf801, 0x07ff), small({ bitsStored: 12, highBit: 11 }))]).toEqual([-2047, 2047])
    expect([...readNativeCells(bytesOf(0xf801, 0x07ff), small({ bitsStored: 12, highBit: 11, pixelRepresentation: 0 }))]).toEqual([2049, 2047])
  })
  test('shifts values that do not begin at bit 0', () => {
    expect([...readNativeCells(bytesOf(0x7ff0, 0x8000), small({ bitsStored: 12, highBit: 15 }))]).toEqual([2047, -2048])
  })
  test('reads from an odd offset', () => {
    const shifted = new Uint8Array([9, ...bytesOf(1, 2)]).subarray(1)
    expect([...readNativeCells(shifted, small({}))]).toEqual([1, 2])
  })
  test('refuses a frame that is too short instead of padding it', () => {
    expect(() => readNativeCells(bytesOf(1), small({}))).toThrow('The frame has 2 bytes, 4 are needed.')
  })
})

describe('the rescale', () => {
  test('is applied once and keeps whole values in 16 bits where they fit', () => {
    const { values, minimum, maximum } = rescaled([0, 1024, 4095], 1, -1024, 'Int16Array')
    expect([...values]).toEqual([-1024, 0, 3071])
    expect([minimum, maximum]).toEqual([-1024, 3071])
    expect(values).toBeInstanceOf(Int16Array)
  })
  test('neither wraps nor rounds where 16 bits do not do', () => {
    expect([...rescaled([0, 65535], 1, -1024, arrayFor(aPixel({ pixelRepresentation: 0 }), [{ slope: 1, intercept: -1024 }])).values]).toEqual([-1024, 64511])
    expect([...rescaled([1, 3], 0.5, 0, arrayFor(aPixel(), [{ slope: 0.5, intercept: 0 }])).values]).toEqual([0.5, 1.5])
    expect(arrayFor(aPixel({ bitsStored: 12, pixelRepresentation: 0 }), [{ slope: 1, intercept: -1024 }])).toBe('Int16Array')
    expect(arrayFor(aPixel({ bitsStored: 8, pixelRepresentation: 0 }), [{ slope: 1, intercept: 0 }])).toBe('Uint8Array')
  })
  test('finds the smallest value also under a negative slope', () => {
    const { minimum, maximum } = rescaled([0, 10], -2, 5, 'Int16Array')
    expect([minimum, maximum]).toEqual([-15, 5])
  })
})

describe('who decodes', () => {
  test('JPEG lossless, big endian and deflated go to the edge, JPEG-LS and JPEG 2000 to a worker, plain cells to nobody', () => {
    const route = (transferSyntaxUid: string, changes = {}) => decodeRoute(aPixel({ transferSyntaxUid, ...changes }))
    expect(['1.2.840.10008.1.2.4.57', '1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.2', '1.2.840.10008.1.2.1.99'].map((uid) => route(uid))).toEqual(['edge', 'edge', 'edge', 'edge'])
    expect(['1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.5'].map((uid) => route(uid))).toEqual(['worker', 'worker', 'worker'])
    expect(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'].map((uid) => route(uid))).toEqual(['native', 'native'])
    expect(route('1.2.840.10008.1.2.4.50', { samplesPerPixel: 3 })).toBe('edge')
  })
})

describe('colour', () => {
  const colour = (changes: Parameters<typeof aPixel>[0]) => small({ samplesPerPixel: 3, bitsAllocated: 8, bitsStored: 8, highBit: 7, pixelRepresentation: 0, photometricInterpretation: 'RGB', ...changes })
  test('reads RGB by pixel and by plane alike', () => {
    const expected = [1, 2, 3, 255, 4, 5, 6, 255]
    expect([...toRgba([1, 2, 3, 4, 5, 6], colour({}))]).toEqual(expected)
    expect([...toRgba([1, 4, 2, 5, 3, 6], colour({ planarConfiguration: 1 }))]).toEqual(expected)
  })
  test('turns full-range YBR into the RGB it stands for', () => {
    expect([...toRgba([76, 85, 255, 255, 128, 128], colour({ photometricInterpretation: 'YBR_FULL' }))]).toEqual([254, 0, 0, 255, 255, 255, 255, 255])
  })
  test('spreads 4:2:2 chroma over its two pixels', () => {
    expect([...toRgba([76, 76, 85, 255], colour({ photometricInterpretation: 'YBR_FULL_422' }))]).toEqual([254, 0, 0, 255, 254, 0, 0, 255])
  })
  test('looks palette colours up from the first value mapped, and holds the ends', () => {
    const table = (...entries: number[]) => btoa(String.fromCharCode(...new Uint8Array(Uint16Array.from(entries).buffer)))
    const palette = { descriptor: [[2, 10, 16], [2, 10, 16], [2, 10, 16]], red: table(0x1100, 0xff00), green: table(0x2200, 0), blue: table(0x3300, 0) }
    const pixel = small({ photometricInterpretation: 'PALETTE COLOR', bitsAllocated: 8, bitsStored: 8, pixelRepresentation: 0, palette })
    expect([...toRgba([10, 99], pixel)]).toEqual([0x11, 0x22, 0x33, 255, 255, 0, 0, 255])
  })
  test('says so where a colour space is unknown', () => {
    expect(() => toRgba([1, 2, 3, 4, 5, 6], colour({ photometricInterpretation: 'CMYK' }))).toThrow("Colours stored as CMYK can't be shown yet.")
  })
})

describe('grey levels', () => {
  test('follow the window of PS3.3 C.11.2.1.2', () => {
    const window = { center: 2048, width: 4096 }
    expect(greyOf(0, window, 'LINEAR')).toBe(0)
    expect(greyOf(4095, window, 'LINEAR')).toBe(255)
    expect(greyOf(2048, { center: 2048, width: 1 }, 'LINEAR')).toBe(255)
    expect(greyOf(2047, { center: 2048, width: 1 }, 'LINEAR')).toBe(0)
    expect(greyOf(0, { center: 0, width: 100 }, 'LINEAR_EXACT')).toBe(127.5)
    expect(greyOf(0, { center: 0, width: 100 }, 'SIGMOID')).toBe(127.5)
  })
  test('paint black and white the right way about, for MONOCHROME1 and inverted too', () => {
    const plane = planeOfFrame(aSeries({ pixel: small({}) }), aFrame(0))
    const greys = (isInverse: boolean, isInverted: boolean, values: Int16Array | Float32Array) => {
      const target = new Uint32Array(2)
      paint({ kind: 'grey', plane, isInverse, voiLutFunction: 'LINEAR', values, minimum: -100, maximum: 300 }, { center: 100, width: 200 }, isInverted, target)
      return [...new Uint8Array(target.buffer)]
    }
    const plain = [0, 0, 0, 255, 255, 255, 255, 255]
    const turned = [255, 255, 255, 255, 0, 0, 0, 255]
    expect(greys(false, false, Int16Array.of(-100, 300))).toEqual(plain)
    expect(greys(false, false, Float32Array.of(-99.5, 299.5))).toEqual(plain)
    expect(greys(true, false, Int16Array.of(-100, 300))).toEqual(turned)
    expect(greys(false, true, Int16Array.of(-100, 300))).toEqual(turned)
    expect(greys(true, true, Int16Array.of(-100, 300))).toEqual(plain)
  })
  test('are the same by table as value by value, over all of 16 bits and whatever came before', () => {
    const plane = planeOfFrame(aSeries({ pixel: small({}) }), aFrame(0))
    const everything = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768)
    const pictureOf = (values: Int16Array | Float32Array, minimum: number, maximum: number, voiLutFunction: string, isInverse: boolean) => ({ kind: 'grey', plane, isInverse, voiLutFunction, values, minimum, maximum }) as const
    const painted = createPaint()
    const target = new Uint32Array(65_536)
    for (const [center, width] of [[40, 400], [40.5, 80.25], [-600, 1500], [0, 1], [1000, 1.5], [0, 65_536]] as const) {
      for (const shape of ['LINEAR', 'LINEAR_EXACT', 'SIGMOID']) {
        for (const [isInverse, isInverted] of [[false, false], [true, false], [false, true]] as const) {
          // A narrow slice first: the table then has to grow.
          painted(pictureOf(Int16Array.of(-5, 7), -5, 7, shape, isInverse), { center, width }, isInverted, new Uint32Array(2))
          painted(pictureOf(everything, -32_768, 32_767, shape, isInverse), { center, width }, isInverted, target)
          const greys = new Uint8Array(target.buffer)
          const wrong = everything.findIndex((value, index) => {
            const grey = Math.round(greyOf(value, { center, width }, shape))
            return greys[index * 4] !== (isInverse !== isInverted ? 255 - grey : grey) || greys[index * 4 + 3] !== 255
          })
          expect([shape, center, width, isInverse, isInverted, wrong]).toEqual([shape, center, width, isInverse, isInverted, -1])
          const slow = new Uint32Array(65_536)
          painted(pictureOf(Float32Array.from(everything), -32_768, 32_767, shape, isInverse), { center, width }, isInverted, slow)
          expect(slow).toEqual(target)
        }
      }
    }
  })
})
