import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Dtype } from '../../../src-shared/models.ts'
import { Instant } from '../../../src-shared/ids.ts'

export const manifestName = 'vigil-model.json'

/** A path within the folder: no way out of it, on any system. */
export const ModelPath = z.string().min(1).max(300).refine((path) => !/^[/\\]|^[A-Za-z]:|\\/.test(path) && !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'), 'must stay within the folder')
export const ModelFile = z.object({ path: ModelPath, bytes: z.number().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
export type ModelFile = z.infer<typeof ModelFile>

/** `vigil-model.json`: what a folder of weights is, and every file of it with its hash. */
export const ModelManifest = z.object({
  format: z.literal('vigil-model/1'), name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,79}$/i), repo: z.string().nullable(), revision: z.string().nullable(), dtype: Dtype, isTestModel: z.boolean(),
  files: z.array(ModelFile).min(1).max(500),
  licence: z.object({ name: z.string(), url: z.string(), acceptedBy: z.string(), acceptedAt: Instant }).nullable(),
  createdAt: Instant
})
export type ModelManifest = z.infer<typeof ModelManifest>

/** One hash for the weights: over the names and hashes of all graphs and their data. */
export function weightsSha256({ files }: Pick<ModelManifest, 'files'>): string {
  const weights = files.filter(({ path }) => path.startsWith('onnx/')).map(({ path, sha256 }) => `${path} ${sha256}\n`).toSorted()
  return createHash('sha256').update(weights.join('')).digest('hex')
}
