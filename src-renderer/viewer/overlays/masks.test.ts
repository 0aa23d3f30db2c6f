import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SegmentationContent, SegmentMask } from '../../../src-shared/overlays.ts'
import { planeOfFrame } from '../plane.ts'
import { aSeries } from '../test-series.ts'
import type { Vector } from '../../../src-shared/vector.ts'
import { cellsOf, outlinesOf } from './mask-cells.ts'
import { placeSegments, segmentOnImage, segmentShapes, type PlacedSegment } from './masks.ts'
import { aCut, only, ringArea } from './test-cuts.ts'

/** Runs as the contract writes them, apart from the code that the edge writes them with. */
function runsOf(cells: readonly number[]): number[] {
  const lengths = [0]
  for (const [index, cell] of cells.entries()) {
    if (index > 0 && cell !== cells[index - 1]) lengths.push(0)
    if (index === 0 && cell === 1) lengths.push(0)
    lengths[lengths.length - 1] = (lengths.at(-1) ?? 0) + 1
  }
  return lengths.flatMap((length) => {
    const bytes: number[] = []
    for (let left = length; ; left = Math.floor(left / 128)) {
      if (left < 128) return [...bytes, left]
      bytes.push(left % 128 + 128)
    }
  })
}

type Drawn = Readonly<{ cells: readonly number[], columns: number, rows: number, z?: number, place?: 'none', at?: readonly [number, number] }>

/** Frames of 10 × 8 pixels, 0.5 mm from column to column and 2 mm from row to row, 4 mm thick, with the mask's box at `at`. */
function aSegment(drawn: readonly Drawn[]): PlacedSegment {
  const runs = drawn.map(({ cells }) => runsOf(cells))
  let from = 0
  const masks = drawn.map(({ cells, columns, rows, z = 0, place, at = [0, 0] }, index): SegmentMask => {
    const bytes = runs[index]?.length ?? 0
    from += bytes
    return {
      segment: 1, frameNumber: index + 1, image: null, columns: 10, rows: 8, box: [at[0], at[1], columns, rows], from: from - bytes, bytes, pixels: cells.filter((cell) => cell === 1).length,
      place: place === 'none' ? null : { positionMm: [-10, -20, z], orientation: [1, 0, 0, 0, 1, 0], pixelSpacingMm: [2, 0.5], halfThicknessMm: 2 }
    }
  })
  const content: SegmentationContent = {
    kind: 'segmentation', label: '', type: 'binary', frameOfReferenceUid: '1.9', notes: [], masks,
    segments: [{ number: 1, label: 'A', description: '', category: '', type: '', algorithm: '', colour: [0, 255, 0], pixels: 0, frames: 0 }]
  }
  const [segment] = placeSegments(content, Uint8Array.from(runs.flat()).buffer)
  if (segment === undefined) throw new Error('no segment')
  return segment
}

/** Two pixels beside a gap and one below: 1 1 0 1 / 0 1 0 0. */
const pattern = { cells: [1, 1, 0, 1, 0, 1, 0, 0], columns: 4, rows: 2, at: [2, 3] as const }

describe('masks', () => {
  const grids = fc.tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 })).chain(([columns, rows]) =>
    fc.tuple(fc.constant(columns), fc.constant(rows), fc.array(fc.constantFrom(0, 1), { minLength: columns * rows, maxLength: columns * rows })))

  it('are unpacked as they were packed, with runs longer than a byte', () => {
    fc.assert(fc.property(grids, ([columns, rows, cells]) => {
      const runs = runsOf(cells)
      const mask = { box: [0, 0, columns, rows], from: 0, bytes: runs.length } as unknown as SegmentMask
      expect([...cellsOf(mask, Uint8Array.from(runs))]).toEqual(cells)
    }), { numRuns: 200 })
    const long = [...Array.from({ length: 70_000 }, () => 0), ...Array.from({ length: 300 }, () => 1)]
    const mask = { box: [0, 0, 70_300, 1], from: 0, bytes: runsOf(long).length } as unknown as SegmentMask
    expect(cellsOf(mask, Uint8Array.from(runsOf(long))).reduce((sum, cell) => sum + cell, 0)).toBe(300)
  })

  it('are outlined so that the rings enclose exactly their pixels', () => {
    fc.assert(fc.property(grids, ([columns, rows, cells]) => {
      const rings = outlinesOf(Uint8Array.from(cells), columns, rows)
      const area = rings.reduce((sum, ring) => sum + signedArea(ring), 0)
      expect(area).toBe(cells.filter((cell) => cell === 1).length)
      for (const ring of rings) expect(ring.length).toBeGreaterThanOrEqual(4)
    }), { numRuns: 300 })
  })

  it('read no further than their box where the runs are damaged', () => {
    const mask = { box: [0, 0, 2, 2], from: 0, bytes: 9 } as unknown as SegmentMask
    expect([...cellsOf(mask, Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f))]).toEqual([0, 1, 1, 1])
  })
})

