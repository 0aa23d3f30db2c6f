import { and, asc, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { CallState } from '../../../src-shared/followup.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { newRowId } from '../../platform/row-id.ts'
import { mayFollow, over } from '../rules/order.ts'
import { voiceCalls } from '../tables.ts'

export type CallRow = typeof voiceCalls.$inferSelect
export type NewCall = Pick<CallRow, 'followupPatientId' | 'actionId' | 'purpose' | 'number' | 'studyUid' | 'createdBy' | 'createdByName'>

const order: Readonly<Record<CallState, number>> = { queued: 0, held: 0, unknown: 1, ringing: 2, 'in-progress': 3, ended: over, failed: over, cancelled: over, mock: over }

/** Calls of the voice agent. */
export function createCallStore({ orm }: Db, clock: Clock) {
  const get = (id: string): CallRow | null => orm.select().from(voiceCalls).where(eq(voiceCalls.id, id)).get() ?? null
  const set = (id: string, change: Partial<CallRow>): void => { orm.update(voiceCalls).set({ ...change, updatedAt: clock.iso() }).where(eq(voiceCalls.id, id)).run() }
  return {
    get, set,
    ofProvider: (providerId: string): CallRow | null => orm.select().from(voiceCalls).where(eq(voiceCalls.providerId, providerId)).get() ?? null,
    add(row: NewCall): CallRow {
      const id = newRowId()
      const at = clock.iso()
      orm.insert(voiceCalls).values({ ...row, id, state: 'queued', createdAt: at, updatedAt: at }).run()
      const made = get(id)
      if (made === null) throw new Error('A row that was just written is not there.')
      return made
    },
    /** Goes on to a later state; an earlier one changes nothing. Null where it stays as it is. */
    advance(id: string, state: CallState, change: Partial<Omit<CallRow, 'id' | 'state'>> = {}): CallRow | null {
      const row = get(id)
      if (row === null || !mayFollow(order, row.state, state)) return null
      set(id, { ...change, state })
      return get(id)
    },
    /** Begun, and no end is known: to be asked about. */
    unended: (before: string, limit: number): CallRow[] =>
      orm.select().from(voiceCalls).where(and(inArray(voiceCalls.state, ['ringing', 'in-progress']), eq(voiceCalls.isMock, false), lt(voiceCalls.updatedAt, before), sql`${voiceCalls.providerId} is not null`)).orderBy(asc(voiceCalls.updatedAt)).limit(limit).all(),
    /** Whatever has not left yet, of everybody. */
    waiting: (): CallRow[] => orm.select().from(voiceCalls).where(inArray(voiceCalls.state, ['queued', 'held'])).all(),
    open: (patientId: string): CallRow[] => orm.select().from(voiceCalls).where(and(eq(voiceCalls.followupPatientId, patientId), inArray(voiceCalls.state, ['queued', 'held']))).all(),
    ofPatient: (patientId: string, limit: number): CallRow[] => orm.select().from(voiceCalls).where(eq(voiceCalls.followupPatientId, patientId)).orderBy(desc(voiceCalls.createdAt), desc(sql`rowid`)).limit(limit).all()
  }
}
export type CallStore = ReturnType<typeof createCallStore>
