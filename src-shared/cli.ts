import { z } from 'zod'
import { CheckResult } from './backup.ts'
import { InstalledModel } from './models.ts'
import { StudyUid } from './ids.ts'
import { WrittenKind } from './interchange.ts'
import { SyncItems, SyncReport, SyncStatus } from './sync.ts'

/** What `npm run vigil -- <command> --json` prints, beside `ImportResult`, `AnalyseResult`, `PhantomTruth` and, on failure, `ErrorBody`. */

export const ServedJson = z.object({ url: z.url(), lanUrl: z.url().nullable(), dataDir: z.string() })
export type ServedJson = z.infer<typeof ServedJson>

/** `analyze` without `--wait`: the analysis waits in the queue for the next start of the application. */
export const QueuedJson = z.object({ analysisId: z.string(), studyUid: StudyUid, state: z.string() })
export type QueuedJson = z.infer<typeof QueuedJson>

export const ReportJson = z.object({ studyUid: StudyUid, pdf: z.string(), bytes: z.int() })
export type ReportJson = z.infer<typeof ReportJson>

export const ExportJson = z.object({ studyUid: StudyUid, files: z.array(z.object({ kind: WrittenKind, path: z.string(), bytes: z.int() })) })
export type ExportJson = z.infer<typeof ExportJson>

export const DbStatusJson = z.object({
  file: z.string(), exists: z.boolean(), bytes: z.int(),
  migrationsApplied: z.int().nullable(), migrationsShipped: z.int(),
  /** `PRAGMA integrity_check` and `foreign_key_check`: empty where all is well. */
  problems: z.array(z.string()),
  rows: z.record(z.string(), z.int())
})
export type DbStatusJson = z.infer<typeof DbStatusJson>

export const DbMigrateJson = z.object({ file: z.string(), before: z.int().nullable(), after: z.int(), backup: z.string().nullable() })
export type DbMigrateJson = z.infer<typeof DbMigrateJson>

export const DbBackupJson = z.object({ backup: z.string(), bytes: z.int(), blobs: z.object({ copied: z.int(), there: z.int(), bytes: z.number(), missing: z.int() }).nullable() })
export type DbBackupJson = z.infer<typeof DbBackupJson>

/** `replaced`: where the database lies that was there before; null where there was none. */
export const DbRestoreJson = z.object({ file: z.string(), replaced: z.string().nullable(), migrations: z.int() })
/** `vigil db check --json`. */
export const CheckJson = CheckResult

/** `advice` says what to do; empty where nothing is to be done. */
export const DoctorCheck = z.object({ name: z.string(), state: z.enum(['ok', 'warn', 'fail']), sentence: z.string(), advice: z.string() })
export type DoctorCheck = z.infer<typeof DoctorCheck>
export const DoctorJson = z.object({ version: z.string(), isHealthy: z.boolean(), checks: z.array(DoctorCheck) })
export type DoctorJson = z.infer<typeof DoctorJson>

/** `vigil models add --json`. */
export const ModelJson = InstalledModel
/** `vigil models list|verify|use|remove --json`. */
export const ModelsJson = z.object({ models: z.array(InstalledModel) })

/** `vigil sync status|now|pause|resume|send --json`. */
export const SyncJson = SyncStatus
/** `vigil sync list|retry|cancel --json`. */
export const SyncListJson = SyncItems
/** `vigil sync report --json`. */
export const SyncReportJson = SyncReport

/** `vigil glasses simulate --json`, once it has ended. */
export const GlassesSimulateJson = z.object({
  streams: z.int().positive(), frames: z.int().nonnegative(), answered: z.int().nonnegative(), captions: z.int().nonnegative(),
  answerMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() })
})
