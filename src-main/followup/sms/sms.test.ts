import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { daytimeZone } from '../../../test/support/daytime.ts'
import { heldClock, type HeldClock } from '../../../test/support/edge.ts'
import { aFollowupRoom, dr, type FollowupRoom } from '../../../test/support/followup-room.ts'
import { createConsents } from '../../consents/index.ts'
import { createSettingsStore } from '../../platform/settings-store.ts'
import { startRedis, whyNoRedis } from '../../../test/support/redis.ts'
import { startTelnyx, telnyxKey, telnyxNumber, telnyxProfile, type TelnyxFault, type TelnyxStandIn } from '../../../test/support/telnyx-stand-in.ts'

let telnyx: TelnyxStandIn
let clock: HeldClock
let room: FollowupRoom
const env = () => ({ MESSAGING_MODE: 'live', TELNYX_API_KEY: telnyxKey, TELNYX_PHONE_NUMBER: telnyxNumber, TELNYX_MESSAGING_PROFILE_ID: telnyxProfile, TELNYX_BASE_URL: telnyx.url, TELNYX_PUBLIC_KEY: telnyx.publicKey })
const open = async (more: Record<string, string> = {}) => { room = await aFollowupRoom({ clock, env: { ...env(), ...more }, random: () => 0 }) }
const write = (id: string, text = 'How are you?') => room.followup.write(id, text, dr)
const action = (id: string) => room.followup.actions.view(room.followup.actions.get(id))
const lastMessage = (patientId: string) => room.followup.thread(patientId).entries.filter((one) => one.type === 'message').at(-1)
/** Until everything that waits for time has had its time. */
const later = async (rounds = 14) => { for (let round = 0; round < rounds; round++) { clock.advance(20 * 60); await room.settle() } }
const event = async (body: string) => { room.followup.inbox.take({ provider: 'telnyx', eventId: (JSON.parse(body) as { data: { id: string } }).data.id, type: 'x', body }); room.followup.inbox.work(); await room.settle() }

beforeEach(async () => {
  // The provider's own records carry its own clock.
  clock = heldClock(new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 + 12 * 3600_000).toISOString())
  telnyx = await startTelnyx({ carrier: 'never' })
  await open()
})
afterEach(async () => {
  await room.stop()
  await telnyx.close()
})

