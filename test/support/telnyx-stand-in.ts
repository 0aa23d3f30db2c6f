import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createCourier, type EventFaults } from './provider/courier.ts'
import { listen, meet, pause, Refused, send, textOf, type Answer, type PostFault, type PostFaults } from './provider/server.ts'
import { createEvents } from './telnyx/events.ts'
import { detailRecords, optOutList } from './telnyx/lists.ts'
import { carrierErrors, createMessages, type FinalStatus, type TelnyxSent } from './telnyx/messages.ts'
import { commandIn, faultBody, refusal, sendBodyOf, telnyxKey, telnyxNumber, telnyxProfile } from './telnyx/rules.ts'

export { telnyxKey, telnyxNumber, telnyxProfile } from './telnyx/rules.ts'
export type { TelnyxSent } from './telnyx/messages.ts'
export type TelnyxFault = PostFault
export type TelnyxOutcome = Readonly<{ status: FinalStatus, code?: string }>
export type TelnyxOptions = Readonly<{
  /** The address of the messaging profile: where events go that name none of their own. */
  webhookUrl?: string
  /** The status that carries 40300: the provider does not say which. */
  stopStatus?: 400 | 403 | 422
  faults?: PostFaults
  latencyMs?: number | (() => number)
  events?: EventFaults
  lateMs?: number
  /** Between two attempts to deliver an event; how long the provider waits is not known. */
  retryMs?: number
  /** `told`: the carrier delivers by itself whatever somebody is told of; `always`: everything; `never`: the test does, by `finish`. */
  carrier?: 'told' | 'always' | 'never'
  outcome?: (one: TelnyxSent) => TelnyxOutcome
  /** Whether the provider's records tell of what it has accepted. */
  hasRecords?: boolean
  /** Which member of an opt-out is the patient. The provider's words ("receiving address", redacted on demand) say `to`; nobody has seen it. */
  optOutNumberIn?: 'to' | 'from'
  /** The provider's clock. Signatures keep to this machine's. */
  now?: () => Date
  port?: number
}>
export type TelnyxInbound = Readonly<{ from: string, text: string, autoresponse?: string | null, url?: string | null, eventId?: string, id?: string }>
export type TelnyxStandIn = Awaited<ReturnType<typeof startTelnyx>>

/** How long `message.finalized` waits for `message.sent` to arrive before it. */
const orderlyMs = 50
const everybody = '*'

