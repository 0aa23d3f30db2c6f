import type { Engine, Finding } from '../../src-shared/analysis.ts'
import type { Annotation } from '../../src-shared/annotations.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import type { FindingMask } from '../../src-shared/masks.ts'
import type { Report } from '../../src-shared/reports.ts'
import type { ImportResult, SeriesDescription, StudyDetail } from '../../src-shared/studies.ts'
import type { KeyImage } from '../../src-shared/viewing.ts'
import type { Principal } from '../platform/http.ts'
import type { DicomElement, DraftObject, Studies, WrittenObject } from '../studies/index.ts'

/** What this room needs of the studies. */
export type StudiesFace = Readonly<{
  detail: (studyUid: StudyUid) => StudyDetail
  seriesOf: (studyUid: StudyUid) => SeriesDescription[]
  modulesOf: (sopInstanceUid: string) => Promise<DicomElement[]>
  writeObject: (object: DraftObject) => WrittenObject
  importResult: (importId: string) => ImportResult
}> & Pick<Studies, 'openUpload' | 'receiveFile' | 'finishUpload'>

/** The signed report as a PDF, with its SHA-256. */
export type SignedPdf = Readonly<{ report: Report, bytes: Uint8Array, sha256: string }>

/** What this room needs of the analysis: what stands in its rows. */
export type AnalysisFace = Readonly<{
  findings: Readonly<{ list: (studyUid: StudyUid) => Finding[] }>
  annotations: Readonly<{ list: (studyUid: StudyUid) => Annotation[] }>
  masksOf: (studyUid: StudyUid) => FindingMask[]
  /** What made the numbers of an analysis; null where there is no such analysis. */
  engineOf: (analysisId: string) => Engine | null
  /** When it ended its measuring: the time of numbers that nobody has touched. */
  measuredAt: (analysisId: string) => string | null
  reports: Readonly<{ current: (studyUid: StudyUid) => Report | null }>
  documents: Readonly<{
    /** Throws AppError 'not-found' or 'conflict' where no report is signed. */
    signedPdf: (studyUid: StudyUid) => Promise<SignedPdf>
    /** Inside the caller's transaction. */
    signedPdfLeft: (studyUid: StudyUid, sha256: string, by: Principal) => void
  }>
}>

type AuditEntry = Readonly<{ actor: string, actorName: string, action: string, subject: string, detail?: Readonly<Record<string, unknown>> }>

export type InterchangeDeps = Readonly<{
  studies: StudiesFace, analysis: AnalysisFace
  keyImagesOf: (studyUid: StudyUid) => readonly KeyImage[]
  audit: Readonly<{ record: (entry: AuditEntry) => void }>
  /** Runs the work in one transaction. */
  transaction: <T>(work: () => T) => T
  appVersion: string
}>
export type { Principal }
