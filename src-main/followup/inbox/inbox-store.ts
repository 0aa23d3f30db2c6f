import { and, asc, eq, lt, sql } from 'drizzle-orm'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { newRowId } from '../../platform/row-id.ts'
import { providerEvents } from '../tables.ts'

export type EventRow = typeof providerEvents.$inferSelect
export type NewEvent = Pick<EventRow, 'provider' | 'eventId' | 'type' | 'body'>

/** What providers have told, as it came. */
export function createInboxStore({ orm }: Db, clock: Clock) {
  const get = (id: string): EventRow | null => orm.select().from(providerEvents).where(eq(providerEvents.id, id)).get() ?? null
  return {
    get,
    /** Once for each event of a provider. Null where it is there already. */
    add(row: NewEvent): EventRow | null {
      const id = newRowId()
      const isNew = orm.insert(providerEvents).values({ ...row, id, state: 'new', receivedAt: clock.iso() }).onConflictDoNothing().run().changes === 1
      return isNew ? get(id) : null
    },
    known: (provider: EventRow['provider'], eventId: string): EventRow | null => orm.select().from(providerEvents).where(and(eq(providerEvents.provider, provider), eq(providerEvents.eventId, eventId))).get() ?? null,
    fresh: (limit: number): EventRow[] => orm.select().from(providerEvents).where(eq(providerEvents.state, 'new')).orderBy(asc(sql`rowid`)).limit(limit).all(),
    /** The body has been taken over into rows of its own; what is not a patient's thread is not kept twice. */
    done: (id: string): void => { orm.update(providerEvents).set({ state: 'done', doneAt: clock.iso() }).where(eq(providerEvents.id, id)).run() },
    answered: (id: string, answer: string): void => { orm.update(providerEvents).set({ answer }).where(eq(providerEvents.id, id)).run() },
    failed: (id: string, error: string, isOver: boolean): void => { orm.update(providerEvents).set({ attempts: sql`${providerEvents.attempts} + 1`, error, ...(isOver ? { state: 'failed' as const } : {}) }).where(eq(providerEvents.id, id)).run() },
    forgetBefore: (at: string): void => { orm.delete(providerEvents).where(and(eq(providerEvents.state, 'done'), lt(providerEvents.doneAt, at))).run() }
  }
}
export type InboxStore = ReturnType<typeof createInboxStore>
