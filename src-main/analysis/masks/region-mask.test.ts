import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { geometryOf } from '../volume/geometry.ts'
import { cutPatch } from '../volume/patch.ts'
import { growRegion } from '../volume/region.ts'
import { maskOfRegion, type VoxelMask } from './region-mask.ts'

const size = { columns: 6, rows: 5, slices: 4 }
function aVolumeOf(dense: (column: number, row: number, slice: number) => boolean) {
  const voxels = Int16Array.from({ length: size.columns * size.rows * size.slices }, (_, index) => {
    const line = Math.floor(index / size.columns)
    return dense(index % size.columns, line % size.rows, Math.floor(line / size.rows)) ? 500 : 0
  })
  const originsMm = Array.from({ length: size.slices }, (_, slice) => [0, 0, slice] as const)
  return { ...size, voxels, geometry: geometryOf({ originsMm, rowDirection: [1, 0, 0], columnDirection: [0, 1, 0], pixelSpacingMm: [1, 1], sliceThicknessMm: 1 }) }
}

/** The voxels of a mask as "column,row,slice" of the volume. */
function voxelsOf({ from, size: [columns, rows], runs }: VoxelMask): string[] {
  const found: string[] = []
  let at = 0
  runs.forEach((length, run) => {
    for (let step = 0; step < length; step++, at++) {
      if (run % 2 === 1) found.push([from[0] + (at % columns), from[1] + (Math.floor(at / columns) % rows), from[2] + Math.floor(at / (columns * rows))].join())
    }
  })
  return found.toSorted()
}

describe('the mask of a region', () => {
  it('holds exactly the voxels that are dense and joined to the seed, in the smallest box, wherever they lie', () => {
    const places = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 60 })
    fc.assert(fc.property(places, (dense) => {
      const names = new Set(dense.map((place) => place.join()))
      const volume = aVolumeOf((column, row, slice) => names.has([column, row, slice].join()))
      const patch = cutPatch(volume, { firstColumn: 0, lastColumn: 5, firstRow: 0, lastRow: 4, firstSlice: 0, lastSlice: 3 }, 0, 0)
      const [column, row, slice] = dense[0] ?? [0, 0, 0]
      const region = growRegion(patch, (slice * size.rows + row) * size.columns + column, 250)
      const mask = maskOfRegion(patch, region)
      const expected = region.indices.map((index) => [index % 6, Math.floor(index / 6) % 5, Math.floor(index / 30)].join()).toSorted()
      expect(voxelsOf(mask)).toEqual(expected)
      expect(expected.every((name) => names.has(name))).toBe(true)
      expect(mask.runs.reduce((sum, length) => sum + length, 0)).toBe(mask.size[0] * mask.size[1] * mask.size[2])
      const columns = expected.map((name) => Number(name.split(',')[0]))
      expect([mask.from[0], mask.size[0]]).toEqual([Math.min(...columns), Math.max(...columns) - Math.min(...columns) + 1])
    }), { numRuns: 200 })
  })

  it('starts with a run of none where its first voxel is inside', () => {
    const volume = aVolumeOf((column, row, slice) => slice === 1 && row === 2 && column > 2)
    const patch = cutPatch(volume, { firstColumn: 2, lastColumn: 5, firstRow: 1, lastRow: 3, firstSlice: 1, lastSlice: 1 }, 0, 0)
    expect(maskOfRegion(patch, growRegion(patch, 5, 250))).toEqual({ from: [3, 2, 1], size: [3, 1, 1], runs: [0, 3] })
  })
})
