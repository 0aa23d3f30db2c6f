import type { z } from 'zod'
import type { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import { ImportProgress, StudyDetail, TagList, Worklist, type WorklistQuery } from '../../src-shared/studies.ts'
import type { Http } from './http.ts'

/** What the worklist asks for; fields left out take the edge's defaults. */
export type WorklistAsk = Readonly<z.input<typeof WorklistQuery>>

export type StudiesApi = ReturnType<typeof createStudiesApi>

export function createStudiesApi(http: Http) {
  return {
    worklist: (ask: WorklistAsk, signal?: AbortSignal) => http.get(`/api/worklist?${searchOf(ask)}`, Worklist, signal),
    detail: (studyUid: StudyUid, signal?: AbortSignal) => http.get(`/api/studies/${studyUid}`, StudyDetail, signal),
    tags: (sopInstanceUid: SopInstanceUid, signal?: AbortSignal) => http.get(`/api/instances/${sopInstanceUid}/tags`, TagList, signal),
    loadDemo: () => http.send('POST', '/api/demo', {}, ImportProgress)
  }
}

export function thumbnailUrl(seriesUid: SeriesUid): string {
  return `/api/series/${seriesUid}/thumbnail`
}

function searchOf(ask: WorklistAsk): URLSearchParams {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(ask)) if (typeof value === 'number' || (typeof value === 'string' && value !== '')) search.set(name, `${value}`)
  return search
}
