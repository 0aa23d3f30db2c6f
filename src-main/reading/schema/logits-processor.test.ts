import { dirname } from 'node:path'
import { AutoTokenizer, env, Gemma3ForConditionalGeneration, LogitsProcessorList, Tensor } from '@huggingface/transformers'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { tinyModel } from '../../../test/support/tiny-model.ts'
import { loadModel } from '../local/model.ts'
import { schemaOf } from './compile.ts'
import { createConstraint } from './constraint.ts'
import { asLogitsProcessor } from './logits-processor.ts'
import { createVocabulary } from './vocabulary.ts'

/** The library's list is called as a function. */
const listed = (list: LogitsProcessorList) => list as unknown as (ids: bigint[][], logits: Tensor) => unknown

const made: (() => void)[] = []
afterAll(() => { for (const remove of made) remove() })
const schema = z.strictObject({ verdict: z.enum(['stone', 'vessel']), reason: z.string().min(1).max(30) })

describe('a constraint in the hands of transformers.js', () => {
  const pieces = [...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)), null, '{"a":']
  const end = pieces.indexOf(null)
  const aProcessor = () => asLogitsProcessor(createConstraint({ vocabulary: createVocabulary(pieces), schema: schemaOf(z.strictObject({ a: z.boolean() })), maxNewTokens: 40 }), [end])
  const after = (processor: ReturnType<typeof aProcessor>, ids: readonly number[], logit = 1) => {
    // Three rows more than there are tokens, as models pad their tables.
    const logits = new Tensor('float32', new Float32Array(pieces.length + 3).fill(logit), [1, pieces.length + 3])
    const list = new LogitsProcessorList()
    list.extend([processor as never])
    const { data } = listed(list)([ids.map(BigInt)], logits) as Readonly<{ data: Float32Array }>
    return Array.from(data.entries()).flatMap(([id, one]) => (one === Number.NEGATIVE_INFINITY ? [] : [id < pieces.length ? pieces[id] : 'padding']))
  }

  it('takes the prompt for no part of the answer, follows what is written, and lets it end only when it is whole', () => {
    const processor = aProcessor()
    const ids = [3, 14, 15]
    const write = (text: string) => { ids.push(pieces.indexOf(text)); return after(processor, ids) }
    expect(after(processor, ids)).toEqual(['{', '{"a":'])
    expect(write('{"a":')).toEqual(['f', 't'])
    for (const char of 'tru') write(char)
    expect(write('e')).toEqual(['}'])
    expect(write('}')).toEqual([null])
  })

  it.each([Number.NaN, Number.NEGATIVE_INFINITY])('leaves something to choose where the model gives %d', (logit) => {
    expect(after(aProcessor(), [1], logit)).toEqual(['{', '{"a":'])
  })

  it('refuses a batch', () => {
    expect(() => aProcessor()([[1n], [1n]], new Tensor('float32', new Float32Array(20), [2, 10]))).toThrow('one text')
  })

  it.each([1, 2, 3, 4, 5])('makes its own generation answer to the schema (random weights, seed %i)', async (seed) => {
    const { folder, remove } = tinyModel({ seed })
    made.push(remove)
    const { vocabulary, endIds } = await loadModel({ folder, dtype: 'fp32', device: 'cpu' })
    Object.assign(env, { allowRemoteModels: false, useFSCache: false, localModelPath: `${dirname(folder)}/` })
    const model = await Gemma3ForConditionalGeneration.from_pretrained('tiny-gemma3', { local_files_only: true, dtype: 'fp32', device: 'cpu' })
    const tokenizer = await AutoTokenizer.from_pretrained('tiny-gemma3', { local_files_only: true })
    const inputs = tokenizer('What is it?') as Readonly<{ input_ids: Tensor }>
    const processor = asLogitsProcessor(createConstraint({ vocabulary, schema: schemaOf(schema), maxNewTokens: 90 }), [...endIds])
    const processors = new LogitsProcessorList()
    processors.extend([processor as never])
    const output = await model.generate({ ...inputs, max_new_tokens: 91, do_sample: false, logits_processor: processors }) as Tensor
    const written = (output.tolist() as bigint[][])[0]?.slice(inputs.input_ids.dims[1]).map(Number) ?? []
    expect(endIds.has(written.at(-1) ?? -1)).toBe(true)
    expect(schema.safeParse(JSON.parse(written.slice(0, -1).map((id) => vocabulary.textOf(id)).join(''))).success).toBe(true)
  })
})
