import type { StepName } from '../../../src-shared/analysis.ts'
import { AppError } from '../../../src-shared/errors.ts'
import type { Volume } from '../../../src-shared/volume.ts'
import type { AnalysisDeps } from '../faces.ts'
import type { AnalysisRow, AnalysisStore, StepRow } from './analysis-store.ts'

/** One run of the graph in this process. What is big lives here for its length, and nowhere else. */
export type Run = {
  readonly analysisId: string
  readonly signal: AbortSignal
  readonly progress: (fraction: number) => void
  volume: Volume | null
}

/** What a step has found out, and how it goes into the database: `commit` runs in one transaction with the row that says the step is done. */
export type StepEnd = Readonly<{ detail: string, isSkipped?: boolean, commit?: () => void }>
export type StepWork = (run: Run, analysis: AnalysisRow) => Promise<StepEnd>

type Deps = Pick<AnalysisDeps, 'db' | 'clock'> & Readonly<{ store: AnalysisStore, announce: (analysisId: string) => void }>
export type StepRunner = ReturnType<typeof createStepRunner>

/**
 * Runs a step once. The effect and the mark "done" are one transaction, so that a step whose checkpoint was lost in a crash is met again,
 * found done, and passed over.
 */
export function createStepRunner({ db, clock, store, announce }: Deps) {
  const analysisOf = (id: string): AnalysisRow => {
    const row = store.get(id)
    if (row === null) throw new AppError('not-found', 'This analysis is not there any more.')
    if (row.state === 'cancelled') throw new AppError('cancelled', 'The analysis was cancelled.')
    return row
  }
  const isDone = (row: StepRow | null) => row?.state === 'done' || row?.state === 'skipped'

  const begin = (analysisId: string, step: StepName) => {
    db.sqlite.transaction(() => {
      analysisOf(analysisId)
      store.beginStep(analysisId, step)
      if (step !== 'finalise') store.change(analysisId, { state: 'running', error: null })
    }).immediate()
    announce(analysisId)
  }
  const end = (run: Run, step: StepName, result: StepEnd, startedMs: number) => {
    db.sqlite.transaction(() => {
      // Somebody may have cancelled it from another process while this one was measuring.
      analysisOf(run.analysisId)
      run.signal.throwIfAborted()
      result.commit?.()
      store.endStep(run.analysisId, step, { state: result.isSkipped === true ? 'skipped' : 'done', detail: result.detail, durationMs: clock.monotonicMs() - startedMs })
    }).immediate()
    announce(run.analysisId)
  }

  return async (run: Run, step: StepName, work: StepWork): Promise<void> => {
    run.signal.throwIfAborted()
    if (isDone(store.step(run.analysisId, step))) return
    begin(run.analysisId, step)
    const startedMs = clock.monotonicMs()
    const result = await work(run, analysisOf(run.analysisId))
    end(run, step, result, startedMs)
  }
}
