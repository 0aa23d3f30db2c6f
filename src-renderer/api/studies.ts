import type { z } from 'zod'
import type { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import { ImportProgress, StudyDetail, Worklist, type WorklistQuery } from '../../src-shared/studies.ts'
import { InstanceList, TagList, TagValue, type TagQuery } from '../../src-shared/tags.ts'
import type { Http } from './http.ts'

/** What the worklist asks for; fields left out take the edge's defaults. */
export type WorklistAsk = Readonly<z.input<typeof WorklistQuery>>

/** What the list of attributes is asked for. */
export type TagAsk = Readonly<z.input<typeof TagQuery>>

export type StudiesApi = ReturnType<typeof createStudiesApi>

export function createStudiesApi(http: Http) {
  return {
    worklist: (ask: WorklistAsk, signal?: AbortSignal) => http.get(`/api/worklist?${searchOf(ask)}`, Worklist, signal),
    detail: (studyUid: StudyUid, signal?: AbortSignal) => http.get(`/api/studies/${studyUid}`, StudyDetail, signal),
    instances: async (seriesUid: SeriesUid, signal?: AbortSignal) => (await http.get(`/api/series/${seriesUid}/instances`, InstanceList, signal)).sopInstanceUids,
    tags: (sopInstanceUid: SopInstanceUid, ask: TagAsk, signal?: AbortSignal) => http.get(`/api/instances/${sopInstanceUid}/tags?${searchOf(ask)}`, TagList, signal),
    tagValue: (sopInstanceUid: SopInstanceUid, path: string, signal?: AbortSignal) => http.get(`/api/instances/${sopInstanceUid}/tags/${path}`, TagValue, signal),
    loadDemo: () => http.send('POST', '/api/demo', {}, ImportProgress)
  }
}

export function thumbnailUrl(seriesUid: SeriesUid): string {
  return `/api/series/${seriesUid}/thumbnail`
}

function searchOf(ask: WorklistAsk | TagAsk): URLSearchParams {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(ask)) if (typeof value === 'number' || (typeof value === 'string' && value !== '')) search.set(name, `${value}`)
  return search
}