describe('a text message', () => {
  it('leaves once, as it was written, and is told as delivered when the carrier says so', async () => {
    const { id } = room.patient()
    const made = write(id, 'Your results are ready.')
    await room.settle()
    expect(telnyx.sent).toMatchObject([{ to: room.followup.patients.store.numbers(id).sms, from: telnyxNumber, text: 'Your results are ready.' }])
    expect([action(made.id).state, lastMessage(id)]).toMatchObject(['queued', { state: 'sent', isMock: false, direction: 'out' }])
    const [one] = telnyx.sent
    if (one === undefined) throw new Error('nothing was sent')
    const finalized = telnyx.eventOf('message.finalized', { ...telnyx.messageOf(one), to: [{ phone_number: one.to, status: 'delivered' }] })
    await event(finalized)
    await event(finalized)
    await event(telnyx.eventOf('message.sent', { ...telnyx.messageOf(one), to: [{ phone_number: one.to, status: 'sent' }] }))
    expect([action(made.id).state, lastMessage(id)?.type === 'message' && lastMessage(id)]).toMatchObject(['done', { state: 'delivered' }])
    await later(3)
    expect(telnyx.sent).toHaveLength(1)
  })

  it('is asked for where no event comes', async () => {
    const { id } = room.patient()
    const made = write(id)
    await room.settle()
    const [one] = telnyx.sent
    if (one === undefined) throw new Error('nothing was sent')
        await telnyx.finish(one, 'delivery_failed')
    clock.advance(300)
    await room.followup.poll()
    expect(action(made.id)).toMatchObject({ state: 'failed', outcome: expect.stringContaining('carrier') })
  })

  const afterwards: readonly TelnyxFault[] = ['500-after', 'cut-after']
  it.each(afterwards)('that was accepted without our knowing (%s) is found in the records and not sent again', async (fault) => {
    telnyx.state.faults = [fault]
    // The records carry the time of this machine.
    clock.advance((Date.now() - clock.now().getTime()) / 1000)
    const { id } = room.patient({ timeZone: daytimeZone() })
    const made = write(id)
    await room.settle()
    await later()
    expect(telnyx.sent).toHaveLength(1)
    expect([action(made.id).state, lastMessage(id)]).toMatchObject(['queued', { state: 'sent' }])
  })

  it.each(['500-before', 'cut-before', '503', '500-after', 'cut-after'] as const)('whose outcome nobody can tell (%s) is never sent again by itself: a person decides', async (fault) => {
    telnyx.state.faults = [fault]
    telnyx.state.hasRecords = false
    const { id } = room.patient()
    const made = write(id)
    await room.settle()
    await later()
    expect(telnyx.requests.sends).toBe(1)
    expect(action(made.id)).toMatchObject({ state: 'unknown', outcome: expect.stringContaining('may have arrived') })
    expect(room.followup.board().failed.map((one) => one.id)).toEqual([made.id])
    // The person has asked: it did not arrive.
    room.followup.actions.retry(made.id, { revision: action(made.id).revision, note: '' }, dr)
    await later(80)
    expect(telnyx.requests.sends).toBe(2)
    expect(action(made.id).state).toBe('queued')
  })

  it('that the provider asks to send later goes later, once', async () => {
    telnyx.state.faults = ['429', '429']
    const { id } = room.patient()
    const made = write(id)
    await later(4)
    expect([telnyx.sent.length, telnyx.requests.sends, action(made.id).state]).toEqual([1, 3, 'queued'])
  })

  it('waits as long as the provider does not know us, and goes when it does', async () => {
    await room.stop()
    await open({ TELNYX_API_KEY: 'KEYwrong' })
    const { id } = room.patient()
    const made = write(id)
    await later(3)
    expect([telnyx.sent.length, action(made.id).state]).toEqual([0, 'queued'])
    expect(room.outbox.list({ states: ['waiting'], target: null, subjects: null, beforeId: null, limit: 9 })[0]).toMatchObject({ lastError: expect.stringContaining('TELNYX_API_KEY'), attempts: 0 })
    expect(JSON.stringify(room.logged)).not.toMatch(/\+1555|KEYwrong/)
  })

  it.each([400, 403, 422] as const)('to somebody who has said STOP to the provider (status %i) closes the channel here, too', async (status) => {
    await telnyx.close()
    telnyx = await startTelnyx({ stopStatus: status, carrier: 'never' })
    await room.stop()
    await open()
    const { id } = room.patient()
    const number = room.followup.patients.store.numbers(id).sms ?? ''
    telnyx.optOuts.set(number, new Date().toISOString())
    const made = write(id)
    const planned = room.followup.actions.add(id, { kind: 'call', dueAt: '2027-01-01T10:00:00.000Z', risk: 'routine', studyUid: null, conditions: [], templateId: null, text: 'Hello' }, dr)
    await room.settle()
    expect(action(made.id)).toMatchObject({ state: 'failed', outcome: expect.stringContaining('STOP') })
    expect(action(planned.id).state).toBe('cancelled')
    expect(room.followup.thread(id).patient.consents).toMatchObject([{ channel: 'sms', state: 'withdrawn', how: 'provider' }, { channel: 'voice', state: 'withdrawn' }, { channel: 'portal', state: 'given' }, { channel: 'camera', state: 'none' }])
  })
})

