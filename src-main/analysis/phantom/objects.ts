import type { FindingKind, StoneLocation } from '../../../src-shared/analysis.ts'
import { add, distance, rotate, scale, subtract, type Vector } from '../../../src-shared/vector.ts'
import { landmarks } from './anatomy.ts'
import type { PhantomObject, PhantomPlace, PhantomRecipe } from './recipe.ts'
import { capsule, ellipsoid, type Shape } from './shapes.ts'

/** A stone or mimic as it is drawn and as it is true. */
export type PlacedObject = Readonly<{
  kind: FindingKind
  centreMm: Vector
  diameterMm: number
  diameterEndsMm: readonly [Vector, Vector]
  volumeMm3: number
  hu: number
  laterality: 'left' | 'right' | 'midline'
  location: StoneLocation
  shapes: readonly Shape[]
}>

/** Points per voxel edge of an object's own boundary: its truth has to hold to a few per thousand. */
const fine = 7

export function placeObjects(recipe: PhantomRecipe): PlacedObject[] {
  return recipe.objects.map((object) => placeObject(object, recipe.bodyScale))
}

function placeObject(object: PhantomObject, bodyScale: number): PlacedObject {
  const side = object.side === 'left' ? 1 : -1
  const centreMm = object.centreMm ?? scale(centreOf(object.place, side, object.along, object.diameterMm), bodyScale)
  const half = object.diameterMm / 2
  const semiAxes: Vector = [half, half * object.shape[0], half * object.shape[1]]
  const arm = rotate([half, 0, 0], object.turnsDeg)
  const isRod = object.kind === 'vessel-calcification' || object.kind === 'metal'
  return {
    kind: object.kind, centreMm, diameterMm: object.diameterMm, hu: object.hu,
    diameterEndsMm: [subtract(centreMm, arm), add(centreMm, arm)],
    volumeMm3: isRod ? rodVolumeMm3(half, semiAxes[1]) : (4 / 3) * Math.PI * semiAxes[0] * semiAxes[1] * semiAxes[2],
    laterality: Math.abs(centreMm[0]) < 8 ? 'midline' : centreMm[0] > 0 ? 'left' : 'right',
    location: object.location ?? locationOf(object.place),
    shapes: [...surroundings(object, centreMm, semiAxes), ...(isRod ? rod(centreMm, arm, semiAxes[1], object.hu) : solid(object, centreMm, semiAxes))]
  }
}

function solid(object: PhantomObject, centre: Vector, semiAxes: Vector): Shape[] {
  const options = { samples: fine, turnsDeg: object.turnsDeg }
  const whole = ellipsoid(centre, semiAxes, object.hu, options)
  if (!object.hasLucentCentre) return [whole]
  return [whole, ellipsoid(centre, scale(semiAxes, 0.45), object.hu * 0.55, options)]
}

function rod(centre: Vector, arm: Vector, radiusMm: number, hu: number): Shape[] {
  const inner = scale(arm, Math.max(0.01, 1 - radiusMm / Math.max(radiusMm, Math.hypot(arm[0], arm[1], arm[2]))))
  return [capsule(subtract(centre, inner), add(centre, inner), radiusMm, hu, fine)]
}

function rodVolumeMm3(half: number, radiusMm: number): number {
  return Math.PI * radiusMm * radiusMm * 2 * (half - radiusMm) + (4 / 3) * Math.PI * radiusMm ** 3
}

/** Soft tissue that a real object of its kind has around it: a ureter's wall, a vein, a full bowel loop. */
function surroundings(object: PhantomObject, centre: Vector, semiAxes: Vector): Shape[] {
  const rim = (thicknessMm: number, hu: number): Shape =>
    ellipsoid(centre, [semiAxes[0] + thicknessMm, semiAxes[1] + thicknessMm, semiAxes[2] + thicknessMm], hu, { turnsDeg: object.turnsDeg })
  switch (object.place) {
    case 'kidney': return [rim(2.5, 8)]
    case 'upper-ureter': case 'distal-ureter': return [rim(2, 30)]
    case 'pelvic-vein': return [capsule(subtract(centre, [0, 9, 6]), add(centre, [0, 9, 6]), 2, 38)]
    case 'bowel': return [ellipsoid(centre, [22, 17, 20], 32), ellipsoid(add(centre, [0, -4 - semiAxes[1], 0]), [9, 4, 9], -950), rim(1.5, 32)]
    default: return []
  }
}

function centreOf(place: PhantomPlace, side: number, along: number, diameterMm: number): Vector {
  const kidney = landmarks.kidney(side)
  switch (place) {
    case 'kidney': return add(kidney, [(along < 0.34 ? 4 : 7) * side, -2 + 6 * along, -28 + 56 * along])
    case 'collecting-system': return add(kidney, [-9 * side, -2, -8 + 16 * along])
    case 'upper-ureter': return onPath(landmarks.ureter(side).slice(0, 4), along)
    case 'distal-ureter': return onPath(landmarks.ureter(side).slice(3), along)
    case 'bladder': return [(-16 + 32 * along) * side, landmarks.bladder[1] + landmarks.bladderAxes[1] * 0.86 - diameterMm / 2 - 3, landmarks.bladder[2] - 3]
    case 'pelvic-vein': return [(50 + 6 * along) * side, 24 + 6 * along, -172 + 10 * along]
    case 'aorta': return [11 + 9.2 * side, 18, -20 + 120 * along]
    case 'iliac-artery': return add(onPath(landmarks.iliacArtery(side).slice(0, 3), 0.2 + 0.6 * along), [4.6 * side, 0, 0])
    case 'bowel': return [(20 + 40 * along) * side, -48, -40 + 70 * along]
    case 'gallbladder-fossa': return [-48, -52, 66]
    case 'near-rib': return [104 * side, 34, 96 + 10 * along]
    case 'near-sacrum': return [49 * side, 44, -116]
  }
}

function locationOf(place: PhantomPlace): StoneLocation {
  switch (place) {
    case 'kidney': case 'collecting-system': return 'kidney'
    case 'upper-ureter': return 'upper-ureter'
    case 'distal-ureter': case 'pelvic-vein': case 'near-sacrum': return 'pelvis'
    case 'bladder': return 'bladder'
    default: return 'outside-urinary-tract'
  }
}

function onPath(path: readonly Vector[], along: number): Vector {
  const lengths = path.slice(1).map((to, index) => distance(path[index] ?? to, to))
  let left = along * lengths.reduce((sum, length) => sum + length, 0)
  for (const [index, length] of lengths.entries()) {
    const from = path[index]
    const to = path[index + 1]
    if (from === undefined || to === undefined) break
    if (left <= length || index === lengths.length - 1) return add(from, scale(subtract(to, from), Math.min(1, left / length)))
    left -= length
  }
  return path[0] ?? [0, 0, 0]
}
