import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { chatStandIn, type ChatStandIn } from '../../test/support/chat-stand-in.ts'
import { aGreyImage, aLocalEngine, aRequest } from '../../test/support/local-engine.ts'
import { tinyModel } from '../../test/support/tiny-model.ts'
import { SeriesUid, SopInstanceUid } from '../../src-shared/ids.ts'
import { systemClock } from '../platform/clock.ts'
import { parseConfig } from '../platform/config.ts'
import { answerOf } from './answer.ts'
import { chooseEngine } from './choose.ts'
import type { Engine, EngineRequest } from './engine.ts'
import { createMockEngine } from './mock/engine.ts'
import { openAiEngine, vertexEngine } from './remote/engines.ts'
import { schemaOf } from './schema/compile.ts'

const Output = z.strictObject({ text: z.string().min(1).max(90), kind: z.enum(['a', 'b']), list: z.array(z.boolean()).max(2), more: z.string().max(90).nullable() })
const clock = systemClock()
let standIn: ChatStandIn
let model: ReturnType<typeof tinyModel>
const opened: Engine[] = []
const keep = (engine: Engine) => { opened.push(engine); return engine }
const config = (environment: Record<string, string>) => parseConfig(environment).reader
const openAi = (key = 'right') => keep(openAiEngine({ clock, config: config({ MEDGEMMA_HTTP_URL: `${standIn.url}/v1`, MEDGEMMA_HTTP_KEY: key, MEDGEMMA_HTTP_MODEL: 'medgemma' }) }))
const vertex = (endpoint = `${standIn.url}/v1/projects/p/locations/l/endpoints/e`, token = 'right') => keep(vertexEngine({ clock, config: config({ MEDGEMMA_VERTEX_ENDPOINT: endpoint }), token: async () => token }))
const request = (patch: Partial<EngineRequest> = {}) => aRequest({ schema: schemaOf(Output), maxNewTokens: 260, ...patch })
const engines = { mock: () => keep(createMockEngine({ clock, delayMs: 1 })), openai: () => openAi(), vertex: () => vertex(), local: () => keep(aLocalEngine(model.folder)) }

beforeAll(async () => {
  standIn = await chatStandIn({ key: 'right' })
  model = tinyModel({ seed: 6 })
})
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close()
  Object.assign(standIn, { shape: 'stream', refusals: [], takesFormat: true, answer: JSON.stringify({ text: 'Said.', kind: 'a', list: [true], more: null }) })
  standIn.received.splice(0)
})
afterAll(async () => { await standIn.close(); model.remove() })

