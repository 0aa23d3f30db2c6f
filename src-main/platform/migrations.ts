import type Database from 'better-sqlite3'
import { readMigrationFiles, type MigrationMeta } from 'drizzle-orm/migrator'
import { AppError } from '../../src-shared/errors.ts'

type Applied = Readonly<{ hash: string }>
const ours = '__drizzle_migrations'

/**
 * Applies what the file has not seen, in one transaction that holds the write lock: the window and the command line may start together
 * on a new folder. Call with foreign keys off: drizzle-kit rebuilds tables inside a transaction, where SQLite ignores that pragma, and
 * with the keys on the DROP would cascade and delete the children. Throws `unsupported` for a file that this version can't know.
 */
export function migrate(sqlite: Database.Database, migrationsDir: string): void {
  const shipped = readMigrationFiles({ migrationsFolder: migrationsDir })
  sqlite.transaction(() => {
    // As drizzle's own migrator declares it, so that its tools still read the file.
    sqlite.exec(`create table if not exists ${ours} (id serial primary key, hash text not null, created_at numeric)`)
    const applied = sqlite.prepare<[], Applied>(`select hash from ${ours} order by created_at`).all()
    refuseUnknown(applied, shipped)
    const missing = shipped.slice(applied.length)
    if (missing.length === 0) return
    dropTriggers(sqlite)
    for (const migration of missing) apply(sqlite, migration)
  }).immediate()
}

function refuseUnknown(applied: readonly Applied[], shipped: readonly MigrationMeta[]): void {
  if (applied.length > shipped.length) {
    throw new AppError('unsupported', 'The data folder was written by a newer version of Vigil. Update Vigil, or choose another folder with --data-dir.')
  }
  if (applied.some(({ hash }, index) => shipped[index]?.hash !== hash)) {
    throw new AppError('unsupported', 'The data folder was written by another build of Vigil that this one can not take over. Choose another folder with --data-dir.')
  }
}

/** A trigger that speaks of a table which is being rebuilt makes the RENAME fail. The rooms set theirs anew at each start. */
function dropTriggers(sqlite: Database.Database): void {
  const triggers = sqlite.prepare<[], { name: string }>("select name from sqlite_master where type = 'trigger'").all()
  for (const { name } of triggers) sqlite.exec(`drop trigger "${name.replaceAll('"', '""')}"`)
}

function apply(sqlite: Database.Database, migration: MigrationMeta): void {
  for (const statement of migration.sql) sqlite.exec(statement)
  sqlite.prepare(`insert into ${ours} (hash, created_at) values (?, ?)`).run(migration.hash, migration.folderMillis)
}
