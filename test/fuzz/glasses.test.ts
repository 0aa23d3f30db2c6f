import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GlassesStatus, GlassesTimeline } from '../../src-shared/glasses.ts'
import { aFrame, glasses } from '../support/lan-device.ts'
import { aLanStage, type LanStage } from '../support/lan-stage.ts'

const word = 'open sesame'
let stage: LanStage
beforeAll(async () => { stage = await aLanStage({ env: { MAGIC_WORD: word, MEDGEMMA_MODE: 'mock', VISION_CHUNK_SECONDS: '0.2' } }) })
afterAll(() => stage.stop())
const timeline = async () => GlassesTimeline.parse(await (await stage.browser.get('/api/glasses/timeline?minutes=60')).json())

describe('the frame socket', () => {
  it('takes 10,000 random messages, answers every binary one in its order, and serves the next client', async () => {
    const picture = await aFrame()
    const message = fc.oneof(
      { weight: 4, arbitrary: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)) },
      { weight: 3, arbitrary: fc.integer({ min: 0, max: picture.length }).map((cut) => picture.subarray(0, cut)) },
      { weight: 3, arbitrary: fc.array(fc.tuple(fc.nat(picture.length - 1), fc.nat(255)), { maxLength: 20 }).map((edits) => { const copy = Buffer.from(picture); for (const [at, value] of edits) copy[at] = value; return copy }) },
      { weight: 1, arbitrary: fc.constant(Buffer.alloc(0)) },
      { weight: 1, arbitrary: fc.string({ maxLength: 60 }) }
    )
    const messages = fc.sample(message, { numRuns: 10_000, seed: 7 })
    let sent = 0
    while (sent < messages.length) {
      const camera = await glasses(stage.port, { word })
      const expected: number[] = []
      let texts = 0
      // A socket that is given nothing but texts is closed after fifty: the next one goes on.
      for (; sent < messages.length && texts < 40; sent++) {
        const one = messages[sent] ?? ''
        if (typeof one === 'string') texts++
        else expected.push(one.length)
        camera.socket.send(one)
      }
      camera.socket.send(picture)
      expected.push(picture.length)
      await expect.poll(() => camera.answers.filter((answer) => 'frame' in answer).length, { timeout: 30_000 }).toBe(expected.length)
      expect(camera.answers.filter((answer) => 'frame' in answer).map(({ frame, bytes }) => [frame, bytes])).toEqual(expected.map((bytes, index) => [index + 1, bytes]))
      await camera.close()
    }
    const last = await glasses(stage.port, { word })
    expect(await last.send(picture)).toMatchObject({ frame: 1, bytes: picture.length })
    await last.close()
    expect(stage.logged.filter(({ level, event }) => level === 'error' && event !== 'chunk-not-captioned')).toEqual([])
  }, 120_000)

  it('lives through broken handshakes, cut frames of the protocol, and clients that vanish', async () => {
    const { connect } = await import('node:tls')
    const raw = (bytes: Buffer) => new Promise<void>((resolve) => {
      const socket = connect({ port: stage.port, host: '127.0.0.1', rejectUnauthorized: false }, () => { socket.write(bytes); setTimeout(() => { socket.destroy() }, 30) })
      socket.on('close', () => { resolve() })
      socket.on('error', () => undefined)
    })
    const upgrade = `GET /vision/stream HTTP/1.1\r\nHost: x\r\nx-magic-word: ${word}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`
    const samples = fc.sample(fc.uint8Array({ maxLength: 300 }), { numRuns: 150, seed: 3 })
    for (const [index, bytes] of samples.entries()) await raw(Buffer.concat([Buffer.from(index % 3 === 0 ? '' : upgrade.slice(0, index % 3 === 1 ? upgrade.length : index)), Buffer.from(bytes)]))
    const camera = await glasses(stage.port, { word })
    expect(await camera.send(await aFrame())).toMatchObject({ frame: 1 })
    await camera.close()
    await expect.poll(async () => GlassesStatus.parse(await (await stage.browser.get('/api/glasses')).json()).streams.filter(({ state }) => state !== 'ended').length).toBe(0)
  }, 60_000)
})

describe('uploads', () => {
  const put = async (path: string, body: string) => stage.edge.lan(new Request(`https://vigil.example:4871${path}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-magic-word': word }, body }))

  it('that are repeated and out of order are each kept once, as they came first', async () => {
    let run = 0
    await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.record({ id: fc.string({ minLength: 1, maxLength: 12 }), caption: fc.string({ maxLength: 40 }), at: fc.double({ noNaN: true, noDefaultInfinity: true }) }), { maxLength: 8, selector: ({ id }) => id }), fc.infiniteStream(fc.nat(7)), async (windows, order) => {
      const prefix = `p${++run} `
      const queue = [...windows, ...windows, ...windows].map((window) => ({ window, rank: order.next().value as number })).toSorted((a, b) => a.rank - b.rank)
      const first = new Map<string, string>()
      for (const [index, { window }] of queue.entries()) {
        const caption = `${index} ${window.caption}`
        const answer = await put('/captions/upload', JSON.stringify({ windowId: prefix + window.id, timestamp: window.at, chunkStartS: 0, chunkEndS: 1, caption }))
        expect(answer.status).toBe(200)
        if (!first.has(window.id)) first.set(window.id, caption)
      }
      const kept = (await timeline()).captions.filter(({ windowId }) => windowId.startsWith(prefix))
      expect(new Map(kept.map(({ windowId, caption }) => [windowId.slice(prefix.length), caption]))).toEqual(first)
    }), { numRuns: 40 })
  }, 60_000)

  it('of any JSON are stored or answered with 400, never with 500, and what is refused is not there', async () => {
    const before = await timeline()
    let stored = 0
    await fc.assert(fc.asyncProperty(fc.constantFrom('/captions/upload', '/biometrics/upload'), fc.oneof(fc.json(), fc.string(), fc.dictionary(fc.constantFrom('windowId', 'timestamp', 'durationMs', 'caption', 'chunkStartS', 'chunkEndS', 'qualityScore', '__proto__', 'constructor', 'heartRate'), fc.jsonValue()).map((value) => JSON.stringify(value))), async (path, body) => {
      const { status } = await put(path, body)
      expect([200, 400, 413]).toContain(status)
      if (status === 200) stored++
    }), { numRuns: 400 })
    const after = await timeline()
    expect(after.captions.length + after.biometrics.length - before.captions.length - before.biometrics.length).toBeLessThanOrEqual(stored)
  }, 60_000)
})
