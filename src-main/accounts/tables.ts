import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const clinicians = sqliteTable('clinicians', {
  id: text().primaryKey(),
  login: text().notNull().unique(),
  name: text().notNull(),
  role: text({ enum: ['clinician', 'assistant', 'admin'] }).notNull(),
  isDisabled: integer({ mode: 'boolean' }).notNull().default(false),
  /** PHC string of argon2id: algorithm, parameters, salt and digest. */
  passwordHash: text().notNull(),
  createdAt: text().notNull(),
  updatedAt: text().notNull()
})

/** Open sessions; one that has ended has no row. Only the SHA-256 of a token is kept, so that a copy of the file opens nothing. */
export const sessions = sqliteTable('sessions', {
  id: text().primaryKey(),
  tokenHash: text().notNull().unique(),
  clinicianId: text().notNull().references(() => clinicians.id, { onDelete: 'cascade' }),
  createdAt: text().notNull(),
  lastActiveAt: text().notNull(),
  lockedAt: text()
}, (t) => [index('sessions_clinician').on(t.clinicianId)])

/** Failed sign-ins, by the SHA-256 of what was typed as login (people type passwords there) and once for all together. */
export const loginAttempts = sqliteTable('login_attempts', {
  key: text().primaryKey(),
  failures: integer().notNull(),
  lastAt: text().notNull(),
  blockedUntil: text().notNull()
})

/**
 * Append-only: triggers refuse UPDATE, DELETE and REPLACE, and `hash` chains each row to the one before. The sequence is AUTOINCREMENT,
 * because SQLite then remembers the highest one: cutting off the end of the trail shows.
 */
export const auditEntries = sqliteTable('audit_entries', {
  sequence: integer().primaryKey({ autoIncrement: true }),
  at: text().notNull(),
  actor: text().notNull(),
  actorName: text().notNull(),
  action: text().notNull(),
  subject: text().notNull(),
  detail: text().notNull(),
  previousHash: text().notNull(),
  hash: text().notNull()
}, (t) => [index('audit_entries_subject').on(t.subject, t.sequence)])
