import { ZipAnnounced, type ExportRequest } from '../../src-shared/exports.ts'
import type { SeriesUid, StudyUid } from '../../src-shared/ids.ts'
import { KeptObject, type WrittenKind } from '../../src-shared/interchange.ts'
import type { Http } from './http.ts'

export function createExportsApi(http: Http) {
  return {
    /** Before a picture, film or print is handed over: where this fails, nothing leaves. */
    record: (studyUid: StudyUid, request: ExportRequest) => http.act('POST', `/api/studies/${studyUid}/exports`, request),
    /** Whether the files can be had, and how many they are, before the browser is sent to fetch them. */
    series: (seriesUid: SeriesUid, signal?: AbortSignal) => http.get(`/api/series/${seriesUid}/export`, ZipAnnounced, signal),
    study: (studyUid: StudyUid, signal?: AbortSignal) => http.get(`/api/studies/${studyUid}/export`, ZipAnnounced, signal),
    /** What Vigil knows of the study as one DICOM object, under the name that the edge gives it. */
    object: async (studyUid: StudyUid, kind: WrittenKind) => {
      const answer = await http.open(`/api/studies/${studyUid}/export/${kind}`)
      const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? `vigil-${kind}.dcm`
      return { name, bytes: await answer.blob() }
    },
    /** The same object, taken into the study. */
    keep: (studyUid: StudyUid, kind: WrittenKind) => http.send('POST', `/api/studies/${studyUid}/keep/${kind}`, undefined, KeptObject)
  }
}

export const seriesZipUrl = (seriesUid: SeriesUid): string => `/api/series/${seriesUid}/dicom.zip`
export const studyZipUrl = (studyUid: StudyUid): string => `/api/studies/${studyUid}/dicom.zip`
