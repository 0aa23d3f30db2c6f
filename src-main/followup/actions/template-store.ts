import { and, asc, desc, eq, sql } from 'drizzle-orm'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { newRowId } from '../../platform/row-id.ts'
import { followupPlans, followupTemplates } from '../tables.ts'

export type TemplateRow = typeof followupTemplates.$inferSelect
export type PlanRow = typeof followupPlans.$inferSelect

export function createTemplateStore({ orm }: Db, clock: Clock) {
  const one = (kind: TemplateRow['kind'], id: string) => and(eq(followupTemplates.kind, kind), eq(followupTemplates.id, id))
  return {
    all: (kind: TemplateRow['kind']): TemplateRow[] => orm.select().from(followupTemplates).where(eq(followupTemplates.kind, kind)).orderBy(asc(followupTemplates.id)).all(),
    /** 0 where it is as it was shipped, or is not there. */
    revision: (kind: TemplateRow['kind'], id: string): number => orm.select({ revision: followupTemplates.revision }).from(followupTemplates).where(one(kind, id)).get()?.revision ?? 0,
    put(row: Omit<TemplateRow, 'updatedAt'>): void {
      const values = { ...row, updatedAt: clock.iso() }
      orm.insert(followupTemplates).values(values).onConflictDoUpdate({ target: [followupTemplates.kind, followupTemplates.id], set: values }).run()
    },
    remove: (kind: TemplateRow['kind'], id: string): boolean => orm.delete(followupTemplates).where(one(kind, id)).run().changes === 1
  }
}
export type TemplateStore = ReturnType<typeof createTemplateStore>

/** Plans, one for each signed report. */
export function createPlanStore({ orm }: Db, clock: Clock) {
  const get = (id: string): PlanRow | null => orm.select().from(followupPlans).where(eq(followupPlans.id, id)).get() ?? null
  return {
    get,
    /** The last one of a study. */
    ofStudy: (studyUid: string): PlanRow | null => orm.select().from(followupPlans).where(eq(followupPlans.studyUid, studyUid)).orderBy(desc(followupPlans.createdAt), desc(sql`rowid`)).limit(1).get() ?? null,
    add(row: Omit<PlanRow, 'id' | 'createdAt' | 'startedAt' | 'startedBy' | 'state'>): PlanRow {
      const id = newRowId()
      orm.insert(followupPlans).values({ ...row, id, state: 'proposed', createdAt: clock.iso() }).run()
      const made = get(id)
      if (made === null) throw new Error('A row that was just written is not there.')
      return made
    },
    start: (id: string, by: string): void => { orm.update(followupPlans).set({ state: 'active', startedAt: clock.iso(), startedBy: by }).where(eq(followupPlans.id, id)).run() },
    stop: (id: string): void => { orm.update(followupPlans).set({ state: 'stopped' }).where(eq(followupPlans.id, id)).run() }
  }
}
export type PlanStore = ReturnType<typeof createPlanStore>
