import type { Vector } from '../../../src-shared/vector.ts'
import type { PhantomRecipe } from './recipe.ts'
import { capsule, disc, ellipsoid, sphere, tube, type Shape } from './shapes.ts'

/** Landmarks of the abdomen, mm (LPS), before scaling; `side` is +1 for the patient's left, -1 for the right. */
export const landmarks = {
  kidney: (side: number): Vector => [66 * side, 26, side > 0 ? 72 : 58],
  ureter: (side: number): Vector[] => [
    [50 * side, 22, 48], [40 * side, 12, 10], [36 * side, 6, -40], [37 * side, 10, -80], [47 * side, 27, -118], [43 * side, 22, -138], [24 * side, 6, -158]
  ],
  aorta: [[11, 18, 260], [11, 18, -45]] satisfies Vector[],
  iliacArtery: (side: number): Vector[] => [[11, 18, -45], [28 * side, 6, -85], [54 * side, -8, -128], [64 * side, -34, -190]],
  bladder: [0, -22, -150] satisfies Vector,
  bladderAxes: [38, 32, 30] satisfies Vector
} as const

const hu = { fat: -100, muscle: 52, cavity: -95, liver: 58, kidney: 32, blood: 44, urine: 6, marrow: 180, cortex: 650, gas: -950, bowel: 32 } as const

/** The abdomen in painting order: later shapes replace earlier ones. */
export function abdomen(recipe: PhantomRecipe): Shape[] {
  const enhanced = recipe.contrast === 'none' ? 0 : 1
  const blood = hu.blood + enhanced * 170
  const kidney = hu.kidney + enhanced * 130
  const urine = recipe.contrast === 'excretory' ? 900 : hu.urine
  const shapes = [
    ...trunk(), ...organs(), ...bothSides((side) => kidneyAndUreter(side, kidney, urine)), ...vessels(blood),
    ...pelvicOrgans(recipe.contrast === 'excretory' ? 500 : hu.urine), ...spine(), ...bothSides(ribs), ...pelvis()
  ]
  return recipe.bodyScale === 1 ? shapes : shapes.map((shape) => scaled(shape, recipe.bodyScale))
}

/** A cylinder of water with a rod of fat: for the ruler, where only simple truths count. */
export function waterPhantom(): Shape[] {
  return [
    ellipsoid([0, 0, 0], [40, 40, Infinity], 0),
    ellipsoid([0, 24, 0], [10, 10, Infinity], -100)
  ]
}

const bothSides = (build: (side: number) => Shape[]): Shape[] => [...build(1), ...build(-1)]

function trunk(): Shape[] {
  return [
    ellipsoid([0, 0, 0], [165, 114, Infinity], hu.fat),
    ellipsoid([0, 0, 0], [147, 97, Infinity], hu.muscle),
    ellipsoid([0, -6, 0], [134, 80, Infinity], hu.cavity),
    ...bothSides((side) => [
      ellipsoid([34 * side, 66, 0], [30, 18, Infinity], hu.muscle),
      ellipsoid([40 * side, 38, -30], [17, 15, 110], hu.muscle)
    ])
  ]
}

function organs(): Shape[] {
  const loops: Vector[] = [[60, -48, 20], [25, -52, -5], [-25, -50, -15], [-62, -40, -10], [45, -40, -55], [-5, -50, -60], [-50, -38, -70], [15, -55, 55]]
  return [
    ellipsoid([-72, -26, 128], [58, 52, 58], hu.liver),
    ellipsoid([92, 22, 148], [30, 42, 42], 48),
    ...loops.flatMap((centre, index) => [
      ellipsoid(centre, [20, 16, 18], hu.bowel),
      ...(index % 2 === 0 ? [ellipsoid([centre[0], centre[1] - 6, centre[2]], [11, 7, 10], hu.gas)] : [])
    ])
  ]
}

function kidneyAndUreter(side: number, parenchyma: number, urine: number): Shape[] {
  const centre = landmarks.kidney(side)
  const [x, y, z] = centre
  return [
    ellipsoid(centre, [29, 27, 54], parenchyma, { turnsDeg: [0, -6 * side, 0] }),
    ellipsoid([x - 9 * side, y - 2, z], [13, 10, 26], hu.cavity),
    ellipsoid([x - 11 * side, y - 2, z - 2], [7, 6, 17], urine),
    ...[-18, 0, 17].map((dz) => capsule([x - 9 * side, y - 2, z + dz * 0.6], [x + 3 * side, y, z + dz * 1.2], 3, urine)),
    ...tube(landmarks.ureter(side), 2.4, 28),
    ...(urine > 100 ? tube(landmarks.ureter(side), 1.4, urine) : [])
  ]
}

