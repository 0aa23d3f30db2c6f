import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { readGeometry, type SlicePlace } from './geometry.ts'

type Point = readonly [number, number, number]
const axial = [1, 0, 0, 0, 1, 0]
const at = (positionMm: Point | null, more: Partial<SlicePlace> = {}): SlicePlace =>
  ({ positionMm, orientation: axial, pixelSpacingMm: [0.5, 0.5], rows: 4, columns: 4, frameOfReferenceUid: '1.2', ...more })
const stackAt = (...zs: readonly number[]) => zs.map((z) => at([0, 0, z]))
const codes = (slices: readonly SlicePlace[], thickness: number | null = 1) => readGeometry(slices, thickness).warnings.map(({ code }) => code)

describe('the geometry of a series', () => {
  it('sorts along the normal, whatever order the files came in', () => {
    const { stack, order } = readGeometry(stackAt(3, 1, 2), null)
    expect(order).toEqual([1, 2, 0])
    expect(stack?.alongNormalMm).toEqual([1, 2, 3])
    expect(stack).toMatchObject({ sliceSpacingMm: 1, isEven: true, gantryTiltDeg: 0, duplicates: 0, normal: [0, 0, 1] })
  })

  it('takes an even stack as a volume without a warning', () => {
    expect(readGeometry(stackAt(0, 2.5, 5, 7.5), 2.5)).toMatchObject({ warnings: [], notVolumeReason: null })
  })

  it('follows an oblique normal', () => {
    const half = Math.SQRT1_2
    const oblique = { orientation: [1, 0, 0, 0, half, half] }
    const { stack } = readGeometry([at([0, 0, 0], oblique), at([0, -2 * half, 2 * half], oblique), at([0, -4 * half, 4 * half], oblique)], null)
    expect(stack?.sliceSpacingMm).toBeCloseTo(2, 9)
    expect(stack?.gantryTiltDeg).toBe(0)
    expect(stack?.members).toEqual([0, 1, 2])
  })

  it('calls a gap of 10 mm in a 5 mm series missing slices', () => {
    const { warnings, notVolumeReason } = readGeometry(stackAt(0, 5, 10, 20, 25), null)
    expect(warnings).toEqual([{ code: 'missing-slices', text: '1 slice is missing: gaps of up to 10 mm in a series of 5 mm.' }])
    expect(notVolumeReason).toBe('1 slice is missing: gaps of up to 10 mm in a series of 5 mm.')
  })

  it('calls gaps that are no multiples uneven', () => {
    expect(readGeometry(stackAt(0, 5, 8, 13), null).warnings).toEqual([{ code: 'uneven-spacing', text: 'Slices are unevenly spaced: between 3 and 5 mm.' }])
  })

  it('forgives the rounding of positions, and nothing more', () => {
    expect(codes(stackAt(0, 1, 2.009, 3))).toEqual([])
    expect(codes(stackAt(0, 1, 2.02, 3))).toEqual(['uneven-spacing'])
  })

  it('counts slices at the same place', () => {
    const { warnings, stack } = readGeometry(stackAt(0, 0, 1, 1, 2), null)
    expect(stack?.duplicates).toBe(2)
    expect(warnings).toEqual([{ code: 'duplicate-position', text: '2 slices lie at the place of another.' }])
  })

  it('computes the tilt of the gantry from the shear', () => {
    const slope = Math.tan(18.5 * Math.PI / 180)
    const { stack, warnings, notVolumeReason } = readGeometry([0, 2, 4].map((z) => at([0, -z * slope, z])), null)
    expect(stack?.gantryTiltDeg).toBeCloseTo(18.5, 6)
    expect(warnings.map(({ code }) => code)).toEqual(['gantry-tilt'])
    expect(notVolumeReason).toMatch(/sheared by 18\.5°/)
  })

  it('keeps the largest stack where a localizer lies in the same series', () => {
    const { stack, order, warnings, notVolumeReason } = readGeometry([at([0, 0, 0], { orientation: [0, 1, 0, 0, 0, -1] }), ...stackAt(2, 1, 3)], null)
    expect(stack?.members).toEqual([2, 1, 3])
    expect(order).toEqual([2, 1, 3, 0])
    expect(warnings.map(({ code }) => code)).toEqual(['mixed-orientation'])
    expect(notVolumeReason).toBe('The series mixes stacks of different geometry.')
  })

  it('says what is mixed', () => {
    expect(codes([...stackAt(0, 1, 2), at([0, 0, 3], { rows: 8 })])).toEqual(['mixed-size'])
    expect(codes([...stackAt(0, 1, 2), at([0, 0, 3], { pixelSpacingMm: [0.6, 0.6] })])).toEqual(['mixed-spacing'])
    expect(codes([...stackAt(0, 1, 2), at([0, 0, 3], { frameOfReferenceUid: '1.3' })])).toEqual(['mixed-frame-of-reference'])
  })

  it('says what is missing', () => {
    expect(readGeometry([at(null), at(null)], null)).toMatchObject({ stack: null, order: [0, 1], notVolumeReason: 'The images carry no position in the patient.' })
    expect(readGeometry([...stackAt(0, 1), at(null)], null).warnings).toEqual([{ code: 'no-position', text: '1 of 3 images carry no position in the patient.' }])
    expect(codes(stackAt(0, 1).map((slice) => ({ ...slice, pixelSpacingMm: null })))).toEqual(['no-pixel-spacing'])
    expect(codes(stackAt(0))).toEqual(['single-slice'])
    expect(readGeometry([], null)).toMatchObject({ stack: null, order: [] })
  })

  it('warns of thick slices by thickness and by distance', () => {
    expect(codes(stackAt(0, 8, 16), 8)).toEqual(['thick-slices'])
    expect(codes(stackAt(0, 5, 10), 5)).toEqual([])
  })

  it('finds the same stack in any order of files', () => {
    fc.assert(fc.property(fc.shuffledSubarray(Array.from({ length: 12 }, (_, index) => index), { minLength: 12 }), (shuffled) => {
      const { stack, order } = readGeometry(shuffled.map((index) => at([index, 2, index * 1.5])), null)
      expect(order.map((index) => shuffled[index])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
      expect(stack?.isEven).toBe(true)
    }), { numRuns: 50 })
  })
})
