import type { Laterality, StoneLocation } from '../../../../src-shared/analysis.ts'
import type { Vector } from '../../../../src-shared/vector.ts'
import { bodyRadius, type Anatomy } from './anatomy.ts'
import type { Neighbours } from './neighbours.ts'

/** Where a point lies, in words of the body. `lateralMm` and `anteriorMm` are measured from midline and spine. */
export type Place = Readonly<{
  laterality: Laterality
  location: StoneLocation
  lateralMm: number
  anteriorMm: number
  bodyRadius: number
  isPelvic: boolean
  /** At or below the hip joints, where the pelvic veins lie. */
  isLowPelvic: boolean
  /** Prevertebral: aorta, vena cava and the start of the iliac vessels. */
  isVascular: boolean
  isSkeletal: boolean
}>

const midlineMm = 8

export function placeOf(anatomy: Anatomy, point: Vector, around: Neighbours): Place {
  const level = anatomy.levelAt(point[2])
  const side = point[0] - level.midlineX
  const lateralMm = Math.abs(side)
  const anteriorMm = level.spineY - point[1]
  const radius = bodyRadius(level, point[0], point[1])
  const isPelvic = anatomy.pelvisTopMm !== null && point[2] < anatomy.pelvisTopMm - 10
  const laterality = lateralMm < midlineMm ? 'midline' : side > 0 ? 'left' : 'right'
  const isVascular = !isPelvic && lateralMm <= 33 && anteriorMm > 12 && anteriorMm < 62
  const isSkeletal = level.isThorax || radius > 0.86 || (anteriorMm < -6 && lateralMm < 45) || (lateralMm < 24 && anteriorMm < 12 && !isPelvic)
  return {
    laterality, lateralMm, anteriorMm, bodyRadius: radius, isPelvic, isVascular, isSkeletal,
    isLowPelvic: isPelvic && anatomy.hipTopMm !== null && point[2] < anatomy.hipTopMm - 4,
    location: locationOf(isPelvic, lateralMm, anteriorMm, isVascular || isSkeletal, around)
  }
}

function locationOf(isPelvic: boolean, lateralMm: number, anteriorMm: number, isElsewhere: boolean, around: Neighbours): StoneLocation {
  if (isPelvic) {
    if (lateralMm < 42 && around.fluid > 0.38) return 'bladder'
    return 'pelvis'
  }
  if (isElsewhere) return 'outside-urinary-tract'
  if (anteriorMm > 64 || anteriorMm < -30 || lateralMm > 110) return 'outside-urinary-tract'
  if (lateralMm > 28 && around.soft > 0.5) return 'kidney'
  if (lateralMm < 62) return 'upper-ureter'
  return around.soft > 0.3 ? 'kidney' : 'unknown'
}
