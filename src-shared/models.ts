import { z } from 'zod'
import { Instant, RowId } from './ids.ts'

/** How weights are stored, with the file suffix that transformers.js gives each: fp32 none, fp16 `_fp16`, q8 `_quantized`, … */
export const dtypes = ['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4'] as const
export const Dtype = z.enum(dtypes)
export type Dtype = z.infer<typeof Dtype>

/** The terms under which MedGemma is given; accepted by a person, never by a program. */
export const Licence = z.object({ name: z.string(), url: z.string(), text: z.string() })
export type Licence = z.infer<typeof Licence>

const ModelName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,79}$/i, 'must be letters, digits, dots, hyphens and underscores')

/** A folder of weights, as its `vigil-model.json` describes it. */
export const InstalledModel = z.object({
  name: ModelName, repo: z.string().nullable(), revision: z.string().nullable(), dtype: Dtype,
  source: z.enum(['hub', 'folder', 'shipped']), bytes: z.number().nonnegative(),
  isActive: z.boolean(), isTestModel: z.boolean(),
  state: z.enum(['ready', 'damaged']),
  /** What is wrong, in a sentence. */
  problem: z.string().nullable(),
  weightsSha256: z.string(),
  licence: z.object({ name: z.string(), acceptedBy: z.string(), acceptedAt: Instant }).nullable(),
  verifiedAt: Instant.nullable()
})
export type InstalledModel = z.infer<typeof InstalledModel>

export const ModelDownload = z.object({
  id: RowId, name: ModelName, repo: z.string(), revision: z.string(), dtype: Dtype,
  state: z.enum(['queued', 'running', 'verifying', 'failed', 'cancelled']),
  bytesDone: z.number(), bytesTotal: z.number(), filesDone: z.int(), filesTotal: z.int(), file: z.string().nullable(), bytesPerSecond: z.number().nullable(),
  error: z.string().nullable()
})
export type ModelDownload = z.infer<typeof ModelDownload>

/** `GET /api/models` */
export const ModelList = z.object({
  models: z.array(InstalledModel), downloads: z.array(ModelDownload),
  suggestedRepo: z.string(), licence: Licence,
  /** Where the token for gated repositories is: sealed by the system's keychain, from the environment, for this run only, or none. */
  token: z.enum(['keychain', 'environment', 'memory', 'none']), canKeepToken: z.boolean(),
  freeBytes: z.number().nullable()
})
export type ModelList = z.infer<typeof ModelList>

export const ModelImportRequest = z.object({ folder: z.string().min(1).max(4096), hasAcceptedLicence: z.literal(true, 'The terms of the model have to be accepted first.') })

/** `owner/name` on the hub. */
export const ModelRepo = z.string().trim().max(200).regex(/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/, 'must be written owner/name')
const Commit = z.string().regex(/^[0-9a-f]{40}$/, 'must be a whole commit')

/** `POST /api/models/offer`: what a repository holds, before anything is fetched. */
export const ModelOfferRequest = z.object({ repo: ModelRepo, revision: z.string().max(200).regex(/^[A-Za-z0-9][\w./-]*$/).default('main') })
export const ModelOffer = z.object({
  repo: ModelRepo, revision: Commit,
  /** Whether its owner asks for terms to be accepted on the hub, by whoever the token belongs to. */
  isGated: z.boolean(), licence: z.string().nullable(),
  /** Every dtype that it holds whole, smallest first. */
  dtypes: z.array(z.object({ dtype: Dtype, bytes: z.number(), files: z.int() })).min(1),
  freeBytes: z.number().nullable()
})
export type ModelOffer = z.infer<typeof ModelOffer>

/** `POST /api/models/downloads`. The commit is that of the offer, so that what was looked at is what comes. */
export const ModelDownloadRequest = z.object({ repo: ModelRepo, revision: Commit, dtype: Dtype, hasAcceptedLicence: z.literal(true, 'The terms of the model have to be accepted first.') })
export type ModelDownloadRequest = z.infer<typeof ModelDownloadRequest>

/** `PUT /api/models/token` */
export const HubTokenRequest = z.object({ token: z.string().trim().regex(/^[\x21-\x7e]{8,500}$/, 'is no access token: copy it whole, without spaces') })
