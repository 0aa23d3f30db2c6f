import { AppError } from '../../../src-shared/errors.ts'
import type { SeriesDescription, StudyDetail } from '../../../src-shared/studies.ts'
import type { Volume } from '../../../src-shared/volume.ts'
import type { Candidate } from '../../../src-shared/analysis.ts'
import type { AnalysisDeps } from '../faces.ts'
import { plural } from '../findings/summary.ts'
import type { AnalysisRow } from '../graph/analysis-store.ts'
import type { Run, StepEnd } from '../graph/steps.ts'
import { placeWords } from '../reports/words.ts'
import type { PlacedCandidate } from '../tables.ts'
import { readerFacts } from './facts.ts'
import { quotedCount, quotedMeasurements, quotedOf } from './measurements.ts'
import type { ReadingRow, ReadingStore } from './reading-store.ts'
import type { RunReading } from './run-reading.ts'

type Deps = Pick<AnalysisDeps, 'reader' | 'log'> & Readonly<{ store: ReadingStore, runReading: RunReading }>
export type ReadStepFacts = Readonly<{ run: Run, analysis: AnalysisRow, candidates: readonly PlacedCandidate[], findingIds: readonly string[], volume: Volume, series: SeriesDescription, detail: StudyDetail }>
type Question = Readonly<{ row: ReadingRow, ask: () => Promise<unknown> }>

/** As many candidates as are worth the time of a second look; the rest is said. */
const mostLooks = 12
const actor = { id: 'vigil', name: 'Vigil' }

/**
 * The reader's part of an analysis: a description of the study, then a second look at each candidate, the most stone-like first. Each is a
 * row of its own, so that a restart goes on with what is missing. A reader that fails takes nothing from the measurements.
 */
export async function readStep(deps: Deps, facts: ReadStepFacts): Promise<StepEnd & Readonly<{ words: string | null }>> {
  const { run, candidates } = facts
  const looked = candidates.map((candidate, index) => ({ candidate, index })).toSorted((a, b) => rank(a.candidate) - rank(b.candidate)).slice(0, mostLooks)
  const questions = [describeQuestion(deps, facts), ...looked.map(({ candidate, index }) => lookQuestion(deps, facts, candidate, index))]
  let done = 0
  let words: string | null = null
  for (const { row, ask } of questions) {
    if (row.state !== 'done') {
      try {
        run.signal.throwIfAborted()
        await ask()
      } catch (error) {
        leave(deps.store, questions, run.signal.aborted ? 'It was cancelled.' : 'The reader stopped before it came to this.')
        run.signal.throwIfAborted()
        if (!(error instanceof AppError)) deps.log.error('reading-failed', error, { task: row.task })
        return { detail: `The reader stopped: ${error instanceof AppError ? error.message : 'an unexpected error; the log has the details.'}`, isSkipped: true, words }
      }
    }
    const made = deps.store.get(row.id)?.run ?? null
    words ??= made === null ? null : runWords(made)
    run.progress(0.9 + 0.09 * ++done / questions.length)
  }
  const left = candidates.length - looked.length
  return { detail: `Read by ${words ?? 'a model'}: the study described, ${plural(looked.length, 'candidate')} looked at again${left > 0 ? `, ${left} left out` : ''}.`, words }
}

/** What is not read any more does not stand as if it were waiting. A restart takes it up again. */
function leave(store: ReadingStore, questions: readonly Question[], sentence: string): void {
  for (const { row } of questions) if (store.get(row.id)?.state === 'queued') store.change(row.id, { state: 'cancelled', error: sentence })
}

/** "medgemma-1.5-4b-it q4 (0a1b2c3d), describe-study/1" */
export function runWords({ model, dtype, weightsSha256, promptVersion, isMock }: NonNullable<ReadingRow['run']>): string {
  return `${isMock ? 'MOCK (made-up answers)' : model}${dtype === null ? '' : ` ${dtype}`}${weightsSha256 === null ? '' : ` (${weightsSha256.slice(0, 8)})`}, ${promptVersion}`
}

const rank = ({ kind, confidence }: Candidate) => (kind === 'stone' ? 0 : 1) - confidence / 2

function describeQuestion({ store, runReading }: Deps, { run, analysis, candidates, findingIds, volume, series, detail }: ReadStepFacts): Question {
  const row = ready(store, analysis, { task: 'describe-study', subject: '', findingId: null })
  const measurements = [...candidates.flatMap((candidate, index) => quotedOf(candidate, findingIds[index] ?? null)), ...quotedMeasurements(analysis.measurements), quotedCount(candidates.filter(({ kind }) => kind === 'stone').length)]
  return { row, ask: () => runReading(row, 'describe-study', { facts: readerFacts(series, detail), images: { kind: 'volume', volume, refs: refsOf(volume, series), series }, measurements }, { signal: run.signal }) }
}

function lookQuestion({ store, runReading }: Deps, { run, analysis, findingIds, volume, series, detail }: ReadStepFacts, candidate: PlacedCandidate, index: number): Question {
  const findingId = findingIds[index] ?? null
  const row = ready(store, analysis, { task: 'second-look', subject: `candidate ${index}`, findingId })
  return {
    row, ask: () => runReading(row, 'second-look', {
      facts: readerFacts(series, detail), volume, series, refs: refsOf(volume, series), measurements: quotedOf(candidate, findingId),
      candidate: { centreMm: candidate.centreMm, sliceIndex: candidate.sliceIndex, diameterMm: candidate.diameterMm, placeWords: placeWords(candidate.laterality, candidate.location) }
    }, { signal: run.signal })
  }
}

function ready(store: ReadingStore, { id, studyUid }: AnalysisRow, question: Pick<ReadingRow, 'task' | 'subject' | 'findingId'>): ReadingRow {
  const known = store.ofAnalysis(id, question.task, question.subject)
  return known?.state === 'done' ? known : store.begin({ studyUid, analysisId: id, ...question }, 'queued', actor)
}

/** The frame that lies at the place of each slice of a volume: series may hold frames that are no part of it. */
export function refsOf({ geometry }: Volume, series: SeriesDescription): readonly Pick<SeriesDescription['frames'][number], 'sopInstanceUid' | 'frameNumber'>[] {
  return geometry.originsMm.map((origin) => {
    const frame = series.frames.find(({ positionMm }) => positionMm !== null && Math.hypot(positionMm[0] - origin[0], positionMm[1] - origin[1], positionMm[2] - origin[2]) <= 0.01)
    if (frame === undefined) throw new AppError('geometry-refused', 'A slice of the volume has no image of its own. The series may have changed since it was measured: analyse it again.')
    return frame
  })
}
