import type Telnyx from 'telnyx'
import { z } from 'zod'
import type { FollowupConfig } from '../../platform/config.ts'
import { isNotReached } from '../../platform/not-reached.ts'
import { SendFault } from '../../platform/outbox-types.ts'

type Config = FollowupConfig['telnyx']
export type TelnyxClient = ReturnType<typeof createTelnyx>
export type DeliveryState = 'sent' | 'delivered' | 'failed'
export type Delivery = Readonly<{ state: DeliveryState, errorCode: string | null, note: string }>

const ErrorBody = z.looseObject({ errors: z.array(z.looseObject({ code: z.union([z.string(), z.number()]).transform(String), title: z.string().default('') })).min(1) })
const Accepted = z.looseObject({ data: z.looseObject({ id: z.string().min(1) }) })
const Recipient = z.looseObject({ phone_number: z.string().default(''), status: z.string().default('') })
/** A message as the provider tells of it, in an answer or in an event. */
export const TelnyxMessage = z.looseObject({ id: z.string().min(1), direction: z.string().default('outbound'), to: z.array(Recipient).default([]), from: z.looseObject({ phone_number: z.string().default('') }).optional(), text: z.string().nullish(), autoresponse_type: z.string().nullish(), errors: z.array(z.looseObject({ code: z.union([z.string(), z.number()]).transform(String) })).nullish() })
export type TelnyxMessage = z.output<typeof TelnyxMessage>
const DetailRecord = z.looseObject({ uuid: z.string().optional(), id: z.string().optional(), cli: z.string().optional(), cld: z.string().optional(), direction: z.string().optional(), created_at: z.string().optional() })
const OptOut = z.looseObject({ from: z.string().nullish(), to: z.string().nullish() })

const answerWithinMs = 15_000
/** Blocked by the recipient's STOP. */
export const stoppedCode = '40300'
const wrongNumber = new Set(['10002', '10016', '40310'])
const wrongSetUp: Readonly<Record<string, string>> = {
  10009: 'Telnyx does not know the API key (TELNYX_API_KEY).', 10010: 'The API key of Telnyx may not send messages.', 40305: 'Telnyx does not let us send from TELNYX_PHONE_NUMBER.', 40312: 'The messaging profile at Telnyx is switched off.'
}

/** Thrown where the provider tells that this number has said STOP to it. */
export class NumberStopped extends SendFault {
  constructor() { super('never', 'The patient has said STOP to our number: nothing more is sent there.') }
}

/** Text messages by the provider's own library, with its hidden retries switched off: it would send a text again after a timeout. */
export function createTelnyx(config: Config) {
  let known: Telnyx | null = null
  const client = async (): Promise<Telnyx> => {
    if (config.apiKey === null) throw new SendFault('refused', 'Text messages are not set up: TELNYX_API_KEY is missing.')
    // Its import takes 0.4 s, and most starts send nothing.
    const { default: Library } = await import('telnyx')
    known ??= new Library({ apiKey: config.apiKey, publicKey: config.publicKey, baseURL: config.url, maxRetries: 0, timeout: answerWithinMs, logLevel: 'off' })
    return known
  }
  /** The provider's words leave open which of the two is the patient: the one that is not ours. */
  const patientIn = ({ from, to }: z.infer<typeof OptOut>): string[] => [from, to].filter((number): number is string => typeof number === 'string' && /^\+[1-9]\d{6,14}$/.test(number) && number !== config.number)
  return {
    /** One attempt. Throws a SendFault whose class says what may have happened. Resolves to the provider's id. */
    async send({ to, text, webhookUrl }: Readonly<{ to: string, text: string, webhookUrl: string | null }>, signal: AbortSignal): Promise<string> {
      const api = await client()
      if (config.number === null) throw new SendFault('refused', 'Text messages are not set up: TELNYX_PHONE_NUMBER is missing.')
      const body = {
        from: config.number, to, text, ...(config.profileId === null ? {} : { messaging_profile_id: config.profileId }), ...(webhookUrl === null ? {} : { webhook_url: webhookUrl })
      }
      let answer: unknown
      try {
        answer = await api.messages.send(body, { signal })
      } catch (error) {
        if (signal.aborted) throw signal.reason
        throw faultOf(error, true)
      }
      const accepted = Accepted.safeParse(answer)
      if (!accepted.success) throw new SendFault('unknown', 'Telnyx answered in a way that does not tell whether it took the message.')
      return accepted.data.data.id
    },
    async message(id: string, signal: AbortSignal): Promise<TelnyxMessage> {
      const api = await client()
      try {
        const { data } = await api.messages.retrieve(id, { signal })
        return TelnyxMessage.parse(data)
      } catch (error) {
        throw faultOf(error, false)
      }
    },
    /** Messages that went to a number since then, as the provider's own records tell. */
    async sentTo(to: string, since: Date, signal: AbortSignal): Promise<readonly Readonly<{ id: string, at: string }>[]> {
      const api = await client()
      const found: { id: string, at: string }[] = []
      try {
        const pages = api.detailRecords.list({ filter: { record_type: 'messaging', cld: to, ...(config.number === null ? {} : { cli: config.number }) }, sort: ['-created_at'], 'page[size]': 50 }, { signal })
        for await (const one of pages) {
          const record = DetailRecord.parse(one)
          const id = record.uuid ?? record.id
          const at = record.created_at
          if (at !== undefined && Date.parse(at) < since.getTime()) break
          if (id !== undefined && at !== undefined && record.direction !== 'inbound') found.push({ id, at })
        }
      } catch (error) {
        throw faultOf(error, false)
      }
      return found
    },
    /** Who said STOP to the provider, since then. */
    async optOuts(since: Date, signal: AbortSignal): Promise<readonly string[]> {
      const api = await client()
      const numbers: string[] = []
      try {
        const filter = config.profileId === null ? {} : { filter: { messaging_profile_id: config.profileId } }
        for await (const one of api.messagingOptouts.list({ ...filter, created_at: { gte: since.toISOString() } }, { signal })) numbers.push(...patientIn(OptOut.parse(one)))
      } catch (error) {
        throw faultOf(error, false)
      }
      return numbers
    },
    /** Whether the provider answers and knows us; nothing is sent. */
    async probe(signal: AbortSignal): Promise<void> {
      const api = await client()
      try {
        await api.messagingOptouts.list({ ...(config.profileId === null ? {} : { filter: { messaging_profile_id: config.profileId } }), 'page[size]': 1 }, { signal })
      } catch (error) {
        if (signal.aborted) throw new SendFault('offline', 'Telnyx does not answer.', { cause: error })
        throw faultOf(error, false)
      }
    },
    /** Throws where the bytes were not signed by the provider, or too long ago. */
    async verify(rawBody: string, headers: Readonly<Record<string, string>>): Promise<void> {
      if (config.publicKey === null) throw new SendFault('refused', 'TELNYX_PUBLIC_KEY is missing.')
      const { default: Library } = await import('telnyx')
      const verifier = new Library({ apiKey: config.apiKey ?? 'none', publicKey: config.publicKey, logLevel: 'off' })
      // It is asynchronous, whatever its own examples show: without waiting, nothing is ever refused.
      await verifier.webhooks.unwrap(rawBody, { headers: { ...headers } })
    }
  }
}

