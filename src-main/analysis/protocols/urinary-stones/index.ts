import type { AnalysisWarning, Candidate, FindingKind, ProtocolMeasurement } from '../../../../src-shared/analysis.ts'
import { AppError } from '../../../../src-shared/errors.ts'
import type { Volume } from '../../../../src-shared/volume.ts'
import { maskOfRegion, type VoxelMask } from '../../masks/region-mask.ts'
import { throwIfCancelled } from '../../volume/cancel.ts'
import { nearestSlice, requireMeasurable, voxelToMm } from '../../volume/geometry.ts'
import { softTissueNoiseHu } from '../../volume/noise.ts'
import { distance } from '../../../../src-shared/vector.ts'
import { geometryWarnings } from '../geometry-warnings.ts'
import type { ProtocolContext, ProtocolOptions, ProtocolResult } from '../types.ts'
import { readAnatomy, type Anatomy } from './anatomy.ts'
import { classify, type Verdict } from './classify.ts'
import { findDense, type Seed } from './find.ts'
import { measureIsland, type Island } from './island.ts'
import { solidLargeThings, type LargeThing } from './large.ts'
import { neighboursOf, noNeighbours } from './neighbours.ts'
import { placeOf, type Place } from './place.ts'
import { refineIsland } from './refine.ts'

/** Raised with every change that can change a number or a kind. */
export const urinaryStonesVersion = '1.1.0'

type Judged = Readonly<{ island: Island, mask: VoxelMask | null, place: Place, verdict: Verdict }>

/** Urinary stones and what looks like them on CT without contrast. Voxels in, candidates out; the same volume always gives the same answer. */
export function urinaryStones(volume: Volume, context: ProtocolContext, { signal, onProgress }: ProtocolOptions = {}): ProtocolResult {
  requireMeasurable(volume)
  requireThinSlices(volume)
  const noiseHu = softTissueNoiseHu(volume) ?? 10
  const softLimitHu = Math.round(Math.max(130, Math.min(220, 45 + 5.5 * noiseHu)))
  const dense = findDense(volume, softLimitHu, signal, (slice) => onProgress?.((0.7 * (slice + 1)) / volume.slices))
  const anatomy = readAnatomy(volume, dense)
  const large = solidLargeThings(volume, dense, anatomy)
  const hasContrast = context.contrastAgent.trim() !== '' || anatomy.enhancedShare > 0.25 || large.some(({ volumeMm3 }) => volumeMm3 > 20_000)
  const judged: Judged[] = []
  let skeletal = 0
  for (const [index, seed] of dense.seeds.entries()) {
    if (index % 8 === 0) {
      throwIfCancelled(signal)
      onProgress?.(0.7 + (0.3 * index) / dense.seeds.length)
    }
    if (isPlainBone(volume, anatomy, seed)) { skeletal++; continue }
    const one = judge(volume, anatomy, seed, { softLimitHu, noiseHu, hasContrast })
    if (one !== null && !judged.some((other) => isSame(other, one))) judged.push(one)
  }
  for (const thing of large) judged.push(judgeLarge(volume, anatomy, thing, context))
  onProgress?.(1)
  const listed = judged.filter(({ verdict }) => isListed(verdict))
  const ranked = listed.map((one) => ({ candidate: candidateOf(volume, one), mask: one.mask })).toSorted((a, b) => byImportance(a.candidate, b.candidate))
  return {
    candidates: ranked.map(({ candidate }) => candidate), masks: ranked.map(({ mask }) => mask),
    measurements: measurementsOf(judged, skeletal, noiseHu),
    warnings: [...geometryWarnings(volume), ...stoneWarnings(anatomy, hasContrast, noiseHu, listed)]
  }
}

