import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Finding, FindingEdit } from '../../../src-shared/analysis.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { newRowId } from '../../platform/row-id.ts'
import { findingActs, findings, type FindingAct } from '../tables.ts'

export type FindingRow = typeof findings.$inferSelect
export type NewFinding = Omit<FindingRow, 'revision' | 'supersededAt' | 'createdAt'>
export type FindingChange = Partial<Omit<FindingRow, 'id' | 'studyUid' | 'measured' | 'origin' | 'createdAt' | 'revision'>>
export type Actor = Readonly<{ id: string, name: string }>
export type ActRow = typeof findingActs.$inferSelect

/** The order in which rows came: ids of one millisecond say nothing of it. */
const inserted = sql`rowid`

/** Findings and what was done to them. Every change of a finding brings its act; call both inside one transaction. */
export function createFindingStore({ orm }: Db, clock: Clock) {
  return {
    get: (id: string): FindingRow | null => orm.select().from(findings).where(and(eq(findings.id, id), isNull(findings.supersededAt))).get() ?? null,
    /** Those that count, in the order in which they came to be. */
    ofStudy: (studyUid: StudyUid): FindingRow[] =>
      orm.select().from(findings).where(and(eq(findings.studyUid, studyUid), isNull(findings.supersededAt))).orderBy(asc(findings.createdAt), inserted).all(),
    /** False where the row is there already: a step that runs again adds nothing. */
    insert: (row: NewFinding): boolean =>
      orm.insert(findings).values({ ...row, revision: 0, supersededAt: null, createdAt: clock.iso() }).onConflictDoNothing().run().changes === 1,
    change: (row: FindingRow, change: FindingChange): FindingRow =>
      orm.update(findings).set({ ...change, revision: row.revision + 1 }).where(eq(findings.id, row.id)).returning().get(),
    record: (row: FindingRow, act: FindingAct, actor: Actor): void => {
      orm.insert(findingActs).values({ id: newRowId(), findingId: row.id, studyUid: row.studyUid, act, actor: actor.id, actorName: actor.name, at: clock.iso() }).run()
    },
    acts: (findingId: string): ActRow[] => orm.select().from(findingActs).where(eq(findingActs.findingId, findingId)).orderBy(inserted).all(),
    actsOfStudy: (studyUid: StudyUid): ActRow[] => orm.select().from(findingActs).where(eq(findingActs.studyUid, studyUid)).orderBy(inserted).all()
  }
}
export type FindingStore = ReturnType<typeof createFindingStore>

/** The finding as the contract shows it. */
export function findingOf(row: FindingRow, acts: readonly ActRow[]): Finding {
  const { measured: _measured, supersededAt: _supersededAt, createdAt: _createdAt, ...shown } = row
  return { ...shown, diameterEndsMm: row.diameterEndsMm ?? null, edits: editsOf(acts) }
}

function editsOf(acts: readonly ActRow[]): FindingEdit[] {
  return acts.flatMap(({ act }) => (act.act === 'edit' ? [act.edit] : []))
}
