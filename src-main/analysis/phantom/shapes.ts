import type { Vector } from '../../../src-shared/vector.ts'
import { add, cross, distance, normalise, rotate, scale, subtract } from '../../../src-shared/vector.ts'

/**
 * A solid of one density. A point p lies inside where |u| <= 1 with u = (p - centre) mapped by `axes`; the third component
 * counts only beyond `halfStretch` (a capsule), and with `isFlat` the solid ends there in a plane (a cylinder).
 */
export type Shape = Readonly<{
  centre: Vector
  /** Rows of the map from millimetres to unit space: direction / semi-axis. A zero row is an endless axis. */
  axes: readonly [Vector, Vector, Vector]
  halfStretch: number
  isFlat: boolean
  hu: number
  /** Points per voxel edge where a boundary crosses it. */
  samples: number
}>

type ShapeOptions = Readonly<{ samples?: number, turnsDeg?: Vector }>
const coarse = 2

/** Ellipsoid; an axis of `Infinity` makes an endless cylinder. */
export function ellipsoid(centre: Vector, semiAxesMm: Vector, hu: number, { samples = coarse, turnsDeg = [0, 0, 0] }: ShapeOptions = {}): Shape {
  return {
    centre, hu, samples, halfStretch: 0, isFlat: false,
    axes: [
      scale(rotate([1, 0, 0], turnsDeg), 1 / semiAxesMm[0]),
      scale(rotate([0, 1, 0], turnsDeg), 1 / semiAxesMm[1]),
      scale(rotate([0, 0, 1], turnsDeg), 1 / semiAxesMm[2])
    ]
  }
}

export const sphere = (centre: Vector, radiusMm: number, hu: number, samples = coarse): Shape =>
  ellipsoid(centre, [radiusMm, radiusMm, radiusMm], hu, { samples })

/** Elliptic disc of a given height along z: a vertebral body, a slab. */
export function disc(centre: Vector, semiAxesMm: readonly [number, number], halfHeightMm: number, hu: number, samples = coarse): Shape {
  const height = 1 / halfHeightMm
  return { centre, hu, samples, halfStretch: 1, isFlat: true, axes: [[1 / semiAxesMm[0], 0, 0], [0, 1 / semiAxesMm[1], 0], [0, 0, height]] }
}

/** Round-ended rod between two points. */
export function capsule(from: Vector, to: Vector, radiusMm: number, hu: number, samples = coarse): Shape {
  const along = normalise(subtract(to, from))
  const side = normalise(cross(along, Math.abs(along[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]))
  const length = distance(from, to)
  return {
    centre: scale(add(from, to), 0.5), hu, samples, isFlat: false, halfStretch: length / 2 / radiusMm,
    axes: [scale(side, 1 / radiusMm), scale(cross(along, side), 1 / radiusMm), scale(along, 1 / radiusMm)]
  }
}

/** A bent rod: capsules along a path. */
export function tube(path: readonly Vector[], radiusMm: number, hu: number, samples = coarse): Shape[] {
  return path.slice(1).map((to, index) => capsule(path[index] ?? to, to, radiusMm, hu, samples))
}

/** Distance from the centre in units of the surface: below 1 inside, 1 on the surface. */
export function unitDistance(shape: Shape, x: number, y: number, z: number): number {
  if (shape.isFlat) return Math.max(Math.sqrt(x * x + y * y), Math.abs(z))
  const beyond = Math.abs(z) - shape.halfStretch
  return beyond > 0 ? Math.sqrt(x * x + y * y + beyond * beyond) : Math.sqrt(x * x + y * y)
}

/** Half of the shape's extent along a unit direction, mm: its support function. Endless axes give Infinity where they count. */
export function halfExtentMm(shape: Shape, direction: Vector): number {
  let sum = 0
  let extra = 0
  for (const [index, axis] of shape.axes.entries()) {
    const squared = axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]
    if (squared < 1e-12) {
      if (Math.abs(endlessComponent(shape, direction)) > 1e-9) return Infinity
      continue
    }
    const reach = (axis[0] * direction[0] + axis[1] * direction[1] + axis[2] * direction[2]) / squared
    if (index === 2 && (shape.halfStretch > 0)) extra = Math.abs(reach) * (shape.isFlat ? 1 : shape.halfStretch)
    if (!(shape.isFlat && index === 2)) sum += reach * reach
  }
  return Math.sqrt(sum) + extra
}

/** How much of a direction runs along the endless axis: what the finite axes do not explain. */
function endlessComponent(shape: Shape, direction: Vector): number {
  const left = shape.axes.reduce<Vector>((rest, axis) => {
    const unit = normalise(axis)
    return subtract(rest, scale(unit, rest[0] * unit[0] + rest[1] * unit[1] + rest[2] * unit[2]))
  }, direction)
  return Math.hypot(left[0], left[1], left[2])
}
