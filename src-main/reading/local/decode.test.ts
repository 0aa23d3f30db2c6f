import { dirname } from 'node:path'
import { AutoProcessor, env, Gemma3ForConditionalGeneration, RawImage, type Processor, type Tensor } from '@huggingface/transformers'
import { afterAll, describe, expect, it } from 'vitest'
import { aGreyImage } from '../../../test/support/local-engine.ts'
import { tinyModel } from '../../../test/support/tiny-model.ts'
import type { PromptPart } from '../engine.ts'
import { createFeatureCache, embed, readPrompt } from './decode.ts'
import { loadModel } from './model.ts'
import { tokenize } from './prompt.ts'

const made: (() => void)[] = []
afterAll(() => { for (const remove of made) remove() })
const system = 'You are careful.'
const partsOf = (greys: readonly number[]): PromptPart[] => [{ type: 'text', text: 'Describe what is seen.\n' }, ...greys.flatMap((grey, index): PromptPart[] => [{ type: 'image', image: aGreyImage(grey) }, { type: 'text', text: `SLICE S${index + 1}\n` }])]

async function both(seed: number) {
  const { folder, remove } = tinyModel({ seed, layers: 3, keyValueHeads: 2 })
  made.push(remove)
  const model = await loadModel({ folder, dtype: 'fp32', device: 'cpu' })
  Object.assign(env, { allowRemoteModels: false, useFSCache: false, localModelPath: `${dirname(folder)}/` })
  const theirs = await Gemma3ForConditionalGeneration.from_pretrained('tiny-gemma3', { local_files_only: true, dtype: 'fp32', device: 'cpu' })
  const processor: Processor = await AutoProcessor.from_pretrained('tiny-gemma3', { local_files_only: true })
  return { model, theirs, processor }
}

async function inputsOf(processor: Processor, greys: readonly number[]) {
  const content = partsOf(greys).map((part) => (part.type === 'image' ? { type: 'image' } : part))
  const prompt = processor.apply_chat_template([{ role: 'system', content: [{ type: 'text', text: system }] }, { role: 'user', content }] as never, { add_generation_prompt: true })
  const images = greys.map((grey) => new RawImage(new Uint8ClampedArray(aGreyImage(grey).rgb), 32, 32, 3))
  return await processor(prompt, images.length === 0 ? null : images, { add_special_tokens: false }) as { input_ids: Tensor }
}

const rows = (tensor: Tensor) => ((tensor.tolist() as bigint[][])[0] ?? []).map(Number)

describe('the prompt and the loop are those of the library', () => {
  it.each([[[]], [[120]], [[10, 200, 90]]])('the tokens of a prompt with images %j equal those of its processor', async (greys) => {
    const { model, processor } = await both(1)
    expect(tokenize(model, system, partsOf(greys)).ids).toEqual(rows((await inputsOf(processor, greys)).input_ids))
  })

  it.each([[1, []], [2, [120]], [3, [10, 200, 90]], [7, [250, 0]]] as const)('what seed %i says to images %j equals what its own generation says, however the prompt is cut', async (seed, greys) => {
    const { model, theirs, processor } = await both(seed)
    const inputs = await inputsOf(processor, greys)
    const output = await theirs.generate({ ...inputs, max_new_tokens: 25, do_sample: false }) as Tensor
    const expected = rows(output).slice(inputs.input_ids.dims[1])
    for (const chunkTokens of [7, 64, 4096]) {
      const { run, logits } = await readPrompt(model, createFeatureCache(), tokenize(model, system, partsOf(greys)), { signal: new AbortController().signal, onStep: () => undefined, chunkTokens })
      const ours: number[] = []
      let now = logits
      while (ours.length < expected.length) {
        const next = now.indexOf(Math.max(...now))
        ours.push(next)
        if (model.endIds.has(next)) break
        now = await run(await embed(model, [next]), 1)
      }
      expect(ours).toEqual(expected)
    }
  })

  it('an image is encoded once, and the cache forgets the oldest', async () => {
    const { model } = await both(5)
    const cache = createFeatureCache(3 * 4 * 128 * 4)
    const options = { signal: new AbortController().signal, onStep: () => undefined }
    expect((await readPrompt(model, cache, tokenize(model, system, partsOf([1, 2, 1])), options)).encoded).toBe(2)
    expect((await readPrompt(model, cache, tokenize(model, system, partsOf([1, 2])), options)).encoded).toBe(0)
    await readPrompt(model, cache, tokenize(model, system, partsOf([3, 4, 5, 6])), options)
    expect((await readPrompt(model, cache, tokenize(model, system, partsOf([1])), options)).encoded).toBe(1)
  })
})
