import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import { migrate } from './migrations.ts'
import { resourcePath } from './resources.ts'

export type Sqlite = Database.Database
export type Orm = BetterSQLite3Database
/** `sqlite` for prepared hot paths and transactions, `orm` for everything else; one connection, one writer. */
export type Db = Readonly<{ sqlite: Sqlite, orm: Orm, file: string, close: () => void }>

/** Where the database lies in a data folder. */
export const databaseFile = (dataDir: string): string => join(dataDir, 'vigil.sqlite')

/** Throws where the data folder, or a folder above it, is a file; one that is not there yet is made later. */
export function refuseFileAsFolder(dataDir: string): void {
  const above = dirname(dataDir)
  const found = statSync(dataDir, { throwIfNoEntry: false })
  if (found === undefined && above !== dataDir) { refuseFileAsFolder(above); return }
  if (found?.isDirectory() !== false) return
  throw new AppError('not-configured', 'What is given as the data folder is a file, or lies below one. Choose a folder with --data-dir.')
}

const Journal = z.object({ entries: z.array(z.unknown()) })

export type OpenOptions = Readonly<{ file: string, migrationsDir?: string, backupDir?: string }>

/**
 * Opens and migrates the database. WAL with synchronous=FULL: a commit that returned survives a power cut.
 * A file that is to be migrated is backed up first when `backupDir` is given. What stands in the way of starting (no right to write, a
 * damaged file, a newer version) is thrown as an AppError with one sentence.
 */
export function openDatabase({ file, migrationsDir = resourcePath('migrations'), backupDir }: OpenOptions): Db {
  let sqlite: Sqlite | null = null
  try {
    refuseFileAsFolder(dirname(file))
    // Patients' data: for this user alone.
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const isNew = !existsSync(file)
    // Also in a folder that others may look into. What SQLite makes beside it takes over the rights of this file.
    if (isNew) closeSync(openSync(file, 'a', 0o600))
    sqlite = lockFromTheStart(new Database(file, { timeout: 10_000 }))
    sqlite.pragma('journal_mode = WAL')
    sqlite.pragma('synchronous = FULL')
    // On macOS fsync leaves the bytes in the disk's own cache; elsewhere these do nothing.
    sqlite.pragma('fullfsync = ON')
    sqlite.pragma('checkpoint_fullfsync = ON')
    // Without it REPLACE takes rows away and no DELETE trigger hears of it.
    sqlite.pragma('recursive_triggers = ON')
    sqlite.pragma('cache_size = -32000')
    const before = appliedMigrations(sqlite)
    if (!isNew && backupDir !== undefined && before !== null && before < countMigrations(migrationsDir)) backUp(sqlite, backupDir)
    migrateWithoutCascade(sqlite, migrationsDir)
    const opened = sqlite
    return { sqlite: opened, orm: drizzle({ client: opened, casing: 'snake_case' }), file, close: () => { opened.close() } }
  } catch (error) {
    sqlite?.close()
    throw explain(error)
  }
}

/** See `migrate` for why the keys are off; they go on only when a check has proved that nothing dangles. */
function migrateWithoutCascade(sqlite: Sqlite, migrationsDir: string): void {
  sqlite.pragma('foreign_keys = OFF')
  migrate(sqlite, migrationsDir)
  const dangling = sqlite.pragma('foreign_key_check')
  if (Array.isArray(dangling) && dangling.length > 0) {
    throw new AppError('unsupported', `The database has ${dangling.length} rows that point to nothing. Restore a backup, or ask for help before going on.`)
  }
  sqlite.pragma('foreign_keys = ON')
}

/**
 * Each transaction takes the write lock at its beginning. One that reads first and then writes would fail at once with SQLITE_BUSY,
 * whatever the timeout, when another process (the command line beside the window) has written in between.
 */
function lockFromTheStart(sqlite: Sqlite): Sqlite {
  const begin = sqlite.transaction.bind(sqlite)
  const transaction = (act: (...given: unknown[]) => unknown) => {
    const { immediate, exclusive } = begin(act)
    return Object.assign((...given: unknown[]) => immediate(...given), { default: immediate, deferred: immediate, immediate, exclusive })
  }
  // The driver's type is generic over the act; nothing here looks at what goes in or comes out.
  return Object.assign(sqlite, { transaction: transaction as Sqlite['transaction'] })
}

function explain(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/^(?:EACCES|EPERM|EROFS|ENOTDIR|EEXIST|SQLITE_CANTOPEN|SQLITE_READONLY)/.test(code)) {
    return new AppError('not-configured', 'Vigil may not write to its data folder. Give it the right to, or choose another folder with --data-dir.', { cause: error })
  }
  if (/^(?:SQLITE_NOTADB|SQLITE_CORRUPT)/.test(code)) {
    return new AppError('unsupported', 'The database in the data folder is damaged. Restore the newest file of its backups folder, or choose another folder with --data-dir.', { cause: error })
  }
  if (/^(?:ENOSPC|SQLITE_FULL)/.test(code)) return new AppError('disk-full', 'The disk that holds the data folder is full. Free some space, then start again.', { cause: error })
  if (code.startsWith('SQLITE_BUSY')) return new AppError('busy', 'Another program holds the database. Close it, then start again.', { cause: error })
  return error
}

/** How many migrations the file has seen; null where it has none of ours. */
export function appliedMigrations(sqlite: Sqlite): number | null {
  const table = sqlite.prepare("select 1 from sqlite_master where type = 'table' and name = '__drizzle_migrations'").get()
  if (table === undefined) return null
  const row = sqlite.prepare<[], { n: number }>('select count(*) n from __drizzle_migrations').get()
  return row?.n ?? 0
}

/** How many migrations this version of the application ships. */
export function countMigrations(migrationsDir: string = resourcePath('migrations')): number {
  return Journal.parse(JSON.parse(readFileSync(join(migrationsDir, 'meta', '_journal.json'), 'utf8'))).entries.length
}

/** A consistent copy of a live database by `VACUUM INTO`; returns its path. */
export function backUp(sqlite: Sqlite, backupDir: string, at: Date = new Date()): string {
  mkdirSync(backupDir, { recursive: true, mode: 0o700 })
  const target = join(backupDir, `vigil-${at.toISOString().replaceAll(/[:.]/g, '-')}.sqlite`)
  // SQLite fills an empty file; made here, it is for this user alone.
  closeSync(openSync(target, 'wx', 0o600))
  sqlite.prepare('vacuum into ?').run(target)
  const handle = openSync(target, 'r+')
  try { fsyncSync(handle) } finally { closeSync(handle) }
  return target
}
