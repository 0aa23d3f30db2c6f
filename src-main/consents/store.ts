import { and, desc, eq, sql } from 'drizzle-orm'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import { newRowId } from '../platform/row-id.ts'
import { consents } from './tables.ts'

export type ConsentRow = typeof consents.$inferSelect
export type NewConsent = Omit<ConsentRow, 'id' | 'at'>

/** Call `add` inside the transaction of its cause. Of two lines of one instant the later row counts. */
export function createConsentStore({ orm }: Db, clock: Clock) {
  const newestFirst = [desc(consents.at), desc(sql`rowid`)] as const
  return {
    add: (row: NewConsent): void => { orm.insert(consents).values({ ...row, id: newRowId(), at: clock.iso() }).run() },
    /** The last word on a camera. */
    ofDevice: (deviceId: string): ConsentRow | null => orm.select().from(consents).where(eq(consents.deviceId, deviceId)).orderBy(...newestFirst).limit(1).get() ?? null,
    /** The last word of a patient on a channel; `skip` looks back to what was said before it. */
    ofPatient: (followupPatientId: string, channel: ConsentRow['channel'], skip = 0): ConsentRow | null =>
      orm.select().from(consents).where(and(eq(consents.followupPatientId, followupPatientId), eq(consents.channel, channel))).orderBy(...newestFirst).limit(1).offset(skip).get() ?? null,
    /** Everything that a patient has said, newest first. */
    allOf: (followupPatientId: string, limit: number): ConsentRow[] => orm.select().from(consents).where(eq(consents.followupPatientId, followupPatientId)).orderBy(...newestFirst).limit(limit).all()
  }
}
