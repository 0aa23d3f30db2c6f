import { describe, expect, test } from 'vitest'
import { measure } from '../measure.ts'
import type { GreyValues, Picture } from '../picture.ts'
import { planeOfFrame, toPatient, type PointIndex } from '../plane.ts'
import { aFrame, aPixel, aSeries } from '../test-series.ts'
import { evenOddArea } from './polygon.ts'

/** Numbers from 0 to 1 that are the same at each run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const columns = 60, rows = 40
const oblique = { orientation: [0.6, 0.8, 0, 0, 0, -1], pixelSpacingMm: [1.7, 0.4] as [number, number] }
const plane = planeOfFrame(aSeries({ pixel: aPixel({ rows, columns }), ...oblique }), aFrame(0))
const points = (at: readonly PointIndex[]) => at.map((index) => toPatient(plane, index))
const grey = (values: GreyValues): Picture => ({ kind: 'grey', plane, isInverse: false, voiLutFunction: 'LINEAR', values, minimum: 0, maximum: 1 })
const found = (tool: 'ellipse' | 'rectangle' | 'freehand', picture: Picture, outline: readonly PointIndex[]) =>
  Object.fromEntries(measure(tool, { plane, picture, spacing: {}, valueUnit: 'HU' }, points(outline)).values.map(({ name, value }) => [name, value]))

/** How often an outline winds around a point, from the sum of the angles under which its edges are seen: no scan line, no crossing. */
function windings([x, y]: PointIndex, outline: readonly PointIndex[]): number {
  let turned = 0
  for (const [at, [ax, ay]] of outline.entries()) {
    const [bx, by] = outline[(at + 1) % outline.length] ?? [0, 0]
    turned += Math.atan2((ax - x) * (by - y) - (ay - y) * (bx - x), (ax - x) * (bx - x) + (ay - y) * (by - y))
  }
  return Math.round(turned / (2 * Math.PI))
}

/** The rule of even and odd crossings, one point and one ray at a time, up instead of across. */
function isInsideEvenOdd([x, y]: PointIndex, outline: readonly PointIndex[]): boolean {
  return outline.filter(([ax, ay], at) => {
    const [bx, by] = outline[(at + 1) % outline.length] ?? [0, 0]
    return (ax > x) !== (bx > x) && ay + ((x - ax) / (bx - ax)) * (by - ay) > y
  }).length % 2 === 1
}

function bruteForce(values: ArrayLike<number>, isInside: (at: PointIndex) => boolean, stride = 1, offset = 0) {
  const inside: number[] = []
  for (let row = 0; row < rows; row += 1) for (let column = 0; column < columns; column += 1) {
    if (isInside([column, row])) inside.push(values[(row * columns + column) * stride + offset] ?? Number.NaN)
  }
  const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length
  return { mean, SD: Math.sqrt(inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / inside.length), min: Math.min(...inside), max: Math.max(...inside), pixels: inside.length }
}

const close = (actual: Record<string, number | null>, expected: Record<string, number>) => {
  for (const [name, value] of Object.entries(expected)) expect(actual[name], name).toBeCloseTo(value, 6)
}
const pictures: readonly (readonly [string, GreyValues])[] = [
  ['16 bit', Int16Array.from({ length: rows * columns }, (_, at) => ((at * 7919) % 4096) - 1024)],
  ['8 bit', Uint8Array.from({ length: rows * columns }, (_, at) => (at * 31) % 256)],
  ['floating point', Float32Array.from({ length: rows * columns }, (_, at) => Math.sin(at) * 1e-3 + 2)]
]

