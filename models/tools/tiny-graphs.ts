import { elementTypes, Graph, type ExternalData } from './onnx.ts'
import { readTasks } from '../../src-shared/reading.ts'

export type TinyShape = Readonly<{ hidden: number, layers: number, heads: number, keyValueHeads: number, headSize: number, inner: number, imageSizePx: number, patchPx: number }>
export type TinyWeights = Readonly<{
  random: (count: number, scale: number) => Float32Array
  vocabulary: number
  /** Of a scripted model: what follows what, and what begins an answer. Null: random weights all through. */
  script: Readonly<{
    endOfTurn: number, newline: number, markers: readonly number[]
    chains: readonly Readonly<{ tokens: readonly number[], taskIndex: number | null, isBright: boolean | null }>[]
    brightness: number
  }> | null
}>

/** Signals that a scripted model carries beside its tokens: the brightness of the images, and one for each task. */
const signals = 1 + readTasks.length
/** How strongly each draws towards its beginning; the step from one token of a chain to the next weighs as many as there are plain dimensions. */
const taskPull = 20
const brightPull = 8
const endBias = 80
/** Signals are averages over all tokens, of which there may be tens of thousands: this brings them back to −1 or 1. */
const signalGain = 1e5

const float = elementTypes.float
const integer = elementTypes.int64

/** `input_ids` → `inputs_embeds`. */
export function embedTokens({ hidden }: TinyShape, embedding: Float32Array, vocabulary: number, external: ExternalData | null): Uint8Array {
  const graph = new Graph('embed_tokens', external)
  graph.input('input_ids', integer, ['batch_size', 'sequence_length'])
  graph.op('Gather', [graph.weights('embedding', [vocabulary, hidden], embedding), 'input_ids'], {}, 'inputs_embeds')
  graph.output('inputs_embeds', float, ['batch_size', 'sequence_length', hidden])
  return graph.encoded()
}

/** Of a scripted model the plain dimensions hold ±1, so that no two tokens are alike, and a marker holds its signal alone. */
export function embeddingOf({ hidden }: TinyShape, { random, vocabulary, script }: TinyWeights): Float32Array {
  const table = random(vocabulary * hidden, 1)
  if (script === null) return table
  for (let index = 0; index < table.length; index++) table[index] = index % hidden < signals ? 0 : (table[index] ?? 0) < 0 ? -1 : 1
  for (const [task, id] of script.markers.entries()) {
    table.fill(0, id * hidden, (id + 1) * hidden)
    table[id * hidden + 1 + task] = 1
  }
  return table
}

/** `pixel_values` [images, 3, S, S] → `image_features` [images, tokens, hidden]: patches, pooled two by two. */
export function visionEncoder({ hidden, imageSizePx, patchPx }: TinyShape, { random, script }: TinyWeights, external: ExternalData | null): Uint8Array {
  const channels = 16
  const graph = new Graph('vision_encoder', external)
  graph.input('pixel_values', float, ['num_images', 3, imageSizePx, imageSizePx])
  const patch = 3 * patchPx * patchPx
  const kernel = script === null ? random(channels * patch, 0.1) : new Float32Array(channels * patch).fill(1 / patch)
  // Pixels come as −1 to 1; a scripted model asks on which side of a brightness they lie.
  const bias = script === null ? random(channels, 0.1) : new Float32Array(channels).fill(1 - 2 * script.brightness)
  const patches = graph.op('Conv', ['pixel_values', graph.weights('patch kernel', [channels, 3, patchPx, patchPx], kernel), graph.weights('patch bias', [channels], bias)], { strides: [patchPx, patchPx], kernel_shape: [patchPx, patchPx] })
  const pooled = graph.op('AveragePool', [graph.op('Tanh', [patches])], { kernel_shape: [2, 2], strides: [2, 2] })
  const flat = graph.op('Transpose', [graph.op('Reshape', [pooled, graph.integers([0, channels, -1])])], { perm: [0, 2, 1] })
  const projection = random(channels * hidden, 0.5)
  if (script !== null) for (let index = 0; index < projection.length; index++) projection[index] = index % hidden === 0 ? 1 : 0
  graph.op('MatMul', [flat, graph.weights('projection', [channels, hidden], projection)], {}, 'image_features')
  graph.output('image_features', float, ['num_images', tokensPerImage({ imageSizePx, patchPx }), hidden])
  return graph.encoded()
}

export function tokensPerImage({ imageSizePx, patchPx }: Pick<TinyShape, 'imageSizePx' | 'patchPx'>): number {
  return (imageSizePx / patchPx / 2) ** 2
}

