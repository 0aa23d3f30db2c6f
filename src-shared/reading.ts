import { z } from 'zod'
import { Instant, RowId, SeriesUid, SopInstanceUid, StudyUid } from './ids.ts'
import { ReportSpan } from './reports.ts'

/** `auto`: local weights if there are any, else Vertex where it is configured and answers, else no reader. */
export const readerModes = ['auto', 'local', 'vertex', 'openai', 'mock', 'off'] as const
export const ReaderMode = z.enum(readerModes)
export type ReaderMode = z.infer<typeof ReaderMode>

export const engineNames = ['local', 'vertex', 'openai', 'mock'] as const
export const EngineName = z.enum(engineNames)
export type EngineName = z.infer<typeof EngineName>

export const readTasks = ['describe-study', 'second-look', 'impression', 'plain-language', 'caption-chunk', 'intervention'] as const
export const ReadTask = z.enum(readTasks)
export type ReadTask = z.infer<typeof ReadTask>

/** Where a picture that a model saw came from; `label` is what the model knows it by ("S12", "C3"). */
export const ImageRef = z.object({ label: z.string(), seriesUid: SeriesUid, sopInstanceUid: SopInstanceUid, frameNumber: z.int().positive() })
export type ImageRef = z.infer<typeof ImageRef>

/** What made a text: enough to run it again on the same weights and get the same. */
export const ReaderRun = z.object({
  engine: EngineName,
  /** Name of the model as its maker calls it, or as the server does. */
  model: z.string(),
  /** SHA-256 over the names and hashes of the weight files; null where the weights are not on this machine. */
  weightsSha256: z.string().nullable(),
  dtype: z.string().nullable(),
  /** `cpu`, `cuda`, …; null for a remote engine. */
  device: z.string().nullable(),
  /** `describe-study/1` */
  promptVersion: z.string(),
  settings: z.object({ maxNewTokens: z.int().positive(), temperature: z.number(), isConstrained: z.boolean(), imageSizePx: z.int().positive().nullable() }),
  isMock: z.boolean()
})
export type ReaderRun = z.infer<typeof ReaderRun>

export const ReaderTiming = z.object({
  queuedMs: z.number().nonnegative(), firstTokenMs: z.number().nonnegative().nullable(), totalMs: z.number().nonnegative(),
  promptTokens: z.int().nonnegative().nullable(), generatedTokens: z.int().nonnegative().nullable()
})
export type ReaderTiming = z.infer<typeof ReaderTiming>

export const readPhases = ['waiting', 'loading', 'preparing', 'reading', 'writing'] as const
/** How far a reading is. `position`: requests that come before it. Images count what the model has taken in. */
export const ReadProgress = z.object({
  phase: z.enum(readPhases), position: z.int().nonnegative(), imagesDone: z.int().nonnegative(), imagesTotal: z.int().nonnegative(),
  secondsLeft: z.number().nonnegative().nullable()
})
export type ReadProgress = z.infer<typeof ReadProgress>

/** A piece of what a model wrote. `cut` is a number that no measurement stands behind: shown struck through, never part of a report. */
export const StatementSpan = z.union([ReportSpan, z.object({ type: z.literal('cut'), text: z.string().max(80) })])
export type StatementSpan = z.infer<typeof StatementSpan>

export const secondLookVerdicts = ['stone', 'phlebolith', 'vessel', 'contrast', 'artefact', 'cannot-tell'] as const
export const SecondLookVerdict = z.enum(secondLookVerdicts)
export type SecondLookVerdict = z.infer<typeof SecondLookVerdict>

/** Where an accepted statement goes: into the findings or the impression of the report, or nowhere (`none`: the reason of a second look). */
export const statementSections = ['findings', 'impression', 'none'] as const

/** One sentence of a model, proposed to a clinician. It reaches the report only when accepted. */
export const Statement = z.object({
  id: RowId, readingId: RowId, studyUid: StudyUid,
  section: z.enum(statementSections),
  spans: z.array(StatementSpan),
  /** The pictures it rests on; none: unlocated. */
  images: z.array(ImageRef),
  isLocated: z.boolean(),
  /** Whether numbers were cut out of it: it blocks signing until a clinician has decided. */
  isFlagged: z.boolean(),
  status: z.enum(['proposed', 'accepted', 'rejected', 'amended']),
  /** The clinician's words in its place. */
  amendedText: z.string().nullable(),
  isMock: z.boolean(),
  revision: z.int().nonnegative(),
  decidedBy: z.string().nullable(), decidedAt: Instant.nullable()
})
export type Statement = z.infer<typeof Statement>

