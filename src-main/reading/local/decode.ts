import { createHash } from 'node:crypto'
import { Tensor, type InferenceSession } from 'onnxruntime-node'
import type { EngineRequest, PreparedImage } from '../engine.ts'
import { createConstraint, type Constraint } from '../schema/constraint.ts'
import type { LoadedModel } from './model.ts'
import { tokenize, type TokenizedPrompt } from './prompt.ts'

export type Step = Readonly<{ phase: 'preparing' | 'reading' | 'writing', imagesDone: number, imagesTotal: number, tokensDone: number, tokensTotal: number }>
export type DecodeOptions = Readonly<{
  signal: AbortSignal
  onStep: (step: Step) => void
  onText: (text: string) => void
  /** Prompt tokens a run of the decoder: bounds its memory, and how long a cancel may have to wait. */
  chunkTokens?: number
}>
export type Decoded = Readonly<{
  text: string, promptTokens: number, generatedTokens: number, firstTokenMs: number, totalMs: number
  msPerImage: number | null, promptTokensPerSecond: number | null, msPerToken: number | null
}>
export type FeatureCache = Readonly<{ get: (image: PreparedImage) => Float32Array | undefined, set: (image: PreparedImage, features: Float32Array) => void }>

/** Features of images that were seen lately, by their pixels: the second look at a study sees much of the first again. */
export function createFeatureCache(mostBytes = 256 * 1024 ** 2): FeatureCache {
  const kept = new Map<string, Float32Array>()
  let bytes = 0
  const keyOf = ({ rgb }: PreparedImage) => createHash('sha256').update(rgb).digest('base64')
  return {
    get: (image) => kept.get(keyOf(image)),
    set(image, features) {
      kept.set(keyOf(image), features)
      bytes += features.byteLength
      for (const [key, oldest] of kept) {
        if (bytes <= mostBytes) break
        kept.delete(key)
        bytes -= oldest.byteLength
      }
    }
  }
}

export type Read = Readonly<{ run: DecoderRun, logits: Float32Array, promptTokens: number, encoded: number, encodeMs: number, readMs: number }>

/** Encodes the images one by one and feeds the prompt piece by piece, so that memory stays bounded and a cancel is heard in between. */
export async function readPrompt(model: LoadedModel, cache: FeatureCache, { ids, images }: TokenizedPrompt, { signal, onStep, chunkTokens = 256 }: Pick<DecodeOptions, 'signal' | 'onStep' | 'chunkTokens'>): Promise<Read> {
  const counts = { imagesTotal: images.length, tokensTotal: ids.length }
  const startedMs = performance.now()
  const features: Float32Array[] = []
  let encoded = 0
  for (const [index, image] of images.entries()) {
    signal.throwIfAborted()
    onStep({ phase: 'preparing', imagesDone: index, tokensDone: 0, ...counts })
    const known = cache.get(image)
    const found = known ?? await encode(model, image)
    if (known === undefined) {
      encoded++
      cache.set(image, found)
    }
    features.push(found)
  }
  const encodedMs = performance.now()
  const run = createDecoderRun(model)
  let placed = 0
  let logits: Float32Array = new Float32Array(0)
  for (let from = 0; from < ids.length; from += chunkTokens) {
    signal.throwIfAborted()
    onStep({ phase: 'reading', imagesDone: Math.floor(placed / model.tokensPerImage), tokensDone: from, ...counts })
    const chunk = ids.slice(from, from + chunkTokens)
    const embedded = await embed(model, chunk)
    placed += placeFeatures(model, embedded, chunk, { features, placed })
    logits = await run(embedded, chunk.length)
  }
  return { run, logits, promptTokens: ids.length, encoded, encodeMs: encodedMs - startedMs, readMs: performance.now() - encodedMs }
}

/** Reads a prompt and writes the answer that the schema admits, greedily. What runs is not broken off; between runs the signal is heard. */
export async function decode(model: LoadedModel, cache: FeatureCache, request: Pick<EngineRequest, 'system' | 'parts' | 'schema' | 'maxNewTokens'>, options: DecodeOptions): Promise<Decoded> {
  const { signal, onStep, onText } = options
  const startedMs = performance.now()
  const constraint = createConstraint({ vocabulary: model.vocabulary, schema: request.schema, maxNewTokens: request.maxNewTokens })
  const prompt = tokenize(model, request.system, request.parts)
  const { run, logits, promptTokens, encoded, encodeMs, readMs } = await readPrompt(model, cache, prompt, options)
  const promptMs = performance.now()
  const images = prompt.images.length
  const step = (tokensDone: number) => { onStep({ phase: 'writing', imagesDone: images, imagesTotal: images, tokensDone, tokensTotal: request.maxNewTokens }) }
  const generatedTokens = await write(model, constraint, run, logits, { signal, onText, step })
  const endMs = performance.now()
  return {
    text: constraint.text(), promptTokens, generatedTokens, firstTokenMs: promptMs - startedMs, totalMs: endMs - startedMs, msPerImage: encoded === 0 ? null : encodeMs / encoded,
    promptTokensPerSecond: promptTokens / Math.max(0.001, readMs / 1000), msPerToken: generatedTokens === 0 ? null : (endMs - promptMs) / generatedTokens
  }
}

type Writing = Readonly<{ signal: AbortSignal, onText: (text: string) => void, step: (tokens: number) => void }>

/**
 * Where only one thing can follow, its tokens are taken without asking the model for each; unless the one token that the model wants says as
 * much or more, which is how it was trained to write.
 */
