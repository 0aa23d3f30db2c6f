import type { PointMm } from './ids.ts'

/** Three numbers: millimetres in patient space (LPS), or a unitless direction. */
export type Vector = Readonly<PointMm>

export const add = (a: Vector, b: Vector): PointMm => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
export const subtract = (a: Vector, b: Vector): PointMm => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
export const scale = (a: Vector, by: number): PointMm => [a[0] * by, a[1] * by, a[2] * by]
export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const cross = (a: Vector, b: Vector): PointMm => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
export const length = (a: Vector): number => Math.hypot(a[0], a[1], a[2])
export const distance = (a: Vector, b: Vector): number => length(subtract(a, b))
export const isFinitePoint = (a: Vector): boolean => a.every(Number.isFinite)

/** Unit vector along `a`; the zero vector stays zero. */
export function normalise(a: Vector): PointMm {
  const size = length(a)
  return size === 0 ? [...a] : scale(a, 1 / size)
}

/** `a` turned by the three angles, degrees, about x, then y, then z. */
export function rotate(a: Vector, anglesDeg: Vector): PointMm {
  const [x, y, z] = anglesDeg.map((angle) => (angle * Math.PI) / 180)
  const [cx, sx, cy, sy, cz, sz] = [Math.cos(x ?? 0), Math.sin(x ?? 0), Math.cos(y ?? 0), Math.sin(y ?? 0), Math.cos(z ?? 0), Math.sin(z ?? 0)]
  const aboutX: Vector = [a[0], a[1] * cx - a[2] * sx, a[1] * sx + a[2] * cx]
  const aboutY: Vector = [aboutX[0] * cy + aboutX[2] * sy, aboutX[1], aboutX[2] * cy - aboutX[0] * sy]
  return [aboutY[0] * cz - aboutY[1] * sz, aboutY[0] * sz + aboutY[1] * cz, aboutY[2]]
}
