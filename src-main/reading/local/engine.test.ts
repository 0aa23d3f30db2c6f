import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aGreyImage, aLocalEngine, aRequest, aSentence } from '../../../test/support/local-engine.ts'
import { tinyModel } from '../../../test/support/tiny-model.ts'
import { forkNodeChild, type ChildProcess, type ForkChild } from '../../platform/child-process.ts'
import type { Engine, EngineRequest } from '../engine.ts'

let random: ReturnType<typeof tinyModel>
let scripted: ReturnType<typeof tinyModel>
const opened: Engine[] = []
const engine = (...given: Parameters<typeof aLocalEngine>): Engine => {
  const made = aLocalEngine(...given)
  opened.push(made)
  return made
}
/** Long enough that something can happen in the middle. */
const long = (patch: Partial<EngineRequest> = {}) => aRequest({ parts: [{ type: 'text', text: `Task: caption-chunk\n${'word '.repeat(1200)}` }, ...Array.from({ length: 8 }, (_, index) => ({ type: 'image' as const, image: aGreyImage(index * 20) }))], ...patch })
/** Processes that were started, so that a test may end them. */
const spied = (): Readonly<{ fork: ForkChild, children: ChildProcess[] }> => {
  const children: ChildProcess[] = []
  return { children, fork: (entry) => { const child = forkNodeChild(entry); children.push(child); return child } }
}

beforeAll(() => {
  random = tinyModel({ seed: 4 })
  scripted = tinyModel({ scripts: { 'caption-chunk': { bright: '{"text":"A bright room.","sure":true}', dark: '{"text":"A dark room.","sure":false}' } } })
})
afterEach(async () => { for (const one of opened.splice(0)) await one.close() })
afterAll(() => { random.remove(); scripted.remove() })

describe('the local engine', () => {
  it('loads on its first request, answers within the schema, and says what made the answer', async () => {
    const one = engine(random.folder)
    expect(one.facts()).toMatchObject({ state: 'idle', device: null, maxImages: 85, imageSizePx: 32 })
    const texts: string[] = []
    const phases: string[] = []
    const { text, run, timing } = await one.read(aRequest(), { onText: (so) => { texts.push(so) }, onProgress: ({ phase }) => { phases.push(phase) } })
    expect(aSentence.safeParse(JSON.parse(text)).success).toBe(true)
    expect(texts.at(-1)).toBe(text)
    expect(texts.every((so, index) => so.startsWith(texts[index - 1] ?? ''))).toBe(true)
    expect([...new Set(phases)]).toEqual(['loading', 'preparing', 'reading', 'writing'])
    expect(run).toMatchObject({ engine: 'local', model: 'tiny-gemma3', dtype: 'fp32', device: 'cpu', promptVersion: 'caption-chunk/1', isMock: false, settings: { isConstrained: true, temperature: 0 } })
    expect(timing.promptTokens).toBeGreaterThan(20)
    expect(one.facts()).toMatchObject({ state: 'idle', device: 'cpu' })
    expect(one.facts().promptTokensPerSecond).toBeGreaterThan(0)
  })

  it('sees the images, and says the same to the same whatever it was asked before', async () => {
    const one = engine(scripted.folder)
    const ask = async (grey: number) => (await one.read(aRequest({ parts: [{ type: 'text', text: 'Task: caption-chunk\nSay.' }, { type: 'image', image: aGreyImage(grey) }] }))).text
    expect(await ask(220)).toBe('{"text":"A bright room.","sure":true}')
    expect(await ask(20)).toBe('{"text":"A dark room.","sure":false}')
    expect(await ask(220)).toBe('{"text":"A bright room.","sure":true}')
    const alone = await engine(random.folder).read(aRequest())
    const shared = engine(random.folder)
    await shared.read(aRequest({ parts: [{ type: 'text', text: 'Task: caption-chunk\nAnother study altogether.' }, { type: 'image', image: aGreyImage(7) }] }))
    expect((await shared.read(aRequest())).text).toBe(alone.text)
  })

  it('takes reads before interventions before captions, each in its order, and a caption waits', async () => {
    const one = engine(random.folder)
    const done: string[] = []
    const ask = (name: string, priority: EngineRequest['priority']) => one.read(aRequest({ priority })).then(() => { done.push(name) })
    await Promise.all([ask('first', 'caption'), ask('caption', 'caption'), ask('intervention', 'intervention'), ask('read 1', 'read'), ask('read 2', 'read')])
    expect(done).toEqual(['first', 'read 1', 'read 2', 'intervention', 'caption'])
  })

  it('tells those that wait how many come before them', async () => {
    const one = engine(random.folder)
    const positions: number[] = []
    await Promise.all([one.read(aRequest()), one.read(aRequest()), one.read(aRequest(), { onProgress: ({ phase, position }) => { if (phase === 'waiting') positions.push(position) } })])
    expect(positions[0]).toBe(2)
    expect(positions.at(-1)).toBe(1)
  })
})

