import type { SuvScale } from '../../src-shared/studies.ts'
import type { PetFacts } from './dicom/pet-facts.ts'

const dayS = 86_400
const kinds = { '': 'bw', BW: 'bw', LBM: 'lbm', LBMJAMES128: 'lbm', LBMJANMA: 'lbm', BSA: 'bsa', IBW: 'ibw' } as const

/** Factors of a series: one, and one for each of its instances where they differ. */
export type SeriesSuv = Readonly<{ scale: SuvScale, factorOf: ReadonlyMap<PetFacts, number> }>

/**
 * From rescaled PET values to the standardized uptake value by body weight, after the vendor-neutral pseudocode of QIBA: SUV = value ×
 * weight / dose, the dose decayed to the moment that the values are corrected to. Facts that do not suffice, or contradict each other, make no
 * number but a sentence.
 */
export function suvOf(instances: readonly PetFacts[]): SeriesSuv {
  const [lead] = instances
  const none = (reason: string): SeriesSuv => ({ scale: { kind: 'none', reason }, factorOf: new Map() })
  if (lead === undefined) return none('There are no images.')
  if (instances.some(({ units }) => units !== lead.units)) return none('The images are in different units, so no uptake values can be shown.')
  const factorOf = new Map<PetFacts, number>()
  const earliestS = instances.reduce<number | null>((least, { acquiredAtS }) => acquiredAtS === null ? least : Math.min(least ?? acquiredAtS, acquiredAtS), null)
  for (const facts of instances) {
    const factor = factorOfOne(facts, earliestS)
    if (typeof factor === 'string') return none(factor)
    factorOf.set(facts, factor)
  }
  return { scale: { kind: lead.units === 'GML' || lead.units === 'CM2ML' ? kindOf(lead) : 'bw', factor: factorOf.get(lead) ?? 1, reason: null }, factorOf }
}

/** PS3.3 C.8.9.1: an absent SUV Type is body weight; CM2ML is by body surface. */
function kindOf({ units, suvType }: PetFacts): 'bw' | 'lbm' | 'bsa' | 'ibw' {
  if (units === 'CM2ML') return 'bsa'
  return isKnown(suvType) ? kinds[suvType] : 'bw'
}
const isKnown = (type: string): type is keyof typeof kinds => type in kinds

function factorOfOne(facts: PetFacts, earliestS: number | null): number | string {
  switch (facts.units) {
    case 'GML': return isKnown(facts.suvType) ? 1 : `The file names a kind of uptake value, ${facts.suvType}, that is not known here.`
    case 'CM2ML': return 1
    case 'BQML': return bodyWeightFactor(facts, earliestS)
    case 'CNTS': return countsFactor(facts, earliestS)
    case '': return 'The file does not say what its values mean (Units), so no uptake values can be shown.'
    default: return `Uptake values are not computed from ${facts.units}.`
  }
}

/** Philips writes the factors of its counts into private attributes. */
function countsFactor(facts: PetFacts, earliestS: number | null): number | string {
  if (facts.philipsSuvFactor !== null && facts.philipsSuvFactor > 0) return facts.philipsSuvFactor
  if (facts.philipsActivityFactor === null || facts.philipsActivityFactor <= 0) return 'The values are counts, and the file does not say how they become uptake values.'
  const factor = bodyWeightFactor(facts, earliestS)
  return typeof factor === 'string' ? factor : factor * facts.philipsActivityFactor
}

function bodyWeightFactor(facts: PetFacts, earliestS: number | null): number | string {
  const { weightKg, totalDoseBq, corrections } = facts
  if (!corrections.includes('ATTN')) return 'The values are not corrected for attenuation, so they make no uptake values.'
  if (!corrections.includes('DECY')) return 'The values are not corrected for decay, so they make no uptake values.'
  if (weightKg === null || weightKg <= 0) return "The patient's weight is missing, so no uptake values can be shown."
  if (weightKg > 500) return `The patient's weight is said to be ${weightKg} kg, so no uptake values can be shown.`
  if (totalDoseBq === null || totalDoseBq <= 0) return 'The injected activity is missing, so no uptake values can be shown.'
  // Some systems write megabecquerels; an uptake a million times too high must not be shown.
  if (totalDoseBq < 1e5) return `The injected activity is said to be ${totalDoseBq} Bq, too little to be true, so no uptake values can be shown.`
  const remaining = remainingDose(facts, earliestS)
  return typeof remaining === 'string' ? remaining : weightKg * 1000 / (totalDoseBq * remaining)
}

/** The share of the dose that is left at the moment that the values are corrected to. */
function remainingDose(facts: PetFacts, earliestS: number | null): number | string {
  if (facts.decayCorrection === 'ADMIN') return 1
  if (facts.decayCorrection !== 'START') return 'The file does not say to which moment decay is corrected, so no uptake values can be shown.'
  if (facts.halfLifeS === null || facts.halfLifeS <= 0) return 'The half-life of the tracer is missing, so no uptake values can be shown.'
  const scanAtS = scanStartS(facts, earliestS)
  if (scanAtS === null) return 'The time of the scan is missing, so no uptake values can be shown.'
  const waitedS = waitS(facts, scanAtS)
  if (waitedS === null) return 'The time of the injection is missing, so no uptake values can be shown.'
  if (waitedS < 0 || waitedS > dayS) return 'The times of injection and scan contradict each other, so no uptake values can be shown.'
  return 2 ** (-waitedS / facts.halfLifeS)
}

/**
 * The start of the scan: Series Time where no image was acquired before it; else the series was made later, and the scanner's own word or
 * the earliest acquisition tells.
 */
function scanStartS(facts: PetFacts, earliestS: number | null): number | null {
  if (facts.seriesAtS !== null && (earliestS === null || facts.seriesAtS <= earliestS)) return facts.seriesAtS
  return facts.geScanAtS ?? earliestS
}

/** An injection without a date was on the day of the scan, or on the evening before. */
function waitS({ injectedAtS, injectedTimeOfDayS }: PetFacts, scanAtS: number): number | null {
  if (injectedAtS !== null) return scanAtS - injectedAtS
  if (injectedTimeOfDayS === null) return null
  const waited = scanAtS % dayS - injectedTimeOfDayS
  return waited < -dayS / 2 ? waited + dayS : waited
}
