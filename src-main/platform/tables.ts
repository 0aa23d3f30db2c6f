import { index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { sql } from 'drizzle-orm'

/** Work that must survive a crash. `activeKey` is the key while a job is queued or running, so that the same work is never queued twice. */
export const jobs = sqliteTable('jobs', {
  id: text().primaryKey(),
  kind: text().notNull(),
  key: text().notNull(),
  payload: text().notNull(),
  state: text({ enum: ['queued', 'running', 'done', 'failed', 'cancelled'] }).notNull(),
  priority: integer().notNull().default(0),
  attempts: integer().notNull().default(0),
  progress: real().notNull().default(0),
  leasedBy: text(),
  leaseUntil: text(),
  notBefore: text(),
  error: text(),
  createdAt: text().notNull(),
  startedAt: text(),
  finishedAt: text()
}, (t) => [
  uniqueIndex('jobs_active').on(t.kind, t.key).where(sql`state in ('queued', 'running')`),
  index('jobs_state').on(t.state, t.kind, t.priority)
])

/** Small facts of this workstation: salts, the last nightly backup, window state. */
export const settings = sqliteTable('settings', { key: text().primaryKey(), value: text().notNull(), updatedAt: text().notNull() })
