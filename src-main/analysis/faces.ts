import type { RulerState } from '../../src-shared/system.ts'
import type { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'
import type { SeriesDescription, StudyDetail, StudyStatus } from '../../src-shared/studies.ts'
import type { Volume } from '../../src-shared/volume.ts'
import type { Audit, VerifyPassword } from '../accounts/index.ts'
import type { Reader } from '../reading/index.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import type { Jobs } from '../platform/jobs.ts'
import type { Log } from '../platform/log.ts'
import type { Principal } from '../platform/http.ts'

export type Later<T> = T | Promise<T>
export type SlowOptions = Readonly<{ signal?: AbortSignal, onProgress?: (fraction: number) => void }>
export type FrameOptions = Readonly<{
  windowCenter: number, windowWidth: number, maxSizePx: number,
  /** In pixels of the frame. */
  crop?: Readonly<{ x: number, y: number, width: number, height: number }>
  format: 'png' | 'webp'
}>
/** Columns of the worklist that the analysis owns. */
export type Review = Readonly<{ status?: StudyStatus, progress?: number | null, findings?: string }>

/** What this room needs of the studies. */
export type StudiesFace = Readonly<{
  detail: (studyUid: StudyUid) => Later<StudyDetail>
  /** Every series, described. */
  seriesOf: (studyUid: StudyUid) => Later<readonly SeriesDescription[]>
  describeSeries: (seriesUid: SeriesUid) => Later<SeriesDescription>
  loadVolume: (seriesUid: SeriesUid, options?: SlowOptions) => Promise<Volume>
  renderFrame: (sopInstanceUid: SopInstanceUid, frameNumber: number, options: FrameOptions) => Promise<Uint8Array>
  /** Synchronous: called inside the caller's transaction. */
  setReview: (studyUid: StudyUid, review: Review) => void
}>

/** What this room needs of the reader. */
export type ReaderFace = Pick<Reader, 'whyNot' | 'isReadFirst' | 'run'>

export type AnalysisDeps = Readonly<{
  reader: ReaderFace
  db: Db, clock: Clock, jobs: Jobs, events: Bus<EdgeEvent>, studies: StudiesFace, audit: Audit, verifyPassword: VerifyPassword, log: Log
  /** The start-up check of the ruler; measuring is locked while it is off. */
  ruler: () => RulerState
  /** Hears of each signature in its transaction: what must leave is queued there. */
  signed?: (studyUid: StudyUid, hash: string, by: string) => void
  /** Starts before an analysis that kills the process counts as failed. */
  maxAttempts?: number
}>
export type { Principal }
