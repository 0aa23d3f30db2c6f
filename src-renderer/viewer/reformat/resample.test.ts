import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Slab } from '../../../src-shared/viewing.ts'
import { toPatient, type Plane } from '../plane.ts'
import { add, scale, type Vector } from '../../../src-shared/vector.ts'
import { cutPlane, familiesOf, planeAt, planeNames } from '../volume-planes.ts'
import { ObliquePlanes } from './oblique-planes.ts'
import { resample, resampleRows, slabOffsetsMm } from './resample.ts'
import { aGrid, aPlane, aVolume, turnedPose, voxelMm } from './test-volume.ts'
import { voxelAt, type Volume } from './volume.ts'

/** Any whole numbers from -1024 to 2976, no two neighbours alike. */
const scattered = (column: number, row: number, slice: number) => ((column * 7919 + row * 104729 + slice * 1299709) % 4001) - 1024
const angle = fc.double({ min: -3.1, max: 3.1, noNaN: true })
const pose = fc.tuple(angle, angle, angle).map(([a, b, c]) => turnedPose(a, b, c))
const stepMm = fc.double({ min: 0.3, max: 6, noNaN: true })
const place = fc.double({ min: -200, max: 200, noNaN: true })

/** The value at a point by the textbook: solve for the voxel by Cramer's rule, then the eight corners by weight. Null outside, undefined where rounding decides. */
function byHand({ grid, slices }: Volume, point: Vector): number | null | undefined {
  const columns = grid.axes.map(({ direction, stepMm: step }) => scale(direction, step))
  const from = [point[0] - grid.originMm[0], point[1] - grid.originMm[1], point[2] - grid.originMm[2]]
  const det = (m: readonly (readonly number[])[]) => {
    const at = (r: number, c: number) => m[c]?.[r] ?? 0
    return at(0, 0) * (at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1)) - at(0, 1) * (at(1, 0) * at(2, 2) - at(1, 2) * at(2, 0)) + at(0, 2) * (at(1, 0) * at(2, 1) - at(1, 1) * at(2, 0))
  }
  const voxel = [0, 1, 2].map((axis) => det(columns.map((column, at) => at === axis ? from : column)) / det(columns))
  const edge = Math.min(...voxel.flatMap((at, axis) => [Math.abs(at), Math.abs(at - (grid.axes[axis]?.count ?? 0) + 1)]))
  if (edge < 1e-3) return undefined
  if (voxel.some((at, axis) => at < 0 || at > (grid.axes[axis]?.count ?? 0) - 1)) return null
  let sum = 0
  for (let corner = 0; corner < 8; corner += 1) {
    let weight = 1
    const [i, j, k] = voxel.map((at, axis) => {
      const low = Math.floor(at), isHigh = ((corner >> axis) & 1) === 1
      weight *= isHigh ? at - low : 1 - at + low
      return low + (isHigh ? 1 : 0)
    })
    sum += weight * (slices[k ?? 0]?.[(j ?? 0) * grid.axes[0].count + (i ?? 0)] ?? 0)
  }
  return sum
}

function slabByHand(volume: Volume, plane: Plane, slab: Slab, column: number, row: number): number | null | undefined {
  const point = toPatient(plane, [column, row])
  const samples = slabOffsetsMm(volume, slab).map((mm) => byHand(volume, add(point, scale(plane.normal, mm))))
  if (samples.includes(undefined)) return undefined
  const inside = samples.filter((value): value is number => typeof value === 'number')
  if (inside.length === 0) return null
  if (slab.mode === 'mip') return Math.max(...inside)
  return slab.mode === 'minip' ? Math.min(...inside) : inside.reduce((sum, value) => sum + value, 0) / inside.length
}

