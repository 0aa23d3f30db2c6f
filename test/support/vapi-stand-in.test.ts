import { createHmac } from 'node:crypto'
import { Vapi, VapiClient, VapiError } from '@vapi-ai/server-sdk'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listen, textOf } from './provider/server.ts'
import { startVapi, vapiAssistant, vapiDefaultMessages, vapiNumber, vapiSecret, vapiToken, type VapiFault, type VapiOptions, type VapiStandIn } from './vapi-stand-in.ts'

/** The provider's own library against our stand-in: what it takes for true of the service must hold here. */
type ToolCall = Readonly<{ id: string, name?: string, arguments?: unknown, parameters?: unknown, function?: { name: string, arguments: string } }>
type Heard = Readonly<{ type: string, status?: string, endedReason?: string, transcript?: string, role?: string, call: { id: string }, toolCallList?: ToolCall[], artifact?: { transcript?: string }, analysis?: { summary?: string } }>
type Reply = Readonly<{ status?: number, body?: unknown }>
const body = { assistantId: vapiAssistant, phoneNumberId: vapiNumber, customer: { number: '+15550100002', externalId: 'case-42' } }
let vapi: VapiStandIn
const closers: (() => Promise<void>)[] = []
const start = async (options: VapiOptions = {}) => { vapi = await startVapi(options); closers.push(vapi.close) }
const client = ({ token = vapiToken, maxRetries = 0, timeoutInSeconds = 5 } = {}) => new VapiClient({ token, baseUrl: vapi.url, maxRetries, timeoutInSeconds })
const caught = async (promise: PromiseLike<unknown>): Promise<unknown> => promise.then(() => { throw new Error('nothing was refused') }, (error: unknown) => error)
const create = async (change: Vapi.CreateCallDto = {}): Promise<Vapi.Call> => {
  const made = await client().calls.create({ ...body, ...change })
  if (!('id' in made)) throw new Error('That was a batch.')
  return made
}

/** The server of a clinic: hears messages, answers as the test says. */
async function clinic(reply: (message: Heard) => Reply = () => ({})) {
  const heard: (Heard & { headers: Record<string, string>, raw: string })[] = []
  const server = await listen((request, response) => {
    void textOf(request).then((raw) => {
      const { message } = JSON.parse(raw) as { message: Heard }
      heard.push({ ...message, raw, headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])) })
      const { status = 200, body: answer = {} } = reply(message)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
  })
  closers.push(server.close)
  return { url: `${server.url}/hook`, heard }
}
const results = (...list: Record<string, unknown>[]) => ({ results: list })

beforeEach(() => start())
afterEach(async () => { for (const close of closers.splice(0)) await close() })

