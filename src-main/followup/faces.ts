import type { EdgeEvent } from '../../src-shared/events.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import type { Audit } from '../accounts/index.ts'
import type { Analysis } from '../analysis/index.ts'
import type { Consents } from '../consents/index.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { FollowupConfig } from '../platform/config.ts'
import type { Db } from '../platform/database.ts'
import type { Log } from '../platform/log.ts'
import type { Principal } from '../platform/http.ts'
import type { ShortLived } from '../platform/short-lived/index.ts'
import type { Studies } from '../studies/index.ts'
import type { Sync } from '../sync/index.ts'

export type { Principal } from '../platform/http.ts'

/** What this room needs of the studies: whose they are, and their pictures. */
export type StudiesFace = Pick<Studies, 'people' | 'renderFrame' | 'detail'>
/** What it needs of the reports: what was signed. */
export type ReportsFace = Pick<Analysis['signed'], 'facts'>
/** What it hands to the room that sends. */
export type SyncFace = Pick<Sync, 'queueMessage' | 'callOff' | 'wake' | 'sendNow'>

/** The ground that every part of this room stands on. */
export type Ground = Readonly<{ db: Db, clock: Clock, log: Log, audit: Audit, config: FollowupConfig, consents: Consents, store: ShortLived }>
export type FollowupDeps = Ground & Readonly<{
  events: Bus<EdgeEvent>, dataDir: string, studies: StudiesFace, reports: ReportsFace, sync: SyncFace
  /** Where phones of the LAN reach this workstation; null while its port is closed. */
  lanAddress: () => string | null
  workstation: string
}>
/** Who acts where nobody does: the clock, a patient's own word, a provider's. */
export const systemActor: Principal = { id: 'system', name: 'Vigil', role: 'machine' }
export const patientActor: Principal = { id: 'patient', name: 'The patient', role: 'machine' }
export type SignedStudy = Readonly<{ studyUid: StudyUid, hash: string, by: string }>