function judge(volume: Volume, anatomy: Anatomy, seed: Seed, known: { softLimitHu: number, noiseHu: number, hasContrast: boolean }): Judged | null {
  const measured = measureIsland(volume, seed.box, seed.peak, { softLimitHu: known.softLimitHu, limitHu: seed.limitHu, noiseHu: known.noiseHu })
  if (measured === null) return null
  const { island } = measured
  const outer = island.semiAxesMm[0]
  const around = neighboursOf(volume, island.centreMm, outer + 1, outer + 10)
  const place = placeOf(anatomy, island.centreMm, around)
  const verdict = classify({ island, place, around, noiseHu: known.noiseHu, hasContrast: known.hasContrast })
  const sized = verdict.kind === 'stone' ? refineIsland(measured, known) : island
  return { island: sized, mask: isListed(verdict) ? maskOfRegion(measured.patch, measured.region) : null, place, verdict }
}

const isListed = ({ kind }: Verdict): boolean => kind !== 'bone' && kind !== 'noise'

/** @throws AppError `geometry-refused`: between thicker slices stones vanish and bones fall apart into islands. */
function requireThinSlices({ geometry }: Volume): void {
  if (geometry.sliceSpacingMm <= 6.5) return
  throw new AppError('geometry-refused', `The slices are ${geometry.sliceSpacingMm.toFixed(1)} mm apart. Stones are measured only up to 6.5 mm; use a thinner series or the general protocol.`)
}

/** Most dense islands are knobs of bone: where their peak lies in the skeleton they need no measuring. Metal is listed wherever it lies. */
function isPlainBone(volume: Volume, anatomy: Anatomy, { peak }: Seed): boolean {
  if ((volume.voxels[peak] ?? 0) >= 2000) return false
  const line = Math.floor(peak / volume.columns)
  const point = voxelToMm(volume.geometry, peak - line * volume.columns, line % volume.rows, Math.floor(line / volume.rows))
  return placeOf(anatomy, point, noNeighbours).isSkeletal
}

/** The same island found again at a higher limit. */
const isSame = (a: Judged, b: Judged): boolean => distance(a.island.centreMm, b.island.centreMm) < Math.max(1, 0.6 * a.island.semiAxesMm[0])

/** Large solid things are measured only where they can be a staghorn stone; contrast gets its place and density, no size. */
function judgeLarge(volume: Volume, anatomy: Anatomy, thing: LargeThing, context: ProtocolContext): Judged {
  const around = neighboursOf(volume, thing.centreMm, 2, 14)
  const place = placeOf(anatomy, thing.centreMm, around)
  const measured = context.contrastAgent.trim() === '' && canBeStaghorn(thing, place) ? measureIsland(volume, thing.box, thing.peak, { softLimitHu: 130, limitHu: 130, noiseHu: 10 }) : null
  if (measured !== null) {
    const reason = 'A large solid density in the place of the kidney: a staghorn stone, or contrast that the header does not mention.'
    return { island: measured.island, mask: maskOfRegion(measured.patch, measured.region), place: { ...place, location: 'kidney' }, verdict: { kind: 'stone', confidence: 0.5, reason } }
  }
  const half = thing.extentMm / 2
  const island: Island = {
    centreMm: thing.centreMm, diameter: null, diameterErrorMm: null, volumeMm3: null, meanHu: thing.meanHu, huVoxels: 0, maxHu: volume.voxels[thing.peak] ?? 0,
    backgroundHu: 40, plateauHu: thing.meanHu, semiAxesMm: [half, half, half], centreShare: null, denseAround: 0, slicesCovered: 0,
    touchesDense: false, notMeasured: 'it is too large for an island'
  }
  const isMetal = thing.meanHu > 1800
  const reason = isMetal
    ? `Far denser than contrast (${Math.round(thing.meanHu)} HU) over ${Math.round(thing.extentMm)} mm: metal, such as a stent or an implant.`
    : `A smooth density ${Math.round(thing.extentMm)} mm long inside the trunk: contrast in a vessel, the collecting system or bowel.`
  return { island, mask: null, place, verdict: { kind: isMetal ? 'metal' : 'contrast', confidence: 0.8, reason } }
}

function canBeStaghorn(thing: LargeThing, place: Place): boolean {
  const isBesideSpine = !place.isPelvic && place.lateralMm > 28 && place.lateralMm < 110 && place.anteriorMm > -20 && place.anteriorMm < 64
  return isBesideSpine && thing.extentMm < 80 && thing.meanHu > 300 && thing.meanHu < 1900
}