describe('a call by the official library', () => {
  it('is taken with what was put in, is told of by its id, and is listed', async () => {
    const made = await create({ name: 'after the report', assistantOverrides: { variableValues: { slot: '10:30' }, metadata: { ours: '7' } } })
    expect(made).toMatchObject({ ...body, name: 'after the report', type: 'outboundPhoneCall', status: 'queued', assistantOverrides: { variableValues: { slot: '10:30' } }, orgId: expect.any(String), createdAt: expect.any(String), updatedAt: expect.any(String), subscriptionLimits: { concurrencyLimit: 10, remainingConcurrentCalls: 9 } })
    expect(await client().calls.get({ id: made.id })).toMatchObject({ id: made.id, customer: { externalId: 'case-42' } })
    expect(await client().calls.list({ limit: 5 })).toMatchObject([{ id: made.id }])
    expect(await caught(client().calls.get({ id: 'nothing' }))).toMatchObject({ statusCode: 404 })
    expect(vapi.requests).toMatchObject({ creates: 1, gets: 2, lists: 1, refused: 1 })
  })

  it('is found by time, assistant and number, newest first, as many as were asked for', async () => {
    let nowMs = Date.parse('2026-11-22T09:00:00.000Z')
    await start({ now: () => new Date(nowMs) })
    const ids: string[] = []
    for (let count = 0; count < 3; count++) { ids.push((await create()).id); nowMs += 1000 }
    const list = async (query: Vapi.ListCallsRequest) => (await client().calls.list(query)).map(({ id }) => ids.indexOf(id))
    const at = '2026-11-22T09:00:01.000Z'
    expect([await list({}), await list({ limit: 2 }), await list({ createdAtGt: at }), await list({ createdAtGe: at }), await list({ createdAtLt: at }), await list({ createdAtLe: at })]).toEqual([[2, 1, 0], [2, 1], [2], [2, 1], [0], [1, 0]])
    expect([await list({ phoneNumberId: vapiNumber, assistantId: vapiAssistant }), await list({ phoneNumberId: 'another' }), await list({ assistantId: 'another' })]).toEqual([[2, 1, 0], [], []])
    for (const query of ['colour=red', 'createdAtGt=yesterday', 'limit=-1']) expect((await fetch(`${vapi.url}/call?${query}`, { headers: { authorization: `Bearer ${vapiToken}` } })).status).toBe(400)
  })

  const long = 'x'.repeat(41)
  it.each([
    ['no assistant', { assistantId: undefined }, 'Need Either'], ['two that talk', { squadId: 's1' }, 'Only one'], ['an assistant that is not there', { assistantId: 'a2' }, 'Assistant'], ['no number to call from', { phoneNumberId: undefined }, 'phoneNumberId'], ['another\'s number', { phoneNumberId: 'p2' }, 'Phone Number'],
    ['nobody to call', { customer: undefined }, 'customer'], ['a number that is none', { customer: { number: '555-0100' } }, 'E.164'], ['a long name', { name: long }, 'name must be shorter than or equal to 40'], ['a long id of ours', { customer: { number: '+15550100002', externalId: long } }, 'customer.externalId must be shorter'],
    ['a field that is not there', { colour: 'red' }, 'property colour should not exist'], ['a secret, which is gone', { assistantOverrides: { server: { url: 'https://clinic.example', secret: 'x' } } }, 'property secret should not exist'], ['a time that is none', { schedulePlan: { earliestAt: 'soon' } }, 'schedulePlan.earliestAt']
  ])('is refused with %s', async (_what, change, words) => {
    const error = await caught(client().calls.create({ ...body, ...change } as Vapi.CreateCallDto))
    expect(error).toBeInstanceOf(Vapi.BadRequestError)
    expect(error).toMatchObject({ statusCode: 400, body: { error: 'Bad Request', statusCode: 400 } })
    expect(JSON.stringify(error instanceof VapiError && error.body)).toContain(words)
    expect(vapi.calls).toEqual([])
  })

  it('needs the key, is slowed down, and finds no line free', async () => {
    expect(await caught(client({ token: 'other' }).calls.create(body))).toMatchObject({ statusCode: 401, body: { error: 'Unauthorized' } })
    vapi.state.throttledSeconds = 7
    const error = await caught(client().calls.create(body))
    expect([error instanceof VapiError && error.rawResponse?.headers.get('retry-after'), error]).toMatchObject(['7', { statusCode: 429 }])
    expect(await caught(client().calls.list())).toMatchObject({ statusCode: 429 })
    vapi.state.throttledSeconds = null
    vapi.state.concurrencyLimit = 1
    const first = await create()
    expect(await caught(client().calls.create(body))).toMatchObject({ statusCode: 400, body: { error: 'Over Concurrency Limit' } })
    await vapi.end(first.id, 'customer-busy')
    await create()
    expect(vapi.calls).toHaveLength(2)
  })

  it('that is planned is called off by deleting it; one that has ended is forgotten', async () => {
    const planned = await create({ schedulePlan: { earliestAt: '2027-01-01T15:00:00Z' } })
    expect(planned.status).toBe('scheduled')
    expect(await client().calls.delete({ id: planned.id })).toMatchObject({ status: 'ended', endedReason: 'scheduled-call-deleted' })
    expect(await client().calls.update({ id: planned.id, name: 'called off' })).toMatchObject({ name: 'called off' })
    await client().calls.delete({ id: planned.id })
    expect(await caught(client().calls.get({ id: planned.id }))).toMatchObject({ statusCode: 404 })
  })
})

