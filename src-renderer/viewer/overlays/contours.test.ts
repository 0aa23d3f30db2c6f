import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readObject } from '../../../src-main/studies/objects/read-object.ts'
import type { ContoursContent } from '../../../src-shared/overlays.ts'
import { missingData, sharedData } from '../../../test/support/shared-data.ts'
import type { Vector } from '../../../src-shared/vector.ts'
import { placeStructures, spotOf, structureShapes, type PlacedStructure } from './contours.ts'
import { aCut, only, ringArea } from './test-cuts.ts'

type Drawn = Readonly<{ shape?: 'closed' | 'open' | 'point', points: readonly Vector[] }>

function aStructure(drawn: readonly Drawn[]): PlacedStructure {
  let from = 0
  const contours = drawn.map(({ shape = 'closed', points }) => ({ shape, from: (from += points.length) - points.length, count: points.length, image: null }))
  const bulk = Float64Array.from(drawn.flatMap(({ points }) => points.flat())).buffer
  const [placed] = placeStructures({ kind: 'contours', label: '', notes: [], structures: [{ number: 1, name: 'A', type: '', colour: [255, 0, 0], frameOfReferenceUid: '1.9', contours }] }, bulk)
  if (placed === undefined) throw new Error('no structure')
  return placed
}

const square = (half: number, z: number, x = 0): Vector[] => [[x - half, -half, z], [x + half, -half, z], [x + half, half, z], [x - half, half, z]]
/** Three axial slices, 5 mm apart, of a square of 20 mm with a square hole of 8 mm. */
const tube = aStructure([0, 5, 10].flatMap((z) => [{ points: square(10, z) }, { points: square(4, z) }]))

describe('contours in the plane that is shown', () => {
  it('are drawn whole, with their holes', () => {
    const { rings } = only(structureShapes(tube, aCut([0, 0, 5], [0, 0, 1])), 'area')
    expect(rings).toEqual([square(10, 5), square(4, 5)])
  })

  it('are those of the nearest plane where two lie within the slice', () => {
    const { rings } = only(structureShapes(tube, aCut([0, 0, 6], [0, 0, -1], 5)), 'area')
    expect(rings[0]?.[0]).toEqual([-10, -10, 5])
  })

  it('are none half a slice further away', () => {
    expect(structureShapes(tube, aCut([0, 0, 12.5], [0, 0, 1], 2))).toEqual([])
  })

  it('are told from points and open lines, which are drawn as such', () => {
    const loose = aStructure([{ shape: 'point', points: [[1, 2, 5]] }, { shape: 'open', points: [[0, 0, 5], [3, 0, 5], [3, 3, 5]] }])
    const shapes = structureShapes(loose, aCut([0, 0, 5], [0, 0, 1]))
    expect(only(shapes, 'dots').at).toEqual([[1, 2, 5]])
    expect(only(shapes, 'line').lines).toEqual([[[0, 0, 5], [3, 0, 5], [3, 3, 5]]])
  })
})

