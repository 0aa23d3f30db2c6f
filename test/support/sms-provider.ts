import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { smsLength } from '../../src-shared/sms-segments.ts'

/** What happens to one send: `after`: it was accepted, and the sender does not learn of it. */
export type TelnyxFault = 'ok' | '500-before' | '500-after' | 'hang-before' | 'hang-after' | 'cut-before' | 'cut-after' | '429' | '503'
export type TelnyxSent = Readonly<{ id: string, to: string, from: string, text: string, at: string, webhookUrl: string | null }>
export type TelnyxOptions = Readonly<{
  /** Where events go that name no address of their own. */
  webhookUrl?: string
  /** The status that carries 40300: the provider does not say which. */
  stopStatus?: 400 | 403 | 422
  /** One for each send, in turn, or by lot. */
  faults?: TelnyxFault[] | (() => TelnyxFault)
  /** Whether its own records tell of what it has accepted. */
  hasRecords?: boolean
  port?: number
}>
export type TelnyxStandIn = Awaited<ReturnType<typeof startTelnyx>>

export const telnyxKey = 'KEY0123456789ABCDEF'
export const telnyxProfile = '40017f3b-0000-4000-8000-000000000001'
export const telnyxNumber = '+15550100001'

const Send = z.strictObject({
  to: z.string(), from: z.string().optional(), text: z.string().optional(), messaging_profile_id: z.uuid().optional(), media_urls: z.array(z.string()).optional(), subject: z.string().optional(), type: z.enum(['SMS', 'MMS']).optional(),
  encoding: z.enum(['auto', 'gsm7', 'ucs2']).optional(), auto_detect: z.boolean().optional(), send_at: z.string().nullish(), use_profile_webhooks: z.boolean().optional(), webhook_url: z.url().optional(), webhook_failover_url: z.url().optional()
})
const fault = (code: string, title: string, pointer?: string) => ({ errors: [{ code, title, detail: `${title}.`, meta: { url: `https://developers.telnyx.com/docs/overview/errors/${code}` }, ...(pointer === undefined ? {} : { source: { pointer } }) }] })
const stopWords = new Set(['STOP', 'STOPALL', 'STOP ALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'])
const recordFilters = new Set(['filter[record_type]', 'filter[cld]', 'filter[cli]', 'filter[direction]', 'filter[date_range]', 'sort', 'sort[]', 'page[size]', 'page[number]'])

