import { describe, expect, it } from 'vitest'
import { PhantomRecipe, renderVolume } from '../../phantom/index.ts'
import type { Vector } from '../../../../src-shared/vector.ts'
import { findDense } from './find.ts'
import { measureIsland, type MeasuredIsland } from './island.ts'
import { refineIsland } from './refine.ts'

type Stone = Readonly<{ diameterMm: number, shape?: [number, number], turnsDeg?: Vector, centreMm: Vector }>

function measured(stones: readonly Stone[], sliceSpacingMm: number, noiseHu: number): MeasuredIsland {
  const volume = renderVolume(PhantomRecipe.parse({
    name: 'REFINE', anatomy: 'water', rows: 80, columns: 80, slices: 20, pixelSpacingMm: [0.8, 0.8], sliceSpacingMm, noiseHu, seed: 5,
    objects: stones.map((stone) => ({ kind: 'stone', place: 'kidney', hu: 800, ...stone }))
  }))
  const seed = findDense(volume, 130, undefined, () => {}).seeds[0]
  const island = seed === undefined ? null : measureIsland(volume, seed.box, seed.peak, { softLimitHu: 130, limitHu: seed.limitHu, noiseHu })
  if (island === null) throw new Error('The phantom has no island.')
  return island
}

const limits = { softLimitHu: 130, noiseHu: 12 }
const off = (volumeMm3: number | null, truth: number): number => Math.abs((volumeMm3 ?? Number.NaN) / truth - 1)

describe('a stone refined by the body that explains its voxels', () => {
  it('of 7 mm in slices of 3 mm has its volume within 5 % and its length within 0.3 mm', () => {
    const stone = refineIsland(measured([{ diameterMm: 7, shape: [0.8, 0.7], turnsDeg: [20, 35, 50], centreMm: [0.3, 0.2, 0.9] }], 3, 12), limits)
    expect(off(stone.volumeMm3, (Math.PI / 6) * 343 * 0.56)).toBeLessThan(0.05)
    expect(Math.abs((stone.diameter?.lengthMm ?? 0) - 7)).toBeLessThan(0.3)
  })

  it('has its density from more voxels than its core, all of them free of partial volume', () => {
    const before = measured([{ diameterMm: 9, centreMm: [0, 0, 0] }], 1.5, 12)
    const stone = refineIsland(before, limits)
    expect(before.island.huVoxels).toBeGreaterThan(0)
    expect(stone.huVoxels).toBeGreaterThan(before.island.huVoxels)
    expect(Math.abs(stone.meanHu - 800)).toBeLessThan(3)
  })

  it('stays as it was measured where no ellipsoid explains it', () => {
    const before = measured([{ diameterMm: 8, centreMm: [-5, 0, 0] }, { diameterMm: 8, centreMm: [2, 0, 0] }, { diameterMm: 8, centreMm: [2, 7, 0] }], 1.5, 12)
    expect(refineIsland(before, limits)).toBe(before.island)
  })

  it('stays without a size where it was given none', () => {
    const before = measured([{ diameterMm: 8, centreMm: [0, 0, -27.5] }], 3, 12)
    expect(before.island.notMeasured).not.toBeNull()
    expect(refineIsland(before, limits)).toBe(before.island)
  })
})
