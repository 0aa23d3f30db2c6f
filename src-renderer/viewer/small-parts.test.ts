import { describe, expect, test } from 'vitest'
import { RowId } from '../../src-shared/ids.ts'
import { defaultWindow, movedWindow } from './default-window.ts'
import { viewerKeys } from './keys.ts'
import { pictureOf, type Picture } from './picture.ts'
import { seriesArray } from './frames/pixel-type.ts'
import { planeOfFrame } from './plane.ts'
import { ctPresets, windowChoices } from './presets.ts'
import { newRowId } from './row-id.ts'
import { aFrame, aPixel, aSeries } from './test-series.ts'
import { valueUnit } from './values.ts'

describe('window presets', () => {
  test('are for CT alone, one for each number key', () => {
    expect(ctPresets.map(({ key }) => key)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
    expect(ctPresets[0]).toMatchObject({ name: 'Soft tissue', center: 40, width: 400 })
    expect(windowChoices(aSeries()).slice(0, 9).map(({ name }) => name)).toEqual(ctPresets.map(({ name }) => name))
    expect(windowChoices(aSeries({ modality: 'MR' })).some(({ kind }) => kind === 'fixed')).toBe(false)
  })
})

describe('the window a picture opens with', () => {
  const picture: Picture = { kind: 'grey', plane: planeOfFrame(aSeries(), aFrame(0)), isInverse: false, voiLutFunction: 'LINEAR', values: new Int16Array(24), minimum: -100, maximum: 299 }
  test('is the first of the file', () => {
    expect(defaultWindow(picture, aFrame(0, { windowCenters: [40, 500], windowWidths: [400, 2000] }))).toEqual({ center: 40, width: 400 })
  })
  test('is the range of the values where the file has none or a senseless one', () => {
    expect(defaultWindow(picture, aFrame(0, { windowCenters: [], windowWidths: [] }))).toEqual({ center: 100, width: 400 })
    expect(defaultWindow(picture, aFrame(0, { windowWidths: [0] }))).toEqual({ center: 100, width: 400 })
  })
  test('never gets narrower than one', () => {
    expect(movedWindow({ center: 40, width: 2 }, 0, -0.9)).toEqual({ center: 40, width: 1 })
  })
})

describe('the picture of a frame', () => {
  test('lies where the frame lies, and is inverse where the file says so', () => {
    const decoded = { kind: 'grey', values: new Int16Array(24), minimum: 0, maximum: 0 } as const
    expect(pictureOf(decoded, aSeries(), aFrame(1))).toMatchObject({ kind: 'grey', isInverse: false, plane: { originMm: [-10, -20, 105], rowStepMm: 2, columnStepMm: 0.5 } })
    const frame = aFrame(0, { pixel: aPixel({ rows: 9, photometricInterpretation: 'MONOCHROME1' }) })
    expect(pictureOf(decoded, aSeries(), frame)).toMatchObject({ isInverse: true, plane: { rows: 9 } })
  })
  test('has the same kind of array in all of a series, the widest where frames differ', () => {
    expect(seriesArray(aSeries())).toBe('Float32Array')
    expect(seriesArray(aSeries({ pixel: aPixel({ bitsStored: 12, highBit: 11, pixelRepresentation: 0 }) }))).toBe('Int16Array')
    expect(seriesArray(aSeries({ pixel: aPixel({ bitsStored: 12, highBit: 11, pixelRepresentation: 0 }), frames: [aFrame(0), aFrame(1, { rescaleSlope: 0.5 })] }))).toBe('Float32Array')
  })
})

describe('the unit of values', () => {
  test('is HU for CT alone', () => {
    expect(valueUnit(aSeries())).toBe('HU')
    expect(valueUnit(aSeries({ modality: 'MR' }))).toBe('value')
    expect(valueUnit(aSeries({ modality: 'CT', frames: [aFrame(0, { rescaleType: 'US' })] }))).toBe('value')
    expect(valueUnit(aSeries({ modality: 'CT', frames: [aFrame(0), aFrame(1, { rescaleType: 'US' })] }))).toBe('value')
    expect(valueUnit(aSeries({ pixel: aPixel({ samplesPerPixel: 3 }) }))).toBe('colour')
  })
})

describe('ids made by the window', () => {
  test('are UUIDs of version 7 that sort by time', () => {
    const ids = [1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000].map((ms) => newRowId(ms))
    for (const id of ids) expect(RowId.safeParse(id).success).toBe(true)
    expect(ids[0]?.[14]).toBe('7')
    expect(ids.toSorted()).toEqual(ids)
  })
})

describe('the keys', () => {
  test('call one command each', () => {
    const chords = viewerKeys.flatMap((entry) => entry.chords)
    expect(new Set(chords).size).toBe(chords.length)
  })
  test('leave the keys of the findings panel alone', () => {
    for (const key of ['y', 'n', 'e', 'u', 'd', 'j', 'k', 'a', 'q', '?', 'ctrl+k']) expect(viewerKeys.some(({ chords }) => chords.includes(key))).toBe(false)
  })
})
