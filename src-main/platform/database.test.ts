import { chmod, cp, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startChild, untilRunning } from '../../test/support/child.ts'
import { aFolder, heldClock } from '../../test/support/edge.ts'
import { createAudit } from '../accounts/audit.ts'
import { appliedMigrations, backUp, countMigrations, databaseFile, openDatabase, type Db } from './database.ts'
import { resourcePath } from './resources.ts'

let folder: Awaited<ReturnType<typeof aFolder>>
const opened: Db[] = []
beforeEach(async () => { folder = await aFolder() })
afterEach(async () => {
  for (const db of opened.splice(0)) if (db.sqlite.open) db.close()
  await folder.remove()
})

const open = (options: Partial<Parameters<typeof openDatabase>[0]> = {}): Db => {
  const db = openDatabase({ file: databaseFile(folder.path), ...options })
  opened.push(db)
  return db
}

type Step = Readonly<{ name: string, sql: string }>
/** A folder of migrations as drizzle-kit leaves it. */
async function migrations(name: string, steps: readonly Step[]): Promise<string> {
  const dir = join(folder.path, name)
  await mkdir(join(dir, 'meta'), { recursive: true })
  await Promise.all(steps.map((step) => writeFile(join(dir, `${step.name}.sql`), step.sql)))
  await writeFile(join(dir, 'meta', '_journal.json'), JSON.stringify({ version: '7', dialect: 'sqlite', entries: steps.map((step, idx) => ({ idx, version: '6', when: 1000 + idx, tag: step.name, breakpoints: true })) }))
  return dir
}
const first: Step = { name: '0000_first', sql: 'create table parents (id text primary key, name text not null) strict;\n--> statement-breakpoint\ncreate table children (id text primary key, parent text not null references parents (id) on delete cascade) strict;' }
/** As drizzle-kit rebuilds a table to change a column. */
const rebuild: Step = { name: '0001_rebuild', sql: [
  'PRAGMA foreign_keys=OFF;', 'create table __new_parents (id text primary key, name text not null, born text) strict;', 'insert into __new_parents (id, name) select id, name from parents;',
  'drop table parents;', 'alter table __new_parents rename to parents;', 'PRAGMA foreign_keys=ON;'
].join('\n--> statement-breakpoint\n') }

