import { describe, expect, test } from 'vitest'
import type { SeriesDescription } from '../../src-shared/studies.ts'
import { toPatient } from './plane.ts'
import { aFrame, aSeries } from './test-series.ts'
import { cutPlane, familiesOf, gridOf, planeCount, planeIndexAt, planeNames } from './volume-planes.ts'
import { length, subtract } from '../../src-shared/vector.ts'

/** Each voxel holds 100 × slice + 10 × row + column. */
const slices = [0, 1, 2, 3].map((slice) => Int16Array.from({ length: 24 }, (_, index) => 100 * slice + 10 * Math.floor(index / 6) + (index % 6)))
const range = { minimum: 0, maximum: 335 }

function cut(series: SeriesDescription, name: 'axial' | 'sagittal' | 'coronal', index: number) {
  const grid = gridOf(series)
  if (grid === null) throw new Error('no volume')
  const picture = cutPlane(grid, familiesOf(grid)[name], index, slices, range)
  if (picture.kind !== 'grey') throw new Error('grey expected')
  return { grid, picture, rows: Array.from({ length: picture.plane.rows }, (_, row) => Array.from(picture.values.subarray(row * picture.plane.columns, (row + 1) * picture.plane.columns))) }
}

describe('three planes through an axial stack', () => {
  test('the axial plane is the slice itself', () => {
    expect(cut(aSeries(), 'axial', 2).rows[1]).toEqual([210, 211, 212, 213, 214, 215])
  })
  test('the coronal plane shows the head up and the left side to the right', () => {
    expect(cut(aSeries(), 'coronal', 1).rows).toEqual([[310, 311, 312, 313, 314, 315], [210, 211, 212, 213, 214, 215], [110, 111, 112, 113, 114, 115], [10, 11, 12, 13, 14, 15]])
  })
  test('the sagittal plane shows the head up and the back to the right', () => {
    expect(cut(aSeries(), 'sagittal', 4).rows).toEqual([[304, 314, 324, 334], [204, 214, 224, 234], [104, 114, 124, 134], [4, 14, 24, 34]])
  })
  test('every voxel of every plane lies where it does in its slice', () => {
    for (const orientation of [[1, 0, 0, 0, 1, 0], [0, 1, 0, 0, 0, -1], [1, 0, 0, 0, 0, -1], [-1, 0, 0, 0, -1, 0], [0.8, 0.6, 0, 0, 0, -1]]) {
      const [a, b, c, d, e, f] = orientation as [number, number, number, number, number, number]
      const normal = [b * f - c * e, c * d - a * f, a * e - b * d] as const
      const frames = [0, 1, 2, 3].map((index) => aFrame(index, { positionMm: [normal[0] * index * 5, normal[1] * index * 5, normal[2] * index * 5] }))
      const series = aSeries({ orientation, frames })
      for (const name of planeNames) {
        const { grid, picture } = cut(series, name, 1)
        picture.values.forEach((value, at) => {
          const [slice, row, column] = [Math.floor(value / 100), Math.floor((value % 100) / 10), value % 10]
          const expected = [a * column * 0.5 + d * row * 2 + normal[0] * slice * 5, b * column * 0.5 + e * row * 2 + normal[1] * slice * 5, c * column * 0.5 + f * row * 2 + normal[2] * slice * 5] as const
          const shown = toPatient(picture.plane, [at % picture.plane.columns, Math.floor(at / picture.plane.columns)])
          expect(length(subtract(shown, expected))).toBeLessThan(1e-9)
        })
        expect(planeIndexAt(grid, familiesOf(grid)[name], toPatient(picture.plane, [1, 1]))).toBe(1)
        expect(planeCount(grid, familiesOf(grid)[name])).toBeGreaterThan(1)
      }
    }
  })
  test('takes a sagittal acquisition for what it is', () => {
    const frames = [0, 1, 2, 3].map((index) => aFrame(index, { positionMm: [-index * 5, 0, 0] }))
    const series = aSeries({ orientation: [0, 1, 0, 0, 0, -1], frames })
    expect(cut(series, 'sagittal', 2).rows[1]).toEqual([210, 211, 212, 213, 214, 215])
  })
  test('refuses a series that is no even, untilted stack', () => {
    expect(gridOf(aSeries({ isVolume: false }))).toBeNull()
    expect(gridOf(aSeries({ frames: [aFrame(0)] }))).toBeNull()
  })
})
