import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { Finding, FindingPatch, VerdictRequest } from '../../../../src-shared/analysis.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { StudyAnalysis } from '../../../api/analysis.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { queryKeys } from '../../../api/queries.ts'
import { useNotify } from '../../../ui/notices.tsx'

/** What a clinician does with one finding. Each answer of the edge replaces the finding at once; a refusal is shown and the truth fetched. */
export function useFindingActions(studyUid: StudyUid) {
  const api = useApi()
  const notify = useNotify()
  const queryClient = useQueryClient()
  const refresh = useCallback(() => {
    for (const queryKey of [queryKeys.analysis(studyUid), queryKeys.report(studyUid), queryKeys.timeline(studyUid)]) void queryClient.invalidateQueries({ queryKey })
  }, [queryClient, studyUid])
  const onSuccess = (finding: Finding) => {
    queryClient.setQueryData<StudyAnalysis>(queryKeys.analysis(studyUid), (before) => before && {
      ...before, findings: before.findings.map((other) => (other.id === finding.id ? finding : other))
    })
    refresh()
  }
  const onError = (error: Error) => { notify('error', messageOf(error)); refresh() }
  const verdict = useMutation({
    mutationFn: ({ finding, verdict: given }: Readonly<{ finding: Finding, verdict: VerdictRequest['verdict'] }>) => api.analysis.verdict(finding.id, { verdict: given, revision: finding.revision }),
    onSuccess, onError
  })
  const change = useMutation({
    mutationFn: ({ finding, patch }: Readonly<{ finding: Finding, patch: Omit<FindingPatch, 'revision'> }>) => api.analysis.change(finding.id, { ...patch, revision: finding.revision }),
    onSuccess, onError
  })
  return { verdict, change, refresh }
}
