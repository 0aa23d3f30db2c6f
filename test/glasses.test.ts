import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GlassesStatus, GlassesTimeline, Paired } from '../src-shared/glasses.ts'
import { aFrame, ask, glasses, pinned } from './support/lan-device.ts'
import { aLanStage, type LanStage } from './support/lan-stage.ts'

const word = 'open sesame'
let stage: LanStage
const status = async () => GlassesStatus.parse(await (await stage.browser.get('/api/glasses')).json())
const paired = async (name = 'Glasses 1') => {
  const { code } = await stage.pair()
  const answer = await ask(stage.port, 'POST', '/glasses/pair', { body: { code, name } })
  expect(answer.status).toBe(200)
  return Paired.parse(answer.json())
}

beforeAll(async () => { stage = await aLanStage({ env: { MEDGEMMA_MODE: 'mock', MAGIC_WORD: word, VISION_CHUNK_SECONDS: '0.2' } }) })
afterAll(() => stage.stop())

describe('the port for other devices', () => {
  it('shows the key that every pairing code names, and refuses nothing more than another key', async () => {
    const { code, link } = await stage.pair()
    expect(link).toBe(`https://${new URL(link).host}/glasses#code=${code}&fp=${stage.fingerprint}`)
    const ca = await pinned(stage.port, stage.fingerprint)
    expect((await ask(stage.port, 'GET', '/health', { ca })).json()).toEqual({ status: 'ok' })
    await expect(pinned(stage.port, `A${stage.fingerprint.slice(1)}x`)).rejects.toThrow('another one')
  })

  it('has nothing of the console, whatever is shown', async () => {
    const { token } = await paired()
    for (const path of ['/', '/api/glasses', '/api/worklist', '/api/system', '/api/glasses/timeline', '/api/events', '/index.html', '/assets/index.js', '/api/interventions/1', '/poke/send']) {
      expect([path, (await ask(stage.port, 'GET', path, { headers: { authorization: `Bearer ${token}`, 'x-magic-word': word } })).status]).toEqual([path, 404])
    }
  })
})

describe('pairing', () => {
  it('swaps a code for a token once; a wrong, a used and an ended code get the same sentence', async () => {
    const { code, id } = await stage.pair()
    const lower = await ask(stage.port, 'POST', '/glasses/pair', { body: { code: code.toLowerCase().replace('-', ' '), name: 'Phone' } })
    const device = Paired.parse(lower.json())
    expect(await (await stage.browser.get(`/api/glasses/pairings/${id}`)).json()).toMatchObject({ state: 'used', deviceName: 'Phone' })
    const used = await ask(stage.port, 'POST', '/glasses/pair', { body: { code, name: 'Thief' } })
    const wrong = await ask(stage.port, 'POST', '/glasses/pair', { body: { code: 'AAAA-AAAA', name: 'Thief' } })
    const ended = await stage.pair()
    await stage.browser.send('DELETE', `/api/glasses/pairings/${ended.id}`)
    const over = await ask(stage.port, 'POST', '/glasses/pair', { body: { code: ended.code, name: 'Thief' } })
    expect([used.status, wrong.status, over.status]).toEqual([403, 403, 403])
    const sentence = (answer: typeof used) => (answer.json() as { error: { message: string } }).error.message
    expect(new Set([sentence(used), sentence(wrong), sentence(over)]).size).toBe(1)
    const trail = await (await stage.browser.get('/api/audit?limit=50')).text()
    for (const reason of ['wrong code', 'used code', 'expired code']) expect(trail).toContain(reason)
    expect(trail).not.toContain(device.token)
    expect((await status()).devices.find((one) => one.id === device.deviceId)).toMatchObject({ name: 'Phone', wearer: { kind: 'staff', name: 'Nurse Ilse' }, consent: { how: 'duty', recordedBy: 'Dr Mora' } })
  })

  it('listens for a while no more to whoever tries code after code, and not to one who tries with the right one then', async () => {
    const wrong = () => ask(stage.port, 'POST', '/glasses/pair', { body: { code: 'BBBB-BBBB', name: 'Thief' } })
    const statuses = []
    for (let n = 0; n < 6; n++) statuses.push((await wrong()).status)
    expect(statuses.at(-1)).toBe(429)
    const { code } = await stage.pair()
    expect((await ask(stage.port, 'POST', '/glasses/pair', { body: { code, name: 'Thief' } })).status).toBe(429)
    stage.forgetFailures()
  })

  it('does not take "on duty" for a patient, nor a pairing without who agreed', async () => {
    const ill = { kind: 'patient', name: 'Keller', patientId: null }
    const send = (body: unknown) => stage.browser.send('POST', '/api/glasses/pairings', body)
    expect((await send({ wearer: ill, consent: { givenBy: 'self', how: 'duty' } })).status).toBe(400)
    expect((await send({ wearer: ill })).status).toBe(400)
    expect((await send({ wearer: { ...ill, name: ' ' }, consent: { givenBy: 'self', how: 'spoken' } })).status).toBe(400)
  })
})

