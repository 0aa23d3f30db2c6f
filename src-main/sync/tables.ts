import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'

/** Objects that the target has confirmed by size and checksum; what is not here is not off-site. */
export const cloudObjects = sqliteTable('cloud_objects', {
  bucket: text().notNull(),
  name: text().notNull(),
  studyUid: text().$type<StudyUid>().notNull(),
  kind: text({ enum: ['instance', 'report', 'manifest'] }).notNull(),
  sopInstanceUid: text().$type<SopInstanceUid>(),
  /** Of the bytes as sent; for de-identified instances not those of the stored file. */
  sha256: text().notNull(),
  crc32c: text().notNull(),
  bytes: integer().notNull(),
  generation: text().notNull(),
  confirmedAt: text().notNull()
}, (t) => [primaryKey({ columns: [t.bucket, t.name] }), index('cloud_objects_study').on(t.studyUid, t.kind)])

/** What stands for what in de-identified copies: kept, so that a result that comes back finds its study. Never leaves this machine. */
export const pseudonyms = sqliteTable('pseudonyms', {
  kind: text({ enum: ['uid', 'patient-id', 'date-shift'] }).notNull(),
  original: text().notNull(),
  substitute: text().notNull(),
  createdAt: text().notNull()
}, (t) => [primaryKey({ columns: [t.kind, t.original] }), index('pseudonyms_substitute').on(t.kind, t.substitute)])
