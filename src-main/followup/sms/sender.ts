import { z } from 'zod'
import { RowId } from '../../../src-shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { FollowupConfig } from '../../platform/config.ts'
import { SendFault, type OutboxKind, type Receipt, type SendContext } from '../../platform/outbox-types.ts'
import type { FollowActions } from '../actions/follow.ts'
import type { PatientStore } from '../patients/patient-store.ts'
import type { ContactRules } from '../rules/contact.ts'
import type { Codes } from '../sign-in/codes.ts'
import { otpMs } from '../sign-in/otp.ts'
import type { MessageRow, MessageStore } from './message-store.ts'
import { NumberStopped, type TelnyxClient } from './telnyx.ts'

export type SmsSenderDeps = Readonly<{
  clock: Clock, config: FollowupConfig, messages: MessageStore, patients: PatientStore, rules: ContactRules, codes: Codes, telnyx: TelnyxClient, follow: FollowActions
  /** The provider told that this number has said STOP, inside the transaction that gives the message up. */
  stopped: (number: string) => void
}>
const Payload = z.object({ id: RowId })
type Payload = z.infer<typeof Payload>
const Asked = z.object({ askedAt: z.string() })
const day = 24 * 3600 * 1000
/** Clocks differ: what the provider says was made a little before we asked may still be ours. */
const skewMs = 10_000
const unknownNote = 'It may have arrived: Telnyx was asked and did not answer, and its records do not tell. Ask the patient, or look at Telnyx, before you send it again.'
const mockReceipt: Receipt = { place: 'mock', checksum: '', bytes: 0 }

/** One text message: a row first, asked for once, looked up where nobody knows. */
export function createSmsSender({ clock, config, messages, patients, rules, codes, telnyx, follow, stopped }: SmsSenderDeps): OutboxKind<Payload> {
  const rowOf = (id: string): MessageRow => {
    const row = messages.get(id)
    if (row === null) throw new SendFault('never', 'The message is gone.')
    return row
  }
  const note = (row: MessageRow, change: Partial<MessageRow>) => {
    messages.set(row.id, change)
    const next = messages.get(row.id)
    if (next !== null) follow.message(next)
  }
  /** Throws where it has to wait; the row says until when, and why. */
  const hold = async (row: MessageRow): Promise<void> => {
    const patient = row.followupPatientId === null ? null : patients.get(row.followupPatientId)
    // What the patient asks for comes at once and is not counted; it has its own limits.
    if (row.purpose !== 'follow-up' || patient === null) return
    await rules.admit(patient, row.number, row.id, (why) => { note(row, { state: 'held', note: why }) })
  }
  const ask = async (row: MessageRow, context: SendContext): Promise<Receipt> => {
    const askedAt = clock.iso()
    const text = row.purpose === 'code' ? codes.textFor(row.id) : row.text
    if (text === null) {
      // Another process of this folder may have it in hand: it gets its turn until the code's time is up.
      if (clock.now().getTime() - Date.parse(row.createdAt) < otpMs) throw new SendFault('paused', 'The code waits for the process that made it.', { retryAfterMs: 700 })
      throw new SendFault('never', 'The code was kept for one run only, and the workstation was started anew.')
    }
    if (config.mode === 'mock') { if (row.purpose === 'code') codes.showMock(row.id); return mockReceipt }
    // From here on it may be out, whatever happens to this process.
    context.keep({ askedAt } satisfies z.infer<typeof Asked>)
    messages.set(row.id, { state: 'sending', askedAt, note: '' })
    const webhookUrl = config.publicUrl === null ? null : `${config.publicUrl}/api/webhooks/telnyx?m=${row.id}`
    const id = await telnyx.send({ to: row.number, text, webhookUrl }, context.signal)
    return { place: id, checksum: '', bytes: Buffer.byteLength(text) }
  }

  return {
    kind: 'sms', target: 'sms', payload: Payload, concurrency: 4, deadlineMs: 8 * day, maxAttempts: 12,
    whyNot({ id }) {
      const row = messages.get(id)
      if (row === null) return 'The message is gone.'
      return row.purpose !== 'follow-up' || row.followupPatientId === null ? null : rules.whyNot(row.followupPatientId, 'sms', row.number)
    },
    async send({ id }, context) {
      const row = rowOf(id)
      await hold(row)
      try {
        return await ask(row, context)
      } catch (error) {
        const fault = error instanceof SendFault ? error : null
        if (fault !== null && fault.faultClass !== 'unknown') {
          // The provider did not take it: nothing went out, and nobody needs to look.
          context.keep(null)
          messages.set(row.id, { state: 'queued', askedAt: null, note: fault.message })
          if (row.purpose === 'follow-up') await rules.givePlace(row.number, row.id)
        }
        throw error
      }
    },
    async lookUp({ id }, context) {
      const row = rowOf(id)
      if (row.providerId !== null) return { found: { place: row.providerId, checksum: '', bytes: 0 } }
      const asked = Asked.safeParse(context.kept)
      if (!asked.success) return 'absent'
      const since = new Date(Date.parse(asked.data.askedAt) - skewMs)
      const candidates = (await telnyx.sentTo(row.number, since, context.signal)).filter((one) => messages.ofProvider(one.id) === null)
      const [only] = candidates
      const isAlone = messages.unanswered(row.number, row.text).length <= 1
      // The records tell number and time, not the text: two that could be it are for a person to tell apart.
      if (only !== undefined && candidates.length === 1 && isAlone) return { found: { place: only.id, checksum: '', bytes: 0 } }
      // Shown at once, while it is still looked for: a person may know more than the records.
      const open = messages.advance(id, 'unknown', { note: unknownNote })
      if (open !== null) follow.message(open)
      throw new SendFault('unknown', unknownNote)
    },
    onDone({ id }, receipt) {
      const isMock = receipt.place === mockReceipt.place
      const next = messages.advance(id, isMock ? 'mock' : 'sent', isMock ? { note: '' } : { providerId: receipt.place, note: '' })
      // The token in a link was for the phone; what stays here is that there was one.
      if (isMock) messages.set(id, { isMock: true })
      else messages.set(id, { text: (messages.get(id)?.text ?? '').replaceAll(/#t=[\w-]+/g, '#t=…') })
      if (next !== null) follow.message(next)
    },
    onDead({ id }, reason) {
      const row = messages.get(id)
      if (row === null) return
      if (reason.startsWith(stoppedSentence)) stopped(row.number)
      const isOpen = row.askedAt !== null
      const next = messages.advance(id, isOpen ? 'unknown' : 'failed', { note: isOpen ? unknownNote : reason })
      if (next !== null) follow.message(next)
    },
    onCancelled({ id }, reason) {
      const row = messages.get(id)
      if (row === null) return
      // Called off while its answer was awaited: whether it went out is open.
      const next = messages.advance(id, row.askedAt === null ? 'cancelled' : 'unknown', { note: reason })
      if (next !== null) follow.message(next)
    }
  }
}

const stoppedSentence = new NumberStopped().message
