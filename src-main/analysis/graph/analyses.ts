import { protocolNames, type AnalyseRequest, type Analysis, type ProtocolName } from '../../../src-shared/analysis.ts'
import { AppError } from '../../../src-shared/errors.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { Principal } from '../../platform/http.ts'
import type { AnalysisDeps } from '../faces.ts'
import { chooseProtocol, protocolVersions } from '../protocols/index.ts'
import { analysisOf, type AnalysisStore } from './analysis-store.ts'
import { analysisJob, finaliseJob, registerAnalysisJobs, type AnalysisWork } from './analysis-jobs.ts'
import { followAnalysis } from './follow.ts'
import type { AnalysisGraph } from './graph.ts'
import { measuringLocked } from './nodes.ts'
import { seriesFacts } from './series-facts.ts'

type Deps = Pick<AnalysisDeps, 'db' | 'clock' | 'jobs' | 'events' | 'studies' | 'audit' | 'ruler' | 'maxAttempts'> & Readonly<{
  store: AnalysisStore, graph: AnalysisGraph, version: string
  isSigned: (studyUid: StudyUid) => boolean
  /** Tells the windows that findings and report are new. */
  announceFindings: (studyUid: StudyUid) => void
}>
export type Analyses = ReturnType<typeof createAnalyses>
export type ProtocolOffer = Readonly<{ name: ProtocolName, applies: boolean, reason: string }>


/** Analyses as durable jobs, one at a time a study. */
export function createAnalyses({ db, clock, jobs, events, studies, audit, ruler, maxAttempts = 3, store, graph, version, isSigned, announceFindings }: Deps) {
  const view = (id: string): Analysis => {
    const row = store.get(id)
    if (row === null) throw new AppError('not-found', 'There is no such analysis.')
    return analysisOf(row, store.steps(id))
  }
  const announce = (id: string) => { events.publish({ type: 'analysis', analysis: view(id) }) }

  const { close } = registerAnalysisJobs({ db, clock, jobs, studies, maxAttempts, store, graph, announce, announceFindings })

  const choose = async (studyUid: StudyUid, request: AnalyseRequest) => {
    const [series, detail] = await Promise.all([studies.seriesOf(studyUid), studies.detail(studyUid)])
    const facts = series.map((one) => seriesFacts(one, detail))
    if (request.seriesUid !== undefined && !facts.some((one) => one.seriesUid === request.seriesUid)) {
      throw new AppError('not-found', 'This series is not in the study.', { field: 'seriesUid' })
    }
    return chooseProtocol(facts, {
      ...(request.protocol === 'auto' ? {} : { protocol: request.protocol }), ...(request.seriesUid === undefined ? {} : { seriesUid: request.seriesUid })
    })
  }

  // Windows ask at every event of an analysis, and describing a large study takes a tenth of a second: the last one asked for is kept.
  const offered = new Map<StudyUid, Readonly<{ instanceCount: number, offers: readonly ProtocolOffer[] }>>()

  return {
    view, announce, choose,
    async analyse(studyUid: StudyUid, request: AnalyseRequest, by: Principal): Promise<Analysis> {
      if (!ruler().isTrue) throw measuringLocked()
      const chosen = await choose(studyUid, request)
      if (chosen.seriesUid === null) throw new AppError('not-analysable', chosen.reason)
      const { protocol, seriesUid, reason } = chosen
      const id = db.sqlite.transaction(() => {
        if (isSigned(studyUid)) throw new AppError('already-signed', 'The report is signed, so the study is not measured again. What is new goes into an addendum.')
        const active = store.active(studyUid)
        if (active !== null) return active.id
        const engine = { protocol, protocolReason: reason, protocolVersion: protocolVersions[protocol], appVersion: version, seriesUid }
        const row = store.create(studyUid, request, engine, by)
        jobs.enqueue(analysisJob, studyUid, { analysisId: row.id, studyUid } satisfies AnalysisWork)
        studies.setReview(studyUid, { status: 'analysing', progress: 0 })
        audit.record({ actor: by.id, actorName: by.name, action: 'analysis.request', subject: row.id, detail: { protocol } })
        return row.id
      }).immediate()
      announce(id)
      jobs.wake()
      return view(id)
    },
    cancel(analysisId: string, by: Principal): Analysis {
      const { studyUid, state } = view(analysisId)
      if (state !== 'queued' && state !== 'running') throw new AppError('conflict', 'This analysis is over; there is nothing to cancel.')
      db.sqlite.transaction(() => {
        close(analysisId, 'cancelled', `Cancelled by ${by.name}.`)
        const hasEarlier = store.ofStudy(studyUid).some((row) => row.state === 'awaiting-clinician')
        studies.setReview(studyUid, { status: hasEarlier ? 'needs-review' : 'new', progress: null })
        audit.record({ actor: by.id, actorName: by.name, action: 'analysis.cancel', subject: analysisId })
        jobs.cancel(analysisJob, studyUid)
      }).immediate()
      announce(analysisId)
      return view(analysisId)
    },
    /** Inside the transaction of the signature. */
    enqueueResumption(studyUid: StudyUid, signedBy: string): void {
      for (const row of store.ofStudy(studyUid)) {
        if (row.state === 'awaiting-clinician') jobs.enqueue(finaliseJob, row.id, { analysisId: row.id, studyUid, signedBy })
      }
    },
    /** The protocols and whether each suits the study. */
    async offers(studyUid: StudyUid): Promise<readonly ProtocolOffer[]> {
      const { study: { instanceCount } } = await studies.detail(studyUid)
      const known = offered.get(studyUid)
      if (known?.instanceCount === instanceCount) return known.offers
      const { protocol, reason, seriesUid } = await choose(studyUid, { protocol: 'auto' })
      const offers = protocolNames.map((name) => {
        const applies = seriesUid !== null && (name === protocol || name === 'general-ct')
        return { name, applies, reason: name === 'general-ct' && applies && name !== protocol ? 'General measurements can be made of any measurable CT series.' : reason }
      })
      offered.clear()
      offered.set(studyUid, { instanceCount, offers })
      return offers
    },
    waitFor: followAnalysis(view)
  }
}
