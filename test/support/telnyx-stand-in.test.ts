import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'
import Telnyx from 'telnyx'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listen, textOf } from './provider/server.ts'
import { startTelnyx, telnyxKey, telnyxNumber, telnyxProfile, type TelnyxFault, type TelnyxOptions, type TelnyxStandIn } from './telnyx-stand-in.ts'

/** The provider's own library against our stand-in: what it takes for true of the service must hold here. */
type Options = NonNullable<ConstructorParameters<typeof Telnyx>[0]>
type Heard = Readonly<{ body: string, headers: Record<string, string>, type: string, id: string, attempt: number, status: string }>
const patient = '+15550100002'
const message = { from: telnyxNumber, to: patient, text: 'Hi', messaging_profile_id: telnyxProfile }
let telnyx: TelnyxStandIn
const closers: (() => Promise<void>)[] = []
const start = async (options: TelnyxOptions = {}) => { telnyx = await startTelnyx(options); closers.push(telnyx.close) }
const client = (options: Options = {}) => new Telnyx({ apiKey: telnyxKey, publicKey: telnyx.publicKey, baseURL: telnyx.url, maxRetries: 0, timeout: 5000, logLevel: 'off', ...options })
const caught = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => { throw new Error('nothing was refused') }, (error: unknown) => error)
const all = async <T>(pages: AsyncIterable<T>): Promise<T[]> => { const found: T[] = []; for await (const one of pages) found.push(one); return found }

/** Hears events; answers what it is told to, 200 when there is nothing left. */
async function listener(statuses: (number | 'never')[] = []) {
  const heard: Heard[] = []
  const server = await listen((request, response) => {
    void textOf(request).then((body) => {
      const { data, meta } = JSON.parse(body) as { data: { id: string, event_type: string, payload: { to: { status: string }[] } }, meta: { attempt: number } }
      heard.push({ body, headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])), type: data.event_type, id: data.id, attempt: meta.attempt, status: data.payload.to[0]?.status ?? '' })
      const status = statuses.shift() ?? 200
      if (status !== 'never') response.writeHead(status).end()
    })
  })
  closers.push(server.close)
  return { url: `${server.url}/events`, heard }
}

beforeEach(() => start())
afterEach(async () => { for (const close of closers.splice(0)) await close() })

