import { and, asc, desc, eq, inArray, isNull, lt, sql } from 'drizzle-orm'
import { smsLength } from '../../../src-shared/sms-segments.ts'
import type { MessageState } from '../../../src-shared/followup.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { newRowId } from '../../platform/row-id.ts'
import { mayFollow, over } from '../rules/order.ts'
import { smsMessages } from '../tables.ts'

export type MessageRow = typeof smsMessages.$inferSelect
export type NewOutgoing = Pick<MessageRow, 'followupPatientId' | 'actionId' | 'purpose' | 'number' | 'text' | 'createdBy' | 'createdByName'>
export type Incoming = Readonly<{ followupPatientId: string | null, number: string, text: string, providerId: string, at: string, note: string }>

const order: Readonly<Record<MessageState, number>> = { queued: 0, held: 0, sending: 1, unknown: 2, sent: 3, received: over, delivered: over, failed: over, cancelled: over, mock: over }

/** Texts, in and out. */
export function createMessageStore({ orm }: Db, clock: Clock) {
  const get = (id: string): MessageRow | null => orm.select().from(smsMessages).where(eq(smsMessages.id, id)).get() ?? null
  const set = (id: string, change: Partial<MessageRow>): void => { orm.update(smsMessages).set({ ...change, updatedAt: clock.iso() }).where(eq(smsMessages.id, id)).run() }
  return {
    get, set,
    ofProvider: (providerId: string): MessageRow | null => orm.select().from(smsMessages).where(eq(smsMessages.providerId, providerId)).get() ?? null,
    add(row: NewOutgoing): MessageRow {
      const id = newRowId()
      const at = clock.iso()
      orm.insert(smsMessages).values({ ...row, id, direction: 'out', state: 'queued', segments: smsLength(row.text).segments, createdAt: at, updatedAt: at }).run()
      const made = get(id)
      if (made === null) throw new Error('A row that was just written is not there.')
      return made
    },
    /** Once for each message of the provider. False where it is there. */
    receive({ at, ...row }: Incoming): boolean {
      return orm.insert(smsMessages).values({
        ...row, id: newRowId(), actionId: null, purpose: 'follow-up', direction: 'in', state: 'received', segments: smsLength(row.text).segments, createdBy: 'patient', createdByName: 'The patient', createdAt: at, updatedAt: clock.iso()
      }).onConflictDoNothing().run().changes === 1
    },
    /** Goes on to a later state; an earlier one changes nothing. Null where it stays as it is. */
    advance(id: string, state: MessageState, change: Partial<Pick<MessageRow, 'note' | 'errorCode' | 'providerId'>> = {}): MessageRow | null {
      const row = get(id)
      if (row === null || !mayFollow(order, row.state, state)) return null
      set(id, { ...change, state })
      return get(id)
    },
    /** Handed to the provider without an answer that told its id: candidates for what the provider tells of later. */
    unanswered: (number: string, text: string): MessageRow[] =>
      orm.select().from(smsMessages).where(and(eq(smsMessages.number, number), eq(smsMessages.text, text), eq(smsMessages.direction, 'out'), isNull(smsMessages.providerId), inArray(smsMessages.state, ['sending', 'unknown', 'queued']), sql`${smsMessages.askedAt} is not null`)).orderBy(asc(smsMessages.askedAt)).all(),
    /** Sent, and nothing final is known: to be asked about. */
    undelivered: (before: string, after: string, limit: number): MessageRow[] =>
      orm.select().from(smsMessages).where(and(eq(smsMessages.state, 'sent'), eq(smsMessages.isMock, false), lt(smsMessages.updatedAt, before), sql`${smsMessages.createdAt} > ${after}`, sql`${smsMessages.providerId} is not null`)).orderBy(asc(smsMessages.updatedAt)).limit(limit).all(),
    /** Whatever has not left yet, of everybody. */
    waiting: (): MessageRow[] => orm.select().from(smsMessages).where(inArray(smsMessages.state, ['queued', 'held', 'sending'])).all(),
    open: (patientId: string): MessageRow[] =>
      orm.select().from(smsMessages).where(and(eq(smsMessages.followupPatientId, patientId), eq(smsMessages.purpose, 'follow-up'), inArray(smsMessages.state, ['queued', 'held']))).all(),
    ofPatient: (patientId: string, limit: number): MessageRow[] => orm.select().from(smsMessages).where(eq(smsMessages.followupPatientId, patientId)).orderBy(desc(smsMessages.createdAt), desc(sql`rowid`)).limit(limit).all(),
    unread: (patientId: string, since: string): number =>
      orm.select({ n: sql<number>`count(*)` }).from(smsMessages).where(and(eq(smsMessages.followupPatientId, patientId), eq(smsMessages.direction, 'in'), sql`${smsMessages.updatedAt} > ${since}`)).get()?.n ?? 0,
    hasAnswered: (patientId: string, since: string): boolean =>
      orm.select({ id: smsMessages.id }).from(smsMessages).where(and(eq(smsMessages.followupPatientId, patientId), eq(smsMessages.direction, 'in'), sql`${smsMessages.createdAt} >= ${since}`)).limit(1).get() !== undefined
  }
}
export type MessageStore = ReturnType<typeof createMessageStore>
