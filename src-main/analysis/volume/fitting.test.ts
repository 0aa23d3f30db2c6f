import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { longestDiameter } from './boundary.ts'
import { fitEllipsoid } from './ellipsoid-fit.ts'
import { leastSquares } from './least-squares.ts'
import { createMoments, eigenvalues } from './moments.ts'
import { airNoiseHu, softTissueNoiseHu } from './noise.ts'
import { distance, rotate, type Vector } from '../../../src-shared/vector.ts'
import { PhantomRecipe, renderVolume } from '../phantom/index.ts'

describe('moments', () => {
  it('give the eigenvalues of a turned diagonal matrix', () => {
    fc.assert(fc.property(fc.tuple(fc.integer({ min: -180, max: 180 }), fc.integer({ min: -180, max: 180 }), fc.integer({ min: -180, max: 180 })), (turns) => {
      const axes = [rotate([1, 0, 0], turns), rotate([0, 1, 0], turns), rotate([0, 0, 1], turns)]
      const values = [9, 4, 1]
      const at = (i: 0 | 1 | 2, j: 0 | 1 | 2): number => axes.reduce((sum, axis, index) => sum + (values[index] ?? 0) * axis[i] * axis[j], 0)
      const found = eigenvalues([at(0, 0), at(1, 1), at(2, 2), at(0, 1), at(0, 2), at(1, 2)])
      found.forEach((value, index) => expect(value).toBeCloseTo(values[index] ?? 0, 6))
    }))
    expect(eigenvalues([2, 2, 2, 0, 0, 0])).toEqual([2, 2, 2])
  })

  it('give centroid and covariance of weighted points', () => {
    const moments = createMoments()
    moments.add([1, 0, 0], 1)
    moments.add([4, 0, 3], 2)
    expect(moments.centroid()).toEqual([3, 0, 2])
    expect(moments.weight()).toBe(3)
    expect(moments.covariance().map((value) => Math.round(value * 1e9) / 1e9)).toEqual([2, 0, 2, 0, 2, 0])
  })
})

describe('the longest diameter', () => {
  it('of points on an ellipsoid is its long axis, however it is turned', () => {
    fc.assert(fc.property(fc.tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -90, max: 90 }), fc.integer({ min: -90, max: 90 })), (turns) => {
      const points = Array.from({ length: 900 }, (_, index): Vector => {
        const z = ((index + 0.5) / 900) * 2 - 1
        const radius = Math.sqrt(1 - z * z)
        return rotate([6 * radius * Math.cos(index * 2.4), 4 * radius * Math.sin(index * 2.4), 3 * z], turns)
      })
      const found = longestDiameter(points)
      expect(found?.lengthMm).toBeGreaterThan(11.85)
      expect(found?.lengthMm).toBeLessThanOrEqual(12)
    }), { numRuns: 20 })
  })

  it('of no points is nothing', () => expect(longestDiameter([])).toBeNull())
})

describe('least squares', () => {
  it('finds the two parameters of an exponential', () => {
    const times = [0, 1, 2, 3, 4]
    const { parameters, cost } = leastSquares(Float64Array.of(1, -0.1), 5, (p, into) => {
      times.forEach((t, index) => { into[index] = (p[0] ?? 0) * Math.exp((p[1] ?? 0) * t) - 5 * Math.exp(-0.7 * t) })
    }, { iterations: 60, steps: [1e-5, 1e-5] })
    expect(parameters[0]).toBeCloseTo(5, 3)
    expect(parameters[1]).toBeCloseTo(-0.7, 3)
    expect(cost).toBeLessThan(1e-6)
  })
})

describe('the fitted ellipsoid', () => {
  it('recovers size, density and place of a ball that no voxel lies wholly inside', () => {
    const centreMm: Vector = [0.4, -0.3, 0.7]
    const recipe = PhantomRecipe.parse({
      name: 'FIT', anatomy: 'water', rows: 24, columns: 24, slices: 8, pixelSpacingMm: [0.8, 0.8], sliceSpacingMm: 3, noiseHu: 0, blurMm: 0.5,
      objects: [{ kind: 'stone', place: 'collecting-system', diameterMm: 5, hu: 900, centreMm }]
    })
    const volume = renderVolume(recipe)
    const data = { x: [] as number[], y: [] as number[], z: [] as number[], hu: [] as number[] }
    for (let index = 0; index < volume.voxels.length; index++) {
      const place: Vector = [(index % 24 - 11.5) * 0.8, (Math.floor(index / 24) % 24 - 11.5) * 0.8, (Math.floor(index / 576) - 3.5) * 3]
      if (distance(place, centreMm) > 6) continue
      data.x.push(place[0]); data.y.push(place[1]); data.z.push(place[2]); data.hu.push(volume.voxels[index] ?? 0)
    }
    const typed = { x: Float64Array.from(data.x), y: Float64Array.from(data.y), z: Float64Array.from(data.z), hu: Float64Array.from(data.hu) }
    const maxHu = Math.max(...data.hu)
    expect(maxHu).toBeLessThan(900)
    const fit = fitEllipsoid(typed, { centre: [0, 0, 0], semiAxesMm: [2, 2, 2], plateauHu: maxHu, maxHu, backgroundHu: 0, backgroundSpreadHu: 8, noiseHu: 4, pixelMm: [0.8, 0.8], thicknessMm: 3, blurMm: 0.5 })
    expect(fit.volumeMm3 / ((Math.PI / 6) * 125)).toBeCloseTo(1, 1)
    expect(Math.abs(fit.plateauHu - 900)).toBeLessThan(60)
    expect(distance(fit.centre, centreMm)).toBeLessThan(0.1)
    expect(2 * Math.hypot(...fit.arm)).toBeCloseTo(5, 0)
    expect(fit.misfitHu).toBeLessThan(20)
  })
})

describe('the noise estimate', () => {
  it('is the noise that was put in, in soft tissue and in air', () => {
    const volume = renderVolume(PhantomRecipe.parse({ name: 'NOISE', anatomy: 'water', rows: 96, columns: 96, slices: 12, pixelSpacingMm: [1, 1], noiseHu: 14, blurMm: 0.3 }))
    expect(softTissueNoiseHu(volume)).toBeGreaterThan(12.5)
    expect(softTissueNoiseHu(volume)).toBeLessThan(15.5)
    expect(softTissueNoiseHu({ ...volume, voxels: scaleVoxels(volume.voxels, 0, 2000) })).toBeNull()
    expect(airNoiseHu({ ...volume, voxels: scaleVoxels(volume.voxels, 0, -1000) })).toBeNull()
  })
})

const scaleVoxels = (voxels: Int16Array, factor: number, offset: number): Int16Array => voxels.map((hu) => hu * factor + offset)
