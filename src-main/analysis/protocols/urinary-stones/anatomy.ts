import type { Volume } from '../../../../src-shared/volume.ts'
import type { Vector } from '../../../../src-shared/vector.ts'
import type { DenseThings } from './find.ts'

/** One level of the body, a few millimetres high. All in mm (LPS). */
export type Level = {
  readonly bodyCentre: readonly [number, number]
  readonly bodyHalf: readonly [number, number]
  midlineX: number
  spineY: number
  readonly hasSpine: boolean
  /** Lung fills a good part of the level. */
  readonly isThorax: boolean
}

/** What the geometry of body and bone tells: the midline, the depth of the spine, and how far up the bony pelvis reaches. */
export type Anatomy = Readonly<{
  levelAt: (zMm: number) => Level
  hasSpine: boolean
  /** Top of the iliac wings and of the hip joints, mm; null where the volume shows no pelvis. */
  pelvisTopMm: number | null
  hipTopMm: number | null
  /** Share of the prevertebral soft tissue that is enhanced (130 to 500 HU). */
  enhancedShare: number
}>

const cell = 4
const cells = 256
const toCell = (mm: number, centre: number): number => Math.max(0, Math.min(cells - 1, Math.round((mm - centre) / cell) + cells / 2))

type Bins = Readonly<{ firstMm: number, heightMm: number, count: number, centre: Vector }>

export function readAnatomy(volume: Volume, dense: DenseThings): Anatomy {
  const bins = binsOf(volume)
  const body = sampleBody(volume, bins)
  const bone = gatherBone(volume, dense, bins)
  const levels = Array.from({ length: bins.count }, (_, bin) => levelOf(bins, body, bone, bin))
  smooth(levels)
  const pelvis = Array.from({ length: bins.count }, (_, bin) => lateralBone(bins, levels[bin], bone, bin))
  const levelAt = (zMm: number): Level => levels[binOf(bins, zMm)] ?? emptyLevel
  const topOf = (areaMm2: number): number | null => topOfPelvis(bins, pelvis, areaMm2)
  return {
    levelAt, hasSpine: levels.some(({ hasSpine }) => hasSpine), pelvisTopMm: topOf(110), hipTopMm: topOf(1100),
    enhancedShare: enhancedShare(volume, levelAt)
  }
}

const emptyLevel: Level = { bodyCentre: [0, 0], bodyHalf: [150, 100], midlineX: 0, spineY: 40, hasSpine: false, isThorax: false }

function binsOf(volume: Volume): Bins {
  const corners = cornersOf(volume)
  const low = Math.min(...corners.map((corner) => corner[2]))
  const high = Math.max(...corners.map((corner) => corner[2]))
  const heightMm = Math.max(6, volume.geometry.sliceSpacingMm * 1.01)
  const middle = (axis: 0 | 1 | 2): number => (Math.min(...corners.map((corner) => corner[axis])) + Math.max(...corners.map((corner) => corner[axis]))) / 2
  return { firstMm: low, heightMm, count: Math.max(1, Math.ceil((high - low + 0.01) / heightMm)), centre: [middle(0), middle(1), middle(2)] }
}

function cornersOf(volume: Volume): Vector[] {
  return [0, volume.slices - 1].flatMap((slice) => [0, volume.rows - 1].flatMap((row) => [0, volume.columns - 1].map((column) => placeOf(volume, column, row, slice))))
}

function placeOf({ geometry }: Volume, column: number, row: number, slice: number): Vector {
  const origin = geometry.originsMm[slice] ?? [0, 0, 0]
  const [rowSpacing, columnSpacing] = geometry.pixelSpacingMm
  const { rowDirection, columnDirection } = geometry
  const along = column * columnSpacing
  const down = row * rowSpacing
  return [
    origin[0] + along * rowDirection[0] + down * columnDirection[0],
    origin[1] + along * rowDirection[1] + down * columnDirection[1],
    origin[2] + along * rowDirection[2] + down * columnDirection[2]
  ]
}

const binOf = (bins: Bins, zMm: number): number => Math.max(0, Math.min(bins.count - 1, Math.floor((zMm - bins.firstMm) / bins.heightMm)))

type Histograms = Readonly<{ x: Float64Array, y: Float64Array, lung: Float64Array, tissue: Float64Array }>

