import { sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Append-only: who accepted the terms of which model, and what the terms said (SHA-256). */
export const licenceAcceptances = sqliteTable('licence_acceptances', {
  id: text().primaryKey(),
  repo: text().notNull(),
  licence: text().notNull(),
  termsSha256: text().notNull(),
  acceptedBy: text().notNull(),
  acceptedByName: text().notNull(),
  acceptedAt: text().notNull()
})