export const Reading = z.object({
  id: RowId, studyUid: StudyUid, analysisId: RowId.nullable(), task: ReadTask,
  /** The finding that was looked at a second time. */
  findingId: RowId.nullable(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  run: ReaderRun.nullable(), timing: ReaderTiming.nullable(),
  /** Pictures given to the model, of how many there are, and why not all. */
  images: z.object({ given: z.array(ImageRef), available: z.int().nonnegative(), note: z.string() }),
  verdict: SecondLookVerdict.nullable(),
  statements: z.array(Statement),
  error: z.string().nullable(),
  requestedBy: z.string(), createdAt: Instant, finishedAt: Instant.nullable()
})
export type Reading = z.infer<typeof Reading>

/** What a clinician wrote before any model text was shown, and how the two compared. */
export const FirstImpression = z.object({
  text: z.string(), by: z.string(), at: Instant,
  agreement: z.enum(['agrees', 'differs']).nullable(), note: z.string()
})
export type FirstImpression = z.infer<typeof FirstImpression>

/** `GET /api/studies/:uid/readings`. While `isHidden` (read-first), readings come without any text of a model. */
export const ReadingList = z.object({ isHidden: z.boolean(), firstImpression: FirstImpression.nullable(), readings: z.array(Reading), canRead: z.boolean(), whyNot: z.string() })
export type ReadingList = z.infer<typeof ReadingList>

/** `POST /api/studies/:uid/readings`. A second look names its finding; without one, each candidate of the last analysis is looked at. */
export const ReadingRequest = z.object({
  task: z.enum(['describe-study', 'second-look', 'impression', 'plain-language']),
  seriesUid: SeriesUid.optional(), findingId: RowId.optional(), language: z.enum(['en', 'es']).default('en')
})
export type ReadingRequest = z.infer<typeof ReadingRequest>

export const StatementVerdict = z.object({
  verdict: z.enum(['accept', 'reject', 'reopen', 'amend']), revision: z.int().nonnegative(),
  /** The clinician's own words; with `amend` alone. */
  text: z.string().trim().min(1).max(2000).optional()
}).refine(({ verdict, text }) => (verdict === 'amend') === (text !== undefined), { message: 'An amendment needs its words, and nothing else takes any.', path: ['text'] })
export type StatementVerdict = z.infer<typeof StatementVerdict>

/** `POST /api/studies/:uid/first-impression`: commits the impression as it stands in the report and opens the model's text. */
export const FirstImpressionRequest = z.object({ text: z.string().trim().min(1).max(20_000) })
/** `PUT …/first-impression/agreement`, once the model's text is open. */
export const AgreementRequest = z.object({ agreement: z.enum(['agrees', 'differs']), note: z.string().max(2000).default('') })

export const ReaderState = z.enum(['none', 'off', 'idle', 'loading', 'running', 'failed'])
export type ReaderState = z.infer<typeof ReaderState>

/** What the status bar shows. `text` is a whole clause: "MedGemma 1.5 4B (q4) on this machine, idle". */
export const ReaderSummary = z.object({ state: ReaderState, text: z.string(), isMock: z.boolean(), waiting: z.int().nonnegative() })
export type ReaderSummary = z.infer<typeof ReaderSummary>

export const devices = ['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml'] as const
export const Device = z.enum(devices)
export type Device = z.infer<typeof Device>

export const ReaderSettings = z.object({
  mode: ReaderMode, device: Device, isReadFirst: z.boolean(),
  /** 85 is what MedGemma 1.5 was trained on. */
  maxSlices: z.int().min(1).max(85),
  /** A describe-study is cut down to what is likely done in this time. */
  maxMinutes: z.number().min(0.5).max(120)
})
export type ReaderSettings = z.infer<typeof ReaderSettings>
export const ReaderSettingsPatch = ReaderSettings.partial()

/** `GET /api/reader` */
export const ReaderStatus = z.object({
  summary: ReaderSummary,
  settings: ReaderSettings,
  /** Settings that the environment fixes, so that the screen can't change them. */
  fixed: z.array(ReaderSettings.keyof()),
  engine: EngineName.nullable(), model: z.string().nullable(),
  device: z.string().nullable(),
  /** Sentences: why not this engine, why not that device, what it needs. */
  notes: z.array(z.string()),
  memory: z.object({ needBytes: z.number(), freeBytes: z.number() }).nullable(),
  queue: z.array(z.object({ task: ReadTask, isRunning: z.boolean() }))
})
export type ReaderStatus = z.infer<typeof ReaderStatus>

/** How the last 200 decided or waiting texts of each model version fared. */
export const ReaderQuality = z.object({
  cases: z.int().nonnegative(),
  versions: z.array(z.object({
    model: z.string(), weightsSha256: z.string().nullable(), promptVersion: z.string(), isMock: z.boolean(),
    readings: z.int(), failed: z.int(), accepted: z.int(), amended: z.int(), rejected: z.int(), open: z.int(), numbersCut: z.int(),
    /** Second looks called "stone" on a finding that the clinician rejected, and the other way round. */
    falseFindings: z.int(), missedFindings: z.int(),
    medianMs: z.number().nullable(), p95Ms: z.number().nullable()
  })),
  recent: z.array(z.object({
    readingId: RowId, studyUid: StudyUid, task: ReadTask, model: z.string(), isMock: z.boolean(), at: Instant,
    accepted: z.int(), amended: z.int(), rejected: z.int(), open: z.int(), totalMs: z.number().nullable(), error: z.string().nullable()
  }))
})
export type ReaderQuality = z.infer<typeof ReaderQuality>
