import type { AnnotationTool } from '../../../src-shared/annotations.ts'
import type { PointMm } from '../../../src-shared/ids.ts'
import type { PointCss } from '../types.ts'
import { boxCorners, middle } from './axes.ts'

export type Drawn = Readonly<{ tool: AnnotationTool; pointsMm: readonly PointMm[]; along: PointMm | null }>
type Line = readonly PointCss[]

/**
 * A measurement on the screen, CSS pixels. `lines`: what is drawn and can be taken hold of; `aids`: thin lines that help to read it; `handles`:
 * where its points are dragged, as many as it has points, none where they would hide an outline of many.
 */
export type Outline = Readonly<{ lines: readonly Line[]; aids: readonly Line[]; handles: readonly PointCss[] }>

/** More handles than these would cover a freehand outline. */
const mostHandles = 32

/** Null where a point has no place on the screen. `isDraft`: an outline still open. */
export function outlineOf({ tool, pointsMm, along }: Drawn, project: (pointMm: PointMm) => PointCss | null, isDraft = false): Outline | null {
  const points = pointsMm.map(project).filter((point) => point !== null)
  const [a, b, c, d] = points
  if (a === undefined || points.length < pointsMm.length) return null
  const handles = points.length > mostHandles ? [] : points
  const made = (lines: readonly Line[], aids: readonly Line[] = []): Outline => ({ lines, aids, handles })
  switch (tool) {
    case 'probe': return made(crossOf(a))
    case 'text': return made([])
    case 'arrow': return made(b === undefined ? [] : arrowOf(a, b))
    case 'length': return made(b === undefined ? [] : [[a, b], tickAt(a, b), tickAt(b, a)])
    case 'angle': return made([points], b === undefined || c === undefined ? [] : [arcOf(a, b, c)])
    case 'bidirectional': return made(pairs(points))
    case 'cobb': return made(pairs(points), b === undefined || c === undefined || d === undefined ? [] : joinOf(pointsMm, project))
    case 'freehand': return made([isDraft ? points : [...points, a]])
    case 'rectangle': return made(boxOf(pointsMm, along, project).map((corners) => [...corners, corners[0] ?? a]))
    case 'ellipse': return made(boxOf(pointsMm, along, project).map(ellipseIn))
  }
}

/** The corners, in turn, of the box of two points; without a known direction its sides run along the screen, as all did before one was kept. */
function boxOf([first, second]: readonly PointMm[], along: PointMm | null, project: (pointMm: PointMm) => PointCss | null): readonly Line[] {
  if (first === undefined || second === undefined) return []
  if (along !== null) {
    const corners = boxCorners(first, second, along).map(project).filter((corner) => corner !== null)
    return corners.length === 4 ? [corners] : []
  }
  const a = project(first), c = project(second)
  return a === null || c === null ? [] : [[a, [c[0], a[1]], c, [a[0], c[1]]]]
}

/** A closed curve through the middles of the box's sides, also where the box stands askew. */
function ellipseIn(corners: Line): Line {
  const [a = [0, 0], b = a, c = a, d = a] = corners
  const centre: PointCss = [(a[0] + c[0]) / 2, (a[1] + c[1]) / 2]
  const [px, py] = [(b[0] + c[0]) / 2 - centre[0], (b[1] + c[1]) / 2 - centre[1]]
  const [qx, qy] = [(c[0] + d[0]) / 2 - centre[0], (c[1] + d[1]) / 2 - centre[1]]
  return Array.from({ length: 73 }, (_, step): PointCss => {
    const cos = Math.cos((step * Math.PI) / 36), sin = Math.sin((step * Math.PI) / 36)
    return [centre[0] + px * cos + qx * sin, centre[1] + py * cos + qy * sin]
  })
}

function pairs(points: Line): readonly Line[] {
  return Array.from({ length: Math.ceil(points.length / 2) }, (_, at) => points.slice(at * 2, at * 2 + 2)).filter(({ length }) => length === 2)
}

function joinOf([a, b, c, d]: readonly PointMm[], project: (pointMm: PointMm) => PointCss | null): readonly Line[] {
  if (a === undefined || b === undefined || c === undefined || d === undefined) return []
  const from = project(middle(a, b)), to = project(middle(c, d))
  return from === null || to === null ? [] : [[from, to]]
}

/** The spot itself stays free. */
function crossOf([x, y]: PointCss): readonly Line[] {
  return [[[x - 7, y], [x - 2, y]], [[x + 2, y], [x + 7, y]], [[x, y - 7], [x, y - 2]], [[x, y + 2], [x, y + 7]]]
}

/** A short stroke across the end of a line. */
function tickAt(at: PointCss, other: PointCss): Line {
  const [ux, uy] = unit(at, other)
  return [[at[0] - uy * 5, at[1] + ux * 5], [at[0] + uy * 5, at[1] - ux * 5]]
}

/** The tip is the first point: what the arrow is about. */
function arrowOf(tip: PointCss, tail: PointCss): readonly Line[] {
  const [ux, uy] = unit(tip, tail)
  const barb = (side: number): PointCss => [tip[0] + ux * 11 - uy * 5 * side, tip[1] + uy * 11 + ux * 5 * side]
  return [[tail, tip], [barb(1), tip, barb(-1)]]
}

/** Where the angle is read: an arc of 16 pixels inside the smaller side. */
function arcOf(from: PointCss, corner: PointCss, to: PointCss): Line {
  const start = Math.atan2(from[1] - corner[1], from[0] - corner[0])
  const turn = Math.atan2(to[1] - corner[1], to[0] - corner[0]) - start
  const way = turn > Math.PI ? turn - 2 * Math.PI : turn < -Math.PI ? turn + 2 * Math.PI : turn
  return Array.from({ length: 13 }, (_, step): PointCss => [corner[0] + 16 * Math.cos(start + (way * step) / 12), corner[1] + 16 * Math.sin(start + (way * step) / 12)])
}

function unit(from: PointCss, to: PointCss): PointCss {
  const size = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1
  return [(to[0] - from[0]) / size, (to[1] - from[1]) / size]
}