describe.each(Object.entries(engines))('the engine %s', (name, make) => {
  it('answers in the form that was asked for, growing as it writes, and says what made the answer', async () => {
    standIn.answer = JSON.stringify({ text: 'Said.', kind: 'a', list: [true], more: null })
    const texts: string[] = []
    const phases: string[] = []
    const { text, run, timing } = await make().read(request(), { onText: (so) => { texts.push(so) }, onProgress: ({ phase }) => { phases.push(phase) } })
    expect(answerOf(text, Output).ok).toBe(true)
    expect(texts.length).toBeGreaterThan(0)
    expect(texts.every((so, at) => so.length >= (texts[at - 1]?.length ?? 0))).toBe(true)
    const order = ['waiting', 'loading', 'preparing', 'reading', 'writing']
    expect(phases.map((phase) => order.indexOf(phase))).toEqual(phases.map((phase) => order.indexOf(phase)).toSorted((a, b) => a - b))
    expect(run).toMatchObject({ engine: name, promptVersion: 'caption-chunk/1', isMock: name === 'mock', settings: { maxNewTokens: 260 } })
    expect(timing.totalMs).toBeGreaterThanOrEqual(0)
  })
  it('answers two at once', async () => {
    const engine = make()
    const answers = await Promise.all([engine.read(request()), engine.read(request())])
    expect(answers.every(({ text }) => answerOf(text, Output).ok)).toBe(true)
  })
  it('hears a cancel before and in the middle, and works on', async () => {
    const engine = make()
    await expect(engine.read(request(), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
    const controller = new AbortController()
    await expect(engine.read(request(), { signal: controller.signal, onProgress: () => { controller.abort() } })).rejects.toMatchObject({ code: 'cancelled' })
    expect(answerOf((await engine.read(request())).text, Output).ok).toBe(true)
  })
  it('tells its facts at any time, and reads nothing once it is closed', async () => {
    const engine = make()
    expect(engine.facts()).toMatchObject({ name, isMock: name === 'mock' })
    await engine.close()
    await expect(engine.read(request())).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('a server elsewhere', () => {
  const refused = { error: { message: 'quotes the patient DOE^JANE' } }
  it.each([
    [403, refused, 'not-allowed', 'does not allow'], [404, refused, 'not-configured', 'no such model'], [413, refused, 'too-large', 'fewer slices'], [400, { error: { code: 'context_length_exceeded' } }, 'too-large', 'fewer slices'],
    [429, { error: { code: 'insufficient_quota' } }, 'not-allowed', 'nothing left'], [400, refused, 'cannot-decode', 'did not understand']
  ] as const)('that refuses with %i is told of in a sentence, once, without its words', async (status, body, code, words) => {
    standIn.refusals = [{ status, body: JSON.stringify(body) }]
    const error: unknown = await openAi().read(request()).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) })
    expect(String(error)).not.toContain('DOE')
    expect(standIn.received).toHaveLength(1)
  })
  it('that wants no such key is told of', async () => { await expect(openAi('wrong').read(request())).rejects.toMatchObject({ code: 'not-allowed' }) })
  it('that is busy is asked again, a few times and no more', async () => {
    standIn.refusals = [{ status: 429, body: '{}' }]
    expect(answerOf((await openAi().read(request())).text, Output).ok).toBe(true)
    standIn.refusals = [503, 503, 503, 503].map((status) => ({ status, body: '{}' }))
    standIn.received.splice(0)
    await expect(openAi().read(request())).rejects.toMatchObject({ code: 'busy' })
    expect(standIn.received).toHaveLength(3)
  }, 20_000)
  it.each([['refusal', 'refused'], ['length', 'cut off'], ['filter', 'held the answer back'], ['empty', 'empty'], ['html', 'not with an answer'], ['cut', 'reached']] as const)('whose reply is no answer (%s) gives none', async (shape, words) => {
    standIn.shape = shape
    await expect(openAi().read(request())).rejects.toThrow(words)
  })
  it('that hangs is left at once when it is called off', async () => {
    standIn.shape = 'hang'
    const controller = new AbortController()
    setTimeout(() => { controller.abort() }, 50)
    await expect(openAi().read(request(), { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' })
  })
  it('that knows no forms is asked without one', async () => {
    standIn.takesFormat = false
    const engine = openAi()
    const { run } = await engine.read(request())
    expect(run.settings.isConstrained).toBe(false)
    expect(engine.facts().notes.join(' ')).toContain('does not hold answers to a form')
  })
  it('gets pictures and questions and nothing else: no UID, name, number or date', async () => {
    const image = { ...aGreyImage(90, 64), ref: { label: 'S1', seriesUid: SeriesUid.parse('1.2.840.99.1'), sopInstanceUid: SopInstanceUid.parse('1.2.840.99.2'), frameNumber: 1 } }
    await openAi().read(request({ parts: [{ type: 'text', text: 'Task: caption-chunk\n' }, { type: 'image', image }] }))
    expect(standIn.received.join('\n')).not.toMatch(/1\.2\.840|seriesUid|sopInstance/)
  })
})

describe('Vertex', () => {
  it.each([['predict-object'], ['predict-list']] as const)('answers :predict in its envelope (%s)', async (shape) => {
    standIn.shape = shape
    const { text } = await vertex(`${standIn.url}/v1/projects/p/locations/l/endpoints/e:predict`).read(request())
    expect(answerOf(text, Output).ok).toBe(true)
    expect(standIn.received[0]).toContain('"@requestFormat":"chatCompletions"')
  })
  it('without credentials says how to get them', async () => { await expect(vertex(undefined, '').read(request())).rejects.toThrow('GOOGLE_APPLICATION_CREDENTIALS') })
  it('of an id is looked up, and its own name is used as it is told', async () => {
    const asked: string[] = []
    const engine = keep(vertexEngine({
      clock, token: async () => 'right', config: config({ MEDGEMMA_VERTEX_ENDPOINT: 'mg-1', MEDGEMMA_VERTEX_PROJECT: 'p', MEDGEMMA_VERTEX_LOCATION: 'europe-west4' }),
      fetch: async (url) => { asked.push(url instanceof Request ? url.url : url.toString()); return asked.length === 1 ? Response.json({ dedicatedEndpointDns: 'mg-1.europe-west4-7.prediction.vertexai.goog' }) : Response.json({ choices: [{ finish_reason: 'stop', message: { content: standIn.answer } }] }) }
    }))
    await engine.read(request())
    expect(asked).toEqual(['https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/europe-west4/endpoints/mg-1', 'https://mg-1.europe-west4-7.prediction.vertexai.goog/v1/projects/p/locations/europe-west4/endpoints/mg-1/chat/completions'])
  })
})

describe('an answer', () => {
  const good = { text: 'x', kind: 'a', list: [], more: null }
  it.each([[JSON.stringify(good)], ['```json\n' + JSON.stringify(good) + '\n```'], [`<unused94>thought\nhm { }<unused95>${JSON.stringify(good)}`]])('is found past fences and thoughts', (text) => { expect(answerOf(text, Output)).toEqual({ ok: true, output: good }) })
  it.each([['no json', 'no JSON'], ['{"text":"x"}', 'kind']])('that does not fit says why', (text, why) => { expect(answerOf(text, Output)).toMatchObject({ ok: false, why: expect.stringContaining(why) }) })
})

describe('which engine reads', () => {
  const weights = { folder: '/m', name: 'm', dtype: 'q4', weightsSha256: '', isTestModel: false }
  const nothing = config({})
  const all = config({ MEDGEMMA_VERTEX_ENDPOINT: 'https://x.example/v1', MEDGEMMA_HTTP_URL: 'http://127.0.0.1:1/v1' })
  it.each([
    ['auto', weights, all, 'local'], ['auto', null, all, 'vertex'], ['auto', null, nothing, null], ['local', null, all, null], ['vertex', weights, nothing, null], ['openai', weights, all, 'openai'], ['mock', null, nothing, 'mock'], ['off', weights, all, null]
  ] as const)('%s', (mode, known, settings, engine) => { expect(chooseEngine(mode, { model: known, config: settings }).engine).toBe(engine) })
})