function vessels(blood: number): Shape[] {
  return [
    ...tube(landmarks.aorta, 10, blood), ...tube([[-17, 18, 260], [-17, 18, -50]], 11, blood - 3),
    ...bothSides((side) => [
      ...tube(landmarks.iliacArtery(side), 5.5, blood),
      ...tube([[-17, 18, -50], [24 * side, 14, -90], [58 * side, 0, -130], [70 * side, -26, -190]], 6, blood - 3)
    ])
  ]
}

function pelvicOrgans(urine: number): Shape[] {
  const [a, b, c] = landmarks.bladderAxes
  return [
    ellipsoid(landmarks.bladder, [a + 3, b + 3, c + 3], 40), ellipsoid(landmarks.bladder, [a, b, c], urine),
    ellipsoid([0, 38, -152], [15, 13, 40], 35), ellipsoid([0, 34, -145], [5, 5, 9], hu.gas)
  ]
}

function spine(): Shape[] {
  const levels = Array.from({ length: 14 }, (_, level) => -108 + level * 34)
  return [
    ellipsoid([0, 46, 84], [20, 15, 200], 85),
    ...levels.flatMap((z) => [
      disc([0, 46, z], [22, 17], 13.5, hu.cortex), disc([0, 46, z], [20.2, 15.2], 11.7, hu.marrow),
      ...bothSides((side) => [
        capsule([15 * side, 58, z + 4], [13 * side, 74, z + 2], 4.5, 480),
        capsule([17 * side, 66, z + 2], [40 * side, 70, z + 1], 2.8, 460),
        capsule([13 * side, 74, z], [2 * side, 82, z - 3], 3.4, 480)
      ]),
      ellipsoid([0, 90, z - 6], [3.4, 13, 9], 440)
    ]),
    ellipsoid([0, 69, 84], [8.5, 7.5, 220], 20)
  ]
}

/** Ribs run forward and down inside the body wall: cortex outside, marrow inside. */
function ribs(side: number): Shape[] {
  return Array.from({ length: 6 }, (_, rib) => 84 + rib * 28).flatMap((top) => {
    const path = Array.from({ length: 12 }, (_, step): Vector => {
      const angle = ((18 + step * 11) * Math.PI) / 180
      return [141 * Math.sin(angle) * side, 90 * Math.cos(angle) - 2, top - step * 5]
    })
    return [...tube(path, 5, 620), ...tube(path, 3.2, 210)]
  })
}

function pelvis(): Shape[] {
  const wing = (side: number, semi: Vector, density: number): Shape => ellipsoid([88 * side, 34, -82], semi, density, { turnsDeg: [0, 14 * side, 32 * side] })
  return [
    ellipsoid([0, 66, -128], [46, 15, 40], 480), ellipsoid([0, 66, -128], [43.5, 12.5, 37.5], 170),
    ...bothSides((side) => [
      wing(side, [6.5, 42, 46], 640), wing(side, [4, 39, 43], 220),
      sphere([86 * side, 4, -172], 30, 600), sphere([86 * side, 4, -172], 26, 60), sphere([86 * side, 4, -172], 24, 620), sphere([86 * side, 4, -172], 22.3, 290),
      capsule([72 * side, 40, -150], [66 * side, 46, -205], 11, 560), capsule([72 * side, 40, -150], [66 * side, 46, -205], 8.5, 210),
      capsule([60 * side, -38, -176], [10 * side, -48, -190], 7, 560), capsule([60 * side, -38, -176], [10 * side, -48, -190], 5.2, 200)
    ])
  ]
}

function scaled(shape: Shape, factor: number): Shape {
  const [a, b, c] = shape.axes
  const shrink = (axis: Vector): Vector => [axis[0] / factor, axis[1] / factor, axis[2] / factor]
  return { ...shape, centre: [shape.centre[0] * factor, shape.centre[1] * factor, shape.centre[2] * factor], axes: [shrink(a), shrink(b), shrink(c)] }
}
