import type { OverlayColour, ReportGraphic } from '../../../src-shared/overlays.ts'
import { toPatient, type Plane } from '../plane.ts'
import { add, cross, dot, length, scale, subtract, type Vector } from '../../../src-shared/vector.ts'
import { meetings } from './contours.ts'
import { circleRing, ellipseRing, turns, type Pair } from './curves.ts'
import { fromCut, type Cut } from './cut.ts'
import type { OverlayShape } from './shape.ts'

/** Columns and rows of PS3.3 C.18.6 count from the corner of the first pixel; ours from its centre. */
export const fromCorner = (plane: Plane, [column, row]: Pair): Vector => toPatient(plane, [column - 0.5, row - 0.5])

/** A report's graphic on the image that it was drawn on; `plane` is that image's. */
export function graphicOnImage(graphic: ReportGraphic, plane: Plane, colour: OverlayColour, key: string): OverlayShape[] {
  if (graphic.place.in !== 'image') return []
  const { points } = graphic.place
  const placed = (pairs: readonly Pair[]) => pairs.map((pair) => fromCorner(plane, pair))
  const shape = shapeOf(graphic.shape, points)
  return withText(graphic, { key, colour, ...(shape.kind === 'dots' ? { kind: 'dots', at: placed(shape.points) } : shape.kind === 'ring' ? { kind: 'area', isFilled: false, rings: [placed(shape.points)] } : { kind: 'line', lines: [placed(shape.points)] }) })
}

function shapeOf(shape: ReportGraphic['shape'], points: readonly Pair[]): Readonly<{ kind: 'dots' | 'ring' | 'line'; points: readonly Pair[] }> {
  switch (shape) {
    case 'point': case 'points': return { kind: 'dots', points }
    case 'polyline': return { kind: 'line', points }
    case 'polygon': return { kind: 'ring', points }
    case 'circle': return { kind: 'ring', points: circleRing(points[0] ?? [0, 0], points[1] ?? [0, 0]) }
    case 'ellipse': case 'ellipsoid': return { kind: 'ring', points: ellipseRing(points) }
  }
}

/** A report's graphic in the patient, as a plane shows it: whole where it lies in the plane, else where it crosses it. */
export function graphicInPatient(graphic: ReportGraphic, cut: Cut, colour: OverlayColour, key: string): OverlayShape[] {
  if (graphic.place.in !== 'patient') return []
  const { points } = graphic.place
  if (graphic.shape === 'ellipsoid') {
    const ring = ellipsoidRing(points, cut)
    return ring.length === 0 ? [] : withText(graphic, { key, colour, kind: 'area', isFilled: false, rings: [ring] })
  }
  if (graphic.shape === 'point' || graphic.shape === 'points') {
    const at = points.filter((point) => cut.holds(point))
    return at.length === 0 ? [] : withText(graphic, { key, colour, kind: 'dots', at })
  }
  const isRing = graphic.shape !== 'polyline'
  const line = graphic.shape === 'ellipse' ? ellipseInSpace(points) : graphic.shape === 'circle' ? [] : points
  if (line.length > 0 && line.every((point) => cut.holds(point))) return withText(graphic, isRing ? { key, colour, kind: 'area', isFilled: false, rings: [line] } : { key, colour, kind: 'line', lines: [line] })
  const at = meetings(line, cut, isRing)
  return at.length === 0 ? [] : withText(graphic, { key, colour, kind: 'dots', at })
}

function ellipseInSpace([a, b, c, d]: readonly Vector[]): Vector[] {
  if (a === undefined || b === undefined || c === undefined || d === undefined) return []
  const centre = scale(add(a, b), 0.5)
  const long = scale(subtract(b, a), 0.5)
  const short = scale(subtract(d, c), 0.5)
  return turns().map(([cos, sin]) => add(centre, add(scale(long, cos), scale(short, sin))))
}

/** The ellipse in which a plane cuts an ellipsoid given by the ends of its three axes (PS3.3 C.18.9.1.2); empty where it misses it. */
function ellipsoidRing([a, b, c, d, e, f]: readonly Vector[], cut: Cut): Vector[] {
  if (a === undefined || b === undefined || c === undefined || d === undefined || e === undefined || f === undefined) return []
  const centre = scale(add(a, b), 0.5)
  const axes: readonly [Vector, Vector, Vector] = [scale(subtract(b, a), 0.5), scale(subtract(d, c), 0.5), scale(subtract(f, e), 0.5)]
  // In the space where the ellipsoid is the unit sphere, the plane stays a plane: `at` from the middle along `normal`.
  const weights: Vector = [dot(axes[0], cut.normal), dot(axes[1], cut.normal), dot(axes[2], cut.normal)]
  const size = length(weights)
  if (size === 0) return []
  const normal = scale(weights, 1 / size)
  const at = -fromCut(cut, centre) / size
  if (Math.abs(at) >= 1) return []
  const side = Math.abs(normal[0]) < 0.9 ? cross(normal, [1, 0, 0]) : cross(normal, [0, 1, 0])
  const first = scale(side, 1 / length(side))
  const second = cross(normal, first)
  const radius = Math.sqrt(1 - at * at)
  return turns().map(([cos, sin]) => {
    const onSphere = add(scale(normal, at), add(scale(first, radius * cos), scale(second, radius * sin)))
    return add(centre, add(scale(axes[0], onSphere[0]), add(scale(axes[1], onSphere[1]), scale(axes[2], onSphere[2]))))
  })
}

/** The words stand beside the drawing. */
function withText({ lines }: ReportGraphic, shape: OverlayShape): OverlayShape[] {
  const at = anchorOf(shape)
  return lines.length === 0 || at === null ? [shape] : [shape, { key: `${shape.key}-text`, colour: shape.colour, kind: 'text', at, lines, isBeside: true }]
}

function anchorOf(shape: OverlayShape): Vector | null {
  switch (shape.kind) {
    case 'area': return shape.rings[0]?.[0] ?? null
    case 'line': return shape.lines[0]?.at(-1) ?? null
    case 'dots': return shape.at[0] ?? null
    default: return null
  }
}

/** Where a graphic is looked for: the middle of its points. On an image, `plane` is that image's. */
export function graphicCentre({ place }: ReportGraphic, plane: Plane | null): Vector | null {
  if (place.in === 'patient') return middle(place.points)
  return plane === null ? null : middle(place.points.map((point) => fromCorner(plane, point)))
}

function middle(points: readonly Vector[]): Vector | null {
  const sum = points.reduce<Vector>((all, point) => add(all, point), [0, 0, 0])
  return points.length === 0 ? null : scale(sum, 1 / points.length)
}

