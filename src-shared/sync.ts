import { z } from 'zod'
import { LocalHours } from './hours.ts'
import { Instant, RowId, StudyUid } from './ids.ts'

/** Where things go. A target is online, offline, refused or slow as a whole; entries of one never hold up another. */
export const syncTargets = ['cloud-storage', 'captions', 'sms', 'voice', 'notification'] as const
export const SyncTarget = z.enum(syncTargets)
export type SyncTarget = z.infer<typeof SyncTarget>

/**
 * `waiting`: its time or its target has not come. `sending`: a process holds it. `unknown`: it may have arrived, and is looked up before
 * anything is sent again. `dead`: given up, with the reason; only a person brings it back.
 */
export const outboxStates = ['waiting', 'sending', 'unknown', 'done', 'dead', 'cancelled'] as const
export const OutboxState = z.enum(outboxStates)
export type OutboxState = z.infer<typeof OutboxState>

/** One effect that leaves this workstation, as the queue on the screen shows it. */
export const OutboxItem = z.object({
  id: RowId, target: SyncTarget, kind: z.string(), state: OutboxState,
  /** What it is, in words: "CT abdomen, 120 images". */
  title: z.string(),
  /** Whose it is, as the file names them; empty for what belongs to no patient. */
  patient: z.string(), studyUid: StudyUid.nullable(),
  bytesDone: z.number().nonnegative(), bytesTotal: z.number().nonnegative().nullable(),
  tries: z.int().nonnegative(), lastError: z.string().nullable(), nextTryAt: Instant.nullable(), deadlineAt: Instant.nullable(),
  createdAt: Instant, doneAt: Instant.nullable(),
  /** What it waits for when it is not its own time: "another item of this patient goes first", "paused", "uploads run from 20:00". */
  waitsFor: z.string().nullable(),
  isRetryable: z.boolean(), isCancellable: z.boolean()
})
export type OutboxItem = z.infer<typeof OutboxItem>

export const TargetState = z.enum(['off', 'unknown', 'online', 'slow', 'offline', 'captive-portal', 'refused'])
export const SyncTargetStatus = z.object({
  target: SyncTarget, state: TargetState,
  /** A sentence: why, and what to do. */
  text: z.string(),
  isPaused: z.boolean(), since: Instant.nullable(), checkedAt: Instant.nullable(), nextCheckAt: Instant.nullable(),
  waiting: z.int(), dead: z.int(), bytesPerSecond: z.number().nullable()
})
export type SyncTargetStatus = z.infer<typeof SyncTargetStatus>

/** The second light. `confirmed` of `total` things that should be off-site are, each by its checksum at the target. */
export const OffSite = z.object({ state: z.enum(['off', 'all', 'some', 'trouble']), confirmed: z.int(), total: z.int(), text: z.string() })
export type OffSite = z.infer<typeof OffSite>

/** Options of the basic profile (PS3.15 table E.1-1) that keep something in de-identified copies. */
export const deidentifyKeeps = ['patient-characteristics', 'device', 'institution', 'dates-full', 'dates-modified', 'uids'] as const
export const DeidentifyKeep = z.enum(deidentifyKeeps)
export type DeidentifyKeep = z.infer<typeof DeidentifyKeep>

export const SyncSettings = z.object({
  /** Which studies go to the cloud by themselves. `by-hand`: only those that a person sends. */
  what: z.enum(['signed', 'all', 'by-hand']),
  /** Copies without the patient; reports and documents then stay here. */
  isDeidentified: z.boolean(), keep: z.array(DeidentifyKeep).refine((keep) => !(keep.includes('dates-full') && keep.includes('dates-modified')), 'dates are kept as they are or moved, not both'),
  /** Also images of kinds whose pixels are known to hold words about the patient. */
  sendsBurnedIn: z.boolean(),
  /** 0: no limit. */
  maxBytesPerSecond: z.number().nonnegative(),
  /** When studies and reports may leave; null: at any time. */
  hours: LocalHours.nullable(),
  /** Whether studies are sent over a link that a person calls metered. */
  isMetered: z.boolean(), sendsOnMetered: z.boolean()
})
export type SyncSettings = z.infer<typeof SyncSettings>
export const SyncSettingsPatch = SyncSettings.partial()

/** `GET /api/sync` */
export const SyncStatus = z.object({
  offSite: OffSite, targets: z.array(SyncTargetStatus), settings: SyncSettings,
  storage: z.object({
    mode: z.enum(['gcs', 'local', 'off']),
    /** The bucket, or the folder; empty where nothing is set up. */
    place: z.string(), prefix: z.string(),
    /** A sentence: where things go, and what decides it. */
    text: z.string()
  }),
  counts: z.object({ waiting: z.int(), sending: z.int(), unknown: z.int(), dead: z.int(), doneToday: z.int() })
})
export type SyncStatus = z.infer<typeof SyncStatus>

/** `GET /api/sync/report?from=&to=`: what left, when, to where; each line confirmed. */
export const SyncReport = z.object({
  lines: z.array(z.object({ at: Instant, target: SyncTarget, kind: z.string(), title: z.string(), studyUid: StudyUid.nullable(), place: z.string(), bytes: z.number(), checksum: z.string() })),
  more: z.boolean()
})
export type SyncReport = z.infer<typeof SyncReport>

export const SyncItemsQuery = z.object({
  state: z.enum(['open', 'dead', 'done', 'cancelled', 'all']).default('open'),
  target: SyncTarget.optional(),
  /** Part of a patient's name or id, or of a study's description. */
  search: z.string().max(200).default(''),
  before: RowId.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(200)
})
export type SyncItemsQuery = z.infer<typeof SyncItemsQuery>
/** `GET /api/sync/items`, newest first. */
export const SyncItems = z.object({ items: z.array(OutboxItem), more: z.boolean() })
export type SyncItems = z.infer<typeof SyncItems>
export const SyncReportQuery = z.object({ from: Instant.optional(), to: Instant.optional() })
export type SyncReportQuery = z.infer<typeof SyncReportQuery>
