import type { VolumeGeometry } from '../../../src-shared/volume.ts'
import { geometryOf } from '../volume/geometry.ts'
import { add, rotate, scale, type Vector } from '../../../src-shared/vector.ts'
import type { PhantomRecipe } from './recipe.ts'

/** Slice planes of a recipe in geometric order: orientation, tilt, uneven gaps and missing slices applied. */
export function stackOf(recipe: PhantomRecipe): VolumeGeometry {
  const tilt = (recipe.tiltDeg * Math.PI) / 180
  const turn = (direction: Vector): Vector => rotate(direction, recipe.turnsDeg)
  const rowDirection = turn([1, 0, 0])
  const columnDirection = turn([0, Math.cos(tilt), Math.sin(tilt)])
  const stackDirection = turn([0, 0, 1])
  const alongStack = sliceOffsetsMm(recipe).map((offset) => offset / Math.cos(tilt))
  const [rowSpacing, columnSpacing] = recipe.pixelSpacingMm
  const corner = add(
    scale(rowDirection, (-(recipe.columns - 1) / 2) * columnSpacing),
    scale(columnDirection, (-(recipe.rows - 1) / 2) * rowSpacing))
  const originsMm = alongStack.map((offset) => add(recipe.centreMm, add(corner, scale(stackDirection, offset))))
  return geometryOf({
    originsMm: originsMm.map(roundPoint), rowDirection, columnDirection, pixelSpacingMm: recipe.pixelSpacingMm,
    sliceThicknessMm: recipe.sliceThicknessMm ?? recipe.sliceSpacingMm
  })
}

/** Offsets of the written slices along the normal, centred on 0. */
function sliceOffsetsMm(recipe: PhantomRecipe): number[] {
  const offsets: number[] = []
  let at = 0
  for (let slice = 0; slice < recipe.slices; slice++) {
    if (slice > 0) at += recipe.sliceSpacingMm
    for (const gap of recipe.extraGaps) if (gap.beforeSlice === slice) at += gap.extraMm
    offsets.push(at)
  }
  const missing = new Set(recipe.missingSlices)
  return offsets.filter((_, slice) => !missing.has(slice)).map((offset) => offset - at / 2)
}

/** Image Position is written with six decimals; the phantom is rendered where the file says it lies. */
const roundPoint = (point: Vector): Vector => [round6(point[0]), round6(point[1]), round6(point[2])]
const round6 = (value: number): number => Math.round(value * 1e6) / 1e6
