import type { Volume } from '../../../../src-shared/volume.ts'
import { componentsOf, labelRuns, type Components, type Labels } from '../../volume/components.ts'
import { findRuns, refineRuns, type Runs } from '../../volume/runs.ts'
import type { Box } from '../../volume/patch.ts'
import { throwIfCancelled, type CancelSignal } from '../../volume/cancel.ts'

/** A dense component small enough to be an island, and the limit at which it stands alone. */
export type Seed = Readonly<{ box: Box, peak: number, voxels: number, limitHu: number, solidity: number }>

/** All that lies above the soft limit: islands to be measured, and large things (bone, contrast) as runs. */
export type DenseThings = Readonly<{
  seeds: readonly Seed[]
  runs: Runs
  labels: Labels
  components: Components
  /** Per component: 1 where it is larger than an island. */
  isLarge: Uint8Array
}>

/** Longest extent of an island, mm. Larger stones are looked for among the large things. */
export const islandMm = 34
const refinements = [260, 420, 650, 950] as const

/**
 * One scan at the soft limit, then only inside what it found: large components are taken apart at higher limits, so that a stone touching
 * bone through partial volume comes loose, while pieces of bone are told by their surroundings.
 */
export function findDense(volume: Volume, softLimitHu: number, signal: CancelSignal | undefined, onSlice: (slice: number) => void): DenseThings {
  const runs = findRuns(volume, softLimitHu, signal, onSlice)
  const labels = labelRuns(runs, volume)
  const components = componentsOf(volume, runs, labels)
  const isLarge = largeOnes(volume, components)
  const seeds: Seed[] = []
  collect(volume, components, isLarge, softLimitHu, seeds)
  let [level, levelLabels, levelLarge] = [runs, labels, isLarge]
  for (const limitHu of refinements.filter((limit) => limit > softLimitHu)) {
    throwIfCancelled(signal)
    const [from, of, large] = [level, levelLabels, levelLarge]
    level = refineRuns(volume, from, limitHu, (run) => large[of.ofRun[run] ?? 0] === 1)
    levelLabels = labelRuns(level, volume)
    const parts = componentsOf(volume, level, levelLabels)
    levelLarge = largeOnes(volume, parts)
    collect(volume, parts, levelLarge, limitHu, seeds, (peak) => standsAlone(volume, peak, softLimitHu))
  }
  return { seeds, runs, labels, components, isLarge }
}

export function boxOf(components: Components, component: number): Box {
  const at = (values: Int32Array): number => values[component] ?? 0
  return {
    firstColumn: at(components.firstColumn), lastColumn: at(components.lastColumn), firstRow: at(components.firstRow), lastRow: at(components.lastRow),
    firstSlice: at(components.firstSlice), lastSlice: at(components.lastSlice)
  }
}

/** Longest side of a box, mm. */
export function extentMm(volume: Volume, box: Box): number {
  const { geometry } = volume
  const [rowSpacing, columnSpacing] = geometry.pixelSpacingMm
  return Math.max(
    (box.lastColumn - box.firstColumn + 1) * columnSpacing, (box.lastRow - box.firstRow + 1) * rowSpacing,
    (box.lastSlice - box.firstSlice + 1) * geometry.sliceSpacingMm)
}

function largeOnes(volume: Volume, components: Components): Uint8Array {
  return Uint8Array.from({ length: components.count }, (_, component) => (extentMm(volume, boxOf(components, component)) > islandMm ? 1 : 0))
}

function collect(volume: Volume, components: Components, isLarge: Uint8Array, limitHu: number, seeds: Seed[], test: (peak: number) => boolean = () => true): void {
  const [rowSpacing, columnSpacing] = volume.geometry.pixelSpacingMm
  const voxelMm3 = rowSpacing * columnSpacing * volume.geometry.sliceSpacingMm
  for (let component = 0; component < components.count; component++) {
    if (isLarge[component] === 1) continue
    const voxels = components.voxels[component] ?? 0
    const peak = components.peak[component] ?? 0
    if (voxels < 2 && voxels * voxelMm3 < 2) continue
    if (test(peak)) seeds.push({ box: boxOf(components, component), peak, voxels, limitHu, solidity: components.solidity[component] ?? 1 })
  }
}

const rays: readonly (readonly [number, number])[] = [[1, 0], [-1, 0], [0, 1], [0, -1], [0.7, 0.7], [0.7, -0.7], [-0.7, 0.7], [-0.7, -0.7]]

/** Walks 14 mm from a peak along eight directions in the plane and two across: an island meets soft tissue nearly everywhere, a piece of bone does not. */
function standsAlone(volume: Volume, peak: number, softLimitHu: number): boolean {
  const { columns, rows, slices, voxels, geometry } = volume
  const column = peak % columns
  const line = (peak - column) / columns
  const row = line % rows
  const slice = (line - row) / rows
  const [rowSpacing, columnSpacing] = geometry.pixelSpacingMm
  const reach = 14
  const escapes = (stepColumn: number, stepRow: number, stepSlice: number, stepMm: number): boolean => {
    for (let step = 1; step * stepMm <= reach; step++) {
      const c = Math.round(column + step * stepColumn)
      const r = Math.round(row + step * stepRow)
      const s = slice + step * stepSlice
      if (c < 0 || r < 0 || s < 0 || c >= columns || r >= rows || s >= slices) return true
      if ((voxels[(s * rows + r) * columns + c] ?? 0) < softLimitHu) return true
    }
    return false
  }
  const inPlane = rays.filter(([x, y]) => escapes(x, (y * columnSpacing) / rowSpacing, 0, columnSpacing)).length
  const across = [1, -1].filter((direction) => escapes(0, 0, direction, geometry.sliceSpacingMm)).length
  return inPlane + across >= 8 && across >= 1
}
