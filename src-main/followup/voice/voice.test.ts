import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { heldClock, type HeldClock } from '../../../test/support/edge.ts'
import { aFollowupRoom, dr, type FollowupRoom } from '../../../test/support/followup-room.ts'
import { startVapi, vapiAssistant, vapiNumber, vapiSecret, vapiToken, type VapiAuth, type VapiFault, type VapiStandIn } from '../../../test/support/vapi-stand-in.ts'
import { errorDoor, type HttpEnv } from '../../platform/http.ts'
import { createLog } from '../../platform/log.ts'
import { createWebhookRoutes } from '../index.ts'

let vapi: VapiStandIn
let clock: HeldClock
let room: FollowupRoom
let app: Hono<HttpEnv>
let server: Server
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/webhooks/vapi`
const deliver = async (body: string, headers: Readonly<Record<string, string>>) => {
  const answer = await app.request(new Request(url(), { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }))
  return { status: answer.status, text: await answer.text() }
}
/** What the agent would say. */
const tool = async (id: string, name: string, args: Record<string, unknown> = {}, shape: 'function' | 'arguments' | 'parameters' = 'function', toolCallId?: string) => (await vapi.tool(id, name, args, { shape, ...(toolCallId === undefined ? {} : { toolCallId }) }))[0]?.result ?? ''
const settle = async () => { await new Promise((done) => { setImmediate(done) }); await room.settle() }
const open = async (env: Record<string, string> = {}) => {
  room = await aFollowupRoom({ clock, random: () => 0, env: { MESSAGING_MODE: 'live', VAPI_API_KEY: vapiToken, VAPI_ASSISTANT_ID: vapiAssistant, VAPI_PHONE_NUMBER_ID: vapiNumber, VAPI_WEBHOOK_SECRET: vapiSecret, VAPI_BASE_URL: vapi.url, TELNYX_SIP_CONNECTION_ID: 'sip-1', ...env } })
  app = new Hono<HttpEnv>()
  app.onError(errorDoor(createLog((line) => { room.logged.push(line) })))
  app.route('/', createWebhookRoutes(room.followup))
}
const plan = (id: string, studyUid: ReturnType<FollowupRoom['patient']>['studyUid']) => room.followup.actions.add(id, { kind: 'call', dueAt: clock.iso(), risk: 'routine', studyUid, conditions: [], templateId: 'call-after-report', text: '' }, dr)
const action = (id: string) => room.followup.actions.view(room.followup.actions.get(id))
const calls = (id: string) => room.followup.thread(id).entries.filter((one) => one.type === 'call')
const release = (patient: ReturnType<FollowupRoom['patient']>, text = 'The scan shows one stone.\n\nIt measures 7.2 mm.') => {
  room.followup.writeDraft(patient.studyUid, { texts: { en: text, es: '' }, images: [], revision: 0 }, dr)
  room.followup.release(patient.studyUid, 1, dr)
}

beforeEach(async () => {
  clock = heldClock('2026-03-02T12:00:00.000Z')
  server = createServer((request, response) => { void getRequestListener((asked) => app.fetch(asked))(request, response) }).listen(0, '127.0.0.1')
  vapi = await startVapi({ now: () => clock.now() })
  vapi.state.serverUrl = url()
  await open()
})
afterEach(async () => {
  await room.stop()
  await vapi.close()
  server.close()
})

describe('a call', () => {
  it('is made once, says that a machine speaks, and has the released summary and nothing else of the report', async () => {
    const patient = room.patient()
    release(patient)
    const made = plan(patient.id, patient.studyUid)
    await settle()
    expect(vapi.calls).toHaveLength(1)
    expect(vapi.calls[0]).toMatchObject({
      assistantId: vapiAssistant, phoneNumberId: vapiNumber, customer: { number: room.followup.patients.store.numbers(patient.id).voice },
      assistantOverrides: {
        firstMessage: expect.stringContaining('automated assistant'), variableValues: { summary: 'The scan shows one stone. It measures 7.2 mm.', language: 'en', automated: 'yes', disclosure: expect.stringContaining('verify_identity') },
        metadata: { telnyxSipConnectionId: 'sip-1' }
      }
    })
    expect(JSON.stringify(vapi.calls[0])).not.toContain('Patient')
    expect(action(made.id).state).toBe('queued')
  })

  it('is followed from ringing to its end, with summary and transcript in the thread, told twice or in disorder', async () => {
    const patient = room.patient()
    const made = plan(patient.id, patient.studyUid)
    await settle()
    const id = vapi.calls[0]?.id ?? ''
    vapi.state.events = 'twice'
    await vapi.ring(id)
    await vapi.answer(id)
    await vapi.say(id, 'assistant', 'Hello, this is an automated assistant.')
    await vapi.say(id, 'user', 'Hello.')
    clock.advance(60)
    // The end is told before the state that led there.
    vapi.state.events = (type) => (type === 'status-update' ? 'reordered' : 'twice')
    await vapi.end(id, 'customer-ended-call', { summary: 'The patient is well.', transcript: 'AI: Hello.\nUser: Hello.' })
    await settle()
    expect(calls(patient.id)).toMatchObject([{ state: 'ended', outcome: 'The patient was reached.', summary: 'The patient is well.', transcript: 'AI: Hello.\nUser: Hello.', durationS: 60 }])
    expect([action(made.id).state, vapi.calls.length]).toEqual(['done', 1])
  })

  it('that reaches nobody is tried again some hours later, as often as is set, and then a person sees it', async () => {
    const patient = room.patient()
    room.followup.changeSettings({ mostPerDay: 10, mostPerWeek: 30 }, { ...dr, role: 'admin' })
    const made = plan(patient.id, patient.studyUid)
    for (let attempt = 1; attempt <= 3; attempt++) {
      for (let hours = 0; hours < 24 && vapi.calls.length < attempt; hours++) { await settle(); if (vapi.calls.length < attempt) clock.advance(3600) }
      expect(vapi.calls).toHaveLength(attempt)
      const id = vapi.calls[attempt - 1]?.id ?? ''
      // Told twice: it must not call twice.
      vapi.state.events = 'twice'
      await vapi.end(id, attempt === 2 ? 'voicemail' : 'customer-did-not-answer')
      await settle()
    }
    expect(action(made.id)).toMatchObject({ state: 'failed', attempts: 3, outcome: expect.stringContaining('Nobody answered') })
    clock.advance(24 * 3600)
    await settle()
    expect(vapi.calls).toHaveLength(3)
    expect(room.followup.board().failed.map(({ id }) => id)).toEqual([made.id])
  })

  const after: readonly VapiFault[] = ['500-after', 'cut-after']
  it.each(after)('that was made without our knowing (%s) is found by our own id, and not made again', async (fault) => {
    vapi.state.faults = [fault]
    const patient = room.patient()
    plan(patient.id, patient.studyUid)
    for (let round = 0; round < 8; round++) { await settle(); clock.advance(20) }
    expect([vapi.calls.length, calls(patient.id)]).toMatchObject([1, [{ state: 'ringing' }]])
  })

  it.each(['500-before', 'cut-before'] as const)('that was not made (%s) is made once the list has had its time', async (fault) => {
    vapi.state.faults = [fault]
    const patient = room.patient()
    plan(patient.id, patient.studyUid)
    for (let round = 0; round < 12; round++) { await settle(); clock.advance(30) }
    expect(vapi.calls).toHaveLength(1)
  })

  it('waits for a line where there is none', async () => {
    vapi.state.faults = ['429']
    vapi.state.concurrencyLimit = 0
    const patient = room.patient()
    plan(patient.id, patient.studyUid)
    await settle()
    expect(vapi.calls).toHaveLength(0)
    vapi.state.concurrencyLimit = 10
    for (let round = 0; round < 6; round++) { await settle(); clock.advance(60) }
    expect(vapi.calls).toHaveLength(1)
  })

  it('is asked for where no message comes', async () => {
    const patient = room.patient()
    const made = plan(patient.id, patient.studyUid)
    await settle()
    const id = vapi.calls[0]?.id ?? ''
    vapi.state.events = 'lose'
    await vapi.end(id, 'assistant-ended-call', { summary: 'Told.', transcript: 'User: I have a fever' })
    clock.advance(300)
    await room.followup.poll()
    expect([action(made.id).state, calls(patient.id)]).toMatchObject(['done', [{ summary: 'Told.' }]])
    expect(room.followup.board().due).toMatchObject([{ risk: 'urgent', text: expect.stringContaining('fever') }])
  })

  it('is not made outside of the hours, nor without consent, nor in mock mode', async () => {
    const asleep = room.patient({ timeZone: 'Pacific/Auckland' })
    const silent = room.patient({ consents: ['sms', 'portal'] })
    plan(asleep.id, asleep.studyUid)
    const refused = plan(silent.id, silent.studyUid)
    await settle()
    expect([vapi.requests.creates, action(refused.id).state]).toEqual([0, 'skipped'])
    await room.stop()
    await open({ MESSAGING_MODE: 'mock' })
    const patient = room.patient()
    const mock = plan(patient.id, patient.studyUid)
    await settle()
    expect([vapi.requests.creates, action(mock.id).state, calls(patient.id)]).toMatchObject([0, 'mock', [{ isMock: true, outcome: 'Not called: mock.' }]])
  })
})

describe('what the agent may do', () => {
  const inCall = async (patient = room.patient()) => {
    plan(patient.id, patient.studyUid)
    await settle()
    const id = vapi.calls.at(-1)?.id ?? ''
    await vapi.answer(id)
    return { ...patient, call: id }
  }
  /** The text that went to the phone; live mode has no other witness than the code that is kept in memory. */
  const codeSent = async () => {
    await settle()
    const row = room.db.sqlite.prepare<[], { id: string }>('select id from sms_messages where purpose = \'code\' order by rowid desc limit 1').get()
    return /\d{6}/.exec(room.senders.codes.textFor(row?.id ?? '') ?? '')?.[0] ?? ''
  }

  it.each(['function', 'arguments', 'parameters'] as const)('reads the summary only to whoever shows the code of the patient’s phone (arguments as %s)', async (shape) => {
    const patient = room.patient()
    release(patient)
    const { call } = await inCall(patient)
    expect(await tool(call, 'read_summary', {}, shape)).toContain('Not verified')
    expect(await tool(call, 'verify_identity', {}, shape)).toContain('code was sent')
    const code = await codeSent()
    expect(await tool(call, 'verify_identity', { code: code === '000000' ? '000001' : '000000' }, shape)).toContain('not right')
    expect(await tool(call, 'verify_identity', { code }, shape)).toContain('verified')
    expect(await tool(call, 'read_summary', {}, shape)).toBe('The scan shows one stone. It measures 7.2 mm.')
    expect(calls(patient.id)).toMatchObject([{ isVerified: true }])
  })

  it('gives the same answer to the same question, and does it once', async () => {
    const { call, id } = await inCall()
    const answers = [await tool(call, 'book_call_back', { when: 'tomorrow morning' }, 'function', 't1'), await tool(call, 'book_call_back', { when: 'tomorrow morning' }, 'function', 't1')]
    expect(answers[0]).toBe(answers[1])
    expect(room.followup.thread(id).actions.filter(({ kind }) => kind === 'task')).toMatchObject([{ risk: 'soon', text: expect.stringContaining('tomorrow morning') }])
  })

  it('ends calls, or everything, on the patient’s word', async () => {
    const first = await inCall()
    expect(await tool(first.call, 'opt_out', { channel: 'calls' })).toContain('no more calls')
    expect(room.followup.thread(first.id).patient.consents.map(({ state }) => state)).toEqual(['given', 'withdrawn', 'given', 'none'])
    const second = await inCall()
    await tool(second.call, 'opt_out')
    expect(room.followup.thread(second.id).patient.consents).toMatchObject([{ state: 'withdrawn', how: 'call' }, { state: 'withdrawn' }, { state: 'given' }, {}])
  })

  it('tells a clinician at once of a red flag, once for each', async () => {
    const { call, id } = await inCall()
    await vapi.say(call, 'assistant', 'Do you have a fever?')
    expect(room.followup.board().due).toEqual([])
    await vapi.say(call, 'user', 'Yes, a fever, and the pain is unbearable')
    await vapi.end(call, 'customer-ended-call', { transcript: 'AI: Do you have a fever?\nUser: Yes, a fever, and the pain is unbearable' })
    await settle()
    expect(room.followup.thread(id).actions.filter(({ kind }) => kind === 'task').map(({ risk, text }) => [risk, text.includes('fever'), text.includes('pain')]).toSorted()).toEqual([['urgent', false, true], ['urgent', true, false]])
  })

  it('says so in words where something of ours is away: an agent that gets no answer hangs', async () => {
    const { call } = await inCall()
    room.db.sqlite.exec('alter table short_lived rename to gone')
    expect(await tool(call, 'verify_identity')).toContain('not possible at the moment')
    expect(room.logged.map(({ event }) => event)).toContain('tool-failed')
    room.db.sqlite.exec('alter table gone rename to short_lived')
  })

  it('does nothing for a call that is not ours, and knows no other tool', async () => {
    const { call } = await inCall()
    expect(await tool(call, 'delete_everything')).toContain('no such tool')
    const stranger = JSON.stringify({ message: { type: 'tool-calls', call: { id: '019a0000-0000-7000-8000-00000000ffff' }, toolCallList: [{ id: 'x', name: 'read_summary', arguments: {} }] } })
    expect(await deliver(stranger, vapi.headersFor(stranger))).toEqual({ status: 200, text: expect.stringContaining('not known') })
  })
})

describe('messages of the voice provider', () => {
  const ways: readonly Exclude<VapiAuth, Readonly<{ kind: 'none' }>>[] = [{ kind: 'secret', secret: vapiSecret }, { kind: 'bearer', secret: vapiSecret }, { kind: 'hmac', secret: vapiSecret, unit: 's' }, { kind: 'hmac', secret: vapiSecret, unit: 'ms', prefix: 'sha256=' }]
  const body = '{"message":{"type":"assistant.started"}}'
  // Its signatures keep to the clock of this machine.
  beforeEach(async () => {
    await room.stop()
    clock = heldClock(new Date().toISOString())
    await open()
  })
  const kept = () => room.db.sqlite.prepare('select count(*) n from provider_events').get()

  it.each(ways)('are believed with the right $kind ($unit)', async (auth) => { expect((await deliver(body, vapi.headersFor(body, auth))).status).toBe(200) })

  it('are refused without it, with a wrong one, for other bytes, and with an old time; nothing of them is kept', async () => {
    const hmac: VapiAuth = { kind: 'hmac', secret: vapiSecret }
    expect((await deliver(body, vapi.headersFor(body, { kind: 'none' }))).status).toBe(403)
    for (const auth of ways) expect((await deliver(body, vapi.headersFor(body, { ...auth, secret: 'another' }))).status).toBe(403)
    expect((await deliver(body, vapi.headersFor(`${body} `, hmac))).status).toBe(403)
    const old = vapi.headersFor(body, hmac)
    clock.advance(400)
    expect((await deliver(body, old)).status).toBe(403)
    expect(kept()).toEqual({ n: 0 })
  })

  it('are written down before they are answered, whatever they are', async () => {
    for (const one of [body, '{"strange":true}', '[]', '"x"']) {
      expect((await deliver(one, vapi.headersFor(one))).status).toBe(200)
      expect(room.db.sqlite.prepare<[string], { n: number }>('select count(*) n from provider_events where body = ?').get(one)).toEqual({ n: 1 })
    }
    expect((await deliver('x'.repeat(3_000_000), vapi.headersFor(''))).status).toBe(413)
  })

  it('are asked for at our own address, where there is one', async () => {
    await room.stop()
    clock = heldClock('2026-03-02T12:00:00.000Z')
    await open({ PUBLIC_BASE_URL: 'https://tunnel.example/' })
    const patient = room.patient()
    plan(patient.id, patient.studyUid)
    await settle()
    expect(vapi.calls[0]?.assistantOverrides).toMatchObject({ server: { url: 'https://tunnel.example/api/webhooks/vapi' } })
  })
})
