import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { newRowId } from '../../platform/row-id.ts'
import { portalLinks, portalVisits, releaseDrafts, releases } from '../tables.ts'

export type LinkRow = typeof portalLinks.$inferSelect
export type ReleaseRow = typeof releases.$inferSelect
export type DraftRow = typeof releaseDrafts.$inferSelect
export type VisitRow = typeof portalVisits.$inferSelect

/** What patients may read, the tokens that lead there, and when they came. */
export function createPortalStore({ orm }: Db, clock: Clock) {
  const draft = (studyUid: string): DraftRow | null => orm.select().from(releaseDrafts).where(eq(releaseDrafts.studyUid, studyUid)).get() ?? null
  return {
    addLink: (row: Omit<LinkRow, 'id' | 'createdAt'>): void => { orm.insert(portalLinks).values({ ...row, id: newRowId(), createdAt: clock.iso() }).run() },
    linkOf: (tokenHash: string): LinkRow | null => orm.select().from(portalLinks).where(and(eq(portalLinks.tokenHash, tokenHash), gt(portalLinks.expiresAt, clock.iso()))).get() ?? null,
    draft,
    putDraft: (row: Omit<DraftRow, 'revision' | 'updatedAt'>, revision: number): void => {
      const values = { ...row, revision, updatedAt: clock.iso() }
      orm.insert(releaseDrafts).values(values).onConflictDoUpdate({ target: releaseDrafts.studyUid, set: values }).run()
    },
    release: (id: string): ReleaseRow | null => orm.select().from(releases).where(eq(releases.id, id)).get() ?? null,
    addRelease(row: Omit<ReleaseRow, 'id' | 'releasedAt' | 'withdrawnAt' | 'withdrawnBy'>): string {
      const id = newRowId()
      orm.insert(releases).values({ ...row, id, releasedAt: clock.iso() }).run()
      return id
    },
    withdraw: (studyUid: string, by: string): boolean => orm.update(releases).set({ withdrawnAt: clock.iso(), withdrawnBy: by }).where(and(eq(releases.studyUid, studyUid), isNull(releases.withdrawnAt))).run().changes > 0,
    /** What stands of a study now. */
    ofStudy: (studyUid: string): ReleaseRow | null => orm.select().from(releases).where(and(eq(releases.studyUid, studyUid), isNull(releases.withdrawnAt))).orderBy(desc(releases.releasedAt), desc(sql`rowid`)).limit(1).get() ?? null,
    ofPatient: (patientId: string): ReleaseRow[] => orm.select().from(releases).where(and(eq(releases.followupPatientId, patientId), isNull(releases.withdrawnAt))).orderBy(desc(releases.releasedAt)).all(),
    allOfPatient: (patientId: string): ReleaseRow[] => orm.select().from(releases).where(eq(releases.followupPatientId, patientId)).orderBy(desc(releases.releasedAt)).limit(200).all(),
    visit: (row: Omit<VisitRow, 'id' | 'at'>): void => { orm.insert(portalVisits).values({ ...row, id: newRowId(), at: clock.iso() }).run() },
    visits: (patientId: string, limit: number): VisitRow[] => orm.select().from(portalVisits).where(eq(portalVisits.followupPatientId, patientId)).orderBy(desc(portalVisits.at), desc(sql`rowid`)).limit(limit).all(),
    openedAt: (releaseId: string): string | null => orm.select({ at: sql<string | null>`min(${portalVisits.at})` }).from(portalVisits).where(and(eq(portalVisits.releaseId, releaseId), eq(portalVisits.kind, 'opened'))).get()?.at ?? null,
    lastCallAsk: (patientId: string): string | null => orm.select({ at: sql<string | null>`max(${portalVisits.at})` }).from(portalVisits).where(and(eq(portalVisits.followupPatientId, patientId), eq(portalVisits.kind, 'call-asked'))).get()?.at ?? null
  }
}
export type PortalStore = ReturnType<typeof createPortalStore>
