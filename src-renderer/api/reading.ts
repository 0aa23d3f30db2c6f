import { z } from 'zod'
import type { StudyUid } from '../../src-shared/ids.ts'
import { InstalledModel, ModelDownload, ModelList, ModelOffer, type ModelDownloadRequest, type ModelImportRequest, type ModelOfferRequest } from '../../src-shared/models.ts'
import { Reading, ReadingList, ReaderQuality, ReaderRun, ReaderStatus, ReaderTiming, Statement, type AgreementRequest, type ReaderSettingsPatch, type ReadingRequest, type ReadProgress, type StatementVerdict } from '../../src-shared/reading.ts'
import type { Http } from './http.ts'

const Tried = z.object({ text: z.string(), run: ReaderRun, timing: ReaderTiming })
/** A reading while it goes on; null text while nothing of it may be shown. */
export type LiveReading = Readonly<{ progress: ReadProgress, text: string | null }>
export const liveReadingKey = (readingId: string) => ['reading-progress', readingId] as const

export function createReadingApi(http: Http) {
  return {
    list: (studyUid: StudyUid, signal?: AbortSignal) => http.get(`/api/studies/${studyUid}/readings`, ReadingList, signal),
    request: async (studyUid: StudyUid, request: z.input<typeof ReadingRequest>) => (await http.send('POST', `/api/studies/${studyUid}/readings`, request, z.object({ readings: z.array(Reading) }))).readings,
    cancel: (readingId: string) => http.act('DELETE', `/api/readings/${readingId}`),
    decide: (statementId: string, verdict: StatementVerdict) => http.send('POST', `/api/statements/${statementId}/verdict`, verdict, Statement),
    commitImpression: (studyUid: StudyUid, text: string) => http.send('POST', `/api/studies/${studyUid}/first-impression`, { text }, ReadingList),
    agree: (studyUid: StudyUid, request: z.input<typeof AgreementRequest>) => http.send('PUT', `/api/studies/${studyUid}/first-impression/agreement`, request, ReadingList),
    status: (signal?: AbortSignal) => http.get('/api/reader', ReaderStatus, signal),
    change: (patch: z.input<typeof ReaderSettingsPatch>) => http.send('PUT', '/api/reader/settings', patch, ReaderStatus),
    try: (signal?: AbortSignal) => http.send('POST', '/api/reader/try', {}, Tried, signal),
    quality: (signal?: AbortSignal) => http.get('/api/reader/quality', ReaderQuality, signal),
    models: (signal?: AbortSignal) => http.get('/api/models', ModelList, signal),
    importModel: (request: z.input<typeof ModelImportRequest>) => http.send('POST', '/api/models/import', request, InstalledModel),
    offerOf: (request: z.input<typeof ModelOfferRequest>) => http.send('POST', '/api/models/offer', request, ModelOffer),
    fetchModel: (request: z.input<typeof ModelDownloadRequest>) => http.send('POST', '/api/models/downloads', request, ModelDownload),
    resumeDownload: (id: string) => http.send('POST', `/api/models/downloads/${id}/resume`, {}, ModelDownload),
    cancelDownload: (id: string) => http.send('DELETE', `/api/models/downloads/${id}`, {}, ModelList),
    /** Whether the hub knew it; false where it could not be asked. */
    setHubToken: async (token: string) => (await http.send('PUT', '/api/models/token', { token }, z.object({ isKnown: z.boolean() }))).isKnown,
    forgetHubToken: () => http.act('DELETE', '/api/models/token'),
    verifyModel: (name: string) => http.send('POST', `/api/models/${encodeURIComponent(name)}/verify`, {}, InstalledModel),
    chooseModel: (name: string) => http.send('POST', `/api/models/${encodeURIComponent(name)}/use`, {}, ModelList),
    removeModel: (name: string) => http.send('DELETE', `/api/models/${encodeURIComponent(name)}`, {}, ModelList)
  }
}
