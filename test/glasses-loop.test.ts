import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GlassesStatus, GlassesTimeline, InterventionDetail, Replay } from '../src-shared/glasses.ts'
import { SyncItems } from '../src-shared/sync.ts'
import { parseConfig } from '../src-main/platform/config.ts'
import { chatStandIn } from './support/chat-stand-in.ts'
import { anEdge, signedIn, type Browser, type TestEdge } from './support/edge.ts'
import { pokeKeys, pokeStandIn, type PokeStandIn } from './support/poke-stand-in.ts'

const word = 'open sesame'
let poke: PokeStandIn, test: TestEdge, browser: Browser
const begin = async (env: Readonly<Record<string, string>> = {}) => {
  const { glasses } = parseConfig({ MAGIC_WORD: word, POKE_URL: poke.url, ...env })
  test = await anEdge({ config: { glasses, apiToken: 'a-token-of-the-hospital', lockAfterS: 24 * 3600 } })
  browser = await signedIn(test.edge)
}
const upload = async (path: string, body: unknown) => {
  const answer = await test.edge.lan(new Request(`https://vigil.example:4871${path}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-magic-word': word }, body: JSON.stringify(body) }))
  expect(answer.status).toBe(200)
}
let n = 0
const biometric = (features: Record<string, unknown>) => upload('/biometrics/upload', { windowId: `b-${++n}`, timestamp: 1, durationMs: 60_000, ...features })
const caption = (text: string) => upload('/captions/upload', { windowId: `c-${++n}`, timestamp: 1, chunkStartS: 0, chunkEndS: 1, caption: text })
/** A minute later the loop looks again. */
const minute = async () => { await test.edge.rooms.glasses.loop.tick(); test.clock.advance(60) }
const decisions = async () => GlassesTimeline.parse(await (await browser.get('/api/glasses/timeline?minutes=1440')).json()).interventions
const queue = async () => SyncItems.parse(await (await browser.get('/api/sync/items?state=all')).json()).items

beforeEach(async () => { poke = await pokeStandIn() })
afterEach(async () => {
  await test.stop()
  await poke.close()
})

describe('the loop', () => {
  it('asks and writes nothing without data, and decides a minute once', async () => {
    await begin()
    await minute()
    expect(await decisions()).toEqual([])
    await biometric({ heartRate: 72 })
    await Promise.all([test.edge.rooms.glasses.loop.tick(), test.edge.rooms.glasses.loop.tick()])
    expect((await decisions()).map(({ decision, model }) => [decision, model])).toEqual([['no', 'rules/1']])
  })

  it('tells of an alarm once, holds the next back for the cool-down, and each can be replayed from what is stored with it', async () => {
    await begin()
    for (let at = 0; at < 17; at++) { await biometric({ spo2: 86 }); await minute() }
    const all = await decisions()
    expect(all.map(({ notice }) => notice)).toEqual(['shown', ...Array.from({ length: 14 }, () => 'cool-down'), 'shown', 'cool-down'])
    for (const { id } of all) expect(Replay.parse(await (await browser.send('POST', `/api/interventions/${id}/replay`)).json())).toMatchObject({ isSame: true })
    const { inputs, intervention } = InterventionDetail.parse(await (await browser.get(`/api/interventions/${all[0]?.id ?? 0}`)).json())
    expect([inputs.biometrics[0]?.vitals.oxygen, intervention.biometricIds]).toEqual([86, [inputs.biometrics[0]?.id]])
    const status = async () => GlassesStatus.parse(await (await browser.get('/api/glasses')).json())
    expect((await status()).openNotices).toBe(2)
    expect((await browser.send('POST', `/api/interventions/${all[0]?.id ?? 0}/seen`)).status).toBe(200)
    expect((await status()).openNotices).toBe(1)
  })

  it('keeps the reader in its place: it is asked after the rules, its numbers are cut, and its failure changes nothing', async () => {
    const server = await chatStandIn({ key: 'k' })
    try {
      await begin({ INTERVENTION_DECIDER: 'openai', OPENAI_API_KEY: 'k', OPENAI_BASE_URL: server.url })
      server.answer = JSON.stringify({ decision: 'yes', reasoning: 'The heart races at 180.', message: 'Sit down, 180 is too fast.' })
      await caption('A man lies on the floor.')
      await minute()
      server.answer = JSON.stringify({ decision: 'no', reasoning: 'All is calm.', message: null })
      await biometric({ heartRate: 140 })
      await minute()
      server.refusals = Array.from({ length: 9 }, () => ({ status: 400, body: '{}' }))
      await biometric({ heartRate: 120 })
      await minute()
      const all = await decisions()
      expect(all.map(({ decision, decider }) => [decision, decider])).toEqual([['no', 'openai'], ['yes', 'openai'], ['no', 'openai']])
      expect(all[0]?.reasoning).toContain('[number cut]')
      expect(JSON.stringify(all)).not.toContain('180')
      expect(all[2]?.reasoning).toContain('not asked to the end')
    } finally { await server.close() }
  })

  it('sends a fixed sentence by Poke once where that is switched on, and nothing of what was seen', async () => {
    await begin({ POKE_API_KEY: pokeKeys.current })
    await browser.send('PUT', '/api/glasses/settings', { sendsPoke: true })
    test.edge.rooms.sync.start()
    await biometric({ heartRate: 150 })
    await caption('Mrs Keller lies on the floor.')
    await minute()
    await expect.poll(() => poke.received.length, { timeout: 10_000 }).toBe(1)
    expect(poke.received[0]?.body).toEqual({ message: expect.stringMatching(/^Vigil notice \d+: please look at the Glasses screen of the workstation now\.$/), event: 'vigil-notice', outbox_id: expect.any(String) })
    expect((await decisions())[0]?.pokeSentAt).not.toBeNull()
    expect((await queue()).map(({ kind, state }) => [kind, state])).toEqual([['notice-poke', 'done']])
  })

  it('sends nothing a second time where nobody knows whether it arrived: it waits for a person', async () => {
    await begin({ POKE_API_KEY: pokeKeys.current })
    await browser.send('PUT', '/api/glasses/settings', { sendsPoke: true })
    poke.answers = ['cut']
    test.edge.rooms.sync.start()
    await biometric({ heartRate: 150 })
    await minute()
    await expect.poll(async () => { test.clock.advance(30); test.edge.rooms.sync.tryNow('notification'); return (await queue())[0]?.state }, { timeout: 10_000, interval: 200 }).toBe('dead')
    expect(poke.received).toEqual([])
  })
})

describe('POST /poke/send', () => {
  const send = (headers: Record<string, string> = {}, body: unknown = { message: 'Hello' }) => browser.send('POST', '/poke/send', body, headers)

  it('answers as the existing clients expect: 500 without a key, 502 where Poke does not take it, success with its data', async () => {
    await begin()
    expect([(await send()).status, await (await send()).json()]).toEqual([500, { detail: expect.stringContaining('no key') }])
    const ok = await send({ 'x-poke-api-key': pokeKeys.current })
    expect([ok.status, await ok.json()]).toEqual([200, { success: true, data: { success: true, message: 'Message sent successfully' }, error: null }])
    const wrong = await send({ 'x-poke-api-key': pokeKeys.legacy })
    expect([wrong.status, await wrong.json()]).toEqual([502, { detail: expect.stringContaining('generation') }])
    for (const fault of ['429', '500', 'page', 'refuse', 'cut'] as const) {
      poke.answers = [fault]
      expect([fault, (await send({ 'x-poke-api-key': pokeKeys.current })).status]).toEqual([fault, 502])
    }
    expect((await send({ 'x-poke-api-key': pokeKeys.current }, { message: '' })).status).toBe(400)
    expect(poke.received).toHaveLength(1)
  })

  it('takes the key that an administrator set, forgets it, and never hands on the owner’s number', async () => {
    await begin({ POKE_URL: poke.legacyUrl })
    expect(await (await browser.send('PUT', '/api/glasses/poke-key', { key: pokeKeys.legacy })).json()).toMatchObject({ poke: { hasKey: true, place: 'memory' } })
    expect(await (await send()).text()).not.toContain('4155550123')
    await browser.send('DELETE', '/api/glasses/poke-key')
    expect((await send()).status).toBe(500)
    expect(JSON.stringify(test.logged)).not.toContain(pokeKeys.legacy)
  })

  it('is for the console and the API token alone', async () => {
    await begin({ POKE_API_KEY: pokeKeys.current })
    const lan = (headers: Record<string, string>) => test.edge.lan(new Request('https://vigil.example:4871/poke/send', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{"message":"x"}' }))
    expect([(await lan({})).status, (await lan({ 'x-magic-word': word })).status, (await lan({ 'x-api-token': 'a-token-of-the-hospital' })).status]).toEqual([401, 401, 200])
    expect((await test.edge.console(new Request('http://127.0.0.1:4870/poke/send', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"message":"x"}' }))).status).toBe(401)
  })
})
