import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTasks, type ReadTask } from '../../src-shared/reading.ts'
import { type ExternalData } from './onnx.ts'
import { decoder, embeddingOf, embedTokens, tokensPerImage, visionEncoder, type TinyShape, type TinyWeights } from './tiny-graphs.ts'
import { markerOf, tinyVocabulary, type TinyVocabulary } from './tiny-tokenizer.ts'

/** What a scripted model recites: by task, and by whether its images are brighter than a threshold; without images the dark one. */
export type TinyScripts = Readonly<Partial<Record<ReadTask, string | Readonly<{ bright: string, dark: string }>>>>
export type TinyOptions = Readonly<Partial<TinyShape> & {
  seed?: number, scripts?: TinyScripts
  /** 0 to 1: mean of the pixels from which an image counts as bright. */
  brightness?: number
  /** Tokens that are never used, to measure with a large vocabulary. */
  filler?: number
  /** Weights in `.onnx_data` files beside the graphs. */
  isExternal?: boolean
  name?: string
}>

type Told = Readonly<{ text: string, taskIndex: number, isBright: boolean | null }>

const defaults: TinyShape = { hidden: 128, layers: 2, heads: 4, keyValueHeads: 1, headSize: 8, inner: 64, imageSizePx: 32, patchPx: 8 }

/**
 * Writes a folder that transformers.js takes for a `Gemma3ForConditionalGeneration`: configurations, tokenizer, chat template, and the three
 * graphs with the names, caches and dimensions of the real exports. It knows nothing; it is there so that loading, tokenising, images and
 * decoding run for real in a test. Takes some tens of milliseconds.
 */
export function writeTinyModel(folder: string, options: TinyOptions = {}): void {
  const { seed = 1, scripts, brightness = 0.5, filler = 0, isExternal = false, name = 'tiny-gemma3', ...shapeOptions } = options
  const shape = { ...defaults, ...shapeOptions }
  const told = Object.entries(scripts ?? {}).flatMap(([task, script]): Told[] => {
    const taskIndex = readTasks.findIndex((known) => known === task)
    return typeof script === 'string' ? [{ text: script, taskIndex, isBright: null }] : [{ text: script.bright, taskIndex, isBright: true }, { text: script.dark, taskIndex, isBright: false }]
  })
  const vocabulary = tinyVocabulary(told.map(({ text }) => text), filler)
  const weights: TinyWeights = {
    random: randomOf(seed), vocabulary: vocabulary.size,
    script: scripts === undefined ? null : {
      endOfTurn: vocabulary.idOf('<end_of_turn>'), newline: vocabulary.idOf('\n'), markers: readTasks.map((task) => vocabulary.idOf(markerOf(task))), brightness,
      chains: told.map(({ taskIndex, isBright }, index) => ({ tokens: vocabulary.chains[index] ?? [], taskIndex, isBright }))
    }
  }
  mkdirSync(join(folder, 'onnx'), { recursive: true })
  writeConfigurations(folder, shape, vocabulary, isExternal)
  const embedding = embeddingOf(shape, weights)
  const graph = (file: string, make: (external: ExternalData | null) => Uint8Array) => {
    const external: ExternalData | null = isExternal ? { fileName: `${file}.onnx_data`, parts: [], bytes: 0 } : null
    writeFileSync(join(folder, 'onnx', `${file}.onnx`), make(external))
    if (external !== null) writeFileSync(join(folder, 'onnx', external.fileName), Buffer.concat(external.parts))
  }
  graph('embed_tokens', (external) => embedTokens(shape, embedding, vocabulary.size, external))
  graph('vision_encoder', (external) => visionEncoder(shape, weights, external))
  graph('decoder_model_merged', (external) => decoder(shape, weights, embedding, external))
  writeManifest(folder, name)
}

/** xorshift32: the same seed gives the same weights everywhere. */
function randomOf(seed: number): TinyWeights['random'] {
  let state = seed >>> 0 || 1
  const next = () => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 31 - 1
  }
  return (count, scale) => Float32Array.from({ length: count }, () => next() * scale)
}

