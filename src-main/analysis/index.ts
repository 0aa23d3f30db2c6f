import type { AnalyseResult, Finding } from '../../src-shared/analysis.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import type { KeyImage, StoneOption, TimelineEntry } from '../../src-shared/reports.ts'
import { commandLinePrincipal, type Principal } from '../platform/http.ts'
import { appVersion } from '../platform/resources.ts'
import { createAnnotations } from './annotations/annotations.ts'
import { createExports } from './exports.ts'
import type { AnalysisDeps } from './faces.ts'
import { createFindings } from './findings/findings.ts'
import { createFindingStore } from './findings/finding-store.ts'
import { createAnalyses } from './graph/analyses.ts'
import { createAnalysisStore, engineOf } from './graph/analysis-store.ts'
import { createGraph } from './graph/graph.ts'
import { measureInWorker, type Measure } from './graph/measure.ts'
import { createNodes } from './graph/nodes.ts'
import { createStepRunner } from './graph/steps.ts'
import { createMaskStore } from './masks/mask-store.ts'
import { guardSignedRows } from './guards-store.ts'
import { createModelText } from './readings/model-text.ts'
import { createQualityStore } from './readings/quality-store.ts'
import { createReadingStore } from './readings/reading-store.ts'
import { createReadings } from './readings/readings.ts'
import { createRunReading } from './readings/run-reading.ts'
import { readFrozen } from './reports/frozen.ts'
import { createReports } from './reports/reports.ts'
import { createReportStore } from './reports/report-store.ts'
import { createReportViews } from './reports/report-view.ts'
import { createSigning } from './reports/signing.ts'
import { readStoneRules, type StoneRules } from './reports/stone-rules.ts'
import { verifyReport, type Verification } from './reports/verify.ts'
import { timelineOf } from './timeline.ts'

export type { AnalysisDeps, FrameOptions, ReaderFace, Review, SlowOptions, StudiesFace } from './faces.ts'
export { createAnalysisRoutes } from './routes.ts'
export type SignedFacts = Readonly<{ hash: string, signedAt: string, findings: readonly Finding[], keyImages: readonly KeyImage[], options: readonly StoneOption[] }>
export type Analysis = ReturnType<typeof createAnalysis>

/**
 * What happens to a CT: measuring, review, report, signature, documents. `measure` is the worker unless a test brings its own.
 * Start the jobs of the edge after this: it registers its kinds here.
 */
export function createAnalysis(deps: AnalysisDeps, measure: Measure = measureInWorker()) {
  const { db, clock, events, studies } = deps
  guardSignedRows(db)
  const findingRows = createFindingStore(db, clock)
  const masks = createMaskStore(db)
  const analysisRows = createAnalysisStore(db, clock)
  const reportRows = createReportStore(db, clock)
  const readingStore = createReadingStore(db, clock)
  const modelText = createModelText({ ...deps, store: readingStore, isSigned: (studyUid) => reportRows.ofStudy(studyUid)?.status === 'final' })
  const rules = once(() => readStoneRules())

  const views = createReportViews({ ...deps, store: reportRows, findings: findingRows, analyses: analysisRows, rules, flagged: modelText.flagged, isHidden: modelText.isHidden })
  const reports = createReports({ ...deps, store: reportRows, findings: findingRows, analyses: analysisRows, views, statementsOf: modelText.statementsOf, readerWords: modelText.readerWords })
  const runReading = createRunReading({ ...deps, store: readingStore, isHidden: modelText.isHidden })
  const announceFindings = (studyUid: StudyUid) => {
    events.publish({ type: 'findings-changed', studyUid })
    reports.announce(studyUid)
  }
  const findings = createFindings({ ...deps, store: findingRows, isSigned: reports.isSigned, changed: reports.findingsChanged, announce: announceFindings, ensureReport: reports.ensure })
  const nodes = createNodes({ ...deps, store: analysisRows, findings: findingRows, masks, reports, measure, readingStore, runReading })
  const announceAnalysis = (id: string) => { analyses.announce(id) }
  const runStep = createStepRunner({ db, clock, store: analysisRows, announce: announceAnalysis })
  const graph = createGraph({ db, clock, store: analysisRows, nodes, runStep, announce: announceAnalysis })
  const analyses = createAnalyses({ ...deps, store: analysisRows, graph, version: appVersion(), isSigned: reports.isSigned, announceFindings })
  const signing = createSigning({
    ...deps, reports, store: reportRows, findings: findingRows, rules, modelLines: modelText.modelLines,
    resume: analyses.enqueueResumption, wake: () => { deps.jobs.wake() }
  })
  const readings = createReadings({ ...deps, store: readingStore, findings: findingRows, reports, runReading, isHidden: modelText.isHidden })
  const { quality } = createQualityStore(db)
  const documents = createExports({ db, studies, audit: deps.audit, reports, findings, store: reportRows, findingRows })

  return {
    analyse: analyses.analyse, cancel: analyses.cancel, waitFor: analyses.waitFor, offers: analyses.offers,
    analysisOf: (studyUid: StudyUid) => {
      const row = analysisRows.latest(studyUid)
      return row === null ? null : analyses.view(row.id)
    },
    findings, reports, signing, documents, readings, quality,
    annotations: createAnnotations(deps),
    /** What signatures froze, for whoever keeps copies elsewhere. */
    signed: {
      signed: reportRows.signedHashes,
      signedOf: (studyUid: string) => reportRows.signaturesOfStudy(studyUid as StudyUid).map(({ hash }) => ({ studyUid: studyUid as StudyUid, hash })),
      document: reportRows.documentOf,
      /** What the signature of the report itself froze; null while it is not signed. */
      facts: (studyUid: StudyUid): SignedFacts | null => factsOf(reportRows, studyUid),
      pdf: async (studyUid: StudyUid) => (await documents.signedPdf(studyUid)).bytes
    },
    /** The voxels behind the numbers of the findings that stand. */
    masksOf: masks.ofStudy,
    /** What made the numbers of an analysis; null where there is none of that id. */
    engineOf: (analysisId: string) => {
      const row = analysisRows.get(analysisId)
      return row === null ? null : engineOf(row)
    },
    /** When its measuring ended. */
    measuredAt: (analysisId: string) => analysisRows.step(analysisId, 'quantify')?.finishedAt ?? null,
    resultOf: (studyUid: StudyUid): AnalyseResult => documents.resultOf(studyUid),
    reportPdf: (studyUid: StudyUid, by: Principal = commandLinePrincipal): Promise<Uint8Array> => documents.reportPdf(studyUid, by),
    verifyReport: (studyUid: StudyUid): Verification => verifyReport(studyUid, { store: reportRows, findings: findingRows, analyses: analysisRows }),
    timeline: async (studyUid: StudyUid): Promise<{ entries: TimelineEntry[] }> => ({
      entries: timelineOf(studyUid, await studies.detail(studyUid), { store: reportRows, findings: findingRows, analyses: analysisRows, readings: readingStore })
    })
  }
}

/** The last signed report of a study, for whoever tells the patient. */
function factsOf(rows: ReturnType<typeof createReportStore>, studyUid: StudyUid): SignedFacts | null {
  const row = rows.ofStudy(studyUid)
  const signature = row?.status === 'final' ? rows.signatureOf(row.id) : null
  if (signature === null) return null
  const { findings, keyImages, signedAt, options } = readFrozen(signature.document)
  return { hash: signature.hash, signedAt, findings: findings.map(({ finding }) => finding), keyImages, options }
}

function once(make: () => StoneRules): () => StoneRules {
  let made: StoneRules | null = null
  return () => { made ??= make(); return made }
}
