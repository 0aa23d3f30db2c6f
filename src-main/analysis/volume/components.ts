import type { Volume } from '../../../src-shared/volume.ts'
import type { Runs } from './runs.ts'

/** Neighbourhood of the labelling: 6 joins faces, 26 also edges and corners. */
export type Connectivity = 6 | 26

/** `ofRun[run]` is the component of each run, from 0 to `count - 1` in the order of first appearance. */
export type Labels = Readonly<{ count: number, ofRun: Int32Array }>

/** Labels runs by union-find; only runs of the four neighbouring lines already seen are compared, each pair of lines in one sweep. */
export function labelRuns(runs: Runs, size: Readonly<{ rows: number, columns: number, slices: number }>, connectivity: Connectivity = 26): Labels {
  const { rows, columns, slices } = size
  const parent = new Int32Array(runs.count)
  for (let run = 0; run < runs.count; run++) parent[run] = run
  const reach = connectivity === 26 ? 1 : 0
  for (let slice = 0, line = 0; slice < slices; slice++) {
    for (let row = 0; row < rows; row++, line++) {
      if (runs.firstOfLine[line] === runs.firstOfLine[line + 1]) continue
      if (row > 0) joinLines(runs, parent, line, line - 1, columns, reach)
      if (slice === 0) continue
      joinLines(runs, parent, line, line - rows, columns, reach)
      if (connectivity === 6) continue
      if (row > 0) joinLines(runs, parent, line, line - rows - 1, columns, reach)
      if (row + 1 < rows) joinLines(runs, parent, line, line - rows + 1, columns, reach)
    }
  }
  return numbered(parent)
}

/** Joins touching runs of two lines. Both lists are sorted, so one sweep sees every touching pair. */
function joinLines(runs: Runs, parent: Int32Array, line: number, other: number, columns: number, reach: number): void {
  const { start, end, firstOfLine } = runs
  const shift = (line - other) * columns
  const lastHere = firstOfLine[line + 1] ?? 0
  const lastThere = firstOfLine[other + 1] ?? 0
  let here = firstOfLine[line] ?? 0
  let there = firstOfLine[other] ?? 0
  while (here < lastHere && there < lastThere) {
    const endThere = (end[there] ?? 0) + shift
    const endHere = end[here] ?? 0
    if (endThere + reach <= (start[here] ?? 0)) { there++; continue }
    if (endHere + reach <= (start[there] ?? 0) + shift) { here++; continue }
    unite(parent, here, there)
    if (endHere < endThere) here++
    else there++
  }
}

function unite(parent: Int32Array, a: number, b: number): void {
  const rootA = rootOf(parent, a)
  const rootB = rootOf(parent, b)
  if (rootA < rootB) parent[rootB] = rootA
  else parent[rootA] = rootB
}

function rootOf(parent: Int32Array, run: number): number {
  let at = run
  for (;;) {
    const up = parent[at] ?? at
    if (up === at) return at
    const above = parent[up] ?? up
    parent[at] = above
    at = above
  }
}

/** A root is always the smallest run of its set, so one pass in order gives every run its number. */
function numbered(parent: Int32Array): Labels {
  const ofRun = new Int32Array(parent.length)
  let count = 0
  for (let run = 0; run < parent.length; run++) {
    const root = rootOf(parent, run)
    ofRun[run] = root === run ? count++ : (ofRun[root] ?? 0)
  }
  return { count, ofRun }
}

/** What is known of every component after one pass over its runs. Boxes are inclusive. */
export type Components = Readonly<{
  count: number
  voxels: Float64Array
  /** Flat index of the densest voxel. */
  peak: Int32Array
  firstColumn: Int32Array, lastColumn: Int32Array
  firstRow: Int32Array, lastRow: Int32Array
  firstSlice: Int32Array, lastSlice: Int32Array
  /**
   * Mean of (density in the middle of a run / its peak), weighted by length, over runs of five voxels and more; near 1 in solid things, low
   * where a shell holds marrow. 1 where no run is that long.
   */
  solidity: Float64Array
}>

export function componentsOf(volume: Volume, runs: Runs, labels: Labels): Components {
  const { count } = labels
  const numbers = (fill: number): Int32Array => new Int32Array(count).fill(fill)
  const boxes = {
    firstColumn: numbers(volume.columns), lastColumn: numbers(-1), firstRow: numbers(volume.rows), lastRow: numbers(-1),
    firstSlice: numbers(volume.slices), lastSlice: numbers(-1)
  }
  const voxels = new Float64Array(count)
  const peak = numbers(-1)
  const ratioSum = new Float64Array(count)
  const ratioCount = new Float64Array(count)
  for (let line = 0; line + 1 < runs.firstOfLine.length; line++) {
    const last = runs.firstOfLine[line + 1] ?? 0
    for (let run = runs.firstOfLine[line] ?? 0; run < last; run++) {
      const component = labels.ofRun[run] ?? 0
      const start = runs.start[run] ?? 0
      const length = (runs.end[run] ?? 0) - start
      const peakHere = runs.peak[run] ?? 0
      voxels[component] = (voxels[component] ?? 0) + length
      const peakBefore = peak[component] ?? -1
      if (peakBefore < 0 || (volume.voxels[peakHere] ?? 0) > (volume.voxels[peakBefore] ?? 0)) peak[component] = peakHere
      widen(boxes, component, start - line * volume.columns, length, line, volume.rows)
      if (length < 5) continue
      ratioSum[component] = (ratioSum[component] ?? 0) + (length * Math.max(0, volume.voxels[start + (length >> 1)] ?? 0)) / Math.max(1, volume.voxels[peakHere] ?? 1)
      ratioCount[component] = (ratioCount[component] ?? 0) + length
    }
  }
  const solidity = ratioSum.map((sum, component) => (ratioCount[component] === 0 ? 1 : sum / (ratioCount[component] ?? 1)))
  return { count, voxels, peak, ...boxes, solidity }
}

type Boxes = Pick<Components, 'firstColumn' | 'lastColumn' | 'firstRow' | 'lastRow' | 'firstSlice' | 'lastSlice'>

function widen(boxes: Boxes, component: number, column: number, length: number, line: number, rows: number): void {
  const slice = Math.floor(line / rows)
  const row = line - slice * rows
  if (column < (boxes.firstColumn[component] ?? 0)) boxes.firstColumn[component] = column
  if (column + length - 1 > (boxes.lastColumn[component] ?? 0)) boxes.lastColumn[component] = column + length - 1
  if (row < (boxes.firstRow[component] ?? 0)) boxes.firstRow[component] = row
  if (row > (boxes.lastRow[component] ?? 0)) boxes.lastRow[component] = row
  if (slice < (boxes.firstSlice[component] ?? 0)) boxes.firstSlice[component] = slice
  if (slice > (boxes.lastSlice[component] ?? 0)) boxes.lastSlice[component] = slice
}
