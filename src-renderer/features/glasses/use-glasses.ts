import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { GlassesSettingsPatch, GlassesStatus } from '../../../src-shared/glasses.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { queryKeys } from '../../api/queries.ts'
import { useNotify } from '../../ui/notices.tsx'

/** What can be done with glasses; each says in a notice where it was refused. */
export function useGlassesActs() {
  const api = useApi()
  const client = useQueryClient()
  const notify = useNotify()
  const onError = (error: Error) => { notify('error', messageOf(error)) }
  const known = (status: GlassesStatus) => { client.setQueryData(queryKeys.glasses, status) }
  const stale = () => { void client.invalidateQueries({ queryKey: ['glasses'] }) }
  return {
    change: useMutation({ mutationFn: (patch: GlassesSettingsPatch) => api.glasses.change(patch), onSuccess: known, onError }),
    revoke: useMutation({ mutationFn: (id: string) => api.glasses.revoke(id), onSuccess: (status) => { known(status); notify('done', 'This device may not stream any more.') }, onError }),
    seen: useMutation({ mutationFn: (id: number) => api.glasses.seen(id), onSuccess: stale, onError }),
    setPokeKey: useMutation({ mutationFn: (key: string) => api.glasses.setPokeKey(key), onSuccess: known, onError }),
    forgetPokeKey: useMutation({ mutationFn: () => api.glasses.forgetPokeKey(), onSuccess: known, onError })
  }
}
