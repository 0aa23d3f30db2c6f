import type { EdgeEvent } from '../../src-shared/events.ts'
import type { Audit } from '../accounts/index.ts'
import type { Consents } from '../consents/index.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { GlassesConfig } from '../platform/config.ts'
import type { Db } from '../platform/database.ts'
import type { Log } from '../platform/log.ts'
import type { Notices } from './poke/notices.ts'
import type { Reader } from '../reading/index.ts'
import type { Sync } from '../sync/index.ts'

/** What this room asks of the reader: captions, decisions, and whether anybody reads. */
export type ReaderFace = Pick<Reader, 'run' | 'runOn' | 'whyNot' | 'summary'>
/** What it hands to the room that sends. */
export type SyncFace = Pick<Sync, 'forwardCaption' | 'notify'>
export type { Principal } from '../platform/http.ts'

export type GlassesDeps = Readonly<{
  db: Db, clock: Clock, events: Bus<EdgeEvent>, log: Log, audit: Audit, config: GlassesConfig, lanPort: number
  reader: ReaderFace, sync: SyncFace, notices: Notices, consents: Consents
}>
