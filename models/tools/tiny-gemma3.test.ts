import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AutoProcessor, env, Gemma3ForConditionalGeneration, RawImage, type PreTrainedTokenizer, type Processor, type Tensor } from '@huggingface/transformers'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { tinyModel } from '../../test/support/tiny-model.ts'
import { piecesOf } from './tiny-tokenizer.ts'

const bright = '{"verdict":"stone","reason":"bright"}'
const dark = '{"verdict":"phlebolith","reason":"a \\"dark\\" one"}'
const made: (() => void)[] = []
afterAll(() => { for (const remove of made) remove() })

async function load(options: Parameters<typeof tinyModel>[0]) {
  const { folder, remove } = tinyModel(options)
  made.push(remove)
  Object.assign(env, { allowRemoteModels: false, useFSCache: false, localModelPath: `${dirname(folder)}/` })
  const name = 'tiny-gemma3'
  const model = await Gemma3ForConditionalGeneration.from_pretrained(name, { local_files_only: true, dtype: 'fp32', device: 'cpu' })
  const processor: Processor = await AutoProcessor.from_pretrained(name, { local_files_only: true })
  const { tokenizer } = processor as { tokenizer?: PreTrainedTokenizer }
  if (tokenizer === undefined) throw new Error('The folder holds no tokenizer.')
  /** What it says to a text and to even images of these greys. */
  const ask = async (text: string, greys: readonly number[]): Promise<string> => {
    const content = [{ type: 'text', text }, ...greys.map(() => ({ type: 'image' }))]
    const prompt = processor.apply_chat_template([{ role: 'user', content }] as never, { add_generation_prompt: true })
    const images = greys.map((grey) => new RawImage(new Uint8ClampedArray(32 * 32 * 3).fill(grey), 32, 32, 3))
    const inputs = await processor(prompt, images.length === 0 ? null : images, { add_special_tokens: false }) as { input_ids: Tensor }
    const output = await model.generate({ ...inputs, max_new_tokens: 60, do_sample: false }) as Tensor
    const ids = (output.tolist() as bigint[][])[0]?.slice(inputs.input_ids.dims[1]) ?? []
    return tokenizer.decode(ids.map(Number), { skip_special_tokens: true })
  }
  return { folder, ask }
}

describe('the scripted test model', () => {
  it('says by heart what belongs to the task and to the brightness of its images, in prompts of any length', async () => {
    const { ask } = await load({ scripts: { 'second-look': { bright, dark }, impression: '{"lines":[]}' } })
    expect(await ask('Task: second-look\nLook.', [220])).toBe(bright)
    expect(await ask('Task: second-look\nLook.', [20])).toBe(dark)
    expect(await ask(`Task: second-look\n${'word '.repeat(400)}`, [220, 200, 20])).toBe(bright)
    expect(await ask(`Task: second-look\n${'word '.repeat(400)}`, Array.from({ length: 24 }, () => 30))).toBe(dark)
    expect(await ask('Task: impression\nNo pictures.', [])).toBe('{"lines":[]}')
    expect(await ask('Task: second-look\nNo pictures.', [])).toBe(dark)
  })

  it('has its weights beside the graphs where it is told to, and lists each file with its hash', async () => {
    const { folder, ask } = await load({ isExternal: true, keyValueHeads: 2, seed: 5 })
    expect(existsSync(join(folder, 'onnx', 'decoder_model_merged.onnx_data'))).toBe(true)
    expect(typeof await ask('Anything', [120])).toBe('string')
    const { files } = z.object({ files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })) }).parse(JSON.parse(readFileSync(join(folder, 'vigil-model.json'), 'utf8')))
    expect(files.map(({ path }) => path)).toContain('onnx/vision_encoder.onnx_data')
    for (const { path, sha256 } of files) expect(createHash('sha256').update(readFileSync(join(folder, path))).digest('hex')).toBe(sha256)
  })

  it('is the same again for the same seed', () => {
    const [one, two, other] = [tinyModel({ seed: 3 }), tinyModel({ seed: 3 }), tinyModel({ seed: 4 })]
    const bytes = ({ folder }: Readonly<{ folder: string }>) => readFileSync(join(folder, 'onnx', 'decoder_model_merged.onnx'))
    expect(bytes(one).equals(bytes(two))).toBe(true)
    expect(bytes(one).equals(bytes(other))).toBe(false)
    for (const { remove } of [one, two, other]) remove()
  })
})

it('a script is cut where its words begin and end', () => {
  expect(piecesOf('{"a":[{"text":"one two three","b":["S1"]}],"c":null}')).toEqual(['{"a":[{"text":"', 'one tw', 'o thre', 'e","b":["', 'S1"]}],"c":null}'])
  expect(piecesOf(dark).join('')).toBe(dark)
})
