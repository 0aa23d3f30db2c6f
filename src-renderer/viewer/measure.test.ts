import { describe, expect, test } from 'vitest'
import type { AnnotationTool } from '../../src-shared/annotations.ts'
import { measure, measuredText, noteFor } from './measure.ts'
import { angleDeg } from './measuring/axes.ts'
import type { Picture } from './picture.ts'
import type { SpacingFacts } from '../../src-shared/studies.ts'
import type { PointMm } from '../../src-shared/ids.ts'
import { planeOfFrame, toPatient, type Plane, type PointIndex } from './plane.ts'
import { aFrame, aPixel, aSeries } from './test-series.ts'

const plane = planeOfFrame(aSeries({ pixel: aPixel({ rows: 40, columns: 60 }) }), aFrame(0))
/** Values 100 × row + column, so that each pixel knows its place. */
const values = Int16Array.from({ length: 2400 }, (_, index) => 100 * Math.floor(index / 60) + (index % 60))
const picture: Picture = { kind: 'grey', plane, isInverse: false, voiLutFunction: 'LINEAR', values, minimum: 0, maximum: 3959 }
const points = (...at: PointIndex[]) => at.map((index) => toPatient(plane, index))
const on = (changes: Partial<Readonly<{ plane: Plane; picture: Picture | null; spacing: SpacingFacts; valueUnit: string }>> = {}) => ({ plane, picture, spacing: {}, valueUnit: 'HU', ...changes })
const valuesOf = (tool: AnnotationTool, scene: ReturnType<typeof on>, pointsMm: readonly PointMm[]) => measure(tool, scene, pointsMm).values
const named = (tool: AnnotationTool, ...at: PointIndex[]) => Object.fromEntries(valuesOf(tool, on(), points(...at)).map(({ name, value, unit }) => [name, [value, unit]]))

describe('measuring', () => {
  test('gives a length in millimetres of the patient where pixels are not square', () => {
    expect(named('length', [0, 0], [6, 2])['length']).toEqual([5, 'mm'])
  })
  test('gives a length in pixels where there is no spacing, and never in mm', () => {
    const uncalibrated = planeOfFrame(aSeries({ pixelSpacingMm: null }), aFrame(0))
    const { values, basis } = measure('length', on({ plane: uncalibrated, picture: null }), [[0, 0, 0], [3, 4, 0]])
    expect(values).toEqual([{ name: 'length', value: 5, unit: 'px' }])
    expect(measuredText('length', values, noteFor('length', basis.note, null))).toBe('5 px · uncalibrated')
  })
  test('gives the angle at the middle point', () => {
    expect(angleDeg([1, 0, 0], [0, 0, 0], [0, 5, 0])).toBeCloseTo(90)
    expect(angleDeg([1, 0, 0], [0, 0, 0], [-3, 0, 0])).toBeCloseTo(180)
    expect(angleDeg([2, 0, 0], [0, 0, 0], [1, Math.sqrt(3), 0])).toBeCloseTo(60)
  })
  test('takes a half turn of one and the same direction as no angle', () => {
    expect(angleDeg([0, 0, 0], [0, 0, 0], [1, 0, 0])).toBe(0)
  })
  test('reads the stored voxel under the probe, not one between voxels', () => {
    expect(named('probe', [7.4, 11.6])['value']).toEqual([1207, 'HU'])
    expect(named('probe', [59.4, 39.4])['value']).toEqual([3959, 'HU'])
    expect(named('probe', [61, 3])['value']).toEqual([null, 'HU'])
  })
  test('counts an ellipse over the pixels whose centres it holds', () => {
    const inside: number[] = []
    for (let row = 0; row < 40; row += 1) for (let column = 0; column < 60; column += 1) {
      if (((column - 20) / 8) ** 2 + ((row - 15) / 5) ** 2 <= 1 + 1e-12) inside.push(100 * row + column)
    }
    const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length
    const sd = Math.sqrt(inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / inside.length)
    const result = named('ellipse', [12, 10], [28, 20])
    expect(result['pixels']).toEqual([inside.length, ''])
    expect(result['mean']?.[0]).toBeCloseTo(mean, 9)
    expect(result['SD']?.[0]).toBeCloseTo(sd, 9)
    expect(result['min']?.[0]).toBe(Math.min(...inside))
    expect(result['max']?.[0]).toBe(Math.max(...inside))
    expect(result['area']?.[0]).toBeCloseTo(Math.PI * 4 * 10, 9)
    expect(result['area']?.[1]).toBe('mm²')
  })
  test('gives the same ellipse from any two opposite corners', () => {
    expect(named('ellipse', [28, 10], [12, 20])).toEqual(named('ellipse', [12, 20], [28, 10]))
  })
  test('gives no values for an ellipse that holds no pixel centre or leaves the picture', () => {
    expect(named('ellipse', [12.2, 10.2], [12.4, 10.4])['mean']).toEqual([null, 'HU'])
    expect(named('ellipse', [70, 50], [80, 60])['mean']).toEqual([null, 'HU'])
  })
  test('keeps the SD of large, even values exact', () => {
    const flat: Picture = { ...picture, values: new Float32Array(2400).fill(1e7), minimum: 1e7, maximum: 1e7 }
    expect(valuesOf('ellipse', on({ picture: flat, valueUnit: 'value' }), points([5, 5], [15, 15])).find(({ name }) => name === 'SD')?.value).toBe(0)
  })
  test('reads colours as three channels, and gives the values of an area for each', () => {
    const rgba = new Uint8ClampedArray(9600).fill(255)
    rgba.set([10, 20, 30, 255], (3 * 60 + 2) * 4)
    const colour: Picture = { kind: 'colour', plane, isInverse: false, voiLutFunction: 'LINEAR', rgba }
    const scene = on({ picture: colour, valueUnit: 'colour' })
    expect(valuesOf('probe', scene, points([2, 3])).map(({ name, value }) => [name, value])).toEqual([['red', 10], ['green', 20], ['blue', 30]])
    const found = Object.fromEntries(valuesOf('rectangle', scene, points([1, 3], [2, 3])).map(({ name, value }) => [name, value]))
    expect(found).toMatchObject({ 'red mean': 132.5, 'red min': 10, 'green mean': 137.5, 'blue SD': 112.5, 'blue max': 255, pixels: 2 })
  })
})

describe('the words beside a drawing', () => {
  test('carry units, and the basis where it is not the body', () => {
    expect(measuredText('length', [{ name: 'length', value: 12.345, unit: 'mm' }], null)).toBe('12.3 mm')
    expect(measuredText('length', [{ name: 'length', value: 12.345, unit: 'mm' }], 'at the detector')).toBe('12.3 mm · at the detector')
    expect(measuredText('probe', [{ name: 'value', value: -3, unit: 'HU' }], null)).toBe('-3 HU')
    expect(measuredText('probe', [{ name: 'value', value: 7, unit: 'value' }], null)).toBe('value 7')
    expect(measuredText('angle', [{ name: 'angle', value: 90, unit: '°' }], null)).toBe('90°')
  })
})
