import type { StudyUid } from '../../src-shared/ids.ts'
import { type AddendumRequest, Report, type ReportWrite, type SignRequest } from '../../src-shared/reports.ts'
import type { Http } from './http.ts'

export type ReportsApi = ReturnType<typeof createReportsApi>

export function createReportsApi(http: Http) {
  return {
    of: (studyUid: StudyUid, signal?: AbortSignal) => http.get(`/api/studies/${studyUid}/report`, Report, signal),
    write: (studyUid: StudyUid, write: ReportWrite) => http.send('PUT', `/api/studies/${studyUid}/report`, write, Report),
    sign: (studyUid: StudyUid, request: SignRequest) => http.send('POST', `/api/studies/${studyUid}/report/sign`, request, Report),
    pdf: async (studyUid: StudyUid) => (await http.open(`/api/studies/${studyUid}/report.pdf`)).blob(),
    addAddendum: (studyUid: StudyUid, request: AddendumRequest) => http.send('POST', `/api/studies/${studyUid}/report/addenda`, request, Report)
  }
}

export function keyImageUrl(studyUid: StudyUid, keyImageId: string): string {
  return `/api/studies/${studyUid}/report/key-images/${keyImageId}`
}
