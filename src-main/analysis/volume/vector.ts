/** A point or direction, mm or unitless, in patient coordinates (LPS). */
export type Vec3 = readonly [number, number, number]

export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
export const scale = (a: Vec3, factor: number): Vec3 => [a[0] * factor, a[1] * factor, a[2] * factor]
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const norm = (a: Vec3): number => Math.hypot(a[0], a[1], a[2])
export const distance = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
export const isFinitePoint = (a: Vec3): boolean => a.every(Number.isFinite)

export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/** Unit vector along `a`; the zero vector stays zero. */
export function normalise(a: Vec3): Vec3 {
  const length = norm(a)
  return length === 0 ? a : scale(a, 1 / length)
}

/** `a` turned by the three angles, degrees, about x, then y, then z. */
export function rotate(a: Vec3, anglesDeg: Vec3): Vec3 {
  const [x, y, z] = anglesDeg.map((angle) => (angle * Math.PI) / 180)
  const [cx, sx, cy, sy, cz, sz] = [Math.cos(x ?? 0), Math.sin(x ?? 0), Math.cos(y ?? 0), Math.sin(y ?? 0), Math.cos(z ?? 0), Math.sin(z ?? 0)]
  const aboutX: Vec3 = [a[0], a[1] * cx - a[2] * sx, a[1] * sx + a[2] * cx]
  const aboutY: Vec3 = [aboutX[0] * cy + aboutX[2] * sy, aboutX[1], aboutX[2] * cy - aboutX[0] * sy]
  return [aboutY[0] * cz - aboutY[1] * sz, aboutY[0] * sz + aboutY[1] * cz, aboutY[2]]
}
