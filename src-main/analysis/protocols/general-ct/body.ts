import type { Volume } from '../../../../src-shared/volume.ts'
import { componentsOf, labelRuns, type Components, type Labels } from '../../volume/components.ts'
import type { CancelSignal } from '../../volume/cancel.ts'
import { findRuns, type Runs } from '../../volume/runs.ts'

/** Everything denser than this can be body; air, lung and the pads of the table are not. */
const bodyLimitHu = -300

/** The body as stretches of flat voxel indices per image row: tissue, and the air and lung that tissue encloses within a slice. */
export type Body = Readonly<{
  /** Calls back with [start, end) for every stretch of the body, in order of slices. */
  forStretches: (visit: (start: number, end: number, slice: number, row: number) => void) => void
  /** Millimetres of body lying on the edge of the image, summed over slices. */
  edgeMm: number
  /** Something that is not the body (a table, a cable) lies on the edge of the image. */
  hasOtherAtEdge: boolean
}>

/** The largest connected thing, and others at least a fifth of it (arms, legs). Null where nothing is denser than air. */
export function findBody(volume: Volume, signal?: CancelSignal, onSlice?: (slice: number) => void): Body | null {
  const runs = findRuns(volume, bodyLimitHu, signal, onSlice)
  const labels = labelRuns(runs, volume, 6)
  const components = componentsOf(volume, runs, labels)
  const largest = components.voxels.reduce((most, voxels) => Math.max(most, voxels), 0)
  if (largest === 0) return null
  const isBody = Uint8Array.from(components.voxels, (voxels) => (voxels >= largest / 5 ? 1 : 0))
  const inBody = (run: number): boolean => isBody[labels.ofRun[run] ?? 0] === 1
  return {
    forStretches: (visit) => { for (let slice = 0; slice < volume.slices; slice++) visitSlice(volume, runs, inBody, slice, visit) },
    edgeMm: edgeMm(volume, runs, inBody), hasOtherAtEdge: hasOtherAtEdge(volume, runs, labels, components, isBody)
  }
}

type Visit = (start: number, end: number, slice: number, row: number) => void

/** A gap between body runs of one row; `end` exclusive, columns. Gaps that touch share a root, found through `parent`. */
type Gap = { readonly start: number, readonly end: number, readonly row: number, parent: number, isOutside: boolean }

/** Body runs and, joined by union-find from row to row, the gaps between them that never reach the edge of the image. */
function visitSlice(volume: Volume, runs: Runs, inBody: (run: number) => boolean, slice: number, visit: Visit): void {
  const { rows, columns } = volume
  const gaps: Gap[] = []
  let firstBefore = 0
  for (let row = 0; row < rows; row++) {
    const offset = (slice * rows + row) * columns
    const firstHere = gaps.length
    const addGap = (start: number, end: number): void => {
      const isOutside = row === 0 || row === rows - 1 || start === 0 || end === columns
      if (start < end) gaps.push({ start, end, row, parent: gaps.length, isOutside })
    }
    let at = 0
    for (let run = runs.firstOfLine[slice * rows + row] ?? 0; run < (runs.firstOfLine[slice * rows + row + 1] ?? 0); run++) {
      if (!inBody(run)) continue
      addGap(at, (runs.start[run] ?? 0) - offset)
      at = (runs.end[run] ?? 0) - offset
      visit(runs.start[run] ?? 0, runs.end[run] ?? 0, slice, row)
    }
    addGap(at, columns)
    joinGaps(gaps, firstBefore, firstHere)
    firstBefore = firstHere
  }
  gaps.forEach(({ start, end, row }, index) => {
    const offset = (slice * rows + row) * columns
    if (gaps[rootOf(gaps, index)]?.isOutside === false) visit(offset + start, offset + end, slice, row)
  })
}

/** Joins the gaps of a row (from `firstHere`) with those of the row before (from `firstBefore`) that they touch. */
function joinGaps(gaps: Gap[], firstBefore: number, firstHere: number): void {
  for (let here = firstHere; here < gaps.length; here++) {
    for (let before = firstBefore; before < firstHere; before++) {
      const [a, b] = [gaps[here], gaps[before]]
      if (a === undefined || b === undefined || a.end <= b.start || b.end <= a.start) continue
      const [rootA, rootB] = [gaps[rootOf(gaps, here)], gaps[rootOf(gaps, before)]]
      if (rootA === undefined || rootB === undefined || rootA === rootB) continue
      rootA.isOutside ||= rootB.isOutside
      rootB.parent = rootA.parent
    }
  }
}

function rootOf(gaps: readonly Gap[], index: number): number {
  let at = index
  for (let up = gaps[at]?.parent ?? at; up !== at; up = gaps[at]?.parent ?? at) at = up
  return at
}

function edgeMm(volume: Volume, runs: Runs, inBody: (run: number) => boolean): number {
  const { rows, columns, geometry } = volume
  const [rowSpacing, columnSpacing] = geometry.pixelSpacingMm
  let sum = 0
  for (let line = 0; line + 1 < runs.firstOfLine.length; line++) {
    const row = line % rows
    for (let run = runs.firstOfLine[line] ?? 0; run < (runs.firstOfLine[line + 1] ?? 0); run++) {
      if (!inBody(run)) continue
      const start = (runs.start[run] ?? 0) - line * columns
      const end = (runs.end[run] ?? 0) - line * columns
      if (row === 0 || row === rows - 1) sum += (end - start) * columnSpacing
      if (start === 0) sum += rowSpacing
      if (end === columns) sum += rowSpacing
    }
  }
  return sum
}

function hasOtherAtEdge(volume: Volume, runs: Runs, labels: Labels, components: Components, isBody: Uint8Array): boolean {
  if (runs.count === 0) return false
  for (let component = 0; component < labels.count; component++) {
    if (isBody[component] === 1 || (components.voxels[component] ?? 0) < 50) continue
    const atEdge = components.firstColumn[component] === 0 || components.lastColumn[component] === volume.columns - 1 ||
      components.firstRow[component] === 0 || components.lastRow[component] === volume.rows - 1
    if (atEdge) return true
  }
  return false
}