/** The messaging API as the contract notes describe it: it refuses what the real one refuses, and fails on demand. */
export async function startTelnyx(options: TelnyxOptions = {}) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const sent: TelnyxSent[] = []
  const statuses = new Map<string, string>()
  const optOuts = new Map<string, string>()
  const counts = { sends: 0, gets: 0, lists: 0, refused: 0 }
  const state = { faults: options.faults ?? [] as TelnyxFault[] | (() => TelnyxFault), hasRecords: options.hasRecords ?? true, webhookUrl: options.webhookUrl ?? null, events: 'deliver' as 'deliver' | 'lose' | 'twice' | 'late' }
  const nextFault = (): TelnyxFault => (typeof state.faults === 'function' ? state.faults() : state.faults.shift() ?? 'ok')

  const messageOf = (one: TelnyxSent) => {
    const { segments, encoding } = smsLength(one.text)
    return {
      record_type: 'message', direction: 'outbound', id: one.id, type: 'SMS', messaging_profile_id: telnyxProfile, organization_id: 'b448f9cc-0000-4000-8000-000000000001', from: { phone_number: one.from, carrier: 'TELNYX', line_type: 'VoIP' },
      to: [{ phone_number: one.to, status: statuses.get(one.id) ?? 'queued', carrier: 'X', line_type: 'Wireless' }], cc: [], text: one.text, media: [], webhook_url: one.webhookUrl, webhook_failover_url: null, encoding, parts: segments, tags: [], cost: null,
      cost_breakdown: null, errors: [] as { code: string, title: string }[], received_at: one.at, sent_at: null, completed_at: null, valid_until: one.at, wait_seconds: 0
    }
  }
  const accept = (body: z.infer<typeof Send>): TelnyxSent => {
    const one = { id: randomUUID(), to: body.to, from: body.from ?? '', text: body.text ?? '', at: new Date().toISOString(), webhookUrl: body.webhook_url ?? state.webhookUrl }
    sent.push(one)
    return one
  }
  /** Headers as the provider signs them. */
  const signed = (body: string, at: Date = new Date()): Record<string, string> => {
    const timestamp = String(Math.floor(at.getTime() / 1000))
    return { 'content-type': 'application/json', 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': sign(null, Buffer.from(`${timestamp}|${body}`), privateKey).toString('base64') }
  }
  const eventOf = (type: string, payload: unknown, id: string = randomUUID()) => JSON.stringify({ data: { record_type: 'event', event_type: type, id, occurred_at: new Date().toISOString(), payload }, meta: { attempt: 1, delivered_to: state.webhookUrl ?? '' } })
  const deliver = async (url: string | null, body: string): Promise<number> => {
    if (url === null || state.events === 'lose') return 0
    let status = 0
    for (let attempt = 0; attempt < 3; attempt++) {
      status = await post(url, body, signed(body))
      if (status >= 200 && status < 300) break
    }
    if (state.events === 'twice') await post(url, body, signed(body))
    return status
  }
  const send = async (request: IncomingMessage, response: ServerResponse) => {
    counts.sends += 1
    const parsed = Send.safeParse(JSON.parse(await textOf(request)))
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => { if (status >= 400) counts.refused += 1; response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body)) }
    if (!parsed.success) { answer(400, fault('10015', 'Bad Request', `/${parsed.error.issues[0]?.path.join('/') ?? ''}`)); return }
    const body = parsed.data
    if (body.text === undefined || body.text === '') { answer(400, fault('10004', 'Missing required parameter', '/text')); return }
    if (!/^\+[1-9]\d{6,14}$/.test(body.to)) { answer(400, fault('10002', 'Invalid phone number', '/to')); return }
    if (body.from !== telnyxNumber) { answer(400, fault('40305', 'Invalid \'from\' address', '/from')); return }
    if (optOuts.has(body.to)) { answer(options.stopStatus ?? 422, fault('40300', 'Blocked due to STOP message', '/to')); return }
    const now = nextFault()
    if (now === '429') { answer(429, fault('10011', 'Too many requests'), { 'x-ratelimit-limit': '1', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }); return }
    if (now === '503') { answer(503, fault('10007', 'Unexpected error')); return }
    if (now === '500-before') { answer(500, fault('10007', 'Unexpected error')); return }
    if (now === 'hang-before') return
    if (now === 'cut-before') { request.socket.destroy(); return }
    const one = accept(body)
    if (now === '500-after') { answer(500, fault('10007', 'Unexpected error')); return }
    if (now === 'hang-after') return
    if (now === 'cut-after') { request.socket.destroy(); return }
    answer(200, { data: messageOf(one) })
  }
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => { response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)) }
    const url = new URL(request.url ?? '/', 'http://stand-in')
    if (request.headers.authorization !== `Bearer ${telnyxKey}`) { counts.refused += 1; answer(401, fault('10009', 'Authentication failed')); return }
    if (request.method === 'POST' && url.pathname === '/v2/messages') {
      if (!(request.headers['content-type'] ?? '').startsWith('application/json')) { answer(415, fault('10015', 'Bad Request')); return }
      void send(request, response)
      return
    }
    const id = /^\/v2\/messages\/([^/]+)$/.exec(url.pathname)?.[1]
    if (request.method === 'GET' && id !== undefined) {
      counts.gets += 1
      const one = sent.find((message) => message.id === id)
      if (one === undefined) answer(404, fault('10005', 'Resource not found'))
      else answer(200, { data: messageOf(one) })
      return
    }
    if (request.method === 'GET' && url.pathname === '/v2/detail_records') {
      counts.lists += 1
      const strange = [...url.searchParams.keys()].find((key) => !recordFilters.has(key))
      if (strange !== undefined || url.searchParams.get('filter[record_type]') !== 'messaging') { answer(400, fault('10015', `Unknown filter ${strange ?? 'record_type'}`)); return }
      const [cld, cli] = [url.searchParams.get('filter[cld]'), url.searchParams.get('filter[cli]')]
      const rows = state.hasRecords ? sent.filter(({ to, from }) => (cld === null || to === cld) && (cli === null || from === cli)).toReversed() : []
      answer(200, { data: rows.map((one) => ({ record_type: 'message_detail_record', uuid: one.id, cli: one.from, cld: one.to, direction: 'outbound', created_at: one.at, status: 'delivered' })), meta: { page_number: 1, page_size: 50, total_results: rows.length, total_pages: 1 } })
      return
    }
    if (request.method === 'GET' && url.pathname === '/v2/messaging_optouts') {
      counts.lists += 1
      const since = url.searchParams.get('created_at[gte]') ?? ''
      const rows = [...optOuts].filter(([, at]) => at >= since).map(([from, at]) => ({ from, to: telnyxNumber, messaging_profile_id: telnyxProfile, keyword: 'STOP', created_at: at }))
      answer(200, { data: rows, meta: { page_number: 1, page_size: 50, total_results: rows.length, total_pages: 1 } })
      return
    }
    answer(404, fault('10005', 'Resource not found'))
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`, publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'), sent, counts, optOuts, state, signed, eventOf, messageOf,
    /** The carrier tells how it went: `message.sent`, then `message.finalized`. */
    async finish(one: TelnyxSent, status: 'delivered' | 'delivery_failed' | 'sending_failed' = 'delivered', code: string | null = null, order: readonly string[] = ['message.sent', 'message.finalized']): Promise<void> {
      for (const type of order) {
        statuses.set(one.id, type === 'message.sent' ? 'sent' : status)
        await deliver(one.webhookUrl, eventOf(type, { ...messageOf(one), errors: type === 'message.finalized' && code !== null ? [{ code, title: 'Carrier' }] : [] }))
      }
      statuses.set(one.id, status)
    },
    /** Somebody writes to our number. The provider takes its own words of command by itself. */
    async receive(from: string, text: string, { url = state.webhookUrl, eventId = randomUUID(), id = randomUUID() }: Readonly<{ url?: string | null, eventId?: string, id?: string }> = {}): Promise<number> {
      const word = text.trim().toUpperCase()
      if (stopWords.has(word)) optOuts.set(from, new Date().toISOString())
      if (word === 'START' || word === 'UNSTOP') optOuts.delete(from)
      const autoresponse = stopWords.has(word) ? { autoresponse_type: 'STOP' } : word === 'START' || word === 'UNSTOP' ? { autoresponse_type: 'START' } : word === 'HELP' ? { autoresponse_type: 'HELP' } : {}
      return deliver(url, eventOf('message.received', {
        record_type: 'message', direction: 'inbound', id, type: 'SMS', messaging_profile_id: telnyxProfile, from: { phone_number: from, carrier: '', line_type: 'Wireless' }, to: [{ phone_number: telnyxNumber, status: 'webhook_delivered' }], text, ...autoresponse, media: [],
        parts: 1, encoding: 'GSM-7', received_at: new Date().toISOString(), errors: []
      }, eventId))
    },
    close: async () => { server.closeAllConnections(); server.close(); await once(server, 'close') }
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('utf8')
}

/** To an address of ours, whose certificate only we know. Resolves to the status; 0 where there was no answer within two seconds. */
export async function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((done) => {
    const request = httpsRequest(url, { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, rejectUnauthorized: false, timeout: 2000 }, (response) => { response.resume(); response.on('end', () => { done(response.statusCode ?? 0) }) })
    request.on('timeout', () => { request.destroy() })
    request.on('error', () => { done(0) })
    request.end(body)
  })
}
