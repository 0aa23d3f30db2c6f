import { AppError } from '../../../src-shared/errors.ts'
import { inLanguage } from '../../../src-shared/followup.ts'
import { patientActor, type Ground } from '../faces.ts'
import type { Actions } from '../actions/actions.ts'
import type { PatientRow } from '../patients/patient-store.ts'
import type { Patients } from '../patients/patients.ts'
import type { PortalStore } from '../portal/portal-store.ts'
import { textsOf } from '../portal/releases.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { CallRow, CallStore } from './call-store.ts'
import type { ToolCall } from './voice-events.ts'

export type ToolsDeps = Pick<Ground, 'db' | 'log' | 'audit'> & Readonly<{ calls: CallStore, patients: Patients, actions: Actions, portal: PortalStore, signIn: Pick<SignIn, 'sendCode' | 'checkCode'>, changed: () => void }>

/** Tools of the voice agent. It learns nothing of the report before the person on the line has shown a code that came to the patient's phone. */
export function createTools({ db, log, audit, calls, patients, actions, portal, signIn, changed }: ToolsDeps) {
  const atomically = <T>(act: () => T): T => db.sqlite.transaction(act).immediate()
  const verify = async (call: CallRow, patient: PatientRow, code: unknown): Promise<string> => {
    const scope = `call ${call.id}`
    const { sms } = patients.store.numbers(patient.id)
    if (sms === null) return 'There is no number for a code. Offer that the clinic calls back.'
    const given = typeof code === 'string' || typeof code === 'number' ? String(code) : ''
    if (given === '') {
      await signIn.sendCode(scope, sms, patient, `call ${call.id}`)
      return 'A code was sent to the patient’s phone as a text message. Ask the patient to read it out.'
    }
    try {
      await signIn.checkCode(scope, sms, given, `call ${call.id}`)
    } catch (error) {
      if (error instanceof AppError && (error.code === 'wrong-credentials' || error.code === 'too-many-attempts')) return 'The code is not right. Ask once more, or offer that the clinic calls back.'
      throw error
    }
    calls.set(call.id, { isVerified: true })
    return 'The person on the line is verified.'
  }
  const summary = (call: CallRow, patient: PatientRow): string => {
    if (calls.get(call.id)?.isVerified !== true) return 'Not verified yet: verify the identity first. Say nothing about the report.'
    const release = call.studyUid === null ? portal.ofPatient(patient.id)[0] ?? null : portal.ofStudy(call.studyUid)
    if (release === null) return 'No report has been released. Offer that the clinic calls back.'
    return inLanguage(textsOf(release), patient.language)
  }
  const bookCallBack = (call: CallRow, patient: PatientRow, { when, reason }: Readonly<Record<string, unknown>>): string => {
    const words = [typeof when === 'string' && when !== '' ? `when: ${when.slice(0, 100)}` : '', typeof reason === 'string' && reason !== '' ? `why: ${reason.slice(0, 200)}` : ''].filter((part) => part !== '').join('; ')
    atomically(() => { actions.task(patient, { text: `The patient asks for a call back${words === '' ? '' : ` (${words})`}.`, risk: 'soon', onceKey: `call-back ${call.id}`, studyUid: call.studyUid }, patientActor) })
    return 'Noted: somebody of the clinic will call back.'
  }
  const optOut = (patient: PatientRow, { channel }: Readonly<Record<string, unknown>>): string => {
    const isCallsOnly = channel === 'calls' || channel === 'voice'
    atomically(() => { patients.close(patient, isCallsOnly ? ['voice'] : ['voice', 'sms'], 'call', patientActor, 'The patient does not want it any more, as said in a call.') })
    return isCallsOnly ? 'There will be no more calls.' : 'There will be no more calls and no more text messages.'
  }
  const run = async (call: CallRow, patient: PatientRow, { name, arguments: args }: ToolCall): Promise<string> => {
    switch (name) {
      case 'verify_identity': return verify(call, patient, args['code'])
      case 'read_summary': return summary(call, patient)
      case 'book_call_back': return bookCallBack(call, patient, args)
      case 'opt_out': return optOut(patient, args)
      default: return 'There is no such tool.'
    }
  }
  return {
    /** One line, whatever happens: an agent that gets no answer hangs. */
    async answer(call: CallRow | null, tool: ToolCall): Promise<string> {
      const patient = call?.followupPatientId === null || call === null ? null : patients.store.get(call.followupPatientId)
      if (call === null || patient === null) return 'This call is not known here. Say goodbye politely.'
      let line: string
      try {
        line = await run(call, patient, tool)
      } catch (error) {
        // An expected refusal (the shared store is away) is spoken; what nobody expected is logged once, here, and spoken as well.
        if (!(error instanceof AppError)) log.error('tool-failed', error, { callId: call.id })
        line = 'This is not possible at the moment. Offer that the clinic calls back.'
      }
      audit.record({ actor: 'voice-agent', actorName: 'Voice agent', action: `call.${tool.name}`.slice(0, 60), subject: call.id })
      changed()
      return line.replace(/\s*\n+\s*/g, ' ').trim()
    }
  }
}
export type Tools = ReturnType<typeof createTools>
