import type { FindingKind } from '../../../../src-shared/analysis.ts'
import { mostDenseAround, type Island } from './island.ts'
import type { Neighbours } from './neighbours.ts'
import type { Place } from './place.ts'

export type Verdict = Readonly<{ kind: FindingKind, confidence: number, reason: string }>

export type Evidence = Readonly<{
  island: Island
  place: Place
  around: Neighbours
  noiseHu: number
  /** Contrast was given or is seen. */
  hasContrast: boolean
}>

/** Longest semi-axis over the middle one: 1 for balls and discs, large for rods. */
export const elongation = ({ semiAxesMm }: Island): number => semiAxesMm[0] / Math.max(0.3, semiAxesMm[1])

/** What an island is, by rules in a fixed order; each verdict says in one sentence why. Not a probability: a rank of how clear the signs are. */
export function classify(evidence: Evidence): Verdict {
  return metal(evidence) ?? bone(evidence) ?? noise(evidence) ?? vessel(evidence) ?? phlebolith(evidence) ?? bowel(evidence) ?? excreted(evidence) ?? stone(evidence)
}

/** By density where it shows; thin rods lose density to partial volume and are known by their shape, which stones do not have. */
function metal({ island, place }: Evidence): Verdict | null {
  const hu = Math.min(3071, Math.max(island.maxHu, island.maxHu > 1400 ? island.plateauHu : 0))
  if (hu >= 2300) return { kind: 'metal', confidence: hu >= 2900 ? 0.95 : 0.8, reason: `Denser than any stone (${Math.round(hu)} HU or more): metal, such as a clip or a stent.` }
  const isNeedle = elongation(island) > 2.2 && island.semiAxesMm[1] < 2.2 && island.maxHu > 650 && island.plateauHu > 950 && !place.isVascular && !place.isPelvic
  return isNeedle ? { kind: 'metal', confidence: 0.65, reason: `A thin, very dense rod (${Math.round(island.maxHu)} HU in spite of its thinness): metal, such as a clip or a stent.` } : null
}

function bone({ island, place }: Evidence): Verdict | null {
  if (place.isSkeletal) return { kind: 'bone', confidence: 0.85, reason: 'Lies in the body wall, in the chest or at the spine, so it is taken for bone.' }
  if (island.denseAround > mostDenseAround) return { kind: 'bone', confidence: 0.8, reason: 'Surrounded by dense tissue, so it is taken for a part of bone.' }
  const hasMarrow = island.centreShare !== null && island.centreShare < 0.6 && island.semiAxesMm[0] > 5
  return hasMarrow ? { kind: 'bone', confidence: 0.7, reason: 'A dense shell around a much softer core, as bone has.' } : null
}

function noise({ island, noiseHu }: Evidence): Verdict | null {
  const contrast = island.maxHu - island.backgroundHu
  const volume = (4 / 3) * Math.PI * island.semiAxesMm[0] * island.semiAxesMm[1] * island.semiAxesMm[2]
  if (contrast >= 6.5 * noiseHu && contrast > 85 && volume >= 1.5) return null
  return { kind: 'noise', confidence: 0.6, reason: 'Hardly denser than the noise of this series.' }
}

function vessel({ island, place, around }: Evidence): Verdict | null {
  const long = elongation(island)
  if (place.isVascular) {
    return { kind: 'vessel-calcification', confidence: long > 1.8 ? 0.9 : 0.7, reason: `Lies before the spine along aorta and vena cava${long > 1.8 ? ' and is drawn out along them' : ''}, outside the course of the ureters.` }
  }
  if (long > 2.6 && around.gas < 0.03 && place.location !== 'bladder' && place.location !== 'kidney') {
    return { kind: 'vessel-calcification', confidence: 0.7, reason: `Drawn out like a vessel wall (${long.toFixed(1)} times as long as wide).` }
  }
  return null
}

function phlebolith({ island, place }: Evidence): Verdict | null {
  if (!place.isPelvic || place.location === 'bladder' || place.lateralMm < 26) return null
  const isRound = elongation(island) < 1.7
  const isLucent = island.centreShare !== null && island.centreShare < 0.93
  if (isLucent && isRound) return { kind: 'phlebolith', confidence: place.isLowPelvic ? 0.92 : 0.8, reason: 'Round with a lucent centre beside the pelvic wall, as phleboliths are.' }
  if (place.isLowPelvic && place.lateralMm > 31) {
    return { kind: 'phlebolith', confidence: isRound ? 0.75 : 0.6, reason: 'Lies at the level of the hip joints and lateral to the end of the ureter, where pelvic veins run.' }
  }
  return null
}

function bowel({ place, around }: Evidence): Verdict | null {
  if (place.location === 'bladder' || place.location === 'kidney') return null
  const isAnterior = place.anteriorMm > 62
  if (around.gas > 0.02 && (isAnterior || around.gas > 0.1)) return { kind: 'bowel-content', confidence: 0.85, reason: 'Bowel gas lies beside it and it is away from the course of the ureters.' }
  if (isAnterior && !place.isPelvic) return { kind: 'bowel-content', confidence: 0.6, reason: 'Lies in front of kidneys and ureters, where bowel runs.' }
  return null
}

function excreted({ place, hasContrast }: Evidence): Verdict | null {
  if (!hasContrast || place.location === 'outside-urinary-tract') return null
  return { kind: 'contrast', confidence: 0.5, reason: 'Contrast is seen in this series; what is dense in the urinary tract can be contrast, and a stone cannot be told from it.' }
}

const placeWords = {
  kidney: 'in the kidney', 'upper-ureter': 'along the upper ureter', pelvis: 'along the lower ureter', bladder: 'in the bladder',
  'outside-urinary-tract': 'outside the usual course of the urinary tract', unknown: 'at a place that could not be named'
} as const

function stone({ island, place, noiseHu }: Evidence): Verdict {
  const contrast = island.maxHu - island.backgroundHu
  const clear = Math.min(1, contrast / Math.max(200, 20 * noiseHu))
  const size = Math.min(1, 2 * island.semiAxesMm[0] / 5)
  const isPlaced = place.location !== 'unknown' && place.location !== 'outside-urinary-tract'
  const confidence = (0.45 + 0.25 * clear + 0.2 * size) * (isPlaced ? 1 : 0.6) * (place.location === 'pelvis' ? 0.88 : 1) + 0.05
  const caution = place.location === 'pelvis' ? ', a phlebolith cannot be excluded' : ''
  return { kind: 'stone', confidence: Math.round(confidence * 100) / 100, reason: `Dense island (${Math.round(island.maxHu)} HU) ${placeWords[place.location]}, apart from bone and vessels${caution}.` }
}
