import { z } from 'zod'
import { Instant, PointMm, RowId, SeriesUid, SopInstanceUid, StudyUid } from './ids.ts'

export const annotationTools = ['length', 'bidirectional', 'angle', 'cobb', 'ellipse', 'rectangle', 'freehand', 'probe', 'arrow', 'text'] as const
export const AnnotationTool = z.enum(annotationTools)
export type AnnotationTool = z.infer<typeof AnnotationTool>

/** A freehand outline has many points; no other tool has more than four. */
export const mostPoints = 1024

/** Shown with its unit; `value` null where the pixels allow none (not decoded, outside the picture). */
export const AnnotationValue = z.object({ name: z.string(), value: z.number().nullable(), unit: z.string() })

/** A drawn graphic with its values. Points are in patient millimetres, so that they survive any layout. */
export const Annotation = z.object({
  id: RowId, studyUid: StudyUid, seriesUid: SeriesUid, sopInstanceUid: SopInstanceUid.nullable(), frameNumber: z.int().positive().nullable(),
  tool: AnnotationTool,
  pointsMm: z.array(PointMm).min(1).max(mostPoints),
  /** What a clinician wrote; for an arrow or a text, what it says. */
  label: z.string().max(200),
  values: z.array(AnnotationValue).max(24),
  /** What the viewer needs to draw it again; opaque to the edge. */
  graphic: z.record(z.string(), z.unknown()),
  revision: z.int().nonnegative(), createdBy: z.string(), createdAt: Instant, updatedAt: Instant
})
export type Annotation = z.infer<typeof Annotation>

/**
 * `PUT /api/annotations/{id}`: creates (revision 0) or replaces (revision seen). The id is made by the window, so a repeat is no second row.
 * A deletion counts as a revision: who deleted revision 3 may bring it back as 4; who has not heard of the deletion can't by accident.
 */
export const AnnotationWrite = Annotation.omit({ createdBy: true, createdAt: true, updatedAt: true })
export type AnnotationWrite = z.infer<typeof AnnotationWrite>
export const AnnotationList = z.object({ annotations: z.array(Annotation) })
