import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { Report } from '../../../../src-shared/reports.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { detailQuery } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { useNotify } from '../../../ui/notices.tsx'
import { useDrafts } from './drafts-context.tsx'
import { reportFileName } from './report-file-name.ts'
import { saveBytes } from '../../../ui/save-bytes.ts'

/** The report as a PDF, to a place that the user chooses. What was typed is saved first, so that the paper says what the screen says. */
export function PdfButton({ studyUid, report, icon }: Readonly<{ studyUid: StudyUid, report: Report, icon: ReactNode }>) {
  const api = useApi()
  const drafts = useDrafts()
  const notify = useNotify()
  const queryClient = useQueryClient()
  const save = useMutation({
    mutationFn: async () => {
      await drafts.flush(studyUid)
      const { study } = await queryClient.ensureQueryData(detailQuery(api, studyUid))
      await saveBytes(reportFileName(study, report), await api.reports.pdf(studyUid))
    },
    onError: (error) => { notify('error', messageOf(error)) }
  })
  return <Button disabled={save.isPending} onClick={() => { save.mutate() }}>{icon}{save.isPending ? 'Making…' : 'PDF'}</Button>
}
