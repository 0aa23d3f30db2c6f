import { z } from 'zod'
import { RowId } from '../../../src-shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { FollowupConfig } from '../../platform/config.ts'
import { SendFault, type OutboxKind, type Receipt } from '../../platform/outbox-types.ts'
import type { FollowActions } from '../actions/follow.ts'
import type { PatientStore } from '../patients/patient-store.ts'
import type { ContactRules } from '../rules/contact.ts'
import type { CallRow, CallStore } from './call-store.ts'
import type { VapiClient } from './vapi.ts'

/** What the agent says first, and what it may draw on. */
export type Briefing = Readonly<{ firstMessage: string, variables: Readonly<Record<string, string>> }>
export type VoiceSenderDeps = Readonly<{
  clock: Clock, config: FollowupConfig, calls: CallStore, patients: PatientStore, rules: ContactRules, vapi: VapiClient, follow: FollowActions
  /** From what a clinician has released, in the moment of the call. A sentence where there is nothing to say any more. */
  briefing: (call: CallRow) => Briefing | string
}>
const Payload = z.object({ id: RowId })
type Payload = z.infer<typeof Payload>
const Asked = z.object({ askedAt: z.string() })
const day = 24 * 3600 * 1000
const skewMs = 10_000
/** Past it a request that hung has long been answered or dropped: a call that the provider does not list then was never made. */
const settledMs = 120_000
const mockReceipt: Receipt = { place: 'mock', checksum: '', bytes: 0 }

/** One call: a row first, asked for once, and looked up by our own id where nobody knows. */
export function createVoiceSender({ clock, config, calls, patients, rules, vapi, follow, briefing }: VoiceSenderDeps): OutboxKind<Payload> {
  const rowOf = (id: string): CallRow => {
    const row = calls.get(id)
    if (row === null) throw new SendFault('never', 'The call is gone.')
    return row
  }
  const followed = (row: CallRow | null) => { if (row !== null) follow.call(row) }
  const hold = async (row: CallRow): Promise<void> => {
    const patient = row.followupPatientId === null ? null : patients.get(row.followupPatientId)
    if (row.purpose === 'test' || patient === null) return
    await rules.admit(patient, row.number, row.id, (why) => { followed(calls.advance(row.id, 'held', { outcome: why })) })
  }
  return {
    kind: 'call', target: 'voice', payload: Payload, concurrency: 2, deadlineMs: 8 * day, maxAttempts: 12,
    whyNot({ id }) {
      const row = calls.get(id)
      if (row === null) return 'The call is gone.'
      return row.purpose === 'test' || row.followupPatientId === null ? null : rules.whyNot(row.followupPatientId, 'voice', row.number)
    },
    async send({ id }, context) {
      const row = rowOf(id)
      await hold(row)
      const words = briefing(row)
      if (typeof words === 'string') throw new SendFault('never', words)
      if (config.mode === 'mock') return mockReceipt
      const askedAt = clock.iso()
      context.keep({ askedAt } satisfies z.infer<typeof Asked>)
      calls.set(id, { askedAt })
      try {
        const serverUrl = config.publicUrl === null ? null : `${config.publicUrl}/api/webhooks/vapi`
        const place = await vapi.create({ callId: id, to: row.number, ...words, serverUrl, sipConnectionId: config.telnyx.sipConnectionId }, context.signal)
        return { place, checksum: '', bytes: 0 }
      } catch (error) {
        if (error instanceof SendFault && error.faultClass !== 'unknown') {
          context.keep(null)
          calls.set(id, { state: 'queued', askedAt: null, outcome: error.message })
          if (row.purpose === 'follow-up') await rules.givePlace(row.number, id)
        }
        throw error
      }
    },
    async lookUp({ id }, context) {
      const row = rowOf(id)
      if (row.providerId !== null) return { found: { place: row.providerId, checksum: '', bytes: 0 } }
      const asked = Asked.safeParse(context.kept)
      if (!asked.success) return 'absent'
      const askedMs = Date.parse(asked.data.askedAt)
      const found = (await vapi.since(new Date(askedMs - skewMs), context.signal)).find(({ customer }) => customer?.externalId === id)
      if (found !== undefined) return { found: { place: found.id, checksum: '', bytes: 0 } }
      if (clock.now().getTime() - askedMs > settledMs) {
        context.keep(null)
        calls.set(id, { askedAt: null })
        return 'absent'
      }
      throw new SendFault('unknown', 'Vapi was asked and did not answer; its list does not hold the call yet.')
    },
    onDone({ id }, receipt) {
      if (receipt.place === mockReceipt.place) { calls.set(id, { isMock: true }); followed(calls.advance(id, 'mock', { outcome: '' })); return }
      calls.set(id, { providerId: receipt.place })
      followed(calls.advance(id, 'ringing', { outcome: '' }))
    },
    onDead({ id }, reason) {
      const isOpen = (calls.get(id)?.askedAt ?? null) !== null
      followed(calls.advance(id, isOpen ? 'unknown' : 'failed', { outcome: isOpen ? `The patient may have been called: look at Vapi, or ask, before you call again. ${reason}` : reason }))
    },
    onCancelled({ id }, reason) {
      followed(calls.advance(id, (calls.get(id)?.askedAt ?? null) === null ? 'cancelled' : 'unknown', { outcome: reason }))
    }
  }
}
