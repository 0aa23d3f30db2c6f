import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { AppError } from '../../src-shared/errors.ts'
import type { KeyMap, ViewerPreferences } from '../../src-shared/viewing.ts'
import { useApi } from './api-context.tsx'
import type { Api } from './api.ts'
import { queryKeys, viewerPreferencesQuery } from './queries.ts'

/** One change to the keys, made on whatever keys there are when it is written. */
export type KeyChange = (keys: KeyMap) => KeyMap
type Deps = Readonly<{ api: Readonly<{ viewing: Pick<Api['viewing'], 'preferences' | 'writePreferences'> }>, queryClient: QueryClient }>

/**
 * Writes a change to the clinician's keys. Where another window has written in between, the change is made once more on top of what that
 * one wrote, so that neither loses its key.
 */
export async function writeKeyChange({ api, queryClient }: Deps, change: KeyChange): Promise<ViewerPreferences> {
  const write = ({ keys, revision }: ViewerPreferences) => api.viewing.writePreferences({ keys: change(keys), revision })
  const known = queryClient.getQueryData<ViewerPreferences>(queryKeys.viewerPreferences) ?? await api.viewing.preferences()
  try {
    return await write(known)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'stale-revision') throw error
    return await write(await api.viewing.preferences())
  }
}

/** Changes keys one after the other; each is in force in this window as soon as it is kept. */
export function useKeyChange() {
  const api = useApi()
  const queryClient = useQueryClient()
  return useMutation({
    scope: { id: 'viewer-preferences' },
    mutationFn: async (change: KeyChange) => {
      await queryClient.cancelQueries({ queryKey: viewerPreferencesQuery(api).queryKey })
      return writeKeyChange({ api, queryClient }, change)
    },
    onSuccess: (kept) => { queryClient.setQueryData(queryKeys.viewerPreferences, kept) }
  })
}
