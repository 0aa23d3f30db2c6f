import { z } from 'zod'
import { Analysis } from './analysis.ts'
import { RowId, SeriesUid, StudyUid } from './ids.ts'
import { ReadProgress } from './reading.ts'
import { ImportProgress } from './studies.ts'

/** What the edge tells its windows. Events say what changed; the window asks for the rest, so a lost event costs a refresh and no data. */
export const EdgeEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.string() }),
  z.object({ type: z.literal('import'), progress: ImportProgress }),
  z.object({ type: z.literal('study-changed'), studyUid: StudyUid }),
  z.object({ type: z.literal('series-thumbnail'), seriesUid: SeriesUid }),
  z.object({ type: z.literal('analysis'), analysis: Analysis }),
  z.object({ type: z.literal('findings-changed'), studyUid: StudyUid }),
  z.object({ type: z.literal('report-changed'), studyUid: StudyUid }),
  z.object({ type: z.literal('annotations-changed'), studyUid: StudyUid, annotationId: RowId.nullable() }),
  z.object({ type: z.literal('key-images-changed'), studyUid: StudyUid }),
  z.object({ type: z.literal('hanging-protocols-changed') }),
  z.object({ type: z.literal('viewer-preferences-changed') }),
  z.object({ type: z.literal('readings-changed'), studyUid: StudyUid }),
  /** A reading in progress, a few times a second. `text` is what the model has written so far; null while nothing may be shown (read-first). */
  z.object({ type: z.literal('reading-progress'), studyUid: StudyUid, readingId: RowId, progress: ReadProgress, text: z.string().nullable() }),
  z.object({ type: z.literal('reader-changed') }),
  z.object({ type: z.literal('models-changed') }),
  /** The queue of what leaves, or the state of a target. */
  z.object({ type: z.literal('sync-changed') }),
  /** Streams, devices, the port, settings. */
  z.object({ type: z.literal('glasses-changed') }),
  /** Captions, biometrics or decisions came. */
  z.object({ type: z.literal('glasses-data') }),
  /** Somebody should look. */
  z.object({ type: z.literal('intervention'), interventionId: z.int() }),
  /** Patients, messages, actions, releases. */
  z.object({ type: z.literal('followup-changed') }),
  z.object({ type: z.literal('session-changed') }),
  z.object({ type: z.literal('system-changed') })
])
export type EdgeEvent = z.infer<typeof EdgeEvent>
