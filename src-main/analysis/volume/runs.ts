import type { Volume } from '../../../src-shared/volume.ts'
import { throwIfCancelled, type CancelSignal } from './cancel.ts'

/**
 * Stretches of neighbouring voxels along a row, all at or above a limit: the sparse form in which islands are labelled and measured.
 * A run covers the flat voxel indices `start` (inclusive) to `end` (exclusive); `peak` is the index of its densest voxel.
 * The runs of image row `line = slice * rows + row` are those from `firstOfLine[line]` to `firstOfLine[line + 1]`.
 */
export type Runs = Readonly<{
  count: number
  start: Int32Array
  end: Int32Array
  peak: Int32Array
  firstOfLine: Int32Array
  limitHu: number
}>

type Building = { count: number, start: Int32Array, end: Int32Array, peak: Int32Array }

/** One pass over the volume. Cancelled between slices. */
export function findRuns(volume: Volume, limitHu: number, signal?: CancelSignal, onSlice?: (slice: number) => void): Runs {
  const { rows, columns, slices, voxels } = volume
  const building = emptyRuns(1 << 15)
  const firstOfLine = new Int32Array(rows * slices + 1)
  const words = columns % 2 === 0 && voxels.byteOffset % 4 === 0 ? new Int32Array(voxels.buffer, voxels.byteOffset, voxels.length >> 1) : null
  for (let slice = 0; slice < slices; slice++) {
    throwIfCancelled(signal)
    for (let row = 0; row < rows; row++) {
      const line = slice * rows + row
      const from = line * columns
      if (words === null) scanStretch(voxels, from, from + columns, limitHu, building)
      else scanWords(voxels, words, from, from + columns, limitHu, building)
      firstOfLine[line + 1] = building.count
    }
    onSlice?.(slice)
  }
  return { ...trimmed(building), firstOfLine, limitHu }
}

/** Runs at a higher limit, looked for only inside the runs that `isKept` names: nothing outside them can reach the limit. */
export function refineRuns(volume: Volume, runs: Runs, limitHu: number, isKept: (run: number) => boolean): Runs {
  const building = emptyRuns(1 << 12)
  const firstOfLine = new Int32Array(runs.firstOfLine.length)
  for (let line = 0; line + 1 < runs.firstOfLine.length; line++) {
    const last = runs.firstOfLine[line + 1] ?? 0
    for (let run = runs.firstOfLine[line] ?? 0; run < last; run++) {
      if (isKept(run)) scanStretch(volume.voxels, runs.start[run] ?? 0, runs.end[run] ?? 0, limitHu, building)
    }
    firstOfLine[line + 1] = building.count
  }
  return { ...trimmed(building), firstOfLine, limitHu }
}

/**
 * Looks at eight voxels at a time, two to a 32-bit word: `limit - 1 - voxel` goes below zero exactly where the voxel reaches the limit, and
 * a borrow between the two halves can only make a false alarm, which the plain scan then settles.
 */
function scanWords(voxels: Int16Array, words: Int32Array, from: number, to: number, limitHu: number, building: Building): void {
  const below = ((limitHu - 1) << 16) | ((limitHu - 1) & 0xffff)
  const signs = 0x80008000 | 0
  const lastWord = to >> 1
  let word = from >> 1
  while (word < lastWord) {
    while (word + 4 <= lastWord && ((
      (below - (words[word] ?? 0)) | (below - (words[word + 1] ?? 0)) | (below - (words[word + 2] ?? 0)) | (below - (words[word + 3] ?? 0))
    ) & signs) === 0) word += 4
    if (word >= lastWord) return
    const stop = Math.min(lastWord, word + 4)
    const reached = scanSome(voxels, word << 1, stop << 1, to, limitHu, building)
    word = Math.max(stop, (reached + 1) >> 1)
  }
}

/** Adds the runs that start in [from, stop), each followed to its end (at most `to`); returns where the last one ended. */
function scanSome(voxels: Int16Array, from: number, stop: number, to: number, limitHu: number, building: Building): number {
  let index = from
  if (building.count > 0 && from > 0 && index < (building.end[building.count - 1] ?? 0)) index = building.end[building.count - 1] ?? index
  while (index < stop) {
    if ((voxels[index] ?? 0) < limitHu) { index++; continue }
    const start = index
    let peak = index
    let peakHu = voxels[index] ?? 0
    for (index++; index < to; index++) {
      const hu = voxels[index] ?? 0
      if (hu < limitHu) break
      if (hu > peakHu) { peakHu = hu; peak = index }
    }
    push(building, start, index, peak)
  }
  return index
}

function scanStretch(voxels: Int16Array, from: number, to: number, limitHu: number, building: Building): void {
  scanSome(voxels, from, to, to, limitHu, building)
}

function push(building: Building, start: number, end: number, peak: number): void {
  if (building.count === building.start.length) {
    building.start = doubled(building.start)
    building.end = doubled(building.end)
    building.peak = doubled(building.peak)
  }
  building.start[building.count] = start
  building.end[building.count] = end
  building.peak[building.count] = peak
  building.count++
}

function doubled(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}

const emptyRuns = (capacity: number): Building =>
  ({ count: 0, start: new Int32Array(capacity), end: new Int32Array(capacity), peak: new Int32Array(capacity) })

const trimmed = ({ count, start, end, peak }: Building): Omit<Runs, 'firstOfLine' | 'limitHu'> =>
  ({ count, start: start.subarray(0, count), end: end.subarray(0, count), peak: peak.subarray(0, count) })
