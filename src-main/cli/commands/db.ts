import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DbBackupJson, DbMigrateJson, DbStatusJson } from '../../../src-shared/cli.ts'
import { AppError } from '../../../src-shared/errors.ts'
import { backUp, databaseFile, openDatabase, refuseFileAsFolder } from '../../platform/database.ts'
import { inspectDatabase } from '../../platform/inspect.ts'
import { UsageError, type Command, type CommandContext } from '../command.ts'

export const dbCommand: Command = {
  name: 'db',
  synopsis: 'db status|migrate|backup',
  summary: 'Looks at the database, brings it to this version (after a backup), or copies it while it is in use.',
  options: {},
  optionHelp: [],
  positionals: [1, 1],
  async run(context) {
    const action = context.positionals[0]
    refuseFileAsFolder(context.config.dataDir)
    if (action === 'status') return status(context)
    if (action === 'migrate') return migrate(context)
    if (action === 'backup') return backup(context)
    throw new UsageError('This command is written: db status, db migrate or db backup')
  }
}

async function status({ config, print }: CommandContext): Promise<number> {
  const file = databaseFile(config.dataDir)
  const state = inspectDatabase(file)
  print(DbStatusJson, { file, ...state, problems: [...state.problems], rows: { ...state.rows } }, statusText(file, state))
  return state.problems.length === 0 ? 0 : 1
}

function statusText(file: string, { exists, bytes, migrationsApplied, migrationsShipped, problems, rows }: ReturnType<typeof inspectDatabase>): string {
  if (!exists) return `There is no database yet at ${file}. The first start makes it.`
  return [
    `${file}: ${(bytes / 1024 / 1024).toFixed(1)} MB, ${migrationsApplied ?? 0} of ${migrationsShipped} migrations.`,
    ...Object.entries(rows).map(([table, count]) => `  ${table}: ${count} rows`),
    ...(problems.length === 0 ? ['No damage found.'] : problems.map((problem) => `Damaged: ${problem}`))
  ].join('\n')
}

async function migrate({ config, print }: CommandContext): Promise<number> {
  const file = databaseFile(config.dataDir)
  const { exists, migrationsApplied: before, migrationsShipped } = inspectDatabase(file)
  const mustMove = exists && before !== null && before < migrationsShipped
  const backupFile = mustMove ? await backUpNow(config.dataDir) : null
  openDatabase({ file }).close()
  const text = before === migrationsShipped ? 'The database is up to date.' : `Brought the database from ${before ?? 0} to ${migrationsShipped} migrations.`
  print(DbMigrateJson, { file, before, after: migrationsShipped, backup: backupFile }, backupFile === null ? text : `${text} The copy from before is ${backupFile}.`)
  return 0
}

async function backup({ config, print }: CommandContext): Promise<number> {
  if (!inspectDatabase(databaseFile(config.dataDir)).exists) throw new AppError('not-found', 'There is no database yet to back up.')
  const file = await backUpNow(config.dataDir)
  const { bytes, problems } = inspectDatabase(file)
  if (problems.length > 0) throw new AppError('internal', `The copy ${file} is damaged: ${problems[0] ?? ''}. Keep the older copies and check the disk.`)
  print(DbBackupJson, { backup: file, bytes }, `Wrote ${file} (${Math.ceil(statSync(file).size / 1024)} kB) and read it back.`)
  return 0
}

/** Read-only, so that a database of an older version is copied as it is. */
async function backUpNow(dataDir: string): Promise<string> {
  const { default: Database } = await import('better-sqlite3')
  const sqlite = new Database(databaseFile(dataDir), { readonly: true })
  try {
    return backUp(sqlite, join(dataDir, 'backups'))
  } finally {
    sqlite.close()
  }
}
