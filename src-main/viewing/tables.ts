import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import type { HangingProtocol, ViewerPreferences } from '../../src-shared/viewing.ts'

/** Images that a clinician has marked as telling the case. A removed mark keeps its row. */
export const keyImages = sqliteTable('key_images', {
  id: text().primaryKey(),
  studyUid: text().$type<StudyUid>().notNull(),
  seriesUid: text().$type<SeriesUid>().notNull(),
  sopInstanceUid: text().$type<SopInstanceUid>().notNull(),
  frameNumber: integer().notNull(),
  note: text().notNull(),
  revision: integer().notNull(),
  createdBy: text().notNull(),
  createdByName: text().notNull(),
  createdAt: text().notNull(),
  updatedAt: text().notNull(),
  deletedAt: text(),
  deletedBy: text()
}, (t) => [index('key_images_study').on(t.studyUid, t.createdAt)])

/** How a clinician wants studies of a kind to hang. `body` holds what is not asked for by itself. */
export const hangingProtocols = sqliteTable('hanging_protocols', {
  id: text().primaryKey(),
  owner: text().notNull(),
  name: text().notNull(),
  modality: text().notNull(),
  bodyPart: text().notNull(),
  body: text({ mode: 'json' }).$type<Pick<HangingProtocol, 'rows' | 'columns' | 'panes' | 'isLinked'>>().notNull(),
  revision: integer().notNull(),
  createdAt: text().notNull(),
  updatedAt: text().notNull(),
  deletedAt: text()
}, (t) => [index('hanging_protocols_owner').on(t.owner, t.modality)])

/** Keys and habits of one clinician, the same on every window of the workstation. */
export const viewerPreferences = sqliteTable('viewer_preferences', {
  owner: text().primaryKey(),
  body: text({ mode: 'json' }).$type<Omit<ViewerPreferences, 'revision'>>().notNull(),
  revision: integer().notNull(),
  updatedAt: text().notNull()
})
