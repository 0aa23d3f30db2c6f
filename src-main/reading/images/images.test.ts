import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { SeriesUid, SopInstanceUid } from '../../../src-shared/ids.ts'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import type { Volume } from '../../../src-shared/volume.ts'
import { createWorkerPool } from '../../platform/workers.ts'
import type { StudyFacts } from '../task-types.ts'
import { chooseSlices, spread } from './choose-slices.ts'
import { prepareCandidate, prepareFrames, prepareStudy } from './prepare.ts'
import { resizePlane } from './resize.ts'
import { fitSquare, squareRgb } from './square.ts'
import { placeInSlice, sliceImage, uprightImage } from './volume-images.ts'
import { trainedWindows, windowed } from './windows.ts'

const pool = createWorkerPool({ entry: 'reading/images/prepare', size: 1 })
afterAll(() => pool.close())

/** A stack whose value at each voxel is known: `hu(column, row, slice)`. */
function aVolume(hu: (column: number, row: number, slice: number) => number, { columns = 12, rows = 10, slices = 5, pixelSpacingMm = [1, 1], sliceSpacingMm = 2 }: Readonly<{ columns?: number, rows?: number, slices?: number, pixelSpacingMm?: readonly [number, number], sliceSpacingMm?: number }> = {}): Volume {
  const voxels = new Int16Array(new SharedArrayBuffer(columns * rows * slices * 2))
  for (let slice = 0; slice < slices; slice++) for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) voxels[(slice * rows + row) * columns + column] = hu(column, row, slice)
  return {
    columns, rows, slices, voxels, geometry: {
      originsMm: Array.from({ length: slices }, (_, slice) => [0, 0, slice * sliceSpacingMm] as const), rowDirection: [1, 0, 0], columnDirection: [0, 1, 0], normal: [0, 0, 1], pixelSpacingMm,
      sliceGapsMm: Array.from({ length: slices - 1 }, () => sliceSpacingMm), sliceSpacingMm, sliceThicknessMm: sliceSpacingMm, isEven: true, gantryTiltDeg: 0
    }
  }
}
const pixel = (rgb: Uint8Array, sizePx: number, x: number, y: number) => [...rgb.subarray(3 * (y * sizePx + x), 3 * (y * sizePx + x) + 3)]

describe('windows', () => {
  it('are those of the training: −1024…1024, −135…215 and 0…80 HU over 0–255, clipped and rounded', () => {
    expect(trainedWindows.map(({ fromHu, toHu }) => [fromHu, toHu])).toEqual([[-1024, 1024], [-135, 215], [0, 80]])
    fc.assert(fc.property(fc.integer({ min: -32768, max: 32767 }), fc.constantFrom(...trainedWindows), (hu, window) => {
      const expected = Math.min(255, Math.max(0, ((hu - window.fromHu) / (window.toHu - window.fromHu)) * 255))
      expect(Math.abs((windowed(Int16Array.of(hu), window)[0] ?? -1) - expected)).toBeLessThanOrEqual(0.5 + 1e-9)
    }))
  })
})

/** Written from the definition, one output pixel at a time: the mean of the input under a triangle around the centre. */
function byDefinition(values: readonly number[][], width: number, height: number): number[][] {
  const rows = values.length
  const columns = values[0]?.length ?? 0
  const weight = (source: number, centre: number, reach: number) => Math.max(0, 1 - Math.abs(source + 0.5 - centre) / reach)
  return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (__, x) => {
    const [cx, cy] = [(x + 0.5) * columns / width, (y + 0.5) * rows / height]
    const [rx, ry] = [Math.max(1, columns / width), Math.max(1, rows / height)]
    let sum = 0
    let total = 0
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const share = weight(column, cx, rx) * weight(row, cy, ry)
        sum += share * (values[row]?.[column] ?? 0)
        total += share
      }
    }
    return sum / total
  }))
}