describe('a stream', () => {
  it('answers each frame in its order, and says a caption once, with the fields of the existing protocol', async () => {
    const { token, deviceId } = await paired()
    const camera = await glasses(stage.port, { token })
    const frame = await aFrame()
    expect(await camera.send(frame)).toEqual({ frame: 1, bytes: frame.length })
    await expect.poll(async () => { await camera.send(frame); return camera.answers.find((answer) => 'caption' in answer) }, { timeout: 10_000 }).toBeDefined()
    const said = camera.answers.find((answer) => 'caption' in answer)
    expect(said).toEqual({ frame: expect.any(Number), bytes: frame.length, caption: expect.any(String), latency_ms: expect.any(Number), chunk_start_s: expect.any(Number), chunk_end_s: expect.any(Number) })
    expect(camera.answers.map((answer) => answer['frame'])).toEqual(camera.answers.map((_, index) => index + 1))
    const { captions } = GlassesTimeline.parse(await (await stage.browser.get(`/api/glasses/timeline?deviceId=${deviceId}`)).json())
    expect(captions[0]).toMatchObject({ caption: said?.['caption'], isMock: true })
    const live = (await status()).streams.find((stream) => stream.deviceId === deviceId)
    expect(live).toMatchObject({ state: 'live', wearer: 'Nurse Ilse', isMock: true })
    const picture = await stage.browser.get(`/api/glasses/streams/${live?.id ?? ''}/frame`)
    expect([picture.headers.get('content-type'), Buffer.from(await picture.arrayBuffer())]).toEqual(['image/jpeg', frame])
    await camera.close()
  })

  it('is let in by token, by protocol and by the word; by nothing, another word and a withdrawn token it gets 403 and "forbidden"', async () => {
    const { token, deviceId } = await paired()
    for (const shown of [{ token }, { protocols: ['vigil', `token.${token}`] }, { word }]) await (await glasses(stage.port, shown)).close()
    for (const shown of [{}, { word: 'close sesame' }, { token: 'x'.repeat(43) }, { query: `?magic_word=${encodeURIComponent(word)}` }]) await expect(glasses(stage.port, shown)).rejects.toThrow('403')
    const camera = await glasses(stage.port, { token })
    expect((await stage.browser.send('DELETE', `/api/glasses/devices/${deviceId}`)).status).toBe(200)
    expect((await camera.closed).code).toBe(4003)
    await expect(glasses(stage.port, { token })).rejects.toThrow('403')
    expect((await status()).devices.find((one) => one.id === deviceId)?.revokedAt).not.toBeNull()
  })

  it('takes the word from the address only where that is switched on', async () => {
    expect((await stage.browser.send('PUT', '/api/glasses/settings', { takesWordInQuery: true })).status).toBe(200)
    await (await glasses(stage.port, { query: `?magic_word=${encodeURIComponent(word)}` })).close()
    await stage.browser.send('PUT', '/api/glasses/settings', { takesWordInQuery: false })
    await expect(glasses(stage.port, { query: `?magic_word=${encodeURIComponent(word)}` })).rejects.toThrow('403')
  })

  it('lives on with text, with what is no image, and closes at a frame that is too large', async () => {
    const camera = await glasses(stage.port, { word })
    camera.socket.send('hello')
    await expect.poll(() => camera.answers.at(-1)).toEqual({ error: expect.stringContaining('binary') })
    expect(await camera.send(Buffer.from('no image'))).toEqual({ frame: 1, bytes: 8, error: expect.stringContaining('JPEG') })
    const frame = await aFrame()
    expect(await camera.send(frame)).toEqual({ frame: 2, bytes: frame.length })
    camera.socket.send(Buffer.alloc(8 * 1024 * 1024 + 1))
    expect((await camera.closed).code).toBe(1009)
    const next = await glasses(stage.port, { word })
    expect(await next.send(frame)).toEqual({ frame: 1, bytes: frame.length })
    await next.close()
  })

  it('is held where the client does not read, without a byte of memory for each answer, and goes on when it reads', async () => {
    const camera = await glasses(stage.port, { word })
    const tiny = Buffer.from([0xff, 0xd8, 0xff, 0xe0])
    const total = 300_000
    camera.socket.pause()
    for (let n = 0; n < total; n++) camera.socket.send(tiny)
    const frames = async () => (await status()).streams.find(({ state, deviceName }) => state !== 'ended' && deviceName === 'Shared word')?.frames ?? 0
    let before = -1
    await expect.poll(async () => { const now = await frames(); const isStill = now === before && now > 0; before = now; return isStill }, { timeout: 20_000, interval: 500 }).toBe(true)
    expect(before).toBeLessThan(total)
    const other = await glasses(stage.port, { word })
    expect(await other.send(tiny)).toMatchObject({ frame: 1 })
    await other.close()
    camera.socket.resume()
    await expect.poll(() => camera.answers.at(-1)?.['frame'], { timeout: 30_000 }).toBe(total)
    await camera.close()
  }, 60_000)

  it('whose other side is gone without a word is ended', async () => {
    const camera = await glasses(stage.port, { word, options: { autoPong: false } })
    await camera.send(await aFrame())
    const sinceMs = performance.now()
    await camera.closed
    expect(performance.now() - sinceMs).toBeLessThan(25_000)
  }, 40_000)

  it('is captioned no more once that is switched off, and again when it is switched on', async () => {
    const camera = await glasses(stage.port, { word })
    const frame = await aFrame()
    const captions = () => camera.answers.filter((answer) => 'caption' in answer).length
    const pump = async (ms: number) => { const end = performance.now() + ms; while (performance.now() < end) { await camera.send(frame); await new Promise((done) => { setTimeout(done, 20) }) } }
    await expect.poll(async () => { await pump(100); return captions() }, { timeout: 10_000 }).toBeGreaterThan(0)
    await stage.browser.send('PUT', '/api/glasses/settings', { captions: 'none' })
    await pump(300)
    const before = captions()
    await pump(1200)
    expect(captions()).toBe(before)
    await stage.browser.send('PUT', '/api/glasses/settings', { captions: 'local' })
    await expect.poll(async () => { await pump(100); return captions() }, { timeout: 10_000 }).toBeGreaterThan(before)
    await camera.close()
  })

  it('is called stalled after two seconds without a frame', async () => {
    const { token, deviceId } = await paired()
    const camera = await glasses(stage.port, { token })
    await camera.send(await aFrame())
    const state = async () => (await status()).streams.find((stream) => stream.deviceId === deviceId && stream.state !== 'ended')
    expect((await state())?.state).toBe('live')
    await expect.poll(async () => (await state())?.state, { timeout: 6000 }).toBe('stalled')
    expect((await state())?.frameAgeMs).toBeGreaterThanOrEqual(2000)
    await camera.send(await aFrame())
    expect((await state())?.state).toBe('live')
    await camera.close()
  })
})

