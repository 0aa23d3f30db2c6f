import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { createCourier, type EventFaults } from './provider/courier.ts'
import { listen, meet, pause, Refused, send, textOf, type Answer, type PostFault, type PostFaults } from './provider/server.ts'
import { createCalls } from './vapi/calls.ts'
import { createDrivers } from './vapi/drivers.ts'
import { createPosting, headersFor, type VapiAuth } from './vapi/posting.ts'
import { answered, createBodyOf, listed, refusal, vapiAssistant, vapiNumber, vapiToken } from './vapi/rules.ts'
import { jsonOf } from '../../src-main/platform/json.ts'

export { vapiAssistant, vapiNumber, vapiToken } from './vapi/rules.ts'
export type { VapiCall } from './vapi/calls.ts'
export type { VapiAuth } from './vapi/posting.ts'
export type { VapiToolResult } from './vapi/rules.ts'
export type VapiFault = PostFault
export type VapiOptions = Readonly<{
  /** The address of the saved assistant; one that a call brings itself stands above it. */
  serverUrl?: string
  auth?: VapiAuth
  faults?: PostFaults
  latencyMs?: number | (() => number)
  events?: EventFaults
  lateMs?: number
  concurrencyLimit?: number
  /** What the saved assistant tells. By the provider's default no transcript is among it; a clinic adds the final one. */
  serverMessages?: readonly string[]
  now?: () => Date
  port?: number
}>
export type VapiStandIn = Awaited<ReturnType<typeof startVapi>>

export const vapiSecret = 'a secret of the webhook'
/** What the provider tells where nobody says otherwise. */
export const vapiDefaultMessages: readonly string[] = ['conversation-update', 'end-of-call-report', 'function-call', 'hang', 'speech-update', 'status-update', 'tool-calls', 'transfer-destination-request', 'handoff-destination-request', 'user-interrupted', 'assistant.started']
const Rename = z.strictObject({ name: z.string().max(40) })

/** The voice API as the contract notes describe it. Its drivers play a call, and post what the real one would post. */
export async function startVapi(options: VapiOptions = {}) {
  const now = options.now ?? (() => new Date())
  const state = {
    faults: options.faults ?? [] as PostFaults, latencyMs: options.latencyMs ?? 0, events: options.events ?? 'deliver', lateMs: options.lateMs ?? 200, concurrencyLimit: options.concurrencyLimit ?? 10, auth: options.auth ?? { kind: 'secret', secret: vapiSecret },
    serverUrl: options.serverUrl ?? null, serverMessages: options.serverMessages ?? [...vapiDefaultMessages, 'transcript[transcriptType="final"]'],
    /** Every request meets 429 for so many seconds. */
    throttledSeconds: null as number | null
  }
  const requests = { creates: 0, gets: 0, lists: 0, deletes: 0, renames: 0, refused: 0 }
  const store = createCalls(now)
  const courier = createCourier(state)
  const posting = createPosting(courier, () => state.auth)
  const drivers = createDrivers(store, posting, state, now)
  const busy = (seconds: number): Answer => answered(429, 'ThrottlerException: Too Many Requests', { 'retry-after': String(seconds) })

  async function create(request: IncomingMessage): Promise<Answer | null> {
    requests.creates += 1
    if (!/^application\/json(?:;|$)/.test(request.headers['content-type'] ?? '')) throw refusal(400, 'The content type must be application/json.')
    const body = createBodyOf(await textOf(request))
    if (body.schedulePlan === undefined && store.activeCount() >= state.concurrencyLimit) throw new Refused({ status: 400, body: { error: 'Over Concurrency Limit' } })
    return meet(state.faults, request, {
      accept: () => {
        const call = store.create(body)
        const left = state.concurrencyLimit - store.activeCount()
        return { status: 201, body: { ...call, subscriptionLimits: { concurrencyBlocked: left <= 0, concurrencyLimit: state.concurrencyLimit, remainingConcurrentCalls: left } } }
      },
      failed: (status) => answered(status, status === 500 ? 'Internal server error' : 'Service Unavailable'), busy: () => busy(1)
    })
  }
  async function answerOf(request: IncomingMessage): Promise<Answer | null> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in')
    if (request.headers.authorization !== `Bearer ${vapiToken}`) throw refusal(401, 'Invalid Key. Hot tip, you may be using the public key instead of the private key, or vice versa.')
    if (state.throttledSeconds !== null) throw new Refused(busy(state.throttledSeconds))
    if (pathname === '/call' && request.method === 'POST') return create(request)
    const id = /^\/call\/([^/]+)$/.exec(pathname)?.[1]
    const raw = await textOf(request)
    if (pathname === '/call' && request.method === 'GET') {
      requests.lists += 1
      return { status: 200, body: listed(store.calls, searchParams) }
    }
    if (id !== undefined && request.method === 'GET') {
      requests.gets += 1
      return { status: 200, body: store.find(id) }
    }
    if (id !== undefined && request.method === 'DELETE') {
      requests.deletes += 1
      return { status: 200, body: store.remove(id) }
    }
    if (id !== undefined && request.method === 'PATCH') {
      requests.renames += 1
      const rename = Rename.safeParse(jsonOf(raw))
      if (!rename.success) throw refusal(400, ['only name may be changed'])
      return { status: 200, body: store.rename(id, rename.data.name) }
    }
    throw refusal(404, `Cannot ${request.method ?? ''} ${pathname}`)
  }
  const server = await listen((request, response) => {
    const respond = async () => {
      const latency = typeof state.latencyMs === 'function' ? state.latencyMs() : state.latencyMs
      if (latency > 0) await pause(latency, courier.signal)
      const answer = await answerOf(request).catch((error: unknown) => (error instanceof Refused ? error.answer : answered(500, String(error))))
      if (answer === null) return
      if (answer.status >= 400) requests.refused += 1
      send(response, answer)
    }
    void respond()
  }, options.port)

  return {
    url: server.url, token: vapiToken, assistantId: vapiAssistant, phoneNumberId: vapiNumber, calls: store.calls, requests, deliveries: posting.deliveries, state, ...drivers,
    /** Headers of a message that a test posts by itself. */
    headersFor: (body: string, auth: VapiAuth = state.auth) => headersFor(auth, body),
    settled: () => courier.settled(),
    close: async () => { await Promise.all([courier.stop(), server.close()]) }
  }
}
