import { z } from 'zod'
import { GlassesStatus, GlassesTimeline, Intervention, InterventionDetail, Pairing, PairingState, Replay, type GlassesSettingsPatch, type PairingRequest } from '../../src-shared/glasses.ts'
import type { Http } from './http.ts'

/** `deviceId` null: of everybody. */
export type TimelineAsk = Readonly<{ deviceId: string | null, minutes: number, only?: 'interventions' }>
export type LiveFrame = Readonly<{ picture: Blob, frame: number, ageMs: number }>
const KeyFrames = z.object({ keyFrames: z.array(z.object({ id: z.string(), deviceId: z.string(), takenAt: z.string() })) })

export function createGlassesApi(http: Http) {
  const query = ({ deviceId, minutes, only }: TimelineAsk) => new URLSearchParams({ minutes: String(minutes), ...(only === undefined ? {} : { only }), ...(deviceId === null ? {} : { deviceId }) })
  return {
    status: (signal?: AbortSignal) => http.get('/api/glasses', GlassesStatus, signal),
    timeline: (ask: TimelineAsk, signal?: AbortSignal) => http.get(`/api/glasses/timeline?${query(ask)}`, GlassesTimeline, signal),
    pair: (request: PairingRequest) => http.send('POST', '/api/glasses/pairings', request, Pairing),
    pairing: (id: string, signal?: AbortSignal) => http.get(`/api/glasses/pairings/${id}`, PairingState, signal),
    endPairing: (id: string) => http.act('DELETE', `/api/glasses/pairings/${id}`, {}),
    revoke: (id: string) => http.send('DELETE', `/api/glasses/devices/${id}`, {}, GlassesStatus),
    /** The next frame after number `after`, within two seconds; null where none came. */
    async frame(streamId: string, after: number, signal: AbortSignal): Promise<LiveFrame | null> {
      const response = await http.open(`/api/glasses/streams/${streamId}/frame?after=${after}`, signal)
      if (response.status === 204) return null
      return { picture: await response.blob(), frame: Number(response.headers.get('x-frame') ?? 0), ageMs: Number(response.headers.get('x-frame-age-ms') ?? 0) }
    },
    intervention: (id: number, signal?: AbortSignal) => http.get(`/api/interventions/${id}`, InterventionDetail, signal),
    replay: (id: number) => http.send('POST', `/api/interventions/${id}/replay`, {}, Replay),
    seen: (id: number) => http.send('POST', `/api/interventions/${id}/seen`, {}, Intervention),
    change: (patch: GlassesSettingsPatch) => http.send('PUT', '/api/glasses/settings', patch, GlassesStatus),
    setPokeKey: (key: string) => http.send('PUT', '/api/glasses/poke-key', { key }, GlassesStatus),
    forgetPokeKey: () => http.send('DELETE', '/api/glasses/poke-key', {}, GlassesStatus),
    keyFrames: (ask: TimelineAsk, signal?: AbortSignal) => http.get(`/api/glasses/key-frames?${query(ask)}`, KeyFrames, signal)
  }
}
