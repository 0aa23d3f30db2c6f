import { describe, expect, test } from 'vitest'
import { packBits } from '../../../src-shared/pack-bits.ts'
import type { LookupTable, OverlayPlane, PixelDescription, SeriesDescription } from '../../../src-shared/studies.ts'
import { defaultWindow, fileWindows } from '../default-window.ts'
import { finishStored } from '../frames/finish-frame.ts'
import { pictureOf, type Picture } from '../picture.ts'
import { seriesArray } from '../frames/pixel-type.ts'
import { chosenWindow, windowChoices } from '../presets.ts'
import { paint } from '../raster.ts'
import { aFrame, aPixel, aSeries } from '../test-series.ts'
import type { WindowSetting } from '../types.ts'
import { resample } from '../reformat/resample.ts'
import { valueUnit } from '../values.ts'
import { cutPlane, familiesOf, gridOf } from '../volume-planes.ts'
import { lookOf } from './volume-look.ts'
import { percentileWindow } from './auto-window.ts'
import { overlayMasks, overlayPicture, paintMask } from './overlay-mask.ts'
import { fusionWords, paletteOf, paletteWords } from './palettes.ts'
import { opensInverted, suvRefusal, suvUnit, suvWindow } from './suv.ts'

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const aTable = (first: number, values: readonly number[], bits = 8): LookupTable => ({ descriptor: [values.length, first, bits], data: base64(new Uint8Array(Uint16Array.from(values).buffer)) })

/** Decodes cells of one row, as the viewer does, into a picture. */
function pictureFrom(cells: readonly number[], pixel: Partial<PixelDescription>, changes: Partial<SeriesDescription> = {}, frame: Parameters<typeof aFrame>[1] = {}): Picture {
  const own = aPixel({ rows: 1, columns: cells.length, ...pixel })
  const described = aFrame(0, { rescaleSlope: 1, rescaleIntercept: 0, windowCenters: [], windowWidths: [], ...frame })
  const series = aSeries({ pixel: own, frames: [described], ...changes })
  const bytes = new Uint8Array(Int16Array.from(cells).buffer)
  return pictureOf(finishStored(bytes, { series, frame: described, type: seriesArray(series) }), series, described)
}
/** The red of each pixel as painted. */
function painted(picture: Picture, window: WindowSetting, isInverted = false, colours?: Uint32Array): number[] {
  const words = new Uint32Array(picture.plane.columns * picture.plane.rows)
  paint(picture, window, isInverted, words, colours)
  return [...new Uint8Array(words.buffer)].filter((_, at) => at % 4 === 0)
}
const valuesOf = (picture: Picture) => picture.kind === 'grey' ? [...picture.values] : []

describe('a Modality LUT', () => {
  test('stands in place of slope and intercept: its outputs are what is measured', () => {
    const picture = pictureFrom([-6, -5, -4, 90], { modalityLut: { ...aTable(-5, [100, 40000, 7], 16), type: 'OD' } }, {}, { rescaleSlope: 3, rescaleIntercept: 8 })
    expect(valuesOf(picture)).toEqual([100, 100, 40000, 7])
    expect(picture).toMatchObject({ minimum: 7, maximum: 40000 })
  })
})

describe('a VOI LUT', () => {
  const voiLuts = [{ ...aTable(10, [0, 255, 51, 102]), name: 'chest' }]
  test('shows each value as the file means it when there is no window', () => {
    const picture = pictureFrom([5, 10, 11, 12, 13, 99], { voiLuts })
    const window = defaultWindow(picture, undefined)
    expect(window).toEqual({ center: 12, width: 4 })
    expect(painted(picture, window)).toEqual([0, 0, 255, 51, 102, 102])
    expect(painted(picture, window, true)).toEqual([255, 255, 0, 204, 153, 153])
  })
  test('keeps its shape when the window is moved and stretched', () => {
    const picture = pictureFrom([20, 21, 22, 23, 24, 25, 26, 27], { voiLuts })
    expect(painted(picture, { center: 24, width: 8 })).toEqual([0, 0, 255, 255, 51, 51, 102, 102])
  })
  test('gives way to a window of the file', () => {
    const picture = pictureFrom([0, 100], { voiLuts }, {}, { windowCenters: [50], windowWidths: [101] })
    expect(picture).not.toHaveProperty('voiLut')
    expect(defaultWindow(picture, undefined)).toEqual({ center: 50, width: 101 })
  })
})

