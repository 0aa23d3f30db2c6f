import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import { ActionCondition, type ActionClose, type ActionPatch, type NewAction, type ScheduledAction } from '../../../src-shared/followup.ts'
import { StudyUid } from '../../../src-shared/ids.ts'
import { jsonOf } from '../../platform/json.ts'
import type { Ground, Principal, SyncFace } from '../faces.ts'
import type { PatientRow } from '../patients/patient-store.ts'
import type { Patients } from '../patients/patients.ts'
import type { FollowupSettingsOf } from '../settings.ts'
import type { MessageStore } from '../sms/message-store.ts'
import type { CallStore } from '../voice/call-store.ts'
import type { ActionRow, ActionStore } from './action-store.ts'
import { fillSite, fillTemplate, type Templates } from './templates.ts'

export type ActionsDeps = Pick<Ground, 'db' | 'clock' | 'audit'> & Readonly<{
  store: ActionStore, patients: Patients, templates: Templates, settings: FollowupSettingsOf, messages: MessageStore, calls: CallStore, sync: Pick<SyncFace, 'callOff'>, changed: () => void
}>
const Conditions = z.array(ActionCondition)
export const conditionsOf = ({ conditions }: Pick<ActionRow, 'conditions'>): z.infer<typeof Conditions> => Conditions.parse(jsonOf(conditions))

