import { resolve } from 'node:path'
import { CheckJson, DbBackupJson, DbMigrateJson, DbRestoreJson, DbStatusJson } from '../../../src-shared/cli.ts'
import { AppError } from '../../../src-shared/errors.ts'
import { copyBlobs, makeBackup } from '../../platform/backup/backup.ts'
import { databaseFile, openDatabase, refuseFileAsFolder } from '../../platform/database.ts'
import { inspectDatabase } from '../../platform/inspect.ts'
import { UsageError, textFlag, type Command, type CommandContext } from '../command.ts'

const actions = ['status', 'migrate', 'backup', 'restore', 'check'] as const

export const dbCommand: Command = {
  name: 'db',
  synopsis: 'db status|migrate|backup|restore <file>|check',
  summary: 'Looks at the database, brings it to this version (after a backup), copies it while it is in use, puts a copy back, checks and mends it and the stored files.',
  options: { 'with-blobs': { type: 'string' }, quick: { type: 'boolean', default: false }, repair: { type: 'boolean', default: false }, salvage: { type: 'boolean', default: false }, from: { type: 'string' } },
  optionHelp: [
    ['--with-blobs DIR', 'with backup: also bring every stored file into that folder; what is there already is not copied again'],
    ['--quick', 'with check: look whether the stored files are there and as long as they should be, without reading them'],
    ['--repair', 'with check: set damaged files aside, bring them back from --from DIR, take away what dead processes left'],
    ['--from DIR', 'with check --repair: a folder that backup --with-blobs has filled'],
    ['--salvage', 'with check: copy what can be read of a damaged database into a new one, and keep the damaged one']
  ],
  positionals: [1, 2],
  async run(context) {
    const [named = '', subject = ''] = context.positionals
    const action = actions.find((one) => one === named)
    if (action === undefined) throw new UsageError('This command is written: db status, db migrate, db backup, db restore or db check')
    if ((action === 'restore') !== (subject !== '')) throw new UsageError(action === 'restore' ? 'Name the copy that is to be put back; the backups folder holds them.' : `db ${action} takes nothing behind it.`)
    refuseFileAsFolder(context.config.dataDir)
    switch (action) {
      case 'status': return status(context)
      case 'migrate': return migrate(context)
      case 'backup': return backup(context)
      case 'restore': return restore(context, subject)
      case 'check': return check(context)
      default: return action satisfies never
    }
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

async function migrate(context: CommandContext): Promise<number> {
  const { config, print } = context
  const file = databaseFile(config.dataDir)
  const { exists, migrationsApplied: before, migrationsShipped } = inspectDatabase(file)
  const mustMove = exists && before !== null && before < migrationsShipped
  const backupFile = mustMove ? (await backUpNow(context, 'before-migration')).file : null
  openDatabase({ file }).close()
  const text = before === migrationsShipped ? 'The database is up to date.' : `Brought the database from ${before ?? 0} to ${migrationsShipped} migrations.`
  print(DbMigrateJson, { file, before, after: migrationsShipped, backup: backupFile }, backupFile === null ? text : `${text} The copy from before is ${backupFile}.`)
  return 0
}

async function backup(context: CommandContext): Promise<number> {
  const { config, print, flags, io, signal, progress } = context
  if (!inspectDatabase(databaseFile(config.dataDir)).exists) throw new AppError('not-found', 'There is no database yet to back up.')
  const { file, manifest } = await backUpNow(context, 'by-hand')
  const to = textFlag(flags, 'with-blobs')
  if (to === undefined) {
    print(DbBackupJson, { backup: file, bytes: manifest.bytes, blobs: null }, `Wrote ${file} (${Math.ceil(manifest.bytes / 1024)} kB) and read it back. The stored files are not in it: --with-blobs DIR copies them too.`)
    return 0
  }
  const { blobColumns } = await import('../../blob-columns.ts')
  const { blobPath } = await import('../../platform/blobs.ts')
  const bar = progress('Copying files')
  const copies = await copyBlobs(file, { from: (sha256) => blobPath(config.dataDir, sha256), to: resolve(io.cwd, to), columns: blobColumns, signal, onProgress: (fraction) => { bar.update(fraction, '') } }).finally(() => { bar.done() })
  print(DbBackupJson, { backup: file, bytes: manifest.bytes, blobs: copies }, `Wrote ${file}, and ${copies.copied} files to ${to} (${copies.there} were there already).${copies.missing > 0 ? ` ${copies.missing} files are missing here: run "vigil db check".` : ''}`)
  return copies.missing === 0 ? 0 : 1
}

async function restore({ config, print, io }: CommandContext, subject: string): Promise<number> {
  const { restoreBackup } = await import('../../platform/backup/restore.ts')
  const { isFile } = await import('../../platform/backup/backup.ts')
  const named = resolve(io.cwd, subject)
  const source = await isFile(named) ? named : resolve(config.dataDir, 'backups', subject)
  const { file, replaced, migrations } = await restoreBackup(source, config.dataDir, new Date())
  print(DbRestoreJson, { file, replaced, migrations }, `${subject} is the database now.${replaced === null ? '' : ` The one that was there is ${replaced}.`} Run "vigil db check": studies that came in after that copy are not in it, and can be imported again.`)
  return 0
}

async function check(context: CommandContext): Promise<number> {
  const { config, print, flags, io, signal, progress } = context
  const { checkAll } = await import('../../platform/backup/check.ts')
  const { blobColumns } = await import('../../blob-columns.ts')
  const done: string[] = []
  if (flags['salvage'] === true) {
    const { salvage } = await import('../../platform/backup/salvage.ts')
    const { aside, copied, lost } = await salvage(config.dataDir, new Date())
    done.push(`Copied ${Object.values(copied).reduce((sum, count) => sum + count, 0)} rows into a new database. The damaged one is ${aside}.`, ...(lost.length === 0 ? ['Every row could be read.'] : [`Rows of these tables could not be read: ${lost.join(', ')}.`]))
  }
  const from = textFlag(flags, 'from')
  const bar = progress('Checking')
  const found = await checkAll({
    dataDir: config.dataDir, columns: blobColumns, isQuick: flags['quick'] === true, isRepair: flags['repair'] === true, from: from === undefined ? null : resolve(io.cwd, from), signal, onProgress: (fraction, what) => { bar.update(fraction, what) }
  }).finally(() => { bar.done() })
  const { blobs, database, plan } = found
  const all = [...done, ...found.done]
  print(CheckJson, { ...found, done: all }, [
    ...all, ...database.map((problem) => `Database: ${problem}`), `${blobs.checked} stored files, ${blobs.missing.length} missing, ${blobs.damaged.length} damaged.`, ...plan,
    ...(found.isSound ? ['The database and the stored files are sound.'] : [])
  ].join('\n'))
  return found.isSound ? 0 : 1
}

/** Read-only, so that a database of an older version is copied as it is. */
async function backUpNow({ config, signal }: CommandContext, kind: 'by-hand' | 'before-migration'): Promise<Awaited<ReturnType<typeof makeBackup>>> {
  const { default: Database } = await import('better-sqlite3')
  const { blobColumns } = await import('../../blob-columns.ts')
  const { appVersion } = await import('../../platform/resources.ts')
  const sqlite = new Database(databaseFile(config.dataDir), { readonly: true })
  try {
    return await makeBackup({ sqlite, folder: resolve(config.dataDir, 'backups'), columns: blobColumns, appVersion: appVersion(), kind, at: new Date(), signal })
  } finally {
    sqlite.close()
  }
}
