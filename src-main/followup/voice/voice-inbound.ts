import { patientActor, type Ground } from '../faces.ts'
import type { Actions } from '../actions/actions.ts'
import type { ActionStore } from '../actions/action-store.ts'
import type { FollowActions } from '../actions/follow.ts'
import type { Patients } from '../patients/patients.ts'
import { redFlagsIn } from '../rules/words.ts'
import type { FollowupSettingsOf } from '../settings.ts'
import type { CallRow, CallStore } from './call-store.ts'
import { bucketOf, outcomeOf } from './ended.ts'
import { patientWordsIn, VapiMessage, type VapiMessage as Message } from './voice-events.ts'
import type { VapiCall } from './vapi.ts'

export type VoiceInboundDeps = Pick<Ground, 'clock'> & Readonly<{ calls: CallStore, patients: Patients, actions: Actions, rows: ActionStore, follow: FollowActions, settings: FollowupSettingsOf }>
type End = Readonly<{ endedReason: string, startedAt?: string | null | undefined, endedAt?: string | null | undefined, summary?: string | null | undefined, transcript?: string | null | undefined }>
const againAfterMs = 4 * 3600 * 1000
const isFinal = (row: CallRow) => ['ended', 'failed', 'cancelled', 'mock'].includes(row.state)

/** What the provider tells of calls. Everything here runs inside the transaction of its event. */
export function createVoiceInbound({ clock, calls, patients, actions, rows, follow, settings }: VoiceInboundDeps) {
  /** By the provider's id, or by ours, which it echoes. */
  const rowOf = (call: Message['call']): CallRow | null => {
    if (call === null || call === undefined) return null
    const known = calls.ofProvider(call.id)
    if (known !== null) return known
    const ours = calls.get(call.customer?.externalId ?? call.assistantOverrides?.metadata?.vigilCallId ?? '')
    if (ours === null || (ours.providerId !== null && ours.providerId !== call.id)) return null
    calls.set(ours.id, { providerId: call.id })
    return calls.get(ours.id)
  }
  const watchWords = (row: CallRow, words: string): void => {
    const patient = row.followupPatientId === null ? null : patients.store.get(row.followupPatientId)
    if (patient === null) return
    for (const flag of redFlagsIn(words)) {
      actions.task(patient, { text: `In a call the patient speaks of ${flag}. Call back at once.`, risk: 'urgent', onceKey: `red-flag ${row.id} ${flag}`, studyUid: row.studyUid }, patientActor)
    }
  }
  /** Once: what comes later only adds words that were missing. */
  const finish = (row: CallRow, { endedReason, startedAt, endedAt, summary, transcript }: End): void => {
    const words = {
      ...(summary === null || summary === undefined || summary === '' ? {} : { summary }), ...(transcript === null || transcript === undefined || transcript === '' ? {} : { transcript }),
      ...(startedAt === null || startedAt === undefined ? {} : { startedAt }), ...(endedAt === null || endedAt === undefined ? {} : { endedAt })
    }
    if (isFinal(row)) { calls.set(row.id, words); return }
    const bucket = bucketOf(endedReason)
    const next = calls.advance(row.id, bucket === 'reached' ? 'ended' : 'failed', { ...words, endedReason, outcome: outcomeOf(endedReason) })
    if (next === null) return
    const action = next.actionId === null ? null : rows.get(next.actionId)
    const mayTryAgain = (bucket === 'not-reached' || bucket === 'platform') && action !== null && action.attempts < settings.get().callAttempts
    follow.call(next, mayTryAgain ? new Date(clock.now().getTime() + againAfterMs).toISOString() : null)
  }
  return {
    rowOf, finish,
    handle(body: unknown): void {
      const { message } = VapiMessage.parse(body)
      const row = rowOf(message.call)
      if (row === null) return
      watchWords(row, patientWordsIn(message))
      if (message.type === 'transcript' && message.transcriptType === 'final' && !isFinal(row)) {
        calls.set(row.id, { transcript: `${row.transcript}${row.transcript === '' ? '' : '\n'}${message.role === 'user' ? 'User' : 'AI'}: ${message.transcript ?? ''}` })
        return
      }
      if (message.type === 'status-update') {
        if (message.status === 'ended') finish(row, { endedReason: message.endedReason ?? 'unknown' })
        else if (message.status === 'ringing' || message.status === 'in-progress') { const next = calls.advance(row.id, message.status); if (next !== null) follow.call(next) }
        return
      }
      if (message.type === 'end-of-call-report') {
        const { endedReason, startedAt, endedAt, analysis, artifact, summary, transcript } = message
        finish(row, { endedReason: endedReason ?? 'unknown', startedAt, endedAt, summary: analysis?.summary ?? summary, transcript: artifact?.transcript ?? transcript })
      }
    },
    /** As asked for, where no event came. */
    polled(row: CallRow, call: VapiCall): void {
      if (call.status === 'ended') {
        watchWords(row, patientWordsIn({ type: 'end-of-call-report', artifact: { transcript: call.artifact?.transcript ?? call.transcript ?? null } }))
        finish(row, { endedReason: call.endedReason ?? 'unknown', startedAt: call.startedAt, endedAt: call.endedAt, summary: call.analysis?.summary ?? call.summary, transcript: call.artifact?.transcript ?? call.transcript })
      } else if (call.status === 'ringing' || call.status === 'in-progress') {
        const next = calls.advance(row.id, call.status)
        if (next !== null) follow.call(next)
      }
    }
  }
}
export type VoiceInbound = ReturnType<typeof createVoiceInbound>
