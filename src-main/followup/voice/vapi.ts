import { z } from 'zod'
import type { FollowupConfig } from '../../platform/config.ts'
import { jsonOf } from '../../platform/json.ts'
import { isNotReached } from '../../platform/not-reached.ts'
import { SendFault } from '../../platform/outbox-types.ts'

type Config = FollowupConfig['vapi']
export type VapiClient = ReturnType<typeof createVapi>
/** A call as the provider tells of it; the reasons for its end are an open list. */
export const VapiCall = z.looseObject({
  id: z.string().min(1), status: z.string().optional(), endedReason: z.string().nullish(), startedAt: z.string().nullish(), endedAt: z.string().nullish(), createdAt: z.string().optional(),
  customer: z.looseObject({ externalId: z.string().nullish() }).nullish(),
  analysis: z.looseObject({ summary: z.string().nullish() }).nullish(), artifact: z.looseObject({ transcript: z.string().nullish() }).nullish(), transcript: z.string().nullish(), summary: z.string().nullish()
})
export type VapiCall = z.infer<typeof VapiCall>
export type Outgoing = Readonly<{ callId: string, to: string, variables: Readonly<Record<string, string>>, firstMessage: string, serverUrl: string | null, sipConnectionId: string | null }>

/** By default no transcript is told, and red flags are heard in it. */
const wanted = ['status-update', 'end-of-call-report', 'tool-calls', 'transcript[transcriptType="final"]']
const answerWithinMs = 20_000

/** The four requests of the voice provider that we need. Its own library declares no licence and repeats a POST by itself, so it is not used. */
export function createVapi(config: Config, { fetch = globalThis.fetch }: Readonly<{ fetch?: typeof globalThis.fetch }> = {}) {
  const request = async (method: 'GET' | 'POST', path: string, body: unknown, signal: AbortSignal): Promise<unknown> => {
    if (config.apiKey === null) throw new SendFault('refused', 'Calls are not set up: VAPI_API_KEY is missing.')
    const mayHaveArrived = method === 'POST'
    let response: Response
    let text: string
    try {
      response = await fetch(`${config.url}${path}`, {
        method, redirect: 'error', signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
        headers: { authorization: `Bearer ${config.apiKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
      text = await response.text()
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (isNotReached(error) || !mayHaveArrived) throw new SendFault('offline', 'Vapi can’t be reached.', { cause: error })
      throw new SendFault('unknown', 'Vapi was asked and did not answer: the call may have been made.', { cause: error })
    }
    if (response.ok) return jsonOf(text)
    throw faultOf(response, text, mayHaveArrived)
  }
  return {
    /** One attempt. Resolves to the provider's id of the call. */
    async create({ callId, to, variables, firstMessage, serverUrl, sipConnectionId }: Outgoing, signal: AbortSignal): Promise<string> {
      if (config.assistantId === null || config.phoneNumberId === null) throw new SendFault('refused', 'Calls are not set up: VAPI_ASSISTANT_ID or VAPI_PHONE_NUMBER_ID is missing.')
      const answer = VapiCall.safeParse(await request('POST', '/call', {
        assistantId: config.assistantId, phoneNumberId: config.phoneNumberId, customer: { number: to, externalId: callId },
        assistantOverrides: {
          variableValues: variables, firstMessage, serverMessages: wanted, metadata: { vigilCallId: callId, ...(sipConnectionId === null ? {} : { telnyxSipConnectionId: sipConnectionId }) },
          ...(serverUrl === null ? {} : { server: { url: serverUrl, timeoutSeconds: 20 } })
        }
      }, signal))
      if (!answer.success) throw new SendFault('unknown', 'Vapi answered in a way that does not tell whether it took the call.')
      return answer.data.id
    },
    async call(id: string, signal: AbortSignal): Promise<VapiCall> {
      return VapiCall.parse(await request('GET', `/call/${encodeURIComponent(id)}`, undefined, signal))
    },
    /** Calls that were made since then, newest first. */
    async since(at: Date, signal: AbortSignal): Promise<VapiCall[]> {
      const query = new URLSearchParams({ limit: '200', createdAtGt: at.toISOString(), ...(config.phoneNumberId === null ? {} : { phoneNumberId: config.phoneNumberId }) })
      return z.array(VapiCall).parse(await request('GET', `/call?${query}`, undefined, signal))
    },
    async probe(signal: AbortSignal): Promise<void> {
      await request('GET', '/call?limit=1', undefined, signal)
    }
  }
}

function faultOf(response: Response, text: string, mayHaveArrived: boolean): SendFault {
  const { status } = response
  if (status === 401 || status === 403) return new SendFault('refused', 'Vapi does not know the key (VAPI_API_KEY).')
  if (status === 402) return new SendFault('refused', 'The account at Vapi has no credit left.')
  if (status === 429 || /concurrency/i.test(text)) return new SendFault('later', 'Vapi has no line free at the moment.', { retryAfterMs: retryMs(response) })
  if (status >= 500 || status === 408) return mayHaveArrived ? new SendFault('unknown', `Vapi had a fault of its own (status ${status}): the call may have been made.`) : new SendFault('later', 'Vapi is not able to answer at the moment.')
  return new SendFault('never', `Vapi does not take this call (status ${status}).`)
}

function retryMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) * 1000 : 30_000
}