/** The decoder with its cache: normalised, grouped attention with rotary positions, gated perceptron; names and dimensions as the real exports have them. */
export function decoder(shape: TinyShape, weights: TinyWeights, embedding: Float32Array, external: ExternalData | null): Uint8Array {
  const { hidden, layers, keyValueHeads, headSize } = shape
  const graph = new Graph('decoder_model_merged', external)
  graph.input('inputs_embeds', float, ['batch_size', 'sequence_length', hidden])
  graph.input('attention_mask', integer, ['batch_size', 'total_sequence_length'])
  graph.input('position_ids', integer, ['batch_size', 'sequence_length'])
  graph.input('num_logits_to_keep', integer, [])
  for (let layer = 0; layer < layers; layer++) for (const part of ['key', 'value']) graph.input(`past_key_values.${layer}.${part}`, float, ['batch_size', keyValueHeads, 'past_sequence_length', headSize])
  const shared = attentionInputs(graph, headSize)
  let stream = 'inputs_embeds'
  for (let layer = 0; layer < layers; layer++) stream = decoderLayer(graph, shape, weights, { layer, stream, ...shared })
  const first = graph.op('Unsqueeze', [graph.op('Neg', ['num_logits_to_keep']), graph.integers([0])])
  const last = graph.op('Slice', [stream, first, graph.integers([Number.MAX_SAFE_INTEGER]), graph.integers([1])])
  const { matrix, bias } = head(shape, weights, embedding)
  const { vocabulary } = weights
  graph.op('Add', [graph.op('MatMul', [normalised(graph, last, 'final norm', hidden), graph.weights('head', [hidden, vocabulary], matrix)]), graph.weights('head bias', [vocabulary], bias)], {}, 'logits')
  graph.output('logits', float, ['batch_size', 'logits_length', vocabulary])
  for (let layer = 0; layer < layers; layer++) for (const part of ['key', 'value']) graph.output(`present.${layer}.${part}`, float, ['batch_size', keyValueHeads, 'total_sequence_length', headSize])
  return graph.encoded()
}

type Shared = Readonly<{ bias: string, cosine: string, sine: string }>

/** Which position may look at which, and the rotary angles of the new ones. */
function attentionInputs(graph: Graph, headSize: number): Shared {
  const lengthOf = (tensor: string, axis: number) => graph.op('Gather', [graph.op('Shape', [tensor]), graph.integer(axis)], { axis: 0 })
  const total = lengthOf('attention_mask', 1)
  const past = graph.op('Sub', [total, lengthOf('inputs_embeds', 1)])
  const keys = graph.op('Unsqueeze', [graph.op('Range', [graph.integer(0), total, graph.integer(1)]), graph.integers([0])])
  const queries = graph.op('Unsqueeze', [graph.op('Range', [past, total, graph.integer(1)]), graph.integers([1])])
  const isPresent = graph.op('Unsqueeze', [graph.op('Cast', ['attention_mask'], { to: elementTypes.bool }), graph.integers([1, 2])])
  const bias = graph.op('Where', [graph.op('And', [isPresent, graph.op('LessOrEqual', [keys, queries])]), graph.scalar(0), graph.scalar(-1e9)])
  const frequencies = Float32Array.from({ length: headSize / 2 }, (_, index) => 10_000 ** (-2 * index / headSize))
  const angles = graph.op('Mul', [graph.op('Unsqueeze', [graph.op('Cast', ['position_ids'], { to: float }), graph.integers([2])]), graph.weights('frequencies', [headSize / 2], frequencies)])
  const all = graph.op('Unsqueeze', [graph.op('Concat', [angles, angles], { axis: -1 }), graph.integers([1])])
  return { bias, cosine: graph.op('Cos', [all]), sine: graph.op('Sin', [all]) }
}

