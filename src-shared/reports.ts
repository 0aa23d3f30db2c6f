import { z } from 'zod'
import { Instant, RowId, SeriesUid, SopInstanceUid, StudyUid } from './ids.ts'
import { FindingOrigin } from './analysis.ts'

/**
 * A piece of a report line. Numbers that a measurement stands behind are chips: `value` is what the text shows, `measured` what was
 * measured; where they differ the chip is marked as edited.
 */
export const ReportSpan = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string().max(20_000) }),
  z.object({
    type: z.literal('number'), text: z.string().max(40),
    findingId: RowId.nullable(), field: z.string(), unit: z.string(),
    measured: z.string().nullable(), isEdited: z.boolean()
  })
])
export type ReportSpan = z.infer<typeof ReportSpan>

export const ReportLine = z.object({ id: z.string(), origin: FindingOrigin, findingId: RowId.nullable(), spans: z.array(ReportSpan) })
export type ReportLine = z.infer<typeof ReportLine>

export const ReportContent = z.object({ technique: z.array(ReportLine), findings: z.array(ReportLine), impression: z.array(ReportLine) })
export type ReportContent = z.infer<typeof ReportContent>

export const ReportStatus = z.enum(['draft', 'final', 'amended'])

/** A treatment option that the measurements point to: data with its source, for the clinician's decision. */
export const StoneOption = z.object({
  ruleId: z.string(), ruleVersion: z.string(), findingId: RowId,
  option: z.string(), because: z.string(), source: z.string(), sourceUrl: z.string(), note: z.string()
})
export type StoneOption = z.infer<typeof StoneOption>

export const Addendum = z.object({ id: RowId, text: z.string(), signedBy: z.string(), signedAt: Instant, hash: z.string() })
export type Addendum = z.infer<typeof Addendum>

export const KeyImage = z.object({ id: RowId, seriesUid: SeriesUid, sopInstanceUid: SopInstanceUid, frameNumber: z.int(), findingId: RowId.nullable(), caption: z.string() })
export type KeyImage = z.infer<typeof KeyImage>

export const Report = z.object({
  id: RowId, studyUid: StudyUid, version: z.int().positive(), status: ReportStatus, revision: z.int().nonnegative(),
  content: ReportContent, text: z.string(),
  options: z.array(StoneOption), keyImages: z.array(KeyImage), addenda: z.array(Addendum),
  /** Why it can't be signed now; empty when it can. */
  missing: z.array(z.string()),
  hash: z.string().nullable(), signedBy: z.string().nullable(), signedAt: Instant.nullable(), updatedAt: Instant
})
export type Report = z.infer<typeof Report>

export const ReportWrite = z.object({ revision: z.int().nonnegative(), content: ReportContent })
export type ReportWrite = z.infer<typeof ReportWrite>
/** The password is asked again: signing is an act of a person, not of an open session. */
export const SignRequest = z.object({ revision: z.int().nonnegative(), password: z.string().max(200) })
export type SignRequest = z.infer<typeof SignRequest>
export const AddendumRequest = z.object({ text: z.string().trim().min(1).max(10_000), password: z.string().max(200) })
export type AddendumRequest = z.infer<typeof AddendumRequest>

export const TimelineEntry = z.object({
  at: Instant, kind: z.enum(['import', 'analysis', 'step', 'verdict', 'report', 'sign', 'addendum', 'export', 'other']),
  text: z.string(), actor: z.string(), durationMs: z.number().nullable(), isError: z.boolean()
})
export type TimelineEntry = z.infer<typeof TimelineEntry>
export const Timeline = z.object({ entries: z.array(TimelineEntry) })

export const NOT_A_DEVICE = "Not a medical device. For a clinician's review."
