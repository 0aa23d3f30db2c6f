import { z } from 'zod'
import { Instant } from './ids.ts'

/** Beside each copy of the database: what it is of, and how to tell that it is whole. */
export const BackupManifest = z.object({
  format: z.literal('vigil-backup/1'), createdAt: Instant, kind: z.enum(['nightly', 'by-hand', 'before-migration', 'before-restore']), appVersion: z.string(),
  migrations: z.int(), bytes: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/), rows: z.record(z.string(), z.int()),
  /** Files that its rows name: how many, their size, and one hash over their sorted names. */
  blobs: z.object({ count: z.int(), bytes: z.number(), digest: z.string() })
})
export type BackupManifest = z.infer<typeof BackupManifest>

export const Backup = z.object({ name: z.string(), createdAt: Instant, kind: BackupManifest.shape.kind, bytes: z.int(), rows: z.int() })
export type Backup = z.infer<typeof Backup>

/** `GET /api/backups` */
export const BackupList = z.object({
  folder: z.string(), backups: z.array(Backup),
  /** Local hour of the nightly copy. */
  hour: z.int().min(0).max(23), nextAt: Instant.nullable(), isRunning: z.boolean(),
  /** Why the last one failed; null where it did not. */
  lastError: z.string().nullable()
})
export type BackupList = z.infer<typeof BackupList>
export const BackupSettingsPatch = z.object({ hour: z.int().min(0).max(23) })

/** `vigil db check --json`: what is wrong, and what can be done about it. */
export const CheckResult = z.object({
  isSound: z.boolean(),
  database: z.array(z.string()),
  blobs: z.object({ checked: z.int(), bytes: z.number(), missing: z.array(z.string()), damaged: z.array(z.string()), unused: z.int(), leftOver: z.int() }),
  /** One sentence each. */
  plan: z.array(z.string()), done: z.array(z.string())
})
export type CheckResult = z.infer<typeof CheckResult>
