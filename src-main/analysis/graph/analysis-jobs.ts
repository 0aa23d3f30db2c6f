import { z } from 'zod'
import { RowId, StudyUid } from '../../../src-shared/ids.ts'
import type { JobContext } from '../../platform/jobs.ts'
import type { AnalysisDeps } from '../faces.ts'
import type { AnalysisStore } from './analysis-store.ts'
import type { AnalysisGraph } from './graph.ts'
import { createProgress } from './progress.ts'

type Deps = Pick<AnalysisDeps, 'db' | 'clock' | 'jobs' | 'studies'> & Readonly<{
  store: AnalysisStore, graph: AnalysisGraph, maxAttempts: number
  announce: (analysisId: string) => void, announceFindings: (studyUid: StudyUid) => void
}>

const AnalysisWork = z.object({ analysisId: RowId, studyUid: StudyUid })
export type AnalysisWork = z.infer<typeof AnalysisWork>
const Resumption = AnalysisWork.extend({ signedBy: z.string() })
/** Keyed by study: one analysis at a time for each. */
export const analysisJob = 'analysis'
/** Keyed by analysis: what follows a signature. */
export const finaliseJob = 'analysis-finalise'

/** The graph as durable jobs. A job that is run again goes on where the graph stood. */
export function registerAnalysisJobs({ db, clock, jobs, studies, store, graph, maxAttempts, announce, announceFindings }: Deps) {
  /** Inside a transaction: the end of an analysis that has no result. */
  const close = (analysisId: string, state: 'failed' | 'cancelled', sentence: string) => {
    for (const { step, state: was, startedAt } of store.steps(analysisId)) {
      if (was !== 'running') continue
      store.endStep(analysisId, step, { state: 'failed', detail: sentence, durationMs: startedAt === null ? null : clock.now().getTime() - Date.parse(startedAt) })
    }
    store.change(analysisId, { state, error: state === 'failed' ? sentence : null, finishedAt: clock.iso() })
  }

  const run = async ({ analysisId, studyUid }: AnalysisWork, { signal, progress }: JobContext): Promise<void> => {
    const row = store.get(analysisId)
    if (row === null || (row.state !== 'queued' && row.state !== 'running')) return
    const report = createProgress({ analysisId, studyUid, clock, store, studies, announce, progress })
    await graph.toClinician({ analysisId, signal, progress: report, volume: null })
    announce(analysisId)
    announceFindings(studyUid)
  }

  const onFailed = (payload: AnalysisWork | null, reason: string) => {
    if (payload === null) return
    db.sqlite.transaction(() => {
      close(payload.analysisId, 'failed', reason)
      studies.setReview(payload.studyUid, { status: 'failed', progress: null })
    }).immediate()
    announce(payload.analysisId)
  }

  jobs.register({ kind: analysisJob, payload: AnalysisWork, concurrency: 1, maxAttempts, run, onFailed })
  jobs.register({
    kind: finaliseJob, payload: Resumption, concurrency: 1, maxAttempts: 10,
    async run({ analysisId, signedBy }, { signal }) {
      if (store.get(analysisId)?.state !== 'awaiting-clinician') return
      await graph.toEnd({ analysisId, signal, progress: () => undefined, volume: null }, signedBy)
      announce(analysisId)
    }
  })
  return { close }
}