const signedArea = (ring: readonly (readonly [number, number])[]) => ring.reduce((sum, [x, y], index) => {
  const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [0, 0]
  return sum + (x * nextY - nextX * y) / 2
}, 0)

describe('segments', () => {
  it('are outlined in the plane of their frame, in patient mm', () => {
    const { rings } = only(segmentShapes(aSegment([pattern]), aCut([0, 0, 0.5], [0, 0, 1], 2)), 'area')
    expect(rings.reduce((sum, ring) => sum + ringArea(ring), 0)).toBeCloseTo(4 * 0.5 * 2, 9)
    // Column 2, row 3: its first corner is half a pixel before its centre, at (-10 + 1.5 · 0.5, -20 + 2.5 · 2).
    expect(rings.flat()).toContainEqual([-9.25, -15, 0])
  })

  it('are those of the nearest frame, and none a slice away', () => {
    const two = aSegment([pattern, { ...pattern, cells: [1, 0, 0, 0, 0, 0, 0, 0], z: 4 }])
    const { rings } = only(segmentShapes(two, aCut([0, 0, 3], [0, 0, 1], 5)), 'area')
    expect(rings).toHaveLength(1)
    expect(segmentShapes(two, aCut([0, 0, 7], [0, 0, 1], 2))).toEqual([])
  })

  it('are cut across along the edges of their pixels, as thick as the slice', () => {
    // Row 3 is the plane y = -20 + 3 · 2.
    const { rings } = only(segmentShapes(aSegment([pattern]), aCut([0, -14, 0], [0, 1, 0])), 'area')
    const extents = rings.map((ring) => [0, 2].map((axis) => [Math.min(...ring.map((point) => point[axis] ?? 0)), Math.max(...ring.map((point) => point[axis] ?? 0))])).toSorted((a, b) => (a[0]?.[0] ?? 0) - (b[0]?.[0] ?? 0))
    expect(extents).toEqual([[[-9.25, -8.25], [-2, 2]], [[-7.75, -7.25], [-2, 2]]])
  })

  it('agree with the pixel under each point of a slanted cut', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 80, maxLength: 80 }), fc.double({ min: 0.05, max: 3.1, noNaN: true }), fc.double({ min: -9.9, max: -5.6, noNaN: true }), (cells, angle, x) => {
      const segment = aSegment([{ cells, columns: 10, rows: 8 }])
      // A cut that stands on the slice, through (x, -13), turned about the slice's normal.
      const along: Vector = [Math.cos(angle), Math.sin(angle), 0]
      const shapes = segmentShapes(segment, aCut([x, -13, 0], [-along[1], along[0], 0]))
      const runs = shapes.flatMap((shape) => shape.kind === 'area' ? shape.rings : []).map((ring) => ring.map((point) => (point[0] - x) * along[0] + (point[1] + 13) * along[1])).map((parts) => [Math.min(...parts), Math.max(...parts)])
      for (let t = -12; t < 12; t += 0.0937) {
        if (runs.flat().some((end) => Math.abs(end - t) < 1e-6)) continue
        const column = Math.floor((x + t * along[0] + 10) / 0.5 + 0.5)
        const row = Math.floor((-13 + t * along[1] + 20) / 2 + 0.5)
        const isSet = column >= 0 && row >= 0 && column < 10 && row < 8 && cells[row * 10 + column] === 1
        expect(runs.some(([from = 0, to = 0]) => t > from && t < to)).toBe(isSet)
      }
    }), { numRuns: 200 })
  })

  it('without a place are drawn on the image that they were made from, and on none of another size', () => {
    const series = aSeries()
    const [frame] = series.frames
    if (frame === undefined) throw new Error('no frame')
    const plane = planeOfFrame(series, frame)
    const segment = aSegment([{ ...pattern, place: 'none' }])
    expect(segmentOnImage(segment, { ...plane, columns: 10, rows: 8 }, () => true)).toHaveLength(1)
    expect(segmentOnImage(segment, plane, () => true)).toEqual([])
    expect(segmentOnImage(segment, { ...plane, columns: 10, rows: 8 }, () => false)).toEqual([])
  })
})
