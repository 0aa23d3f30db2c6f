import { z } from 'zod'
import type { StudyUid } from '../../src-shared/ids.ts'
import { SyncItems, SyncReport, SyncStatus, type SyncItemsQuery, type SyncSettingsPatch, type SyncTarget } from '../../src-shared/sync.ts'
import type { Http } from './http.ts'

export type SyncAsk = Readonly<Pick<SyncItemsQuery, 'state' | 'search'> & { target: SyncTarget | null }>

export function createSyncApi(http: Http) {
  const act = (path: string) => http.send('POST', `/api/sync/${path}`, {}, SyncStatus)
  return {
    status: (signal?: AbortSignal) => http.get('/api/sync', SyncStatus, signal),
    items: ({ state, search, target }: SyncAsk, before: string | null, signal?: AbortSignal) => {
      const query = new URLSearchParams({ state, search, ...(target === null ? {} : { target }), ...(before === null ? {} : { before }) })
      return http.get(`/api/sync/items?${query}`, SyncItems, signal)
    },
    retry: (id: string) => http.act('POST', `/api/sync/items/${id}/retry`, {}),
    cancel: (id: string) => http.act('POST', `/api/sync/items/${id}/cancel`, {}),
    pauseAll: (isPaused: boolean) => act(isPaused ? 'pause' : 'resume'),
    pause: (target: SyncTarget, isPaused: boolean) => act(`targets/${target}/${isPaused ? 'pause' : 'resume'}`),
    tryNow: (target: SyncTarget) => act(`targets/${target}/try`),
    change: (patch: z.input<typeof SyncSettingsPatch>) => http.send('PUT', '/api/sync/settings', patch, SyncStatus),
    report: (signal?: AbortSignal) => http.get('/api/sync/report', SyncReport, signal),
    openCsv: async () => (await http.open('/api/sync/report.csv')).blob(),
    send: async (studyUid: StudyUid) => (await http.send('POST', `/api/studies/${studyUid}/send`, {}, z.object({ queued: z.int() }))).queued
  }
}
