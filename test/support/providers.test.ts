import { VapiClient, VapiError } from '@vapi-ai/server-sdk'
import Telnyx from 'telnyx'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTelnyx, telnyxKey, telnyxNumber, telnyxProfile, type TelnyxStandIn } from './sms-provider.ts'
import { startVapi, vapiAssistant, vapiNumber, vapiToken, type VapiStandIn } from './voice-provider.ts'

describe('the stand-in of the messaging provider, seen by the provider’s own library', () => {
  let telnyx: TelnyxStandIn
  const client = (options: Record<string, unknown> = {}) => new Telnyx({ apiKey: telnyxKey, publicKey: telnyx.publicKey, baseURL: telnyx.url, maxRetries: 0, timeout: 1000, ...options })
  const body = { from: telnyxNumber, to: '+15550100002', text: 'Hi', messaging_profile_id: telnyxProfile }
  beforeEach(async () => { telnyx = await startTelnyx() })
  afterEach(async () => { await telnyx.close() })

  it('takes a message, tells of it, and lists it', async () => {
    const { data } = await client().messages.send(body)
    expect(data).toMatchObject({ record_type: 'message', direction: 'outbound', parts: 1, encoding: 'GSM-7', to: [{ phone_number: '+15550100002', status: 'queued' }] })
    expect((await client().messages.retrieve(data?.id ?? '')).data).toMatchObject({ id: data?.id })
    const records = []
    for await (const record of client().detailRecords.list({ filter: { record_type: 'messaging', cld: '+15550100002' } })) records.push(record)
    expect(records).toMatchObject([{ uuid: data?.id, cld: '+15550100002' }])
    await expect(client().messages.retrieve('nothing')).rejects.toMatchObject({ status: 404 })
  })

  it.each([
    ['another key', { apiKey: 'KEYother' }, {}, 401, '10009'], ['no number', {}, { to: '555' }, 400, '10002'], ['no text', {}, { text: '' }, 400, '10004'], ['a number that is not ours', {}, { from: '+15550109999' }, 400, '40305'], ['a field that is not there', {}, { colour: 'red' }, 400, '10015']
  ])('refuses %s', async (_what, options, change, status, code) => {
    const error: unknown = await client(options).messages.send({ ...body, ...change }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ status, error: { errors: [{ code }] } })
    expect(telnyx.sent).toEqual([])
  })

  it('shows the trap: the library asks three times where the first was accepted, unless it is told not to', async () => {
    telnyx.state.faults = () => '500-after'
    await client({ maxRetries: 2 }).messages.send(body).catch(() => undefined)
    expect(telnyx.sent).toHaveLength(3)
    await client().messages.send(body).catch(() => undefined)
    expect(telnyx.sent).toHaveLength(4)
  })

  it('signs its events as the library checks them: bytes, key and time', async () => {
    const event = telnyx.eventOf('message.received', { text: 'STOP' })
    const headers = telnyx.signed(event)
    await expect(client().webhooks.unwrap(event, { headers })).resolves.toMatchObject({ data: { event_type: 'message.received' } })
    await expect(client().webhooks.unwrap(`${event} `, { headers })).rejects.toThrow()
    await expect(client().webhooks.unwrap(event, { headers: telnyx.signed(event, new Date(Date.now() - 400_000)) })).rejects.toThrow()
    const other = await startTelnyx()
    await expect(client().webhooks.unwrap(event, { headers: other.signed(event) })).rejects.toThrow()
    await other.close()
  })

  it('blocks who has said STOP, and lists them', async () => {
    await telnyx.receive('+15550100002', ' stop all ', { url: null })
    await expect(client().messages.send(body)).rejects.toMatchObject({ status: 422, error: { errors: [{ code: '40300', title: 'Blocked due to STOP message' }] } })
    const numbers = []
    for await (const one of client().messagingOptouts.list({ filter: { messaging_profile_id: telnyxProfile } })) numbers.push(one.from)
    expect(numbers).toEqual(['+15550100002'])
    await telnyx.receive('+15550100002', 'START', { url: null })
    await expect(client().messages.send(body)).resolves.toBeDefined()
  })
})

describe('the stand-in of the voice provider, seen by the provider’s own library', () => {
  let vapi: VapiStandIn
  const client = (token = vapiToken, maxRetries = 0) => new VapiClient({ token, baseUrl: vapi.url, maxRetries, timeoutInSeconds: 5 })
  const body = { assistantId: vapiAssistant, phoneNumberId: vapiNumber, customer: { number: '+15550100002', externalId: 'case-42' } }
  beforeEach(async () => { vapi = await startVapi() })
  afterEach(async () => { await vapi.close() })

  it('takes a call, tells of it, and lists it', async () => {
    const made = await client().calls.create(body)
    expect(made).toMatchObject({ status: 'queued', customer: { externalId: 'case-42' } })
    const { id } = vapi.calls[0] ?? { id: '' }
    expect(await client().calls.get({ id })).toMatchObject({ id })
    expect(await client().calls.list({ limit: 5 })).toMatchObject([{ id }])
  })

  it('refuses another key, an unknown assistant, and a number that is none', async () => {
    await expect(client('other').calls.create(body)).rejects.toMatchObject({ statusCode: 401 })
    await expect(client().calls.create({ ...body, assistantId: 'a2' })).rejects.toBeInstanceOf(VapiError)
    await expect(client().calls.create({ ...body, customer: { number: '555' } })).rejects.toMatchObject({ statusCode: 400 })
    expect(vapi.calls).toEqual([])
  })

  it('shows the trap: the library calls three times where the first was made', async () => {
    vapi.state.faults = ['500-after', '500-after', '500-after']
    await client(vapiToken, 2).calls.create(body).catch(() => undefined)
    expect(vapi.calls).toHaveLength(3)
  }, 30_000)
})
