import { z } from 'zod'
import { SeriesUid } from './ids.ts'

/** What a window makes of images itself; DICOM leaves through the edge, which writes that down by itself. */
export const ExportKind = z.enum(['image', 'cine', 'print'])
export type ExportKind = z.infer<typeof ExportKind>

/** `POST /api/studies/{uid}/exports`, answered 204: said before the file is handed over, so that nothing leaves unrecorded. `hasNames`: with the patient's data on it. */
export const ExportRequest = z.object({ kind: ExportKind, seriesUids: z.array(SeriesUid).min(1).max(9), images: z.int().positive(), hasNames: z.boolean() })
export type ExportRequest = z.infer<typeof ExportRequest>

/** `GET /api/series/{uid}/export` and `/api/studies/{uid}/export`: what `…/dicom.zip` beside it would give. `bytes`: of the whole archive. */
export const ZipAnnounced = z.object({ fileName: z.string(), files: z.int(), bytes: z.number() })
export type ZipAnnounced = z.infer<typeof ZipAnnounced>
