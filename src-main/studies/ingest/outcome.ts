import { z } from 'zod'
import { rejectionCodes } from '../../../src-shared/studies.ts'
import { InstanceHeader } from '../dicom/instance-header.ts'

/** What became of one file in the parse worker. `stored` means: under its hash, on the disk. */
export const Outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stored'), sha256: z.string(), bytes: z.number(), header: InstanceHeader }),
  z.object({ kind: z.literal('rejected'), code: z.enum(rejectionCodes), reason: z.string(), bytes: z.number() }),
  z.object({ kind: z.literal('zip') }),
  z.object({ kind: z.literal('disk-full') }),
  z.object({ kind: z.literal('skipped') })
])
export type Outcome = z.infer<typeof Outcome>
export const Outcomes = z.array(Outcome)

export const StoreInput = z.object({ dataDir: z.string(), paths: z.array(z.string()) })
/** `inspect`: a file already received under a temporary name. */
export const InspectInput = z.object({ path: z.string(), sha256: z.string() })
export const InspectOutput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('header'), header: InstanceHeader }),
  z.object({ kind: z.literal('rejected'), code: z.enum(rejectionCodes), reason: z.string() }),
  z.object({ kind: z.literal('zip') })
])
export type InspectOutput = z.infer<typeof InspectOutput>
export const TagsInput = z.object({ path: z.string(), search: z.string(), frameNumber: z.int().nullable(), isCovered: z.boolean() })
export const ModulesInput = z.object({ path: z.string() })
export const TagValueInput = z.object({ path: z.string(), tagPath: z.string() })
