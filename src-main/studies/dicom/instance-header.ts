import { z } from 'zod'
import { CineFacts, OverlayPlane, PixelDescription, SpacingBasis, SpacingFacts } from '../../../src-shared/studies.ts'
import { PointMm } from '../../../src-shared/ids.ts'
import { PetFacts } from './pet-facts.ts'
import { StackFacts } from './stack-facts.ts'

const Pair = z.tuple([z.number(), z.number()])

/** What may differ from frame to frame. An ordinary instance has one; a multi-frame one has one that holds for all, or one each. */
export const FrameFacts = z.object({
  positionMm: PointMm.nullable(), orientation: z.array(z.number()).length(6).nullable(),
  pixelSpacingMm: Pair.nullable(), sliceThicknessMm: z.number().nullable(),
  /** Null where the header holds text that is no number: stored values may be shown, Hounsfield units may not. */
  rescaleSlope: z.number().nullable(), rescaleIntercept: z.number().nullable(), rescaleType: z.string(),
  /** The header names neither slope nor intercept: what the values count is not known. */
  isUnscaled: z.literal(true).optional(),
  windowCenters: z.array(z.number()), windowWidths: z.array(z.number()),
  stack: StackFacts.optional()
})
export type FrameFacts = z.infer<typeof FrameFacts>

/** A run of bytes [offset, length] in the file, or in its inflated data set where the syntax is deflated. */
export const ByteSpan = z.tuple([z.number(), z.number()])
export type ByteSpan = z.infer<typeof ByteSpan>

/** Where the frames lie: native ones follow each other, encapsulated ones are fragments. */
export const PixelLayout = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('native'), offset: z.number(), bitsPerFrame: z.number(), isLittleEndian: z.boolean(), isDeflated: z.boolean() }),
  z.object({ kind: z.literal('encapsulated'), frames: z.array(z.array(ByteSpan)) })
])
export type PixelLayout = z.infer<typeof PixelLayout>

/** Raised whenever more is read of a header than before: headers stored with a lower one, or with none, are read again. */
export const headerReader = 3

/** Everything kept of one instance, so that its file need not be parsed again. Made by the parse worker, stored as JSON with the row. */
export const InstanceHeader = z.object({
  /** The `headerReader` that made it. First, so that the stored text begins with it. */
  reader: z.int().optional(),
  sopInstanceUid: z.string(), seriesUid: z.string(), studyUid: z.string(), sopClassUid: z.string(), transferSyntaxUid: z.string(),
  patient: z.object({ name: z.string(), id: z.string(), issuer: z.string(), birthDate: z.string().nullable(), sex: z.string(), age: z.string() }),
  study: z.object({ date: z.string().nullable(), time: z.string().nullable(), description: z.string(), accessionNumber: z.string() }),
  series: z.object({ modality: z.string(), number: z.int().nullable(), description: z.string(), bodyPart: z.string(), imageType: z.array(z.string()), frameOfReferenceUid: z.string().nullable() }),
  instanceNumber: z.int().nullable(),
  technique: z.object({
    kvp: z.number().nullable(), mas: z.number().nullable(), kernel: z.string(), contrastAgent: z.string(), manufacturer: z.string(), model: z.string(), patientPosition: z.string()
  }),
  /** Absent from what was stored before it was read. */
  spacingFacts: SpacingFacts.optional(),
  spacingBasis: SpacingBasis, frameTimeMs: z.number().nullable(), isLossy: z.boolean(),
  frameCount: z.int().positive(),
  frames: z.array(FrameFacts).min(1),
  pixel: PixelDescription.nullable(), layout: PixelLayout.nullable(),
  /** Each only where there is one. */
  cine: CineFacts.optional(), overlays: z.array(OverlayPlane).optional(), pet: PetFacts.optional(),
  /** Oddities that were handled: 'transfer-syntax-wrong', 'extra-bytes', 'rescale-unreadable' … */
  notes: z.array(z.string())
})
export type InstanceHeader = z.infer<typeof InstanceHeader>
