import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import type { Db } from '../platform/database.ts'
import { hangingProtocols, keyImages, viewerPreferences } from './tables.ts'

export type KeyImageRow = typeof keyImages.$inferSelect
export type ProtocolRow = typeof hangingProtocols.$inferSelect
export type PreferencesRow = typeof viewerPreferences.$inferSelect
export type ViewingStore = ReturnType<typeof createViewingStore>

export function createViewingStore({ orm }: Db) {
  return {
    keyImages: {
      /** Also where it was taken away: the id of a removed mark is not used again. */
      get: (id: string): KeyImageRow | null => orm.select().from(keyImages).where(eq(keyImages.id, id)).get() ?? null,
      ofStudy: (studyUid: StudyUid): KeyImageRow[] =>
        orm.select().from(keyImages).where(and(eq(keyImages.studyUid, studyUid), isNull(keyImages.deletedAt))).orderBy(asc(keyImages.createdAt), sql`rowid`).all(),
      ofFrame: (studyUid: StudyUid, sopInstanceUid: SopInstanceUid, frameNumber: number): KeyImageRow | null =>
        orm.select().from(keyImages).where(and(
          eq(keyImages.studyUid, studyUid), eq(keyImages.sopInstanceUid, sopInstanceUid), eq(keyImages.frameNumber, frameNumber), isNull(keyImages.deletedAt)
        )).get() ?? null,
      insert: (row: KeyImageRow): void => { orm.insert(keyImages).values(row).run() },
      update: (id: string, change: Partial<KeyImageRow>): void => { orm.update(keyImages).set(change).where(eq(keyImages.id, id)).run() }
    },
    protocols: {
      get: (id: string): ProtocolRow | null => orm.select().from(hangingProtocols).where(eq(hangingProtocols.id, id)).get() ?? null,
      ofOwner: (owner: string): ProtocolRow[] =>
        orm.select().from(hangingProtocols).where(and(eq(hangingProtocols.owner, owner), isNull(hangingProtocols.deletedAt)))
          .orderBy(asc(hangingProtocols.modality), asc(hangingProtocols.bodyPart), sql`rowid`).all(),
      insert: (row: ProtocolRow): void => { orm.insert(hangingProtocols).values(row).run() },
      update: (id: string, change: Partial<ProtocolRow>): void => { orm.update(hangingProtocols).set(change).where(eq(hangingProtocols.id, id)).run() }
    },
    preferences: {
      of: (owner: string): PreferencesRow | null => orm.select().from(viewerPreferences).where(eq(viewerPreferences.owner, owner)).get() ?? null,
      put: (row: PreferencesRow): void => { orm.insert(viewerPreferences).values(row).onConflictDoUpdate({ target: viewerPreferences.owner, set: row }).run() }
    }
  }
}