describe('resizing', () => {
  it('equals the definition of a bilinear filter, growing and shrinking', () => {
    const size = fc.integer({ min: 1, max: 14 })
    fc.assert(fc.property(size, size, size, size, fc.infiniteStream(fc.integer({ min: 0, max: 255 })), (columns, rows, width, height, numbers) => {
      const values = Array.from({ length: rows }, () => Array.from({ length: columns }, () => numbers.next().value as number))
      const ours = resizePlane({ width: columns, height: rows, values: Uint8Array.from(values.flat()) }, width, height)
      for (const [index, expected] of byDefinition(values, width, height).flat().entries()) expect(Math.abs((ours[index] ?? -1) - expected)).toBeLessThan(1e-3)
    }), { numRuns: 200 })
  })

  it('equals what another library makes of a smooth picture of a real size', async () => {
    const values = Uint8Array.from({ length: 512 * 512 }, (_, at) => 127 + 60 * Math.sin((at % 512) / 40) + 60 * Math.cos(Math.floor(at / 512) / 50))
    const ours = resizePlane({ width: 512, height: 512, values }, 896, 896)
    const theirs = await sharp(Buffer.from(values), { raw: { width: 512, height: 512, channels: 1 } }).resize(896, 896, { kernel: 'linear', fit: 'fill' }).toColourspace('b-w').raw().toBuffer()
    const off = ours.map((value, at) => Math.abs(value - (theirs[at] ?? 0))).toSorted()
    expect(off[Math.floor(off.length * 0.99)]).toBeLessThan(2)
  })
})

describe('the square', () => {
  it('keeps the proportions of the body and puts the picture in the middle', () => {
    fc.assert(fc.property(fc.float({ min: 1, max: 500, noNaN: true }), fc.float({ min: 1, max: 500, noNaN: true }), (widthMm, heightMm) => {
      const { width, height, left, top } = fitSquare(widthMm, heightMm, 896)
      expect(Math.max(width, height)).toBe(896)
      expect(Math.abs(width / height - widthMm / heightMm) * Math.min(width, height) ** 2 / Math.max(width, height)).toBeLessThanOrEqual(1)
      expect(Math.abs(left - (896 - width - left))).toBeLessThanOrEqual(1)
      expect(Math.abs(top - (896 - height - top))).toBeLessThanOrEqual(1)
    }))
  })
  it('is black where there is no picture, in every channel', () => {
    const plane = { width: 2, height: 1, values: Uint8Array.of(255, 255) }
    const rgb = squareRgb([plane, plane, plane], { widthMm: 20, heightMm: 10 }, 8)
    expect(pixel(rgb, 8, 4, 0)).toEqual([0, 0, 0])
    expect(pixel(rgb, 8, 4, 4)).toEqual([255, 255, 255])
  })
})

describe('slices', () => {
  it('are spread evenly with both ends, in order, never twice, never more than asked', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 85 }), (available, count) => {
      const indices = spread(available, Math.min(available, count))
      expect(indices).toHaveLength(Math.min(available, count))
      expect(indices.every((index, at) => at === 0 || index > (indices[at - 1] ?? 0))).toBe(true)
      if (indices.length > 1) expect([indices[0], indices.at(-1)]).toEqual([0, available - 1])
      const gaps = indices.slice(1).map((index, at) => index - (indices[at] ?? 0))
      if (gaps.length > 0) expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1)
    }))
  })
  const budget = { available: 400, maxImages: 85, maxImagesNote: '', maxSlices: 85, maxMinutes: 10, tokensPerImage: 256, promptTokensPerSecond: null }
  it.each([
    [{}, 85, 'trained on 85'], [{ maxImages: 24, maxImagesNote: 'the free memory has room for no more' }, 24, 'free memory'], [{ maxSlices: 10 }, 10, 'settings'], [{ promptTokensPerSecond: 20 }, 44, 'longer than the 10 minutes'], [{ available: 30 }, 30, '']
  ])('are as many as the model, the memory, the settings and the time allow, and it is said which', (patch, count, words) => {
    const { indices, note } = chooseSlices({ ...budget, ...patch })
    expect(indices).toHaveLength(count)
    expect(note).toContain(words)
    if (words === '') expect(note).toBe('')
  })
  it('look as they are: what is left stays left, what is in front stays on top', () => {
    const rgb = sliceImage(aVolume((column, row) => (column === 0 && row === 0 ? 1024 : -1024), { columns: 4, rows: 4 }), 2, 8)
    expect(pixel(rgb, 8, 0, 0)).toEqual([255, 255, 255])
    expect(pixel(rgb, 8, 7, 0)[0]).toBe(0)
    expect(pixel(rgb, 8, 0, 7)[0]).toBe(0)
  })
  it('with pixels that are not square come out with true proportions', () => {
    const rgb = sliceImage(aVolume(() => 1024, { columns: 10, rows: 10, pixelSpacingMm: [1, 2] }), 0, 20)
    expect(pixel(rgb, 20, 10, 4)).toEqual([0, 0, 0])
    expect(pixel(rgb, 20, 10, 6)).toEqual([255, 255, 255])
  })
  it('from the front have the head on top', () => {
    const rgb = uprightImage(aVolume((_column, _row, slice) => (slice === 4 ? 1024 : -1024), { columns: 10, rows: 10, slices: 5, sliceSpacingMm: 2 }), { sliceIndex: 2, column: 5, row: 5, fieldMm: 10, along: 'columns' }, 10)
    expect(pixel(rgb, 10, 5, 0)[0]).toBeGreaterThan(200)
    expect(pixel(rgb, 10, 5, 9)[0]).toBe(0)
  })
})

