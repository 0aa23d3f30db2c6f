import { AppError } from '../../../src-shared/errors.ts'
import type { Plan } from '../../../src-shared/followup.ts'
import { StudyUid } from '../../../src-shared/ids.ts'
import type { Ground, Principal, ReportsFace } from '../faces.ts'
import type { Patients } from '../patients/patients.ts'
import type { FollowupSettingsOf } from '../settings.ts'
import type { ActionStore } from './action-store.ts'
import type { Actions } from './actions.ts'
import type { PlanRow, PlanStore } from './template-store.ts'
import type { Templates } from './templates.ts'

export type PlansDeps = Pick<Ground, 'db' | 'clock' | 'audit'> & Readonly<{ store: PlanStore, rows: ActionStore, actions: Actions, patients: Patients, templates: Templates, settings: FollowupSettingsOf, reports: ReportsFace, changed: () => void }>
const hourMs = 3600 * 1000

/** What follows a signed report: proposed by a template, changed and started by a clinician, and only then under way. */
export function createPlans({ db, clock, audit, store, rows, actions, patients, templates, settings, reports, changed }: PlansDeps) {
  const atomically = <T>(act: () => T): T => db.sqlite.transaction(act).immediate()
  const get = (id: string): PlanRow => {
    const row = store.get(id)
    if (row === null) throw new AppError('not-found', 'There is no such plan.')
    return row
  }
  const record = (by: Principal, action: string, id: string) => { audit.record({ actor: by.id, actorName: by.name, action, subject: id }) }
  /** Inside a transaction. */
  const propose = (studyUid: StudyUid, templateId: string, hash: string, by: Principal): void => {
    const template = templates.plan(templateId)
    if (template === null) throw new AppError('invalid-request', `There is no plan template "${templateId}".`, { field: 'templateId' })
    const patient = patients.ofStudy(studyUid)
    const plan = store.add({ followupPatientId: patient.id, studyUid, reportHash: hash, templateId, name: template.name })
    const from = clock.now().getTime()
    for (const { kind, afterHours, templateId: message, text, conditions, risk } of template.steps) {
      rows.add({
        followupPatientId: patient.id, studyUid, planId: plan.id, kind, risk, state: 'proposed', dueAt: new Date(from + afterHours * hourMs).toISOString(), timeZone: patient.timeZone, conditions: JSON.stringify(conditions), templateId: message,
        text: actions.textFor(patient, { kind, templateId: message, text }), createdBy: by.id, createdByName: by.name
      })
    }
    record(by, 'plan.proposed', plan.id)
  }
  const drop = (plan: PlanRow, reason: string): void => {
    for (const { id, state } of rows.ofPlan(plan.id)) {
      if (state === 'queued') actions.dropQueued(id, plan.followupPatientId, reason)
      if (state === 'proposed' || state === 'planned') rows.set(id, { state: 'cancelled', outcome: reason })
    }
    store.stop(plan.id)
  }
  return {
    get,
    viewOf(studyUid: string): Plan | null {
      const row = store.ofStudy(studyUid)
      if (row === null) return null
      return {
        id: row.id, patientId: row.followupPatientId, studyUid: StudyUid.parse(row.studyUid), templateId: row.templateId, name: row.name, state: row.state, createdAt: row.createdAt, startedAt: row.startedAt, startedBy: row.startedBy,
        actions: rows.ofPlan(row.id).map(actions.view)
      }
    },
    /** In the transaction of a signature. An addendum proposes nothing anew. */
    signed(studyUid: StudyUid, by: Principal): void {
      const facts = reports.facts(studyUid)
      const known = store.ofStudy(studyUid)
      if (facts === null || known?.reportHash === facts.hash) return
      const { planTemplateId } = settings.get()
      propose(studyUid, templates.plan(planTemplateId) === null ? 'after-report' : planTemplateId, facts.hash, by)
    },
    /** Another plan in the place of one that is not under way. */
    choose(studyUid: StudyUid, templateId: string, by: Principal): void {
      atomically(() => {
        const facts = reports.facts(studyUid)
        if (facts === null) throw new AppError('conflict', 'The report is not signed yet: a plan follows a signature.')
        const known = store.ofStudy(studyUid)
        if (known?.state === 'active') throw new AppError('conflict', 'A plan is under way. Stop it before you choose another one.')
        if (known?.state === 'proposed') drop(known, 'Another plan was chosen.')
        propose(studyUid, templateId, facts.hash, by)
      })
      changed()
    },
    start(id: string, by: Principal): PlanRow {
      atomically(() => {
        const plan = get(id)
        if (plan.state !== 'proposed') throw new AppError('conflict', plan.state === 'active' ? 'This plan is under way already.' : 'This plan was stopped. Choose one anew.')
        const lateMs = clock.now().getTime() - Date.parse(plan.createdAt)
        store.start(id, by.name)
        for (const { id: actionId, state, revision, dueAt } of rows.ofPlan(id)) {
          // Times that nobody has set by hand count from the start, not from the signature.
          if (state === 'proposed') rows.set(actionId, { state: 'planned', createdBy: by.id, createdByName: by.name, ...(revision === 0 ? { dueAt: new Date(Date.parse(dueAt) + lateMs).toISOString() } : {}) })
        }
        record(by, 'plan.started', id)
      })
      changed()
      return get(id)
    },
    stop(id: string, by: Principal): PlanRow {
      atomically(() => {
        const plan = get(id)
        if (plan.state === 'stopped') throw new AppError('conflict', 'This plan was stopped already.')
        drop(plan, `The plan was stopped by ${by.name}.`)
        record(by, 'plan.stopped', id)
      })
      changed()
      return get(id)
    }
  }
}
export type Plans = ReturnType<typeof createPlans>
