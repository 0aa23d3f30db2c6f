import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import { RowId, SeriesUid, StudyUid } from '../../../src-shared/ids.ts'
import type { AgreementRequest, Reading, ReadingList, ReadingRequest, Statement, StatementVerdict } from '../../../src-shared/reading.ts'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import type { Principal } from '../../platform/http.ts'
import type { JobContext } from '../../platform/jobs.ts'
import type { AnalysisDeps } from '../faces.ts'
import type { FindingRow, FindingStore } from '../findings/finding-store.ts'
import { isStone } from '../findings/summary.ts'
import { lineText } from '../reports/text.ts'
import { placeWords } from '../reports/words.ts'
import type { Reports } from '../reports/reports.ts'
import { readerFacts } from './facts.ts'
import { quotedCount, quotedMeasurements, quotedOf, type Quoted } from './measurements.ts'
import { refsOf } from './read-step.ts'
import type { ReadingRow, ReadingStore, StatementRow } from './reading-store.ts'
import type { RunReading } from './run-reading.ts'
import { firstImpressionOf, readingOf, statementOf } from './view.ts'

type Deps = Pick<AnalysisDeps, 'db' | 'clock' | 'audit' | 'events' | 'jobs' | 'studies' | 'reader'> & Readonly<{
  store: ReadingStore, findings: FindingStore, reports: Reports, runReading: RunReading, isHidden: (studyUid: StudyUid) => boolean
}>
export type Readings = ReturnType<typeof createReadings>

const readingJob = 'reading'
const Work = z.object({ readingId: RowId, studyUid: StudyUid, seriesUid: SeriesUid.nullable(), language: z.enum(['en', 'es']) })
type Work = z.infer<typeof Work>
const statusOf = { accept: 'accepted', reject: 'rejected', reopen: 'proposed', amend: 'amended' } as const

