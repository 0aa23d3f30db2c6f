import { fitBody, type Body } from '../../volume/body-fit.ts'
import type { Neighbourhood } from '../../volume/body-sight.ts'
import { patchToMm } from '../../volume/boundary.ts'
import { unravel, type Patch } from '../../volume/patch.ts'
import { add, distance, dot, length, subtract, type Vector } from '../../../../src-shared/vector.ts'
import { errorMm, frameToMm, inFrame, mostFitted, surroundingsOf, usualBlurMm, type Island, type IslandOptions, type MeasuredIsland } from './island.ts'

/** Share of a voxel from which partial volume changes its density by less than HU are rounded to. */
const mostlyInside = 0.9995

/** Below this is gas, no background of a stone. */
const gasHu = -300

/**
 * Size and density of a stone by the body that explains its voxels best. Where no ellipsoid explains them, as with branched stones, or where
 * the answer leaves the outline, the island stays as it was measured without a model.
 */
export function refineIsland(measured: MeasuredIsland, { noiseHu, softLimitHu }: Pick<IslandOptions, 'noiseHu' | 'softLimitHu'>): Island {
  const { island, patch, region, levelHu } = measured
  const { zone, ring } = surroundingsOf(patch, region)
  if (island.diameter === null || island.touchesDense || zone.length > mostFitted) return island
  const outer = ring.map((index) => patch.hu[index] ?? 0).filter((hu) => hu > gasHu && hu < softLimitHu).toSorted((a, b) => a - b)
  const data = neighbourhoodOf(patch, zone, (index, hu) => hu > gasHu && (region.mask[index] === 1 || hu < levelHu))
  const body = fitBody(data, {
    centre: toFrame(patch, subtract(island.centreMm, patchToMm(patch, 0, 0, 0))), semiAxesMm: island.semiAxesMm, maxHu: island.maxHu,
    backgroundHu: Math.max(0, island.backgroundHu), outerHu: outer[outer.length >> 1] ?? island.backgroundHu, noiseHu, blurMm: usualBlurMm
  })
  return isPlausible(island, body, patch, noiseHu) ? withBody(island, body, data, patch) : island
}

function isPlausible(island: Island, body: Body, patch: Patch, noiseHu: number): boolean {
  const outlineMm = island.diameter?.lengthMm ?? 0
  const contrastHu = island.maxHu - island.backgroundHu
  const voxelMm = Math.max(...patch.geometry.pixelSpacingMm)
  return body.misfitHu < Math.max(1.8 * noiseHu, 0.06 * contrastHu) && body.plateauHu > 0.8 * island.maxHu && body.plateauHu - body.backgroundHu < 2 * contrastHu &&
    body.semiAxesMm[2] > 0.2 && distance(frameToMm(patch, body.centre), island.centreMm) < 0.25 * outlineMm + voxelMm
}

function withBody(island: Island, body: Body, data: Neighbourhood, patch: Patch): Island {
  const centreMm = frameToMm(patch, body.centre)
  const arm = inFrame(patch.geometry, body.arm)
  const diameter = { lengthMm: 2 * length(arm), endsMm: [subtract(centreMm, arm), add(centreMm, arm)] as const }
  const free = island.huVoxels > 0 ? freeOfPartialVolume(data, body) : []
  const isSharper = free.length > island.huVoxels
  return {
    ...island, centreMm, diameter, diameterErrorMm: errorMm(patch, diameter), volumeMm3: body.volumeMm3, semiAxesMm: body.semiAxesMm,
    plateauHu: body.plateauHu, huVoxels: isSharper ? free.length : island.huVoxels,
    meanHu: isSharper ? free.reduce((sum, hu) => sum + hu, 0) / free.length : island.huVoxels > 0 ? island.meanHu : body.plateauHu
  }
}

/** Densities of the voxels that the body fills to within what a thousandth of partial volume changes: measured, not fitted. */
function freeOfPartialVolume(data: Neighbourhood, { shares }: Body): number[] {
  return [...data.hu].filter((_, index) => data.isUsed[index] === 1 && (shares[index] ?? 0) > mostlyInside)
}

const toFrame = ({ geometry }: Patch, offset: Vector): Vector => [dot(offset, geometry.rowDirection), dot(offset, geometry.columnDirection), dot(offset, geometry.normal)]

/** The box around `zone`; the voxels of the zone that pass `test` are to be explained. */
function neighbourhoodOf(patch: Patch, zone: readonly number[], test: (index: number, hu: number) => boolean): Neighbourhood {
  const { geometry } = patch
  const places = zone.map((index) => unravel(patch, index))
  const [from, to] = [Math.min, Math.max].map((pick) => places.reduce<Vector>((found, at) => [pick(found[0], at[0]), pick(found[1], at[1]), pick(found[2], at[2])], places[0] ?? [0, 0, 0]))
  const [first = [0, 0, 0], last = [0, 0, 0]] = [from, to]
  const [columns, rows, slices] = [last[0] - first[0] + 1, last[1] - first[1] + 1, last[2] - first[2] + 1]
  const hu = new Float64Array(columns * rows * slices)
  const isUsed = new Uint8Array(hu.length)
  for (const [at, index] of zone.entries()) {
    const [column, row, slice] = places[at] ?? first
    const place = ((slice - first[2]) * rows + row - first[1]) * columns + column - first[0]
    hu[place] = patch.hu[index] ?? 0
    isUsed[place] = test(index, patch.hu[index] ?? 0) ? 1 : 0
  }
  const corner = patchToMm(patch, 0, 0, 0)
  return {
    columns, rows, hu, isUsed, stepMm: [geometry.pixelSpacingMm[1], geometry.pixelSpacingMm[0]], thicknessMm: geometry.sliceThicknessMm ?? geometry.sliceSpacingMm,
    cornersMm: Array.from({ length: slices }, (_, slice) => toFrame(patch, subtract(patchToMm(patch, first[0], first[1], first[2] + slice), corner)))
  }
}
