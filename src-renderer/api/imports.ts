import { z } from 'zod'
import { ImportProgress, ImportSummary } from '../../src-shared/studies.ts'
import type { Http } from './http.ts'

const ImportList = z.array(ImportProgress)

export type ImportsApi = ReturnType<typeof createImportsApi>

export function createImportsApi(http: Http) {
  return {
    recent: (signal?: AbortSignal) => http.get('/api/imports', ImportList, signal),
    summary: (id: string, signal?: AbortSignal) => http.get(`/api/imports/${id}`, ImportSummary, signal),
    /** Absolute paths on this machine; only the desktop shell can know them. */
    fromPaths: (paths: readonly string[]) => http.send('POST', '/api/imports', { paths }, ImportProgress),
    open: (label: string, total: number | null) => http.send('POST', '/api/imports/uploads', { label, total }, ImportProgress),
    /** One file, raw. `path` is relative to what was dropped. */
    upload: (id: string, path: string, file: Blob, signal: AbortSignal) => http.put(`/api/imports/${id}/files?path=${encodeURIComponent(path)}`, file, signal),
    finish: (id: string) => http.act('POST', `/api/imports/${id}/finish`),
    cancel: (id: string) => http.act('DELETE', `/api/imports/${id}`)
  }
}
