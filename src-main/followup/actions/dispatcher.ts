import { AppError, assertNever } from '../../../src-shared/errors.ts'
import type { DispatchAnswer } from '../../../src-shared/followup.ts'
import { StudyUid } from '../../../src-shared/ids.ts'
import { systemActor, type Ground, type SyncFace } from '../faces.ts'
import type { Patients } from '../patients/patients.ts'
import type { PatientRow } from '../patients/patient-store.ts'
import type { Links } from '../portal/links.ts'
import type { PortalStore } from '../portal/portal-store.ts'
import type { Releases } from '../portal/releases.ts'
import type { ContactRules } from '../rules/contact.ts'
import type { MessageStore } from '../sms/message-store.ts'
import type { CallStore } from '../voice/call-store.ts'
import type { ActionRow, ActionStore } from './action-store.ts'
import { conditionsOf } from './actions.ts'
import type { PlanStore } from './template-store.ts'

export type DispatcherDeps = Pick<Ground, 'db' | 'clock' | 'log' | 'store'> & Readonly<{
  actions: ActionStore, plans: PlanStore, patients: Patients, rules: ContactRules, messages: MessageStore, calls: CallStore, portal: PortalStore, releases: Releases, links: Links, sync: SyncFace, changed: () => void
}>
type Outcome = 'queued' | 'skipped' | 'failed'
const atOnce = 200
const priorities = { urgent: 2, soon: 1, routine: 0 } as const

/**
 * Runs what is due. Each action is claimed and turned into rows (a message, an entry of the outbox) in one transaction, so that it may be
 * called from two places at once, and a process may die anywhere: an action is still planned, or its message is queued, never both.
 */
export function createDispatcher({ db, clock, log, store, actions, plans, patients, rules, messages, calls, portal, releases, links, sync, changed }: DispatcherDeps) {
  const atomically = <T>(act: () => T): T => db.sqlite.transaction(act).immediate()
  let lastAt: string | null = null

  const end = (row: ActionRow, state: 'done' | 'skipped' | 'failed', outcome: string): Outcome => {
    actions.set(row.id, { state, outcome })
    return state === 'done' ? 'queued' : state
  }
  /** The first condition that does not hold, as a sentence. */
  const whyNot = (row: ActionRow): string | null => {
    const since = row.planId === null ? row.createdAt : plans.get(row.planId)?.startedAt ?? row.createdAt
    const release = row.studyUid === null ? portal.ofPatient(row.followupPatientId)[0] ?? null : portal.ofStudy(row.studyUid)
    for (const condition of conditionsOf(row)) {
      if (condition === 'portal-released' && release === null) return 'Skipped: nothing is on the portal.'
      if (condition === 'portal-not-opened' && release !== null && portal.openedAt(release.id) !== null) return 'Skipped: the patient has read it.'
      if (condition === 'no-reply' && messages.hasAnswered(row.followupPatientId, since)) return 'Skipped: the patient has answered.'
    }
    return null
  }
  const sendText = (row: ActionRow, patient: PatientRow): Outcome => {
    const number = patients.store.numbers(patient.id).sms
    if (number === null) return end(row, 'failed', 'There is no number for text messages.')
    const refused = rules.whyNot(patient.id, 'sms', number)
    if (refused !== null) return end(row, 'skipped', refused)
    if (row.text.includes('{link}') && links.base() === null) return end(row, 'failed', 'The portal has no address that a phone can reach: switch the LAN port on, or set FRONTEND_BASE_URL.')
    const text = row.text.includes('{link}') ? row.text.replaceAll('{link}', links.make(patient.id, row.studyUid, 'system').link) : row.text
    const message = messages.add({ followupPatientId: patient.id, actionId: row.id, purpose: 'follow-up', number, text, createdBy: row.createdBy, createdByName: row.createdByName })
    messages.set(message.id, { outboxId: sync.queueMessage('sms', message.id, { lane: patient.id, priority: priorities[row.risk], by: 'system' }) })
    actions.set(row.id, { outcome: '' })
    return 'queued'
  }
  const call = (row: ActionRow, patient: PatientRow): Outcome => {
    const number = patients.store.numbers(patient.id).voice
    if (number === null) return end(row, 'failed', 'There is no number for calls.')
    const refused = rules.whyNot(patient.id, 'voice', number)
    if (refused !== null) return end(row, 'skipped', refused)
    const made = calls.add({ followupPatientId: patient.id, actionId: row.id, purpose: 'follow-up', number, studyUid: row.studyUid, createdBy: row.createdBy, createdByName: row.createdByName })
    calls.set(made.id, { outboxId: sync.queueMessage('call', made.id, { lane: patient.id, priority: priorities[row.risk], by: 'system' }) })
    actions.set(row.id, { outcome: '' })
    return 'queued'
  }
  const run = (row: ActionRow): Outcome | null => {
    if (!actions.claim(row.id, 'queued')) return null
    const patient = patients.get(row.followupPatientId)
    const refused = whyNot(row)
    if (refused !== null) return end(row, 'skipped', refused)
    switch (row.kind) {
      case 'sms': return sendText(row, patient)
      case 'call': return call(row, patient)
      case 'task': actions.set(row.id, { state: 'open' }); return 'queued'
      case 'portal-release': {
        const studyUid = StudyUid.safeParse(row.studyUid)
        const lacks = studyUid.success ? releases.releaseNow(studyUid.data, patient, { ...systemActor, id: row.createdBy, name: row.createdByName }) : 'No report is named.'
        return lacks === null ? end(row, 'done', 'On the portal.') : end(row, 'failed', lacks)
      }
      case 'export': {
        const studyUid = StudyUid.safeParse(row.studyUid)
        if (!studyUid.success) return end(row, 'failed', 'No study is named.')
        const entries = sync.sendNow(studyUid.data, { ...systemActor, id: row.createdBy, name: row.createdByName })
        return entries === 0 ? end(row, 'failed', 'Nothing was queued: it is off-site already, or no place is set up under Settings, Off-site copies.') : end(row, 'done', `${entries} items were queued for off-site.`)
      }
      default: return assertNever(row.kind)
    }
  }
  const one = (row: ActionRow): Outcome | null => {
    try {
      return atomically(() => run(row))
    } catch (error) {
      // One that can't be run must not hold up the others, nor be tried for ever.
      if (!(error instanceof AppError)) log.error('action-failed', error, { actionId: row.id, kind: row.kind })
      if (error instanceof AppError && (error.code === 'busy' || error.code === 'disk-full')) throw error
      const outcome = error instanceof AppError ? error.message : 'An unexpected error stopped it; the log of this workstation has the details.'
      return atomically(() => (actions.claim(row.id, 'queued') ? end(row, 'failed', outcome) : null))
    }
  }
  return {
    lastAt: () => lastAt,
    /** Why nothing runs now: the store that counts for the whole clinic is away. */
    held: (): string | null => store.whyNot(),
    dispatch(): DispatchAnswer {
      const counts = { queued: 0, skipped: 0, failed: 0 }
      if (store.whyNot() !== null) return { success: true, due: actions.countDue(clock.iso()), ...counts }
      lastAt = clock.iso()
      let due = 0
      for (let more = true; more;) {
        const rows = actions.due(lastAt, atOnce)
        more = rows.length === atOnce
        due += rows.length
        for (const row of rows) { const outcome = one(row); if (outcome !== null) counts[outcome] += 1 }
      }
      if (due > 0) { sync.wake(); changed() }
      return { success: true, due, ...counts }
    }
  }
}
export type Dispatcher = ReturnType<typeof createDispatcher>