describe('whom we write to', () => {
  it('has agreed: asked when it is queued', async () => {
    const { id } = room.patient({ consents: ['portal'] })
    const made = write(id)
    await room.settle()
    expect([telnyx.requests.sends, action(made.id)]).toMatchObject([0, { state: 'skipped', outcome: expect.stringContaining('not agreed') }])
  })

  it('still agrees: asked again in the moment before it leaves', async () => {
    const { id } = room.patient({ timeZone: 'Pacific/Auckland' })
    const made = write(id)
    await room.settle()
    expect([telnyx.requests.sends, action(made.id), lastMessage(id)]).toMatchObject([0, { state: 'queued', outcome: expect.stringContaining('outside of 8 to 21') }, { state: 'held' }])
    room.followup.patients.writeConsent(id, { channel: 'sms', state: 'withdrawn', givenBy: 'self', how: 'spoken' }, dr)
    expect([action(made.id).state, lastMessage(id)]).toMatchObject(['cancelled', { state: 'cancelled' }])
    await later(40)
    expect(telnyx.requests.sends).toBe(0)
  })

  it('still agrees: also where somebody else has written it down, in another process', async () => {
    const { id } = room.patient({ timeZone: 'Pacific/Auckland' })
    const made = write(id)
    await room.settle()
    createConsents(room.db, clock).add({ channel: 'sms', state: 'withdrawn', deviceId: null, followupPatientId: id, personKind: 'patient', personName: '', patientId: null, givenBy: 'self', how: 'written', recordedBy: 'x', recordedByName: 'x' })
    await later(40)
    expect([telnyx.requests.sends, action(made.id)]).toMatchObject([0, { state: 'cancelled', outcome: expect.stringContaining('not agreed') }])
  })

  it('is reached in the hours of the own zone only', async () => {
    const { id } = room.patient({ timeZone: 'Pacific/Auckland' })
    write(id)
    await room.settle()
    expect(telnyx.requests.sends).toBe(0)
    const hours: number[] = []
    for (let round = 0; round < 100 && telnyx.requests.sends === 0; round++) {
      clock.advance(600)
      await room.settle()
      if (telnyx.requests.sends > 0) hours.push(Number(new Intl.DateTimeFormat('en-GB', { timeZone: 'Pacific/Auckland', hour: '2-digit', hourCycle: 'h23' }).format(clock.now())))
    }
    expect(hours).toEqual([8])
  })

  it('hears no more of us in a day and a week than is allowed, whoever shares the number', async () => {
    const first = room.patient({ sms: '+15550109999' })
    const second = room.patient({ sms: '+15550109999' })
    for (let count = 0; count < 4; count++) { write(first.id, `first ${count}`); write(second.id, `second ${count}`) }
    const at: number[] = []
    for (let hour = 0; hour < 14 * 24; hour++) {
      await room.settle()
      while (at.length < telnyx.sent.length) at.push(clock.now().getTime())
      clock.advance(3600)
    }
    expect(at.length).toBeGreaterThanOrEqual(5)
    for (const ms of at) {
      expect(at.filter((other) => other > ms - 86_400_000 && other <= ms).length).toBeLessThanOrEqual(1)
      expect(at.filter((other) => other > ms - 7 * 86_400_000 && other <= ms).length).toBeLessThanOrEqual(3)
    }
  })

  it('is not written to at a number that was changed meanwhile', async () => {
    const { id } = room.patient({ timeZone: 'Pacific/Auckland' })
    const made = write(id)
    await room.settle()
    const { revision, language, timeZone } = room.followup.thread(id).patient
    room.followup.patients.write(id, { revision, language, timeZone, numbers: { sms: '+15550108888', voice: null } }, dr)
    await later(30)
    expect([telnyx.requests.sends, action(made.id).state]).toEqual([0, 'cancelled'])
  })
})

describe('what patients write', () => {
  const receive = async (number: string, text: string, autoresponse?: string) => {
    await event(telnyx.eventOf('message.received', { record_type: 'message', direction: 'inbound', id: `in-${Math.random()}`, from: { phone_number: number }, to: [{ phone_number: telnyxNumber, status: 'webhook_delivered' }], text, ...(autoresponse === undefined ? {} : { autoresponse_type: autoresponse }) }))
  }
  it('STOP ends texts and calls for everybody at that number, and the queue stops; START opens what a text has closed', async () => {
    const { id } = room.patient({ sms: '+15550107777' })
    const family = room.patient({ sms: '+15550107777', consents: ['sms', 'portal'] })
    const planned = (['sms', 'call'] as const).map((kind) => room.followup.actions.add(id, { kind, dueAt: '2027-01-01T10:00:00.000Z', risk: 'routine', studyUid: null, conditions: [], templateId: null, text: 'Hello' }, dr))
    await receive('+15550107777', 'Revoke')
    expect(planned.map((one) => action(one.id).state)).toEqual(['cancelled', 'cancelled'])
    const states = (patient: string) => room.followup.thread(patient).patient.consents.map(({ state }) => state)
    expect([states(id), states(family.id)]).toEqual([['withdrawn', 'withdrawn', 'given', 'none'], ['withdrawn', 'withdrawn', 'given', 'none']])
    // A word that the provider does not know gets one confirmation from us.
    expect(telnyx.sent.map(({ text }) => text)).toEqual([expect.stringContaining('no more messages or calls')])
    await receive('+15550107777', 'start')
    expect([states(id), states(family.id)]).toEqual([['given', 'given', 'given', 'none'], ['given', 'withdrawn', 'given', 'none']])
  })

  it('STOP that the provider has answered itself is not answered twice', async () => {
    room.patient({ sms: '+15550107777' })
    await receive('+15550107777', 'STOP', 'STOP')
    await receive('+15550107777', 'HELP', 'HELP')
    expect(telnyx.sent).toEqual([])
    await receive('+15550107777', 'help')
    expect(telnyx.sent).toMatchObject([{ text: expect.stringContaining('Reply STOP') }])
  })

  it('START opens nothing that nobody had agreed to, or that was withdrawn by word of mouth', async () => {
    const { id } = room.patient({ sms: '+15550107777', consents: ['portal'] })
    const spoken = room.patient({ sms: '+15550107777' })
    room.followup.patients.writeConsent(spoken.id, { channel: 'sms', state: 'withdrawn', givenBy: 'self', how: 'spoken' }, dr)
    await receive('+15550107777', 'START')
    expect(room.followup.thread(id).patient.consents[0]?.state).toBe('none')
    expect(room.followup.thread(spoken.id).patient.consents[0]?.state).toBe('withdrawn')
  })

  it('lands in the thread, unread, and a red flag is a task at once, once', async () => {
    const { id } = room.patient({ sms: '+15550107777' })
    await receive('+15550107777', 'I have a fever and can not pass urine')
    expect(lastMessage(id)).toMatchObject({ direction: 'in', state: 'received', text: 'I have a fever and can not pass urine' })
    expect(room.followup.board().due).toMatchObject([{ kind: 'task', risk: 'urgent', state: 'open', text: expect.stringContaining('fever, no urine') }])
    expect(room.followup.thread(id).patient.unread).toBe(1)
    clock.advance(1)
    room.followup.markRead(id)
    expect(room.followup.thread(id).patient.unread).toBe(0)
  })

  it('STOP that was said while no event could come is learned from the provider', async () => {
    const { id } = room.patient({ sms: '+15550107777' })
    telnyx.optOuts.set('+15550107777', clock.iso())
    await room.followup.poll()
    expect(room.followup.thread(id).patient.consents[0]).toMatchObject({ state: 'withdrawn', how: 'provider' })
  })
})