function decoderLayer(graph: Graph, { hidden, heads, keyValueHeads, headSize, inner }: TinyShape, { random, script }: TinyWeights, { layer, stream, bias, cosine, sine }: Shared & Readonly<{ layer: number, stream: string }>): string {
  // A scripted model attends to everything alike and hands the signals on, in its first layer; its other layers do nothing.
  const isScripted = script !== null
  const scale = (inputs: number) => (isScripted ? 0 : 0.6 / Math.sqrt(inputs))
  const project = (x: string, name: string, inputs: number, outputs: number, values = random(inputs * outputs, scale(inputs))) => graph.op('MatMul', [x, graph.weights(`layer ${layer} ${name}`, [inputs, outputs], values)])
  const split = (x: string, count: number) => graph.op('Transpose', [graph.op('Reshape', [x, graph.integers([0, 0, count, headSize])])], { perm: [0, 2, 1, 3] })
  const rotated = (x: string) => {
    const half = (from: number, to: number) => graph.op('Slice', [x, graph.integers([from]), graph.integers([to]), graph.integers([3])])
    const turned = graph.op('Concat', [graph.op('Neg', [half(headSize / 2, headSize)]), half(0, headSize / 2)], { axis: -1 })
    return graph.op('Add', [graph.op('Mul', [x, cosine]), graph.op('Mul', [turned, sine])])
  }
  const x = normalised(graph, stream, `layer ${layer} norm 1`, hidden)
  const query = rotated(split(project(x, 'query', hidden, heads * headSize), heads))
  const key = graph.op('Concat', [`past_key_values.${layer}.key`, rotated(split(project(x, 'key', hidden, keyValueHeads * headSize), keyValueHeads))], { axis: 2 }, `present.${layer}.key`)
  const value = graph.op('Concat', [`past_key_values.${layer}.value`, split(project(x, 'value', hidden, keyValueHeads * headSize, isScripted ? diagonal(hidden, keyValueHeads * headSize) : undefined), keyValueHeads)], { axis: 2 }, `present.${layer}.value`)
  const spread = (tensor: string) => (heads === keyValueHeads || keyValueHeads === 1 ? tensor : grouped(graph, tensor, heads / keyValueHeads, heads, headSize))
  const scores = graph.op('Mul', [graph.op('MatMul', [query, graph.op('Transpose', [spread(key)], { perm: [0, 1, 3, 2] })]), graph.scalar(headSize ** -0.5)])
  const context = graph.op('Reshape', [graph.op('Transpose', [graph.op('MatMul', [graph.op('Softmax', [graph.op('Add', [scores, bias])], { axis: -1 }), spread(value)])], { perm: [0, 2, 1, 3] }), graph.integers([0, 0, heads * headSize])])
  const attended = project(context, 'output', heads * headSize, hidden, isScripted ? diagonal(heads * headSize, hidden, layer === 0 ? signalGain : 0) : undefined)
  const added = graph.op('Add', [stream, isScripted ? graph.op('Tanh', [attended]) : attended])
  const y = normalised(graph, added, `layer ${layer} norm 2`, hidden)
  const gate = project(y, 'gate', hidden, inner)
  const gated = graph.op('Mul', [graph.op('Mul', [gate, graph.op('Sigmoid', [gate])]), project(y, 'up', hidden, inner)])
  return graph.op('Add', [added, project(gated, 'down', inner, hidden)])
}

/** Each key and value head repeated for the query heads that share it. */
function grouped(graph: Graph, tensor: string, times: number, heads: number, headSize: number): string {
  const wide = graph.op('Unsqueeze', [tensor, graph.integers([2])])
  const repeated = graph.op('Concat', Array.from({ length: times }, () => wide), { axis: 2 })
  return graph.op('Reshape', [repeated, graph.integers([0, heads, -1, headSize])])
}

function normalised(graph: Graph, x: string, name: string, hidden: number): string {
  const mean = graph.op('ReduceMean', [graph.op('Mul', [x, x]), graph.integers([-1])], { keepdims: 1 })
  return graph.op('Mul', [graph.op('Div', [x, graph.op('Sqrt', [graph.op('Add', [mean, graph.scalar(1e-6)])])]), graph.weights(name, [hidden], new Float32Array(hidden).fill(1))])
}

/** Hands the signals on, each in its own dimension. */
function diagonal(rows: number, columns: number, gain = 1): Float32Array {
  const matrix = new Float32Array(rows * columns)
  for (let index = 0; index < signals; index++) matrix[index * columns + index] = gain
  return matrix
}

/** The last step. A scripted one goes from each token of a chain to the next, and from the end of the prompt to the chain whose signals are on. */
function head({ hidden }: TinyShape, { random, vocabulary, script }: TinyWeights, embedding: Float32Array): Readonly<{ matrix: Float32Array, bias: Float32Array }> {
  const bias = new Float32Array(vocabulary)
  if (script === null) return { matrix: random(hidden * vocabulary, 0.3), bias }
  const matrix = new Float32Array(hidden * vocabulary)
  const add = (dimension: number, id: number, value: number) => { matrix[dimension * vocabulary + id] = (matrix[dimension * vocabulary + id] ?? 0) + value }
  const follow = (from: number, to: number) => { for (let dimension = signals; dimension < hidden; dimension++) add(dimension, to, embedding[from * hidden + dimension] ?? 0) }
  bias[script.endOfTurn] = endBias
  for (const { tokens, taskIndex, isBright } of script.chains) {
    const [start] = tokens
    if (start === undefined) continue
    follow(script.newline, start)
    if (taskIndex !== null) add(1 + taskIndex, start, taskPull)
    if (isBright !== null) add(0, start, isBright ? brightPull : -brightPull)
    // Without any image the dark one is told.
    if (isBright === true) bias[start] = -1
    tokens.slice(1).forEach((id, index) => { follow(tokens[index] ?? 0, id) })
  }
  return { matrix, bias }
}
