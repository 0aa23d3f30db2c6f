import { add, cross, dot, length, scale, subtract, type Vector } from '../../../src-shared/vector.ts'
import type { Cut } from './cut.ts'

/** Runs of one slice that a plane cuts straight across: where it lies along the slices, and where each run begins and ends along the cut's line. */
export type SliceRuns = Readonly<{ offsetMm: number; runs: readonly (readonly [number, number])[] }>
/** Filled rings, and the lines around them: steps from slice to slice are drawn, seams between slices are not. */
export type Section = Readonly<{ rings: readonly (readonly Vector[])[]; edges: readonly (readonly Vector[])[] }>

/** What slices of a thickness show when they are cut straight across. `place` puts a point along the line at an offset into space. */
export function sectionOf(slices: readonly SliceRuns[], halfMm: number, place: (along: number, offsetMm: number) => Vector): Section {
  const ordered = slices.toSorted((a, b) => a.offsetMm - b.offsetMm)
  const rings: Vector[][] = []
  const edges: Vector[][] = []
  for (const [index, { offsetMm, runs }] of ordered.entries()) {
    const [low, high] = [offsetMm - halfMm, offsetMm + halfMm]
    for (const [from, to] of runs) {
      rings.push([place(from, low), place(to, low), place(to, high), place(from, high)])
      edges.push([place(from, low), place(from, high)], [place(to, low), place(to, high)])
    }
    const before = touching(ordered[index - 1], offsetMm, halfMm)
    const after = touching(ordered[index + 1], offsetMm, halfMm)
    for (const [from, to] of differing(runs, before)) edges.push([place(from, low), place(to, low)])
    // A seam between two slices is drawn by the upper one.
    if (after.length === 0) for (const [from, to] of runs) edges.push([place(from, high), place(to, high)])
  }
  return { rings, edges }
}

function touching(slice: SliceRuns | undefined, offsetMm: number, halfMm: number): SliceRuns['runs'] {
  return slice !== undefined && Math.abs(Math.abs(slice.offsetMm - offsetMm) - 2 * halfMm) <= 0.05 * halfMm ? slice.runs : []
}

/** Where exactly one of two sets of runs is. */
function differing(a: SliceRuns['runs'], b: SliceRuns['runs']): [number, number][] {
  const ends = [...a, ...b].flat().toSorted((x, y) => x - y)
  // Even-odd over the ends of both: between an odd and the next even end, one of them is inside.
  return Array.from({ length: Math.floor(ends.length / 2) }, (_, index): [number, number] => [ends[index * 2] ?? 0, ends[index * 2 + 1] ?? 0]).filter(([from, to]) => to - from > 1e-9)
}

/** Runs in space as runs along a direction. */
export function alongLine(runs: readonly (readonly [Vector, Vector])[], direction: Vector): (readonly [number, number])[] {
  return runs.map(([from, to]) => {
    const a = dot(from, direction)
    const b = dot(to, direction)
    return a <= b ? [a, b] : [b, a]
  })
}

/**
 * Points of a cut by their parts along its line and along the slices' normal: exactly, also where the cut is not quite at right angles to the slices.
 * Answers the line's direction (length 1) with the way back into space.
 */
export function frameOf(cut: Pick<Cut, 'originMm' | 'normal'>, slicesNormal: Vector): Readonly<{ line: Vector; place: (along: number, offsetMm: number) => Vector }> {
  const slant = dot(cut.normal, slicesNormal)
  const crossed = cross(slicesNormal, cut.normal)
  const line = scale(crossed, 1 / Math.max(1e-12, length(crossed)))
  const heightMm = dot(cut.originMm, cut.normal)
  const up = scale(subtract(slicesNormal, scale(cut.normal, slant)), 1 / Math.max(1e-12, 1 - slant * slant))
  const base = scale(cut.normal, heightMm)
  return { line, place: (along, offsetMm) => add(base, add(scale(line, along), scale(up, offsetMm - heightMm * slant))) }
}
