import type { PointMm } from '../../src-shared/ids.ts'
import type { Plane } from './plane.ts'
import { dot } from './vector.ts'

/** The place of a plane along its own normal, at a point: "12.5 mm". */
export function planeTextOf(plane: Plane, pointMm: PointMm): string {
  return `${dot(pointMm, plane.normal).toFixed(1)} mm`
}
