import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import { resourcePath } from './resources.ts'

export type Sqlite = Database.Database
export type Orm = BetterSQLite3Database
/** `sqlite` for prepared hot paths and transactions, `orm` for everything else; one connection, one writer. */
export type Db = Readonly<{ sqlite: Sqlite, orm: Orm, file: string, close: () => void }>

const Journal = z.object({ entries: z.array(z.unknown()) })

export type OpenOptions = Readonly<{ file: string, migrationsDir?: string, backupDir?: string }>

/**
 * Opens and migrates the database. WAL with synchronous=FULL: a commit that returned survives a power cut.
 * A file that is to be migrated is backed up first when `backupDir` is given.
 */
export function openDatabase({ file, migrationsDir = resourcePath('migrations'), backupDir }: OpenOptions): Db {
  mkdirSync(dirname(file), { recursive: true })
  const isNew = !existsSync(file)
  const sqlite = new Database(file)
  try {
    sqlite.pragma('journal_mode = WAL')
    sqlite.pragma('synchronous = FULL')
    sqlite.pragma('busy_timeout = 10000')
    sqlite.pragma('cache_size = -32000')
    const orm = drizzle({ client: sqlite, casing: 'snake_case' })
    const before = appliedMigrations(sqlite)
    if (!isNew && backupDir !== undefined && before !== null && before < countMigrations(migrationsDir)) backUp(sqlite, backupDir)
    migrateWithoutCascade(sqlite, orm, migrationsDir)
    return { sqlite, orm, file, close: () => { sqlite.close() } }
  } catch (error) {
    sqlite.close()
    throw error
  }
}

/**
 * drizzle-kit rebuilds tables inside a transaction, where SQLite ignores PRAGMA foreign_keys: with the keys on, the DROP would
 * cascade and delete the children. So they go on only afterwards, and a check proves that nothing dangles.
 */
function migrateWithoutCascade(sqlite: Sqlite, orm: Orm, migrationsFolder: string): void {
  sqlite.pragma('foreign_keys = OFF')
  migrate(orm, { migrationsFolder })
  const dangling = sqlite.pragma('foreign_key_check')
  if (Array.isArray(dangling) && dangling.length > 0) {
    throw new AppError('internal', `The database has ${dangling.length} rows that point to nothing. Restore a backup, or ask for help before going on.`)
  }
  sqlite.pragma('foreign_keys = ON')
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
  mkdirSync(backupDir, { recursive: true })
  const target = join(backupDir, `vigil-${at.toISOString().replaceAll(/[:.]/g, '-')}.sqlite`)
  sqlite.prepare('vacuum into ?').run(target)
  return target
}
