import { describe, expect, test } from 'vitest'
import type { PointMm } from '../../../src-shared/ids.ts'
import { measure } from '../measure.ts'
import { planeOfFrame, toPatient, type PointIndex } from '../plane.ts'
import { aFrame, aPixel, aSeries } from '../test-series.ts'
import { distance, dot, subtract } from '../../../src-shared/vector.ts'
import { acrossFrom, boxCorners, cobbDeg, moveAxisEnd } from './axes.ts'

/** Pixels four times as high as wide, on a plane that lies askew in the patient. */
const plane = planeOfFrame(aSeries({ pixel: aPixel({ rows: 80, columns: 200 }), orientation: [0.6, 0.8, 0, 0.8 * 0.28, -0.6 * 0.28, -0.96], pixelSpacingMm: [2, 0.5] }), aFrame(0))
/** A place on the plane in millimetres right and down of its first pixel: where things are in the body, whatever the pixels. */
const at = (right: number, down: number): PointMm => toPatient(plane, [right / 0.5, down / 2] satisfies PointIndex)
const angleOf = (tool: 'angle' | 'cobb', ...points: readonly PointMm[]) => measure(tool, { plane, picture: null, spacing: {}, valueUnit: 'HU' }, points).values[0]?.value
const turned = (deg: number, reach: number): readonly [number, number] => [Math.cos((deg * Math.PI) / 180) * reach, Math.sin((deg * Math.PI) / 180) * reach]

describe('an angle', () => {
  test('is that of the body, not that of pixels that are higher than wide', () => {
    for (let deg = 1; deg < 180; deg += 7) {
      const [x, y] = turned(deg, 20)
      expect(angleOf('angle', at(70, 40), at(50, 40), at(50 + x, 40 + y))).toBeCloseTo(deg, 6)
    }
  })
})

describe('a Cobb angle', () => {
  const plate = (tiltDeg: number, down: number, isReversed = false): readonly [PointMm, PointMm] => {
    const [x, y] = turned(tiltDeg, 15)
    const ends = [at(50 - x, down - y), at(50 + x, down + y)] as const
    return isReversed ? [ends[1], ends[0]] : ends
  }
  test('is the difference of the tilts of two endplates, whichever end or plate was drawn first', () => {
    for (const [upper, lower] of [[20, -15], [5, 3], [-40, 30], [0, 0], [60, -55]] as const) {
      for (const isReversed of [false, true]) {
        const [a, b] = [plate(upper, 20), plate(lower, 110, isReversed)]
        expect(angleOf('cobb', ...a, ...b)).toBeCloseTo(Math.abs(upper - lower), 6)
        expect(angleOf('cobb', ...b, ...a)).toBeCloseTo(Math.abs(upper - lower), 6)
      }
    }
  })
  test('gives the smaller angle of two lines that follow each other, as the axes of two bones', () => {
    const [x, y] = turned(12, 20)
    expect(angleOf('cobb', at(10, 40), at(40, 40), at(50, 40), at(50 + x, 40 + y))).toBeCloseTo(12, 6)
    expect(angleOf('cobb', at(10, 40), at(40, 40), at(50 + x, 40 + y), at(50, 40))).toBeCloseTo(12, 6)
  })
  test('of two lines that cross is the smaller one', () => {
    expect(cobbDeg([[0, 0, 0], [10, 0, 0]], [[0, 5, 0], [10, -5, 0]], [0, 0, 1])).toBeCloseTo(45, 6)
  })
})

describe('two diameters', () => {
  const [a, b] = [at(10, 20), at(50, 50)] as const
  const c = at(20, 45)
  const d = acrossFrom([a, b], c, at(48, 24), plane)
  const isSquare = ([p, q, r, s]: readonly [PointMm, PointMm, PointMm, PointMm]) => { expect(Math.abs(dot(subtract(q, p), subtract(s, r)))).toBeLessThan(1e-6) }

  test('stand at right angles in the body', () => { isSquare([a, b, c, d]) })
  test('are named by their length, also where the shorter was drawn first', () => {
    const values = measure('bidirectional', { plane, picture: null, spacing: {}, valueUnit: 'HU' }, [at(0, 0), at(0, 10), at(-5, 5), at(25, 5)]).values
    expect(values.map(({ name, value, unit }) => [name, Number(value?.toFixed(6)), unit])).toEqual([['long', 30, 'mm'], ['short', 10, 'mm']])
  })
  test('stay at right angles when the end of either is dragged, and the others keep their place on them', () => {
    for (const [end, to] of [[0, at(5, 5)], [1, at(70, 20)], [2, at(30, 60)], [3, at(60, 10)]] as const) {
      const moved = moveAxisEnd([a, b, c, d], end, to, plane)
      isSquare(moved)
      if (end < 2) {
        expect(moved[end]).toEqual(to)
        expect(distance(moved[2], moved[3])).toBeCloseTo(distance(c, d), 6)
      } else {
        expect([moved[0], moved[1]]).toEqual([a, b])
        const long = subtract(b, a)
        expect(dot(subtract(moved[end], a), long)).toBeCloseTo(Math.min(dot(long, long), Math.max(0, dot(subtract(to, a), long))), 4)
      }
    }
  })
  test('the short one slides along with its end, and its other end keeps its distance from the long one', () => {
    const to = at(40, 10)
    const moved = moveAxisEnd([a, b, c, d], 3, to, plane)
    const off = (point: PointMm) => { const way = subtract(point, a); const long = subtract(b, a); const share = dot(way, long) / dot(long, long); return Math.hypot(...way.map((part, axis) => part - share * (long[axis] ?? 0))) }
    expect(off(moved[2])).toBeCloseTo(off(c), 6)
    expect(off(moved[3])).toBeCloseTo(off(to), 6)
  })
})

test('the corners of a box are those of the picture it was drawn on, however it is looked at', () => {
  const [first, second, third, fourth] = boxCorners(at(10, 10), at(30, 50), [...plane.alongColumns])
  expect(distance(first, at(10, 10)) + distance(second, at(30, 10)) + distance(third, at(30, 50)) + distance(fourth, at(10, 50))).toBeLessThan(1e-6)
})
