import { AppError } from '../../src-shared/errors.ts'
import type { FollowupSettingsPatch, FollowupStatus, ReleaseDraft, ScheduledAction, StudyFollowup, TestSend, TestSent } from '../../src-shared/followup.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import { createActions } from './actions/actions.ts'
import { createClinicQueue } from './actions/clinic-queue.ts'
import { doubtRestored } from './actions/doubt.ts'
import { createDispatcher } from './actions/dispatcher.ts'
import { createPlans } from './actions/plans.ts'
import { createPlanStore, createTemplateStore } from './actions/template-store.ts'
import { createTemplates } from './actions/templates.ts'
import { createBoard } from './board.ts'
import type { FollowupDeps, Principal } from './faces.ts'
import { createInbox } from './inbox/inbox.ts'
import { createInboxStore } from './inbox/inbox-store.ts'
import { createPoller } from './inbox/poller.ts'
import { createPatients } from './patients/patients.ts'
import { createLinks } from './portal/links.ts'
import { createPortal } from './portal/portal.ts'
import { createReleases } from './portal/releases.ts'
import { requireNumber } from './rules/numbers.ts'
import type { Senders } from './senders.ts'
import { createOtp } from './sign-in/otp.ts'
import { createPortalSessions } from './sign-in/sessions.ts'
import { createSignIn } from './sign-in/sign-in.ts'
import { createTotp } from './sign-in/totp.ts'
import { createInbound } from './sms/inbound.ts'
import { statusOf } from './status.ts'
import { createThread } from './thread.ts'
import { createTools } from './voice/tools.ts'
import { createVoiceInbound } from './voice/voice-inbound.ts'
import type { ToolCall, VapiMessage } from './voice/voice-events.ts'
import { createSettingsStore } from '../platform/settings-store.ts'

export { createWebhookRoutes } from './inbox/webhook-routes.ts'
export { createPortalRoutes } from './portal/portal-routes.ts'
export { createFollowupRoutes, dispatchActions } from './routes.ts'
export { createSenders, type Senders } from './senders.ts'
export type { FollowupDeps } from './faces.ts'
export type Followup = ReturnType<typeof createFollowup>

const minuteMs = 60_000

