import { AppError } from '../../../src-shared/errors.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { Report, ReportContent, ReportLine, ReportWrite } from '../../../src-shared/reports.ts'
import type { Principal } from '../../platform/http.ts'
import type { AnalysisDeps } from '../faces.ts'
import type { FindingStore } from '../findings/finding-store.ts'
import { worklistFindings } from '../findings/summary.ts'
import type { AnalysisRow, AnalysisStore } from '../graph/analysis-store.ts'
import { canonicalJson } from './canonical.ts'
import { draftContent } from './draft.ts'
import { mergeDraft } from './merge.ts'
import { normaliseContent } from './normalise.ts'
import { templates, type ReportRow, type ReportStore } from './report-store.ts'
import type { ReportViews } from './report-view.ts'
import { techniqueLines } from './technique.ts'

type Deps = Pick<AnalysisDeps, 'db' | 'studies' | 'audit' | 'events'> & Readonly<{
  store: ReportStore, findings: FindingStore, analyses: AnalysisStore, views: ReportViews
  /** The sentences of a model that were taken in, as lines, and in words what read the study and how much of it. */
  statementsOf: (studyUid: StudyUid) => Readonly<{ findings: readonly ReportLine[], impression: readonly ReportLine[] }>
  readerWords: (analysis: AnalysisRow) => string
}>
export type Reports = ReturnType<typeof createReports>

/** The report of a study while it is written: drafted by templates, corrected by a clinician, saved at each pause. */
export function createReports({ db, studies, audit, events, store, findings, analyses, statementsOf, readerWords, views: { view, missingOf } }: Deps) {
  const isSigned = (studyUid: StudyUid): boolean => store.ofStudy(studyUid)?.status === 'final'
  const announce = (studyUid: StudyUid) => { events.publish({ type: 'report-changed', studyUid }) }

  /** The analysis whose numbers the report quotes: the last one that got as far as results. */
  const quoted = (studyUid: StudyUid): AnalysisRow | null => analyses.ofStudy(studyUid).findLast((row) => row.candidates !== null) ?? null
  const templateOf = (studyUid: StudyUid, technique: readonly ReportLine[]): ReportContent =>
    draftContent({ technique, analysis: quoted(studyUid), findings: findings.ofStudy(studyUid), statements: statementsOf(studyUid) })

  /** Call inside a transaction. `technique` null keeps the one that the report has. */
  const redraft = (studyUid: StudyUid, technique: readonly ReportLine[] | null): void => {
    const row = store.ofStudy(studyUid)
    if (row === null) {
      store.create(studyUid, templateOf(studyUid, technique ?? []))
      return
    }
    if (row.status === 'final') throw alreadySigned()
    const machine = templateOf(studyUid, technique ?? row.machine.technique)
    const merged = normaliseContent(mergeDraft(row.machine, machine, row.content), machine, findings.ofStudy(studyUid))
    if (canonicalJson([machine, merged]) === canonicalJson([row.machine, row.content])) return
    store.save(row, { machine, content: merged }, 'machine', templates)
  }

  const worklistWords = (studyUid: StudyUid): string => worklistFindings(findings.ofStudy(studyUid), quoted(studyUid)?.protocol ?? null)

  /** After a verdict or an edit, inside its transaction. */
  const findingsChanged = (studyUid: StudyUid): void => {
    redraft(studyUid, null)
    studies.setReview(studyUid, { findings: worklistWords(studyUid) })
  }

  const techniqueOf = async (studyUid: StudyUid, analysis: AnalysisRow | null): Promise<ReportLine[]> => {
    const { series } = await studies.detail(studyUid)
    const seriesUid = analysis?.seriesUid ?? series.find((one) => one.isViewable)?.seriesUid ?? null
    const described = seriesUid === null ? null : await studies.describeSeries(seriesUid)
    const engine = analysis === null ? ''
      : `Measured by the protocol ${analysis.protocol} ${analysis.protocolVersion} of Vigil ${analysis.appVersion}. ${readerWords(analysis)}`
    const doubts = (described?.warningTexts ?? []).map((message) => ({ code: 'series', message }))
    return techniqueLines(described, engine, analysis?.warnings ?? doubts)
  }

  const ensure = async (studyUid: StudyUid): Promise<ReportRow> => {
    const known = store.ofStudy(studyUid)
    if (known !== null) return known
    const technique = await techniqueOf(studyUid, quoted(studyUid))
    return db.sqlite.transaction(() => store.ofStudy(studyUid) ?? store.create(studyUid, templateOf(studyUid, technique))).immediate()
  }

  /** An autosave. One that was typed over an older template draft is merged under the newer one; one over another person's text is refused. */
  const saveRow = (row: ReportRow, write: ReportWrite, by: Principal): ReportRow => {
    if (row.status === 'final') throw alreadySigned()
    const base = write.revision === row.revision ? row.machine : write.revision >= row.humanRevision ? store.machineAt(row.id, write.revision) : null
    if (base === null) {
      throw new AppError('stale-revision', 'The report has been changed elsewhere since you opened it. Load it again; your text stays in this window until then.')
    }
    const merged = write.revision === row.revision ? write.content : mergeDraft(base, row.machine, write.content)
    const content = normaliseContent(merged, row.machine, findings.ofStudy(row.studyUid))
    if (canonicalJson(content) === canonicalJson(row.content)) return row
    audit.record({ actor: by.id, actorName: by.name, action: 'report.save', subject: row.id, detail: { revision: row.revision + 1 } })
    return store.save(row, { machine: row.machine, content }, 'person', by)
  }

  return {
    isSigned, redraft, findingsChanged, worklistWords, techniqueOf, ensure, view, missingOf, announce, quoted,
    get: async (studyUid: StudyUid): Promise<Report> => view(await ensure(studyUid)),
    /** The report as it stands, without making one. */
    current: (studyUid: StudyUid): Report | null => {
      const row = store.ofStudy(studyUid)
      return row === null ? null : view(row)
    },
    async save(studyUid: StudyUid, write: ReportWrite, by: Principal): Promise<Report> {
      const before = await ensure(studyUid)
      const row = db.sqlite.transaction(() => saveRow(store.ofStudy(studyUid) ?? before, write, by)).immediate()
      if (row.revision !== before.revision) announce(studyUid)
      return view(row)
    }
  }
}

export function alreadySigned(): AppError {
  return new AppError('already-signed', 'The report is signed and does not change any more. Write an addendum instead.')
}
