import { allSteps, faceSteps, neighbour, planeSteps, unravel, type Patch } from './patch.ts'
import type { Vector } from '../../../src-shared/vector.ts'

/** A connected set of voxels of a patch. `mask[index]` is 1 inside. */
export type Region = Readonly<{
  mask: Uint8Array
  indices: readonly number[]
  /** It runs into the border of the patch although the volume goes on: it is larger than the patch. */
  isLeaking: boolean
  /** It is cut off by the first or last slice, or by the edge of the image. */
  isCut: boolean
}>

/** All voxels at or above `levelHu` joined to the seed by faces or edges or corners. */
export function growRegion(patch: Patch, seed: number, levelHu: number): Region {
  const mask = new Uint8Array(patch.hu.length)
  const indices: number[] = []
  let isLeaking = false
  let isCut = false
  if ((patch.hu[seed] ?? -Infinity) >= levelHu) { mask[seed] = 1; indices.push(seed) }
  for (let next = 0; next < indices.length; next++) {
    const [column, row, slice] = unravel(patch, indices[next] ?? 0)
    const end = borderOf(patch, column, row, slice)
    if (end === 'volume') isCut = true
    if (end === 'patch') isLeaking = true
    for (const step of allSteps) {
      const other = neighbour(patch, column, row, slice, step)
      if (other < 0 || mask[other] === 1 || (patch.hu[other] ?? 0) < levelHu) continue
      mask[other] = 1
      indices.push(other)
    }
  }
  return { mask, indices, isLeaking, isCut }
}

function borderOf(patch: Patch, column: number, row: number, slice: number): 'inside' | 'patch' | 'volume' {
  const { isVolumeEnd } = patch
  const ends = [
    column === 0 ? isVolumeEnd.columns[0] : null, column === patch.columns - 1 ? isVolumeEnd.columns[1] : null,
    row === 0 ? isVolumeEnd.rows[0] : null, row === patch.rows - 1 ? isVolumeEnd.rows[1] : null,
    slice === 0 ? isVolumeEnd.slices[0] : null, slice === patch.slices - 1 ? isVolumeEnd.slices[1] : null
  ]
  if (ends.includes(false)) return 'patch'
  return ends.includes(true) ? 'volume' : 'inside'
}

/** Voxels around a region: `zone` holds the region and what its blur and partial volume reach, `ring` the next layer. */
export type Surroundings = Readonly<{ zone: readonly number[], ring: readonly number[] }>

/** Grows by whole voxels in the plane and by whole slices, which are of other sizes; both counts are given. */
export function surround(patch: Patch, region: Region, planeLayers: number, sliceLayers: number): Surroundings {
  const layer = Uint8Array.from(region.mask)
  let front = dilate(patch, layer, region.indices, sliceSteps, sliceLayers)
  front = [...region.indices, ...front]
  const added = dilate(patch, layer, front, planeSteps, planeLayers)
  const zone = [...front, ...added]
  const ring = dilate(patch, layer, zone, planeSteps, 1)
  return { zone, ring }
}

const sliceSteps: readonly Vector[] = faceSteps.filter((step) => step[2] !== 0)

/** Adds `times` layers of unmarked neighbours to `layer`; returns what was added. */
function dilate(patch: Patch, layer: Uint8Array, from: readonly number[], steps: readonly Vector[], times: number): number[] {
  const added: number[] = []
  let front = from
  for (let time = 0; time < times; time++) {
    const next: number[] = []
    for (const index of front) {
      const [column, row, slice] = unravel(patch, index)
      for (const step of steps) {
        const other = neighbour(patch, column, row, slice, step)
        if (other < 0 || layer[other] === 1) continue
        layer[other] = 1
        next.push(other)
      }
    }
    added.push(...next)
    front = next
  }
  return added
}

/**
 * How deep each voxel lies in its region: 0 at the rim, 1 where all 26 neighbours belong to it (then no partial volume can reach it if the
 * thing is convex), 2 and more for further layers in the plane (then the scanner's blur does not reach it either).
 */
export function depths(patch: Patch, region: Region, deepest = 4): Map<number, number> {
  const depth = new Map<number, number>()
  let core = region.indices.filter((index) => hasAll(patch, index, allSteps, (other) => region.mask[other] === 1))
  for (const index of region.indices) depth.set(index, 0)
  for (let level = 1; level <= deepest && core.length > 0; level++) {
    for (const index of core) depth.set(index, level)
    const current = level
    core = core.filter((index) => hasAll(patch, index, planeSteps, (other) => (depth.get(other) ?? 0) >= current))
  }
  return depth
}

function hasAll(patch: Patch, index: number, steps: readonly Vector[], test: (other: number) => boolean): boolean {
  const [column, row, slice] = unravel(patch, index)
  return steps.every((step) => {
    const other = neighbour(patch, column, row, slice, step)
    return other >= 0 && test(other)
  })
}