describe('opening', () => {
  it('makes a database that survives a power cut: WAL, synchronous=FULL, keys on, every table STRICT', () => {
    const { sqlite } = open()
    expect(['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout'].map((name) => sqlite.pragma(name, { simple: true }))).toEqual(['wal', 2, 1, 10_000])
    const loose = sqlite.prepare<[], { name: string }>(`select name from pragma_table_list where type = 'table' and schema = 'main' and strict = 0 and name not like 'sqlite_%' and name <> '__drizzle_migrations'`).all()
    expect(loose).toEqual([])
    expect(appliedMigrations(sqlite)).toBe(countMigrations())
  })

  it('keeps the folder to this user', async () => {
    open({ file: databaseFile(join(folder.path, 'new')) })
    expect((await stat(join(folder.path, 'new'))).mode & 0o077).toBe(0)
  })

  it('keeps every file of the database to this user in a folder that others may read, backups too', async () => {
    await chmod(folder.path, 0o755)
    const { sqlite } = open()
    sqlite.exec("insert into settings values ('a', 'b', 'c')")
    backUp(sqlite, join(folder.path, 'backups'))
    const files = (await readdir(folder.path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    expect(files.length).toBeGreaterThan(2)
    for (const { parentPath, name } of files) expect((await stat(join(parentPath, name))).mode & 0o077, name).toBe(0)
  })

  it('lets DELETE triggers hear of rows that REPLACE takes away', () => {
    const { sqlite } = open()
    sqlite.exec(`insert into settings values ('kept', '1', '');
      create trigger settings_no_delete before delete on settings begin select raise(abort, 'not deleted'); end`)
    expect(() => sqlite.exec(`insert or replace into settings values ('kept', '2', '')`)).toThrow('not deleted')
    expect(sqlite.prepare(`select value from settings`).pluck().get()).toBe('1')
  })

  it('of one new folder by four processes at once works for all, and loses nothing they write', async () => {
    const children = Array.from({ length: 4 }, () => startChild('opens-a-database', folder.path))
    const ends = children.map(async (child) => (await once(child, 'exit'))[0] as unknown)
    await Promise.all(children.map(untilRunning))
    await writeFile(join(folder.path, 'go'), '')
    const exits = await Promise.all(ends)
    expect(exits).toEqual([0, 0, 0, 0])
    const db = open()
    expect(db.sqlite.prepare<[], { n: number }>('select count(*) n from audit_entries').get()?.n).toBe(100)
    expect(await createAudit({ db, clock: heldClock() }).verify()).toBe(true)
  })
})

describe('a migration', () => {
  it('that rebuilds a parent table keeps its children, though the keys would cascade', async () => {
    const { sqlite } = open({ migrationsDir: await migrations('one', [first]) })
    sqlite.exec(`insert into parents values ('p', 'Ana'); insert into children values ('c', 'p')`)
    sqlite.close()
    const after = open({ migrationsDir: await migrations('two', [first, rebuild]) }).sqlite
    expect(after.prepare('select * from parents').all()).toEqual([{ id: 'p', name: 'Ana', born: null }])
    expect(after.prepare('select * from children').all()).toEqual([{ id: 'c', parent: 'p' }])
    expect(after.pragma('foreign_keys', { simple: true })).toBe(1)
  })

  it('is not stopped by a trigger that speaks of the table it rebuilds', async () => {
    const { sqlite } = open({ migrationsDir: await migrations('one', [first]) })
    sqlite.exec(`create trigger guard before insert on children when not exists (select 1 from parents) begin select raise(abort, 'no'); end`)
    sqlite.close()
    const after = open({ migrationsDir: await migrations('two', [first, rebuild]) }).sqlite
    expect(appliedMigrations(after)).toBe(2)
  })

  it('copies the database first, and the copy is the one from before', async () => {
    const backupDir = join(folder.path, 'backups')
    const { sqlite } = open({ migrationsDir: await migrations('one', [first]), backupDir })
    sqlite.exec(`insert into parents values ('p', 'Ana')`)
    sqlite.close()
    expect(await readdir(backupDir).catch(() => [])).toEqual([])
    open({ migrationsDir: await migrations('two', [first, rebuild]), backupDir })
    const [copy = ''] = await readdir(backupDir)
    const before = new Database(join(backupDir, copy), { readonly: true })
    expect(appliedMigrations(before)).toBe(1)
    expect(before.prepare('select name from parents').all()).toEqual([{ name: 'Ana' }])
    before.close()
  })

  it('that fails in the middle changes nothing', async () => {
    open({ migrationsDir: await migrations('one', [first]) }).close()
    const broken: Step = { name: '0001_broken', sql: 'create table more (id text primary key) strict;\n--> statement-breakpoint\nalter table nowhere rename to somewhere;' }
    const two = await migrations('two', [first, broken])
    expect(() => open({ migrationsDir: two })).toThrow(/nowhere/)
    const { sqlite } = open({ migrationsDir: join(folder.path, 'one') })
    expect(sqlite.prepare(`select name from sqlite_master where name = 'more'`).all()).toEqual([])
  })

  it('that leaves rows pointing to nothing stops the start', async () => {
    const { sqlite } = open({ migrationsDir: await migrations('one', [first]) })
    sqlite.exec(`insert into parents values ('p', 'Ana'); insert into children values ('c', 'p')`)
    sqlite.close()
    const lose: Step = { name: '0001_lose', sql: 'delete from parents;' }
    const two = await migrations('two', [first, lose])
    expect(() => open({ migrationsDir: two })).toThrow('1 rows that point to nothing')
  })
})

describe('the oldest saved database', () => {
  type Journal = { entries: { idx: number }[] }
  /** The shipped migrations as they were when the first version was saved. */
  async function firstMigrations(): Promise<string> {
    const dir = join(folder.path, 'oldest')
    await cp(resourcePath('migrations'), dir, { recursive: true })
    const journal = JSON.parse(await readFile(join(dir, 'meta', '_journal.json'), 'utf8')) as Journal
    await writeFile(join(dir, 'meta', '_journal.json'), JSON.stringify({ ...journal, entries: journal.entries.slice(0, 1) }))
    return dir
  }
  /** One row in every table; all keys are equal, so that every reference finds its row. */
  function fill({ sqlite }: Db): Map<string, unknown> {
    const tables = sqlite.prepare<[], { name: string }>(`select name from pragma_table_list where type = 'table' and schema = 'main' and name not like 'sqlite_%' and name not like '\\_\\_%' escape '\\'`).all()
    sqlite.pragma('foreign_keys = off')
    for (const { name } of tables) {
      const columns = sqlite.prepare<[string], { name: string, type: string }>('select name, type from pragma_table_info(?)').all(name)
      const values = columns.map(({ type }) => (type === 'TEXT' || type === 'BLOB' ? 'x' : 1))
      sqlite.prepare(`insert into "${name}" (${columns.map((column) => `"${column.name}"`).join()}) values (${columns.map(() => '?').join()})`).run(values)
    }
    sqlite.pragma('foreign_keys = on')
    expect(sqlite.pragma('foreign_key_check')).toEqual([])
    return new Map(tables.map(({ name }) => [name, sqlite.prepare(`select * from "${name}"`).get()]))
  }

  it('opens in this version with a row in every table, and every row is as it was', async () => {
    const oldest = open({ migrationsDir: await firstMigrations() })
    expect(appliedMigrations(oldest.sqlite)).toBe(1)
    const before = fill(oldest)
    expect(before.size).toBeGreaterThan(15)
    oldest.close()
    const { sqlite } = open({ migrationsDir: resourcePath('migrations') })
    expect(appliedMigrations(sqlite)).toBe(countMigrations())
    for (const [name, row] of before) expect(sqlite.prepare(`select * from "${name}"`).all(), name).toEqual([expect.objectContaining(row as object)])
    sqlite.exec(`insert into finding_masks values ('x', '{}')`)
    expect(() => sqlite.exec(`insert into finding_masks values ('no finding', '{}')`)).toThrow(/FOREIGN KEY/)
  })
})

describe('what stands in the way of a start is one sentence', () => {
  const failure = (options: Partial<Parameters<typeof openDatabase>[0]> = {}): unknown => {
    try { open(options) } catch (error) { return error }
    return null
  }

  it('a database of a newer version', async () => {
    open({ migrationsDir: await migrations('two', [first, rebuild]) }).close()
    expect(failure({ migrationsDir: await migrations('one', [first]) })).toMatchObject({ code: 'unsupported', message: expect.stringContaining('newer version') })
  })

  it('a database of another line of development', async () => {
    open({ migrationsDir: await migrations('one', [first]) }).close()
    expect(failure({ migrationsDir: await migrations('other', [{ ...first, sql: `${first.sql}\n` }]) })).toMatchObject({ code: 'unsupported', message: expect.stringContaining('another build') })
  })

  it('a file that is no database, which is left as it is', async () => {
    await writeFile(databaseFile(folder.path), 'not a database, but long enough to have a header of a hundred bytes '.repeat(100))
    expect(failure()).toMatchObject({ code: 'unsupported', message: expect.stringContaining('damaged') })
    expect(await readFile(databaseFile(folder.path), 'utf8')).toContain('not a database')
  })

  it('a damaged database', async () => {
    open().close()
    const bytes = await readFile(databaseFile(folder.path))
    bytes.fill(0xab, 4096, 3 * 4096)
    await writeFile(databaseFile(folder.path), bytes)
    expect(failure()).toMatchObject({ code: 'unsupported', message: expect.stringContaining('damaged') })
  })

  it('a file where the folder should be', async () => {
    await writeFile(join(folder.path, 'a file'), '')
    expect(failure({ file: databaseFile(join(folder.path, 'a file')) })).toMatchObject({ code: 'not-configured', message: expect.stringContaining('is a file') })
  })

  it('a folder where the database should be', async () => {
    await mkdir(databaseFile(folder.path))
    expect(failure()).toMatchObject({ code: 'not-configured' })
  })

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a folder that this user may not write (root may anywhere)', async () => {
    await chmod(folder.path, 0o500)
    expect(failure()).toMatchObject({ code: 'not-configured', message: expect.stringContaining('may not write') })
    await chmod(folder.path, 0o700)
  })
})

