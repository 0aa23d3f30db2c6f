import { and, eq, getTableColumns, isNull } from 'drizzle-orm'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { FindingMask } from '../../../src-shared/masks.ts'
import type { Db } from '../../platform/database.ts'
import { findingMasks, findings } from '../tables.ts'
import type { PlacedMask } from './place-mask.ts'

/** The voxels behind the findings' numbers. A mask is written once, in the transaction of its finding, and never changed. */
export function createMaskStore({ orm }: Db) {
  return {
    /** Where there is one already it stays: a step that runs again adds nothing. */
    insert: (findingId: string, mask: PlacedMask): void => { orm.insert(findingMasks).values({ findingId, mask }).onConflictDoNothing().run() },
    has: (findingId: string): boolean => orm.select({ id: findingMasks.findingId }).from(findingMasks).where(eq(findingMasks.findingId, findingId)).get() !== undefined,
    /** Of the findings that stand, in the order in which they came to be. */
    ofStudy: (studyUid: StudyUid): FindingMask[] =>
      orm.select(getTableColumns(findingMasks)).from(findingMasks).innerJoin(findings, eq(findings.id, findingMasks.findingId))
        .where(and(eq(findings.studyUid, studyUid), isNull(findings.supersededAt))).orderBy(findings.createdAt, findings.id).all()
        .map(({ findingId, mask }) => ({ findingId, ...mask }))
  }
}
export type MaskStore = ReturnType<typeof createMaskStore>
