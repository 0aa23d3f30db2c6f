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

/**
 * Every effect that leaves this machine. A row is written in the transaction of the change that caused it. `key` is the same whenever the
 * same effect is meant, so that it is queued once; it is also the idempotency key at a target that takes one. `attempt_state` is what
 * a sender needs to go on (an upload session, a confirmed offset) and is written before it is relied on.
 */
export const outbox = sqliteTable('outbox', {
  id: text().primaryKey(),
  target: text().notNull(),
  kind: text().notNull(),
  key: text().notNull(),
  /** Entries of one target and lane leave one after the other, in the order of their rows; null: in any order. */
  lane: text(),
  subject: text(),
  payload: text().notNull(),
  state: text({ enum: ['waiting', 'sending', 'unknown', 'done', 'dead', 'cancelled'] }).notNull(),
  priority: integer().notNull().default(0),
  attempts: integer().notNull().default(0),
  attemptState: text(),
  bytesDone: integer().notNull().default(0),
  bytesTotal: integer(),
  nextAt: text().notNull(),
  deadlineAt: text(),
  leasedBy: text(),
  leaseUntil: text(),
  lastError: text(),
  receipt: text(),
  createdBy: text().notNull(),
  createdAt: text().notNull(),
  doneAt: text()
}, (t) => [
  uniqueIndex('outbox_key').on(t.target, t.key),
  index('outbox_open').on(t.target, t.state, t.nextAt).where(sql`state in ('waiting', 'sending', 'unknown')`),
  index('outbox_lane').on(t.target, t.lane).where(sql`lane is not null and state in ('waiting', 'sending', 'unknown')`),
  // In the order in which they are taken: a long queue costs no more at each step than a short one.
  index('outbox_next').on(t.kind, sql`"priority" desc`).where(sql`state in ('waiting', 'unknown')`),
  index('outbox_subject').on(t.subject),
  index('outbox_done').on(t.doneAt)
])

/** Small facts of this workstation: salts, the last nightly backup, window state. */
export const settings = sqliteTable('settings', { key: text().primaryKey(), value: text().notNull(), updatedAt: text().notNull() })

/** What lives for minutes: codes, sessions, counts. The embedded stand-in for Redis, kept over a restart. */
export const shortLived = sqliteTable('short_lived', {
  key: text().primaryKey(),
  value: text().notNull(),
  expiresAtMs: real().notNull()
}, (t) => [index('short_lived_expires').on(t.expiresAtMs)])

/** Places in sliding windows: who has used how many of what in the last hours. */
export const shortLivedPlaces = sqliteTable('short_lived_places', {
  key: text().notNull(),
  member: text().notNull(),
  atMs: real().notNull(),
  expiresAtMs: real().notNull()
}, (t) => [uniqueIndex('short_lived_places_member').on(t.key, t.member), index('short_lived_places_expires').on(t.expiresAtMs)])
