import { SystemState } from '../../src-shared/system.ts'
import { createAccountsApi } from './accounts.ts'
import { createBackupsApi } from './backups.ts'
import { createAnalysisApi } from './analysis.ts'
import { createExportsApi } from './exports.ts'
import { createFollowupApi } from './followup.ts'
import { createGlassesApi } from './glasses.ts'
import type { Http } from './http.ts'
import { createImportsApi } from './imports.ts'
import { createOverlaysApi } from './overlays.ts'
import { createReadingApi } from './reading.ts'
import { createReportsApi } from './reports.ts'
import { createSessionApi } from './session.ts'
import { createSyncApi } from './sync.ts'
import { createStudiesApi } from './studies.ts'
import { createViewingApi } from './viewing.ts'

/** Everything that the edge offers to a window, typed. */
export type Api = ReturnType<typeof createApi>

export function createApi(http: Http) {
  return {
    session: createSessionApi(http),
    accounts: createAccountsApi(http),
    studies: createStudiesApi(http),
    exports: createExportsApi(http),
    followup: createFollowupApi(http),
    glasses: createGlassesApi(http),
    imports: createImportsApi(http),
    analysis: createAnalysisApi(http),
    backups: createBackupsApi(http),
    overlays: createOverlaysApi(http),
    reading: createReadingApi(http),
    reports: createReportsApi(http),
    sync: createSyncApi(http),
    viewing: createViewingApi(http),
    system: (signal?: AbortSignal) => http.get('/api/system', SystemState, signal)
  }
}
