import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { Volume } from '../../../src-shared/volume.ts'
import { geometryOf, isMissingGap, nearestSlice, requireMeasurable, sliceExtentsMm, voxelToMm } from './geometry.ts'
import { distanceMm, ellipseStatistics } from './primitives.ts'
import { cross, distance, dot, normalise, rotate, type Vector } from '../../../src-shared/vector.ts'

type Options = { origins?: Vector[], row?: Vector, column?: Vector, spacing?: [number, number], thickness?: number | null }

function aStack({ origins = [[0, 0, 0], [0, 0, 2], [0, 0, 4]], row = [1, 0, 0], column = [0, 1, 0], spacing = [0.5, 0.8], thickness = 2 }: Options = {}) {
  return geometryOf({ originsMm: origins, rowDirection: row, columnDirection: column, pixelSpacingMm: spacing, sliceThicknessMm: thickness })
}

function aVolume(options: Options = {}, changes: Partial<Volume> = {}): Volume {
  const geometry = aStack(options)
  const slices = geometry.originsMm.length
  return { columns: 4, rows: 3, slices, voxels: new Int16Array(12 * slices), geometry, ...changes }
}

describe('the geometry of a stack', () => {
  it('computes gaps, spacing and evenness from positions', () => {
    const geometry = aStack({ origins: [[5, 5, 10], [5, 5, 13], [5, 5, 16.5], [5, 5, 19.5]] })
    expect(geometry.sliceGapsMm).toEqual([3, 3.5, 3])
    expect(geometry.sliceSpacingMm).toBe(3)
    expect(geometry.isEven).toBe(false)
    expect(geometry.gantryTiltDeg).toBe(0)
    expect([...sliceExtentsMm(geometry)]).toEqual([3, 3.25, 3.25, 3])
  })

  it('sees a gantry tilt as the angle between normal and stack', () => {
    const tilt = (15 * Math.PI) / 180
    const column: Vector = [0, Math.cos(tilt), Math.sin(tilt)]
    const geometry = aStack({ column, origins: [[0, 0, 0], [0, 0, 5], [0, 0, 10]] })
    expect(geometry.gantryTiltDeg).toBeCloseTo(15, 6)
    expect(geometry.sliceSpacingMm).toBeCloseTo(5 * Math.cos(tilt), 9)
    expect(geometry.isEven).toBe(true)
  })

  it('takes the slice thickness as spacing of a single slice', () => {
    expect(aStack({ origins: [[0, 0, 0]], thickness: 7 }).sliceSpacingMm).toBe(7)
    expect(aStack({ origins: [[0, 0, 0]], thickness: null }).sliceSpacingMm).toBe(1)
  })

  it('places voxels by pixel spacing as DICOM orders it: rows first', () => {
    const geometry = aStack({ origins: [[10, 20, 30], [10, 20, 32]] })
    expect(voxelToMm(geometry, 3, 2, 1)).toEqual([10 + 3 * 0.8, 20 + 2 * 0.5, 32])
    expect(voxelToMm(geometry, 0, 0, 0.25)).toEqual([10, 20, 30.5])
  })

  it('measures the same distance however the stack is turned', () => {
    fc.assert(fc.property(fc.tuple(angle, angle, angle), fc.tuple(index, index), fc.tuple(index, index), (turns, from, to) => {
      const origins = [0, 1, 2].map((slice) => rotate([0, 0, 2 * slice], turns))
      const turned = aStack({ origins, row: rotate([1, 0, 0], turns), column: rotate([0, 1, 0], turns) })
      expect(distanceMm(turned, [...from, 0], [...to, 2])).toBeCloseTo(distanceMm(aStack(), [...from, 0], [...to, 2]), 9)
      expect(turned.sliceSpacingMm).toBeCloseTo(2, 9)
    }))
  })

  it('finds the nearest slice along the normal, not along z', () => {
    const geometry = aStack({ row: [0, 1, 0], column: [0, 0, 1], origins: [[0, 0, 0], [3, 0, 0], [6, 0, 0]] })
    expect(nearestSlice(geometry, [3.4, 50, -80])).toBe(1)
    expect(nearestSlice(geometry, [99, 0, 0])).toBe(2)
  })

  it('calls a gap missing only when a slice would fit into it', () => {
    const geometry = aStack()
    expect(isMissingGap(geometry, 2.5)).toBe(false)
    expect(isMissingGap(geometry, 4)).toBe(true)
  })
})

describe('refusing wrong geometry', () => {
  const message = (volume: Volume): string => {
    try { requireMeasurable(volume) } catch (error) { return error instanceof Error ? error.message : String(error) }
    return 'accepted'
  }

  it('accepts a plain stack', () => expect(message(aVolume())).toBe('accepted'))
  it('refuses a voxel count that does not match', () => expect(message(aVolume({}, { voxels: new Int16Array(7) }))).toContain('number of voxels'))
  it('refuses slices without a position', () => expect(message(aVolume({}, { slices: 4, voxels: new Int16Array(48) }))).toContain('no Image Position'))
  it('refuses a spacing of zero', () => expect(message(aVolume({ spacing: [0, 1] }))).toContain('Pixel Spacing'))
  it('refuses a position that is no number', () => expect(message(aVolume({ origins: [[0, 0, 0], [0, Number.NaN, 2], [0, 0, 4]] }))).toContain('not a number'))
  it('refuses axes that are not perpendicular', () => expect(message(aVolume({ column: [0.3, 0.954, 0] }))).toContain('perpendicular'))
  it('refuses two slices at the same place', () => expect(message(aVolume({ origins: [[0, 0, 0], [0, 0, 0], [0, 0, 4]] }))).toContain('same place'))
  it('refuses a shear of more than 45 degrees', () => expect(message(aVolume({ origins: [[0, 0, 0], [9, 0, 2], [18, 0, 4]] }))).toContain('sheared'))
  it('refuses gaps that do not match the slices', () => {
    const volume = aVolume()
    expect(message({ ...volume, geometry: { ...volume.geometry, sliceGapsMm: [2] } })).toContain('slice distances')
  })
})

describe('the density of an ellipse', () => {
  it('gives mean, population deviation, extremes and area of the voxels inside', () => {
    const volume = aVolume({ spacing: [1, 1] })
    volume.voxels.set([10, 20, 30, 40, 50, 60], 12 + 4)
    expect(ellipseStatistics(volume, 1, [1, 1], [1, 0.5])).toEqual({ meanHu: 20, sdHu: Math.sqrt(200 / 3), minHu: 10, maxHu: 30, voxels: 3, areaMm2: 3 })
    expect(ellipseStatistics(volume, 1, [-50, 1], [1, 1])).toBeNull()
  })
})

describe('vectors', () => {
  it('keep length and angles when turned', () => {
    fc.assert(fc.property(fc.tuple(angle, angle, angle), (turns) => {
      const [a, b] = [rotate([1, 2, 3], turns), rotate([-4, 1, 0.5], turns)]
      expect(dot(a, b)).toBeCloseTo(-4 + 2 + 1.5, 9)
      expect(distance(a, b)).toBeCloseTo(Math.hypot(5, 1, 2.5), 9)
    }))
  })

  it('cross to a perpendicular and leave the zero vector alone', () => {
    expect(cross([1, 0, 0], [0, 1, 0])).toEqual([0, 0, 1])
    expect(normalise([0, 0, 0])).toEqual([0, 0, 0])
  })
})

const angle = fc.integer({ min: -180, max: 180 })
const index = fc.integer({ min: 0, max: 20 })
