import { z } from 'zod'
import type { JsonSchema, PromptPart } from '../engine.ts'

export type ToReader =
  | Readonly<{ type: 'load', folder: string, dtype: string, device: string }>
  /** The prompt piece by piece, before its `read`: all of it at once would hold up whoever sends it, for 85 slices by a tenth of a second and more. */
  | Readonly<{ type: 'part', id: number, part: PromptPart }>
  | Readonly<{ type: 'read', id: number, system: string, schema: JsonSchema, maxNewTokens: number }>
  | Readonly<{ type: 'abort', id: number }>

/** What the process says; it may be half dead or of another build, so each message is looked at. */
export const FromReader = z.discriminatedUnion('type', [
  z.object({ type: z.literal('loaded'), loadMs: z.number() }),
  z.object({ type: z.literal('load-failed'), message: z.string() }),
  z.object({ type: z.literal('progress'), id: z.int(), phase: z.enum(['preparing', 'reading', 'writing']), imagesDone: z.int(), imagesTotal: z.int(), tokensDone: z.int(), tokensTotal: z.int() }),
  z.object({ type: z.literal('text'), id: z.int(), text: z.string() }),
  z.object({
    type: z.literal('done'), id: z.int(), text: z.string(), promptTokens: z.int(), generatedTokens: z.int(), firstTokenMs: z.number(), totalMs: z.number(),
    msPerImage: z.number().nullable(), promptTokensPerSecond: z.number().nullable(), msPerToken: z.number().nullable()
  }),
  z.object({ type: z.literal('failed'), id: z.int(), kind: z.enum(['aborted', 'request', 'model']), message: z.string() })
])
export type FromReader = z.infer<typeof FromReader>
