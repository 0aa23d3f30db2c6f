import { join } from 'node:path'
import { Hono } from 'hono'
import { z } from 'zod'
import { BackupSettingsPatch, type BackupList } from '../src-shared/backup.ts'
import { AppError } from '../src-shared/errors.ts'
import type { EdgeEvent } from '../src-shared/events.ts'
import type { Audit } from './accounts/index.ts'
import { blobColumns } from './blob-columns.ts'
import { backupName, listBackups, makeBackup, removeBackup } from './platform/backup/backup.ts'
import { keptOf } from './platform/backup/retention.ts'
import type { Bus } from './platform/bus.ts'
import type { Clock } from './platform/clock.ts'
import type { Db } from './platform/database.ts'
import { isDiskFull } from './platform/disk-full.ts'
import { parseJson, requireRole, type HttpEnv, type Principal } from './platform/http.ts'
import type { Log } from './platform/log.ts'
import type { SettingsStore } from './platform/settings-store.ts'

export type Backups = Readonly<{
  list: () => Promise<BackupList>
  /** Throws AppError 'busy' while one is being made. Returns its name. */
  make: (by: Principal) => Promise<string>
  /** Sentences for the status of the workstation. */
  warnings: () => readonly string[]
  start: () => void
  stop: () => Promise<void>
  routes: Hono<HttpEnv>
}>
export type BackupsDeps = Readonly<{ db: Db, dataDir: string, clock: Clock, log: Log, events: Bus<EdgeEvent>, audit: Audit, settings: SettingsStore, appVersion: string, isBusy: () => boolean }>

const Settings = z.object({ hour: z.int().min(0).max(23) })
const Last = z.object({ triedAt: z.string(), error: z.string().nullable() })
const lookEveryMs = 5 * 60_000
const dayMs = 24 * 3600 * 1000

/** A copy of the database each night at its hour, or as soon after it as the workstation runs and rests; old ones go by days, weeks and months. */
export function createBackups({ db, dataDir, clock, log, events, audit, settings, appVersion, isBusy }: BackupsDeps): Backups {
  const folder = join(dataDir, 'backups')
  const closing = new AbortController()
  let running: Promise<string> | null = null
  let timer: NodeJS.Timeout | null = null
  const hour = () => settings.get('backup.settings', Settings)?.hour ?? 3
  const last = () => settings.get('backup.last', Last)
  const said = (error: string | null) => {
    settings.set('backup.last', { triedAt: clock.iso(), error })
    events.publish({ type: 'system-changed' })
  }

  const makeOne = async (kind: 'nightly' | 'by-hand'): Promise<string> => {
    try {
      const { file } = await makeBackup({ sqlite: db.sqlite, folder, columns: blobColumns, appVersion, kind, at: clock.now(), signal: closing.signal })
      const nightly = (await listBackups(folder)).filter((one) => one.kind === 'nightly')
      const kept = keptOf(nightly.map(({ createdAt }) => createdAt))
      for (const old of nightly) if (!kept.has(old.createdAt)) await removeBackup(old.file)
      said(null)
      return backupName(file)
    } catch (error) {
      if (closing.signal.aborted) throw new AppError('cancelled', 'The application is closing.')
      log.error('backup-failed', error)
      said(sentenceOf(error))
      throw error
    }
  }
  const begin = (kind: 'nightly' | 'by-hand'): Promise<string> => {
    if (running !== null) throw new AppError('busy', 'A copy is being made already.')
    running = makeOne(kind).finally(() => { running = null })
    return running
  }
  /** When the next nightly copy is due: at its hour after the last one that went well. */
  const dueAt = async (): Promise<Date> => {
    const newest = (await listBackups(folder)).find(({ kind }) => kind === 'nightly')
    const after = newest === undefined ? new Date(clock.now().getTime() - dayMs) : new Date(newest.createdAt)
    const due = new Date(after)
    due.setHours(hour(), 0, 0, 0)
    if (due <= after) due.setDate(due.getDate() + 1)
    return due
  }
  const look = async (): Promise<void> => {
    // A failure is tried again in an hour, not at each look.
    const { triedAt, error } = last() ?? { triedAt: '', error: null }
    const rests = error === null || clock.now().getTime() - Date.parse(triedAt) > 3600 * 1000
    if (running !== null || isBusy() || !rests || await dueAt() > clock.now()) return
    await begin('nightly').catch((reason: unknown) => { if (!closing.signal.aborted) log.warn('nightly-backup-failed', { reason: sentenceOf(reason) }) })
  }
  const list = async (): Promise<BackupList> => ({
    folder, hour: hour(), isRunning: running !== null, lastError: last()?.error ?? null, nextAt: (await dueAt()).toISOString(),
    backups: (await listBackups(folder)).map(({ name, createdAt, kind, bytes, rows }) => ({ name, createdAt, kind, bytes, rows }))
  })
  const make: Backups['make'] = async (by) => {
    const name = await begin('by-hand')
    db.sqlite.transaction(() => { audit.record({ actor: by.id, actorName: by.name, action: 'backup', subject: 'database', detail: { name } }) })()
    return name
  }

  return {
    list, make,
    warnings() {
      const error = last()?.error ?? null
      return error === null ? [] : [`The last backup failed: ${error}`]
    },
    start() {
      timer ??= setInterval(() => { look().catch((error: unknown) => { log.error('backup-look-failed', error) }) }, lookEveryMs).unref()
      look().catch((error: unknown) => { log.error('backup-look-failed', error) })
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      closing.abort(new AppError('cancelled', 'The application is closing.'))
      await running?.catch(() => undefined)
    },
    routes: new Hono<HttpEnv>().basePath('/api')
      .get('/backups', async (c) => { requireRole(c, 'clinician', 'admin', 'assistant'); return c.json(await list()) })
      .post('/backups', async (c) => { await make(requireRole(c, 'admin')); return c.json(await list(), 201) })
      .put('/backups/settings', async (c) => {
        const by = requireRole(c, 'admin')
        const change = await parseJson(c, BackupSettingsPatch)
        db.sqlite.transaction(() => {
          settings.set('backup.settings', change)
          audit.record({ actor: by.id, actorName: by.name, action: 'backup.settings', subject: 'database', detail: change })
        })()
        return c.json(await list())
      })
  }
}

function sentenceOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (isDiskFull(error)) return 'The disk of the data folder is full. Make room; it is tried again by itself.'
  if (/^(?:EROFS|EACCES|EPERM|SQLITE_READONLY|SQLITE_CANTOPEN)/.test(code)) return 'The backups folder may not be written to. Give Vigil the right to.'
  if (/^(?:SQLITE_CORRUPT|SQLITE_NOTADB)/.test(code)) return 'The database is damaged. Keep the older copies, and run "vigil db check".'
  return error instanceof AppError ? error.message : 'An unexpected error stopped it; the log of this workstation has the details.'
}
