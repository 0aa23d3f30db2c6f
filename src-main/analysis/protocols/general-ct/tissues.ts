import type { Volume } from '../../../../src-shared/volume.ts'
import { sliceExtentsMm, voxelToMm } from '../../volume/geometry.ts'
import type { Body } from './body.ts'

/** Classes that divide every density: `fromHu` inclusive, up to the next. */
export const tissueClasses = [
  { name: 'air', label: 'Air inside the body', fromHu: -Infinity },
  { name: 'lung', label: 'Lung', fromHu: -930 },
  { name: 'mixed', label: 'Between lung and fat (partial volume)', fromHu: -500 },
  { name: 'fat', label: 'Fat', fromHu: -190 },
  { name: 'soft-tissue', label: 'Soft tissue', fromHu: -30 },
  { name: 'bone', label: 'Bone, calcium and contrast', fromHu: 150 }
] as const

const binHu = 100
const lowestHu = -1100
const bins = 43

export type Tissues = Readonly<{
  /** Millilitres per class, in the order of `tissueClasses`; true slice distances. */
  volumesMl: readonly number[]
  /** Millilitres per 100 HU from -1100. What lies outside falls into the first and last bin. */
  histogramMl: readonly number[]
  /** Size of the box around the body along left-right, front-back, feet-head, mm: voxel edges in the plane, first to last slice across it. */
  extentMm: readonly [number, number, number]
  meanHu: number
}>

export function measureTissues(volume: Volume, body: Body): Tissues {
  const counts = new Float64Array(4096)
  const voxelMl = sliceExtentsMm(volume.geometry).map((extent) => (extent * volume.geometry.pixelSpacingMm[0] * volume.geometry.pixelSpacingMm[1]) / 1000)
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  const widen = (column: number, row: number, slice: number): void => {
    voxelToMm(volume.geometry, column, row, slice).forEach((mm, axis) => {
      low[axis] = Math.min(low[axis] ?? mm, mm)
      high[axis] = Math.max(high[axis] ?? mm, mm)
    })
  }
  body.forStretches((start, end, slice, row) => {
    const ml = voxelMl[slice] ?? 0
    for (let index = start; index < end; index++) {
      const at = Math.max(0, Math.min(4095, (volume.voxels[index] ?? 0) + 1024))
      counts[at] = (counts[at] ?? 0) + ml
    }
    const first = start - (slice * volume.rows + row) * volume.columns
    widen(first - 0.5, row - 0.5, slice)
    widen(first + end - start - 0.5, row + 0.5, slice)
  })
  return { ...summarise(counts), extentMm: [span(low, high, 0), span(low, high, 1), span(low, high, 2)] }
}

const span = (low: readonly number[], high: readonly number[], axis: number): number => Math.max(0, (high[axis] ?? 0) - (low[axis] ?? 0))

function summarise(counts: Float64Array): Omit<Tissues, 'extentMm'> {
  const volumesMl = tissueClasses.map(() => 0)
  const histogramMl = Array.from({ length: bins }, () => 0)
  let sum = 0
  let total = 0
  for (const [at, ml] of counts.entries()) {
    const hu = at - 1024
    const which = tissueClasses.findLastIndex(({ fromHu }) => hu >= fromHu)
    volumesMl[which] = (volumesMl[which] ?? 0) + ml
    const bin = Math.max(0, Math.min(bins - 1, Math.floor((hu - lowestHu) / binHu)))
    histogramMl[bin] = (histogramMl[bin] ?? 0) + ml
    sum += ml * hu
    total += ml
  }
  return { volumesMl, histogramMl, meanHu: total === 0 ? 0 : sum / total }
}

/** Lower edge of a histogram bin, HU. */
export const binFromHu = (bin: number): number => lowestHu + bin * binHu