describe('uploads of the existing clients', () => {
  const caption = { windowId: 'w-1', timestamp: 1_790_000_000, chunkStartS: 0, chunkEndS: 1.02, caption: 'A person reads.', latencyMs: 480, tokensGenerated: 12 }
  const biometric = { windowId: 'b-1', timestamp: 1_790_000_000, durationMs: 60_000, qualityScore: 0.9, riskPrediction: { score: 0.2 }, heartRate: 71, hrv: { rmssd: 40 } }
  const put = (path: string, body: unknown, headers: Record<string, string> = { 'x-magic-word': word }) => ask(stage.port, 'POST', path, { headers, body })

  it('are stored once; a repeat gets the same answer and changes nothing', async () => {
    const first = await put('/captions/upload', caption)
    expect(first.json()).toEqual({ success: true, windowId: 'w-1', storedAt: expect.any(Number) })
    expect((await put('/captions/upload', { ...caption, caption: 'Another.' })).json()).toEqual(first.json())
    const second = await put('/biometrics/upload', biometric)
    expect((await put('/biometrics/upload', { ...biometric, heartRate: 0 })).json()).toEqual(second.json())
    const found = GlassesTimeline.parse(await (await stage.browser.get('/api/glasses/timeline?minutes=60')).json())
    expect(found.captions.filter(({ windowId }) => windowId === 'w-1').map((one) => one.caption)).toEqual(['A person reads.'])
    expect(found.biometrics.map(({ vitals, qualityScore }) => [vitals.heartRate, vitals.risk, qualityScore])).toEqual([[71, 0.2, 0.9]])
  })

  it('name the field that is wrong, and store nothing', async () => {
    for (const [path, body, field] of [
      ['/captions/upload', { ...caption, windowId: 7 }, 'windowId'], ['/captions/upload', { ...caption, windowId: 'w-2', chunkEndS: 'x' }, 'chunkEndS'], ['/captions/upload', { ...caption, windowId: 'w-3', chunkEndS: -1 }, 'chunkEndS'],
      ['/biometrics/upload', { ...biometric, windowId: 'b-2', durationMs: null }, 'durationMs'], ['/biometrics/upload', { ...biometric, windowId: 'b-3', qualityScore: 2 }, 'qualityScore'], ['/biometrics/upload', { windowId: 'b-4' }, 'timestamp']
    ] as const) {
      const answer = await put(path, body)
      const { error, detail } = answer.json() as { error: { field: string }, detail: string }
      expect([answer.status, error.field, detail.includes(field)]).toEqual([400, field, true])
    }
    expect((await put('/captions/upload', '{"windowId":')).status).toBe(400)
    const found = GlassesTimeline.parse(await (await stage.browser.get('/api/glasses/timeline?minutes=60')).json())
    expect([...found.captions, ...found.biometrics].map(({ windowId }) => windowId).filter((id) => /-[234]$/.test(id))).toEqual([])
  })

  it('are refused without the word, as text', async () => {
    for (const headers of [{}, { 'x-magic-word': 'wrong' }]) {
      const answer = await put('/captions/upload', caption, headers)
      expect([answer.status, answer.text]).toEqual([403, 'forbidden'])
    }
  })
})

