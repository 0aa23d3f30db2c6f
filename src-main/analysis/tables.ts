import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import {
  findingKinds, protocolNames, stepNames, type Analysis, type AnalysisStep, type AnalyseRequest, type Candidate, type Finding, type FindingEdit
} from '../../src-shared/analysis.ts'
import type { Annotation } from '../../src-shared/annotations.ts'
import type { PointMm, SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import { readTasks, statementSections, type FirstImpression, type ImageRef, type ReaderRun, type ReaderTiming, type SecondLookVerdict, type StatementSpan, type StatementVerdict } from '../../src-shared/reading.ts'
import type { ReportContent } from '../../src-shared/reports.ts'
import type { PlacedMask } from './masks/place-mask.ts'

/**
 * A candidate with the place of the slice that shows it best: Image Position of that slice, mm. Slices of a volume need not be all frames of
 * its series. Runs of earlier versions have no `mask`.
 */
export type PlacedCandidate = Candidate & Readonly<{ sliceOriginMm: PointMm, mask?: PlacedMask }>
/** Where a candidate is seen: chosen by `select-slices`, so that a click lands on the instance that was measured. */
export type ChosenSlice = Readonly<{ sopInstanceUid: SopInstanceUid, frameNumber: number }>

/** What is known of one run. Candidates stay here, outside the graph's checkpoints, which hold ids alone. */
export const analyses = sqliteTable('analyses', {
  id: text().primaryKey(),
  studyUid: text().$type<StudyUid>().notNull(),
  request: text({ mode: 'json' }).$type<AnalyseRequest>().notNull(),
  seriesUid: text().$type<SeriesUid>(),
  protocol: text({ enum: protocolNames }).notNull(),
  protocolReason: text().notNull(),
  protocolVersion: text().notNull(),
  appVersion: text().notNull(),
  /** What read the images besides, in words; null where no model did. */
  reader: text(),
  state: text({ enum: ['queued', 'running', 'awaiting-clinician', 'done', 'failed', 'cancelled'] }).notNull(),
  progress: real().notNull(),
  candidates: text({ mode: 'json' }).$type<PlacedCandidate[]>(),
  slices: text({ mode: 'json' }).$type<ChosenSlice[]>(),
  measurements: text({ mode: 'json' }).$type<Analysis['measurements']>().notNull(),
  warnings: text({ mode: 'json' }).$type<Analysis['warnings']>().notNull(),
  error: text(),
  requestedBy: text().notNull(),
  requestedByName: text().notNull(),
  createdAt: text().notNull(),
  finishedAt: text()
}, (t) => [index('analyses_study').on(t.studyUid, t.createdAt)])

/** `starts` counts how often a step was begun: more than once only where the process died in the middle of it. */
export const analysisSteps = sqliteTable('analysis_steps', {
  analysisId: text().notNull().references(() => analyses.id),
  step: text({ enum: stepNames }).notNull(),
  state: text().$type<AnalysisStep['state']>().notNull(),
  starts: integer().notNull(),
  startedAt: text(),
  finishedAt: text(),
  durationMs: real(),
  detail: text().notNull()
}, (t) => [primaryKey({ columns: [t.analysisId, t.step] })])

/** The numbers as they stand; `measured` keeps those of the protocol for ever, null where a clinician added the finding. */
export const findings = sqliteTable('findings', {
  id: text().primaryKey(),
  studyUid: text().$type<StudyUid>().notNull(),
  analysisId: text().references(() => analyses.id),
  origin: text({ enum: ['measured', 'model', 'clinician'] }).notNull(),
  kind: text({ enum: findingKinds }).notNull(),
  status: text({ enum: ['proposed', 'accepted', 'rejected', 'amended'] }).notNull(),
  seriesUid: text().$type<SeriesUid>().notNull(),
  sopInstanceUid: text().$type<SopInstanceUid>().notNull(),
  frameNumber: integer().notNull(),
  confidence: real(),
  reason: text().notNull(),
  note: text().notNull(),
  diameterMm: real(),
  diameterErrorMm: real(),
  volumeMm3: real(),
  meanHu: real(),
  maxHu: real(),
  huVoxels: integer(),
  laterality: text().$type<Finding['laterality']>().notNull(),
  location: text().$type<Finding['location']>().notNull(),
  centreMm: text({ mode: 'json' }).$type<PointMm>().notNull(),
  diameterEndsMm: text({ mode: 'json' }).$type<[PointMm, PointMm] | null>(),
  measured: text({ mode: 'json' }).$type<MeasuredNumbers | null>(),
  revision: integer().notNull(),
  decidedBy: text(),
  decidedAt: text(),
  /** Set when a later analysis replaced it before anyone decided; such a row is kept and not shown. */
  supersededAt: text(),
  createdAt: text().notNull()
}, (t) => [index('findings_study').on(t.studyUid, t.id)])

export type MeasuredNumbers = Readonly<{ diameterMm: number | null, diameterErrorMm: number | null, volumeMm3: number | null, meanHu: number | null, maxHu: number | null }>
export type FindingAct =
  | Readonly<{ act: 'verdict', verdict: 'accept' | 'reject' | 'reopen', reason: string }>
  | Readonly<{ act: 'edit', edit: FindingEdit }>
  | Readonly<{ act: 'added' | 'superseded' | 'kept' }>

/** Append-only: what was done to a finding, by whom and when. */
export const findingActs = sqliteTable('finding_acts', {
  id: text().primaryKey(),
  findingId: text().notNull().references(() => findings.id),
  studyUid: text().$type<StudyUid>().notNull(),
  act: text({ mode: 'json' }).$type<FindingAct>().notNull(),
  actor: text().notNull(),
  actorName: text().notNull(),
  at: text().notNull()
}, (t) => [index('finding_acts_finding').on(t.findingId, t.id), index('finding_acts_study').on(t.studyUid, t.at)])

/** The voxels behind a finding's numbers, kept with it; a finding added by hand has none. */
export const findingMasks = sqliteTable('finding_masks', {
  findingId: text().primaryKey().references(() => findings.id),
  mask: text({ mode: 'json' }).$type<PlacedMask>().notNull()
})

export const annotations = sqliteTable('annotations', {
  id: text().primaryKey(),
  studyUid: text().$type<StudyUid>().notNull(),
  body: text({ mode: 'json' }).$type<Omit<Annotation, 'id' | 'studyUid' | 'revision' | 'createdBy' | 'createdAt' | 'updatedAt'>>().notNull(),
  revision: integer().notNull(),
  createdBy: text().notNull(),
  createdAt: text().notNull(),
  updatedAt: text().notNull(),
  deletedAt: text(),
  deletedBy: text()
}, (t) => [index('annotations_study').on(t.studyUid, t.createdAt)])

/** `machine` is what the templates last said: a line that still equals it has not been touched by anyone. */
export const reports = sqliteTable('reports', {
  id: text().primaryKey(),
  studyUid: text().$type<StudyUid>().notNull(),
  version: integer().notNull(),
  status: text({ enum: ['draft', 'final'] }).notNull(),
  revision: integer().notNull(),
  /** Revision of the last save by a person; what came after it came from templates alone and can be merged under their text. */
  humanRevision: integer().notNull(),
  content: text({ mode: 'json' }).$type<ReportContent>().notNull(),
  machine: text({ mode: 'json' }).$type<ReportContent>().notNull(),
  createdAt: text().notNull(),
  updatedAt: text().notNull()
}, (t) => [uniqueIndex('reports_study').on(t.studyUid, t.version)])

/** Append-only: one row a revision. `machine` is the template text of that revision, so that a late autosave finds its base. */
export const reportSaves = sqliteTable('report_saves', {
  reportId: text().notNull().references(() => reports.id),
  revision: integer().notNull(),
  by: text({ enum: ['machine', 'person'] }).notNull(),
  machine: text({ mode: 'json' }).$type<ReportContent>().notNull(),
  actor: text().notNull(),
  actorName: text().notNull(),
  at: text().notNull()
}, (t) => [primaryKey({ columns: [t.reportId, t.revision] })])

/** Append-only: the hash chain of everything signed on this workstation. `document` is the canonical text under the hash. */
export const signatures = sqliteTable('signatures', {
  sequence: integer().primaryKey({ autoIncrement: true }),
  kind: text({ enum: ['report', 'addendum'] }).notNull(),
  subjectId: text().notNull(),
  studyUid: text().$type<StudyUid>().notNull(),
  document: text().notNull(),
  previousHash: text().notNull(),
  hash: text().notNull(),
  signedBy: text().notNull(),
  signedByName: text().notNull(),
  signedAt: text().notNull()
}, (t) => [uniqueIndex('signatures_subject').on(t.subjectId), index('signatures_study').on(t.studyUid), uniqueIndex('signatures_hash').on(t.hash)])

export const addenda = sqliteTable('addenda', {
  id: text().primaryKey(),
  reportId: text().notNull().references(() => reports.id),
  studyUid: text().$type<StudyUid>().notNull(),
  text: text().notNull(),
  signedByName: text().notNull(),
  signedAt: text().notNull(),
  hash: text().notNull()
}, (t) => [index('addenda_report').on(t.reportId, t.signedAt)])

/** Append-only: what left this workstation as a document. */
export const reportExports = sqliteTable('report_exports', {
  id: text().primaryKey(),
  studyUid: text().$type<StudyUid>().notNull(),
  format: text({ enum: ['pdf'] }).notNull(),
  isSigned: integer({ mode: 'boolean' }).notNull(),
  sha256: text().notNull(),
  actor: text().notNull(),
  actorName: text().notNull(),
  at: text().notNull()
}, (t) => [index('report_exports_study').on(t.studyUid, t.at)])

/** One question to a reader and its answer. `subject` tells the questions of one task apart: the index of a candidate, or nothing. */
export const readings = sqliteTable('readings', {
  id: text().primaryKey(),
  studyUid: text().$type<StudyUid>().notNull(),
  analysisId: text().references(() => analyses.id),
  task: text({ enum: readTasks }).notNull(),
  subject: text().notNull(),
  findingId: text(),
  state: text({ enum: ['queued', 'running', 'done', 'failed', 'cancelled'] }).notNull(),
  run: text({ mode: 'json' }).$type<ReaderRun>(),
  timing: text({ mode: 'json' }).$type<ReaderTiming>(),
  images: text({ mode: 'json' }).$type<ImageRef[]>().notNull(),
  imagesAvailable: integer().notNull(),
  imagesNote: text().notNull(),
  verdict: text().$type<SecondLookVerdict>(),
  /** The validated answer as it came. */
  output: text({ mode: 'json' }).$type<unknown>(),
  error: text(),
  requestedBy: text().notNull(),
  requestedByName: text().notNull(),
  createdAt: text().notNull(),
  finishedAt: text(),
  /** Set when a later reading of the same kind replaced it; kept for the record and the figures, not shown. */
  supersededAt: text()
}, (t) => [
  index('readings_study').on(t.studyUid, t.createdAt),
  uniqueIndex('readings_of_analysis').on(t.analysisId, t.task, t.subject).where(sql`analysis_id is not null`)
])

/** Sentences of a reading, as bound to measurements when they came; the clinician's decision beside them. */
export const statements = sqliteTable('statements', {
  id: text().primaryKey(),
  readingId: text().notNull().references(() => readings.id),
  studyUid: text().$type<StudyUid>().notNull(),
  ordinal: integer().notNull(),
  section: text({ enum: statementSections }).notNull(),
  spans: text({ mode: 'json' }).$type<StatementSpan[]>().notNull(),
  images: text({ mode: 'json' }).$type<ImageRef[]>().notNull(),
  isFlagged: integer({ mode: 'boolean' }).notNull(),
  status: text({ enum: ['proposed', 'accepted', 'rejected', 'amended'] }).notNull(),
  amendedText: text(),
  revision: integer().notNull(),
  decidedBy: text(),
  decidedAt: text(),
  createdAt: text().notNull()
}, (t) => [index('statements_reading').on(t.readingId, t.ordinal), index('statements_study').on(t.studyUid)])

/** Append-only: each verdict on a statement. */
export const statementActs = sqliteTable('statement_acts', {
  id: text().primaryKey(),
  statementId: text().notNull().references(() => statements.id),
  studyUid: text().$type<StudyUid>().notNull(),
  verdict: text().$type<StatementVerdict['verdict']>().notNull(),
  text: text(),
  actor: text().notNull(),
  actorName: text().notNull(),
  at: text().notNull()
}, (t) => [index('statement_acts_statement').on(t.statementId, t.id)])

/** Read-first: what the clinician wrote before any text of a model was shown, once a study, never changed. */
export const firstImpressions = sqliteTable('first_impressions', {
  studyUid: text().$type<StudyUid>().primaryKey(),
  text: text().notNull(),
  by: text().notNull(),
  byName: text().notNull(),
  at: text().notNull()
})

/** Append-only: how the model's text compared with the first impression; the last one counts. */
export const impressionAgreements = sqliteTable('impression_agreements', {
  id: text().primaryKey(),
  studyUid: text().$type<StudyUid>().notNull().references(() => firstImpressions.studyUid),
  agreement: text().$type<NonNullable<FirstImpression['agreement']>>().notNull(),
  note: text().notNull(),
  by: text().notNull(),
  byName: text().notNull(),
  at: text().notNull()
}, (t) => [index('impression_agreements_study').on(t.studyUid, t.at)])
