import { dot, subtract, type Vector } from '../../src-shared/vector.ts'
import type { Plane } from './plane.ts'

/** The part of a line, as distances from `start`, that lies over a picture, whose edges are half a pixel beyond the outer centres. */
export function lineOver(plane: Plane, start: Vector, direction: Vector, [from, to]: readonly [number, number] = [-Infinity, Infinity]): readonly [number, number] | null {
  const offset = subtract(start, plane.originMm)
  const sides = [
    { at: dot(offset, plane.alongColumns), step: dot(direction, plane.alongColumns), low: -plane.columnStepMm / 2, high: (plane.columns - 0.5) * plane.columnStepMm },
    { at: dot(offset, plane.alongRows), step: dot(direction, plane.alongRows), low: -plane.rowStepMm / 2, high: (plane.rows - 0.5) * plane.rowStepMm }
  ]
  let [low, high] = [from, to]
  for (const side of sides) {
    if (Math.abs(side.step) < 1e-9) {
      if (side.at < side.low || side.at > side.high) return null
      continue
    }
    const ends = [(side.low - side.at) / side.step, (side.high - side.at) / side.step]
    low = Math.max(low, Math.min(...ends))
    high = Math.min(high, Math.max(...ends))
  }
  return low < high ? [low, high] : null
}
