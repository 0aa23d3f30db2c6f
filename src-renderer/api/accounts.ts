import { z } from 'zod'
import { AuditPage, Clinician, type ClinicianPatch, type NewClinicianRequest } from '../../src-shared/accounts.ts'
import type { Http } from './http.ts'

const ClinicianList = z.array(Clinician)

export type AccountsApi = ReturnType<typeof createAccountsApi>

/** For administrators only; the edge refuses everyone else. */
export function createAccountsApi(http: Http) {
  return {
    clinicians: (signal?: AbortSignal) => http.get('/api/clinicians', ClinicianList, signal),
    add: (request: NewClinicianRequest) => http.send('POST', '/api/clinicians', request, Clinician),
    change: (id: string, patch: ClinicianPatch) => http.send('PATCH', `/api/clinicians/${id}`, patch, Clinician),
    audit: (query: Readonly<{ before: number | null, subject: string, limit: number }>, signal?: AbortSignal) => {
      const search = new URLSearchParams({ limit: String(query.limit) })
      if (query.before !== null) search.set('before', String(query.before))
      if (query.subject !== '') search.set('subject', query.subject)
      return http.get(`/api/audit?${search}`, AuditPage, signal)
    }
  }
}
