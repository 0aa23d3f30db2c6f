import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { AgreementRequest, ReadingRequest, Statement, StatementVerdict } from '../../../../src-shared/reading.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { queryKeys, readingsQuery } from '../../../api/queries.ts'
import { liveReadingKey, type LiveReading } from '../../../api/reading.ts'
import { useNotify } from '../../../ui/notices.tsx'

export function useReadings(studyUid: StudyUid) {
  return useQuery(readingsQuery(useApi(), studyUid))
}

/** What is heard of a reading while it goes on. */
export function useLiveReading(readingId: string): LiveReading | undefined {
  const client = useQueryClient()
  return useQuery<LiveReading>({ queryKey: liveReadingKey(readingId), queryFn: () => client.getQueryData<LiveReading>(liveReadingKey(readingId)) ?? Promise.reject(new Error('Nothing was heard yet.')), enabled: false }).data
}

export function useReadingActions(studyUid: StudyUid) {
  const api = useApi()
  const notify = useNotify()
  const client = useQueryClient()
  const refresh = () => {
    void client.invalidateQueries({ queryKey: queryKeys.readings(studyUid) })
    void client.invalidateQueries({ queryKey: queryKeys.report(studyUid) })
  }
  const options = { onSuccess: refresh, onError: (error: Error) => { notify('error', messageOf(error)); refresh() } }
  return {
    request: useMutation({ mutationFn: (request: z.input<typeof ReadingRequest>) => api.reading.request(studyUid, request), ...options }),
    cancel: useMutation({ mutationFn: (readingId: string) => api.reading.cancel(readingId), ...options }),
    decide: useMutation({ mutationFn: ({ statement, verdict, text }: Readonly<{ statement: Statement, verdict: StatementVerdict['verdict'], text?: string }>) => api.reading.decide(statement.id, { verdict, revision: statement.revision, ...(text === undefined ? {} : { text }) }), ...options }),
    commit: useMutation({ mutationFn: (text: string) => api.reading.commitImpression(studyUid, text), ...options }),
    agree: useMutation({ mutationFn: (request: z.input<typeof AgreementRequest>) => api.reading.agree(studyUid, request), ...options })
  }
}
