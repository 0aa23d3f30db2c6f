import { describe, expect, it } from 'vitest'
import type { Volume } from '../../../../src-shared/volume.ts'
import { missingData, sharedData } from '../../../../test/support/shared-data.ts'
import { readCtSeries } from '../../../../test/support/ct-series.ts'
import { PhantomRecipe, renderVolume } from '../../phantom/index.ts'
import { geometryOf } from '../../volume/geometry.ts'
import { runProtocol, type ProtocolResult } from '../index.ts'

const noContext = { bodyPart: '', description: '', contrastAgent: '', kernel: '', warnings: [] }
const run = (volume: Volume, contrastAgent = ''): ProtocolResult => runProtocol('general-ct', volume, { ...noContext, contrastAgent })
const value = (result: ProtocolResult, name: string): number => result.measurements.find((measurement) => measurement.name === name)?.value ?? Number.NaN
const codes = (result: ProtocolResult): string[] => result.warnings.map(({ code }) => code)

/** A block of fat, 20 × 16 × 6 voxels, with a cube of gas and a cube of bone inside, in air. */
function aBlock(changes: (voxels: Int16Array, at: (column: number, row: number, slice: number) => number) => void = () => {}, gapsMm: readonly number[] = [2, 2, 2, 2, 2]): Volume {
  const [columns, rows, slices] = [32, 24, 6]
  const voxels = new Int16Array(new SharedArrayBuffer(columns * rows * slices * 2)).fill(-1000)
  const at = (column: number, row: number, slice: number): number => (slice * rows + row) * columns + column
  const fill = (from: number, size: readonly [number, number, number], hu: number): void => {
    for (let s = 0; s < size[2]; s++) for (let r = 0; r < size[1]; r++) for (let c = 0; c < size[0]; c++) voxels[from + at(c, r, s)] = hu
  }
  fill(at(6, 4, 0), [20, 16, 6], -100)
  fill(at(10, 8, 1), [3, 3, 3], -990)
  fill(at(18, 8, 1), [4, 4, 4], 600)
  changes(voxels, at)
  let z = 0
  const originsMm = [0, ...gapsMm].map((gap) => [0, 0, (z += gap)] as const)
  return { columns, rows, slices, voxels, geometry: geometryOf({ originsMm, rowDirection: [1, 0, 0], columnDirection: [0, 1, 0], pixelSpacingMm: [2, 1], sliceThicknessMm: 2 }) }
}

describe('body and tissues', () => {
  it('are measured in millilitres, gas inside the body included, air outside not', () => {
    const result = run(aBlock())
    expect(value(result, 'volume-air')).toBeCloseTo((27 * 4) / 1000, 1)
    expect(value(result, 'volume-bone')).toBeCloseTo((64 * 4) / 1000, 1)
    expect(value(result, 'body-volume')).toBeCloseTo((20 * 16 * 6 * 4) / 1000, 1)
    expect(value(result, 'volume-fat')).toBeCloseTo(((1920 - 91) * 4) / 1000, 1)
    expect([value(result, 'body-width'), value(result, 'body-depth'), value(result, 'body-length')]).toEqual([20, 32, 10])
    expect(value(result, 'histogram:-100')).toBeCloseTo((100 * (1920 - 91)) / 1920, 1)
    expect(value(result, 'histogram:600')).toBeCloseTo((100 * 64) / 1920, 1)
    expect(result.candidates).toEqual([])
  })

  it('count each slice with its true distance', () => {
    const result = run(aBlock(() => {}, [2, 3, 2, 2, 2]))
    expect(value(result, 'body-volume')).toBeCloseTo((20 * 16 * (2 + 2.5 + 2.5 + 2 + 2 + 2) * 2) / 1000, 1)
    expect(codes(result)).toEqual(expect.arrayContaining(['uneven-spacing', 'volumes-from-true-positions']))
  })

  it('leave out a table and say so when it reaches the edge', () => {
    const result = run(aBlock((voxels, at) => { for (let s = 0; s < 6; s++) for (let c = 0; c < 32; c++) voxels[at(c, 22, s)] = 100 }))
    expect(value(result, 'body-volume')).toBeCloseTo(7.7, 1)
    expect(codes(result)).toContain('table-at-edge')
    expect(codes(result)).not.toContain('truncated')
  })

  it('are called too small when the body is cut by the image', () => {
    const result = run(aBlock((voxels, at) => { for (let s = 0; s < 6; s++) for (let r = 4; r < 20; r++) for (let c = 0; c < 32; c++) voxels[at(c, r, s)] = 40 }))
    expect(codes(result)).toContain('truncated')
  })

  it('of an abdomen agree with its ellipse', () => {
    const volume = renderVolume(PhantomRecipe.parse({ name: 'X', rows: 128, columns: 192, slices: 8, pixelSpacingMm: [1.9, 1.9], sliceSpacingMm: 5, noiseHu: 5 }))
    const result = run(volume)
    expect(value(result, 'body-volume') / ((Math.PI * 165 * 114 * 40) / 1000)).toBeCloseTo(1, 1)
    expect(value(result, 'body-width')).toBeCloseTo(330, -1)
    expect(value(result, 'noise-soft-tissue')).toBeCloseTo(5, 0)
    expect(value(result, 'noise-air')).toBeGreaterThan(3)
    expect(codes(result)).toEqual(['thick-slices', 'few-slices'])
  })
})

describe('quality of the values', () => {
  it('warns of padding, saturation, contrast and missing air', () => {
    expect(codes(run(aBlock((voxels) => { for (let index = 0; index < 600; index++) voxels[index] = -2000 })))).toContain('padding-values')
    expect(codes(run(aBlock((voxels) => { for (let index = 97 * 12; index < 97 * 30; index++) voxels[index] = 3071 })))).toContain('saturation')
    expect(codes(run(aBlock(), 'Iodine'))).toContain('contrast')
    expect(codes(run(aBlock((voxels) => voxels.fill(50))))).toContain('no-air')
  })

  it('says when nothing but air is there', () => {
    const result = run(aBlock((voxels) => voxels.fill(-1000)))
    expect(result.measurements).toEqual([])
    expect(codes(result)).toContain('no-body')
  })
})

describe.skipIf(missingData('ct-chest-noncontrast-8mm'))('a real chest', () => {
  it('has lungs, fat, soft tissue and bone of a human, and is refused by the stone protocol', () => {
    const chest = readCtSeries(sharedData('ct-chest-noncontrast-8mm', 'series'))
    const result = run(chest)
    expect(value(result, 'volume-lung')).toBeGreaterThan(1500)
    expect(value(result, 'volume-lung')).toBeLessThan(6000)
    expect(value(result, 'volume-soft-tissue')).toBeGreaterThan(3000)
    expect(value(result, 'volume-bone')).toBeGreaterThan(300)
    expect(value(result, 'body-length')).toBe(232)
    expect(codes(result)).toContain('thick-slices')
    expect(() => runProtocol('urinary-stones', chest, noContext)).toThrow('8.0 mm apart')
  })
})

describe.skipIf(missingData('ct-head-phantom-philips'))('a real head phantom', () => {
  it('gives no stone, whoever asks', () => {
    const head = readCtSeries(sharedData('ct-head-phantom-philips', 'S21570', 'S2010'))
    expect(runProtocol('urinary-stones', head, noContext).candidates.filter(({ kind }) => kind === 'stone')).toEqual([])
  })
})
