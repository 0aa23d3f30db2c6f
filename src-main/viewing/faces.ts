import type { EdgeEvent } from '../../src-shared/events.ts'
import type { SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import type { PriorStudy } from '../../src-shared/viewing.ts'
import type { Audit } from '../accounts/index.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'

/** What this room needs of the studies. Both throw AppError 'not-found'. */
export type StudiesFace = Readonly<{
  instance: (sopInstanceUid: SopInstanceUid) => Readonly<{ header: Readonly<{ studyUid: string, seriesUid: string, frameCount: number }> }>
  priorsOf: (studyUid: StudyUid) => PriorStudy[]
}>

export type ViewingDeps = Readonly<{ db: Db, clock: Clock, events: Bus<EdgeEvent>, studies: StudiesFace, audit: Audit }>
