import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import type { OtpRequest, OtpRequested, OtpVerify } from '../../../src-shared/portal.ts'
import { patientActor, type Ground, type StudiesFace, type SyncFace } from '../faces.ts'
import type { PatientRow } from '../patients/patient-store.ts'
import type { Patients } from '../patients/patients.ts'
import type { Links } from '../portal/links.ts'
import type { PortalStore } from '../portal/portal-store.ts'
import { jsonOf } from '../../platform/json.ts'
import { phoneNumberOf } from '../rules/numbers.ts'
import type { FollowupSettingsOf } from '../settings.ts'
import type { MessageStore } from '../sms/message-store.ts'
import type { Codes } from './codes.ts'
import { otpMs, wrongCode, type Otp } from './otp.ts'
import type { Secrets } from './secret.ts'
import type { PortalSession, PortalSessions } from './sessions.ts'
import type { Totp } from './totp.ts'

export type SignInDeps = Pick<Ground, 'db' | 'clock' | 'log' | 'audit' | 'consents'> & Readonly<{
  studies: StudiesFace, secrets: Secrets, otp: Otp, totp: Totp, sessions: PortalSessions, codes: Codes, patients: Patients, links: Links, portal: PortalStore, messages: MessageStore, settings: FollowupSettingsOf, sync: Pick<SyncFace, 'queueMessage' | 'wake'>, changed: () => void
}>
export type SignedIn = Readonly<{ token: string, session: PortalSession, patient: PatientRow }>
const portal = 'portal'
const Subject = z.tuple([z.string(), z.string()])

/** How a patient comes in: by a code on the phone, or by an authenticator app. Nothing here tells whether a number is known. */
export function createSignIn({ db, clock, log, audit, consents, studies, secrets, otp, totp, sessions, codes, patients, links, portal: visits, messages, settings, sync, changed }: SignInDeps) {
  const numberOf = (phone: string): string => {
    const number = phoneNumberOf(phone, settings.get().defaultCountry)
    if (number === null) throw new AppError('invalid-request', 'This is no telephone number. Write it with its country, as in +1 555 010 0002.', { field: 'phone' })
    return number
  }
  /** Who may come in with that number. Where several share it, the link says who; without one, nobody. */
  const personAt = (number: string, link: string | undefined): PatientRow | null => {
    const people = patients.store.atNumber(number).filter(({ id }) => patients.store.numbers(id).sms === number && patients.mayUse(id, portal))
    const named = link === undefined || link === '' ? null : links.read(link)
    if (named !== null) return people.find(({ id }) => id === named.followupPatientId) ?? null
    return people.length === 1 ? people[0] ?? null : null
  }
  /** The same on every workstation that shares the store: our row, and the person as the images name them. */
  const subjectOf = (patient: PatientRow): string => JSON.stringify([patient.id, identityOf(patient)])
  const identityOf = (patient: PatientRow): string => secrets.hash('person', studies.people.person(patient.patientRow)?.identity ?? patient.id)
  const personOf = (subject: string, number: string): PatientRow | null => {
    const parsed = Subject.safeParse(jsonOf(subject))
    if (!parsed.success) return null
    const [id, identity] = parsed.data
    // A code of another workstation: the same person, at the same number, may come in here, and nobody else.
    return patients.store.get(id) ?? patients.store.atNumber(number).find((one) => identityOf(one) === identity) ?? null
  }
  const sendCode = async (scope: string, number: string, patient: PatientRow | null, address: string): Promise<void> => {
    await otp.limitRequests(number, address)
    const code = await otp.issue(scope, number, patient === null ? null : subjectOf(patient))
    // No code by text to somebody who has said STOP; the authenticator app stays.
    if (patient === null || consents.ofPatient(patient.id, 'sms')?.state === 'withdrawn') return
    const { clinicName } = settings.get()
    const isSpanish = patient.language === 'es'
    const text = isSpanish ? `${clinicName}: su código es ${code}. Vale 5 minutos. Nunca se lo pediremos por escrito.` : `${clinicName}: your code is ${code}. It is valid for 5 minutes. We never write to ask for it.`
    // After the answer has left, so that its time tells nothing.
    setImmediate(() => {
      try {
        db.sqlite.transaction(() => {
          const row = messages.add({ followupPatientId: patient.id, actionId: null, purpose: 'code', number, text: 'A code to sign in (it is not kept).', createdBy: patientActor.id, createdByName: patientActor.name })
          codes.put(row.id, { text, code, patientId: patient.id, untilMs: clock.now().getTime() + otpMs })
          messages.set(row.id, { outboxId: sync.queueMessage('sms', row.id, { lane: null, priority: 5, by: 'system' }) })
        }).immediate()
        sync.wake()
        changed()
      } catch (error) { log.error('code-not-queued', error) }
    })
  }
  const enter = async (patient: PatientRow | null, number: string, before: string | null): Promise<SignedIn> => {
    if (patient === null || !patients.mayUse(patient.id, portal)) throw new AppError('wrong-credentials', wrongCode)
    // Whatever session the browser brought along ends here: nobody can plant one.
    await sessions.closeToken(before)
    const opened = await sessions.open(subjectOf(patient), number)
    visits.visit({ followupPatientId: patient.id, kind: 'signed-in', releaseId: null })
    audit.record({ actor: 'patient', actorName: 'The patient', action: 'portal.signed-in', subject: patient.id })
    codes.forget(patient.id)
    changed()
    return { ...opened, patient }
  }
  return {
    sendCode,
    async checkCode(scope: string, number: string, code: string, address: string): Promise<string> {
      await otp.limitGuesses(address)
      return otp.verify(scope, number, code)
    },
    async request({ phone, link }: OtpRequest, address: string): Promise<OtpRequested> {
      const number = numberOf(phone)
      await sendCode(portal, number, personAt(number, link), address)
      return { success: true, expiresInS: otpMs / 1000, digits: otp.digits }
    },
    /** `before`: the cookie that the browser brought. */
    async verify({ phone, code }: OtpVerify, address: string, before: string | null): Promise<SignedIn> {
      const number = numberOf(phone)
      await otp.limitGuesses(address)
      return enter(personOf(await otp.verify(portal, number, code), number), number, before)
    },
    async verifyTotp({ phone, code, link }: OtpVerify, address: string, before: string | null): Promise<SignedIn> {
      const number = numberOf(phone)
      await otp.limitGuesses(address)
      await otp.limitTotp(number)
      const patient = personAt(number, link)
      if (!totp.verify(patient, code) || patient === null) throw new AppError('wrong-credentials', wrongCode)
      return enter(patient, number, before)
    },
    /** Who shows that cookie; null for nobody, and for whoever may not read the portal any more. */
    async who(token: string | null): Promise<Readonly<{ patient: PatientRow, session: PortalSession }> | null> {
      const session = await sessions.find(token)
      const patient = session === null ? null : personOf(session.subject, session.phone)
      return session === null || patient === null || !patients.mayUse(patient.id, portal) ? null : { patient, session }
    },
    async leave(token: string | null): Promise<void> {
      const session = await sessions.find(token)
      if (session === null) return
      await sessions.close(session.id)
      const patient = personOf(session.subject, session.phone)
      if (patient !== null) visits.visit({ followupPatientId: patient.id, kind: 'signed-out', releaseId: null })
      changed()
    }
  }
}
export type SignIn = ReturnType<typeof createSignIn>
