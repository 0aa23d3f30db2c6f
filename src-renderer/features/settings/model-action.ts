import { useMutation, useQueryClient } from '@tanstack/react-query'
import { messageOf } from '../../api/failures.ts'
import { queryKeys } from '../../api/queries.ts'
import { useNotify } from '../../ui/notices.tsx'

/** `isQuiet`: what went wrong is said where it was asked for. */
export function useModelAction<V, R>(act: (value: V) => Promise<R>, { onDone, isQuiet = false }: Readonly<{ onDone?: (result: R) => void, isQuiet?: boolean }> = {}) {
  const client = useQueryClient()
  const notify = useNotify()
  return useMutation({
    mutationFn: act, onSuccess: onDone ?? (() => undefined), onError: (error: Error) => { if (!isQuiet) notify('error', messageOf(error)) },
    onSettled: () => { for (const queryKey of [queryKeys.models, queryKeys.reader, queryKeys.system]) void client.invalidateQueries({ queryKey }) }
  })
}
