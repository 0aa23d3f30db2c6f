import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { Volume } from '../../../src-shared/volume.ts'
import { sharedSignal } from './cancel.ts'
import { componentsOf, labelRuns, type Connectivity } from './components.ts'
import { geometryOf } from './geometry.ts'
import { findRuns, refineRuns } from './runs.ts'

function aVolume(columns: number, rows: number, slices: number, voxels: ArrayLike<number>, offset = 0): Volume {
  const shared = new Int16Array(new SharedArrayBuffer((voxels.length + offset) * 2), offset * 2)
  shared.set(Array.from(voxels))
  const originsMm = Array.from({ length: slices }, (_, slice) => [0, 0, slice] as const)
  return { columns, rows, slices, voxels: shared, geometry: geometryOf({ originsMm, rowDirection: [1, 0, 0], columnDirection: [0, 1, 0], pixelSpacingMm: [1, 1], sliceThicknessMm: 1 }) }
}

/** The plainest labelling there is: flood fill over single voxels. Sizes of the components, sorted. */
function floodSizes(volume: Volume, limit: number, connectivity: Connectivity): number[] {
  const { columns, rows, slices, voxels } = volume
  const seen = new Uint8Array(voxels.length)
  const sizes: number[] = []
  for (let start = 0; start < voxels.length; start++) {
    if (seen[start] === 1 || (voxels[start] ?? 0) < limit) continue
    const queue = [start]
    seen[start] = 1
    for (const at of queue) {
      const [c, r, s] = [at % columns, Math.floor(at / columns) % rows, Math.floor(at / columns / rows)]
      for (let ds = -1; ds <= 1; ds++) for (let dr = -1; dr <= 1; dr++) for (let dc = -1; dc <= 1; dc++) {
        if (connectivity === 6 && Math.abs(ds) + Math.abs(dr) + Math.abs(dc) > 1) continue
        const [c2, r2, s2] = [c + dc, r + dr, s + ds]
        if (c2 < 0 || r2 < 0 || s2 < 0 || c2 >= columns || r2 >= rows || s2 >= slices) continue
        const next = (s2 * rows + r2) * columns + c2
        if (seen[next] === 1 || (voxels[next] ?? 0) < limit) continue
        seen[next] = 1
        queue.push(next)
      }
    }
    sizes.push(queue.length)
  }
  return sizes.toSorted((a, b) => a - b)
}

const anyVolume = fc.record({ columns: fc.integer({ min: 1, max: 22 }), rows: fc.integer({ min: 1, max: 6 }), slices: fc.integer({ min: 1, max: 4 }), offset: fc.integer({ min: 0, max: 1 }) })
  .chain(({ columns, rows, slices, offset }) => fc.array(fc.constantFrom(-32768, -1024, 0, 129, 130, 131, 900, 32767), { minLength: columns * rows * slices, maxLength: columns * rows * slices })
    .map((voxels) => aVolume(columns, rows, slices, voxels, offset)))

describe('finding and labelling islands', () => {
  it('finds exactly the voxels at or above the limit, whatever the width, alignment and padding values', () => {
    fc.assert(fc.property(anyVolume, (volume) => {
      const runs = findRuns(volume, 130)
      const found = new Set<number>()
      for (let run = 0; run < runs.count; run++) for (let index = runs.start[run] ?? 0; index < (runs.end[run] ?? 0); index++) found.add(index)
      const wanted = [...volume.voxels.keys()].filter((index) => (volume.voxels[index] ?? 0) >= 130)
      expect([...found].toSorted((a, b) => a - b)).toEqual(wanted)
    }), { numRuns: 300 })
  })

  it.each([6, 26] as const)('makes the same components as a flood fill, %i-connected', (connectivity) => {
    fc.assert(fc.property(anyVolume, (volume) => {
      const runs = findRuns(volume, 130)
      const { voxels } = componentsOf(volume, runs, labelRuns(runs, volume, connectivity))
      expect([...voxels].toSorted((a, b) => a - b)).toEqual(floodSizes(volume, 130, connectivity))
    }), { numRuns: 300 })
  })

  it('works with limits below zero', () => {
    const volume = aVolume(8, 1, 1, [-1024, -299, -300, -301, 40, -1000, -300, -1024])
    const runs = findRuns(volume, -300)
    expect([...runs.start]).toEqual([1, 4, 6])
    expect([...runs.end]).toEqual([3, 5, 7])
  })

  it('knows peak, box and solidity of a component', () => {
    const shell = [600, 200, 180, 200, 650]
    const volume = aVolume(6, 2, 3, [0, ...shell, 0, ...shell, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 900, 0, 0])
    const runs = findRuns(volume, 130)
    const components = componentsOf(volume, runs, labelRuns(runs, volume, 26))
    expect(components.count).toBe(2)
    expect(components.solidity[0]).toBeCloseTo(180 / 650, 6)
    expect(components.solidity[1]).toBe(1)
    expect(volume.voxels[components.peak[1] ?? 0]).toBe(900)
    expect([components.firstColumn[0], components.lastColumn[0], components.firstRow[0], components.lastRow[0], components.firstSlice[1]]).toEqual([1, 5, 0, 1, 2])
  })

  it('refines only inside the components it is told to', () => {
    const volume = aVolume(9, 1, 1, [200, 500, 200, 600, 200, 0, 200, 700, 0])
    const runs = findRuns(volume, 130)
    const all = refineRuns(volume, runs, 400, () => true)
    const first = refineRuns(volume, runs, 400, (run) => run === 0)
    expect([...all.start]).toEqual([1, 3, 7])
    expect([...first.start]).toEqual([1, 3])
    expect(labelRuns(all, volume).count).toBe(3)
  })

  it('stops between slices when the shared flag is raised', () => {
    const volume = aVolume(2, 1, 5, new Array(10).fill(200))
    const flag = new Int32Array(new SharedArrayBuffer(4))
    const seen: number[] = []
    const run = (): unknown => findRuns(volume, 130, sharedSignal(flag), (slice) => { seen.push(slice); if (slice === 1) Atomics.store(flag, 0, 1) })
    expect(run).toThrow('The analysis was cancelled.')
    expect(seen).toEqual([0, 1])
  })
})
