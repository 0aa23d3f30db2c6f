import { z } from 'zod'
import { FrameSource } from './frame-source.ts'

/** What the decode worker is asked, and what it answers. */
export const DecodeInput = z.object({ source: FrameSource })
export const DecodeOutput = z.object({ cells: z.instanceof(Uint8Array), photometricInterpretation: z.string(), pixelRepresentation: z.int() })

export const DrawInput = z.object({
  source: FrameSource, rescale: z.object({ slope: z.number(), intercept: z.number() }), window: z.object({ center: z.number(), width: z.number() }).nullable()
})
export const DrawOutput = z.object({ data: z.instanceof(Uint8Array), width: z.int(), height: z.int(), channels: z.union([z.literal(1), z.literal(3)]) })

/** Slices to decode straight into shared memory, as Hounsfield units. `offset` counts voxels. */
export const FillInput = z.object({
  voxels: z.instanceof(SharedArrayBuffer),
  slices: z.array(z.object({ source: FrameSource, offset: z.int(), slope: z.number(), intercept: z.number() }))
})