describe('a request that goes wrong', () => {
  it('is made three times by the library where nobody forbids it, and once with maxRetries 0', async () => {
    vapi.state.faults = () => '500-after'
    expect(await caught(client({ maxRetries: 2 }).calls.create(body))).toBeInstanceOf(Vapi.InternalServerError)
    expect([vapi.requests.creates, vapi.calls.length]).toEqual([3, 3])
    await caught(client().calls.create(body))
    expect([vapi.requests.creates, vapi.calls.length]).toEqual([4, 4])
    vapi.state.faults = () => 'cut-after'
    await caught(client({ maxRetries: 2 }).calls.create(body))
    // A connection that breaks is not tried again.
    expect([vapi.requests.creates, vapi.calls.length]).toEqual([5, 5])
  })

  it.each<[VapiFault, number, unknown, number | undefined, string?]>([
    ['500-before', 0, Vapi.InternalServerError, 500], ['500-after', 1, Vapi.InternalServerError, 500], ['503', 0, VapiError, 503], ['429', 0, VapiError, 429], ['cut-before', 0, VapiError, undefined], ['cut-after', 1, VapiError, undefined],
    ['hang-before', 0, VapiError, undefined, 'timeout'], ['hang-after', 1, VapiError, undefined, 'timeout']
  ])('by %s has left %i calls', async (fault, count, kind, statusCode, words = '') => {
    vapi.state.faults = [fault]
    const error = await caught(client({ timeoutInSeconds: 0.3 }).calls.create(body))
    expect(error).toBeInstanceOf(kind)
    expect(error).toMatchObject({ statusCode, message: expect.stringContaining(words) })
    expect(await client().calls.list()).toHaveLength(count)
    await create()
    expect(vapi.calls).toHaveLength(count + 1)
  })
})

describe('a call that is played', () => {
  it('tells the server that it names: each step, what was said, and a report', async () => {
    const [saved, named] = [await clinic(), await clinic()]
    await start({ serverUrl: saved.url })
    const { id } = await create({ assistantOverrides: { server: { url: named.url, headers: { 'x-room': '7' } } } })
    expect([await vapi.ring(id), await vapi.answer(id), await vapi.say(id, 'assistant', 'Hello'), await vapi.say(id, 'user', 'Yes')]).toEqual([200, 200, 200, 200])
    expect(await client().calls.get({ id })).toMatchObject({ status: 'in-progress', startedAt: expect.any(String) })
    await vapi.end(id, 'customer-ended-call', { summary: 'She will come.' })
    expect(named.heard.map(({ type, status, transcript }) => [type, status ?? transcript])).toEqual([['status-update', 'ringing'], ['status-update', 'in-progress'], ['transcript', 'Hello'], ['transcript', 'Yes'], ['status-update', 'ended'], ['end-of-call-report', undefined]])
    expect(named.heard.at(-2)).toMatchObject({ endedReason: 'customer-ended-call', call: { id, customer: { externalId: 'case-42' } } })
    expect(named.heard.at(-1)).toMatchObject({ endedReason: 'customer-ended-call', timestamp: expect.any(Number), startedAt: expect.any(String), endedAt: expect.any(String), analysis: { summary: 'She will come.' }, artifact: { transcript: 'AI: Hello\nUser: Yes', messages: [{ role: 'assistant' }, { role: 'user', message: 'Yes' }] } })
    expect(named.heard[0]?.headers).toMatchObject({ 'x-vapi-secret': vapiSecret, 'x-room': '7' })
    expect(await client().calls.get({ id })).toMatchObject({ status: 'ended', endedReason: 'customer-ended-call', analysis: { summary: 'She will come.' } })
    await vapi.answer((await create()).id)
    expect([saved.heard.length, named.heard.length]).toEqual([1, 6])
  })

  it('goes on only from where it is', async () => {
    const { id } = await create()
    await expect(vapi.say(id, 'user', 'Hello')).rejects.toThrow('queued')
    await vapi.ring(id)
    await expect(vapi.ring(id)).rejects.toThrow('ringing')
    await vapi.end(id, 'customer-did-not-answer')
    await expect(vapi.end(id, 'customer-busy')).rejects.toThrow('ended before')
    await expect(vapi.answer(id)).rejects.toThrow('ended')
  })

  it('tells no transcript where the assistant was not set to: the provider’s default', async () => {
    const server = await clinic()
    await start({ serverUrl: server.url, serverMessages: vapiDefaultMessages })
    const told = async (overrides: Vapi.AssistantOverrides = {}) => {
      const { id } = await create({ assistantOverrides: overrides })
      server.heard.length = 0
      await vapi.answer(id)
      await vapi.say(id, 'user', 'Hello')
      return server.heard.map(({ type }) => type)
    }
    expect([await told(), await told({ serverMessages: ['transcript'] })]).toEqual([['status-update'], ['transcript']])
  })
})

