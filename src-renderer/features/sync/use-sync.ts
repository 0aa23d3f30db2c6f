import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { SyncSettingsPatch, SyncStatus, SyncTarget } from '../../../src-shared/sync.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { queryKeys } from '../../api/queries.ts'
import { counted } from '../../ui/format.ts'
import { useNotify } from '../../ui/notices.tsx'

/** What can be done with what leaves; each says in a notice where it was refused. */
export function useSyncActs() {
  const api = useApi()
  const client = useQueryClient()
  const notify = useNotify()
  const onError = (error: Error) => { notify('error', messageOf(error)) }
  const known = (status: SyncStatus) => { client.setQueryData(queryKeys.syncStatus, status); void client.invalidateQueries({ queryKey: queryKeys.sync }) }
  const stale = () => { void client.invalidateQueries({ queryKey: queryKeys.sync }) }
  return {
    retry: useMutation({ mutationFn: (id: string) => api.sync.retry(id), onSuccess: stale, onError }),
    cancel: useMutation({ mutationFn: (id: string) => api.sync.cancel(id), onSuccess: stale, onError }),
    pauseAll: useMutation({ mutationFn: (isPaused: boolean) => api.sync.pauseAll(isPaused), onSuccess: known, onError }),
    pause: useMutation({ mutationFn: ({ target, isPaused }: { target: SyncTarget, isPaused: boolean }) => api.sync.pause(target, isPaused), onSuccess: known, onError }),
    tryNow: useMutation({ mutationFn: (target: SyncTarget) => api.sync.tryNow(target), onSuccess: known, onError }),
    change: useMutation({ mutationFn: (patch: z.input<typeof SyncSettingsPatch>) => api.sync.change(patch), onSuccess: known, onError }),
    send: useMutation({ mutationFn: (studyUid: StudyUid) => api.sync.send(studyUid), onSuccess: (queued) => { stale(); notify('done', `${counted(queued, 'item')} queued. The Sync screen shows how it goes.`) }, onError })
  }
}
