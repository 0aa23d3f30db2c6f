import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '../../../src-shared/errors.ts'
import { databaseFile, openDatabase } from '../database.ts'
import { copyReadable, dropDangling, problemsOf, tablesOf } from './backup-store.ts'
import { isFile, syncFolder } from './backup.ts'
import { settleAlone } from './restore.ts'

export type Salvaged = Readonly<{ aside: string, copied: Readonly<Record<string, number>>, lost: readonly string[] }>

/**
 * Copies what can be read of a damaged database, table by table and around damaged pages, into a new one of this version, checks it, and keeps the
 * damaged one aside. `lost` names the tables of which rows are missing. Throws AppError 'unsupported' where nothing can be read.
 */
export async function salvage(dataDir: string, at: Date): Promise<Salvaged> {
  const file = databaseFile(dataDir)
  const fresh = join(dataDir, 'salvaged.sqlite')
  settleAlone(file)
  for (const ending of ['', '-wal', '-shm']) await rm(`${fresh}${ending}`, { force: true })
  const opened = openDatabase({ file: fresh })
  const copied: Record<string, number> = {}
  const lost: string[] = []
  try {
    const damaged = new Database(file, { readonly: true })
    damaged.unsafeMode(true)
    try {
      const known = new Set(tablesOf(damaged))
      opened.sqlite.pragma('foreign_keys = OFF')
      opened.sqlite.transaction(() => {
        for (const table of tablesOf(opened.sqlite)) {
          if (table.startsWith('__') || table.startsWith('sqlite_') || !known.has(table)) continue
          const found = copyReadable(damaged, opened.sqlite, table)
          copied[table] = found.copied
          if (!found.isWhole) lost.push(table)
        }
      })()
    } finally {
      damaged.close()
    }
    // A study whose patient can't be read any more would keep the next start from opening the file at all.
    for (const [table, count] of Object.entries(dropDangling(opened.sqlite))) { copied[table] = (copied[table] ?? 0) - count; if (!lost.includes(table)) lost.push(table) }
    const problems = problemsOf(opened.sqlite)
    if (problems.length > 0) throw new AppError('internal', `What could be read does not make a sound database (${problems[0]}). The damaged one was left as it is.`)
  } catch (error) {
    opened.close()
    for (const ending of ['', '-wal', '-shm']) await rm(`${fresh}${ending}`, { force: true })
    if (error instanceof Database.SqliteError) throw new AppError('unsupported', 'Nothing of this database can be read any more. Restore a copy: "vigil db restore".', { cause: error })
    throw error
  }
  opened.sqlite.pragma('wal_checkpoint(TRUNCATE)')
  opened.sqlite.pragma('journal_mode = DELETE')
  opened.close()
  const aside = join(dataDir, 'backups', `damaged-${at.toISOString().replaceAll(/[:.]/g, '-')}.sqlite`)
  await mkdir(dirname(aside), { recursive: true, mode: 0o700 })
  // The name is never free: a start in between would make an empty database. A log that is left would be played into the new one.
  await copyFile(file, aside)
  for (const ending of ['-wal', '-shm']) if (await isFile(`${file}${ending}`)) await rename(`${file}${ending}`, `${aside}${ending}`)
  await rename(fresh, file)
  await syncFolder(dataDir)
  return { aside, copied, lost }
}