describe('a reading that is called off', () => {
  it.each(['loading', 'preparing', 'reading', 'writing'] as const)('while it is %s ends at once, and the next is answered', async (phase) => {
    const one = engine(random.folder)
    const controller = new AbortController()
    let abortedMs = 0
    const reading = one.read(phase === 'writing' ? aRequest({ maxNewTokens: 120 }) : long(), {
      signal: controller.signal, onProgress: (progress) => { if (progress.phase === phase && abortedMs === 0) { abortedMs = performance.now(); controller.abort() } }
    })
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    expect(performance.now() - abortedMs).toBeLessThan(1000)
    expect(aSentence.safeParse(JSON.parse((await one.read(aRequest())).text)).success).toBe(true)
  })

  it('while it waits, or before it began, never runs', async () => {
    const one = engine(random.folder)
    const controller = new AbortController()
    const first = one.read(aRequest())
    const second = one.read(aRequest(), { signal: controller.signal })
    controller.abort()
    await expect(second).rejects.toMatchObject({ code: 'cancelled' })
    await expect(one.read(aRequest(), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
    await first
    expect(one.facts().queue).toEqual([])
  })

  it('by a process that does not hear in time is ended with it', async () => {
    const { fork, children } = spied()
    const one = engine(random.folder, { fork, cancelGraceMs: 0 })
    const controller = new AbortController()
    const reading = one.read(long(), { signal: controller.signal, onProgress: ({ phase }) => { if (phase === 'reading') controller.abort() } })
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    await one.read(aRequest())
    expect(children.length).toBeGreaterThanOrEqual(1)
  })
})

describe('a process that dies', () => {
  it.each(['loading', 'preparing', 'reading', 'writing'] as const)('while it is %s is replaced, and the request is answered all the same', async (phase) => {
    const { fork, children } = spied()
    const one = engine(random.folder, { fork })
    let isKilled = false
    const answer = await one.read(phase === 'writing' ? aRequest() : long(), { onProgress: (progress) => { if (progress.phase === phase && !isKilled) { isKilled = true; setTimeout(() => { children.at(-1)?.kill() }) } } }).catch((error: unknown) => error)
    // While it loads, on the one device there is, it is a device that can't be used.
    if (phase === 'loading') expect(answer).toMatchObject({ code: 'not-configured' })
    else expect(answer).toMatchObject({ run: { engine: 'local' } })
    expect((await one.read(aRequest())).text).not.toBe('')
  })

  it('twice over the same request fails it with a sentence, and what waits behind it is answered', async () => {
    const { fork, children } = spied()
    const one = engine(random.folder, { fork })
    const fatal = one.read(long(), { onProgress: ({ phase }) => { if (phase === 'reading') children.at(-1)?.kill() } })
    const behind = one.read(aRequest())
    await expect(fatal).rejects.toThrow('ended twice over this request')
    expect((await behind).text).not.toBe('')
  })

  it('for silence is ended and replaced', async () => {
    let count = 0
    const mute: ForkChild = (entry) => {
      const child = forkNodeChild(entry)
      return count++ > 0 ? child : { ...child, send: (message) => { if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'read') return; child.send(message) } }
    }
    const one = engine(random.folder, { fork: mute, silenceMs: 3000 })
    expect((await one.read(aRequest())).text).not.toBe('')
    expect(count).toBe(2)
  })
})

describe('what does not work', () => {
  it('for want of memory is refused before it is loaded, with both figures', async () => {
    const one = engine(random.folder, { freeBytes: () => 50 * 1024 ** 2 })
    await expect(one.read(aRequest())).rejects.toThrow(/needs about .* of memory and 50 MB are free/)
    expect(one.facts()).toMatchObject({ maxImages: 1 })
    expect(one.facts().maxImagesNote).toContain('free memory')
  })

  it('on one device is tried on the next, and why is shown', async () => {
    // The graphics devices need libraries that this test does not expect on any machine it runs on.
    const one = engine(random.folder, { device: 'dml', fork: (entry) => forkNodeChild(entry) })
    const { run } = await one.read(aRequest())
    expect(run.device).toBe('cpu')
    expect(one.facts().notes.join(' ')).toContain('DirectML can not be used')
  })

  it('at all is said in a sentence', async () => {
    const broken = tinyModel({ seed: 2 })
    const { writeFileSync } = await import('node:fs')
    writeFileSync(`${broken.folder}/onnx/vision_encoder.onnx`, 'nothing')
    const one = engine(broken.folder)
    await expect(one.read(aRequest())).rejects.toMatchObject({ code: 'not-configured' })
    expect(one.facts().state).toBe('failed')
    broken.remove()
  })

  it('in a request is the failure of that request', async () => {
    const one = engine(random.folder)
    await expect(one.read(aRequest({ parts: [{ type: 'text', text: 'a mark <start_of_image> in the text' }] }))).rejects.toMatchObject({ code: 'cannot-decode' })
    await expect(one.read(aRequest({ parts: [{ type: 'image', image: aGreyImage(3, 16) }] }))).rejects.toThrow('32 × 32')
    expect((await one.read(aRequest())).text).not.toBe('')
  })
})

it('an idle process is let go and comes back', async () => {
  const { fork, children } = spied()
  const one = engine(random.folder, { fork, idleMs: 1 })
  await one.read(aRequest())
  await expect.poll(() => one.facts().device).toBeNull()
  await one.read(aRequest())
  expect(children).toHaveLength(2)
})

it('closing ends what runs', async () => {
  const one = engine(random.folder)
  const reading = one.read(long())
  await one.close()
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
  await expect(one.read(aRequest())).rejects.toMatchObject({ code: 'cancelled' })
})
