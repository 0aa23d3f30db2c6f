import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Annotation } from '../../../src-shared/annotations.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { Db } from '../../platform/database.ts'
import { annotations } from '../tables.ts'

export type AnnotationRow = typeof annotations.$inferSelect

export function createAnnotationStore({ orm }: Db) {
  return {
    /** Also where it was deleted: the id of a deleted annotation is not used again. */
    get: (id: string): AnnotationRow | null => orm.select().from(annotations).where(eq(annotations.id, id)).get() ?? null,
    ofStudy: (studyUid: StudyUid): AnnotationRow[] =>
      orm.select().from(annotations).where(and(eq(annotations.studyUid, studyUid), isNull(annotations.deletedAt))).orderBy(sql`rowid`).all(),
    insert: (row: AnnotationRow): void => { orm.insert(annotations).values(row).run() },
    update: (id: string, change: Partial<AnnotationRow>): void => { orm.update(annotations).set(change).where(eq(annotations.id, id)).run() }
  }
}

export function annotationOf({ body, deletedAt: _deletedAt, deletedBy: _deletedBy, ...row }: AnnotationRow): Annotation {
  return { ...body, ...row }
}
