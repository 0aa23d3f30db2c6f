import { readFileSync, readdirSync, statSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

const gb = 1024 ** 3
const Shape = z.object({
  mm_tokens_per_image: z.int().positive(),
  text_config: z.object({ num_hidden_layers: z.int(), num_key_value_heads: z.int(), head_dim: z.int(), hidden_size: z.int(), vocab_size: z.int().default(262_208) }),
  vision_config: z.object({ image_size: z.int(), patch_size: z.int(), num_attention_heads: z.int() })
})

export type ModelMemory = Readonly<{
  /** To load it and to read one image. */
  loadBytes: number
  /** For each further image: its cache in the decoder and its features. */
  imageBytes: number
  tokensPerImage: number, imageSizePx: number
}>

/**
 * What a folder of weights will take: its graphs with a tenth on top, the attention of the image encoder (every patch with every other, for
 * each head), some thousand tokens of text, and for each image its keys and values in every layer, in single precision.
 */
export function estimateMemory(folder: string, dtype: string): ModelMemory {
  const { text_config: text, vision_config: vision, mm_tokens_per_image: tokensPerImage } = Shape.parse(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')))
  const weights = readdirSync(join(folder, 'onnx')).filter((name) => isOf(name, dtype)).reduce((sum, name) => sum + statSync(join(folder, 'onnx', name)).size, 0)
  const perToken = text.num_hidden_layers * text.num_key_value_heads * text.head_dim * 2 * 4
  const patches = (vision.image_size / vision.patch_size) ** 2
  const encoder = patches * patches * vision.num_attention_heads * 4
  return {
    loadBytes: Math.round(weights * 1.1 + encoder + 4096 * perToken + 256 * text.vocab_size * 4 + 200 * 1024 ** 2),
    imageBytes: (tokensPerImage + 12) * perToken + tokensPerImage * text.hidden_size * 4, tokensPerImage, imageSizePx: vision.image_size
  }
}

/** Suffixes as transformers.js names the files of each dtype. */
export const suffixes: Readonly<Record<string, string>> = { fp32: '', fp16: '_fp16', q8: '_quantized', int8: '_int8', uint8: '_uint8', q4: '_q4', q4f16: '_q4f16', bnb4: '_bnb4' }

function isOf(name: string, dtype: string): boolean {
  const [, suffix] = /^(?:embed_tokens|vision_encoder|decoder_model_merged)(_\w+?)?\.onnx(?:_data(?:_\d+)?)?$/.exec(name) ?? [name, 'no']
  return (suffix ?? '') === (suffixes[dtype] ?? '')
}

/** What a new process could have now: the least of what the system calls available and what the container leaves. */
export function freeMemoryBytes(): number {
  return Math.min(systemFree(), cgroupFree())
}

function systemFree(): number {
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(textOf('/proc/meminfo') ?? '')?.[1]
  return available === undefined ? freemem() : Number(available) * 1024
}

function cgroupFree(): number {
  const limit = Number(textOf('/sys/fs/cgroup/memory.max') ?? textOf('/sys/fs/cgroup/memory/memory.limit_in_bytes') ?? Number.NaN)
  const used = Number(textOf('/sys/fs/cgroup/memory.current') ?? textOf('/sys/fs/cgroup/memory/memory.usage_in_bytes') ?? Number.NaN)
  return Number.isFinite(limit) && Number.isFinite(used) ? Math.max(0, limit - used) : Number.POSITIVE_INFINITY
}

/** Null where this system has no such file. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

export const gigabytes = (bytes: number): string => (bytes < 0.1 * gb ? `${Math.round(bytes / 1024 ** 2)} MB` : `${(bytes / gb).toFixed(1)} GB`)
