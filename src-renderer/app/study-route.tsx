import { queryOptions, usePrefetchQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { StudyUid } from '../../src-shared/ids.ts'
import { useApi } from '../api/api-context.tsx'
import { detailQuery, hangingProtocolsQuery } from '../api/queries.ts'
import { loadStudyScreen } from '../features/study/index.ts'
import { ErrorState, Skeleton } from '../ui/states.tsx'

const studyCode = queryOptions({ queryKey: ['code', 'study'], queryFn: loadStudyScreen, staleTime: Infinity, gcTime: Infinity, retry: 1, structuralSharing: false })

/** The study's screen as soon as its code is here. Mount it with the study's UID as its key. */
export function StudyRoute({ studyUid }: Readonly<{ studyUid: StudyUid }>) {
  const code = useQuery(studyCode)
  const api = useApi()
  usePrefetchQuery(detailQuery(api, studyUid))
  usePrefetchQuery(hangingProtocolsQuery(api))
  if (code.data !== undefined) return <code.data.StudyScreen studyUid={studyUid} />
  if (!code.isError) return <div className="panel-loading"><Skeleton width="30%" /><Skeleton height={240} /></div>
  // An address that no longer exists, after an update, comes right only with the page itself.
  const retry = () => { void code.refetch().then((again) => { if (again.isError) window.location.reload() }) }
  return <ErrorState title="The study's screen did not load" message="The workstation did not hand out this part of itself; it may be restarting after an update." onRetry={retry} />
}

/** Fetches the study's screen while nothing else is going on, so that the first study opens at once. */
export function StudyPreload() {
  const queryClient = useQueryClient()
  useEffect(() => {
    const idle = requestIdleCallback(() => { void queryClient.prefetchQuery(studyCode) }, { timeout: 3000 })
    return () => { cancelIdleCallback(idle) }
  }, [queryClient])
  return null
}