describe.each(pictures)('the values of a region on a %s picture', (_name, values) => {
  test('freehand: those of the pixels whose centres lie inside, for outlines of any shape', () => {
    const random = randomFrom(11)
    for (let trial = 0; trial < 60; trial += 1) {
      const [column, row, count] = [10 + random() * 40, 8 + random() * 24, 5 + Math.floor(random() * 40)]
      // A star around a point: never crosses itself, is anything but convex, and may leave the picture.
      const outline = Array.from({ length: count }, (__, at): PointIndex => {
        const angle = ((at + random() * 0.8) / count) * 2 * Math.PI, reach = 3 + random() * 16
        return [column + Math.cos(angle) * reach, row + Math.sin(angle) * reach]
      })
      const expected = bruteForce(values, (at) => windings(at, outline) !== 0)
      if (expected.pixels > 0) close(found('freehand', grey(values), outline), expected)
    }
  })
  test('freehand: by the even-odd rule where the outline crosses itself', () => {
    const random = randomFrom(5)
    for (let trial = 0; trial < 40; trial += 1) {
      const outline = Array.from({ length: 4 + Math.floor(random() * 8) }, (): PointIndex => [random() * 60, random() * 40])
      const expected = bruteForce(values, (at) => isInsideEvenOdd(at, outline))
      if (expected.pixels > 0) close(found('freehand', grey(values), outline), expected)
    }
  })
  test('rectangle and ellipse: those of the pixels whose centres lie in or on it', () => {
    const random = randomFrom(7)
    for (let trial = 0; trial < 60; trial += 1) {
      const [c1, r1, c2, r2] = [random() * 70 - 5, random() * 50 - 5, random() * 70 - 5, random() * 50 - 5]
      const box: readonly PointIndex[] = [[c1, r1], [c2, r2]]
      const inBox = bruteForce(values, ([c, r]) => (c - c1) * (c - c2) <= 0 && (r - r1) * (r - r2) <= 0)
      if (inBox.pixels > 0) close(found('rectangle', grey(values), box), inBox)
      const inEllipse = bruteForce(values, ([c, r]) => ((2 * c - c1 - c2) / (c2 - c1)) ** 2 + ((2 * r - r1 - r2) / (r2 - r1)) ** 2 <= 1)
      if (inEllipse.pixels > 0) close(found('ellipse', grey(values), box), inEllipse)
    }
  })
})

describe('a region', () => {
  const values = pictures[0]?.[1] ?? new Int16Array()
  test('on a colour picture has the values of each channel', () => {
    const rgba = Uint8ClampedArray.from({ length: rows * columns * 4 }, (_, at) => (at * 37) % 256)
    const picture: Picture = { kind: 'colour', plane, isInverse: false, voiLutFunction: 'LINEAR', rgba }
    const actual = found('rectangle', picture, [[4.5, 3.5], [20.5, 30.5]])
    for (const [channel, name] of ['red', 'green', 'blue'].entries()) {
      const { mean, SD, min, max } = bruteForce(rgba, ([c, r]) => c > 4.5 && c < 20.5 && r > 3.5 && r < 30.5, 4, channel)
      close(actual, { [`${name} mean`]: mean, [`${name} SD`]: SD, [`${name} min`]: min, [`${name} max`]: max, pixels: 16 * 27 })
    }
  })
  test('leaves out what has no value, and has none itself where nothing else is in it', () => {
    const holes = Float32Array.from(values, (value, at) => (at % 3 === 0 ? Number.NaN : value))
    const expected = bruteForce(holes, ([c, r]) => c <= 20 && r <= 20 && (r * columns + c) % 3 !== 0)
    close(found('rectangle', grey(holes), [[-1, -1], [20, 20]]), expected)
    expect(found('rectangle', grey(new Float32Array(rows * columns).fill(Number.NaN)), [[1, 1], [9, 9]])).toMatchObject({ mean: null, pixels: null })
    expect(found('freehand', grey(values), [[100, 100], [120, 100], [110, 130]])).toMatchObject({ mean: null, pixels: null })
  })
  test('has the area and the perimeter of its outline in the body, also across pixels that are not square', () => {
    const right: readonly PointIndex[] = [[10, 10], [40, 10], [10, 20]]
    expect(found('freehand', grey(values), right)['area']).toBeCloseTo((30 * 0.4 * 10 * 1.7) / 2, 9)
    expect(found('freehand', grey(values), right)['perimeter']).toBeCloseTo(12 + 17 + Math.hypot(12, 17), 9)
    expect(found('rectangle', grey(values), [[10, 10], [40, 20]])['area']).toBeCloseTo(12 * 17, 9)
    expect(found('ellipse', grey(values), [[10, 10], [40, 20]])['area']).toBeCloseTo((Math.PI / 4) * 12 * 17, 9)
  })
  test('that crosses itself counts each part that the even-odd rule holds inside, as fine sampling does', () => {
    const random = randomFrom(3)
    const bow: readonly PointIndex[] = [[0, 0], [10, 10], [10, 0], [0, 10]]
    expect(evenOddArea(bow)).toBeCloseTo(50, 9)
    for (let trial = 0; trial < 10; trial += 1) {
      const outline = Array.from({ length: 7 }, (): PointIndex => [random() * 40, random() * 40])
      let inside = 0
      const step = 0.1
      for (let y = step / 2; y < 40; y += step) for (let x = step / 2; x < 40; x += step) if (isInsideEvenOdd([x, y], outline)) inside += 1
      expect(Math.abs(evenOddArea(outline) - inside * step * step)).toBeLessThan(3)
    }
  })
})
