import { ZipAnnounced, type ExportRequest } from '../../src-shared/exports.ts'
import type { SeriesUid, StudyUid } from '../../src-shared/ids.ts'
import type { Http } from './http.ts'

export function createExportsApi(http: Http) {
  return {
    /** Before a picture, film or print is handed over: where this fails, nothing leaves. */
    record: (studyUid: StudyUid, request: ExportRequest) => http.act('POST', `/api/studies/${studyUid}/exports`, request),
    /** Whether the files can be had, and how many they are, before the browser is sent to fetch them. */
    series: (seriesUid: SeriesUid, signal?: AbortSignal) => http.get(`/api/series/${seriesUid}/export`, ZipAnnounced, signal),
    study: (studyUid: StudyUid, signal?: AbortSignal) => http.get(`/api/studies/${studyUid}/export`, ZipAnnounced, signal)
  }
}

export const seriesZipUrl = (seriesUid: SeriesUid): string => `/api/series/${seriesUid}/dicom.zip`
export const studyZipUrl = (studyUid: StudyUid): string => `/api/studies/${studyUid}/dicom.zip`