/** Soft tissue seen on a coarse grid of about 5 mm: where the body begins and ends at each level. The table is thin and falls to the percentiles. */
function sampleBody(volume: Volume, bins: Bins): Histograms {
  const x = new Float64Array(bins.count * cells)
  const y = new Float64Array(bins.count * cells)
  const lung = new Float64Array(bins.count)
  const tissue = new Float64Array(bins.count)
  forSamples(volume, 5, (place, hu) => {
    const level = binOf(bins, place[2])
    if (hu > -930 && hu < -600) lung[level] = (lung[level] ?? 0) + 1
    if (hu < -200 || hu > 300) return
    tissue[level] = (tissue[level] ?? 0) + 1
    const bin = level * cells
    const cx = bin + toCell(place[0], bins.centre[0])
    const cy = bin + toCell(place[1], bins.centre[1])
    x[cx] = (x[cx] ?? 0) + 1
    y[cy] = (y[cy] ?? 0) + 1
  })
  return { x, y, lung, tissue }
}

function forSamples(volume: Volume, stepMm: number, visit: (place: Vector, hu: number) => void): void {
  const [rowSpacing, columnSpacing] = volume.geometry.pixelSpacingMm
  const stepRow = Math.max(1, Math.round(stepMm / rowSpacing))
  const stepColumn = Math.max(1, Math.round(stepMm / columnSpacing))
  const stepSlice = Math.max(1, Math.floor(stepMm / volume.geometry.sliceSpacingMm))
  for (let slice = 0; slice < volume.slices; slice += stepSlice) {
    for (let row = 0; row < volume.rows; row += stepRow) {
      for (let column = 0; column < volume.columns; column += stepColumn) {
        visit(placeOf(volume, column, row, slice), volume.voxels[(slice * volume.rows + row) * volume.columns + column] ?? 0)
      }
    }
  }
}

/** Volume of bone per level and cell of a coarse map (x by y), mm³: from runs, never from all voxels. */
function gatherBone(volume: Volume, dense: DenseThings, bins: Bins): Float32Array {
  const { runs, labels, components, isLarge } = dense
  const map = new Float32Array(bins.count * boneCells * boneCells)
  const [rowSpacing, columnSpacing] = volume.geometry.pixelSpacingMm
  const voxelMm3 = rowSpacing * columnSpacing * volume.geometry.sliceSpacingMm
  for (let line = 0; line + 1 < runs.firstOfLine.length; line++) {
    const last = runs.firstOfLine[line + 1] ?? 0
    const slice = Math.floor(line / volume.rows)
    for (let run = runs.firstOfLine[line] ?? 0; run < last; run++) {
      const component = labels.ofRun[run] ?? 0
      if (isLarge[component] !== 1 || (components.solidity[component] ?? 1) > 0.85) continue
      const start = (runs.start[run] ?? 0) - line * volume.columns
      const length = (runs.end[run] ?? 0) - (runs.start[run] ?? 0)
      addRun(volume, bins, map, start, length, line - slice * volume.rows, slice, voxelMm3)
    }
  }
  return map
}

const boneCells = 128
const toBoneCell = (mm: number, centre: number): number => Math.max(0, Math.min(boneCells - 1, Math.round((mm - centre) / cell) + boneCells / 2))
const boneMm = (index: number, centre: number): number => (index - boneCells / 2) * cell + centre

/** Long runs are spread over their length in pieces of about one cell. */
function addRun(volume: Volume, bins: Bins, map: Float32Array, start: number, length: number, row: number, slice: number, voxelMm3: number): void {
  const pieces = Math.max(1, Math.round((length * volume.geometry.pixelSpacingMm[1]) / cell))
  for (let piece = 0; piece < pieces; piece++) {
    const place = placeOf(volume, start + ((piece + 0.5) * length) / pieces, row, slice)
    const index = (binOf(bins, place[2]) * boneCells + toBoneCell(place[1], bins.centre[1])) * boneCells + toBoneCell(place[0], bins.centre[0])
    map[index] = (map[index] ?? 0) + (length * voxelMm3) / pieces
  }
}

function levelOf(bins: Bins, body: Histograms, bone: Float32Array, bin: number): Level {
  const [left, right] = percentiles(body.x, bin, bins.centre[0])
  const [front, back] = percentiles(body.y, bin, bins.centre[1])
  const bodyCentre = [(left + right) / 2, (front + back) / 2] as const
  const midlineX = weightedMedian(bone, bins, bin, 0, (x) => Math.abs(x - bodyCentre[0]) < 48)
  const spineY = midlineX === null ? null : weightedMedian(bone, bins, bin, 1, (x, y) => Math.abs(x - midlineX) < 22 && y > bodyCentre[1] - 10)
  return {
    bodyCentre, bodyHalf: [Math.max(20, (right - left) / 2), Math.max(20, (back - front) / 2)],
    midlineX: midlineX ?? Number.NaN, spineY: spineY ?? Number.NaN, hasSpine: spineY !== null,
    isThorax: (body.lung[bin] ?? 0) > 0.2 * (body.tissue[bin] ?? 0)
  }
}

