import { z } from 'zod'
import {
  type AnalyseRequest, Analysis, Finding, type FindingByHand, type FindingPatch, ProtocolName, type VerdictRequest
} from '../../src-shared/analysis.ts'
import { Annotation, AnnotationList, type AnnotationWrite } from '../../src-shared/annotations.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import { FindingMaskList } from '../../src-shared/masks.ts'
import { Timeline } from '../../src-shared/reports.ts'
import type { Http } from './http.ts'

/** What is known of a study's analysis: the last run, its findings, and which protocols fit with the reason. */
export const StudyAnalysis = z.object({
  analysis: Analysis.nullable(),
  findings: z.array(Finding),
  protocols: z.array(z.object({ name: ProtocolName, applies: z.boolean(), reason: z.string() }))
})
export type StudyAnalysis = z.infer<typeof StudyAnalysis>

export type AnalysisApi = ReturnType<typeof createAnalysisApi>

export function createAnalysisApi(http: Http) {
  return {
    start: (studyUid: StudyUid, request: AnalyseRequest) => http.send('POST', `/api/studies/${studyUid}/analyses`, request, Analysis),
    cancel: (analysisId: string) => http.act('DELETE', `/api/analyses/${analysisId}`),
    of: (studyUid: StudyUid, signal?: AbortSignal) => http.get(`/api/studies/${studyUid}/analysis`, StudyAnalysis, signal),
    timeline: async (studyUid: StudyUid, signal?: AbortSignal) => (await http.get(`/api/studies/${studyUid}/timeline`, Timeline, signal)).entries,
    verdict: (findingId: string, request: VerdictRequest) => http.send('POST', `/api/findings/${findingId}/verdict`, request, Finding),
    change: (findingId: string, patch: FindingPatch) => http.send('PATCH', `/api/findings/${findingId}`, patch, Finding),
    addByHand: (studyUid: StudyUid, finding: FindingByHand) => http.send('POST', `/api/studies/${studyUid}/findings`, finding, Finding),
    masks: async (studyUid: StudyUid, signal?: AbortSignal) => (await http.get(`/api/studies/${studyUid}/masks`, FindingMaskList, signal)).masks,
    annotations: async (studyUid: StudyUid, signal?: AbortSignal) => (await http.get(`/api/studies/${studyUid}/annotations`, AnnotationList, signal)).annotations,
    writeAnnotation: (annotation: AnnotationWrite) => http.send('PUT', `/api/annotations/${annotation.id}`, annotation, Annotation),
    removeAnnotation: (id: string, revision: number) => http.act('DELETE', `/api/annotations/${id}?revision=${revision}`)
  }
}

/** Close-up of a finding. The revision makes a changed finding a new address. */
export function cropUrl(finding: Readonly<Pick<Finding, 'id' | 'revision'>>): string {
  return `/api/findings/${finding.id}/crop?revision=${finding.revision}`
}