describe('polarity', () => {
  test('is inverse for MONOCHROME1 and for Presentation LUT Shape INVERSE, once where both are there', () => {
    const dark = { center: 128, width: 256 }
    for (const [pixel, expected] of [[{}, [0, 255]], [{ photometricInterpretation: 'MONOCHROME1' }, [255, 0]], [{ isPresentationInverse: true }, [255, 0]], [{ photometricInterpretation: 'MONOCHROME1', isPresentationInverse: true }, [255, 0]]] as const) {
      expect(painted(pictureFrom([0, 255], pixel), dark)).toEqual(expected)
    }
  })
})

describe('pixel padding', () => {
  test('is black background, also in MONOCHROME1, and counts in no default window', () => {
    const picture = pictureFrom([-2000, 0, 100], { pixelPaddingValue: -2000 })
    expect(defaultWindow(picture, undefined)).toEqual({ center: 50.5, width: 101 })
    const negative = pictureFrom([-2000, 0, 100], { pixelPaddingValue: -2000, photometricInterpretation: 'MONOCHROME1' })
    expect(painted(negative, { center: 50.5, width: 101 })).toEqual([0, 255, 0])
    expect(painted(negative, { center: 50.5, width: 101 }, true)).toEqual([255, 0, 255])
  })
  test('may be a range, and stays what it is as a value', () => {
    const picture = pictureFrom([-2000, -1500, -900, 0, 100], { pixelPaddingValue: -2000, pixelPaddingRangeLimit: -1000 }, {}, { rescaleSlope: 2 })
    expect(valuesOf(picture)).toEqual([-4000, -3000, -1800, 0, 200])
    expect(picture).toMatchObject({ padding: { low: -4000, high: -2000, minimum: -1800, maximum: 200 } })
  })
  test('is believed only outside of the values of the image: water is not hidden by a header that calls zero padding', () => {
    const picture = pictureFrom([-1000, 0, 100], { pixelPaddingValue: 0 })
    expect(picture).not.toHaveProperty('padding')
    expect(painted(picture, { center: 0, width: 200 })[1]).toBeGreaterThan(100)
  })
})

describe('PET', () => {
  const pet = { modality: 'PT', suv: { kind: 'bw', factor: 0.0005, reason: null } } as const
  test('is held in uptake values, by a factor of its frame where it has one, and names them', () => {
    const picture = pictureFrom([0, 1000, 4000], {}, pet, { rescaleSlope: 2 })
    expect(valuesOf(picture).map((value) => Number(value.toFixed(6)))).toEqual([0, 1, 4])
    expect(valuesOf(pictureFrom([1000], {}, pet, { suvFactor: 0.002 })).map((value) => Number(value.toFixed(6)))).toEqual([2])
    expect(valueUnit(aSeries({ ...pet }))).toBe('SUVbw g/ml')
    expect(opensInverted(aSeries({ ...pet }))).toBe(true)
    expect(opensInverted(aSeries())).toBe(false)
  })
  test('opens from uptake 0 to 6, black to white exactly, or with the window of the file in uptake', () => {
    const picture = pictureFrom([0, 6000, 12000], {}, pet)
    expect(defaultWindow(picture, undefined)).toEqual(suvWindow)
    expect(painted(picture, suvWindow)).toEqual([0, 128, 255])
    const given = pictureFrom([0, 6000], {}, pet, { windowCenters: [5000], windowWidths: [10000] })
    expect(defaultWindow(given, undefined)).toEqual({ center: 2.5, width: 5 })
  })
  test('without uptake values says why, and keeps its own values and unit', () => {
    const series = { modality: 'PT', suv: { kind: 'none', reason: 'The injected activity is missing.' } } as const
    expect(valuesOf(pictureFrom([7], {}, series))).toEqual([7])
    expect([suvUnit(aSeries(series)), suvRefusal(aSeries(series))]).toEqual([null, 'The injected activity is missing.'])
    expect(valueUnit(aSeries({ ...series, frames: [aFrame(0, { rescaleType: 'Bq/ml' })] }))).toBe('Bq/ml')
    expect(valueUnit(aSeries({ ...series, frames: [aFrame(0, { rescaleType: 'SIGNAL INTENSITY (UNITLESS)' })] }))).toBe('value')
    expect(windowChoices(aSeries(series)).some(({ kind }) => kind === 'fixed')).toBe(false)
    expect(windowChoices(aSeries({ ...pet }))[0]).toEqual({ kind: 'fixed', name: 'SUV 0–6', window: { center: 3, width: 6 } })
  })
})