describe('a message by the official library', () => {
  it('is taken in the envelope of the contract, is told of by its id, and stands in the records', async () => {
    const { data } = await client().messages.send(message)
    expect(data).toMatchObject({
      record_type: 'message', direction: 'outbound', type: 'SMS', messaging_profile_id: telnyxProfile, from: { phone_number: telnyxNumber }, to: [{ phone_number: patient, status: 'queued' }], text: 'Hi', encoding: 'GSM-7', parts: 1, errors: [], sent_at: null
    })
    const id = data?.id ?? ''
    expect(telnyx.sent).toMatchObject([{ id, to: patient, from: telnyxNumber, text: 'Hi', webhookUrl: null }])
    const [one] = telnyx.sent
    if (one !== undefined) await telnyx.finish(one, 'delivery_failed', '40008')
    expect((await client().messages.retrieve(id)).data).toMatchObject({ id, to: [{ status: 'delivery_failed' }], errors: [{ code: '40008' }] })
    expect(await all(client().detailRecords.list({ filter: { record_type: 'messaging', cld: patient, cli: telnyxNumber }, sort: ['-created_at'] }))).toMatchObject([{ record_type: 'message_detail_record', uuid: id, cld: patient, cli: telnyxNumber, direction: 'outbound', status: 'failed', errors: ['40008'] }])
    expect(await all(client().detailRecords.list({ filter: { record_type: 'messaging', cld: '+15550100003' } }))).toEqual([])
  })

  it('has as many parts as its characters need', async () => {
    const parts = async (text: string) => { const { data } = await client().messages.send({ ...message, text }); return [data?.encoding, data?.parts] }
    expect([await parts('x'.repeat(160)), await parts('x'.repeat(161)), await parts('ж'.repeat(70)), await parts('ж'.repeat(71))]).toEqual([['GSM-7', 1], ['GSM-7', 2], ['UCS-2', 1], ['UCS-2', 2]])
  })

  it.each([
    ['another key', { apiKey: 'KEYother' }, {}, Telnyx.AuthenticationError, '10009', undefined], ['a number that is none', {}, { to: '555-0100' }, Telnyx.BadRequestError, '10002', '/to'], ['no text', {}, { text: undefined }, Telnyx.BadRequestError, '10004', '/text'],
    ['an empty text', {}, { text: '' }, Telnyx.BadRequestError, '10004', '/text'], ['no sender', {}, { from: undefined }, Telnyx.BadRequestError, '10004', '/from'], ['a sender that is not ours', {}, { from: '+15550109999' }, Telnyx.BadRequestError, '40305', '/from'],
    ['a field that is not there', {}, { colour: 'red' }, Telnyx.BadRequestError, '10015', '/colour'], ['a profile that is not ours', {}, { messaging_profile_id: '40017f3b-0000-4000-8000-00000000ffff' }, Telnyx.BadRequestError, '10015', '/messaging_profile_id'],
    ['GSM-7 that is none', {}, { text: 'ж', encoding: 'gsm7' }, Telnyx.BadRequestError, '10015', '/text']
  ] as const)('is refused with %s', async (_what, options, change, kind, code, pointer) => {
    const error = await caught(client(options).messages.send({ ...message, ...change } as typeof message))
    expect(error).toBeInstanceOf(kind)
    expect(error).toMatchObject({ error: { errors: [{ code, ...(pointer === undefined ? {} : { source: { pointer } }) }] } })
    expect([telnyx.sent, telnyx.requests.refused]).toEqual([[], 1])
  })

  it('is refused where it does not come as JSON, or to an address that is not there', async () => {
    const headers = { authorization: `Bearer ${telnyxKey}` }
    const statuses = [await fetch(`${telnyx.url}/messages`, { method: 'POST', headers: { ...headers, 'content-type': 'text/plain' }, body: JSON.stringify(message) }), await fetch(`${telnyx.url}/messages`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{' }), await fetch(telnyx.url.replace('/v2', '/messages'), { headers })]
    expect(statuses.map(({ status }) => status)).toEqual([415, 400, 404])
    expect(telnyx.sent).toEqual([])
  })

  it('that nobody knows, or that is older than ten days, is not found', async () => {
    let nowMs = Date.now()
    await start({ now: () => new Date(nowMs) })
    expect(await caught(client().messages.retrieve('nothing'))).toBeInstanceOf(Telnyx.NotFoundError)
    const { data } = await client().messages.send(message)
    expect((await client().messages.retrieve(data?.id ?? '')).data?.id).toBe(data?.id)
    nowMs += 11 * 86_400_000
    expect(await caught(client().messages.retrieve(data?.id ?? ''))).toMatchObject({ status: 404, error: { errors: [{ code: '10005' }] } })
  })

  it('is refused with a time to wait where it is too much, for one number or for all', async () => {
    let nowMs = Date.now()
    await start({ now: () => new Date(nowMs) })
    telnyx.throttle(30, patient)
    const error = await caught(client().messages.send(message))
    expect(error).toBeInstanceOf(Telnyx.RateLimitError)
    expect(error instanceof Telnyx.RateLimitError && [error.headers.get('x-ratelimit-reset'), error.error]).toMatchObject(['30', { errors: [{ code: '10011' }] }])
    await client().messages.send({ ...message, to: '+15550100003' })
    telnyx.throttle(60)
    expect(await caught(client().messages.send({ ...message, to: '+15550100003' }))).toMatchObject({ status: 429 })
    nowMs += 61_000
    await client().messages.send(message)
    expect(telnyx.sent.map(({ to }) => to)).toEqual(['+15550100003', patient])
  })
})

describe('a send that goes wrong', () => {
  it('is sent three times by the library where nobody forbids it, and once with maxRetries 0', async () => {
    telnyx.state.faults = () => '500-after'
    expect(await caught(client({ maxRetries: 2 }).messages.send(message))).toBeInstanceOf(Telnyx.InternalServerError)
    expect([telnyx.requests.sends, telnyx.sent.length]).toEqual([3, 3])
    expect(await caught(client().messages.send(message))).toBeInstanceOf(Telnyx.InternalServerError)
    expect([telnyx.requests.sends, telnyx.sent.length]).toEqual([4, 4])
  })

  it.each<[TelnyxFault, number, unknown]>([
    ['500-before', 0, Telnyx.InternalServerError], ['500-after', 1, Telnyx.InternalServerError], ['503', 0, Telnyx.InternalServerError], ['429', 0, Telnyx.RateLimitError], ['cut-before', 0, Telnyx.APIConnectionError], ['cut-after', 1, Telnyx.APIConnectionError],
    ['hang-before', 0, Telnyx.APIConnectionTimeoutError], ['hang-after', 1, Telnyx.APIConnectionTimeoutError]
  ])('by %s has left %i messages, which the records tell unless they are late', async (fault, count, kind) => {
    telnyx.state.faults = [fault]
    expect(await caught(client({ timeout: 300 }).messages.send(message))).toBeInstanceOf(kind)
    expect(telnyx.sent).toHaveLength(count)
    const records = () => all(client().detailRecords.list({ filter: { record_type: 'messaging', cld: patient } }))
    expect(await records()).toHaveLength(count)
    telnyx.state.hasRecords = false
    expect(await records()).toEqual([])
    // The queue is empty: the next one goes.
    await client().messages.send(message)
    expect(telnyx.sent).toHaveLength(count + 1)
  })
})

describe('lists', () => {
  it('come page by page, in the order that was asked for, and hold what came in, too', async () => {
    let nowMs = Date.parse('2026-11-22T09:00:00.000Z')
    await start({ now: () => new Date(nowMs += 1000) })
    for (const text of ['1', '2', '3']) await client().messages.send({ ...message, text })
    await telnyx.receive({ from: patient, text: 'Thanks' })
    const newest = await all(client().detailRecords.list({ filter: { record_type: 'messaging', direction: 'outbound' }, sort: ['-created_at'], 'page[size]': 2 }))
    expect(newest.map((one) => 'uuid' in one && one.uuid)).toEqual(telnyx.sent.map(({ id }) => id).toReversed())
    expect(telnyx.requests.lists).toBe(2)
    expect(await all(client().detailRecords.list({ filter: { record_type: 'messaging', direction: 'inbound' } }))).toMatchObject([{ cli: patient, cld: telnyxNumber, status: 'received' }])
  })

  it('refuse filters and orders that are not there', async () => {
    const lists = [client().detailRecords.list({ filter: { record_type: 'messaging', to: patient } }), client().detailRecords.list({ filter: { record_type: 'messaging', created_at: { gte: '2026-01-01' } } }), client().detailRecords.list(), client().detailRecords.list({ filter: { record_type: 'messaging' }, sort: ['started_at'] })]
    for (const list of lists) expect(await caught(all(list))).toBeInstanceOf(Telnyx.BadRequestError)
    for (const query of ['filter[to]=%2B1', 'created_at[gte]=yesterday', 'page[size]=0']) expect((await fetch(`${telnyx.url}/messaging_optouts?${query}`, { headers: { authorization: `Bearer ${telnyxKey}` } })).status).toBe(400)
  })
})

describe('STOP', () => {
  it.each([400, 403, 422] as const)('blocks what goes there, with status %i, until START', async (stopStatus) => {
    await start({ stopStatus })
    await telnyx.receive({ from: patient, text: ' stop all ' })
    expect(await caught(client().messages.send(message))).toMatchObject({ status: stopStatus, error: { errors: [{ code: '40300', title: 'Blocked due to STOP message' }] } })
    await client().messages.send({ ...message, to: '+15550100003' })
    await telnyx.receive({ from: patient, text: 'Unstop' })
    await client().messages.send(message)
    expect(telnyx.confirmations).toEqual([{ to: patient, word: 'STOP' }, { to: patient, word: 'START' }])
  })

  it('is a word of the provider only where it is the whole message', async () => {
    for (const text of ['Stop it please', 'revoke', 'yes']) await telnyx.receive({ from: patient, text })
    expect([telnyx.optOuts.size, telnyx.confirmations]).toEqual([0, []])
    await telnyx.receive({ from: patient, text: 'quit' })
    expect(telnyx.optOuts.has(patient)).toBe(true)
  })

  it('is listed with its keyword, by profile, sender and time; the patient is the receiving address unless it is told otherwise', async () => {
    await start({ now: () => new Date('2026-11-22T09:00:00.000Z') })
    await telnyx.receive({ from: patient, text: 'cancel' })
    const list = (query: Parameters<Telnyx['messagingOptouts']['list']>[0]) => all(client().messagingOptouts.list(query))
    expect(await list({ filter: { messaging_profile_id: telnyxProfile, from: telnyxNumber }, created_at: { gte: '2026-11-22T08:59:00.000Z' } })).toEqual([{ to: patient, from: telnyxNumber, messaging_profile_id: telnyxProfile, keyword: 'CANCEL', created_at: '2026-11-22 09:00:00.000000+00:00' }])
    expect([await list({ created_at: { gte: '2026-11-22T09:00:01.000Z' } }), await list({ filter: { from: patient } }), await list({ filter: { messaging_profile_id: 'another' } })]).toEqual([[], [], []])
    telnyx.state.optOutNumberIn = 'from'
    expect(await list({})).toMatchObject([{ from: patient, to: telnyxNumber }])
  })
})

describe('events', () => {
  it('tell of a message that names an address: sent, then finalized, each with its own id and a signature that the library takes', async () => {
    const { url, heard } = await listener()
    const { data } = await client().messages.send({ ...message, webhook_url: url })
    await telnyx.settled()
    expect(heard.map(({ type, status, attempt }) => [type, status, attempt])).toEqual([['message.sent', 'sent', 1], ['message.finalized', 'delivered', 1]])
    expect(new Set(heard.map(({ id }) => id)).size).toBe(2)
    for (const { body, headers } of heard) await expect(client().webhooks.unwrap(body, { headers })).resolves.toMatchObject({ data: { payload: { id: data?.id } }, meta: { delivered_to: url } })
  })

  it('say what the carrier says, and come by themselves after a send whose answer was lost', async () => {
    const { url, heard } = await listener()
    await start({ webhookUrl: url, faults: ['cut-after'], outcome: () => ({ status: 'sending_failed', code: '40001' }) })
    await caught(client().messages.send(message))
    await telnyx.settled()
    expect(heard.map(({ status }) => status)).toEqual(['sent', 'sending_failed'])
    expect(heard[1]?.body).toContain('"code":"40001"')
    await client().messages.send({ ...message, use_profile_webhooks: false })
    await telnyx.settled()
    expect(heard).toHaveLength(2)
  })

  it('are not believed with another key, other bytes or an old time', async () => {
    const body = telnyx.eventOf('message.received', { text: 'STOP' })
    const unwrap = (raw: string, headers: Record<string, string>) => client().webhooks.unwrap(raw, { headers })
    await expect(unwrap(body, telnyx.signed(body))).resolves.toMatchObject({ data: { event_type: 'message.received' } })
    await expect(unwrap(`${body} `, telnyx.signed(body))).rejects.toThrow('does not match')
    await expect(unwrap(body, telnyx.signed(body, { isWrong: true }))).rejects.toThrow('does not match')
    await expect(unwrap(body, telnyx.signed(body, { at: new Date(Date.now() - 310_000) }))).rejects.toThrow('too old')
    await expect(unwrap(body, telnyx.signed(body, { at: new Date(Date.now() - 290_000) }))).resolves.toBeDefined()
  })

  it('are posted with a wrong signature or an old time where they are told to', async () => {
    const { url, heard } = await listener()
    for (const events of ['wrong-signature', 'old-timestamp', 'deliver'] as const) { telnyx.state.events = events; await telnyx.receive({ from: patient, text: 'Hello', url }) }
    const verdicts = await Promise.all(heard.map(({ body, headers }) => client().webhooks.unwrap(body, { headers }).then(() => 'taken', (error: Error) => /match|too old/.exec(error.message)?.[0])))
    expect(verdicts).toEqual(['match', 'too old', 'taken'])
  })

  it('are brought up to three times at each address, with one id, and then no more', async () => {
    const [first, second] = [await listener([500, 'never', 404]), await listener([500])]
    telnyx.state.events = (type) => (type === 'message.sent' ? 'deliver' : 'lose')
    await client().messages.send({ ...message, webhook_url: first.url, webhook_failover_url: second.url })
    const from = performance.now()
    await telnyx.settled()
    // One of them was never answered: the provider waits two seconds.
    expect(Math.round((performance.now() - from) / 1000)).toBe(2)
    expect([first.heard.map(({ attempt }) => attempt), second.heard.map(({ attempt }) => attempt)]).toEqual([[1, 2, 3], [1, 2]])
    expect(new Set([...first.heard, ...second.heard].map(({ id }) => id)).size).toBe(1)
    expect(telnyx.deliveries.map(({ status }) => status)).toEqual([500, 0, 404, 500, 200])
  })

  it('come twice, late, in another order or not at all where they are told to', async () => {
    const { url, heard } = await listener()
    const types = async (events: TelnyxStandIn['state']['events']) => {
      telnyx.state.events = events
      heard.length = 0
      await client().messages.send({ ...message, webhook_url: url })
      await telnyx.settled()
      return heard.map(({ type }) => type.replace('message.', ''))
    }
    expect(await types('twice')).toEqual(['sent', 'sent', 'finalized', 'finalized'])
    expect(new Set(heard.map(({ id }) => id)).size).toBe(2)
    expect(await types('lose')).toEqual([])
    expect(await types((type) => (type === 'message.sent' ? 'reordered' : 'deliver'))).toEqual(['finalized', 'sent'])
    expect(await types((type) => (type === 'message.sent' ? 'late' : 'deliver'))).toEqual(['finalized', 'sent'])
    expect(heard[1]?.status).toBe('sent')
  })

  it('carry what somebody wrote, with the provider’s word where it is one, to an address with a certificate of our own', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'clinic' }])
    const bodies: string[] = []
    const server = createTlsServer({ cert, key }, (request, response) => { void textOf(request).then((body) => { bodies.push(body); response.end() }) }).listen(0, '127.0.0.1')
    await new Promise((done) => { server.once('listening', done) })
    closers.push(() => new Promise((done) => { server.close(() => { done() }); server.closeAllConnections() }))
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/events`
    expect([await telnyx.receive({ from: patient, text: 'STOP', url, eventId: 'event-1' }), await telnyx.receive({ from: patient, text: 'Hello', url }), await telnyx.receive({ from: patient, text: 'help', autoresponse: 'help', url })]).toEqual([200, 200, 200])
    expect(bodies.map((body) => (JSON.parse(body) as { data: { payload: { autoresponse_type?: string } } }).data.payload.autoresponse_type)).toEqual(['STOP', undefined, 'help'])
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ data: { id: 'event-1', event_type: 'message.received', payload: { direction: 'inbound', from: { phone_number: patient }, to: [{ phone_number: telnyxNumber }], text: 'STOP' } } })
  })
})

it('closes at once while requests hang and events wait', async () => {
  const { url } = await listener(['never', 'never', 'never'])
  telnyx.state.faults = ['hang-before']
  const hanging = caught(client().messages.send(message))
  void telnyx.receive({ from: patient, text: 'Hello', url })
  while (telnyx.requests.sends === 0) await new Promise((done) => { setTimeout(done, 5) })
  const from = performance.now()
  await telnyx.close()
  expect(performance.now() - from).toBeLessThan(1000)
  expect(await hanging).toBeInstanceOf(Telnyx.APIConnectionError)
  // It is closed; what is left is the listener.
  closers.splice(0, 1)
})
