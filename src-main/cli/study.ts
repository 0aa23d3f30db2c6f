import { AppError } from '../../src-shared/errors.ts'
import { StudyUid } from '../../src-shared/ids.ts'
import { WorklistQuery } from '../../src-shared/studies.ts'
import type { Edge } from '../edge.ts'
import { UsageError } from './command.ts'

/** `latest` is the study imported last. */
export function studyNamed(name: string, { rooms: { studies } }: Edge): StudyUid {
  if (name === 'latest') {
    const { rows } = studies.worklist(WorklistQuery.parse({ sort: 'importedAt', order: 'desc', limit: 1 }))
    const newest = rows[0]
    if (newest === undefined) throw new AppError('not-found', 'There is no study yet. Import one first: npm run vigil -- import <folder>')
    return newest.studyUid
  }
  const parsed = StudyUid.safeParse(name)
  if (!parsed.success) throw new UsageError('A study is named by its Study Instance UID, or "latest".')
  return parsed.data
}