const series = { seriesUid: SeriesUid.parse('1.2.3'), frames: [] } as unknown as SeriesDescription
const refs = Array.from({ length: 5 }, (_, index) => ({ sopInstanceUid: SopInstanceUid.parse(`1.2.3.${index}`), frameNumber: 1 }))
const facts: StudyFacts = { modality: 'CT', bodyPart: '', description: '', contrastAgent: '', kernel: '', sex: null, ageYears: null }
const budget = { maxImages: 85, maxImagesNote: '', maxSlices: 3, maxMinutes: 10, tokensPerImage: 256, promptTokensPerSecond: null }
const noFrames = { pool, renderFrame: async () => { throw new Error('not asked for') } }

describe('what a reader gets', () => {
  it('of a volume: slices with their labels and the instances that they are', async () => {
    const { images, available, note } = await prepareStudy(noFrames, { kind: 'volume', volume: aVolume((_c, _r, slice) => slice * 100), refs, series }, 16, budget)
    expect(images.map(({ label, caption, image }) => [label, caption, image.ref?.sopInstanceUid, image.rgb.length])).toEqual([
      ['S1', 'SLICE S1', '1.2.3.0', 768], ['S3', 'SLICE S3', '1.2.3.2', 768], ['S5', 'SLICE S5', '1.2.3.4', 768]
    ])
    expect([available, note]).toEqual([5, 'the settings allow no more'])
  })
  it('of frames: what the viewer draws, padded to a square', async () => {
    const png = await sharp({ create: { width: 20, height: 10, channels: 3, background: { r: 90, g: 90, b: 90 } } }).toColourspace('b-w').png().toBuffer()
    const frames = refs.slice(0, 2)
    const { images } = await prepareStudy({ pool, renderFrame: async () => png }, { kind: 'frames', series: { ...series, frames } as unknown as SeriesDescription }, 16, budget)
    expect(images).toHaveLength(2)
    expect(pixel(images[0]?.image.rgb ?? new Uint8Array(), 16, 8, 8)).toEqual([90, 90, 90])
    expect(pixel(images[0]?.image.rgb ?? new Uint8Array(), 16, 8, 1)).toEqual([0, 0, 0])
  })
  it('of a candidate: close, around, from the front and from the side, with the spot in the middle', async () => {
    const volume = aVolume((column, row, slice) => (column === 80 && row === 60 && slice === 2 ? 1500 : 0), { columns: 128, rows: 128, slices: 5 })
    const { images } = await prepareCandidate(noFrames, { facts, volume, series, refs, measurements: [], candidate: { centreMm: [80, 60, 4], sliceIndex: 2, diameterMm: 5, placeWords: '' } }, 60)
    expect(images.map(({ label }) => label)).toEqual(['C1', 'C2', 'C3', 'C4'])
    expect(pixel(images[0]?.image.rgb ?? new Uint8Array(), 60, 30, 30)[2]).toBeGreaterThan(150)
    expect(images.every(({ image }) => image.ref?.sopInstanceUid === '1.2.3.2')).toBe(true)
  })
  it('of a camera: each frame on a square', async () => {
    const { images } = await prepareFrames({ frames: [{ width: 9, height: 16, rgb: new Uint8Array(9 * 16 * 3).fill(200) }], history: [], prompt: '' }, 16)
    expect(pixel(images[0]?.image.rgb ?? new Uint8Array(), 16, 8, 8)).toEqual([200, 200, 200])
    expect(pixel(images[0]?.image.rgb ?? new Uint8Array(), 16, 0, 8)).toEqual([0, 0, 0])
  })
  it('is called off between pictures', async () => {
    const controller = new AbortController()
    const preparing = prepareStudy(noFrames, { kind: 'volume', volume: aVolume(() => 0), refs, series }, 16, budget, { signal: controller.signal, onProgress: (done) => { if (done === 1) controller.abort(new Error('enough')) } })
    await expect(preparing).rejects.toThrow('enough')
  })
})

it('a point of the body is found in its slice', () => {
  expect(placeInSlice(aVolume(() => 0, { pixelSpacingMm: [0.5, 0.8] }), 1, [4, 2, 2])).toEqual({ column: 5, row: 4 })
})
