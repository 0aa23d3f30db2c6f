import { z } from 'zod'
import { AnalysisState, AnalyseResult, ProtocolName } from './analysis.ts'
import { Instant, RowId, StudyUid } from './ids.ts'
import { StudyStatus } from './studies.ts'

/** The API that scripts of the service before this one know. Names come in both spellings, because its clients used both. */
const contentType = z.string().regex(/^[\w.+-]+\/[\w.+-]+$/, 'a content type such as application/zip').max(100)
const fileName = z.string().min(1).max(200)

/** `POST /ct/sign-upload`: an address for one PUT. */
export const SignUploadRequest = z.object({
  filename: fileName.optional(), fileName: fileName.optional(), file_name: fileName.optional(),
  contentType: contentType.optional(), content_type: contentType.optional(),
  /** Bytes, where they are known; the address takes no more. */
  sizeBytes: z.int().positive().optional(), size_bytes: z.int().positive().optional()
})
export type SignUploadRequest = z.infer<typeof SignUploadRequest>

export const SignedUpload = z.object({
  uploadUrl: z.url(), upload_url: z.url(), method: z.literal('PUT'),
  /** All of them must be sent, exactly as they are here. */
  headers: z.record(z.string(), z.string()),
  /** What `POST /ct/analyze-uri` takes afterwards. */
  uri: z.string(), gcsUri: z.string(), gcs_uri: z.string(), objectName: z.string(), object_name: z.string(),
  contentType: z.string(), content_type: z.string(), expiresAt: Instant, expires_at: Instant, expiresIn: z.int(), expires_in: z.int(), maxBytes: z.int()
})
export type SignedUpload = z.infer<typeof SignedUpload>

const uri = z.string().min(1).max(2000)
export const AnalyzeUriRequest = z.object({
  uri: uri.optional(), gcsUri: uri.optional(), gcs_uri: uri.optional(), objectName: uri.optional(), object_name: uri.optional(),
  protocol: z.union([z.literal('auto'), ProtocolName]).default('auto')
})
export type AnalyzeUriRequest = z.infer<typeof AnalyzeUriRequest>

/** `POST /ct/analyze` with JSON: a study that is here already. With a file as its body the study is taken in first. */
export const AnalyzeStudyRequest = z.object({ studyUid: StudyUid.optional(), study_uid: StudyUid.optional(), protocol: z.union([z.literal('auto'), ProtocolName]).default('auto') })
export type AnalyzeStudyRequest = z.infer<typeof AnalyzeStudyRequest>

export const ctStates = ['queued', 'fetching', 'analysing', 'needs-review', 'done', 'failed'] as const
/** `GET /ct/{id}`. `done` once every report of it is signed; results are there from `needs-review` on. */
export const CtRequest = z.object({
  id: RowId, state: z.enum(ctStates), status: z.enum(ctStates),
  /** A sentence where it failed. */
  error: z.string().nullable(),
  uri: z.string().nullable(),
  studies: z.array(z.object({ studyUid: StudyUid, status: StudyStatus, analysis: z.object({ id: RowId, state: AnalysisState, progress: z.number(), error: z.string().nullable() }).nullable(), result: AnalyseResult.nullable() })),
  createdAt: Instant
})
export type CtRequest = z.infer<typeof CtRequest>
