import type { PointIndex } from '../plane.ts'

type Edge = readonly [from: PointIndex, to: PointIndex]

/** The edges of a closed polygon, the one back to its first point too. */
function edgesOf(points: readonly PointIndex[]): readonly Edge[] {
  return points.flatMap((from, at): Edge[] => {
    const to = points[(at + 1) % points.length]
    return to === undefined ? [] : [[from, to]]
  })
}

/**
 * Where a horizontal line at height `y` enters and leaves a polygon, ascending, by the even-odd rule. An edge holds its upper end and not
 * its lower, so that a line through a corner crosses once and one along an edge not at all.
 */
export function crossingsAt(points: readonly PointIndex[], y: number): readonly number[] {
  const crossings: number[] = []
  for (const [[x1, y1], [x2, y2]] of edgesOf(points)) {
    if ((y1 <= y) !== (y2 <= y)) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1))
  }
  return crossings.toSorted((a, b) => a - b)
}

/**
 * Area of what the even-odd rule holds inside, in squares of the points' unit; also right where the outline crosses itself, which
 * Gauss' formula alone is not: between two neighbouring heights of corners and crossings, edges bound plain trapezia.
 */
export function evenOddArea(points: readonly PointIndex[]): number {
  const edges = edgesOf(points)
  const heights = [...points.map(([, y]) => y), ...crossingHeights(edges)].toSorted((a, b) => a - b)
  let area = 0
  for (let at = 1; at < heights.length; at += 1) {
    const top = heights[at - 1] ?? 0, bottom = heights[at] ?? 0
    if (bottom > top) area += (bottom - top) * insideWidth(crossingsAt(points, (top + bottom) / 2))
  }
  return area
}

function insideWidth(crossings: readonly number[]): number {
  let width = 0
  for (let at = 1; at < crossings.length; at += 2) width += (crossings[at] ?? 0) - (crossings[at - 1] ?? 0)
  return width
}

function crossingHeights(edges: readonly Edge[]): number[] {
  const heights: number[] = []
  for (let i = 0; i < edges.length; i += 1) {
    for (let j = i + 2; j < edges.length; j += 1) {
      const a = edges[i], b = edges[j]
      const height = a === undefined || b === undefined ? null : crossingHeight(a, b)
      if (height !== null) heights.push(height)
    }
  }
  return heights
}

function crossingHeight([[ax, ay], [bx, by]]: Edge, [[cx, cy], [dx, dy]]: Edge): number | null {
  const determinant = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
  if (determinant === 0) return null
  const along = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / determinant
  const across = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / determinant
  return along > 0 && along < 1 && across > 0 && across < 1 ? ay + along * (by - ay) : null
}
