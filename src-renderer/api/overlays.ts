import { queryOptions } from '@tanstack/react-query'
import type { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import { Overlay, OverlayList, type OverlaySummary } from '../../src-shared/overlays.ts'
import { SeriesDescription } from '../../src-shared/studies.ts'
import type { Api } from './api.ts'
import type { Http } from './http.ts'
import { queryKeys } from './queries.ts'

export function createOverlaysApi(http: Http) {
  return {
    list: (studyUid: StudyUid, signal?: AbortSignal) => http.get(`/api/studies/${studyUid}/overlays`, OverlayList, signal),
    of: (sopInstanceUid: SopInstanceUid, signal?: AbortSignal) => http.get(`/api/overlays/${sopInstanceUid}`, Overlay, signal),
    /** Points or masks, as the content says. */
    bulk: async (sopInstanceUid: SopInstanceUid, signal?: AbortSignal) => (await http.open(`/api/overlays/${sopInstanceUid}/bulk`, signal)).arrayBuffer(),
    document: async (sopInstanceUid: SopInstanceUid) => (await http.open(`/api/instances/${sopInstanceUid}/document`)).blob(),
    series: (seriesUid: SeriesUid, signal?: AbortSignal) => http.get(`/api/series/${seriesUid}`, SeriesDescription, signal)
  }
}

export const overlaysQuery = (api: Api, studyUid: StudyUid) => queryOptions({
  // Under the detail, so that images that come in show what now belongs on them.
  queryKey: [...queryKeys.detail(studyUid), 'overlays'], queryFn: ({ signal }) => api.overlays.list(studyUid, signal)
})

/** One object with its points or masks, unpacked by `open`. Read again only when other images of it have come in. */
export const overlayQuery = <T>(api: Api, { sopInstanceUid, imagesHere }: Pick<OverlaySummary, 'sopInstanceUid' | 'imagesHere'>, open: (overlay: Overlay, bulk: ArrayBuffer) => T) => queryOptions({
  queryKey: ['overlay', sopInstanceUid, imagesHere],
  queryFn: async ({ signal }) => {
    const overlay = await api.overlays.of(sopInstanceUid, signal)
    return open(overlay, overlay.bulkBytes === 0 ? new ArrayBuffer(0) : await api.overlays.bulk(sopInstanceUid, signal))
  },
  staleTime: Infinity, structuralSharing: false
})

export const seriesDescriptionQuery = (api: Api, seriesUid: SeriesUid) => queryOptions({
  queryKey: ['series', seriesUid], queryFn: ({ signal }) => api.overlays.series(seriesUid, signal), staleTime: 30_000
})
