import { z } from 'zod'
import { SeriesUid, SopInstanceUid, StudyUid } from './ids.ts'

/**
 * What Vigil writes of a study as DICOM: `sr` measurements and findings (PS3.16 TID 1500), `seg` outlines of stones, `kos` key images, `pdf` the
 * signed report. `GET /api/studies/{uid}/export/{kind}` answers the file; `POST /api/studies/{uid}/keep/{kind}` takes it into the study itself.
 */
export const WrittenKind = z.enum(['sr', 'seg', 'kos', 'pdf'])
export type WrittenKind = z.infer<typeof WrittenKind>

/** Outlines lie in one series; where stones were measured in several, which. Left out, the only one is meant. */
export const WrittenQuery = z.object({ seriesUid: SeriesUid.optional() })
export type WrittenQuery = z.infer<typeof WrittenQuery>

/** `isNew` false: the very same object was there already, and nothing was added. */
export const KeptObject = z.object({ kind: WrittenKind, studyUid: StudyUid, seriesUid: SeriesUid, sopInstanceUid: SopInstanceUid, isNew: z.boolean() })
export type KeptObject = z.infer<typeof KeptObject>