describe('a supplemental palette', () => {
  const table = (...levels: readonly number[]) => base64(new Uint8Array(Uint16Array.from(levels.map((level) => level * 257)).buffer))
  const palette = { descriptor: [[2, 1024, 16], [2, 1024, 16], [2, 1024, 16]], red: table(200, 90), green: table(0, 0), blue: table(0, 0) }
  test('colours the values that it maps, and leaves those below grey', () => {
    const picture = pictureFrom([0, 1023, 1024, 1025, 3000], { hasSupplementalPalette: true, palette }, {}, { rescaleSlope: 2, rescaleIntercept: -1024 })
    expect(painted(picture, { center: 0, width: 2048 })).toEqual([0, 255, 200, 90, 90])
    expect(painted(picture, { center: 0, width: 2048 }, true)).toEqual([255, 0, 200, 90, 90])
  })
})

describe('the windows of a file', () => {
  test('are all there to choose from, in the values that are shown', () => {
    const frame = aFrame(0, { windowCenters: [450, 200, 0], windowWidths: [790, 443, 0] })
    expect(fileWindows(aSeries(), frame)).toEqual([{ center: 450, width: 790 }, { center: 200, width: 443 }])
    expect(fileWindows(aSeries({ suv: { kind: 'bw', factor: 0.01, reason: null } }), frame)[0]).toEqual({ center: 4.5, width: 7.9 })
  })
})

describe('a plane cut out of a volume', () => {
  test('is shown as the pictures of its series are: windows of uptake mean the same on both', () => {
    const picture = pictureFrom([0, 3, 6, 6], {}, { modality: 'PT', suv: { kind: 'bw', factor: 1, reason: null } }, { rescaleSlope: 1.0001 })
    const series = aSeries({ pixel: aPixel({ rows: 1, columns: 4 }) })
    const grid = gridOf(series)
    if (grid === null || picture.kind !== 'grey') throw new Error('no volume')
    const { values } = picture
    const volume = { grid, slices: [0, 1, 2, 3].map(() => values), minimum: 0, maximum: 7, look: lookOf(picture) }
    const axial = cutPlane(grid, familiesOf(grid).axial, 1, volume.slices, volume)
    expect(painted(axial, suvWindow)).toEqual(painted(picture, suvWindow))
    expect(painted(resample(volume, axial.plane), suvWindow)).toEqual(painted(picture, suvWindow))
    expect(lookOf(pictureFrom([0, 1], { photometricInterpretation: 'MONOCHROME1' })).isInverse).toBe(true)
  })
})

describe('palettes on grey values', () => {
  test('colour what the window makes of them', () => {
    const picture = pictureFrom([0, 255], {})
    expect(painted(picture, { center: 128, width: 256 }, false, paletteWords(paletteOf('hot-metal-blue')))).toEqual([0, 255])
    expect(painted(picture, { center: 128, width: 256 }, false, paletteWords(paletteOf('inverse-grey')))).toEqual([255, 0])
  })
})

describe('colours laid over a picture', () => {
  test('leave alone what lies beyond the edge of the volume that they come from', () => {
    const picture: Picture = { ...pictureFrom([0], {}), kind: 'grey', values: Float32Array.of(Number.NaN, 0, 6), minimum: 0, maximum: 6, voiLutFunction: 'LINEAR_EXACT' }
    const words = new Uint32Array(3)
    paint(picture, suvWindow, false, words, fusionWords(paletteOf('hot-iron'), 0.5))
    expect([...new Uint8Array(words.buffer)].filter((_, at) => at % 4 === 3)).toEqual([0, 0, 128])
  })
})

