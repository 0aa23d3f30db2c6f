import { existsSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { problemsOf, rowCounts } from './backup/backup-store.ts'
import { appliedMigrations, countMigrations } from './database.ts'

export type DatabaseState = Readonly<{
  exists: boolean, bytes: number, migrationsApplied: number | null, migrationsShipped: number, problems: readonly string[], rows: Readonly<Record<string, number>>
}>

/** Looks at a database without migrating or changing it, also while the application has it open. */
export function inspectDatabase(file: string): DatabaseState {
  const migrationsShipped = countMigrations()
  if (!existsSync(file)) return { exists: false, bytes: 0, migrationsApplied: null, migrationsShipped, problems: [], rows: {} }
  const bytes = statSync(file).size
  const sqlite = new Database(file, { readonly: true })
  try {
    return { exists: true, bytes, migrationsApplied: appliedMigrations(sqlite), migrationsShipped, problems: problemsOf(sqlite), rows: rowCounts(sqlite) }
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error
    return { exists: true, bytes, migrationsApplied: null, migrationsShipped, problems: [error.message], rows: {} }
  } finally {
    sqlite.close()
  }
}