describe('a tool', () => {
  const ready = async (reply: (tool: ToolCall) => Reply) => {
    const server = await clinic(({ toolCallList: [tool] = [] }) => (tool === undefined ? {} : reply(tool)))
    await start({ serverUrl: server.url })
    const { id } = await create()
    await vapi.answer(id)
    return { id, server }
  }
  it('is called in each of the three documented shapes, and its answer comes back', async () => {
    const { id, server } = await ready((tool) => ({ body: results({ toolCallId: tool.id, name: tool.function?.name ?? tool.name ?? '', result: 'Booked for 10:30' }) }))
    for (const shape of ['function', 'arguments', 'parameters'] as const) expect(await vapi.tool(id, 'book_slot', { slot: 7 }, { shape, toolCallId: shape })).toEqual([{ toolCallId: shape, name: 'book_slot', result: 'Booked for 10:30' }])
    expect(server.heard.flatMap(({ toolCallList }) => toolCallList ?? [])).toEqual([{ id: 'function', type: 'function', function: { name: 'book_slot', arguments: '{"slot":7}' } }, { id: 'arguments', name: 'book_slot', arguments: { slot: 7 } }, { id: 'parameters', name: 'book_slot', parameters: { slot: 7 } }])
  })

  it.each<[string, (id: string) => Reply, string]>([
    ['another status', (id) => ({ status: 201, body: results({ toolCallId: id, result: 'x' }) }), 'only 200'], ['no results', () => ({ body: { result: 'x' } }), 'not as it must be'], ['none of them', () => ({ body: results() }), 'not as it must be'], ['another id', () => ({ body: results({ toolCallId: 'other', result: 'x' }) }), 'other'],
    ['several lines', (id) => ({ body: results({ toolCallId: id, result: 'one\ntwo' }) }), 'one line'], ['an object', (id) => ({ body: results({ toolCallId: id, result: { slot: 7 } }) }), 'not as it must be'], ['neither result nor error', (id) => ({ body: results({ toolCallId: id }) }), 'either']
  ])('that answers with %s is an error here, because the provider would ignore it', async (_what, reply, words) => {
    const { id } = await ready((tool) => reply(tool.id))
    await expect(vapi.tool(id, 'book_slot')).rejects.toThrow(words)
  })

  it('may answer with an error in one line', async () => {
    const { id } = await ready((tool) => ({ body: results({ toolCallId: tool.id, error: 'No such slot' }) }))
    expect(await vapi.tool(id, 'book_slot')).toMatchObject([{ error: 'No such slot' }])
    await vapi.end(id, 'customer-ended-call')
    await expect(vapi.tool(id, 'book_slot')).rejects.toThrow('ended')
  })
})

