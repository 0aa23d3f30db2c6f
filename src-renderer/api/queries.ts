import { queryOptions } from '@tanstack/react-query'
import type { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import type { Api } from './api.ts'
import type { TimelineAsk } from './glasses.ts'
import type { TagAsk, WorklistAsk } from './studies.ts'

/** Query keys: the first word says what it is, so that an event can name what it makes stale. */
export const queryKeys = {
  session: ['session'],
  system: ['system'],
  worklist: ['worklist'],
  imports: ['imports'],
  study: (studyUid: StudyUid) => ['study', studyUid],
  detail: (studyUid: StudyUid) => ['study', studyUid, 'detail'],
  analysis: (studyUid: StudyUid) => ['study', studyUid, 'analysis'],
  timeline: (studyUid: StudyUid) => ['study', studyUid, 'timeline'],
  annotations: (studyUid: StudyUid) => ['study', studyUid, 'annotations'],
  masks: (studyUid: StudyUid) => ['study', studyUid, 'masks'],
  report: (studyUid: StudyUid) => ['study', studyUid, 'report'],
  readings: (studyUid: StudyUid) => ['study', studyUid, 'readings'],
  reader: ['reader'],
  readerQuality: ['reader', 'quality'],
  models: ['models'],
  backups: ['backups'],
  sync: ['sync'],
  syncStatus: ['sync', 'status'],
  syncReport: ['sync', 'report'],
  glasses: ['glasses', 'status'],
  glassesTimeline: ['glasses', 'timeline'],
  followup: ['followup'],
  followupBoard: ['followup', 'board'],
  followupPatients: ['followup', 'patients'],
  followupThread: (id: string) => ['followup', 'thread', id],
  followupStudy: (studyUid: StudyUid) => ['followup', 'study', studyUid],
  followupTemplates: ['followup', 'templates'],
  followupSettings: ['followup', 'settings'],
  keyImages: (studyUid: StudyUid) => ['study', studyUid, 'key-images'],
  /** A study that comes in may be a prior of any other. */
  everyPriors: ['priors'],
  priors: (studyUid: StudyUid) => ['priors', studyUid],
  hangingProtocols: ['hanging-protocols'],
  viewerPreferences: ['viewer-preferences']
} as const

export const sessionQuery = (api: Api) => queryOptions({ queryKey: queryKeys.session, queryFn: ({ signal }) => api.session.state(signal), staleTime: Infinity })

export const systemQuery = (api: Api) => queryOptions({ queryKey: queryKeys.system, queryFn: ({ signal }) => api.system(signal), refetchInterval: 15_000 })

export const worklistQuery = (api: Api, ask: WorklistAsk) => queryOptions({
  queryKey: [...queryKeys.worklist, ask], queryFn: ({ signal }) => api.studies.worklist(ask, signal), staleTime: 60_000
})

export const detailQuery = (api: Api, studyUid: StudyUid) => queryOptions({
  queryKey: queryKeys.detail(studyUid), queryFn: ({ signal }) => api.studies.detail(studyUid, signal)
})

/** A stored file never changes; its list is dropped soon, because another is asked for at each image and each letter typed. */
export const tagsQuery = (api: Api, sopInstanceUid: SopInstanceUid, ask: TagAsk) => queryOptions({
  queryKey: ['tags', sopInstanceUid, ask], queryFn: ({ signal }) => api.studies.tags(sopInstanceUid, ask, signal), staleTime: Infinity, gcTime: 30_000
})

export const tagValueQuery = (api: Api, sopInstanceUid: SopInstanceUid, path: string) => queryOptions({
  queryKey: ['tag-value', sopInstanceUid, path], queryFn: ({ signal }) => api.studies.tagValue(sopInstanceUid, path, signal), staleTime: Infinity, gcTime: 30_000
})

export const instancesQuery = (api: Api, seriesUid: SeriesUid) => queryOptions({
  queryKey: ['instances', seriesUid], queryFn: ({ signal }) => api.studies.instances(seriesUid, signal)
})

export const analysisQuery = (api: Api, studyUid: StudyUid) => queryOptions({
  queryKey: queryKeys.analysis(studyUid), queryFn: ({ signal }) => api.analysis.of(studyUid, signal)
})

export const timelineQuery = (api: Api, studyUid: StudyUid) => queryOptions({
  queryKey: queryKeys.timeline(studyUid), queryFn: ({ signal }) => api.analysis.timeline(studyUid, signal)
})

export const masksQuery = (api: Api, studyUid: StudyUid) => queryOptions({
  queryKey: queryKeys.masks(studyUid), queryFn: ({ signal }) => api.analysis.masks(studyUid, signal)
})

export const annotationsQuery = (api: Api, studyUid: StudyUid) => queryOptions({
  queryKey: queryKeys.annotations(studyUid), queryFn: ({ signal }) => api.analysis.annotations(studyUid, signal)
})

export const readingsQuery = (api: Api, studyUid: StudyUid) => queryOptions({
  queryKey: queryKeys.readings(studyUid), queryFn: ({ signal }) => api.reading.list(studyUid, signal)
})

export const readerQuery = (api: Api) => queryOptions({ queryKey: queryKeys.reader, queryFn: ({ signal }) => api.reading.status(signal) })

export const readerQualityQuery = (api: Api) => queryOptions({ queryKey: queryKeys.readerQuality, queryFn: ({ signal }) => api.reading.quality(signal) })

export const backupsQuery = (api: Api) => queryOptions({ queryKey: queryKeys.backups, queryFn: ({ signal }) => api.backups.list(signal) })

/** Asked again while it is looked at: a target's state changes without an event of ours. */
export const syncStatusQuery = (api: Api) => queryOptions({ queryKey: queryKeys.syncStatus, queryFn: ({ signal }) => api.sync.status(signal), refetchInterval: 10_000 })

export const syncReportQuery = (api: Api) => queryOptions({ queryKey: queryKeys.syncReport, queryFn: ({ signal }) => api.sync.report(signal) })

export const modelsQuery = (api: Api) => queryOptions({ queryKey: queryKeys.models, queryFn: ({ signal }) => api.reading.models(signal) })

export const reportQuery = (api: Api, studyUid: StudyUid) => queryOptions({
  queryKey: queryKeys.report(studyUid), queryFn: ({ signal }) => api.reports.of(studyUid, signal)
})

export const importsQuery = (api: Api) => queryOptions({ queryKey: queryKeys.imports, queryFn: ({ signal }) => api.imports.recent(signal) })

export const importSummaryQuery = (api: Api, id: string) => queryOptions({
  queryKey: [...queryKeys.imports, id], queryFn: ({ signal }) => api.imports.summary(id, signal)
})

export const cliniciansQuery = (api: Api) => queryOptions({ queryKey: ['clinicians'], queryFn: ({ signal }) => api.accounts.clinicians(signal) })

export const keyImagesQuery = (api: Api, studyUid: StudyUid) => queryOptions({
  queryKey: queryKeys.keyImages(studyUid), queryFn: ({ signal }) => api.viewing.keyImages(studyUid, signal)
})

export const priorsQuery = (api: Api, studyUid: StudyUid) => queryOptions({ queryKey: queryKeys.priors(studyUid), queryFn: ({ signal }) => api.viewing.priors(studyUid, signal) })

export const hangingProtocolsQuery = (api: Api) => queryOptions({ queryKey: queryKeys.hangingProtocols, queryFn: ({ signal }) => api.viewing.hangingProtocols(signal) })

export const viewerPreferencesQuery = (api: Api) => queryOptions({ queryKey: queryKeys.viewerPreferences, queryFn: ({ signal }) => api.viewing.preferences(signal) })

/** What is due changes by the clock alone; the rest comes by events. */
export const followupBoardQuery = (api: Api) => queryOptions({ queryKey: queryKeys.followupBoard, queryFn: ({ signal }) => api.followup.board(signal), refetchInterval: 20_000 })

export const followupPatientsQuery = (api: Api, search: string) => queryOptions({
  queryKey: [...queryKeys.followupPatients, search], queryFn: ({ signal }) => api.followup.patients(search, signal), placeholderData: (before) => before
})

export const followupThreadQuery = (api: Api, id: string) => queryOptions({ queryKey: queryKeys.followupThread(id), queryFn: ({ signal }) => api.followup.thread(id, signal), refetchInterval: 30_000 })

export const followupStudyQuery = (api: Api, studyUid: StudyUid) => queryOptions({ queryKey: queryKeys.followupStudy(studyUid), queryFn: ({ signal }) => api.followup.study(studyUid, signal) })

export const followupTemplatesQuery = (api: Api) => queryOptions({ queryKey: queryKeys.followupTemplates, queryFn: ({ signal }) => api.followup.templates(signal) })

export const followupSettingsQuery = (api: Api) => queryOptions({ queryKey: queryKeys.followupSettings, queryFn: ({ signal }) => api.followup.settings(signal), refetchInterval: 60_000 })

/** Frame ages and rates change by themselves; the rest comes by events. */
export const glassesQuery = (api: Api, everyMs: number) => queryOptions({ queryKey: queryKeys.glasses, queryFn: ({ signal }) => api.glasses.status(signal), refetchInterval: everyMs })

export const glassesTimelineQuery = (api: Api, ask: TimelineAsk) => queryOptions({
  queryKey: [...queryKeys.glassesTimeline, ask], queryFn: ({ signal }) => api.glasses.timeline(ask, signal), refetchInterval: 30_000, placeholderData: (before) => before
})

export const interventionQuery = (api: Api, id: number) => queryOptions({ queryKey: [...queryKeys.glassesTimeline, 'intervention', id], queryFn: ({ signal }) => api.glasses.intervention(id, signal) })

export const keyFramesQuery = (api: Api, ask: TimelineAsk) => queryOptions({ queryKey: [...queryKeys.glassesTimeline, 'key-frames', ask], queryFn: ({ signal }) => api.glasses.keyFrames(ask, signal), refetchInterval: 10_000 })
