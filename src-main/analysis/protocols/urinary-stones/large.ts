import type { Volume } from '../../../../src-shared/volume.ts'
import { voxelToMm } from '../../volume/geometry.ts'
import type { Vector } from '../../../../src-shared/vector.ts'
import { bodyRadius, type Anatomy } from './anatomy.ts'
import { boxOf, extentMm, type DenseThings } from './find.ts'
import type { Box } from '../../volume/patch.ts'

/** A large dense thing that is solid, not a shell of bone: contrast in hollow organs and vessels, or a staghorn stone. */
export type LargeThing = Readonly<{ component: number, box: Box, peak: number, centreMm: Vector, extentMm: number, meanHu: number, volumeMm3: number }>

type Sums = { hu: number, voxels: number, skeletal: number, point: [number, number, number] }

export function solidLargeThings(volume: Volume, dense: DenseThings, anatomy: Anatomy): LargeThing[] {
  const { components, isLarge } = dense
  const sums = new Map<number, Sums>()
  for (let component = 0; component < components.count; component++) {
    if (isLarge[component] === 1 && (components.solidity[component] ?? 1) > 0.72) sums.set(component, { hu: 0, voxels: 0, skeletal: 0, point: [0, 0, 0] })
  }
  if (sums.size === 0) return []
  addRuns(volume, dense, anatomy, sums)
  const [rowSpacing, columnSpacing] = volume.geometry.pixelSpacingMm
  const voxelMm3 = rowSpacing * columnSpacing * volume.geometry.sliceSpacingMm
  return [...sums].filter(([, { skeletal, voxels }]) => skeletal < 0.35 * voxels).map(([component, { hu, voxels, point }]) => {
    const box = boxOf(components, component)
    return {
      component, box, peak: components.peak[component] ?? 0, extentMm: extentMm(volume, box), meanHu: hu / voxels,
      centreMm: voxelToMm(volume.geometry, point[0] / voxels, point[1] / voxels, point[2] / voxels), volumeMm3: voxels * voxelMm3
    }
  })
}

function addRuns(volume: Volume, { runs, labels }: DenseThings, anatomy: Anatomy, all: Map<number, Sums>): void {
  for (let line = 0; line + 1 < runs.firstOfLine.length; line++) {
    const last = runs.firstOfLine[line + 1] ?? 0
    for (let run = runs.firstOfLine[line] ?? 0; run < last; run++) {
      const sums = all.get(labels.ofRun[run] ?? 0)
      if (sums === undefined) continue
      const start = runs.start[run] ?? 0
      const end = runs.end[run] ?? 0
      const slice = Math.floor(line / volume.rows)
      const row = line - slice * volume.rows
      const column = (start + end - 1) / 2 - line * volume.columns
      for (let index = start; index < end; index++) sums.hu += volume.voxels[index] ?? 0
      sums.voxels += end - start
      if (isSkeletal(anatomy, voxelToMm(volume.geometry, column, row, slice))) sums.skeletal += end - start
      sums.point[0] += column * (end - start)
      sums.point[1] += row * (end - start)
      sums.point[2] += slice * (end - start)
    }
  }
}

/** Where bone lies: the body wall, the spine and, in the pelvis, everything beside the middle. */
function isSkeletal(anatomy: Anatomy, point: Vector): boolean {
  const level = anatomy.levelAt(point[2])
  const lateral = Math.abs(point[0] - level.midlineX)
  const anterior = level.spineY - point[1]
  if (bodyRadius(level, point[0], point[1]) > 0.72 || anterior < -20 || (lateral < 28 && anterior < 16)) return true
  return anatomy.pelvisTopMm !== null && point[2] < anatomy.pelvisTopMm && lateral > 50
}