describe('the networks', () => {
  const own = networkInterfaces()
  const [name, addresses] = Object.entries(own).map(([one, found]) => [one, (found ?? []).filter(({ internal, family }) => !internal && family === 'IPv4')] as const).find(([, found]) => found.length > 0) ?? []
  const address = addresses?.[0]?.address
  it.skipIf(address === undefined)('that are chosen are listened on and no other; off means off, and on is the same key', async () => {
    const set = async (patch: unknown) => { expect((await stage.browser.send('PUT', '/api/glasses/settings', patch)).status).toBe(200) }
    const reaches = (host: string) => pinned(stage.port, stage.fingerprint, host).then(() => true, () => false)
    await set({ interfaces: [name] })
    await expect.poll(() => reaches('127.0.0.1'), { timeout: 10_000 }).toBe(false)
    await expect.poll(() => reaches(address ?? ''), { timeout: 10_000 }).toBe(true)
    expect(await reaches('127.0.0.1')).toBe(false)
    await set({ interfaces: [] })
    await expect.poll(() => reaches('127.0.0.1'), { timeout: 10_000 }).toBe(true)
    expect(await reaches(address ?? '')).toBe(true)
  })
})

it('tells no log of wearers, tokens, words or captions', () => {
  expect(JSON.stringify(stage.logged)).not.toMatch(/Ilse|sesame|A person|Keller|Nurse/)
})