/** What a delivery looks like in our words. */
export function deliveryOf({ to, errors }: TelnyxMessage): Delivery | null {
  const status = to[0]?.status ?? ''
  const errorCode = errors?.[0]?.code ?? null
  switch (status) {
    case 'delivered': case 'read': return { state: 'delivered', errorCode: null, note: '' }
    case 'delivery_unconfirmed': return { state: 'sent', errorCode, note: 'The carrier does not tell whether it arrived.' }
    case 'sending_failed': case 'delivery_failed': case 'expired': return { state: 'failed', errorCode, note: carrierNote(errorCode, status) }
    case 'queued': case 'sending': case 'sent': return { state: 'sent', errorCode: null, note: '' }
    default: return null
  }
}

function carrierNote(code: string | null, status: string): string {
  switch (code) {
    case '40001': return 'This number can’t receive text messages: it may be a landline.'
    case '40002': case '40003': return 'The carrier took the message for spam.'
    case '40006': return 'The phone was not reachable.'
    default: return status === 'expired' ? 'The carrier could not deliver it in time.' : `The carrier did not deliver it${code === null ? '' : ` (code ${code})`}.`
  }
}

/** `mayHaveArrived`: whether an answer that did not come leaves open that the message went out. */
function faultOf(error: unknown, mayHaveArrived: boolean): SendFault {
  if (error instanceof SendFault) return error
  const status = statusOf(error)
  if (status === null) {
    if (isNotReached(error)) return new SendFault('offline', 'Telnyx can’t be reached.', { cause: error })
    return mayHaveArrived ? new SendFault('unknown', 'Telnyx was asked and did not answer: the message may have gone out.', { cause: error }) : new SendFault('offline', 'Telnyx does not answer.', { cause: error })
  }
  const { code, title } = codeOf(error)
  if (code === stoppedCode && /stop/i.test(title)) return new NumberStopped()
  const setUp = wrongSetUp[code]
  if (setUp !== undefined) return new SendFault('refused', setUp)
  if (status === 401 || status === 403) return new SendFault('refused', 'Telnyx does not let us in. Check TELNYX_API_KEY.')
  if (status === 429 || code === '10011' || code === '40318') return new SendFault('later', 'Telnyx asks to send more slowly.', { retryAfterMs: resetMs(error) })
  if (wrongNumber.has(code)) return new SendFault('never', 'Telnyx says that this is no number that can receive messages.')
  // Whether it was taken before the fault, nobody knows: it is looked up, not sent again.
  if (status >= 500 || status === 408 || status === 409) return mayHaveArrived ? new SendFault('unknown', `Telnyx had a fault of its own (status ${status}): the message may have gone out.`) : new SendFault('later', 'Telnyx is not able to answer at the moment.')
  return new SendFault('never', `Telnyx does not take this message (code ${code === '' ? status : code}).`)
}

function statusOf(error: unknown): number | null {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : null
}

function codeOf(error: unknown): Readonly<{ code: string, title: string }> {
  const body = ErrorBody.safeParse(error instanceof Error && 'error' in error ? error.error : null)
  return body.success ? body.data.errors[0] ?? { code: '', title: '' } : { code: '', title: '' }
}

function resetMs(error: unknown): number {
  const headers = error instanceof Error && 'headers' in error ? error.headers : null
  const seconds = headers instanceof Headers ? Number(headers.get('retry-after') ?? headers.get('x-ratelimit-reset') ?? Number.NaN) : Number.NaN
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) * 1000 : 5000
}
