import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ActionClose, ActionPatch, ConsentWrite, FollowupSettingsPatch, FollowupStatus, MessageTemplateWrite, PatientWrite, PlanTemplateWrite, ReleaseDraft, StudyFollowup, TemplateList, TestSend } from '../../../src-shared/followup.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { queryKeys } from '../../api/queries.ts'
import { useNotify } from '../../ui/notices.tsx'
import { saveBytes } from '../../ui/save-bytes.ts'
import { lookedText, sentWords } from './followup-texts.ts'

/** What acts share: a refusal is said in a notice, and whatever was done makes all of the follow-up stale. */
function useGround() {
  const api = useApi().followup
  const client = useQueryClient()
  const notify = useNotify()
  const stale = () => { void client.invalidateQueries({ queryKey: queryKeys.followup }) }
  // Also after a refusal: most are because something has changed meanwhile.
  const onError = (error: Error) => { notify('error', messageOf(error)); stale() }
  return { api, client, notify, stale, onError }
}

type Closing = Readonly<{ id: string, body: ActionClose }>

export function useActionActs() {
  const { api, notify, stale, onError } = useGround()
  return {
    /** Its refusals are shown where it is asked for. */
    change: useMutation({ mutationFn: ({ id, patch }: Readonly<{ id: string, patch: ActionPatch }>) => api.change(id, patch), onSettled: stale }),
    cancel: useMutation({ mutationFn: ({ id, body }: Closing) => api.cancel(id, body), onSuccess: stale, onError }),
    retry: useMutation({ mutationFn: ({ id, body }: Closing) => api.retry(id, body), onSuccess: stale, onError }),
    done: useMutation({ mutationFn: ({ id, body }: Closing) => api.done(id, body), onSuccess: stale, onError }),
    look: useMutation({ mutationFn: () => api.dispatch(), onSuccess: (answer) => { stale(); notify('info', lookedText(answer)) }, onError })
  }
}

export function usePatientActs(id: string) {
  const { api, notify, stale, onError } = useGround()
  return {
    /** Its refusals are shown in the form. */
    save: useMutation({ mutationFn: (patient: PatientWrite) => api.writePatient(id, patient), onSuccess: stale }),
    consent: useMutation({ mutationFn: (consent: ConsentWrite) => api.consent(id, consent), onSuccess: stale, onError }),
    write: useMutation({ mutationFn: (text: string) => api.write(id, text), onSuccess: (action) => { stale(); const { tone, text } = sentWords(action); notify(tone, text) }, onError }),
    plan: useMutation({ mutationFn: (action: Parameters<typeof api.plan>[1]) => api.plan(id, action), onSuccess: stale })
  }
}

/** What can be done with the follow-up of one study; each answer is what stands now. */
export function useStudyActs(studyUid: StudyUid) {
  const { api, client, stale, notify, onError } = useGround()
  const known = (followup: StudyFollowup) => { client.setQueryData(queryKeys.followupStudy(studyUid), followup); stale() }
  return {
    choose: useMutation({ mutationFn: (templateId: string) => api.choosePlan(studyUid, templateId), onSuccess: known, onError }),
    start: useMutation({ mutationFn: (planId: string) => api.startPlan(planId), onSuccess: (followup) => { known(followup); notify('done', 'The plan is under way. The board shows what comes next.') }, onError }),
    stop: useMutation({ mutationFn: (planId: string) => api.stopPlan(planId), onSuccess: known, onError }),
    /** Refusals are shown beside the text. */
    save: useMutation({ mutationFn: (draft: ReleaseDraft) => api.writeDraft(studyUid, draft), onSuccess: known, onError: stale }),
    release: useMutation({ mutationFn: (revision: number) => api.release(studyUid, revision), onSuccess: (followup) => { known(followup); notify('done', 'The report is on the portal.') }, onError }),
    withdraw: useMutation({ mutationFn: () => api.withdraw(studyUid), onSuccess: known, onError }),
    /** Its name holds nothing of the patient. */
    sheet: useMutation({ mutationFn: async () => saveBytes('portal.pdf', await api.sheet(studyUid)), onError })
  }
}

export function useTemplateActs() {
  const { api, client, stale, notify, onError } = useGround()
  const known = (list: TemplateList) => { client.setQueryData(queryKeys.followupTemplates, list); stale() }
  return {
    saveMessage: useMutation({ mutationFn: (template: MessageTemplateWrite) => api.writeMessageTemplate(template), onSuccess: (list) => { known(list); notify('done', 'The template is saved. What is planned already keeps its words.') }, onError }),
    savePlan: useMutation({ mutationFn: (template: PlanTemplateWrite) => api.writePlanTemplate(template), onSuccess: (list) => { known(list); notify('done', 'The plan is saved. What is proposed or under way stays as it is.') }, onError }),
    remove: useMutation({ mutationFn: ({ kind, id }: Readonly<{ kind: 'messages' | 'plans', id: string }>) => api.removeTemplate(kind, id), onSuccess: known, onError })
  }
}

export function useFollowupSettings() {
  const { api, client, onError } = useGround()
  return {
    change: useMutation({ mutationFn: (patch: FollowupSettingsPatch) => api.changeSettings(patch), onSuccess: (status: FollowupStatus) => { client.setQueryData(queryKeys.followupSettings, status) }, onError }),
    /** Its answer, refusal or not, is shown beside the button. */
    test: useMutation({ mutationFn: (request: TestSend) => api.test(request) })
  }
}
