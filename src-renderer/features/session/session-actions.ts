import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { SessionState } from '../../../src-shared/accounts.ts'
import { useApi } from '../../api/api-context.tsx'
import { queryKeys } from '../../api/queries.ts'

/** An act that answers with the new session state, which becomes the truth of the window at once. */
export function useSessionAct<T>(act: (input: T) => Promise<SessionState>) {
  const queryClient = useQueryClient()
  return useMutation({ mutationFn: act, onSuccess: (state) => { queryClient.setQueryData(queryKeys.session, state) } })
}

export function useLock() {
  const api = useApi()
  return useSessionAct<void>(() => api.session.lock())
}

export function useSignOut() {
  const api = useApi()
  return useSessionAct<void>(() => api.session.signOut())
}
