import { randomUUID } from 'node:crypto'
import { smsLength } from '../../../src-shared/sms-segments.ts'
import { telnyxNumber, telnyxProfile, type SendBody } from './rules.ts'

export type RecipientStatus = 'queued' | 'sending' | 'sent' | 'expired' | 'sending_failed' | 'delivery_unconfirmed' | 'delivered' | 'delivery_failed' | 'read'
export type FinalStatus = Extract<RecipientStatus, 'delivered' | 'delivery_failed' | 'sending_failed' | 'delivery_unconfirmed' | 'expired'>
export type TelnyxSent = Readonly<{ id: string, to: string, from: string, text: string, at: string, webhookUrl: string | null }>
export type TelnyxReceived = Readonly<{ id: string, from: string, text: string, at: string }>
type Progress = { status: RecipientStatus, sentAt: string | null, completedAt: string | null, errors: { code: string, title: string }[] }
type Kept = TelnyxSent & Readonly<{ body: SendBody, profileUrl: string | null }>

/** The provider tells of a message for ten days. */
const keptMs = 10 * 24 * 3600 * 1000
const carrierTitles: Readonly<Record<string, string>> = { 40001: 'Not routable', 40002: 'Blocked as spam - temporary', 40003: 'Blocked as spam - permanent', 40005: 'Message expired', 40006: 'Recipient server unavailable', 40008: 'Undeliverable' }
export const carrierErrors = (code: string | null): { code: string, title: string }[] => (code === null ? [] : [{ code, title: carrierTitles[code] ?? 'Carrier error' }])
const isoOf = (date: Date): string => date.toISOString().replace('Z', '+00:00')

/** What the provider knows of the messages of one account. */
export function createMessages(now: () => Date) {
  const sent: TelnyxSent[] = []
  const received: TelnyxReceived[] = []
  const kept = new Map<string, Kept>()
  const progress = new Map<string, Progress>()
  const progressOf = (id: string): Progress => progress.get(id) ?? { status: 'queued', sentAt: null, completedAt: null, errors: [] }

  return {
    sent, received, progressOf,
    accept(body: SendBody, profileUrl: string | null): TelnyxSent {
      const usesProfile = body.use_profile_webhooks !== false
      const one: TelnyxSent = { id: randomUUID(), to: body.to, from: body.from, text: body.text, at: now().toISOString(), webhookUrl: body.webhook_url ?? (usesProfile ? profileUrl : null) }
      sent.push(one)
      kept.set(one.id, { ...one, body, profileUrl })
      return one
    },
    failoverOf: (one: TelnyxSent): string | null => kept.get(one.id)?.body.webhook_failover_url ?? null,
    find(id: string): TelnyxSent | null {
      const one = kept.get(id)
      return one === undefined || now().getTime() - Date.parse(one.at) > keptMs ? null : one
    },
    /** Never back: a message that is delivered is not sent any more. */
    advance(id: string, status: RecipientStatus, code: string | null = null): void {
      const before = progressOf(id)
      if (before.completedAt !== null) return
      const at = isoOf(now())
      const isFinal = status !== 'queued' && status !== 'sending' && status !== 'sent'
      progress.set(id, { status, sentAt: before.sentAt ?? at, completedAt: isFinal ? at : null, errors: carrierErrors(code) })
    },
    /** The `data` of an answer, and the payload of an event. `as` is how it stood at another moment. */
    messageOf(one: TelnyxSent, as: Partial<Progress> = {}) {
      const { segments, encoding } = smsLength(one.text)
      const { status, sentAt, completedAt, errors } = { ...progressOf(one.id), ...as }
      const body = kept.get(one.id)?.body
      const type = body?.type ?? (body?.media_urls === undefined ? 'SMS' : 'MMS')
      return {
        record_type: 'message', direction: 'outbound', id: one.id, type, messaging_profile_id: telnyxProfile, organization_id: 'b448f9cc-0000-4000-8000-000000000001', from: { phone_number: one.from, carrier: 'TELNYX', line_type: 'VoIP' },
        to: [{ phone_number: one.to, status, carrier: 'X', line_type: 'Wireless' }], cc: [], text: one.text, media: (body?.media_urls ?? []).map((url) => ({ url, content_type: null, sha256: null, size: null })), webhook_url: one.webhookUrl,
        webhook_failover_url: body?.webhook_failover_url ?? null, encoding, parts: segments, tags: [], cost: null, cost_breakdown: null, errors,
        received_at: isoOf(new Date(one.at)), sent_at: sentAt, completed_at: completedAt, valid_until: isoOf(new Date(Date.parse(one.at) + 3600_000)), wait_seconds: 0
      }
    },
    receive(from: string, text: string, id: string): TelnyxReceived {
      const one = { id, from, text, at: now().toISOString() }
      received.push(one)
      return one
    },
    inboundOf: (one: TelnyxReceived, autoresponse: string | null) => ({
      record_type: 'message', direction: 'inbound', id: one.id, type: 'SMS', messaging_profile_id: telnyxProfile, organization_id: 'b448f9cc-0000-4000-8000-000000000001', from: { phone_number: one.from, carrier: '', line_type: 'Wireless' },
      to: [{ phone_number: telnyxNumber, status: 'webhook_delivered', carrier: 'TELNYX', line_type: 'VoIP' }], cc: [], text: one.text, ...(autoresponse === null ? {} : { autoresponse_type: autoresponse }), media: [],
      parts: smsLength(one.text).segments, encoding: smsLength(one.text).encoding, received_at: isoOf(new Date(one.at)), errors: [], tags: [], cost: null
    })
  }
}
export type Messages = ReturnType<typeof createMessages>
