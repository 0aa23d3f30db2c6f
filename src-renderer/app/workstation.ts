import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { createApi } from '../api/api.ts'
import { isSessionFailure, isWorthRetrying } from '../api/failures.ts'
import { createHttp } from '../api/http.ts'
import { queryKeys } from '../api/queries.ts'
import { createImportsStore } from '../features/imports/index.ts'
import { createDrafts } from '../features/study/index.ts'
import { createWorklistStore } from '../features/worklist/index.ts'
import { createCommandRegistry } from '../ui/commands.ts'
import { createNoticesStore } from '../ui/notices.tsx'
import { commandCatalogue } from './command-catalogue.ts'
import { createLineStore } from '../api/line.ts'

export type Workstation = ReturnType<typeof createWorkstation>

/** Everything that lives as long as the window. Made once at the start; a test makes its own. */
export function createWorkstation(deps: Readonly<{ fetch: typeof fetch }>) {
  const http = createHttp(deps)
  const queryClient: QueryClient = createQueryClient(() => { void queryClient.invalidateQueries({ queryKey: queryKeys.session }) })
  const api = createApi(http)
  const drafts = createDrafts({ reports: api.reports, onSaved: (studyUid, report) => { queryClient.setQueryData(queryKeys.report(studyUid), report) } })
  return {
    http, api, drafts, queryClient, commands: createCommandRegistry(commandCatalogue), notices: createNoticesStore(), line: createLineStore(),
    worklist: createWorklistStore(), imports: createImportsStore()
  }
}

/** An answer of "not signed in" or "locked" from anywhere sends the window to its door at once. */
function createQueryClient(onSessionFailure: () => void): QueryClient {
  const onError = (error: Error) => { if (isSessionFailure(error)) onSessionFailure() }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { staleTime: 30_000, gcTime: 600_000, retry: isWorthRetrying, refetchOnWindowFocus: false, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' }
    }
  })
}
