import type { StudyUid } from '../../../src-shared/ids.ts'
import { EmptyState } from '../../ui/states.tsx'

export function StudyScreen({ studyUid }: Readonly<{ studyUid: StudyUid }>) {
  return <EmptyState title={studyUid} />
}
