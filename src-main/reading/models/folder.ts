import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { z } from 'zod'
import type { Dtype } from '../../../src-shared/models.ts'
import { suffixes } from '../local/memory.ts'
import { ModelPath, type ModelFile } from './manifest.ts'

const graphs = ['embed_tokens', 'vision_encoder', 'decoder_model_merged'] as const
const texts = ['config.json', 'preprocessor_config.json', 'processor_config.json', 'tokenizer.json', 'tokenizer_config.json'] as const
const Config = z.looseObject({ architectures: z.array(z.string()).default([]), model_type: z.string().optional() })

/** Which dtypes a list of paths holds whole graphs of. */
export function dtypesIn(paths: readonly string[]): Dtype[] {
  return (Object.keys(suffixes) as Dtype[]).filter((dtype) => graphs.every((graph) => paths.includes(`onnx/${graph}${suffixes[dtype] ?? ''}.onnx`)))
}

/** Which of the texts that every model has is not among these paths, in a sentence; null when all are. */
export function whatIsLacking(paths: readonly string[]): string | null {
  const missing = texts.find((path) => !paths.includes(path))
  return missing === undefined ? null : `The file ${missing} is missing.`
}

/** Why a folder is no model for this reader, in a sentence; null when it is one. */
export function whyNotAModel(folder: string, dtype: Dtype): string | null {
  const missing = [...texts, ...graphs.map((graph) => `onnx/${graph}${suffixes[dtype] ?? ''}.onnx`)].find((path) => !existsSync(join(folder, path)))
  if (missing !== undefined) return `The file ${missing} is missing.`
  if (!existsSync(join(folder, 'chat_template.jinja')) && !readFileSync(join(folder, 'tokenizer_config.json'), 'utf8').includes('"chat_template"')) return 'The chat template (chat_template.jinja) is missing.'
  const config = Config.safeParse(jsonOf(join(folder, 'config.json')))
  if (!config.success || !config.data.architectures.includes('Gemma3ForConditionalGeneration')) return 'It is not a Gemma 3 model with images (Gemma3ForConditionalGeneration), which is what this reader runs.'
  return null
}

/** All files of a folder, by their paths with slashes. Links are not followed: a stick may hold one that leads anywhere. */
export function pathsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1).split(sep).join('/')).filter((path) => ModelPath.safeParse(path).success).toSorted()
}

/** Size and SHA-256 of a file, read piece by piece. */
export async function hashFile(path: string, { signal, onBytes }: Readonly<{ signal?: AbortSignal, onBytes?: (bytes: number) => void }> = {}): Promise<Pick<ModelFile, 'bytes' | 'sha256'>> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    signal?.throwIfAborted()
    hash.update(chunk)
    bytes += chunk.length
    onBytes?.(chunk.length)
  }
  return { bytes, sha256: hash.digest('hex') }
}

export const sizeOf = (path: string): number => statSync(path).size

export function jsonOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Room on the disk of a folder that may not be there yet; null where the system does not tell. */
export async function freeBytesAt(folder: string): Promise<number | null> {
  let existing = folder
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing)
  const disk = await statfs(existing)
  return disk.bavail * disk.bsize
}