describe('a plane through a volume', () => {
  test('shows the stored voxels themselves where it lies on them, however the stack lies in the patient', () => {
    fc.assert(fc.property(pose, stepMm, stepMm, place, fc.integer({ min: 0, max: 3 }), fc.constantFrom(...planeNames), (directions, inPlane, between, x, index, name) => {
      const grid = aGrid({ stepsMm: [inPlane, inPlane, between], originMm: [x, -x / 3, 12.345], pose: directions })
      const volume = aVolume(grid, scattered)
      const family = familiesOf(grid)[name]
      const stored = cutPlane(grid, family, index, volume.slices, volume)
      expect(Array.from(resample(volume, planeAt(grid, family, index)).values)).toEqual(stored.kind === 'grey' ? Array.from(stored.values) : [])
    }))
  })

  test('shows stored voxels also where the file rounds its directions to six digits', () => {
    const rounded = ([x, y, z]: Vector): Vector => [Number(x.toFixed(6)), Number(y.toFixed(6)), Number(z.toFixed(6))]
    const [right, down] = turnedPose(0.3, -0.2, 0.1)
    const grid = aGrid({ counts: [200, 4, 4], stepsMm: [0.7, 0.7, 3], pose: [rounded(right), rounded(down)] })
    const volume = aVolume(grid, scattered)
    for (const plane of [planeAt(grid, familiesOf(grid).axial, 2), { ...new ObliquePlanes(grid).plane('axial'), rows: 4, columns: 200 }]) {
      const slice = Math.round(voxelAt(grid, plane.originMm)[2])
      expect(Array.from(resample(volume, plane).values)).toEqual(Array.from(volume.slices[slice] ?? []))
    }
  })

  test('holds between voxels what an independent interpolation gives', () => {
    fc.assert(fc.property(pose, pose, stepMm, stepMm, fc.integer({ min: 1, max: 5 }), (gridPose, planePose, inPlane, between, depth) => {
      const grid = aGrid({ counts: [6, 5, depth + 1], stepsMm: [inPlane, inPlane * 1.3, between], originMm: [3, -40, 7], pose: gridPose })
      const volume = aVolume(grid, scattered)
      const plane = aPlane(add(voxelMm(grid, 2.3, 1.7, depth / 2.1), scale(planePose[0], -4)), planePose, 12, 6, inPlane * 0.9)
      resample(volume, plane).values.forEach((value, at) => {
        const expected = slabByHand(volume, plane, { mode: 'average', thicknessMm: 0 }, at % 12, Math.floor(at / 12))
        if (expected === undefined) return
        if (expected === null) expect(value).toBeNaN()
        else expect(Math.abs(value - expected)).toBeLessThan(0.1)
      })
    }))
  })

  test('is exact on values that grow evenly, up to the precision of the pixels', () => {
    fc.assert(fc.property(pose, pose, (gridPose, planePose) => {
      const grid = aGrid({ counts: [9, 9, 9], stepsMm: [0.8, 0.8, 2.5], pose: gridPose })
      const centre = voxelMm(grid, 4, 4, 4)
      const ramp = (point: Vector) => 3 * point[0] - 2 * point[1] + 0.5 * point[2] + 40
      const volume = aVolume(grid, (column, row, slice) => ramp(voxelMm(grid, column, row, slice)), 'real')
      const plane = aPlane(centre, planePose, 4, 4, 0.7)
      resample(volume, plane).values.forEach((value, at) => {
        if (!Number.isNaN(value)) expect(Math.abs(value - ramp(toPatient(plane, [at % 4, Math.floor(at / 4)])))).toBeLessThan(1e-4)
      })
    }))
  })

  test('is NaN beyond the outermost voxels, never a guess', () => {
    const volume = aVolume(aGrid(), () => 100)
    const values = resample(volume, aPlane([-2, 0, 1], [[1, 0, 0], [0, 1, 0]], 10, 5)).values
    expect(Array.from(values.subarray(0, 10))).toEqual([NaN, NaN, 100, 100, 100, 100, 100, 100, NaN, NaN])
    expect(resample(volume, aPlane([0, 0, 3.4], [[1, 0, 0], [0, 1, 0]], 6, 5)).values.every((value) => Number.isNaN(value))).toBe(true)
  })

  test('takes the shape of its plane and the range of its volume along', () => {
    const volume = aVolume(aGrid(), scattered)
    const plane = aPlane([0, 0, 1], [[1, 0, 0], [0, 1, 0]], 6, 5)
    expect(resample(volume, plane)).toMatchObject({ kind: 'grey', plane, minimum: volume.minimum, maximum: volume.maximum, isInverse: false })
  })
})

