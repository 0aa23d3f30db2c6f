import { expect, it } from 'vitest'
import { forkNodeChild, type ChildProcess, type ForkChild } from '../../src-main/platform/child-process.ts'
import { aGreyImage, aLocalEngine, aRequest, aSentence } from '../support/local-engine.ts'
import { tinyModel } from '../support/tiny-model.ts'

/** `VIGIL_FAULT=on` kills it 200 times; the usual run 12. */
const kills = process.env['VIGIL_FAULT'] === 'on' ? 200 : 12

it(`no request hangs and none is lost while the reader's process is killed ${kills} times at random`, async () => {
  const model = tinyModel({ seed: 11 })
  const children = new Set<ChildProcess>()
  const fork: ForkChild = (entry) => {
    const child = forkNodeChild(entry)
    children.add(child)
    child.onExit(() => { children.delete(child) })
    return child
  }
  const engine = aLocalEngine(model.folder, { fork })
  let killed = 0
  let answered = 0
  let failed = 0
  const ask = async (index: number) => {
    const image = { type: 'image' as const, image: aGreyImage(index % 256) }
    try {
      const { text } = await engine.read(aRequest({ priority: index % 3 === 0 ? 'read' : 'caption', parts: [{ type: 'text', text: `Task: caption-chunk\n${'word '.repeat(300)}` }, image, image] }))
      expect(aSentence.safeParse(JSON.parse(text)).success).toBe(true)
      answered++
    } catch (error) {
      // Twice in a row over the same request, or while it loaded: a sentence, not silence.
      expect(error).toMatchObject({ name: 'AppError', code: expect.stringMatching(/^(?:internal|not-configured)$/) })
      failed++
    }
  }
  let asked = 0
  const stop = new AbortController()
  const stream = (async () => { while (!stop.signal.aborted) await Promise.all([ask(asked++), ask(asked++), ask(asked++)]) })()
  while (killed < kills) {
    await new Promise((resolve) => { setTimeout(resolve, Math.random() * 700) })
    for (const child of children) { child.kill(); killed++ }
  }
  stop.abort()
  await stream
  expect(answered + failed).toBe(asked)
  await ask(asked++)
  expect(answered).toBeGreaterThan(0)
  await engine.close()
  await expect.poll(() => children.size).toBe(0)
  model.remove()
}, 600_000)