async function write(model: LoadedModel, constraint: Constraint, run: DecoderRun, first: Float32Array, { signal, onText, step }: Writing): Promise<number> {
  let logits = first
  let tokens = 0
  while (!constraint.isDone()) {
    signal.throwIfAborted()
    const forced = constraint.forced(logits)
    const picked = constraint.pick(logits)
    const { textOf } = model.vocabulary
    const next = forced.reduce((length, id) => length + textOf(id).length, 0) > textOf(picked).length ? forced : [picked]
    for (const id of next) constraint.accept(id)
    tokens += next.length
    step(tokens)
    onText(constraint.text())
    if (!constraint.isDone()) logits = await run(await embed(model, next), next.length)
  }
  return tokens
}

async function encode(model: LoadedModel, { sizePx, rgb }: PreparedImage): Promise<Float32Array> {
  if (sizePx !== model.imageSizePx || rgb.length !== 3 * sizePx * sizePx) throw new Error(`An image is not of ${model.imageSizePx} × ${model.imageSizePx} pixels.`)
  const pixels = new Float32Array(rgb.length)
  const area = sizePx * sizePx
  for (let channel = 0; channel < 3; channel++) {
    const [scale = 1, offset = 0] = [model.scale[channel], model.offset[channel]]
    for (let at = 0; at < area; at++) pixels[channel * area + at] = (rgb[at * 3 + channel] ?? 0) * scale + offset
  }
  const output = await model.visionEncoder.run({ pixel_values: new Tensor('float32', pixels, [1, 3, sizePx, sizePx]) })
  return toFloats(firstOf(output))
}

export async function embed(model: LoadedModel, ids: readonly number[]): Promise<Float32Array> {
  const output = await model.embedTokens.run({ input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]) })
  return toFloats(firstOf(output))
}

/** Puts the rows of image features where the soft tokens stand; returns how many. */
function placeFeatures(model: LoadedModel, embedded: Float32Array, ids: readonly number[], { features, placed: seen }: Readonly<{ features: readonly Float32Array[], placed: number }>): number {
  const width = embedded.length / ids.length
  let placed = 0
  for (const [at, id] of ids.entries()) {
    if (id !== model.imageTokenId) continue
    const row = (seen + placed) % model.tokensPerImage
    const image = features[Math.floor((seen + placed) / model.tokensPerImage)]
    if (image !== undefined) embedded.set(image.subarray(row * width, (row + 1) * width), at * width)
    placed++
  }
  return placed
}

export type DecoderRun = (embedded: Float32Array, count: number) => Promise<Float32Array>

/** The decoder with its cache: each run adds some tokens and gives the logits of the last one. */
export function createDecoderRun({ decoder, layers, keyValueHeads, headSize }: Pick<LoadedModel, 'decoder' | 'layers' | 'keyValueHeads' | 'headSize'>): DecoderRun {
  const keys = Array.from({ length: layers }, (_, layer) => ['key', 'value'].map((part) => ({ past: `past_key_values.${layer}.${part}`, present: `present.${layer}.${part}` }))).flat()
  const types = new Map(decoder.inputMetadata.map((meta) => [meta.name, meta.isTensor ? meta.type : 'float32']))
  const half = (name: string) => types.get(name) === 'float16'
  let cache: InferenceSession.FeedsType = Object.fromEntries(keys.map(({ past }) => [past, half(past) ? new Tensor('float16', new Uint16Array(0), [1, keyValueHeads, 0, headSize]) : new Tensor('float32', new Float32Array(0), [1, keyValueHeads, 0, headSize])]))
  let length = 0
  let ones = new BigInt64Array(1024).fill(1n)
  return async (embedded, count) => {
    const total = length + count
    if (total > ones.length) ones = new BigInt64Array(total * 2).fill(1n)
    const feeds: InferenceSession.FeedsType = {
      ...cache, inputs_embeds: half('inputs_embeds') ? halves(embedded, [1, count, embedded.length / count]) : new Tensor('float32', embedded, [1, count, embedded.length / count]),
      attention_mask: new Tensor('int64', ones.slice(0, total), [1, total]),
      // Gemma 3 counts positions from 1 in these exports.
      position_ids: new Tensor('int64', BigInt64Array.from({ length: count }, (_, index) => BigInt(length + index + 1)), [1, count]),
      ...(types.has('num_logits_to_keep') ? { num_logits_to_keep: new Tensor('int64', BigInt64Array.of(1n), []) } : {})
    }
    const output = await decoder.run(Object.fromEntries(Object.entries(feeds).filter(([name]) => types.has(name))))
    cache = Object.fromEntries(keys.flatMap(({ past, present }) => { const kept = output[present]; return kept === undefined ? [] : [[past, kept]] }))
    length = total
    const logits = output['logits']
    if (logits === undefined) throw new Error('The decoder gave no logits.')
    const width = logits.dims.at(-1) ?? 1
    return toFloats(logits, logits.size - width)
  }
}

function firstOf(output: InferenceSession.ReturnType): Tensor {
  const [tensor] = Object.values(output)
  if (tensor === undefined) throw new Error('A graph of the model gave nothing.')
  return tensor
}

/** Values from `from` on; half precision comes as 16-bit patterns or, where Node knows them, as numbers. */
function toFloats({ data }: Pick<Tensor, 'data'>, from = 0): Float32Array {
  if (data instanceof Float32Array) return from === 0 ? data : data.subarray(from)
  if (data instanceof Uint16Array) return Float32Array.from(data.subarray(from), halfToNumber)
  if (Symbol.iterator in Object(data)) return Float32Array.from((data as unknown as Float32Array).subarray(from))
  throw new Error('A graph of the model gave values of an unknown type.')
}

function halfToNumber(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 0x1f, bits & 0x3ff]
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function halves(values: Float32Array, dims: readonly number[]): Tensor {
  const view = new DataView(new ArrayBuffer(2))
  return new Tensor('float16', Uint16Array.from(values, (value) => { view.setFloat16(0, value); return view.getUint16(0) }), dims)
}