function writeConfigurations(folder: string, shape: TinyShape, { size, idOf, tokenizerJson }: TinyVocabulary, isExternal: boolean): void {
  const write = (file: string, value: object) => { writeFileSync(join(folder, file), `${JSON.stringify(value, null, 1)}\n`) }
  const { hidden, layers, heads, keyValueHeads, headSize, inner, imageSizePx, patchPx } = shape
  const imageTokens = tokensPerImage(shape)
  const ends = [idOf('<eos>'), idOf('<end_of_turn>')]
  write('config.json', {
    architectures: ['Gemma3ForConditionalGeneration'], model_type: 'gemma3',
    boi_token_index: idOf('<start_of_image>'), eoi_token_index: idOf('<end_of_image>'), image_token_index: idOf('<image_soft_token>'), mm_tokens_per_image: imageTokens, eos_token_id: ends,
    text_config: {
      model_type: 'gemma3_text', hidden_size: hidden, intermediate_size: inner, num_hidden_layers: layers, num_attention_heads: heads, num_key_value_heads: keyValueHeads, head_dim: headSize,
      vocab_size: size, max_position_embeddings: 131_072
    },
    vision_config: { model_type: 'siglip_vision_model', hidden_size: 16, image_size: imageSizePx, patch_size: patchPx, num_hidden_layers: 1, num_attention_heads: 1, intermediate_size: 16 },
    'transformers.js_config': { use_external_data_format: isExternal }
  })
  write('generation_config.json', { bos_token_id: idOf('<bos>'), eos_token_id: ends, pad_token_id: idOf('<pad>'), do_sample: false })
  write('preprocessor_config.json', {
    processor_class: 'Gemma3Processor', image_processor_type: 'Gemma3ImageProcessor', do_convert_rgb: true, do_resize: true, do_rescale: true, do_normalize: true, image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5], rescale_factor: 1 / 255, resample: 2, size: { height: imageSizePx, width: imageSizePx }, image_seq_length: imageTokens
  })
  write('processor_config.json', { processor_class: 'Gemma3Processor', image_seq_length: imageTokens })
  write('tokenizer_config.json', {
    tokenizer_class: 'GemmaTokenizer', add_bos_token: true, add_eos_token: false, bos_token: '<bos>', eos_token: '<eos>', pad_token: '<pad>', unk_token: '<unk>', boi_token: '<start_of_image>',
    eoi_token: '<end_of_image>', image_token: '<image_soft_token>', model_max_length: 131_072, clean_up_tokenization_spaces: false
  })
  write('tokenizer.json', tokenizerJson)
  writeFileSync(join(folder, 'chat_template.jinja'), chatTemplate)
}

/** Gemma has no turn for a system: its text goes in front of the first of the user. */
const chatTemplate = [
  "{{ bos_token }}{%- if messages[0]['role'] == 'system' -%}{%- set first = messages[0]['content'][0]['text'] + '\\n\\n' -%}{%- set rest = messages[1:] -%}",
  "{%- else -%}{%- set first = '' -%}{%- set rest = messages -%}{%- endif -%}",
  "{%- for message in rest -%}{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else 'user') + '\\n' + (first if loop.first else '') }}",
  "{%- for part in message['content'] -%}{%- if part['type'] == 'image' -%}{{ '<start_of_image>' }}{%- else -%}{{ part['text'] }}{%- endif -%}{%- endfor -%}{{ '<end_of_turn>\\n' }}{%- endfor -%}",
  "{%- if add_generation_prompt -%}{{ '<start_of_turn>model\\n' }}{%- endif -%}"
].join('')

function writeManifest(folder: string, name: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path !== 'vigil-model.json' && statSync(join(folder, path)).isFile()).toSorted().map((path) => {
    const bytes = readFileSync(join(folder, path))
    return { path: path.replaceAll('\\', '/'), bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  })
  const manifest = { format: 'vigil-model/1', name, repo: null, revision: null, dtype: 'fp32', isTestModel: true, files, licence: null, createdAt: '2026-01-01T00:00:00.000Z' }
  writeFileSync(join(folder, 'vigil-model.json'), `${JSON.stringify(manifest, null, 1)}\n`)
}
