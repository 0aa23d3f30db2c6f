import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** One-time addresses for uploads that go to this machine where there is no cloud: only the hash of the secret is kept. */
export const uploadTickets = sqliteTable('upload_tickets', {
  id: text().primaryKey(),
  secretHash: text().notNull().unique(),
  objectName: text().notNull(),
  contentType: text().notNull(),
  maxBytes: integer().notNull(),
  expiresAt: text().notNull(),
  usedAt: text(),
  sha256: text(),
  bytes: integer(),
  createdBy: text().notNull(),
  createdAt: text().notNull()
})

/** What a script asked to be analysed; the state of its studies is theirs and not kept here. */
export const ctRequests = sqliteTable('ct_requests', {
  id: text().primaryKey(),
  /** `gs://…` or `local://…`; null for a study that was here or came in the request itself. */
  uri: text(),
  protocol: text().notNull(),
  state: text({ enum: ['queued', 'fetching', 'here', 'failed'] }).notNull(),
  error: text(),
  /** As a JSON list. */
  studyUids: text().notNull().default('[]'),
  createdBy: text().notNull(),
  createdByName: text().notNull(),
  createdAt: text().notNull()
}, (t) => [index('ct_requests_uri').on(t.uri)])
