import { z } from 'zod'

/** DICOM UID: digits and dots, 64 characters at most (PS3.5 9.1). Real archives break the leading-zero rule, so it is not enforced. */
const uid = z.string().regex(/^[0-9]+(\.[0-9]+)*$/).max(64)

export const StudyUid = uid.brand<'StudyUid'>()
export type StudyUid = z.infer<typeof StudyUid>
export const SeriesUid = uid.brand<'SeriesUid'>()
export type SeriesUid = z.infer<typeof SeriesUid>
export const SopInstanceUid = uid.brand<'SopInstanceUid'>()
export type SopInstanceUid = z.infer<typeof SopInstanceUid>

/** Our own row ids: time-ordered (UUID version 7), so that inserts stay at the end of an index. */
export const RowId = z.uuid()
export type RowId = z.infer<typeof RowId>

/** Patient position in millimetres, DICOM patient coordinates (LPS): x to the left, y to the back, z to the head. */
export const PointMm = z.tuple([z.number(), z.number(), z.number()])
export type PointMm = z.infer<typeof PointMm>

/** An instant, ISO 8601 in UTC. */
export const Instant = z.iso.datetime()
