import { existsSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { appliedMigrations, countMigrations, type Sqlite } from './database.ts'

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
    return { exists: true, bytes, migrationsApplied: appliedMigrations(sqlite), migrationsShipped, problems: problemsOf(sqlite), rows: countRows(sqlite) }
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error
    return { exists: true, bytes, migrationsApplied: null, migrationsShipped, problems: [error.message], rows: {} }
  } finally {
    sqlite.close()
  }
}

/** What SQLite finds wrong: damaged pages, and rows that point to nothing. */
function problemsOf(sqlite: Sqlite): string[] {
  const found = sqlite.prepare<[], { integrity_check: string }>('pragma integrity_check').all().map((row) => row.integrity_check)
  const dangling = sqlite.prepare<[], { table: string }>('pragma foreign_key_check').all()
  return [...found.filter((line) => line !== 'ok'), ...(dangling.length === 0 ? [] : [`${dangling.length} rows point to nothing, the first in ${dangling[0]?.table ?? ''}`])]
}

function countRows(sqlite: Sqlite): Record<string, number> {
  const tables = sqlite.prepare<[], { name: string }>("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like '\\_\\_%' escape '\\' order by name").all()
  return Object.fromEntries(tables.map(({ name }) => [name, sqlite.prepare<[], { n: number }>(`select count(*) n from "${name.replaceAll('"', '""')}"`).get()?.n ?? 0]))
}
