import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RowId, SeriesUid } from '../../../src-shared/ids.ts'
import type { FindingMask } from '../../../src-shared/masks.ts'
import { add, scale, type Vector } from '../../../src-shared/vector.ts'
import { meshOfMask, normalsOf, volumeMm3, type Mesh } from './mask-mesh.ts'

type Voxels = (column: number, row: number, slice: number) => boolean

function aMask(size: [number, number, number], isInside: Voxels, changes: Partial<FindingMask> = {}): FindingMask {
  const flags = Array.from({ length: size[0] * size[1] * size[2] }, (_, at) => isInside(at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / (size[0] * size[1]))))
  const runs = [0]
  for (const flag of flags) {
    if (flag !== ((runs.length - 1) % 2 === 1)) runs.push(0)
    runs[runs.length - 1] = (runs.at(-1) ?? 0) + 1
  }
  return {
    findingId: RowId.parse('018f3b5c-0000-7000-8000-000000000001'), seriesUid: SeriesUid.parse('1.2.3'), from: [0, 0, 0], size, frames: [], runs,
    originMm: [0, 0, 0], columnStepMm: [1, 0, 0], rowStepMm: [0, 1, 0], sliceStepMm: [0, 0, 1], ...changes
  }
}

/** Every edge lies between exactly two triangles, which run along it in opposite ways. */
function isClosed({ triangles }: Mesh): boolean {
  const edges = new Map<string, number>()
  for (let at = 0; at < triangles.length; at += 3) {
    for (const [from, to] of [[0, 1], [1, 2], [2, 0]] as const) {
      const [a, b] = [triangles[at + from] ?? 0, triangles[at + to] ?? 0]
      const key = `${a}-${b}`
      edges.set(key, (edges.get(key) ?? 0) + 1)
    }
  }
  return [...edges].every(([key, count]) => count === 1 && edges.get(key.split('-').toReversed().join('-')) === 1)
}

/** Points − edges + triangles: 2 for each closed surface without a handle. */
const euler = ({ positionsMm, triangles }: Mesh) => positionsMm.length / 3 - triangles.length / 2 + triangles.length / 3

const ball = (radius: number, centre: number): Voxels => (column, row, slice) => Math.hypot(column - centre, row - centre, slice - centre) <= radius
const count = (mask: FindingMask) => mask.runs.reduce((sum, run, at) => sum + (at % 2 === 1 ? run : 0), 0)

