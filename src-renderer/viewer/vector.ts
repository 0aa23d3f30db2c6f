import type { PointMm } from '../../src-shared/ids.ts'

/** Three numbers; mm in patient space (LPS), or a unit direction. */
export type Vector = Readonly<PointMm>

export const add = (a: Vector, b: Vector): PointMm => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
export const subtract = (a: Vector, b: Vector): PointMm => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
export const scale = (a: Vector, by: number): PointMm => [a[0] * by, a[1] * by, a[2] * by]
export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const cross = (a: Vector, b: Vector): PointMm => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
export const length = (a: Vector): number => Math.hypot(a[0], a[1], a[2])
export const distance = (a: Vector, b: Vector): number => length(subtract(a, b))
