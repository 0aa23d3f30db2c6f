import { describe, expect, test } from 'vitest'
import { isInsidePicture, isOnPlane, offPlaneMm, planeOfFrame, toIndex, toPatient } from './plane.ts'
import { aFrame, aSeries } from './test-series.ts'

describe('the plane of a frame', () => {
  test('puts pixel centres where Image Position and Pixel Spacing say', () => {
    const plane = planeOfFrame(aSeries(), aFrame(2))
    expect(toPatient(plane, [0, 0])).toEqual([-10, -20, 110])
    expect(toPatient(plane, [4, 3])).toEqual([-8, -14, 110])
  })
  test('finds the index of a point again, also on an oblique plane', () => {
    const half = Math.SQRT1_2
    const plane = planeOfFrame(aSeries({ orientation: [half, half, 0, 0, 0, -1] }), aFrame(0))
    const [column, row] = toIndex(plane, toPatient(plane, [3.25, 1.5]))
    expect(column).toBeCloseTo(3.25, 10)
    expect(row).toBeCloseTo(1.5, 10)
  })
  test('counts a point within half a slice as in the plane, and no further', () => {
    const plane = planeOfFrame(aSeries(), aFrame(0))
    expect(offPlaneMm(plane, [0, 0, 102.4])).toBeCloseTo(2.4)
    expect(isOnPlane(plane, [0, 0, 102.4])).toBe(true)
    expect(isOnPlane(plane, [0, 0, 102.6])).toBe(false)
  })
  test('takes spacing and orientation of the frame over those of the series', () => {
    const plane = planeOfFrame(aSeries(), aFrame(0, { pixelSpacingMm: [3, 4], orientation: [0, 1, 0, 0, 0, -1] }))
    expect([plane.rowStepMm, plane.columnStepMm]).toEqual([3, 4])
    expect(toPatient(plane, [1, 0])).toEqual([-10, -16, 100])
  })
  test('has pixels and no millimetres where there is no spacing, and no place in the patient where there is no position', () => {
    const plane = planeOfFrame(aSeries({ pixelSpacingMm: null, spacingBasis: 'none' }), aFrame(0, { positionMm: null }))
    expect(plane.basis).toBe('pixels')
    expect(plane.isInPatient).toBe(false)
    expect(toPatient(plane, [5, 2])).toEqual([5, 2, 0])
  })
  test('ends half a pixel beyond the outer pixel centres', () => {
    const plane = planeOfFrame(aSeries(), aFrame(0))
    expect(isInsidePicture(plane, [5.4, 3.4])).toBe(true)
    expect(isInsidePicture(plane, [5.6, 3])).toBe(false)
    expect(isInsidePicture(plane, [-0.6, 0])).toBe(false)
  })
})
