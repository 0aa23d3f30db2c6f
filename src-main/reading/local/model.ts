import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AutoTokenizer, env, Gemma3ForConditionalGeneration, type PreTrainedTokenizer } from '@huggingface/transformers'
import type { InferenceSession } from 'onnxruntime-node'
import { z } from 'zod'
import { createVocabulary, type Vocabulary } from '../schema/vocabulary.ts'

const Sessions = z.object({ embed_tokens: z.custom<InferenceSession>(), vision_encoder: z.custom<InferenceSession>(), decoder_model_merged: z.custom<InferenceSession>() })
const Config = z.object({
  image_token_index: z.int().optional(), image_token_id: z.int().optional(), mm_tokens_per_image: z.int().positive(), eos_token_id: z.union([z.int(), z.array(z.int())]),
  text_config: z.object({ num_hidden_layers: z.int().positive(), num_key_value_heads: z.int().positive(), head_dim: z.int().positive(), vocab_size: z.int().positive().optional() })
})
const Preprocessor = z.object({ image_mean: z.array(z.number()).length(3), image_std: z.array(z.number()).length(3), rescale_factor: z.number(), size: z.object({ height: z.int().positive() }) })
const Processor = z.object({ image_seq_length: z.int().positive() })
const TokenizerConfig = z.object({ boi_token: z.string(), eoi_token: z.string(), image_token: z.string() })
/** How the pieces of a vocabulary become text again. */
const TokenizerFile = z.object({
  decoder: z.object({ decoders: z.array(z.looseObject({ type: z.string(), pattern: z.object({ String: z.string() }).optional(), content: z.string().optional() })).default([]) }).nullable(),
  added_tokens: z.array(z.object({ id: z.int(), special: z.boolean() }))
})

export type LoadedModel = Readonly<{
  tokenizer: PreTrainedTokenizer
  vocabulary: Vocabulary
  embedTokens: InferenceSession, visionEncoder: InferenceSession, decoder: InferenceSession
  layers: number, keyValueHeads: number, headSize: number
  imageTokenId: number, tokensPerImage: number, imageSizePx: number, endIds: ReadonlySet<number>
  imageToken: string, beginImage: string, endImage: string
  /** Pixel value of a channel as the encoder wants it: `value * scale + offset`. */
  scale: readonly number[], offset: readonly number[]
}>

/** Loads a folder for one device. Nothing is ever asked of a network. */
export async function loadModel({ folder, dtype, device }: Readonly<{ folder: string, dtype: string, device: string }>): Promise<LoadedModel> {
  Object.assign(env, { allowRemoteModels: false, allowLocalModels: true, useFSCache: false, localModelPath: `${dirname(folder)}/` })
  const name = basename(folder)
  const options = { local_files_only: true, dtype, device }
  // The names of devices and dtypes are checked where they are chosen; the library's own lists are longer than ours.
  const [model, tokenizer] = await Promise.all([Gemma3ForConditionalGeneration.from_pretrained(name, options as Parameters<typeof Gemma3ForConditionalGeneration.from_pretrained>[1]), AutoTokenizer.from_pretrained(name, { local_files_only: true })])
  // The tokenizer of this library looks for a template in its own file alone; newer folders have it beside.
  const template = join(folder, 'chat_template.jinja')
  if (existsSync(template)) Object.assign(tokenizer, { chat_template: readFileSync(template, 'utf8') })
  const sessions = Sessions.parse(model.sessions)
  const config = read(Config, folder, 'config.json')
  const { image_mean: mean, image_std: std, rescale_factor: rescale, size } = read(Preprocessor, folder, 'preprocessor_config.json')
  const { boi_token, eoi_token, image_token } = read(TokenizerConfig, folder, 'tokenizer_config.json')
  const { num_hidden_layers: layers, num_key_value_heads: keyValueHeads, head_dim: headSize } = config.text_config
  return {
    tokenizer, vocabulary: createVocabulary(textsOf(tokenizer, folder, config.text_config.vocab_size ?? 0)),
    embedTokens: sessions.embed_tokens, visionEncoder: sessions.vision_encoder, decoder: sessions.decoder_model_merged, layers, keyValueHeads, headSize,
    imageTokenId: config.image_token_index ?? config.image_token_id ?? -1, tokensPerImage: read(Processor, folder, 'processor_config.json').image_seq_length, imageSizePx: size.height,
    endIds: new Set([config.eos_token_id].flat()), imageToken: image_token, beginImage: boi_token, endImage: eoi_token,
    scale: std.map((one) => rescale / one), offset: mean.map((one, channel) => -one / (std[channel] ?? 1))
  }
}

function read<S extends z.ZodType>(schema: S, folder: string, file: string): z.output<S> {
  return schema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))
}

/** The text of each token; null for control tokens, single bytes, and ids that the tokenizer does not know. */
function textsOf(tokenizer: PreTrainedTokenizer, folder: string, size: number): (string | null)[] {
  const { decoder, added_tokens: added } = read(TokenizerFile, folder, 'tokenizer.json')
  const replacements = (decoder?.decoders ?? []).flatMap(({ type, pattern, content }) => (type === 'Replace' && pattern !== undefined ? [[pattern.String, content ?? ''] as const] : []))
  const special = new Set(added.filter((token) => token.special).map(({ id }) => id))
  const vocabulary = tokenizer.get_vocab()
  const texts: (string | null)[] = Array.from({ length: Math.max(size, vocabulary.size) }, () => null)
  for (const [token, id] of vocabulary) {
    if (special.has(id) || /^<0x[0-9A-F]{2}>$/.test(token)) continue
    texts[id] = replacements.reduce((text, [from, to]) => text.replaceAll(from, to), token)
  }
  return texts
}
