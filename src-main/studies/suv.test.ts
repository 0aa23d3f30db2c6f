import { describe, expect, it } from 'vitest'
import type { PetFacts } from './dicom/pet-facts.ts'
import { suvOf } from './suv.ts'

const noonS = Date.UTC(2026, 0, 2, 12) / 1000
/** FDG, 370 MBq into 70 kg an hour before a scan at noon. */
const facts = (changes: Partial<PetFacts> = {}): PetFacts => ({
  units: 'BQML', suvType: '', decayCorrection: 'START', corrections: ['DECY', 'ATTN', 'SCAT'], weightKg: 70, totalDoseBq: 370e6, halfLifeS: 6588,
  injectedAtS: null, injectedTimeOfDayS: 11 * 3600, seriesAtS: noonS, acquiredAtS: noonS + 30, geScanAtS: null, philipsSuvFactor: null, philipsActivityFactor: null, ...changes
})
const scaleOf = (...changes: readonly Partial<PetFacts>[]) => suvOf(changes.map(facts)).scale
const factorOf = (...changes: readonly Partial<PetFacts>[]) => { const scale = scaleOf(...changes); return scale.kind === 'none' ? scale.reason : scale.factor }
const hourLater = 70_000 / (370e6 * Math.exp(-Math.LN2 * 3600 / 6588))

describe('the standardized uptake value', () => {
  it('is activity by weight and by the dose decayed to the start of the scan', () => {
    // 70,000 g / (370 MBq · 2^(−3600/6588)) = 0.00027630 ml/Bq
    expect(factorOf({})).toBeCloseTo(hourLater, 12)
    expect(hourLater).toBeCloseTo(0.0002763, 7)
    expect(scaleOf({})).toMatchObject({ kind: 'bw', reason: null })
  })
  it('takes the dose as given where values are corrected to the injection', () => {
    expect(factorOf({ decayCorrection: 'ADMIN' })).toBeCloseTo(70_000 / 370e6, 12)
  })
  it('takes the series time only where no image of the series was acquired before it', () => {
    const madeLater = { seriesAtS: noonS + 5 * 3600 }
    expect(factorOf({ ...madeLater, acquiredAtS: noonS + 600 }, { ...madeLater, acquiredAtS: noonS })).toBeCloseTo(hourLater, 12)
    expect(factorOf({ ...madeLater, acquiredAtS: noonS + 600, geScanAtS: noonS })).toBeCloseTo(hourLater, 12)
    expect(factorOf({ acquiredAtS: null })).toBeCloseTo(hourLater, 12)
  })
  it('knows an injection before midnight, and takes one with a date at its word', () => {
    const shortlyAfter = Date.UTC(2026, 0, 2, 0, 30) / 1000
    expect(factorOf({ seriesAtS: shortlyAfter, acquiredAtS: shortlyAfter, injectedTimeOfDayS: 23.5 * 3600 })).toBeCloseTo(hourLater, 12)
    expect(factorOf({ injectedAtS: noonS - 3600, injectedTimeOfDayS: 3 })).toBeCloseTo(hourLater, 12)
  })
  it('takes values that are uptake already as they are, with their kind', () => {
    expect(scaleOf({ units: 'GML', weightKg: null })).toEqual({ kind: 'bw', factor: 1, reason: null })
    expect(scaleOf({ units: 'GML', suvType: 'LBM' })).toMatchObject({ kind: 'lbm', factor: 1 })
    expect(scaleOf({ units: 'CM2ML' })).toMatchObject({ kind: 'bsa', factor: 1 })
    expect(scaleOf({ units: 'GML', suvType: 'XYZ' })).toMatchObject({ kind: 'none' })
  })
  it('reads the factors that Philips writes beside counts, frame by frame', () => {
    const [first, second] = [facts({ units: 'CNTS', philipsSuvFactor: 0.0003 }), facts({ units: 'CNTS', philipsSuvFactor: 0.0004 })]
    const { scale, factorOf: byFrame } = suvOf([first, second])
    expect(scale).toMatchObject({ kind: 'bw', factor: 0.0003 })
    expect([byFrame.get(first), byFrame.get(second)]).toEqual([0.0003, 0.0004])
    expect(factorOf({ units: 'CNTS', philipsActivityFactor: 2.5 })).toBeCloseTo(2.5 * hourLater, 12)
  })
  it.each<readonly [string, Partial<PetFacts>, RegExp]>([
    ['the weight is missing', { weightKg: null }, /weight is missing/], ['the weight is none', { weightKg: 7000 }, /7000 kg/],
    ['the dose is missing', { totalDoseBq: null }, /activity is missing/], ['the dose was written in MBq', { totalDoseBq: 370 }, /too little to be true/],
    ['there is no attenuation correction', { corrections: ['DECY'] }, /attenuation/], ['decay is not corrected', { corrections: ['ATTN'] }, /decay/],
    ['nobody says to when decay is corrected', { decayCorrection: 'NONE' }, /which moment/], ['the half-life is missing', { halfLifeS: null }, /half-life/],
    ['the injection has no time', { injectedTimeOfDayS: null }, /time of the injection/], ['the scan has no time', { seriesAtS: null, acquiredAtS: null }, /time of the scan/],
    ['the injection is after the scan', { injectedAtS: noonS + 60 }, /contradict/], ['the injection is two days before', { injectedAtS: noonS - 2 * 86400 }, /contradict/],
    ['values are counts alone', { units: 'CNTS' }, /counts/], ['there are no units', { units: '' }, /does not say what its values mean/], ['units are others', { units: 'PROPCNTS' }, /PROPCNTS/]
  ])('is none, with the reason, where %s', (_what, changes, reason) => {
    expect(scaleOf(changes)).toMatchObject({ kind: 'none', reason: expect.stringMatching(reason) })
  })
  it('is none where a series mixes units, or one image lacks its facts', () => {
    expect(scaleOf({}, { units: 'GML' })).toMatchObject({ kind: 'none' })
    expect(scaleOf({ decayCorrection: 'ADMIN' }, { weightKg: null })).toMatchObject({ kind: 'none' })
  })
})
