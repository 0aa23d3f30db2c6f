import { and, asc, desc, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { ReadTask } from '../../../src-shared/reading.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { newRowId } from '../../platform/row-id.ts'
import type { Actor } from '../findings/finding-store.ts'
import { firstImpressions, impressionAgreements, readings, statementActs, statements } from '../tables.ts'

export type ReadingRow = typeof readings.$inferSelect
export type StatementRow = typeof statements.$inferSelect
export type FirstImpressionRow = typeof firstImpressions.$inferSelect
export type AgreementRow = typeof impressionAgreements.$inferSelect
export type NewReading = Readonly<{ studyUid: StudyUid, analysisId: string | null, task: ReadTask, subject: string, findingId: string | null }>
export type ReadingStore = ReturnType<typeof createReadingStore>

const inserted = sql`rowid`

/** Readings, their sentences, and what was decided on them. Call changes inside one transaction with what they mean. */
export function createReadingStore({ orm }: Db, clock: Clock) {
  const ofAnalysis = (analysisId: string, task: ReadTask, subject: string): ReadingRow | null =>
    orm.select().from(readings).where(and(eq(readings.analysisId, analysisId), eq(readings.task, task), eq(readings.subject, subject))).get() ?? null
  return {
    get: (id: string): ReadingRow | null => orm.select().from(readings).where(eq(readings.id, id)).get() ?? null,
    ofAnalysis,
    /** The one that is there for this question of an analysis, or a new one. */
    begin({ studyUid, analysisId, task, subject, findingId }: NewReading, state: 'queued' | 'running', by: Actor): ReadingRow {
      const known = analysisId === null ? null : ofAnalysis(analysisId, task, subject)
      if (known !== null) return orm.update(readings).set({ state, error: null, findingId }).where(eq(readings.id, known.id)).returning().get()
      return orm.insert(readings).values({
        id: newRowId(), studyUid, analysisId, task, subject, findingId, state, run: null, timing: null, images: [], imagesAvailable: 0, imagesNote: '', verdict: null, output: null, error: null,
        requestedBy: by.id, requestedByName: by.name, createdAt: clock.iso(), finishedAt: null, supersededAt: null
      }).returning().get()
    },
    change: (id: string, change: Partial<Omit<ReadingRow, 'id' | 'studyUid'>>): void => { orm.update(readings).set(change).where(eq(readings.id, id)).run() },
    insertStatements: (rows: readonly (typeof statements.$inferInsert)[]): void => { if (rows.length > 0) orm.insert(statements).values([...rows]).onConflictDoNothing().run() },
    /** Those that count, newest first. */
    ofStudy: (studyUid: StudyUid): ReadingRow[] => orm.select().from(readings).where(and(eq(readings.studyUid, studyUid), isNull(readings.supersededAt))).orderBy(desc(inserted)).all(),
    open: (studyUid: StudyUid): ReadingRow[] => orm.select().from(readings).where(and(eq(readings.studyUid, studyUid), inArray(readings.state, ['queued', 'running']))).all(),
    statementsOf: (readingId: string): StatementRow[] => orm.select().from(statements).where(eq(statements.readingId, readingId)).orderBy(asc(statements.ordinal)).all(),
    /** Of readings that count. */
    statementsOfStudy: (studyUid: StudyUid): StatementRow[] => orm.select({ row: statements }).from(statements).innerJoin(readings, eq(readings.id, statements.readingId))
      .where(and(eq(statements.studyUid, studyUid), isNull(readings.supersededAt))).orderBy(asc(sql`${statements}.rowid`)).all().map(({ row }) => row),
    statement: (id: string): StatementRow | null => orm.select().from(statements).where(eq(statements.id, id)).get() ?? null,
    decide: (row: StatementRow, change: Pick<StatementRow, 'status' | 'amendedText' | 'decidedBy' | 'decidedAt'>): StatementRow =>
      orm.update(statements).set({ ...change, revision: row.revision + 1 }).where(eq(statements.id, row.id)).returning().get(),
    record: (act: Omit<typeof statementActs.$inferInsert, 'id' | 'at'>): void => { orm.insert(statementActs).values({ ...act, id: newRowId(), at: clock.iso() }).run() },
    actsOfStudy: (studyUid: StudyUid) => orm.select().from(statementActs).where(eq(statementActs.studyUid, studyUid)).orderBy(inserted).all(),
    /** Earlier answers to the same question that nobody has decided on: they give way. */
    supersede(row: ReadingRow): void {
      const earlier = orm.select().from(readings).where(and(eq(readings.studyUid, row.studyUid), eq(readings.task, row.task), ne(readings.id, row.id), isNull(readings.supersededAt))).all()
        .filter((other) => (other.findingId ?? other.subject) === (row.findingId ?? row.subject) && other.state !== 'queued' && other.state !== 'running')
      for (const { id } of earlier) {
        const isDecided = orm.select().from(statements).where(and(eq(statements.readingId, id), ne(statements.status, 'proposed'))).all().length > 0
        if (!isDecided) orm.update(readings).set({ supersededAt: clock.iso() }).where(eq(readings.id, id)).run()
      }
    },
    firstImpression: (studyUid: StudyUid): FirstImpressionRow | null => orm.select().from(firstImpressions).where(eq(firstImpressions.studyUid, studyUid)).get() ?? null,
    commitImpression: (studyUid: StudyUid, text: string, by: Actor): void => { orm.insert(firstImpressions).values({ studyUid, text, by: by.id, byName: by.name, at: clock.iso() }).onConflictDoNothing().run() },
    agreement: (studyUid: StudyUid): AgreementRow | null => orm.select().from(impressionAgreements).where(eq(impressionAgreements.studyUid, studyUid)).orderBy(desc(inserted)).limit(1).get() ?? null,
    agree: (row: Pick<AgreementRow, 'studyUid' | 'agreement' | 'note'>, by: Actor): void => { orm.insert(impressionAgreements).values({ ...row, id: newRowId(), by: by.id, byName: by.name, at: clock.iso() }).run() }
  }
}
