import type { StudyUid } from '../../src-shared/ids.ts'
import {
  HangingProtocol, HangingProtocolList, type HangingProtocolWrite, KeyImage, KeyImageList, type KeyImageWrite, PriorList, ViewerPreferences
} from '../../src-shared/viewing.ts'
import type { Http } from './http.ts'

export type ViewingApi = ReturnType<typeof createViewingApi>

/** Key images and priors of a study; hanging protocols and keys of the clinician who is signed in. */
export function createViewingApi(http: Http) {
  return {
    keyImages: async (studyUid: StudyUid, signal?: AbortSignal) => (await http.get(`/api/studies/${studyUid}/key-images`, KeyImageList, signal)).keyImages,
    writeKeyImage: (keyImage: KeyImageWrite) => http.send('PUT', `/api/key-images/${keyImage.id}`, keyImage, KeyImage),
    removeKeyImage: (id: string, revision: number) => http.act('DELETE', `/api/key-images/${id}?revision=${revision}`),
    priors: async (studyUid: StudyUid, signal?: AbortSignal) => (await http.get(`/api/studies/${studyUid}/priors`, PriorList, signal)).priors,
    hangingProtocols: async (signal?: AbortSignal) => (await http.get('/api/hanging-protocols', HangingProtocolList, signal)).protocols,
    writeHangingProtocol: (protocol: HangingProtocolWrite) => http.send('PUT', `/api/hanging-protocols/${protocol.id}`, protocol, HangingProtocol),
    removeHangingProtocol: (id: string, revision: number) => http.act('DELETE', `/api/hanging-protocols/${id}?revision=${revision}`),
    preferences: (signal?: AbortSignal) => http.get('/api/viewer-preferences', ViewerPreferences, signal),
    writePreferences: (preferences: ViewerPreferences) => http.send('PUT', '/api/viewer-preferences', preferences, ViewerPreferences)
  }
}
