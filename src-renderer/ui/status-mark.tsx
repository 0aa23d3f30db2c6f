import { BadgeCheck, CircleDashed, CircleX, Eye, LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import type { StudyStatus, WorklistRow } from '../../src-shared/studies.ts'

export const studyStatusNames: Readonly<Record<StudyStatus, string>> = {
  new: 'new', analysing: 'analysing', 'needs-review': 'needs review', signed: 'signed', failed: 'failed'
}

const marks: Readonly<Record<StudyStatus, ReactNode>> = {
  new: <CircleDashed aria-hidden />, analysing: <LoaderCircle aria-hidden className="spin" />, 'needs-review': <Eye aria-hidden />,
  signed: <BadgeCheck aria-hidden />, failed: <CircleX aria-hidden />
}

export function statusText({ status, progress }: Pick<WorklistRow, 'status' | 'progress'>): string {
  return status === 'analysing' && progress !== null ? `analysing ${Math.floor(progress * 100)} %` : studyStatusNames[status]
}

/** Status as word and mark, so that nobody has to tell colours apart. */
export function StatusMark({ row }: Readonly<{ row: Pick<WorklistRow, 'status' | 'progress'> }>) {
  return <span className={`status-mark status-mark-${row.status}`}>{marks[row.status]}{statusText(row)}</span>
}