describe('transactions', () => {
  it('that read first and then write do not fail when another process wrote in between', () => {
    const one = open().sqlite
    const two = open().sqlite
    one.exec(`insert into settings values ('n', '0', '')`)
    const add = (sqlite: typeof one) => sqlite.transaction(() => {
      const n = Number(sqlite.prepare<[], { value: string }>(`select value from settings where key = 'n'`).get()?.value)
      sqlite.prepare(`update settings set value = ? where key = 'n'`).run(String(n + 1))
    })
    for (const begin of ['deferred', 'immediate', 'exclusive', 'default'] as const) {
      add(one)[begin]()
      add(two)[begin]()
    }
    one.transaction(() => {
      two.pragma('busy_timeout = 0')
      expect(() => { add(two)() }).toThrow(/locked/)
    })()
    expect(one.prepare(`select value from settings where key = 'n'`).get()).toEqual({ value: '8' })
  })

  it('nest, and an inner failure that is caught undoes the inner part alone', () => {
    const { sqlite, orm } = open()
    const put = (key: string) => sqlite.prepare(`insert into settings values (?, '', '')`).run(key)
    orm.transaction(() => {
      put('outer')
      expect(() => sqlite.transaction(() => { put('inner'); throw new Error('undo') })()).toThrow('undo')
    })
    expect(sqlite.prepare('select key from settings').all()).toEqual([{ key: 'outer' }])
  })
})

describe('a backup', () => {
  it('of a database in use is whole and readable on its own', async () => {
    const { sqlite } = open()
    sqlite.exec(`insert into settings values ('a', '1', '')`)
    const path = backUp(sqlite, join(folder.path, 'backups'), new Date('2026-03-02T08:00:00.000Z'))
    expect(path.endsWith('vigil-2026-03-02T08-00-00-000Z.sqlite')).toBe(true)
    const elsewhere = join(folder.path, 'restored')
    await mkdir(elsewhere)
    await cp(path, databaseFile(elsewhere))
    expect(open({ file: databaseFile(elsewhere), migrationsDir: resourcePath('migrations') }).sqlite.prepare('select value from settings').all()).toEqual([{ value: '1' }])
  })
})