describe('mock mode', () => {
  it('goes the whole way and sends nothing, and says so on each message', async () => {
    await room.stop()
    await open({ MESSAGING_MODE: 'mock' })
    const { id } = room.patient()
    const made = write(id)
    await room.settle()
    expect(telnyx.requests.sends).toBe(0)
    expect([action(made.id), lastMessage(id)]).toMatchObject([{ state: 'mock', outcome: 'Not sent: mock.' }, { state: 'mock', isMock: true, note: 'Not sent: mock.' }])
    expect(room.followup.board().mode).toBe('mock')
  })
})

describe('a backup that was put back', () => {
  it('sends nothing by itself that may have been sent since: a person decides', async () => {
    const { id } = room.patient()
    const asleep = room.patient({ timeZone: 'Pacific/Auckland' })
    const planned = room.followup.actions.add(id, { kind: 'sms', dueAt: clock.iso(), risk: 'routine', studyUid: null, conditions: [], templateId: null, text: 'Due while nobody looked' }, dr)
    const far = room.followup.actions.add(id, { kind: 'sms', dueAt: '2027-06-01T12:00:00.000Z', risk: 'routine', studyUid: null, conditions: [], templateId: null, text: 'Far ahead' }, dr)
    const held = write(asleep.id)
    room.senders.actions.set(planned.id, { state: 'planned' })
    createSettingsStore(room.db, clock).set('database.restored-at', new Date(clock.now().getTime() + 1000).toISOString())
    telnyx.sent.length = 0
    expect(room.followup.doubtRestored()).toBeGreaterThan(1)
    await later(60)
    expect(telnyx.sent).toEqual([])
    expect([planned.id, held.id, far.id].map((one) => action(one).state)).toEqual(['unknown', 'unknown', 'planned'])
    expect(lastMessage(asleep.id)).toMatchObject({ state: 'unknown', note: expect.stringContaining('backup') })
    expect(room.followup.doubtRestored()).toBe(0)
  })
})

const noRedis = whyNoRedis()
describe.runIf(noRedis === null)('a shared store that is killed in the middle', () => {
  it('holds what is queued, and every text goes once when it is back', async () => {
    const redis = await startRedis()
    await room.stop()
    await open({ REDIS_URL: redis.url })
    await room.senders.rules.takePlace('+15550100999', 'first contact')
    const made = Array.from({ length: 60 }, () => { const { id } = room.patient(); return room.followup.actions.add(id, { kind: 'sms', dueAt: clock.iso(), risk: 'routine', studyUid: null, conditions: [], templateId: null, text: `to ${id}` }, dr) })
    room.followup.dispatch()
    room.outbox.start()
    room.outbox.wake()
    await expect.poll(() => telnyx.sent.length).toBeGreaterThan(5)
    await redis.kill()
    await room.outbox.quiet()
    const before = telnyx.sent.length
    expect(before).toBeLessThan(60)
    clock.advance(60)
    await room.settle()
    expect(telnyx.sent.length).toBe(before)
    expect(made.map(({ id }) => action(id).outcome).filter((outcome) => outcome.includes('does not answer')).length).toBeGreaterThan(0)
    await redis.start()
    await expect.poll(() => room.followup.board().held, { timeout: 10_000 }).toBeNull()
    for (let round = 0; round < 20 && telnyx.sent.length < 60; round++) { clock.advance(60); await room.settle() }
    expect([telnyx.sent.length, new Set(telnyx.sent.map(({ text }) => text)).size]).toEqual([60, 60])
    await redis.stop()
  }, 60_000)
})
if (noRedis !== null) describe.skip(`a shared store that is killed: ${noRedis}`, () => { it('is not tested here', () => undefined) })
