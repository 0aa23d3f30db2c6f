import type { z } from 'zod'
import {
  Board, DispatchAnswer, FollowupPatient, FollowupStatus, PatientList, PortalLink, ScheduledAction, StudyFollowup, TemplateList, TestSent, Thread,
  type ActionClose, type ActionPatch, type ConsentWrite, type FollowupSettingsPatch, type MessageTemplateWrite, type NewAction, type PatientWrite, type PlanTemplateWrite, type ReleaseDraft, type TestSend
} from '../../src-shared/followup.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import type { Http } from './http.ts'

const root = '/api/followup'
const most = 500

export function createFollowupApi(http: Http) {
  const close = (id: string, how: 'cancel' | 'retry' | 'done', body: ActionClose) => http.send('POST', `${root}/actions/${id}/${how}`, body, ScheduledAction)
  return {
    board: (signal?: AbortSignal) => http.get(root, Board, signal),
    dispatch: () => http.send('POST', '/api/internal/dispatch-actions', {}, DispatchAnswer),
    patients: (search: string, signal?: AbortSignal) => http.get(`${root}/patients?${new URLSearchParams({ search, limit: String(most) })}`, PatientList, signal),
    thread: (id: string, signal?: AbortSignal) => http.get(`${root}/patients/${id}`, Thread, signal),
    writePatient: (id: string, patient: PatientWrite) => http.send('PUT', `${root}/patients/${id}`, patient, FollowupPatient),
    consent: (id: string, consent: ConsentWrite) => http.send('POST', `${root}/patients/${id}/consents`, consent, FollowupPatient),
    write: (id: string, text: string) => http.send('POST', `${root}/patients/${id}/messages`, { text }, ScheduledAction),
    plan: (id: string, action: z.input<typeof NewAction>) => http.send('POST', `${root}/patients/${id}/actions`, action, ScheduledAction),
    read: (id: string) => http.act('POST', `${root}/patients/${id}/read`, {}),
    change: (id: string, patch: ActionPatch) => http.send('PATCH', `${root}/actions/${id}`, patch, ScheduledAction),
    cancel: (id: string, body: ActionClose) => close(id, 'cancel', body),
    retry: (id: string, body: ActionClose) => close(id, 'retry', body),
    done: (id: string, body: ActionClose) => close(id, 'done', body),
    study: (studyUid: StudyUid, signal?: AbortSignal) => http.get(`${root}/studies/${studyUid}`, StudyFollowup, signal),
    choosePlan: (studyUid: StudyUid, templateId: string) => http.send('POST', `${root}/studies/${studyUid}/plan`, { templateId }, StudyFollowup),
    writeDraft: (studyUid: StudyUid, draft: ReleaseDraft) => http.send('PUT', `${root}/studies/${studyUid}/draft`, draft, StudyFollowup),
    release: (studyUid: StudyUid, revision: number) => http.send('POST', `${root}/studies/${studyUid}/release`, { revision }, StudyFollowup),
    withdraw: (studyUid: StudyUid) => http.send('DELETE', `${root}/studies/${studyUid}/release`, {}, StudyFollowup),
    link: (studyUid: StudyUid) => http.send('POST', `${root}/studies/${studyUid}/link`, {}, PortalLink),
    sheet: async (studyUid: StudyUid) => (await http.open(`${root}/studies/${studyUid}/sheet`)).blob(),
    startPlan: (id: string) => http.send('POST', `${root}/plans/${id}/start`, {}, StudyFollowup),
    stopPlan: (id: string) => http.send('POST', `${root}/plans/${id}/stop`, {}, StudyFollowup),
    templates: (signal?: AbortSignal) => http.get(`${root}/templates`, TemplateList, signal),
    writeMessageTemplate: (template: MessageTemplateWrite) => http.send('PUT', `${root}/templates/messages/${template.id}`, template, TemplateList),
    writePlanTemplate: (template: PlanTemplateWrite) => http.send('PUT', `${root}/templates/plans/${template.id}`, template, TemplateList),
    removeTemplate: (kind: 'messages' | 'plans', id: string) => http.send('DELETE', `${root}/templates/${kind}/${id}`, {}, TemplateList),
    settings: (signal?: AbortSignal) => http.get(`${root}/settings`, FollowupStatus, signal),
    changeSettings: (patch: FollowupSettingsPatch) => http.send('PUT', `${root}/settings`, patch, FollowupStatus),
    test: (request: TestSend) => http.send('POST', `${root}/settings/test`, request, TestSent)
  }
}

/** A key image of the text for the patient. `index` counts within the stored draft. */
export const releaseImageUrl = (studyUid: StudyUid, index: number): string => `${root}/studies/${studyUid}/images/${index}`
