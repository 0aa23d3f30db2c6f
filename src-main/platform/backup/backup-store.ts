import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'
import type { Sqlite } from '../database.ts'

/** A column that names blobs; `bytes` where another column tells their size. */
export type BlobColumn = Readonly<{ table: string, hash: string, bytes: string | null, what: string }>
export type NamedBlob = Readonly<{ sha256: string, bytes: number | null, what: string }>

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

export function tablesOf(sqlite: Sqlite): string[] {
  return sqlite.prepare<[], { name: string }>("select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by rowid").all().map(({ name }) => name)
}

export function rowCounts(sqlite: Sqlite): Record<string, number> {
  return Object.fromEntries(tablesOf(sqlite).filter((name) => !name.startsWith('__')).map((name) => [name, sqlite.prepare<[], { n: number }>(`select count(*) n from ${quoted(name)}`).get()?.n ?? 0]))
}

/** Every blob that a row names, once. Columns of tables that this file does not have are left out. */
export function namedBlobs(sqlite: Sqlite, columns: readonly BlobColumn[]): NamedBlob[] {
  const known = new Set(tablesOf(sqlite))
  const found = new Map<string, NamedBlob>()
  for (const { table, hash, bytes, what } of columns) {
    if (!known.has(table)) continue
    const rows = sqlite.prepare<[], { sha256: string, bytes: number | null }>(`select distinct ${quoted(hash)} sha256, ${bytes === null ? 'null' : quoted(bytes)} bytes from ${quoted(table)} where ${quoted(hash)} is not null and ${quoted(hash)} <> ''`).all()
    for (const row of rows) if (!found.has(row.sha256) || found.get(row.sha256)?.bytes === null) found.set(row.sha256, { ...row, what })
  }
  return [...found.values()].toSorted((one, other) => (one.sha256 < other.sha256 ? -1 : 1))
}

export function blobFacts(blobs: readonly NamedBlob[]): { count: number, bytes: number, digest: string } {
  const hash = createHash('sha256')
  for (const { sha256 } of blobs) hash.update(sha256)
  return { count: blobs.length, bytes: blobs.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0), digest: hash.digest('hex') }
}

/** What SQLite finds wrong with a file; empty where all is well. */
export function problemsOf(sqlite: Sqlite): string[] {
  const found = sqlite.prepare<[], { integrity_check: string }>('pragma integrity_check(20)').all().map((row) => row.integrity_check)
  const dangling = sqlite.prepare<[], { table: string }>('pragma foreign_key_check').all()
  return [...found.filter((line) => line !== 'ok'), ...(dangling.length === 0 ? [] : [`${dangling.length} rows point to nothing, the first in ${dangling[0]?.table ?? ''}`])]
}

/** Copies what can be read of one table into the same table of another file, in steps around damaged pages. Returns how many rows, and whether some were lost. */
export function copyReadable(from: Sqlite, to: Sqlite, table: string): Readonly<{ copied: number, isWhole: boolean }> {
  const columns = to.prepare<[], { name: string }>(`pragma table_info(${quoted(table)})`).all().map(({ name }) => name)
  const own = new Set(from.prepare<[], { name: string }>(`pragma table_info(${quoted(table)})`).all().map(({ name }) => name))
  const shared = columns.filter((name) => own.has(name))
  const list = shared.map(quoted).join(', ')
  const insert = to.prepare(`insert or ignore into ${quoted(table)} (${list}) values (${shared.map(() => '?').join(', ')})`)
  let copied = 0
  let isWhole = true
  const copySpan = (first: number, last: number): void => {
    try {
      const rows = from.prepare<[number, number], unknown[]>(`select ${list} from ${quoted(table)} not indexed where rowid between ? and ? order by rowid`).raw().all(first, last)
      for (const row of rows) copied += insert.run(...row).changes
    } catch {
      // A damaged page: what lies before and behind it is looked for apart.
      if (first >= last) { isWhole = false; return }
      const middle = first + Math.floor((last - first) / 2)
      copySpan(first, middle)
      copySpan(middle + 1, last)
    }
  }
  const edge = (order: 'asc' | 'desc'): number | null => {
    try { return from.prepare<[], { rowid: number }>(`select rowid from ${quoted(table)} not indexed order by rowid ${order} limit 1`).get()?.rowid ?? null } catch { isWhole = false; return null }
  }
  const [first, last] = [edge('asc'), edge('desc')]
  if (first !== null && last !== null) for (let at = first; at <= last; at += 1000) copySpan(at, Math.min(last, at + 999))
  return { copied, isWhole }
}

/** Takes away rows whose parents were lost, until none is left; returns how many of each table. */
export function dropDangling(sqlite: Sqlite): Record<string, number> {
  const dropped: Record<string, number> = {}
  for (;;) {
    const dangling = sqlite.prepare<[], { table: string, rowid: number | null }>('pragma foreign_key_check').all()
    if (dangling.length === 0) return dropped
    for (const { table, rowid } of dangling) {
      if (rowid === null) continue
      if (sqlite.prepare<[number]>(`delete from ${quoted(table)} where rowid = ?`).run(rowid).changes > 0) dropped[table] = (dropped[table] ?? 0) + 1
    }
  }
}

/** Where it stands when the database was put back from a copy: what was sent since that copy is known to nobody but the receivers. */
export const restoredKey = 'database.restored-at'

/** Writes it into a copy that is about to take the database's place. Copies of versions that kept no such facts sent nothing either. */
export function markRestored(file: string, at: Date): void {
  const copy = new Database(file)
  try {
    copy.pragma('journal_mode = DELETE')
    if (copy.prepare("select 1 from sqlite_master where type = 'table' and name = 'settings'").get() === undefined) return
    copy.prepare('insert into settings (key, value, updated_at) values (?, ?, ?) on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at').run(restoredKey, JSON.stringify(at.toISOString()), at.toISOString())
  } finally {
    copy.close()
  }
}
