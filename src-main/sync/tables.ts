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
