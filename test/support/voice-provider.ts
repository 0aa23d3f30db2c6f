import { createHmac, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

export type VapiFault = 'ok' | '500-before' | '500-after' | 'cut-before' | 'cut-after' | '429' | 'no-line'
export type VapiCalls = Readonly<{ id: string, orgId: string, createdAt: string, updatedAt: string, type: 'outboundPhoneCall', status: string, endedReason?: string } & Record<string, unknown>>
export type VapiStandIn = Awaited<ReturnType<typeof startVapi>>
/** Delivers one server message with its headers; the test says how: over TLS, or in process. Resolves to status and body. */
export type Deliver = (url: string, body: string, headers: Readonly<Record<string, string>>) => Promise<Readonly<{ status: number, text: string }>>

export const vapiToken = 'private-key-of-the-tests'
export const vapiAssistant = 'a1b2c3d4-0000-4000-8000-000000000001'
export const vapiNumber = 'b1b2c3d4-0000-4000-8000-000000000002'
export const vapiSecret = 'a secret of the webhook'

const Overrides = z.strictObject({ variableValues: z.record(z.string(), z.unknown()).optional(), firstMessage: z.string().optional(), metadata: z.record(z.string(), z.unknown()).optional(), server: z.strictObject({ url: z.url(), timeoutSeconds: z.int().min(1).max(300).optional() }).optional(), serverMessages: z.array(z.string()).optional() })
const Create = z.strictObject({
  assistantId: z.string(), assistantOverrides: Overrides.optional(), phoneNumberId: z.string(), name: z.string().max(40).optional(),
  customer: z.strictObject({ number: z.string().regex(/^\+[1-9]\d{6,14}$/, 'customer.number must be a valid phone number in the E.164 format'), externalId: z.string().max(40).optional(), name: z.string().max(40).optional() })
})
const Answer = z.strictObject({ results: z.array(z.strictObject({ toolCallId: z.string(), name: z.string().optional(), result: z.string().optional(), error: z.string().optional(), message: z.string().optional() })) })
const queries = new Set(['limit', 'assistantId', 'phoneNumberId', 'createdAtGt', 'createdAtLt', 'createdAtGe', 'createdAtLe', 'updatedAtGt', 'updatedAtLt'])

/** The voice API as the contract notes describe it. Its drivers play a call: they post what the real one would post. */
export async function startVapi({ faults = [], now = () => new Date() }: Readonly<{ faults?: VapiFault[], now?: () => Date }> = {}) {
  const calls: VapiCalls[] = []
  const counts = { creates: 0, gets: 0, lists: 0, refused: 0 }
  const state = { faults, isListing: true }
  const set = (id: string, change: Record<string, unknown>): VapiCalls => {
    const index = calls.findIndex((call) => call.id === id)
    const known = calls[index]
    if (known === undefined) throw new Error('There is no such call.')
    return calls[index] = { ...known, ...change, updatedAt: now().toISOString() } as VapiCalls
  }
  const refuse = (response: ServerResponse, status: number, message: string | string[], error: string) => { counts.refused += 1; response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message, error, statusCode: status })) }
  const create = async (request: IncomingMessage, response: ServerResponse) => {
    counts.creates += 1
    const parsed = Create.safeParse(JSON.parse(await textOf(request)))
    if (!parsed.success) { refuse(response, 400, parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`), 'Bad Request'); return }
    if (parsed.data.assistantId !== vapiAssistant) { refuse(response, 400, 'Couldn\'t Get Assistant.', 'Bad Request'); return }
    if (parsed.data.phoneNumberId !== vapiNumber) { refuse(response, 400, 'Couldn\'t Get Phone Number.', 'Bad Request'); return }
    const fault = state.faults.shift() ?? 'ok'
    if (fault === '429') { response.writeHead(429, { 'retry-after': '1' }).end('{"message":"Too Many Requests","statusCode":429}'); return }
    if (fault === 'no-line') { response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"Over Concurrency Limit"}'); return }
    if (fault === '500-before') { refuse(response, 500, 'Internal server error', 'Error'); return }
    if (fault === 'cut-before') { request.socket.destroy(); return }
    const at = now().toISOString()
    const call: VapiCalls = { id: randomUUID(), orgId: 'org', createdAt: at, updatedAt: at, type: 'outboundPhoneCall', status: 'queued', ...parsed.data }
    calls.push(call)
    if (fault === '500-after') { refuse(response, 500, 'Internal server error', 'Error'); return }
    if (fault === 'cut-after') { request.socket.destroy(); return }
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(call))
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand-in')
    const answer = (body: unknown) => { response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)) }
    if (request.headers.authorization !== `Bearer ${vapiToken}`) { refuse(response, 401, 'Invalid Key. Hot tip, you may be using the public key instead of the private key, or vice versa.', 'Unauthorized'); return }
    const id = /^\/call\/([^/]+)$/.exec(url.pathname)?.[1]
    if (request.method === 'POST' && url.pathname === '/call') { void create(request, response); return }
    if (request.method === 'GET' && id !== undefined) {
      counts.gets += 1
      const call = calls.find((one) => one.id === id)
      if (call === undefined) refuse(response, 404, 'Not Found', 'Not Found')
      else answer(call)
      return
    }
    if (request.method === 'GET' && url.pathname === '/call') {
      counts.lists += 1
      const strange = [...url.searchParams.keys()].find((key) => !queries.has(key))
      if (strange !== undefined) { refuse(response, 400, [`property ${strange} should not exist`], 'Bad Request'); return }
      const after = url.searchParams.get('createdAtGt') ?? ''
      answer((state.isListing ? calls : []).filter(({ createdAt }) => createdAt > after).toReversed().slice(0, Number(url.searchParams.get('limit') ?? 100)))
      return
    }
    refuse(response, 404, 'Not Found', 'Not Found')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const headersOf = (body: string, auth: 'secret' | 'bearer' | 'hmac-s' | 'hmac-ms' | 'wrong' | 'none'): Record<string, string> => {
    const json = { 'content-type': 'application/json' }
    const at = auth === 'hmac-s' ? String(Math.floor(now().getTime() / 1000)) : String(now().getTime())
    switch (auth) {
      case 'secret': return { ...json, 'x-vapi-secret': vapiSecret }
      case 'bearer': return { ...json, authorization: `Bearer ${vapiSecret}` }
      case 'wrong': return { ...json, 'x-vapi-secret': 'another' }
      case 'none': return json
      default: return { ...json, 'x-timestamp': at, 'x-signature': createHmac('sha256', vapiSecret).update(`${at}.${body}`).digest('hex') }
    }
  }
  const messageOf = (id: string, type: string, members: Record<string, unknown>): string => JSON.stringify({ message: { timestamp: now().getTime(), type, call: calls.find((call) => call.id === id) ?? { id }, ...members } })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls, counts, state, set, messageOf, headersOf,
    /** Plays calls against the address of the workstation; each goes through `deliver`. */
    driver(deliver: Deliver, url: string, auth: Parameters<typeof headersOf>[1] = 'secret') {
      const tell = async (id: string, type: string, members: Record<string, unknown>): Promise<number> => {
        const body = messageOf(id, type, members)
        return (await deliver(url, body, headersOf(body, auth))).status
      }
      return {
        tell,
        ring: (id: string) => { set(id, { status: 'ringing' }); return tell(id, 'status-update', { status: 'ringing' }) },
        answer: (id: string) => { set(id, { status: 'in-progress' }); return tell(id, 'status-update', { status: 'in-progress' }) },
        say: (id: string, role: 'user' | 'assistant', transcript: string) => tell(id, 'transcript', { role, transcriptType: 'final', transcript }),
        /** The answer is one line for each tool, with the id that was asked; anything else is ignored by the real one, and is an error here. */
        async tool(id: string, name: string, args: Record<string, unknown> = {}, shape: 'function' | 'arguments' | 'parameters' = 'function', toolCallId: string = randomUUID()): Promise<string> {
          const list = shape === 'function' ? [{ id: toolCallId, type: 'function', function: { name, arguments: JSON.stringify(args) } }] : [{ id: toolCallId, name, [shape]: args }]
          const body = messageOf(id, 'tool-calls', { toolCallList: list, toolWithToolCallList: [] })
          const { status, text } = await deliver(url, body, headersOf(body, auth))
          if (status !== 200) throw new Error(`A tool answered ${status}.`)
          const { results: [first] } = Answer.parse(JSON.parse(text))
          if (first?.toolCallId !== toolCallId || first.result === undefined || first.result.includes('\n')) throw new Error('The answer of a tool is not one line for its id.')
          return first.result
        },
        async end(id: string, endedReason: string, { summary = '', transcript = '' }: Readonly<{ summary?: string, transcript?: string }> = {}): Promise<void> {
          const call = set(id, { status: 'ended', endedReason, startedAt: new Date(now().getTime() - 60_000).toISOString(), endedAt: now().toISOString(), analysis: { summary }, artifact: { transcript } })
          await tell(id, 'status-update', { status: 'ended', endedReason })
          await tell(id, 'end-of-call-report', { endedReason, startedAt: call['startedAt'], endedAt: call['endedAt'], analysis: { summary }, artifact: { transcript, messages: [] } })
        }
      }
    },
    close: async () => { server.closeAllConnections(); server.close(); await once(server, 'close') }
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('utf8')
}
