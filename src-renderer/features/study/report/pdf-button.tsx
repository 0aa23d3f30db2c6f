import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { Button } from '../../../ui/button.tsx'
import { useNotify } from '../../../ui/notices.tsx'
import { useDrafts } from './drafts-context.tsx'
import { saveBytes } from './save-bytes.ts'

/** The report as a PDF, to a place that the user chooses. What was typed is saved first, so that the paper says what the screen says. */
export function PdfButton({ studyUid, isSigned, icon }: Readonly<{ studyUid: StudyUid, isSigned: boolean, icon: ReactNode }>) {
  const api = useApi()
  const drafts = useDrafts()
  const notify = useNotify()
  const save = useMutation({
    mutationFn: async () => {
      await drafts.flush(studyUid)
      await saveBytes(isSigned ? 'report.pdf' : 'report-draft.pdf', await api.reports.pdf(studyUid))
    },
    onError: (error) => { notify('error', messageOf(error)) }
  })
  return <Button disabled={save.isPending} onClick={() => { save.mutate() }}>{icon}{save.isPending ? 'Making…' : 'PDF'}</Button>
}