describe('overlay planes', () => {
  // Two frames of 5 × 2 bits, which share a byte: a plus of frame 2 begins in the middle of it.
  const bits = Uint8Array.of(0b00000001, 0b10001000, 0b00000011)
  const plane: OverlayPlane = { group: 0x6000, rows: 2, columns: 5, origin: [2, 0], frames: 2, firstFrame: 3, kind: 'graphics', label: 'marks', bits: base64(packBits(bits)) }
  test('lie over the frames that they name, at their origin', () => {
    const masks = (frameNumber: number) => overlayMasks({ overlays: [plane] }, { frameNumber, overlays: [0] })
    expect(masks(3)).toEqual([{ label: 'marks', kind: 'graphics', left: -1, top: 1, columns: 5, rows: 2, mask: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0) }])
    expect([...masks(4)[0]?.mask ?? []]).toEqual([0, 1, 0, 0, 0, 1, 1, 1, 0, 0])
    expect(overlayMasks({ overlays: [plane] }, { frameNumber: 1 })).toEqual([])
  })
  test('make a picture that is clear where no bit is set, regions half so where one is', () => {
    const own = pictureFrom([0, 0, 0], {}).plane
    const alphas = (kind: OverlayPlane['kind']) => { const picture = overlayPicture({ overlays: [{ ...plane, kind, origin: [1, 1], rows: 1, columns: 3, frames: 1, firstFrame: null, bits: base64(packBits(Uint8Array.of(0b101))) }] }, { frameNumber: 1, overlays: [0] }, own); return picture?.kind === 'colour' ? [...picture.rgba].filter((_, at) => at % 4 === 3) : null }
    expect(alphas('graphics')).toEqual([255, 0, 255])
    expect(alphas('roi')).toEqual([110, 0, 110])
    expect(overlayPicture({}, { frameNumber: 1 }, own)).toBeNull()
  })
  test('are painted over the image and cut off at its edges', () => {
    const target = new Uint32Array(12)
    for (const mask of overlayMasks({ overlays: [plane] }, { frameNumber: 4, overlays: [0] })) paintMask(mask, 9, { columns: 4, rows: 3 }, target)
    expect([...target]).toEqual([0, 0, 0, 0, 9, 0, 0, 0, 9, 9, 0, 0])
  })
})

describe('auto windows', () => {
  test('span the shares of the values that they name, padding left out', () => {
    const ramp = Array.from({ length: 101 }, (_, at) => at)
    expect(percentileWindow(pictureFrom(ramp, {}), 0, 1)).toEqual({ center: 50.5, width: 101 })
    expect(percentileWindow(pictureFrom(ramp, {}), 0.1, 0.9)).toEqual({ center: 50.5, width: 81 })
    expect(percentileWindow(pictureFrom([-3000, -3000, ...ramp], { pixelPaddingValue: -3000 }), 0, 1)).toEqual({ center: 50.5, width: 101 })
    expect(percentileWindow(pictureFrom([5, 5], {}), 0, 1)).toEqual({ center: 5.5, width: 1 })
  })
  test('are offered where values have no fixed meaning, with the windows of the file after them', () => {
    for (const modality of ['MR', 'CR', 'DX', 'US', 'XA', 'NM']) {
      const choices = windowChoices(aSeries({ modality, frames: [aFrame(0, { windowCenters: [40, 300], windowWidths: [400, 900] })] }))
      expect(choices.filter(({ kind }) => kind === 'auto').length).toBeGreaterThan(1)
      expect(choices.slice(-2)).toEqual([{ kind: 'file', at: 0, name: 'As in the file, 1' }, { kind: 'file', at: 1, name: 'As in the file, 2' }])
      expect(new Set(choices.map(({ name }) => name)).size).toBe(choices.length)
    }
    expect(windowChoices(aSeries({ pixel: aPixel({ samplesPerPixel: 3 }) }))).toEqual([])
  })
  test('come to a window on the picture and frame that are shown', () => {
    const picture = pictureFrom([0, 50, 100], {})
    const frame = aFrame(0, { windowCenters: [40], windowWidths: [400] })
    expect(chosenWindow({ kind: 'auto', name: '', from: 0, to: 1 }, picture, aSeries(), frame)).toEqual({ center: 50.5, width: 101 })
    expect(chosenWindow({ kind: 'file', name: '', at: 0 }, picture, aSeries(), frame)).toEqual({ center: 40, width: 400 })
    expect(chosenWindow({ kind: 'file', name: '', at: 1 }, picture, aSeries(), frame)).toBeNull()
  })
})