function percentiles(histogram: Float64Array, bin: number, centre: number): [number, number] {
  const counts = histogram.subarray(bin * cells, (bin + 1) * cells)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const place = (share: number): number => {
    let sum = 0
    const index = counts.findIndex((count) => { sum += count; return sum >= share * total })
    return ((index < 0 ? cells / 2 : index) - cells / 2) * cell + centre
  }
  return [place(0.01), place(0.985)]
}

/** Median coordinate (axis 0: x, 1: y) of the bone of a level that passes a test, weighted by volume; null under 200 mm³. */
function weightedMedian(bone: Float32Array, bins: Bins, bin: number, axis: 0 | 1, test: (x: number, y: number) => boolean): number | null {
  const weights = new Float64Array(boneCells)
  for (let row = 0; row < boneCells; row++) {
    for (let column = 0; column < boneCells; column++) {
      const weight = bone[(bin * boneCells + row) * boneCells + column] ?? 0
      if (weight > 0 && test(boneMm(column, bins.centre[0]), boneMm(row, bins.centre[1]))) {
        const at = axis === 0 ? column : row
        weights[at] = (weights[at] ?? 0) + weight
      }
    }
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (total < 200) return null
  let sum = 0
  for (const [index, weight] of weights.entries()) {
    if (sum + weight >= total / 2) return boneMm(index + (weight === 0 ? 0 : (total / 2 - sum) / weight - 0.5), bins.centre[axis])
    sum += weight
  }
  return null
}

/** Midline and spine depth change slowly along the body: a median over 7 levels, and the nearest known level where none is seen. */
function smooth(levels: Level[]): void {
  for (const key of ['midlineX', 'spineY'] as const) {
    const known = levels.map((level) => level[key])
    for (const [index, level] of levels.entries()) {
      let reach = 3
      let near: number[] = []
      while (near.length === 0 && reach < levels.length + 3) {
        near = known.slice(Math.max(0, index - reach), index + reach + 1).filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b)
        reach += 2
      }
      const fallback = key === 'midlineX' ? level.bodyCentre[0] : level.bodyCentre[1] + 0.4 * level.bodyHalf[1]
      level[key] = near[near.length >> 1] ?? fallback
    }
  }
}

/** Area of bone beside the spine but deeper than the ribs, mm², the smaller of both sides. */
function lateralBone(bins: Bins, level: Level | undefined, bone: Float32Array, bin: number): number {
  if (level === undefined || level.isThorax) return 0
  const sides = [0, 0]
  for (let row = 0; row < boneCells; row++) {
    for (let column = 0; column < boneCells; column++) {
      const weight = bone[(bin * boneCells + row) * boneCells + column] ?? 0
      if (weight === 0) continue
      const x = boneMm(column, bins.centre[0])
      const y = boneMm(row, bins.centre[1])
      if (Math.abs(x - level.midlineX) < 50 || bodyRadius(level, x, y) > 0.74) continue
      const side = x > level.midlineX ? 0 : 1
      sides[side] = (sides[side] ?? 0) + weight / bins.heightMm
    }
  }
  return Math.min(...sides)
}

/** 0 in the middle of the body, 1 on the ellipse around it. */
export function bodyRadius(level: Level, x: number, y: number): number {
  return Math.hypot((x - level.bodyCentre[0]) / level.bodyHalf[0], (y - level.bodyCentre[1]) / level.bodyHalf[1])
}

/** From the feet upward: the last level before four in a row with less bone than asked. */
function topOfPelvis(bins: Bins, areas: readonly number[], areaMm2: number): number | null {
  const first = areas.findIndex((area, bin) => area >= areaMm2 && (areas[bin + 1] ?? area) >= areaMm2 * 0.8)
  if (first < 0) return null
  let top = first
  for (let bin = first; bin < areas.length && bin - top < 5; bin++) if ((areas[bin] ?? 0) >= areaMm2) top = bin
  return bins.firstMm + (top + 1) * bins.heightMm
}

/** Aorta and vena cava lie before the vertebral bodies; without contrast next to nothing there lies between 130 and 500 HU. */
function enhancedShare(volume: Volume, levelAt: (zMm: number) => Level): number {
  let inside = 0
  let enhanced = 0
  forSamples(volume, 5, (place, hu) => {
    const level = levelAt(place[2])
    const before = level.spineY - place[1]
    if (Math.abs(place[0] - level.midlineX) > 24 || before < 26 || before > 42 || hu < 0) return
    inside++
    if (hu > 130 && hu < 500) enhanced++
  })
  return inside < 50 ? 0 : enhanced / inside
}