describe('the surface of a stone', () => {
  test('is one closed skin that holds what its voxels do, within 2 %', () => {
    for (const radius of [2, 3.4, 6, 10]) {
      const mask = aMask([23, 23, 23], ball(radius, 11))
      const mesh = meshOfMask(mask)
      expect(isClosed(mesh)).toBe(true)
      expect(euler(mesh)).toBe(2)
      expect(volumeMm3(mesh) / count(mask)).toBeGreaterThan(0.98)
      expect(volumeMm3(mesh) / count(mask)).toBeLessThan(1.02)
    }
  })

  test('is closed and holds what it should whatever the voxels, touching at edges and corners too', () => {
    fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (flags) => {
      if (!flags.includes(true)) return
      const mask = aMask([4, 5, 3], (column, row, slice) => flags[column + 4 * (row + 5 * slice)] ?? false, { columnStepMm: [0.7, 0, 0], rowStepMm: [0, 0.7, 0], sliceStepMm: [0, 0, 3] })
      const mesh = meshOfMask(mask)
      expect(isClosed(mesh)).toBe(true)
      const share = volumeMm3(mesh) / (count(mask) * 0.7 * 0.7 * 3)
      expect(share).toBeGreaterThan(0.6)
      expect(share).toBeLessThan(1.4)
    }), { numRuns: 60 })
  })

  test('shows also a stone of one voxel, and two stones as two', () => {
    const one = meshOfMask(aMask([1, 1, 1], () => true))
    expect([isClosed(one), euler(one)]).toEqual([true, 2])
    expect(volumeMm3(one)).toBeGreaterThan(0.5)
    const two = meshOfMask(aMask([9, 3, 3], (column) => column < 3 || column > 5))
    expect([isClosed(two), euler(two)]).toEqual([true, 4])
  })

  test('has the hole of a ring', () => {
    const ring = meshOfMask(aMask([7, 7, 3], (column, row) => Math.max(Math.abs(column - 3), Math.abs(row - 3)) === 3))
    expect([isClosed(ring), euler(ring)]).toEqual([true, 0])
  })

  test('is lit as what it is: a ball, from its middle outwards', () => {
    const mesh = meshOfMask(aMask([19, 19, 19], ball(7, 9)))
    const normals = normalsOf(mesh)
    for (let at = 0; at < normals.length; at += 3) {
      const out = [0, 1, 2].map((axis) => (mesh.positionsMm[at + axis] ?? 0) - 9)
      const along = out.reduce((sum, part, axis) => sum + part * (normals[at + axis] ?? 0), 0) / Math.hypot(...out)
      expect(along).toBeGreaterThan(Math.cos(Math.PI / 10))
    }
  })

  test('parts every voxel inside from every voxel outside', () => {
    const mask = aMask([8, 8, 8], ball(2.5, 3.5))
    const { positionsMm, triangles } = meshOfMask(mask)
    // Crossings of a ray that runs beside all corners: odd from inside.
    const isWithin = (from: Vector) => {
      const way: Vector = [0.0137, 0.0291, 1]
      let crossings = 0
      for (let at = 0; at < triangles.length; at += 3) {
        const [a, b, c] = [0, 1, 2].map((corner) => { const start = (triangles[at + corner] ?? 0) * 3; return [(positionsMm[start] ?? 0) - from[0], (positionsMm[start + 1] ?? 0) - from[1], (positionsMm[start + 2] ?? 0) - from[2]] as const }) as [Vector, Vector, Vector]
        const solid = (p: Vector, q: Vector) => way[0] * (p[1] * q[2] - p[2] * q[1]) + way[1] * (p[2] * q[0] - p[0] * q[2]) + way[2] * (p[0] * q[1] - p[1] * q[0])
        const [u, v, w] = [solid(b, c), solid(c, a), solid(a, b)]
        if ((u > 0 && v > 0 && w > 0) || (u < 0 && v < 0 && w < 0)) { if ((a[2] * u + b[2] * v + c[2] * w) / (u + v + w) > 0) crossings += 1 }
      }
      return crossings % 2 === 1
    }
    for (let at = 0; at < 512; at += 7) {
      const [column, row, slice] = [at % 8, Math.floor(at / 8) % 8, Math.floor(at / 64)] as const
      expect(isWithin([column, row, slice])).toBe(ball(2.5, 3.5)(column, row, slice))
    }
  })

  test('lies where the mask lies in the patient, facing out also in a mirrored grid', () => {
    const steps = { columnStepMm: [0, 0.8, 0], rowStepMm: [0, 0, -0.8], sliceStepMm: [2, 0, 0] } satisfies Partial<FindingMask>
    const placed = meshOfMask(aMask([9, 9, 9], ball(3, 4), { originMm: [100, -50, 7], ...steps }))
    const centre = add(add(add([100, -50, 7], scale(steps.columnStepMm, 4)), scale(steps.rowStepMm, 4)), scale(steps.sliceStepMm, 4))
    for (const axis of [0, 1, 2] as const) {
      const along = Array.from(placed.positionsMm).filter((_, at) => at % 3 === axis)
      expect((Math.min(...along) + Math.max(...along)) / 2).toBeCloseTo(centre[axis], 1)
    }
    expect(volumeMm3(placed)).toBeGreaterThan(0)
    expect(volumeMm3(meshOfMask(aMask([9, 9, 9], ball(3, 4), { sliceStepMm: [0, 0, -1] })))).toBeGreaterThan(0)
  })
})
