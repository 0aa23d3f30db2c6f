import { AppError } from '../../../src-shared/errors.ts'
import type { AnalysisRow } from '../graph/analysis-store.ts'
import type { PlacedMask } from '../masks/place-mask.ts'
import { stableId } from '../stable-id.ts'
import type { ChosenSlice, PlacedCandidate } from '../tables.ts'
import type { ActRow, FindingRow, NewFinding } from './finding-store.ts'
import { matchDecided } from './match.ts'
import { isDecided } from './summary.ts'

type NewMask = Readonly<{ findingId: string, mask: PlacedMask }>
export type ReconcilePlan = Readonly<{ fresh: readonly NewFinding[], kept: readonly FindingRow[], superseded: readonly FindingRow[], masks: readonly NewMask[] }>
/** What there is of the study before the new findings come. */
export type Standing = Readonly<{
  existing: readonly FindingRow[], actsOf: (findingId: string) => readonly ActRow[], hasMask: (findingId: string) => boolean
}>

type Analysed = Pick<AnalysisRow, 'id' | 'studyUid' | 'seriesUid'>

const toleranceMm = 2

/**
 * Candidates of a new analysis against what is there. What a clinician decided, edited or added stays and keeps its place from being
 * found twice; what nobody has touched gives way to the new measurement. A kept finding keeps its mask; one of an earlier version that has none
 * gets the candidate's where both measured the very same numbers.
 */
export function reconcile(
  analysis: Analysed, candidates: readonly PlacedCandidate[], slices: readonly ChosenSlice[], { existing, actsOf, hasMask }: Standing
): ReconcilePlan {
  const earlier = existing.filter((row) => row.analysisId !== analysis.id)
  const kept = earlier.filter((row) => isTheirs(row, actsOf))
  const { known } = matchDecided(candidates, kept, toleranceMm)
  const fresh = candidates.flatMap((candidate, index) => (known.has(index) ? [] : [findingFrom(analysis, candidate, index, slices[index])]))
  const masks = candidates.flatMap(({ mask, ...candidate }, index): NewMask[] => {
    const partner = known.get(index)
    if (mask === undefined) return []
    if (partner === undefined) return [{ findingId: idOf(analysis, index), mask }]
    return isSameMeasurement(candidate, partner, mask) && !hasMask(partner.id) ? [{ findingId: partner.id, mask }] : []
  })
  return { fresh, kept, superseded: earlier.filter((row) => !isTheirs(row, actsOf)), masks }
}

/** The finding that each candidate is or will be. */
export function findingIdsOf(analysis: Analysed, candidates: readonly PlacedCandidate[], { existing, actsOf }: Omit<Standing, 'hasMask'>): string[] {
  const { known } = matchDecided(candidates, existing.filter((row) => row.analysisId !== analysis.id && isTheirs(row, actsOf)), toleranceMm)
  return candidates.map((_candidate, index) => known.get(index)?.id ?? idOf(analysis, index))
}

const isTheirs = (row: FindingRow, actsOf: Standing['actsOf']) => isDecided(row) || row.origin === 'clinician' || actsOf(row.id).some(({ act }) => act.act === 'edit')
const idOf = ({ id }: Analysed, index: number): string => stableId('finding', id, index)

function isSameMeasurement(candidate: Omit<PlacedCandidate, 'mask'>, { measured, seriesUid }: FindingRow, mask: PlacedMask): boolean {
  if (measured === null || mask.seriesUid !== seriesUid) return false
  return (['diameterMm', 'volumeMm3', 'meanHu', 'maxHu'] as const).every((name) => measured[name] === candidate[name])
}

function findingFrom(analysis: Analysed, candidate: PlacedCandidate, index: number, slice: ChosenSlice | undefined): NewFinding {
  const { id, studyUid, seriesUid } = analysis
  if (slice === undefined || seriesUid === null) throw new AppError('internal', 'A candidate has no image. Analyse the study again.')
  const { sliceIndex: _sliceIndex, sliceOriginMm: _sliceOriginMm, mask: _mask, ...measurement } = candidate
  const { diameterMm, diameterErrorMm, volumeMm3, meanHu, maxHu } = candidate
  return {
    ...measurement, huVoxels: candidate.huVoxels ?? null, id: idOf(analysis, index), studyUid, analysisId: id, origin: 'measured', status: 'proposed',
    seriesUid, sopInstanceUid: slice.sopInstanceUid, frameNumber: slice.frameNumber, note: '',
    measured: { diameterMm, diameterErrorMm, volumeMm3, meanHu, maxHu }, decidedBy: null, decidedAt: null
  }
}
