import type { PointMm } from '../../../src-shared/ids.ts'
import { toPatient, type Plane } from '../plane.ts'
import { dot } from '../../../src-shared/vector.ts'

/** The place of a plane along its own normal in words, at a point of it (by default its middle): "12.5 mm". */
export function planeText(plane: Plane, pointMm: PointMm = toPatient(plane, [(plane.columns - 1) / 2, (plane.rows - 1) / 2])): string {
  return `${dot(pointMm, plane.normal).toFixed(1)} mm`
}