describe('a server message', () => {
  const isGood = (raw: string, { 'x-timestamp': at = '', 'x-signature': signature = '' }: Record<string, string>) => createHmac('sha256', 'key').update(`${at}.${raw}`).digest('hex') === signature
  it('shows who sends it as it is told to: a header, a bearer token, or a signature with a time in either unit', async () => {
    const server = await clinic()
    await start({ serverUrl: server.url })
    const told = async (auth: VapiStandIn['state']['auth'], events: VapiStandIn['state']['events'] = 'deliver') => {
      Object.assign(vapi.state, { auth, events })
      await vapi.ring((await create()).id)
      const last = server.heard.at(-1)
      if (last === undefined) throw new Error('nothing was told')
      return last
    }
    expect((await told({ kind: 'secret', secret: 'one' })).headers['x-vapi-secret']).toBe('one')
    expect((await told({ kind: 'bearer', secret: 'two' })).headers['authorization']).toBe('Bearer two')
    expect((await told({ kind: 'secret', secret: 'one' }, 'wrong-signature')).headers['x-vapi-secret']).not.toBe('one')
    for (const [unit, digits] of [['s', 10], ['ms', 13]] as const) {
      const { raw, headers } = await told({ kind: 'hmac', secret: 'key', unit })
      expect([headers['x-timestamp']?.length, isGood(raw, headers), isGood(`${raw} `, headers)]).toEqual([digits, true, false])
    }
    const wrong = await told({ kind: 'hmac', secret: 'key' }, 'wrong-signature')
    const old = await told({ kind: 'hmac', secret: 'key' }, 'old-timestamp')
    expect([isGood(wrong.raw, wrong.headers), isGood(old.raw, old.headers)]).toEqual([false, true])
    expect(Date.now() / 1000 - Number(old.headers['x-timestamp'])).toBeGreaterThan(300)
    const none = await told({ kind: 'none' })
    expect([none.headers['x-vapi-secret'], none.headers['authorization'], none.headers['x-signature']]).toEqual([undefined, undefined, undefined])
  })

  it('is not sent again unless the server’s plan says so', async () => {
    const server = await clinic(() => ({ status: 500 }))
    await vapi.ring((await create({ assistantOverrides: { server: { url: server.url } } })).id)
    expect(server.heard).toHaveLength(1)
    // The library types the kind of the plan as an object; on the wire it is a word.
    const backoffPlan = { type: 'fixed', maxRetries: 2, baseDelaySeconds: 0 } as unknown as Vapi.BackoffPlan
    await vapi.ring((await create({ assistantOverrides: { server: { url: server.url, backoffPlan } } })).id)
    expect(vapi.deliveries.map(({ status }) => status)).toEqual([500, 500, 500, 500])
  })

  it('comes twice, in another order or not at all where it is told to', async () => {
    const server = await clinic()
    await start({ serverUrl: server.url })
    const told = async (events: VapiStandIn['state']['events']) => {
      const { id } = await create()
      await vapi.answer(id)
      server.heard.length = 0
      vapi.state.events = events
      await vapi.end(id, 'customer-ended-call')
      vapi.state.events = 'deliver'
      return server.heard.map(({ type, raw }) => [type, raw] as const)
    }
    const twice = await told('twice')
    expect([twice.map(([type]) => type), new Set(twice.map(([, raw]) => raw)).size]).toEqual([['status-update', 'status-update', 'end-of-call-report', 'end-of-call-report'], 2])
    expect((await told((type) => (type === 'status-update' ? 'reordered' : 'deliver'))).map(([type]) => type)).toEqual(['end-of-call-report', 'status-update'])
    expect(await told('lose')).toEqual([])
    const { id } = await create()
    await vapi.answer(id)
    vapi.state.events = 'lose'
    await expect(vapi.tool(id, 'book_slot')).rejects.toThrow('did not get')
  })
})
