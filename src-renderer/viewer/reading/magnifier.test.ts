import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromScreen, toScreen } from '../view-transform.ts'
import { drawLoupe, magnified } from './magnifier.ts'

const affine = { a: 0, b: 1.5, c: -1.5, d: 0, e: 300, f: 20 }

describe('the magnifier', () => {
  test('keeps what lies under the cursor under the cursor, and everything else that much further from it', () => {
    const at = fc.tuple(fc.double({ min: 0, max: 500, noNaN: true }), fc.double({ min: 0, max: 500, noNaN: true }))
    fc.assert(fc.property(at, fc.constantFrom(2, 3, 4), fc.double({ min: -50, max: 50, noNaN: true }), (cursor, factor, away) => {
      const larger = magnified(affine, cursor, factor)
      const under = fromScreen(affine, cursor)
      const [x, y] = toScreen(larger, under)
      expect([x, y]).toEqual([expect.closeTo(cursor[0], 6), expect.closeTo(cursor[1], 6)])
      const beside = toScreen(larger, [under[0] + away, under[1]])
      const before = toScreen(affine, [under[0] + away, under[1]])
      expect(Math.hypot(beside[0] - x, beside[1] - y)).toBeCloseTo(factor * Math.hypot(before[0] - cursor[0], before[1] - cursor[1]), 6)
    }))
  })
  test('draws inside of a circle, unsmoothed, and leaves the canvas as it found it', () => {
    const calls: string[] = []
    let isSmooth: unknown = 'untouched'
    const named = (name: string) => (...given: unknown[]) => { calls.push(`${name} ${given.filter((one) => typeof one === 'number').map((one) => Number(one.toFixed(2))).join(' ')}`.trim()) }
    const target: Record<string, unknown> = { fillStyle: '', strokeStyle: '', lineWidth: 0 }
    for (const name of ['save', 'restore', 'setTransform', 'beginPath', 'arc', 'clip', 'fillRect', 'stroke']) target[name] = named(name)
    target['drawImage'] = (_: unknown, x: number, y: number) => { calls.push(`drawImage ${x} ${y}`); isSmooth = target['imageSmoothingEnabled'] }
    // A canvas of the browser has a hundred members; these are all that may be used.
    drawLoupe(target as unknown as CanvasRenderingContext2D, [{} as CanvasImageSource], affine, { at: [100, 50], factor: 3, radiusPx: 60 }, 2)
    expect(isSmooth).toBe(false)
    expect(calls.slice(0, 8)).toEqual(['save', 'setTransform 2 0 0 2 0 0', 'beginPath', 'arc 100 50 60 0 6.28', 'clip', 'fillRect 40 -10 120 120', 'setTransform 0 9 -9 0 1400 -80', 'drawImage -0.5 -0.5'])
    expect(calls.filter((call) => call === 'save').length).toBe(calls.filter((call) => call === 'restore').length)
  })
})