function candidateOf(volume: Volume, { island, place, verdict }: Judged): Candidate {
  const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits
  const notes = [
    island.notMeasured === null ? '' : ` Size and volume are not given because ${island.notMeasured}.`,
    island.huVoxels === 0 && island.notMeasured === null ? ' Too small for a voxel free of partial volume, so its density is that of the ellipsoid that fits best.' : '',
    island.touchesDense ? ' It touches another dense structure, so its size is less certain.' : ''
  ]
  return {
    kind: verdict.kind, confidence: round(verdict.confidence * (island.touchesDense ? 0.8 : 1), 2), reason: `${verdict.reason}${notes.join('')}`,
    diameterMm: island.diameter === null ? null : round(island.diameter.lengthMm, 2),
    diameterErrorMm: island.diameterErrorMm === null ? null : round(island.diameterErrorMm, 2),
    volumeMm3: island.volumeMm3 === null ? null : round(island.volumeMm3, 2),
    meanHu: round(island.meanHu, 1), maxHu: Math.round(island.maxHu), huVoxels: island.huVoxels,
    laterality: place.laterality, location: place.location,
    centreMm: [round(island.centreMm[0], 3), round(island.centreMm[1], 3), round(island.centreMm[2], 3)],
    diameterEndsMm: island.diameter === null ? null : [[...island.diameter.endsMm[0]], [...island.diameter.endsMm[1]]],
    sliceIndex: nearestSlice(volume.geometry, island.centreMm)
  }
}

function byImportance(a: Candidate, b: Candidate): number {
  const isStone = (candidate: Candidate): number => (candidate.kind === 'stone' ? 1 : 0)
  return isStone(b) - isStone(a) || (b.diameterMm ?? 0) - (a.diameterMm ?? 0) || b.confidence - a.confidence
}

function measurementsOf(judged: readonly Judged[], skeletal: number, noiseHu: number): ProtocolMeasurement[] {
  const count = (kind: FindingKind): number => judged.filter(({ verdict }) => verdict.kind === kind).length
  const stones = judged.filter(({ verdict }) => verdict.kind === 'stone')
  const volumeMm3 = stones.reduce((sum, { island }) => sum + (island.volumeMm3 ?? 0), 0)
  return [
    { name: 'stone-count', label: 'Stones', value: stones.length, unit: '' },
    { name: 'stone-volume', label: 'Volume of all measured stones', value: Math.round(volumeMm3 * 10) / 10, unit: 'mm³' },
    { name: 'left-out-as-bone', label: 'Dense islands left out as bone', value: count('bone') + skeletal, unit: '' },
    { name: 'left-out-as-noise', label: 'Dense islands left out as noise', value: count('noise'), unit: '' },
    { name: 'noise', label: 'Noise in soft tissue', value: Math.round(noiseHu * 10) / 10, unit: 'HU' }
  ]
}

function stoneWarnings(anatomy: Anatomy, hasContrast: boolean, noiseHu: number, listed: readonly Judged[]): AnalysisWarning[] {
  const warnings: AnalysisWarning[] = []
  if (hasContrast) warnings.push({ code: 'contrast', message: 'Contrast is named in the header or seen in the images. It can hide stones and imitate them.' })
  if (noiseHu > 25) warnings.push({ code: 'high-noise', message: `The noise in soft tissue is ${Math.round(noiseHu)} HU. Stones under 4 mm can be missed.` })
  if (!anatomy.hasSpine) warnings.push({ code: 'no-spine', message: 'No spine was found, so sides are taken from the middle of the body and places are uncertain.' })
  if (anatomy.hasSpine && anatomy.pelvisTopMm === null) {
    warnings.push({ code: 'no-pelvis', message: 'The pelvis was not found in this series. The lower ureters and the bladder are not covered.' })
  }
  if (listed.some(({ island }) => island.notMeasured !== null)) warnings.push({ code: 'size-not-given', message: 'Some candidates have no size; each says why.' })
  return warnings
}
