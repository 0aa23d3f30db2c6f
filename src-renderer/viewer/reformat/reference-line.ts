import type { PointMm } from '../../../src-shared/ids.ts'
import { lineOver } from '../line-over.ts'
import { offPlaneMm, type Plane } from '../plane.ts'
import { add, cross, dot, length, scale, subtract, type Vector } from '../../../src-shared/vector.ts'

export type SegmentMm = readonly [PointMm, PointMm]

/**
 * Where one plane cuts another, as it is drawn on the latter: all points in patient mm. `turn`: two places on the line to take hold of for
 * turning it. `faces`: the lines along which the faces of the slab cut, `thicken` a place on each to pull at; none where the slab is thin.
 */
export type ReferenceLine = Readonly<{ line: SegmentMm; turn: readonly PointMm[]; faces: readonly SegmentMm[]; thicken: readonly PointMm[] }>

/** Null where the planes are parallel or do not meet within the picture. `centreMm`: the common point, from which the handles are placed. */
export function referenceLine(of: Plane, seenIn: Plane, centreMm: Vector, thicknessMm: number): ReferenceLine | null {
  const way = cross(of.normal, seenIn.normal)
  // Under half a degree apart the crossing runs anywhere.
  if (length(way) < 0.01) return null
  const direction = scale(way, 1 / length(way))
  const at = (offMm: number) => crossing(of, seenIn, direction, centreMm, offMm)
  const line = at(0)
  if (line === null) return null
  const faces = thicknessMm > 0 ? [-1, 1].flatMap((side) => { const face = at(side * thicknessMm / 2); return face === null ? [] : [face] }) : []
  return { line, turn: alongLine(line, centreMm, direction, 0.75), faces, thicken: faces.flatMap((face) => alongLine(face, centreMm, direction, 0.35)) }
}

/** The signed angle from one point to another about the common point, as they lie on a plane: from its right toward its down. */
export function angleAbout(plane: Plane, centreMm: Vector, fromMm: Vector, toMm: Vector): number {
  const angle = (point: Vector) => {
    const way = subtract(point, centreMm)
    return Math.atan2(dot(way, plane.alongRows), dot(way, plane.alongColumns))
  }
  const turned = angle(toMm) - angle(fromMm)
  return Math.atan2(Math.sin(turned), Math.cos(turned))
}

/** The thickness of a slab whose face is pulled to a point. */
export function thicknessTo(of: Plane, pointMm: Vector): number {
  return Math.abs(offPlaneMm(of, pointMm)) * 2
}

/** The part within the picture of the line where the plane `of`, moved along its normal, cuts `seenIn`. */
function crossing(of: Plane, seenIn: Plane, direction: Vector, nearMm: Vector, offMm: number): SegmentMm | null {
  const onPicture = subtract(nearMm, scale(seenIn.normal, offPlaneMm(seenIn, nearMm)))
  // In the picture, straight away from the line.
  const away = cross(seenIn.normal, direction)
  const start = add(onPicture, scale(away, (offMm - offPlaneMm(of, onPicture)) / dot(away, of.normal)))
  const reach = lineOver(seenIn, start, direction)
  return reach === null ? null : [add(start, scale(direction, reach[0])), add(start, scale(direction, reach[1]))]
}

/** Points on a line at a share of the way from the common point to either end; where the point lies beyond an end, none on that side. */
function alongLine(line: SegmentMm, centreMm: Vector, direction: Vector, share: number): readonly PointMm[] {
  const middle = dot(centreMm, direction)
  const foot = add(line[0], scale(direction, middle - dot(line[0], direction)))
  const [from, to] = [dot(line[0], direction) - middle, dot(line[1], direction) - middle]
  return [...(from < 0 ? [add(foot, scale(direction, from * share))] : []), ...(to > 0 ? [add(foot, scale(direction, to * share))] : [])]
}
