import { and, asc, desc, eq, sql } from 'drizzle-orm'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { ReportContent } from '../../../src-shared/reports.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { newRowId } from '../../platform/row-id.ts'
import type { Actor } from '../findings/finding-store.ts'
import { addenda, reportExports, reportSaves, reports, signatures } from '../tables.ts'
import { stableId } from '../stable-id.ts'

export type ReportRow = typeof reports.$inferSelect
export type SignatureRow = typeof signatures.$inferSelect
export type AddendumRow = typeof addenda.$inferSelect
export type SaveRow = typeof reportSaves.$inferSelect
export type ExportRow = typeof reportExports.$inferSelect

/** Template text has no author; it is saved under this name. */
export const templates: Actor = { id: 'vigil', name: 'Vigil' }

export function createReportStore({ orm }: Db, clock: Clock) {
  const saved = (row: ReportRow, by: SaveRow['by'], actor: Actor): ReportRow => {
    orm.insert(reportSaves).values({ reportId: row.id, revision: row.revision, by, machine: row.machine, actor: actor.id, actorName: actor.name, at: row.updatedAt }).run()
    return row
  }
  return {
    ofStudy: (studyUid: StudyUid): ReportRow | null => orm.select().from(reports).where(eq(reports.studyUid, studyUid)).get() ?? null,
    create(studyUid: StudyUid, machine: ReportContent): ReportRow {
      const now = clock.iso()
      const values = {
        id: stableId('report', studyUid, 1), studyUid, version: 1, status: 'draft' as const, revision: 1, humanRevision: 0,
        content: machine, machine, createdAt: now, updatedAt: now
      }
      return saved(orm.insert(reports).values(values).returning().get(), 'machine', templates)
    },
    save(row: ReportRow, change: Pick<ReportRow, 'content' | 'machine'>, by: SaveRow['by'], actor: Actor): ReportRow {
      const revision = row.revision + 1
      const humanRevision = by === 'person' ? revision : row.humanRevision
      return saved(orm.update(reports).set({ ...change, revision, humanRevision, updatedAt: clock.iso() }).where(eq(reports.id, row.id)).returning().get(), by, actor)
    },
    /** The last update that a report ever gets. */
    freeze: (row: ReportRow, at: string): ReportRow =>
      orm.update(reports).set({ status: 'final', revision: row.revision + 1, updatedAt: at }).where(eq(reports.id, row.id)).returning().get(),
    saves: (reportId: string): SaveRow[] => orm.select().from(reportSaves).where(eq(reportSaves.reportId, reportId)).orderBy(asc(reportSaves.revision)).all(),
    machineAt: (reportId: string, revision: number): ReportContent | null =>
      orm.select({ machine: reportSaves.machine }).from(reportSaves).where(and(eq(reportSaves.reportId, reportId), eq(reportSaves.revision, revision))).get()?.machine ?? null,
    addenda: (reportId: string): AddendumRow[] => orm.select().from(addenda).where(eq(addenda.reportId, reportId)).orderBy(sql`rowid`).all(),
    addAddendum: (row: AddendumRow): void => { orm.insert(addenda).values(row).run() },
    lastSignature: (): SignatureRow | null => orm.select().from(signatures).orderBy(desc(signatures.sequence)).limit(1).get() ?? null,
    signatures: (): SignatureRow[] => orm.select().from(signatures).orderBy(asc(signatures.sequence)).all(),
    signedHashes: (): Pick<SignatureRow, 'studyUid' | 'hash'>[] => orm.select({ studyUid: signatures.studyUid, hash: signatures.hash }).from(signatures).orderBy(asc(signatures.sequence)).all(),
    documentOf: (hash: string): string | null => orm.select({ document: signatures.document }).from(signatures).where(eq(signatures.hash, hash)).get()?.document ?? null,
    signatureOf: (subjectId: string): SignatureRow | null => orm.select().from(signatures).where(eq(signatures.subjectId, subjectId)).get() ?? null,
    signaturesOfStudy: (studyUid: StudyUid): SignatureRow[] => orm.select().from(signatures).where(eq(signatures.studyUid, studyUid)).orderBy(asc(signatures.sequence)).all(),
    sign: (row: Omit<SignatureRow, 'sequence'>): void => { orm.insert(signatures).values(row).run() },
    recordExport: (row: Omit<ExportRow, 'id' | 'at'>): void => { orm.insert(reportExports).values({ ...row, id: newRowId(), at: clock.iso() }).run() },
    exports: (studyUid: StudyUid): ExportRow[] => orm.select().from(reportExports).where(eq(reportExports.studyUid, studyUid)).orderBy(sql`rowid`).all()
  }
}
export type ReportStore = ReturnType<typeof createReportStore>
