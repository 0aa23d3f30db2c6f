import { z } from 'zod'
import type { Ground, SyncFace } from '../faces.ts'
import { patientActor } from '../faces.ts'
import type { Actions } from '../actions/actions.ts'
import type { FollowActions } from '../actions/follow.ts'
import type { PatientRow } from '../patients/patient-store.ts'
import type { Patients } from '../patients/patients.ts'
import { redFlagsIn, wordIn } from '../rules/words.ts'
import type { FollowupSettingsOf } from '../settings.ts'
import type { MessageRow, MessageStore } from './message-store.ts'
import { deliveryOf, TelnyxMessage, type Delivery } from './telnyx.ts'

export type InboundDeps = Pick<Ground, 'clock' | 'consents'> & Readonly<{
  messages: MessageStore, patients: Patients, actions: Actions, follow: FollowActions, settings: FollowupSettingsOf, sync: Pick<SyncFace, 'queueMessage' | 'wake'>
}>
/** `data` of an event; `m` is our own id where the address of the event names it. */
export const TelnyxEvent = z.looseObject({ data: z.looseObject({ id: z.string().min(1).max(200), event_type: z.string().max(100), occurred_at: z.string().optional(), payload: z.unknown() }) })

/** What patients send, and what carriers tell of what we sent. Everything here runs inside the transaction of its event. */
export function createInbound({ clock, consents, messages, patients, actions, follow, settings, sync }: InboundDeps) {
  const answer = (patient: PatientRow, number: string, text: string): void => {
    const row = messages.add({ followupPatientId: patient.id, actionId: null, purpose: 'answer', number, text, createdBy: 'system', createdByName: 'Vigil' })
    messages.set(row.id, { outboxId: sync.queueMessage('sms', row.id, { lane: null, priority: 3, by: 'system' }) })
  }
  const isSpanish = (patient: PatientRow) => patient.language === 'es'
  /** STOP ends everything automatic that reaches out: texts, and calls of an artificial voice. The portal is not ours to reach out with. */
  const stop = (number: string, how: 'text-message' | 'provider', isAnswered: boolean): void => {
    const people = patients.store.atNumber(number)
    for (const patient of people) patients.close(patient, ['sms', 'voice'], how, patientActor, 'The patient has said STOP.')
    const [first] = people
    const { clinicName } = settings.get()
    if (first !== undefined && !isAnswered) answer(first, number, isSpanish(first) ? `${clinicName}: no recibirá más mensajes ni llamadas. Responda START para volver a recibirlos.` : `${clinicName}: you will get no more messages or calls. Reply START to get them again.`)
  }
  const start = (number: string, isAnswered: boolean): void => {
    for (const patient of patients.store.atNumber(number)) {
      const opened = patients.reopen(patient, patientActor)
      if (opened.length > 0 && !isAnswered) answer(patient, number, isSpanish(patient) ? `${settings.get().clinicName}: volverá a recibir mensajes. Responda STOP para terminar.` : `${settings.get().clinicName}: you will get messages again. Reply STOP to end them.`)
    }
  }
  const help = (patient: PatientRow, number: string): void => {
    const { clinicName, clinicPhone } = settings.get()
    const reach = clinicPhone === '' ? '' : isSpanish(patient) ? ` Llame al ${clinicPhone}.` : ` Call ${clinicPhone}.`
    answer(patient, number, isSpanish(patient) ? `${clinicName}: mensajes sobre su seguimiento.${reach} Responda STOP para terminar. En una urgencia llame a emergencias.` : `${clinicName}: messages about your follow-up.${reach} Reply STOP to end them. In an emergency call the emergency number.`)
  }
  const received = (message: TelnyxMessage, at: string): void => {
    const number = message.from?.phone_number ?? ''
    const text = message.text ?? ''
    const people = patients.store.atNumber(number)
    const [first] = people
    const word = wordIn(text)
    // A phone that several share: the text stands with whoever was written to last; a word of command counts for all.
    const isNew = messages.receive({ followupPatientId: first?.id ?? null, number, text, providerId: message.id, at, note: word === null ? '' : `Taken as ${word.toUpperCase()}.` })
    if (!isNew || first === undefined) return
    // The provider answers its own words by itself, and says so.
    const isAnswered = (message.autoresponse_type ?? '') !== ''
    if (word === 'stop') { stop(number, 'text-message', isAnswered); return }
    if (word === 'start') { start(number, isAnswered); return }
    if (word === 'help') { if (!isAnswered) help(first, number); return }
    const flags = redFlagsIn(text)
    if (flags.length > 0) actions.task(first, { text: `The patient writes of ${flags.join(', ')}. Read the message and call at once.`, risk: 'urgent', onceKey: `red-flag ${message.id}` }, patientActor)
  }
  /** Whose delivery it is: by the provider's id, by ours in the address, or by number and text where the answer to our request was lost. */
  const rowOf = (message: TelnyxMessage, ourId: string | null): MessageRow | null => {
    const known = messages.ofProvider(message.id)
    if (known !== null) return known
    const number = message.to[0]?.phone_number ?? ''
    const named = ourId === null ? null : messages.get(ourId)
    if (named !== null && named.number === number && named.providerId === null && named.askedAt !== null) return named
    return messages.unanswered(number, message.text ?? '')[0] ?? null
  }
  const delivered = (row: MessageRow, message: TelnyxMessage, delivery: Delivery): void => {
    if (row.providerId === null) messages.set(row.id, { providerId: message.id })
    const next = messages.advance(row.id, delivery.state, { note: delivery.note, errorCode: delivery.errorCode })
    if (next !== null) follow.message(next)
  }
  return {
    stop, delivered,
    handle(body: unknown): void {
      const { data } = TelnyxEvent.parse(body)
      const { event_type: type, occurred_at: at, payload } = data
      if (type !== 'message.received' && type !== 'message.sent' && type !== 'message.finalized' && type !== 'message.read') return
      const message = TelnyxMessage.parse(payload)
      if (type === 'message.received') { received(message, at === undefined || Number.isNaN(Date.parse(at)) ? clock.iso() : new Date(at).toISOString()); return }
      const ourId = z.looseObject({ vigilMessage: z.string() }).safeParse(body)
      const row = rowOf(message, ourId.success ? ourId.data.vigilMessage : null)
      const delivery = deliveryOf(message)
      if (row === null || delivery === null) return
      delivered(row, message, type === 'message.sent' && delivery.state === 'delivered' ? { ...delivery, state: 'sent' } : delivery)
    },
    /** Somebody said STOP to the provider while no event could reach us. */
    stoppedAtProvider(number: string): void {
      const isOpen = patients.store.atNumber(number).some(({ id }) => consents.ofPatient(id, 'sms')?.state === 'given')
      if (isOpen) stop(number, 'provider', true)
    }
  }
}
export type Inbound = ReturnType<typeof createInbound>
