import type { StudyUid } from '../../src-shared/ids.ts'
import { type AddendumRequest, Report, type ReportWrite, type SignRequest } from '../../src-shared/reports.ts'
import type { Http } from './http.ts'

export type ReportsApi = ReturnType<typeof createReportsApi>

export function createReportsApi(http: Http) {
  return {
    of: (studyUid: StudyUid, signal?: AbortSignal) => http.get(`/api/studies/${studyUid}/report`, Report, signal),
    write: (studyUid: StudyUid, write: ReportWrite) => http.send('PUT', `/api/studies/${studyUid}/report`, write, Report),
    sign: (studyUid: StudyUid, request: SignRequest) => http.send('POST', `/api/studies/${studyUid}/report/sign`, request, Report),
    addAddendum: (studyUid: StudyUid, request: AddendumRequest) => http.send('POST', `/api/studies/${studyUid}/report/addenda`, request, Report)
  }
}

export function reportPdfUrl(studyUid: StudyUid): string {
  return `/api/studies/${studyUid}/report.pdf`
}

export function keyImageUrl(studyUid: StudyUid, keyImageId: string): string {
  return `/api/studies/${studyUid}/report/key-images/${keyImageId}`
}
