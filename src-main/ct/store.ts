import { and, desc, eq, isNull, ne } from 'drizzle-orm'
import { z } from 'zod'
import { StudyUid } from '../../src-shared/ids.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import { newRowId } from '../platform/row-id.ts'
import { ctRequests, uploadTickets } from './tables.ts'

export type TicketRow = typeof uploadTickets.$inferSelect
export type RequestRow = Omit<typeof ctRequests.$inferSelect, 'studyUids'> & Readonly<{ studyUids: StudyUid[] }>
const Uids = z.array(StudyUid)

/** Requests of scripts, and addresses that were given out for uploads. */
export function createCtStore({ orm }: Db, clock: Clock) {
  const parsed = (row: typeof ctRequests.$inferSelect | undefined): RequestRow | null => (row === undefined ? null : { ...row, studyUids: Uids.parse(JSON.parse(row.studyUids)) })
  return {
    create: (values: Pick<RequestRow, 'uri' | 'protocol' | 'state' | 'createdBy' | 'createdByName' | 'studyUids'>): string => {
      const id = newRowId()
      orm.insert(ctRequests).values({ ...values, id, studyUids: JSON.stringify(values.studyUids), error: null, createdAt: clock.iso() }).run()
      return id
    },
    get: (id: string) => parsed(orm.select().from(ctRequests).where(eq(ctRequests.id, id)).get()),
    /** The newest request for an object that has not failed. */
    ofUri: (uri: string) => parsed(orm.select().from(ctRequests).where(and(eq(ctRequests.uri, uri), ne(ctRequests.state, 'failed'))).orderBy(desc(ctRequests.createdAt)).get()),
    change: (id: string, { studyUids, ...change }: Partial<Pick<RequestRow, 'state' | 'error' | 'studyUids'>>): void => {
      orm.update(ctRequests).set({ ...change, ...(studyUids === undefined ? {} : { studyUids: JSON.stringify(studyUids) }) }).where(eq(ctRequests.id, id)).run()
    },
    addTicket: (row: Omit<TicketRow, 'usedAt' | 'sha256' | 'bytes'>): void => { orm.insert(uploadTickets).values(row).run() },
    ticket: (secretHash: string): TicketRow | null => orm.select().from(uploadTickets).where(eq(uploadTickets.secretHash, secretHash)).get() ?? null,
    ticketOf: (objectName: string): TicketRow | null => orm.select().from(uploadTickets).where(eq(uploadTickets.objectName, objectName)).get() ?? null,
    /** False where somebody else has used it. */
    useTicket: (id: string, sha256: string, bytes: number): boolean =>
      orm.update(uploadTickets).set({ usedAt: clock.iso(), sha256, bytes }).where(and(eq(uploadTickets.id, id), isNull(uploadTickets.usedAt))).run().changes === 1
  }
}
export type CtStore = ReturnType<typeof createCtStore>