/** The messaging API as the contract notes describe it: it refuses what the real one refuses, and fails on demand. */
export async function startTelnyx(options: TelnyxOptions = {}) {
  const now = options.now ?? (() => new Date())
  const state = {
    faults: options.faults ?? [] as PostFaults, latencyMs: options.latencyMs ?? 0, hasRecords: options.hasRecords ?? true, webhookUrl: options.webhookUrl ?? null, events: options.events ?? 'deliver', lateMs: options.lateMs ?? 200,
    carrier: options.carrier ?? 'told', outcome: options.outcome ?? ((): TelnyxOutcome => ({ status: 'delivered' })), stopStatus: options.stopStatus ?? 422, optOutNumberIn: options.optOutNumberIn ?? 'to'
  }
  const requests = { sends: 0, gets: 0, lists: 0, refused: 0 }
  const messages = createMessages(now)
  const courier = createCourier(state)
  const events = createEvents(courier, () => options.retryMs ?? 20)
  const optOuts = new Map<string, string>()
  const keywords = new Map<string, string>()
  const throttled = new Map<string, number>()
  const confirmations: { to: string, word: string }[] = []

  /** How the carrier fared with a message, in two events. */
  async function finish(one: TelnyxSent, status: FinalStatus = 'delivered', code: string | null = null, order: readonly ('message.sent' | 'message.finalized')[] = ['message.sent', 'message.finalized']): Promise<void> {
    const going: Promise<number>[] = []
    for (const type of order) {
      const isSent = type === 'message.sent'
      messages.advance(one.id, isSent ? 'sent' : status, isSent ? null : code)
      const payload = messages.messageOf(one, isSent ? { status: 'sent', completedAt: null, errors: [] } : { status, errors: carrierErrors(code) })
      const delivery = events.deliver([one.webhookUrl, messages.failoverOf(one)], events.dataOf(type, payload))
      going.push(delivery)
      await Promise.race([delivery, pause(orderlyMs)])
    }
    await Promise.all(going)
  }
  const refuseBlocked = (from: string, to: string): void => {
    if (optOuts.has(to)) throw refusal(state.stopStatus, 40300, `Messages cannot be sent from '${from}' to '${to}' due to an existing block rule.`, '/to')
  }
  const busy = (resetSeconds: number): Answer => ({ status: 429, body: faultBody(10011, 'Slow down.'), headers: { 'x-ratelimit-limit': '1', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(resetSeconds) } })
  const refuseTooMany = (to: string): void => {
    const left = Math.max(throttled.get(everybody) ?? 0, throttled.get(to) ?? 0) - now().getTime()
    if (left > 0) throw new Refused(busy(Math.ceil(left / 1000)))
  }
  async function sendMessage(request: IncomingMessage): Promise<Answer | null> {
    requests.sends += 1
    if (!/^application\/json(?:;|$)/.test(request.headers['content-type'] ?? '')) throw refusal(415, 10015, 'The content type must be application/json.')
    const body = sendBodyOf(await textOf(request))
    refuseTooMany(body.to)
    refuseBlocked(body.from, body.to)
    return meet(state.faults, request, {
      accept: () => {
        const one = messages.accept(body, state.webhookUrl)
        const answer = { status: 200, body: { data: messages.messageOf(one) } }
        const { status, code = null } = state.outcome(one)
        if (state.carrier === 'always' || (state.carrier === 'told' && one.webhookUrl !== null)) void courier.track(pause(0).then(() => finish(one, status, code)))
        return answer
      },
      failed: (status) => ({ status, body: faultBody(10007, 'An unexpected error occurred.') }), busy: () => busy(1)
    })
  }
  async function answerOf(request: IncomingMessage): Promise<Answer | null> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in')
    if (request.headers.authorization !== `Bearer ${telnyxKey}`) throw refusal(401, 10009, 'The API key is not known.')
    if (request.method === 'POST' && pathname === '/v2/messages') return sendMessage(request)
    request.resume()
    const id = /^\/v2\/messages\/([^/]+)$/.exec(pathname)?.[1]
    if (request.method === 'GET' && id !== undefined) {
      requests.gets += 1
      const one = messages.find(id)
      if (one === null) throw refusal(404, 10005, 'There is no such message.')
      return { status: 200, body: { data: messages.messageOf(one) } }
    }
    if (request.method === 'GET' && (pathname === '/v2/detail_records' || pathname === '/v2/messaging_optouts')) {
      requests.lists += 1
      const blocks = [...optOuts].map(([number, at]) => ({ number, at, keyword: keywords.get(number) ?? 'STOP' }))
      return { status: 200, body: pathname === '/v2/detail_records' ? detailRecords(messages, searchParams, state.hasRecords) : optOutList(blocks, searchParams, state.optOutNumberIn) }
    }
    throw refusal(404, 10005, `Nothing lies at ${request.method ?? ''} ${pathname}.`)
  }
  const server = await listen((request, response) => {
    const respond = async () => {
      const latency = typeof state.latencyMs === 'function' ? state.latencyMs() : state.latencyMs
      if (latency > 0) await pause(latency, courier.signal)
      const answer = await answerOf(request).catch((error: unknown) => (error instanceof Refused ? error.answer : { status: 500, body: faultBody(10007, String(error)) }))
      if (answer === null) return
      if (answer.status >= 400) requests.refused += 1
      send(response, answer)
    }
    void respond()
  }, options.port)

  return {
    url: `${server.url}/v2`, apiKey: telnyxKey, publicKey: events.publicKey, profileId: telnyxProfile, fromNumber: telnyxNumber, sent: messages.sent, received: messages.received, requests, deliveries: events.deliveries,
    /** Who is blocked, since when. */
    optOuts, confirmations, state, signed: events.signed, messageOf: messages.messageOf, finish,
    /** The bytes of an event, for a test that posts or keeps them by itself. */
    eventOf: (type: string, payload: unknown, id?: string): string => events.bodyOf(events.dataOf(type, payload, id), 1, state.webhookUrl ?? ''),
    /** From now on 429, to one number or to all, for so long by the provider's clock. */
    throttle(seconds: number, to: string = everybody): void { throttled.set(to, now().getTime() + seconds * 1000) },
    /** Somebody writes to our number. The provider takes its own words of command by itself. Resolves to what the event was answered with. */
    async receive({ from, text, autoresponse, url = state.webhookUrl, eventId, id = randomUUID() }: TelnyxInbound): Promise<number> {
      const word = commandIn(text)
      if (word === 'STOP') { optOuts.set(from, now().toISOString()); keywords.set(from, text.trim().toUpperCase()) }
      if (word === 'START') { optOuts.delete(from); keywords.delete(from) }
      if (word !== null) confirmations.push({ to: from, word })
      const payload = messages.inboundOf(messages.receive(from, text, id), autoresponse === undefined ? word : autoresponse)
      return events.deliver([url], events.dataOf('message.received', payload, eventId))
    },
    settled: () => courier.settled(),
    close: async () => { await Promise.all([courier.stop(), server.close()]) }
  }
}
