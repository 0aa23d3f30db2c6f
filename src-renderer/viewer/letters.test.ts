import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planeOfFrame, toIndex, toPatient } from './plane.ts'
import { aFrame, aSeries } from './test-series.ts'
import { affineOf, edgeLetters, fitted, toScreen } from './view-transform.ts'

const pane = { width: 400, height: 300 }
const states = [0, 1, 2, 3].flatMap((quarterTurns) => [false, true].map((isMirroredAcross) => ({ quarterTurns, isMirroredAcross })))

/** A rotation matrix, row by row, from a unit quaternion: nothing that the viewer itself computes with. */
function rotation([w, x, y, z]: readonly [number, number, number, number]): readonly [number, number, number][] {
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]
  ]
}
const part = fc.double({ min: -1, max: 1, noNaN: true })
const anyTurn = fc.tuple(part, part, part, part).filter((four) => Math.hypot(...four) > 0.1).map(([w, x, y, z]) => {
  const size = Math.hypot(w, x, y, z)
  return rotation([w / size, x / size, y / size, z / size])
})
const half = Math.SQRT1_2
const usual = fc.constantFrom(...([[1, 0, 0, 0], [half, half, 0, 0], [half, 0, half, 0], [half, 0, 0, half], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0.5, 0.5, 0.5, 0.5], [0.5, -0.5, 0.5, 0.5]] as const).map(rotation))

describe('patient letters', () => {
  test('name the directions in which the patient really lies, in all eight states of flip and turn, on any plane', () => {
    fc.assert(fc.property(fc.oneof(usual, anyTurn), fc.constantFrom(...states), fc.boolean(), (matrix, state, isMirroredUpDown) => {
      const orientation = [...matrix.map(([first]) => first), ...matrix.map((row) => row[1])]
      const plane = planeOfFrame(aSeries({ orientation }), aFrame(0))
      const quarterTurns = ([0, 1, 2, 3] as const)[state.quarterTurns] ?? 0
      const view = fitted(plane, pane, { quarterTurns, isMirroredAcross: state.isMirroredAcross, isMirroredUpDown })
      const affine = affineOf(plane, view, pane)
      const letters = edgeLetters(plane, view)
      // A step of one millimetre to the left, to the back and to the head, seen on the screen, tells where each lies.
      const middle = toPatient(plane, view.centre)
      const [cx, cy] = toScreen(affine, view.centre)
      const moves = ([[1, 0, 0], [0, 1, 0], [0, 0, 1]] as const).map(([x, y, z]) => {
        const [sx, sy] = toScreen(affine, toIndex(plane, [middle[0] + x, middle[1] + y, middle[2] + z]))
        return [(sx - cx) / view.pxPerMm, (sy - cy) / view.pxPerMm] as const
      })
      const names = [['L', 'R'], ['P', 'A'], ['H', 'F']] as const
      const named = (axis: 0 | 1, sign: 1 | -1) => moves
        .map((move, at) => ({ share: move[axis] * sign, letter: names[at]?.[move[axis] * sign > 0 ? 0 : 1] ?? '' }))
        .filter(({ share }) => Math.abs(share) >= 0.2).toSorted((p, q) => Math.abs(q.share) - Math.abs(p.share))
      for (const [edge, axis, sign] of [['right', 0, 1], ['left', 0, -1], ['bottom', 1, 1], ['top', 1, -1]] as const) {
        const expected = named(axis, sign)
        const told = letters?.[edge] ?? ''
        // Equal shares (to rounding) may be told in either order, and one at the threshold or not.
        const isClear = moves.every((move) => Math.abs(Math.abs(move[axis]) - 0.2) > 1e-9) && expected.every(({ share }, at) => at === 0 || Math.abs(Math.abs(share) - Math.abs(expected[at - 1]?.share ?? 9)) > 1e-9)
        if (isClear) expect(told).toBe(expected.slice(0, 2).map(({ letter }) => letter).join(''))
        else for (const letter of told) expect(expected.map((one) => one.letter).join('') + (named(axis, sign)[0]?.letter ?? '')).toContain(letter)
      }
    }), { numRuns: 600 })
  })
})
