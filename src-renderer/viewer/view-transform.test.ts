import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planeOfFrame } from './plane.ts'
import { aFrame, aSeries } from './test-series.ts'
import { affineOf, directionLetters, edgeLetters, fitted, fromScreen, panned, scaleBarOf, toScreen, zoomed, type View } from './view-transform.ts'

const plane = planeOfFrame(aSeries(), aFrame(0))
const pane = { width: 300, height: 200 }
const upright = { quarterTurns: 0, isMirroredAcross: false, isMirroredUpDown: false } as const
const at = (changes: Partial<View> = {}): View => ({ ...fitted(plane, pane, upright), ...changes })

describe('how a picture lies in a pane', () => {
  test('fits the whole picture, with millimetres the same across and down', () => {
    const view = at()
    expect(view.pxPerMm).toBe(25)
    expect(toScreen(affineOf(plane, view, pane), [2.5, 1.5])).toEqual([150, 100])
    expect(toScreen(affineOf(plane, view, pane), [-0.5, -0.5])).toEqual([112.5, 0])
  })
  test('goes to the screen and back in every turn and mirror', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.boolean(), fc.double({ min: -20, max: 20, noNaN: true }), fc.double({ min: -20, max: 20, noNaN: true }), (turns, across, upDown, column, row) => {
      const quarters = [0, 1, 2, 3] as const
      const affine = affineOf(plane, at({ quarterTurns: quarters[turns] ?? 0, isMirroredAcross: across, isMirroredUpDown: upDown }), pane)
      const back = fromScreen(affine, toScreen(affine, [column, row]))
      expect(back[0]).toBeCloseTo(column, 8)
      expect(back[1]).toBeCloseTo(row, 8)
    }))
  })
  test('keeps the point under the mouse when zooming, and moves by the drag when panning', () => {
    const view = at({ quarterTurns: 1 })
    const under = fromScreen(affineOf(plane, view, pane), [40, 60])
    const larger = zoomed(plane, view, pane, 1.7, [40, 60])
    const [x, y] = toScreen(affineOf(plane, larger, pane), under)
    expect([x, y].map((value) => Number(value.toFixed(6)))).toEqual([40, 60])
    const moved = panned(plane, view, pane, 12, -7)
    const [mx, my] = toScreen(affineOf(plane, moved, pane), under)
    expect([mx, my].map((value) => Number(value.toFixed(6)))).toEqual([52, 53])
  })
})

describe('the letters at the edges', () => {
  test('show an axial slice as seen from the feet', () => {
    expect(edgeLetters(plane, at())).toEqual({ top: 'A', right: 'L', bottom: 'P', left: 'R' })
  })
  test('turn with the picture, clockwise', () => {
    expect(edgeLetters(plane, at({ quarterTurns: 1 }))).toEqual({ top: 'R', right: 'A', bottom: 'L', left: 'P' })
    expect(edgeLetters(plane, at({ quarterTurns: 2 }))).toEqual({ top: 'P', right: 'R', bottom: 'A', left: 'L' })
  })
  test('change sides when mirrored, also after a turn', () => {
    expect(edgeLetters(plane, at({ isMirroredAcross: true }))).toEqual({ top: 'A', right: 'R', bottom: 'P', left: 'L' })
    expect(edgeLetters(plane, at({ quarterTurns: 1, isMirroredAcross: true }))).toEqual({ top: 'R', right: 'P', bottom: 'L', left: 'A' })
    expect(edgeLetters(plane, at({ quarterTurns: 1, isMirroredUpDown: true }))).toEqual({ top: 'L', right: 'A', bottom: 'R', left: 'P' })
  })
  test('agree with where the pixels really go, in every state', () => {
    for (const quarterTurns of [0, 1, 2, 3] as const) for (const isMirroredAcross of [false, true]) for (const isMirroredUpDown of [false, true]) {
      const view = at({ quarterTurns, isMirroredAcross, isMirroredUpDown })
      const affine = affineOf(plane, view, pane)
      const left = toScreen(affine, [5, 1.5])
      const middle = toScreen(affine, [2.5, 1.5])
      const side = left[0] > middle[0] + 1 ? 'right' : left[0] < middle[0] - 1 ? 'left' : left[1] > middle[1] ? 'bottom' : 'top'
      expect(edgeLetters(plane, view)?.[side]).toBe('L')
    }
  })
  test('name two directions on an oblique picture, the stronger first, and none without a position', () => {
    expect(directionLetters([0.3, 0, -0.95])).toBe('FL')
    expect(directionLetters([0.1, -0.99, 0])).toBe('A')
    expect(edgeLetters(planeOfFrame(aSeries(), aFrame(0, { positionMm: null })), at())).toBeNull()
  })
})

describe('the scale bar', () => {
  test('stands for a round length that is as long as it says', () => {
    const bar = scaleBarOf(plane, at({ pxPerMm: 3 }), { width: 600, height: 400 })
    expect(bar).toEqual({ lengthPx: 60, label: '2 cm', basis: null })
  })
  test('says where detector millimetres are not those of the body, and is absent without spacing', () => {
    const detector = planeOfFrame(aSeries({ spacingBasis: 'detector' }), aFrame(0))
    expect(scaleBarOf(detector, at(), pane)?.basis).toBe('at the detector')
    expect(scaleBarOf(planeOfFrame(aSeries({ pixelSpacingMm: null }), aFrame(0)), at(), pane)).toBeNull()
  })
})