/** The patient hears from us after a report, and only as agreed. */
export function createFollowup(deps: FollowupDeps, senders: Senders) {
  const { db, clock, log, audit, config, consents, store, events, studies, reports, sync } = deps
  const { settings, secrets, messages, calls, codes, follow, rules, telnyx, vapi } = senders
  const changed = () => { events.publish({ type: 'followup-changed' }) }
  const atomically = <T>(act: () => T): T => db.sqlite.transaction(act).immediate()
  const facts = createSettingsStore(db, clock)
  const planRows = createPlanStore(db, clock)
  const templates = createTemplates({ db, audit, store: createTemplateStore(db, clock), changed })
  const patients = createPatients({
    db, audit, consents, store: senders.patients, settings, studies, changed,
    countsOf: (id) => ({ unread: messages.unread(id, senders.patients.get(id)?.readAt ?? ''), openTasks: senders.actions.openTasks(id), nextDueAt: senders.actions.nextDueAt(id) }),
    isReleased: (studyUid) => senders.portal.ofStudy(studyUid) !== null,
    withdrawn: (id, channels, reason) => { actions.channelsClosed(id, channels, reason) },
    numberChanged: (id, purpose) => { actions.numberChanged(id, purpose) },
    reworded: (id, before, after) => { actions.reworded(id, before, after) }
  })
  const actions = createActions({ db, clock, audit, store: senders.actions, patients, templates, settings, messages, calls, sync, changed })
  const releases = createReleases({ db, audit, consents, store: senders.portal, studies, reports, changed })
  const links = createLinks({ clock, config, secrets, store: senders.portal, lanAddress: deps.lanAddress })
  const dispatcher = createDispatcher({ db, clock, log, store, actions: senders.actions, plans: planRows, patients, rules, messages, calls, portal: senders.portal, releases, links, sync, changed })
  const plans = createPlans({ db, clock, audit, store: planRows, rows: senders.actions, actions, patients, templates, settings, reports, changed })
  const otp = createOtp({ clock, store, secrets, digits: config.otpLength })
  const totp = createTotp({ clock, patients: senders.patients, secrets, issuer: () => settings.get().clinicName })
  const signIn = createSignIn({ db, clock, log, audit, consents, studies, secrets, otp, totp, sessions: createPortalSessions({ clock, config, secrets, store }), codes, patients, links, portal: senders.portal, messages, settings, sync, changed })
  const inbound = createInbound({ clock, consents, messages, patients, actions, follow, settings, sync })
  const voice = createVoiceInbound({ clock, calls, patients, actions, rows: senders.actions, follow, settings })
  const tools = createTools({ db, log, audit, calls, patients, actions, portal: senders.portal, signIn, changed })
  const inboxRows = createInboxStore(db, clock)
  const inbox = createInbox({ db, clock, log, store: inboxRows, changed: () => { sync.wake(); changed() }, handle: { telnyx: inbound.handle, vapi: voice.handle } })
  const poller = createPoller({ db, clock, log, config, settings: facts, messages, calls, telnyx, vapi, inbound, voice, changed })
  const queue = config.redisUrl === null ? null : createClinicQueue({ redisUrl: config.redisUrl, log, workstation: deps.workstation, onTick: () => { guarded('tick', dispatch) } })
  senders.stopped.heard = (number) => { inbound.stop(number, 'provider', true) }

  const guarded = (what: string, act: () => void) => { try { act() } catch (error) { log.error('followup-step-failed', error, { what }) } }
  const dispatch = () => {
    const answer = dispatcher.dispatch()
    const nextAt = senders.actions.nextPlannedAt()
    if (queue !== null && nextAt !== null) void queue.plan(new Date(nextAt), clock.now())
    return answer
  }
  const studyView = (studyUid: StudyUid): StudyFollowup => {
    const patient = patients.ofStudy(studyUid)
    const release = senders.portal.ofStudy(studyUid)
    const hash = reports.facts(studyUid)?.hash ?? null
    const { sms } = senders.patients.numbers(patient.id)
    return {
      patient: patients.view(patient), isSigned: hash !== null, plan: plans.viewOf(studyUid), draft: releases.draftOf(studyUid),
      release: release === null ? null : { id: release.id, at: release.releasedAt, by: release.releasedByName, isOfThisReport: release.reportHash === hash, openedAt: senders.portal.openedAt(release.id) },
      missing: [...releases.missing(studyUid, patient), ...(sms === null ? ['There is no number for text messages.'] : []), ...(patients.mayUse(patient.id, 'sms') ? [] : ['The patient has not agreed to text messages.'])]
    }
  }
  let timers: NodeJS.Timeout[] = []
  const closing = new AbortController()
  let polling: Promise<void> = Promise.resolve()
  const tick = () => {
    guarded('inbox', inbox.work)
    guarded('dispatch', dispatch)
    polling = polling.then(() => poller.poll(closing.signal)).catch((error: unknown) => { if (!closing.signal.aborted) log.error('followup-step-failed', error, { what: 'poll' }) })
  }

  return {
    config, clock, log, settings, patients, actions, plans, releases, templates, inbox, telnyx, signIn, totp, dispatch, studyView,
    portal: createPortal({ db, clock, audit, store: senders.portal, rows: senders.actions, actions, patients, studies, settings, changed }),
    thread: createThread({ consents, config, patients, messages, calls, portal: senders.portal, rows: senders.actions, actions, codes }).of,
    board: createBoard({ clock, config, rows: senders.actions, actions, dispatcher }),
    links, poll: () => poller.poll(closing.signal),
    /** In the transaction of a signature. A plan that can't be proposed keeps nobody from signing: it is chosen by hand then. */
    signed(studyUid: StudyUid, by: string): void {
      const actor: Principal = { id: by, name: 'Signature', role: 'clinician' }
      guarded('plan', () => { db.sqlite.transaction(() => { plans.signed(studyUid, actor) })() })
      changed()
    },
    markRead(id: string): void { senders.patients.markRead(patients.get(id).id); changed() },
    /** A text by hand: an action that is due now, under the same rules as every other. */
    write(id: string, text: string, by: Principal): ScheduledAction {
      const made = actions.add(id, { kind: 'sms', dueAt: clock.iso(), risk: 'routine', studyUid: null, conditions: [], templateId: null, text }, by)
      dispatch()
      return actions.view(actions.get(made.id))
    },
    release(studyUid: StudyUid, revision: number, by: Principal): StudyFollowup {
      const patient = patients.ofStudy(studyUid)
      atomically(() => {
        if ((releases.draftOf(studyUid)?.revision ?? 0) !== revision) throw new AppError('stale-revision', 'The text has changed since you read it. Read it again before you release it.')
        const lacks = releases.releaseNow(studyUid, patient, by)
        if (lacks !== null) throw new AppError('conflict', lacks)
      })
      changed()
      return studyView(studyUid)
    },
    writeDraft(studyUid: StudyUid, draft: ReleaseDraft, by: Principal): StudyFollowup { releases.write(studyUid, draft, by); return studyView(studyUid) },
    async draftImage(studyUid: StudyUid, index: number): Promise<Uint8Array> {
      const image = releases.draftOf(studyUid)?.images[index]
      if (image === undefined) throw new AppError('not-found', 'There is no such picture.')
      return studies.renderFrame(image.sopInstanceUid, image.frameNumber, { windowCenter: 40, windowWidth: 400, maxSizePx: 256, format: 'png' })
    },
    async sheet(studyUid: StudyUid, by: Principal): Promise<Uint8Array> {
      const patient = patients.ofStudy(studyUid)
      const { link, expiresAt } = links.make(patient.id, studyUid, by.id)
      const person = studies.people.person(patient.patientRow)
      const study = studies.people.studiesOf(patient.patientRow).find((one) => one.studyUid === studyUid)
      const { clinicName, clinicPhone } = settings.get()
      audit.record({ actor: by.id, actorName: by.name, action: 'followup.sheet', subject: patient.id })
      // pdfkit takes 0.2 s to import, and most starts make no PDF.
      const { patientSheet } = await import('./portal/sheet.ts')
      return patientSheet({ language: patient.language, clinicName, clinicPhone, patientNumber: person?.patientId ?? '', studyDate: study?.studyDate ?? null, link, validTo: new Date(expiresAt), createdAt: clock.now() })
    },
    status: (): FollowupStatus => statusOf({ config, settings: settings.get(), store, links }),
    changeSettings(patch: FollowupSettingsPatch, by: Principal): FollowupStatus {
      atomically(() => {
        if (patch.planTemplateId !== undefined && templates.plan(patch.planTemplateId) === null) throw new AppError('invalid-request', 'There is no such plan template.', { field: 'planTemplateId' })
        settings.change(patch)
        audit.record({ actor: by.id, actorName: by.name, action: 'followup.settings', subject: 'followup', detail: { changed: Object.keys(patch) } })
      })
      changed()
      return statusOf({ config, settings: settings.get(), store, links })
    },
    /** To a phone of the site's own: no patient, no consent, one try. */
    test({ channel, to }: TestSend, by: Principal): TestSent {
      const number = requireNumber(to, settings.get().defaultCountry, 'to')
      const { clinicName } = settings.get()
      atomically(() => {
        const shared = { followupPatientId: null, actionId: null, number, createdBy: by.id, createdByName: by.name }
        if (channel === 'sms') {
          const row = messages.add({ ...shared, purpose: 'test', text: `${clinicName}: this is a test message of the workstation.` })
          messages.set(row.id, { outboxId: sync.queueMessage('sms', row.id, { lane: null, priority: 3, by: by.id }) })
        } else {
          const row = calls.add({ ...shared, purpose: 'test', studyUid: null })
          calls.set(row.id, { outboxId: sync.queueMessage('call', row.id, { lane: null, priority: 3, by: by.id }) })
        }
        audit.record({ actor: by.id, actorName: by.name, action: 'followup.test', subject: channel })
      })
      sync.wake()
      const isMock = config.mode === 'mock'
      return { isMock, text: isMock ? 'Not sent: mock. It went the whole way up to the provider’s door.' : 'It is queued. The Sync screen shows how it goes.' }
    },
    /** The same answer to the same question: an agent may ask twice. */
    async answerTool(message: VapiMessage, tool: ToolCall): Promise<string> {
      const call = voice.rowOf(message.call)
      const eventId = `tool ${message.call?.id ?? ''} ${tool.id}`
      const known = inboxRows.known('vapi', eventId)
      if (known?.answer !== null && known?.answer !== undefined) return known.answer
      const row = inboxRows.add({ provider: 'vapi', eventId, type: 'tool', body: JSON.stringify(tool) }) ?? inboxRows.known('vapi', eventId)
      if (row !== null) inboxRows.done(row.id)
      const answer = await tools.answer(call, tool)
      if (row !== null) inboxRows.answered(row.id, answer)
      return answer
    },
    /** Before anything is sent by anybody. */
    doubtRestored: (): number => doubtRestored({ db, audit, settings: facts, actions: senders.actions, messages, calls, sync }),
    async start(): Promise<void> {
      if (timers.length > 0) return
      tick()
      timers = [setInterval(tick, minuteMs).unref(), setInterval(() => { guarded('tidy', inbox.tidy) }, 60 * minuteMs).unref()]
      await queue?.start()
    },
    async stop(): Promise<void> {
      for (const timer of timers) clearInterval(timer)
      timers = []
      closing.abort()
      await polling
      await queue?.stop()
      await store.close()
    }
  }
}
