import type { Analysis as AnalysisView, AnalyseResult } from '../../src-shared/analysis.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import type { ImportProgress, ImportResult, StudyDetail } from '../../src-shared/studies.ts'
import type { BlobStore } from '../platform/blobs.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import type { Principal } from '../platform/http.ts'
import type { Jobs } from '../platform/jobs.ts'
import type { Log } from '../platform/log.ts'
import type { Analysis } from '../analysis/index.ts'
import type { Studies } from '../studies/index.ts'
import type { Inbox } from '../sync/index.ts'

export type StudiesFace = Pick<Studies, 'openUpload' | 'receiveFile' | 'finishUpload'> & Readonly<{
  imports: Readonly<{ cancel: (id: string) => Promise<ImportProgress> }>
  importResult: (id: string) => ImportResult
  detail: (studyUid: string) => StudyDetail
}>
export type AnalysisFace = Pick<Analysis, 'analyse'> & Readonly<{ analysisOf: (studyUid: StudyUid) => AnalysisView | null, resultOf: (studyUid: StudyUid) => AnalyseResult }>
export type CtDeps = Readonly<{
  db: Db, clock: Clock, jobs: Jobs, log: Log, blobs: BlobStore, studies: StudiesFace, analysis: AnalysisFace
  /** Where other programs put what they bring. */
  inbox: Inbox
}>
export type { Principal }