describe('a thick slab', () => {
  test('takes largest, smallest or mean of what an independent interpolation gives through it', () => {
    fc.assert(fc.property(pose, pose, fc.constantFrom('mip', 'minip', 'average'), fc.double({ min: 0.1, max: 8, noNaN: true }), (gridPose, planePose, mode, thicknessMm) => {
      const grid = aGrid({ counts: [6, 5, 4], stepsMm: [0.9, 0.9, 2], pose: gridPose })
      const volume = aVolume(grid, scattered)
      const plane = aPlane(add(voxelMm(grid, 2.5, 2, 1.5), scale(planePose[0], -2)), planePose, 6, 3, 0.8)
      const slab: Slab = { mode, thicknessMm }
      resample(volume, plane, slab).values.forEach((value, at) => {
        const expected = slabByHand(volume, plane, slab, at % 6, Math.floor(at / 6))
        if (expected === undefined) return
        if (expected === null) expect(value).toBeNaN()
        else expect(Math.abs(value - expected)).toBeLessThan(0.1)
      })
    }))
  })

  test('reaches both of its faces, evenly, in steps of at most half a voxel', () => {
    const volume = aVolume(aGrid({ stepsMm: [0.7, 0.7, 5] }), () => 0)
    const offsets = slabOffsetsMm(volume, { mode: 'mip', thicknessMm: 10 })
    expect([offsets[0], offsets.at(-1)]).toEqual([-5, 5])
    const gaps = offsets.slice(1).map((mm, at) => mm - (offsets[at] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(0.35 + 1e-9)
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThan(1e-9)
    expect(slabOffsetsMm(volume, { mode: 'mip', thicknessMm: 0 })).toEqual([0])
  })

  test('shows a bright voxel 4 mm off its plane when it is 8 mm thick, and not when it is 6', () => {
    const volume = aVolume(aGrid({ counts: [6, 5, 12] }), (column, row, slice) => column === 3 && row === 2 && slice === 9 ? 900 : 0)
    const plane = aPlane([0, 0, 5], [[1, 0, 0], [0, 1, 0]], 6, 5)
    expect(resample(volume, plane, { mode: 'mip', thicknessMm: 8 }).values[2 * 6 + 3]).toBe(900)
    expect(resample(volume, plane, { mode: 'mip', thicknessMm: 6 }).values[2 * 6 + 3]).toBe(0)
  })

  test('counts only the part that lies in the volume', () => {
    const volume = aVolume(aGrid(), (_column, _row, slice) => 100 * slice)
    const plane = aPlane([0, 0, 0], [[1, 0, 0], [0, 1, 0]], 6, 5)
    expect(resample(volume, plane, { mode: 'average', thicknessMm: 2 }).values[7]).toBe(50)
    expect(resample(volume, plane, { mode: 'minip', thicknessMm: 2 }).values[7]).toBe(0)
  })
})

describe('a glimpse', () => {
  test('is the picture at the middle of each block, spread over the block', () => {
    const volume = aVolume(aGrid({ counts: [9, 9, 3] }), (column, row) => 10 * column + 100 * row)
    const plane = aPlane([0, 0, 1], [[1, 0, 0], [0, 1, 0]], 7, 5)
    const values = new Float32Array(35)
    resampleRows(volume, plane, { mode: 'average', thicknessMm: 0 }, { from: 0, to: 5 }, values, { block: 2, coarser: 1 })
    expect([values[0], values[1], values[7], values[8]]).toEqual([55, 55, 55, 55])
    expect([values[6], values[28 + 2]]).toEqual([115, 475])
  })
})