describe('contours that are cut across', () => {
  it('show exactly the stretches inside, half a step thick to both sides', () => {
    const { rings } = only(structureShapes(tube, aCut([0, 0, 0], [0, 1, 0])), 'area')
    expect(rings).toHaveLength(6)
    const extents = rings.map((ring) => [0, 2].map((axis) => [Math.min(...ring.map((point) => point[axis] ?? 0)), Math.max(...ring.map((point) => point[axis] ?? 0))]))
    expect(extents.slice(0, 2).toSorted((a, b) => (a[0]?.[0] ?? 0) - (b[0]?.[0] ?? 0))).toEqual([[[-10, -4], [-2.5, 2.5]], [[4, 10], [-2.5, 2.5]]])
    expect(rings.every((ring) => ring.every((point) => point[1] === 0))).toBe(true)
  })

  it('show thin lines where the cut is slanted', () => {
    // y = z: at the slice z = 5 the cut runs along y = 5, through the square but beside its hole.
    const { lines } = only(structureShapes(tube, aCut([0, 0, 0], [0, 1, -1])), 'line')
    const atFive = lines.filter((line) => line.every((point) => Math.abs(point[2] - 5) < 1e-9))
    expect(atFive.map((line) => line.map((point) => point.map((part) => Number(part.toFixed(9)))).toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0)))).toEqual([[[-10, 5, 5], [10, 5, 5]]])
  })

  it('are a point where an open line crosses the plane', () => {
    const catheter = aStructure([{ shape: 'open', points: [[0, 0, 0], [10, 0, 10]] }])
    expect(only(structureShapes(catheter, aCut([0, 0, 4], [0, 0, 1])), 'dots').at).toEqual([[4, 0, 4]])
  })

  it('agree with even-odd filling for any polygon and any place of the cut', () => {
    const corners = fc.array(fc.tuple(fc.double({ min: -50, max: 50, noNaN: true }), fc.double({ min: -50, max: 50, noNaN: true })), { minLength: 3, maxLength: 30 })
    fc.assert(fc.property(corners, fc.double({ min: -60, max: 60, noNaN: true }), (polygon, y) => {
      const structure = aStructure([{ points: polygon.map(([a, b]): Vector => [a, b, 0]) }])
      if (structure.levels.length === 0) return
      const shapes = structureShapes(structure, aCut([0, y, 0], [0, 1, 0]))
      const runs = shapes.flatMap((shape) => shape.kind === 'line' ? shape.lines : []).map(([from, to]) => [from?.[0] ?? 0, to?.[0] ?? 0].toSorted((a, b) => a - b))
      const ends = runs.flat()
      for (let x = -51; x < 51; x += 0.7317) {
        if (ends.some((end) => Math.abs(end - x) < 1e-6)) continue
        expect(runs.some(([from = 0, to = 0]) => x > from && x < to)).toBe(isInside(polygon, x, y))
      }
    }), { numRuns: 300 })
  })
})

/** Ray casting, apart from the code under test. */
function isInside(polygon: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false
  for (const [index, [ax, ay]] of polygon.entries()) {
    const [bx, by] = polygon[(index + 1) % polygon.length] ?? [0, 0]
    if (ay >= y !== by >= y && x < ax + (bx - ax) * (y - ay) / (by - ay)) inside = !inside
  }
  return inside
}

const structureSet = 'pet-ct-mr-rtstruct-pelvis/STS_044/CT/RTSTRUCT/RS.dcm'
describe.skipIf(missingData(structureSet) !== null)('a real tumour of 43 contours', () => {
  const placed = () => {
    const { content, bulk } = readObject(sharedData(structureSet))
    const [tumour] = placeStructures(content as ContoursContent, Uint8Array.from(bulk).buffer)
    if (tumour === undefined) throw new Error('no structure')
    return tumour
  }

  it('lies on 37 slices, with the volume that the manifest tells', () => {
    const tumour = placed()
    expect(tumour.levels).toHaveLength(37)
    expect(tumour.stepMm).toBeCloseTo(3.27, 6)
    const areas = tumour.levels.map(({ offsetMm }) => only(structureShapes(tumour, aCut([0, 0, offsetMm], [0, 0, 1])), 'area').rings.reduce((sum, ring) => sum + ringArea(ring), 0))
    expect(areas.reduce((sum, area) => sum + area, 0) * 3.27 / 1000).toBeCloseTo(640.9272, 2)
  })

  it('has the same volume when it is cut in coronal planes', () => {
    const tumour = placed()
    const stepMm = 0.5
    let volumeMm3 = 0
    for (let y = -100; y < 130; y += stepMm) {
      for (const shape of structureShapes(tumour, aCut([0, y, 0], [0, 1, 0]))) if (shape.kind === 'area') volumeMm3 += shape.rings.reduce((sum, ring) => sum + ringArea(ring), 0) * stepMm
    }
    // Half a millimetre is coarse beside the contours' own steps, so within a millilitre.
    expect(Math.abs(volumeMm3 / 1000 - 640.9272)).toBeLessThan(1)
    expect(spotOf(tumour)?.every(Number.isFinite)).toBe(true)
  })
})
