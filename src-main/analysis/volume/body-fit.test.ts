import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { PhantomRecipe, renderVolume } from '../phantom/index.ts'
import { fitBody, type BodyStart } from './body-fit.ts'
import { createSight, type Neighbourhood } from './body-sight.ts'
import { distance, type Vector } from '../../../src-shared/vector.ts'

const size = { columns: 24, rows: 24, slices: 8 }
const pixelMm = 0.8

function emptyBox(thicknessMm: number): Neighbourhood {
  const voxels = size.columns * size.rows * size.slices
  return {
    columns: size.columns, rows: size.rows, hu: new Float64Array(voxels), isUsed: new Uint8Array(voxels).fill(1), stepMm: [pixelMm, pixelMm], thicknessMm,
    cornersMm: Array.from({ length: size.slices }, (_, slice): Vector => [-11.5 * pixelMm, -11.5 * pixelMm, (slice - 3.5) * thicknessMm])
  }
}

describe('what a body shows in its voxels', () => {
  it('adds up to its volume, however it leans and lies between the voxels', () => {
    const box = emptyBox(2)
    const shares = new Float64Array(box.hu.length)
    fc.assert(fc.property(fc.tuple(fc.float({ min: -1, max: 1, noNaN: true }), fc.float({ min: -1, max: 1, noNaN: true }), fc.float({ min: Math.fround(0.25), max: Math.fround(0.5), noNaN: true })), ([at, lean, inverse]) => {
      createSight(box, 3)({ centre: [at, -at, lean], turn: [inverse, 0.2 * lean, 0.3, 0.2 * at, -0.1, 0.4], scale: 1, blurMm: 0.5 }, shares)
      const volumeMm3 = shares.reduce((sum, share) => sum + share, 0) * pixelMm * pixelMm * 2
      expect(Math.abs(volumeMm3 / ((4 / 3) * Math.PI / (inverse * 0.3 * 0.4)) - 1)).toBeLessThan(0.01)
    }), { numRuns: 30 })
  })
})

function seenOn(thicknessMm: number, noiseHu: number, centreMm: Vector, shape: [number, number]): Neighbourhood {
  const volume = renderVolume(PhantomRecipe.parse({
    name: 'FIT', anatomy: 'water', ...size, pixelSpacingMm: [pixelMm, pixelMm], sliceSpacingMm: thicknessMm, noiseHu, blurMm: 0.5, seed: 3,
    objects: [{ kind: 'stone', place: 'kidney', diameterMm: 6, shape, hu: 900, centreMm }]
  }))
  const box = emptyBox(thicknessMm)
  for (let index = 0; index < box.hu.length; index++) {
    const at: Vector = [(index % 24 - 11.5) * pixelMm, (Math.floor(index / 24) % 24 - 11.5) * pixelMm, (Math.floor(index / 576) - 3.5) * thicknessMm]
    box.hu[index] = volume.voxels[index] ?? 0
    box.isUsed[index] = distance(at, centreMm) < 6 ? 1 : 0
  }
  return box
}

const start = (box: Neighbourhood, noiseHu: number): BodyStart => ({ centre: [0, 0, 0], semiAxesMm: [3, 3, 3], maxHu: Math.max(...box.hu), backgroundHu: 0, outerHu: 0, noiseHu, blurMm: 0.5 })

describe('the most likely body', () => {
  it('has volume, density and length of an ellipsoid in slices half as thick as it is long', () => {
    const box = seenOn(3, 0, [0.4, -0.3, 0.7], [0.8, 0.7])
    const body = fitBody(box, start(box, 0))
    expect(Math.abs(body.volumeMm3 / ((Math.PI / 6) * 216 * 0.56) - 1)).toBeLessThan(0.03)
    expect(Math.abs(body.plateauHu / 900 - 1)).toBeLessThan(0.03)
    expect(2 * Math.hypot(...body.arm)).toBeCloseTo(6, 0)
    expect(distance(body.centre, [0.4, -0.3, 0.7])).toBeLessThan(0.1)
    expect(body.misfitHu).toBeLessThan(20)
  })

  it('stays right in noise of 20 HU', () => {
    const box = seenOn(2, 20, [-0.2, 0.3, 0.5], [1, 1])
    const body = fitBody(box, start(box, 20))
    expect(Math.abs(body.volumeMm3 / ((Math.PI / 6) * 216) - 1)).toBeLessThan(0.05)
    expect(body.misfitHu).toBeGreaterThan(10)
    expect(body.misfitHu).toBeLessThan(30)
  })
})
