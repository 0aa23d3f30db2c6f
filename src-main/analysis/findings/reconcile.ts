import type { Candidate } from '../../../src-shared/analysis.ts'
import { AppError } from '../../../src-shared/errors.ts'
import type { AnalysisRow } from '../graph/analysis-store.ts'
import { stableId } from '../stable-id.ts'
import type { ChosenSlice } from '../tables.ts'
import type { ActRow, FindingRow, NewFinding } from './finding-store.ts'
import { matchDecided } from './match.ts'
import { isDecided } from './summary.ts'

export type ReconcilePlan = Readonly<{ fresh: readonly NewFinding[], kept: readonly FindingRow[], superseded: readonly FindingRow[] }>

const toleranceMm = 2

/**
 * Candidates of a new analysis against what is there. What a clinician decided, edited or added stays and keeps its place from being
 * found twice; what nobody has touched gives way to the new measurement.
 */
export function reconcile(
  analysis: Pick<AnalysisRow, 'id' | 'studyUid' | 'seriesUid'>, candidates: readonly Candidate[], slices: readonly ChosenSlice[],
  existing: readonly FindingRow[], actsOf: (findingId: string) => readonly ActRow[]
): ReconcilePlan {
  const earlier = existing.filter((row) => row.analysisId !== analysis.id)
  const isTheirs = (row: FindingRow) => isDecided(row) || row.origin === 'clinician' || actsOf(row.id).some(({ act }) => act.act === 'edit')
  const kept = earlier.filter(isTheirs)
  const { known } = matchDecided(candidates, kept, toleranceMm)
  const fresh = candidates.flatMap((candidate, index) => (known.has(index) ? [] : [findingFrom(analysis, candidate, index, slices[index])]))
  return { fresh, kept, superseded: earlier.filter((row) => !isTheirs(row)) }
}

function findingFrom({ id, studyUid, seriesUid }: Pick<AnalysisRow, 'id' | 'studyUid' | 'seriesUid'>, candidate: Candidate, index: number, slice: ChosenSlice | undefined): NewFinding {
  if (slice === undefined || seriesUid === null) throw new AppError('internal', 'A candidate has no image. Analyse the study again.')
  const { sliceIndex: _sliceIndex, ...measurement } = candidate
  const { diameterMm, diameterErrorMm, volumeMm3, meanHu, maxHu } = candidate
  return {
    ...measurement, huVoxels: candidate.huVoxels ?? null, id: stableId('finding', id, index), studyUid, analysisId: id, origin: 'measured', status: 'proposed',
    seriesUid, sopInstanceUid: slice.sopInstanceUid, frameNumber: slice.frameNumber, note: '',
    measured: { diameterMm, diameterErrorMm, volumeMm3, meanHu, maxHu }, decidedBy: null, decidedAt: null
  }
}
