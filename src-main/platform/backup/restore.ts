import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '../../../src-shared/errors.ts'
import { appliedMigrations, countMigrations, databaseFile } from '../database.ts'
import { markRestored, problemsOf, rowCounts } from './backup-store.ts'
import { hashFile, isFile, readManifest, syncFile, syncFolder } from './backup.ts'

export type Restored = Readonly<{ file: string, replaced: string | null, migrations: number, rows: Readonly<Record<string, number>> }>

/**
 * Puts a copy in the place of the database. The one that is there is kept aside. Refused while anything has the database open, and for a copy that is
 * not whole. A power cut at any moment leaves the one or the other: the new one gets its name by a single rename.
 */
export async function restoreBackup(source: string, dataDir: string, at: Date): Promise<Restored> {
  const { migrations, rows } = await proven(source)
  const file = databaseFile(dataDir)
  const incoming = `${file}.restoring`
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await rm(incoming, { force: true })
  await copyFile(source, incoming)
  markRestored(incoming, at)
  await syncFile(incoming)
  const replaced = await isFile(file) ? await setAside(file, dataDir, at) : null
  await rename(incoming, file)
  await syncFolder(dataDir)
  return { file, replaced, migrations, rows }
}

/** Opens it, checks it, and compares it with its manifest. */
async function proven(source: string): Promise<Pick<Restored, 'migrations' | 'rows'>> {
  if (!await isFile(source)) throw new AppError('not-found', 'There is no such file. Name a copy of the backups folder.')
  const manifest = await readManifest(source)
  if (manifest !== null && manifest.sha256 !== await hashFile(source)) throw new AppError('unsupported', 'This copy is not the one that was made: its bytes have changed since. Take another one.')
  const copy = openRead(source)
  try {
    const problems = problemsOf(copy)
    if (problems.length > 0) throw new AppError('unsupported', `This copy is damaged (${problems[0]}). Take another one.`)
    const migrations = appliedMigrations(copy)
    if (migrations === null) throw new AppError('unsupported', 'This file is no database of Vigil.')
    if (migrations > countMigrations()) throw new AppError('unsupported', 'This copy was written by a newer version of Vigil. Update Vigil first.')
    return { migrations, rows: rowCounts(copy) }
  } catch (error) {
    if (error instanceof Database.SqliteError) throw new AppError('unsupported', 'This file is no database, or it is damaged. Take another copy.', { cause: error })
    throw error
  } finally {
    copy.close()
  }
}

function openRead(source: string): Database.Database {
  try {
    return new Database(source, { readonly: true })
  } catch (error) {
    throw new AppError('unsupported', 'This file is no database, or it may not be read.', { cause: error })
  }
}

/**
 * Holds the database alone for a moment and writes its log into it. False where it is damaged beyond opening. Throws AppError 'busy' while somebody
 * has it open: a file must not be changed under a process that works with it.
 */
export function settleAlone(file: string): boolean {
  try {
    const own = new Database(file, { timeout: 500 })
    try {
      own.pragma('locking_mode = EXCLUSIVE')
      own.exec('begin exclusive; commit')
      own.pragma('wal_checkpoint(TRUNCATE)')
      own.pragma('journal_mode = DELETE')
      return true
    } finally {
      own.close()
    }
  } catch (error) {
    const code = error instanceof Database.SqliteError ? error.code : ''
    if (code.startsWith('SQLITE_BUSY')) throw new AppError('busy', 'Vigil is running on this data folder. Close it, then try again.', { cause: error })
    if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) return false
    throw error
  }
}

/** The present database under another name, whole, its log written into it. Throws AppError 'busy' while somebody has it open. */
async function setAside(file: string, dataDir: string, at: Date): Promise<string> {
  const folder = join(dataDir, 'backups')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const aside = join(folder, `replaced-${at.toISOString().replaceAll(/[:.]/g, '-')}.sqlite`)
  if (!settleAlone(file)) {
    // Damaged beyond opening: it is kept as it is, its log beside it.
    for (const ending of ['-wal', '-shm']) if (await isFile(`${file}${ending}`)) await rename(`${file}${ending}`, `${aside}${ending}`)
  }
  // A copy, so that the present one keeps its place until the new one takes it.
  await copyFile(file, aside)
  await syncFile(aside)
  return aside
}