/** What is to happen: by hand, changed before its time, called off, closed. */
export function createActions({ db, clock, audit, store, patients, templates, settings, messages, calls, sync, changed }: ActionsDeps) {
  const atomically = <T>(act: () => T): T => db.sqlite.transaction(act).immediate()
  const view = (row: ActionRow): ScheduledAction => {
    const patient = patients.get(row.followupPatientId)
    return {
      id: row.id, patientId: row.followupPatientId, patientName: patients.nameOf(patient), studyUid: row.studyUid === null ? null : StudyUid.parse(row.studyUid), planId: row.planId, kind: row.kind, risk: row.risk, state: row.state,
      dueAt: row.dueAt, timeZone: row.timeZone, conditions: conditionsOf(row), templateId: row.templateId, text: row.text, attempts: row.attempts, outcome: row.outcome, revision: row.revision,
      createdBy: row.createdByName, createdAt: row.createdAt, doneAt: row.doneAt
    }
  }
  const get = (id: string): ActionRow => {
    const row = store.get(id)
    if (row === null) throw new AppError('not-found', 'There is no such action.')
    return row
  }
  const seen = (id: string, revision: number): ActionRow => {
    const row = get(id)
    if (row.revision !== revision) throw new AppError('stale-revision', 'This action has changed meanwhile. Look again before you change it.')
    return row
  }
  const record = (by: Principal, action: string, id: string, detail: Readonly<Record<string, unknown>> = {}) => { audit.record({ actor: by.id, actorName: by.name, action, subject: id, detail }) }
  /** The words of a step for this patient, as they will be sent. Throws where there are none. */
  const textFor = (patient: PatientRow, { kind, templateId, text }: Pick<NewAction, 'kind' | 'templateId' | 'text'>): string => {
    if (text !== '') return fillSite(text, settings.get())
    const template = templates.message(templateId)
    if (template !== null && template.kind === (kind === 'call' ? 'call' : 'sms')) return fillTemplate(template, patient.language, settings.get())
    if (kind === 'sms' || kind === 'call') throw new AppError('invalid-request', 'What shall be said? Write a text, or choose a template.', { field: 'text' })
    return kind === 'portal-release' ? 'Put the report on the portal.' : kind === 'export' ? 'Send images and report off-site.' : 'Look at this patient.'
  }
  /** Takes what stands for it out of the queue; what may be out already stays marked. */
  const dropQueued = (actionId: string, patientId: string, reason: string): void => {
    for (const { actionId: of, outboxId } of [...messages.open(patientId), ...calls.open(patientId)]) if (of === actionId && outboxId !== null) sync.callOff(outboxId, reason)
  }
  return {
    view, get, textFor, dropQueued,
    add(patientId: string, action: NewAction, by: Principal): ScheduledAction {
      const patient = patients.get(patientId)
      const { kind, dueAt, risk, studyUid, conditions, templateId } = action
      if (kind === 'portal-release' && studyUid === null) throw new AppError('invalid-request', 'Which report shall be released?', { field: 'studyUid' })
      if (kind === 'export' && studyUid === null) throw new AppError('invalid-request', 'Which study shall be sent?', { field: 'studyUid' })
      const row = atomically(() => {
        const made = store.add({
          followupPatientId: patient.id, studyUid, planId: null, kind, risk, state: 'planned', dueAt, timeZone: patient.timeZone, conditions: JSON.stringify(conditions), templateId, text: textFor(patient, action), createdBy: by.id, createdByName: by.name
        })
        if (made === null) throw new AppError('conflict', 'This action is there already.')
        record(by, 'action.planned', made.id, { kind })
        return made
      })
      changed()
      return view(row)
    },
    change(id: string, { revision, ...patch }: ActionPatch, by: Principal): ScheduledAction {
      atomically(() => {
        const row = seen(id, revision)
        if (row.state !== 'proposed' && row.state !== 'planned' && row.state !== 'open') throw new AppError('conflict', 'This action is on its way, or over: it can not be changed any more.')
        if (patch.text === '' && (row.kind === 'sms' || row.kind === 'call')) throw new AppError('invalid-request', 'A message needs words.', { field: 'text' })
        const { conditions, dueAt, risk, text } = patch
        store.set(id, { ...(dueAt === undefined ? {} : { dueAt }), ...(risk === undefined ? {} : { risk }), ...(text === undefined ? {} : { text: fillSite(text, settings.get()) }), ...(conditions === undefined ? {} : { conditions: JSON.stringify(conditions) }) })
        record(by, 'action.changed', id, { changed: Object.keys(patch) })
      })
      changed()
      return view(get(id))
    },
    cancel(id: string, { revision, note }: ActionClose, by: Principal): ScheduledAction {
      atomically(() => {
        const row = seen(id, revision)
        if (!['proposed', 'planned', 'open', 'queued', 'failed', 'unknown'].includes(row.state)) throw new AppError('conflict', 'This action is over.')
        dropQueued(id, row.followupPatientId, 'Called off by hand.')
        // What may be on a phone already is not called off by a click.
        if (store.get(id)?.state !== 'unknown') store.set(id, { state: 'cancelled', outcome: note === '' ? 'Called off by hand.' : note })
        record(by, 'action.cancelled', id)
      })
      changed()
      return view(get(id))
    },
    /** Once more, by a person who knows that it did not arrive: another message, another row. */
    retry(id: string, { revision }: ActionClose, by: Principal): ScheduledAction {
      atomically(() => {
        const row = seen(id, revision)
        if (!['failed', 'unknown', 'skipped', 'cancelled', 'mock'].includes(row.state)) throw new AppError('conflict', 'This action is under way, or done.')
        dropQueued(id, row.followupPatientId, 'Sent again by hand.')
        store.set(id, { state: 'planned', dueAt: clock.iso(), outcome: '' })
        record(by, 'action.retried', id, { was: row.state })
      })
      changed()
      return view(get(id))
    },
    done(id: string, { revision, note }: ActionClose, by: Principal): ScheduledAction {
      atomically(() => {
        const row = seen(id, revision)
        if (row.state !== 'open' && row.state !== 'unknown' && row.state !== 'failed') throw new AppError('conflict', 'Only a task, or what has failed, is closed by hand.')
        store.set(id, { state: 'done', outcome: note === '' ? `Done by ${by.name}.` : note })
        record(by, 'action.done', id)
      })
      changed()
      return view(get(id))
    },
    /** A task for people, once for its key. Inside a transaction. */
    task(patient: PatientRow, { text, risk, onceKey, studyUid = null }: Readonly<{ text: string, risk: ActionRow['risk'], onceKey: string, studyUid?: string | null }>, by: Principal): boolean {
      return store.add({
        followupPatientId: patient.id, studyUid, planId: null, kind: 'task', risk, state: 'open', dueAt: clock.iso(), timeZone: patient.timeZone, conditions: '[]', templateId: null, text, onceKey, createdBy: by.id, createdByName: by.name
      }) !== null
    },
    /** A channel was closed: what is queued and what is planned on it goes. Inside a transaction. */
    channelsClosed(patientId: string, channels: readonly ('sms' | 'voice' | 'portal')[], reason: string): void {
      const kinds = channels.flatMap((channel) => (channel === 'sms' ? ['sms' as const] : channel === 'voice' ? ['call' as const] : ['portal-release' as const]))
      if (kinds.length > 0) for (const { id } of store.plannedOf(patientId, kinds)) store.set(id, { state: 'cancelled', outcome: reason })
      const open = [...(channels.includes('sms') ? messages.open(patientId) : []), ...(channels.includes('voice') ? calls.open(patientId) : [])]
      for (const { outboxId } of open) if (outboxId !== null) sync.callOff(outboxId, reason)
    },
    /** What is planned speaks the patient's language from now on; words that a person has written stay. Inside a transaction. */
    reworded(patientId: string, before: Pick<PatientRow, 'language' | 'timeZone'>, after: Pick<PatientRow, 'language' | 'timeZone'>): void {
      for (const { id, templateId, text } of store.plannedOf(patientId, ['sms', 'call', 'portal-release', 'task', 'export'])) {
        const template = templates.message(templateId)
        const isOurs = template !== null && text === fillTemplate(template, before.language, settings.get())
        store.reword(id, { timeZone: after.timeZone, text: isOurs ? fillTemplate(template, after.language, settings.get()) : text })
      }
    },
    numberChanged(patientId: string, purpose: 'sms' | 'voice'): void {
      for (const { outboxId } of purpose === 'sms' ? messages.open(patientId) : calls.open(patientId)) if (outboxId !== null) sync.callOff(outboxId, 'The number was changed.')
    }
  }
}
export type Actions = ReturnType<typeof createActions>
