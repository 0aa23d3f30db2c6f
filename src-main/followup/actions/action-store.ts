import { and, asc, desc, eq, inArray, lte, sql } from 'drizzle-orm'
import type { ActionState } from '../../../src-shared/followup.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { newRowId } from '../../platform/row-id.ts'
import { scheduledActions } from '../tables.ts'

export type ActionRow = typeof scheduledActions.$inferSelect
export type NewActionRow = Pick<ActionRow, 'followupPatientId' | 'studyUid' | 'planId' | 'kind' | 'risk' | 'state' | 'dueAt' | 'timeZone' | 'conditions' | 'templateId' | 'text' | 'createdBy' | 'createdByName'> & { onceKey?: string | null, outcome?: string }
type Filter = Readonly<{ states: readonly ActionState[], limit: number, newestFirst?: boolean, since?: string }>

const byRisk = sql`case ${scheduledActions.risk} when 'urgent' then 0 when 'soon' then 1 else 2 end`
const ends: readonly ActionState[] = ['done', 'mock', 'unknown', 'failed', 'skipped', 'cancelled']

/** What is to happen, and when. */
export function createActionStore({ orm }: Db, clock: Clock) {
  const get = (id: string): ActionRow | null => orm.select().from(scheduledActions).where(eq(scheduledActions.id, id)).get() ?? null
  const set = (id: string, change: Partial<ActionRow>): void => {
    const ended = change.state === undefined ? {} : { doneAt: ends.includes(change.state) ? clock.iso() : null }
    orm.update(scheduledActions).set({ ...ended, ...change, revision: sql`${scheduledActions.revision} + 1` }).where(eq(scheduledActions.id, id)).run()
  }
  const count = (where: ReturnType<typeof and>): number => orm.select({ n: sql<number>`count(*)` }).from(scheduledActions).where(where).get()?.n ?? 0
  return {
    get, set,
    /** Null where the same is there already. */
    add(row: NewActionRow): ActionRow | null {
      const id = newRowId()
      const isNew = orm.insert(scheduledActions).values({ ...row, id, createdAt: clock.iso() }).onConflictDoNothing().run().changes === 1
      return isNew ? get(id) : null
    },
    /** Those whose time has come, the riskier ones first. */
    due: (at: string, limit: number): ActionRow[] =>
      orm.select().from(scheduledActions).where(and(eq(scheduledActions.state, 'planned'), lte(scheduledActions.dueAt, at))).orderBy(byRisk, asc(scheduledActions.dueAt), asc(sql`rowid`)).limit(limit).all(),
    /** The same action in other words or in another zone: nobody has changed it by hand, so its revision stays. */
    reword: (id: string, change: Pick<ActionRow, 'text' | 'timeZone'>): void => { orm.update(scheduledActions).set(change).where(eq(scheduledActions.id, id)).run() },
    /** Of two callers one gets it. */
    claim: (id: string, state: ActionState): boolean =>
      orm.update(scheduledActions).set({ state, attempts: sql`${scheduledActions.attempts} + 1`, revision: sql`${scheduledActions.revision} + 1` }).where(and(eq(scheduledActions.id, id), eq(scheduledActions.state, 'planned'))).run().changes === 1,
    list: ({ states, limit, newestFirst = false, since = '' }: Filter): ActionRow[] =>
      orm.select().from(scheduledActions).where(and(inArray(scheduledActions.state, [...states]), sql`coalesce(${scheduledActions.doneAt}, '9') >= ${since}`))
        .orderBy(...(newestFirst ? [desc(scheduledActions.doneAt)] : [byRisk, asc(scheduledActions.dueAt)]), asc(sql`rowid`)).limit(limit).all(),
    countIn: (states: readonly ActionState[], since = ''): number => count(and(inArray(scheduledActions.state, [...states]), sql`coalesce(${scheduledActions.doneAt}, '9') >= ${since}`)),
    countDue: (at: string): number => count(and(eq(scheduledActions.state, 'planned'), lte(scheduledActions.dueAt, at))),
    ofPatient: (patientId: string, limit: number): ActionRow[] => orm.select().from(scheduledActions).where(eq(scheduledActions.followupPatientId, patientId)).orderBy(desc(scheduledActions.dueAt), desc(sql`rowid`)).limit(limit).all(),
    ofPlan: (planId: string): ActionRow[] => orm.select().from(scheduledActions).where(eq(scheduledActions.planId, planId)).orderBy(asc(scheduledActions.dueAt), asc(sql`rowid`)).all(),
    openTasks: (patientId: string): number => count(and(eq(scheduledActions.followupPatientId, patientId), eq(scheduledActions.state, 'open'))),
    nextDueAt: (patientId: string): string | null => orm.select({ at: sql<string | null>`min(${scheduledActions.dueAt})` }).from(scheduledActions).where(and(eq(scheduledActions.followupPatientId, patientId), eq(scheduledActions.state, 'planned'))).get()?.at ?? null,
    /** When the next one is due that waits for its time. */
    nextPlannedAt: (): string | null => orm.select({ at: sql<string | null>`min(${scheduledActions.dueAt})` }).from(scheduledActions).where(eq(scheduledActions.state, 'planned')).get()?.at ?? null,
    plannedOf: (patientId: string, kinds: readonly ActionRow['kind'][]): ActionRow[] =>
      orm.select().from(scheduledActions).where(and(eq(scheduledActions.followupPatientId, patientId), inArray(scheduledActions.state, ['proposed', 'planned']), inArray(scheduledActions.kind, [...kinds]))).all()
  }
}
export type ActionStore = ReturnType<typeof createActionStore>
