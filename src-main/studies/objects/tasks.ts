import { z } from 'zod'
import { ImageReference, OverlayContent } from '../../../src-shared/overlays.ts'

/** What the worker for objects is asked, and what it answers. */
export const ObjectInput = z.object({ path: z.string() })
export const ObjectOutput = z.object({ content: OverlayContent, bulk: z.instanceof(Uint8Array), images: z.array(ImageReference) })
export type ObjectOutput = z.infer<typeof ObjectOutput>

/** `images`: each named image once. `frameOfReferenceUids`: what is drawn lies in these. `nothingToDraw`: why it is read and not drawn; null where it is drawn. */
export const ObjectSummary = z.object({
  label: z.string(), detail: z.string(), images: z.array(z.string()), frameOfReferenceUids: z.array(z.string()), nothingToDraw: z.string().nullable()
})
export type ObjectSummary = z.infer<typeof ObjectSummary>