/** Questions that are asked by hand, and what a clinician does with any answer. */
export function createReadings({ db, clock, audit, events, jobs, studies, reader, store, findings, reports, runReading, isHidden }: Deps) {
  const changed = (studyUid: StudyUid) => { events.publish({ type: 'readings-changed', studyUid }) }
  const viewOf = (row: ReadingRow): Reading => readingOf(row, store.statementsOf(row.id), isHidden(row.studyUid))
  const refuseSigned = (studyUid: StudyUid) => { if (reports.isSigned(studyUid)) throw new AppError('already-signed', 'The report is signed, so nothing of the reader goes into it any more. Write an addendum instead.') }

  const measured = (studyUid: StudyUid): Quoted[] => {
    const rows = findings.ofStudy(studyUid)
    return [...rows.flatMap((row) => quotedOf(row, row.id)), ...quotedMeasurements(reports.quoted(studyUid)?.measurements ?? []), quotedCount(rows.filter(isStone).length)]
  }
  const chosenSeries = async (studyUid: StudyUid, seriesUid: SeriesUid | null): Promise<SeriesDescription> => {
    const { series } = await studies.detail(studyUid)
    const wanted = seriesUid ?? reports.quoted(studyUid)?.seriesUid ?? series.filter(({ isViewable }) => isViewable).toSorted((a, b) => b.frames - a.frames)[0]?.seriesUid ?? null
    if (wanted === null || !series.some((one) => one.seriesUid === wanted && one.isViewable)) throw new AppError('not-analysable', 'This study has no images that a reader could look at.')
    return studies.describeSeries(wanted)
  }
  /** A volume where the series is one; else its frames, as the viewer draws them. */
  const imagesOf = async (series: SeriesDescription, signal: AbortSignal) => {
    if (series.modality !== 'CT' || !series.isVolume) return { kind: 'frames' as const, series }
    const volume = await studies.loadVolume(series.seriesUid, { signal })
    return { kind: 'volume' as const, volume, refs: refsOf(volume, series), series }
  }
  const linesOf = async (studyUid: StudyUid, sections: readonly ('findings' | 'impression')[]) => {
    const { content } = await reports.get(studyUid)
    return sections.flatMap((section) => content[section]).map((line, index) => ({ label: `L${index + 1}`, text: lineText(line) })).filter(({ text }) => text.trim() !== '').slice(0, 40)
  }

  const look = async (row: ReadingRow, finding: FindingRow, signal: AbortSignal) => {
    const series = await studies.describeSeries(finding.seriesUid)
    const [detail, volume] = [await studies.detail(row.studyUid), await studies.loadVolume(finding.seriesUid, { signal })]
    const refs = refsOf(volume, series)
    const [nearest] = volume.geometry.originsMm.map((origin, index) => ({ index, offMm: Math.abs((finding.centreMm[0] - origin[0]) * volume.geometry.normal[0] + (finding.centreMm[1] - origin[1]) * volume.geometry.normal[1] + (finding.centreMm[2] - origin[2]) * volume.geometry.normal[2]) })).toSorted((a, b) => a.offMm - b.offMm)
    await runReading(row, 'second-look', {
      facts: readerFacts(series, detail), volume, series, refs, measurements: quotedOf(finding, finding.id),
      candidate: { centreMm: finding.centreMm, sliceIndex: nearest?.index ?? 0, diameterMm: finding.diameterMm, placeWords: placeWords(finding.laterality, finding.location) }
    }, { signal })
  }
  const perform = async (row: ReadingRow, { seriesUid, language }: Work, signal: AbortSignal): Promise<void> => {
    const { studyUid } = row
    switch (row.task) {
      case 'describe-study': {
        const series = await chosenSeries(studyUid, seriesUid)
        await runReading(row, 'describe-study', { facts: readerFacts(series, await studies.detail(studyUid)), images: await imagesOf(series, signal), measurements: measured(studyUid) }, { signal })
        return
      }
      case 'second-look': {
        const finding = row.findingId === null ? null : findings.get(row.findingId)
        if (finding === null) throw new AppError('not-found', 'This finding is not there any more.')
        await look(row, finding, signal)
        return
      }
      case 'impression': {
        const series = await chosenSeries(studyUid, seriesUid)
        await runReading(row, 'impression', { facts: readerFacts(series, await studies.detail(studyUid)), lines: await linesOf(studyUid, ['findings']), measurements: measured(studyUid) }, { signal })
        return
      }
      case 'plain-language': await runReading(row, 'plain-language', { lines: await linesOf(studyUid, ['findings', 'impression']), language, measurements: measured(studyUid) }, { signal }); return
      case 'caption-chunk': case 'intervention': throw new AppError('invalid-request', 'This is no question about a study.')
      default: row.task satisfies never
    }
  }

  jobs.register({
    kind: readingJob, payload: Work, concurrency: 4, maxAttempts: 3,
    async run(work: Work, { signal }: JobContext) {
      const row = store.get(work.readingId)
      if (row === null || (row.state !== 'queued' && row.state !== 'running')) return
      store.change(row.id, { state: 'running' })
      changed(row.studyUid)
      try {
        await perform(row, work, signal)
      } catch (error) {
        const now = store.get(row.id)
        if (now?.state === 'running') store.change(row.id, { state: signal.aborted ? 'cancelled' : 'failed', error: error instanceof AppError ? error.message : 'An unexpected error stopped it; the log of this workstation has the details.', finishedAt: clock.iso() })
        changed(row.studyUid)
        throw error
      }
    },
    onFailed(work, reason) {
      if (store.get(work.readingId)?.state === 'running') store.change(work.readingId, { state: 'failed', error: reason, finishedAt: clock.iso() })
    }
  })

  const ask = (studyUid: StudyUid, request: ReadingRequest, findingId: string | null, by: Principal): ReadingRow => {
    const subject = findingId ?? (request.task === 'plain-language' ? request.language : request.seriesUid ?? '')
    const open = store.open(studyUid).find((row) => row.task === request.task && row.subject === subject)
    if (open !== undefined) return open
    const row = store.begin({ studyUid, analysisId: null, task: request.task, subject, findingId }, 'queued', by)
    jobs.enqueue(readingJob, row.id, { readingId: row.id, studyUid, seriesUid: request.seriesUid ?? null, language: request.language } satisfies Work)
    audit.record({ actor: by.id, actorName: by.name, action: 'reading.request', subject: row.id, detail: { task: request.task } })
    return row
  }

  const decide = (row: StatementRow, { verdict, text }: StatementVerdict, by: Principal): StatementRow => {
    const decided = verdict === 'reopen' ? { decidedBy: null, decidedAt: null } : { decidedBy: by.name, decidedAt: clock.iso() }
    const next = store.decide(row, { status: statusOf[verdict], amendedText: verdict === 'amend' ? text ?? null : null, ...decided })
    store.record({ statementId: row.id, studyUid: row.studyUid, verdict, text: text ?? null, actor: by.id, actorName: by.name })
    // Its words may hold what the clinician knows of the patient.
    audit.record({ actor: by.id, actorName: by.name, action: `statement.${verdict}`, subject: row.id, detail: { wasFlagged: row.isFlagged } })
    reports.findingsChanged(row.studyUid)
    return next
  }

  const list = (studyUid: StudyUid): ReadingList => {
      const whyNot = reader.whyNot()
      return {
        isHidden: isHidden(studyUid), firstImpression: firstImpressionOf(store.firstImpression(studyUid), store.agreement(studyUid)), readings: store.ofStudy(studyUid).map(viewOf),
        canRead: whyNot === null && !reports.isSigned(studyUid), whyNot: reports.isSigned(studyUid) ? 'The report is signed.' : whyNot ?? ''
      }
  }

  return {
    list,
    /** Queues the question; a second look without a finding is asked for every finding that stands. */
    async request(studyUid: StudyUid, request: ReadingRequest, by: Principal): Promise<readonly Reading[]> {
      await studies.detail(studyUid)
      const whyNot = reader.whyNot()
      if (whyNot !== null) throw new AppError('not-configured', whyNot)
      if (request.task !== 'plain-language') refuseSigned(studyUid)
      await reports.ensure(studyUid)
      const rows = db.sqlite.transaction(() => {
        if (request.task !== 'second-look') return [ask(studyUid, request, null, by)]
        const wanted = findings.ofStudy(studyUid).filter(({ id, status }) => (request.findingId === undefined ? status !== 'rejected' : id === request.findingId))
        if (wanted.length === 0) throw new AppError('not-found', 'There is no finding to look at.')
        return wanted.map(({ id }) => ask(studyUid, request, id, by))
      }).immediate()
      changed(studyUid)
      jobs.wake()
      return rows.map(viewOf)
    },
    cancel(id: string, by: Principal): Reading {
      const row = store.get(id)
      if (row === null) throw new AppError('not-found', 'There is no such reading.')
      if (row.state !== 'queued' && row.state !== 'running') throw new AppError('conflict', 'This reading is over; there is nothing to cancel.')
      if (row.analysisId !== null) throw new AppError('conflict', 'This reading is part of an analysis. Cancel the analysis.')
      db.sqlite.transaction(() => {
        store.change(id, { state: 'cancelled', error: `Cancelled by ${by.name}.`, finishedAt: clock.iso() })
        audit.record({ actor: by.id, actorName: by.name, action: 'reading.cancel', subject: id })
        jobs.cancel(readingJob, id)
      }).immediate()
      changed(row.studyUid)
      return viewOf(store.get(id) ?? row)
    },
    verdict(id: string, request: StatementVerdict, by: Principal): Statement {
      const { statement, run } = db.sqlite.transaction(() => {
        const row = store.statement(id)
        if (row === null || isHidden(row.studyUid)) throw new AppError('not-found', 'There is no such sentence.')
        refuseSigned(row.studyUid)
        if (row.revision !== request.revision) throw new AppError('stale-revision', 'This sentence has been decided on elsewhere since you saw it. Look at it again.')
        return { statement: decide(row, request, by), run: store.get(row.readingId)?.run ?? null }
      }).immediate()
      changed(statement.studyUid)
      reports.announce(statement.studyUid)
      return statementOf(statement, run)
    },
    /** Read-first: what the clinician thought before any word of a model was shown. Kept as it is, for ever. */
    commitImpression(studyUid: StudyUid, text: string, by: Principal): ReadingList {
      db.sqlite.transaction(() => {
        if (store.firstImpression(studyUid) !== null) throw new AppError('conflict', 'A first impression of this study is already kept, and does not change.')
        store.commitImpression(studyUid, text, by)
        audit.record({ actor: by.id, actorName: by.name, action: 'impression.first', subject: studyUid })
        if (!reports.isSigned(studyUid)) reports.findingsChanged(studyUid)
      }).immediate()
      changed(studyUid)
      reports.announce(studyUid)
      return list(studyUid)
    },
    agree(studyUid: StudyUid, { agreement, note }: z.infer<typeof AgreementRequest>, by: Principal): ReadingList {
      db.sqlite.transaction(() => {
        if (store.firstImpression(studyUid) === null) throw new AppError('conflict', 'There is no first impression to compare with.')
        store.agree({ studyUid, agreement, note }, by)
        audit.record({ actor: by.id, actorName: by.name, action: 'impression.agreement', subject: studyUid, detail: { agreement } })
      }).immediate()
      changed(studyUid)
      return list(studyUid)
    }
  }
}
