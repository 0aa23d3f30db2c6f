import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '../../../src-shared/errors.ts'
import { BackupManifest, type Backup } from '../../../src-shared/backup.ts'
import { appliedMigrations, type Sqlite } from '../database.ts'
import { blobFacts, namedBlobs, problemsOf, rowCounts, type BlobColumn } from './backup-store.ts'

export type BackupDeps = Readonly<{ sqlite: Sqlite, folder: string, columns: readonly BlobColumn[], appVersion: string, kind: BackupManifest['kind'], at: Date, signal?: AbortSignal }>

/**
 * A copy of a database that is in use, page by page, so that nothing waits for it; read back and checked before it gets its name, with a manifest
 * beside it. Returns its path. Throws AppError 'internal' where the copy is not sound: then the database itself is not.
 */
export async function makeBackup({ sqlite, folder, columns, appVersion, kind, at, signal }: BackupDeps): Promise<Readonly<{ file: string, manifest: BackupManifest }>> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `vigil-${at.toISOString().replaceAll(/[:.]/g, '-')}.sqlite`)
  const part = `${file}.part`
  try {
    await writeFile(part, '', { flag: 'wx', mode: 0o600 })
    await sqlite.backup(part, { progress: () => { signal?.throwIfAborted(); return 2000 } })
    const manifest = await manifestOf(part, { columns, appVersion, kind, at })
    await syncFile(part)
    await writeFile(manifestFile(file), `${JSON.stringify(manifest, null, 1)}\n`, { mode: 0o600 })
    await rename(part, file)
    await syncFolder(folder)
    return { file, manifest }
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

async function manifestOf(part: string, { columns, appVersion, kind, at }: Pick<BackupDeps, 'columns' | 'appVersion' | 'kind' | 'at'>): Promise<BackupManifest> {
  const copy = new Database(part)
  try {
    // Alone in its file: a copy that needs a second file beside it is half a copy.
    copy.pragma('journal_mode = DELETE')
    const problems = problemsOf(copy)
    if (problems.length > 0) throw new AppError('internal', `The database is damaged (${problems[0]}), and so is a copy of it. Keep the older copies, and run "vigil db check".`)
    const facts = { migrations: appliedMigrations(copy) ?? 0, rows: rowCounts(copy), blobs: blobFacts(namedBlobs(copy, columns)) }
    copy.close()
    await chmod(part, 0o600)
    return { format: 'vigil-backup/1', createdAt: at.toISOString(), kind, appVersion, bytes: (await stat(part)).size, sha256: await hashFile(part), ...facts }
  } finally {
    if (copy.open) copy.close()
  }
}

export const manifestFile = (file: string): string => `${file}.json`

/** The manifest of a copy; null where it has none (one of an older version) or where it is not readable. */
export async function readManifest(file: string): Promise<BackupManifest | null> {
  const text = await readFile(manifestFile(file), 'utf8').catch((error: unknown) => { if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null; throw error })
  if (text === null) return null
  try { return BackupManifest.parse(JSON.parse(text)) } catch { return null }
}

/** Copies that have a manifest, newest first. */
export async function listBackups(folder: string): Promise<(Backup & { file: string })[]> {
  const names = await readdir(folder).catch((error: unknown) => { if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return []; throw error })
  const found = await Promise.all(names.filter((name) => name.endsWith('.sqlite')).map(async (name) => {
    const manifest = await readManifest(join(folder, name))
    return manifest === null ? [] : [{ name, file: join(folder, name), createdAt: manifest.createdAt, kind: manifest.kind, bytes: manifest.bytes, rows: Object.values(manifest.rows).reduce((sum, count) => sum + count, 0) }]
  }))
  return found.flat().toSorted((one, other) => (one.createdAt < other.createdAt ? 1 : -1))
}

export async function removeBackup(file: string): Promise<void> {
  await rm(file, { force: true })
  await rm(manifestFile(file), { force: true })
}

export type BlobCopies = Readonly<{ copied: number, there: number, bytes: number, missing: number }>

/** Brings every blob that a copy names into a folder, laid out as here: linked on the same disk, else copied and checked. What is there is not copied again. */
export async function copyBlobs(file: string, { from, to, columns, signal, onProgress }: Readonly<{ from: (sha256: string) => string, to: string, columns: readonly BlobColumn[], signal?: AbortSignal, onProgress?: (fraction: number) => void }>): Promise<BlobCopies> {
  const sqlite = new Database(file, { readonly: true })
  const blobs = (() => { try { return namedBlobs(sqlite, columns) } finally { sqlite.close() } })()
  const counts = { copied: 0, there: 0, bytes: 0, missing: 0 }
  for (const [index, { sha256 }] of blobs.entries()) {
    signal?.throwIfAborted()
    onProgress?.(index / blobs.length)
    const target = join(to, 'blobs', sha256.slice(0, 2), sha256)
    if (await isFile(target)) { counts.there++; continue }
    if (!await isFile(from(sha256))) { counts.missing++; continue }
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    counts.bytes += await place(from(sha256), target, sha256)
    counts.copied++
  }
  return counts
}

async function place(source: string, target: string, sha256: string): Promise<number> {
  const part = `${target}.part`
  try {
    await link(source, part)
  } catch {
    // Another disk, or one without links.
    await copyFile(source, part)
  }
  if (await hashFile(part) !== sha256) {
    await rm(part, { force: true })
    throw new AppError('internal', `The stored file ${sha256.slice(0, 12)} has changed on the disk. Run "vigil db check", which says what can be done.`)
  }
  await rename(part, target)
  return (await stat(target)).size
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) hash.update(chunk)
  return hash.digest('hex')
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isFile(), () => false)
}

export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try { await file.sync() } finally { await file.close() }
}

export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try { await handle.sync() } finally { await handle.close() }
}

export const backupName = (file: string): string => basename(file)
