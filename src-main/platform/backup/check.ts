import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '../../../src-shared/errors.ts'
import type { CheckResult } from '../../../src-shared/backup.ts'
import { blobPath } from '../blobs.ts'
import { databaseFile } from '../database.ts'
import { isMarkAlive } from '../processes.ts'
import { namedBlobs, problemsOf, type BlobColumn, type NamedBlob } from './backup-store.ts'
import { hashFile, isFile, listBackups } from './backup.ts'

export type CheckOptions = Readonly<{
  dataDir: string, columns: readonly BlobColumn[]
  /** Whether files are there and as long as they should be, without reading them. */
  isQuick: boolean
  /** Puts back what a second copy of the blobs has, sets aside what is damaged, takes away what a dead process left. Deletes nothing that a row names. */
  isRepair: boolean
  /** A folder that `db backup --with-blobs` has filled. */
  from: string | null
  signal?: AbortSignal, onProgress?: (fraction: number, what: string) => void
}>

/** Looks at the database and at every stored file, and says what is wrong and what can be done. */
export async function checkAll(options: CheckOptions): Promise<CheckResult> {
  const { dataDir } = options
  const { problems, blobs } = await lookAtDatabase(options)
  const found = blobs === null ? null : await lookAtBlobs(blobs, options)
  const unused = blobs === null ? [] : await unusedBlobs(new Set(blobs.map(({ sha256 }) => sha256)), dataDir)
  const leftOver = await leftOvers(dataDir)
  const done: string[] = []
  if (options.isRepair) {
    for (const name of leftOver) await rm(join(dataDir, 'incoming', name), { recursive: true, force: true })
    if (leftOver.length > 0) done.push(`Took away ${leftOver.length} unfinished uploads of processes that have ended.`)
    if (found !== null) done.push(...await repairBlobs(found, options))
  }
  const still = options.isRepair && found !== null && blobs !== null ? await lookAtBlobs([...found.missing, ...found.damaged].map((sha256) => blobs.find((one) => one.sha256 === sha256) ?? { sha256, bytes: null, what: '' }), { ...options, isQuick: false }) : found
  const missing = still?.missing ?? []
  const damaged = still?.damaged ?? []
  const newest = (await listBackups(join(dataDir, 'backups')))[0]
  return {
    isSound: problems.length === 0 && missing.length + damaged.length === 0,
    database: [...problems],
    blobs: { checked: blobs?.length ?? 0, bytes: found?.bytes ?? 0, missing: [...missing], damaged: [...damaged], unused: unused.length, leftOver: options.isRepair ? 0 : leftOver.length },
    plan: planOf({ problems, missing, damaged, unused: unused.length, leftOver: options.isRepair ? 0 : leftOver.length, newest: newest?.name ?? null, blobs }), done
  }
}

async function lookAtDatabase({ dataDir, columns }: CheckOptions): Promise<Readonly<{ problems: readonly string[], blobs: readonly NamedBlob[] | null }>> {
  const file = databaseFile(dataDir)
  if (!await isFile(file)) throw new AppError('not-found', 'There is no database in this data folder.')
  try {
    const sqlite = new Database(file, { readonly: true })
    try {
      const problems = problemsOf(sqlite)
      try { return { problems, blobs: namedBlobs(sqlite, columns) } } catch (error) { return { problems: [...problems, wordsOf(error)], blobs: null } }
    } finally {
      sqlite.close()
    }
  } catch (error) {
    return { problems: [wordsOf(error)], blobs: null }
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : 'the file can not be read')

type Found = Readonly<{ missing: readonly string[], damaged: readonly string[], bytes: number }>

async function lookAtBlobs(blobs: readonly NamedBlob[], { dataDir, isQuick, signal, onProgress }: CheckOptions): Promise<Found> {
  const missing: string[] = []
  const damaged: string[] = []
  let bytes = 0
  for (const [index, blob] of blobs.entries()) {
    signal?.throwIfAborted()
    onProgress?.(index / blobs.length, `${index} of ${blobs.length} files`)
    const path = blobPath(dataDir, blob.sha256)
    const size = await stat(path).then((one) => one.size, () => null)
    if (size === null) { missing.push(blob.sha256); continue }
    bytes += size
    if (blob.bytes !== null && blob.bytes !== size) damaged.push(blob.sha256)
    else if (!isQuick && await hashFile(path).catch(() => '') !== blob.sha256) damaged.push(blob.sha256)
  }
  return { missing, damaged, bytes }
}

/** A damaged file keeps its name, under which it can be looked at, in a folder of its own. */
async function repairBlobs({ missing, damaged }: Found, { dataDir, from }: CheckOptions): Promise<string[]> {
  const done: string[] = []
  for (const sha256 of damaged) {
    const aside = join(dataDir, 'quarantine', sha256)
    await mkdir(dirname(aside), { recursive: true, mode: 0o700 })
    await rename(blobPath(dataDir, sha256), aside)
    done.push(`Set the damaged file ${sha256.slice(0, 12)} aside (quarantine).`)
  }
  for (const sha256 of [...missing, ...damaged]) {
    const second = from === null ? null : join(from, 'blobs', sha256.slice(0, 2), sha256)
    if (second === null || !await isFile(second) || await hashFile(second) !== sha256) continue
    const target = blobPath(dataDir, sha256)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await copyFile(second, `${target}.part`)
    await rename(`${target}.part`, target)
    done.push(`Brought the file ${sha256.slice(0, 12)} back from the second copy.`)
  }
  return done
}

async function unusedBlobs(named: ReadonlySet<string>, dataDir: string): Promise<string[]> {
  const root = join(dataDir, 'blobs')
  const folders = await readdir(root).catch(() => [])
  const names = await Promise.all(folders.map((folder) => readdir(join(root, folder)).catch(() => [])))
  return names.flat().filter((name) => !named.has(name))
}

async function leftOvers(dataDir: string): Promise<string[]> {
  return (await readdir(join(dataDir, 'incoming')).catch(() => [])).filter((name) => !isMarkAlive(name))
}

type Plan = Readonly<{ problems: readonly string[], missing: readonly string[], damaged: readonly string[], unused: number, leftOver: number, newest: string | null, blobs: readonly NamedBlob[] | null }>

function planOf({ problems, missing, damaged, unused, leftOver, newest, blobs }: Plan): string[] {
  const whatOf = (hashes: readonly string[]) => [...new Set(hashes.map((sha256) => blobs?.find((blob) => blob.sha256 === sha256)?.what ?? 'file'))].join(', ')
  return [
    ...(problems.length === 0 ? [] : [newest === null ? 'The database is damaged and no copy of it is here. "vigil db check --salvage" copies what can be read into a new one and keeps the damaged one.' : `The database is damaged. Restore the newest copy ("vigil db restore ${newest}"), or copy what can be read into a new one with "vigil db check --salvage".`]),
    ...(missing.length === 0 ? [] : [`${missing.length} stored files are missing (${whatOf(missing)}). If a second copy of the files exists, "vigil db check --repair --from DIR" brings them back; images can also be imported again from where they came.`]),
    ...(damaged.length === 0 ? [] : [`${damaged.length} stored files have changed on the disk (${whatOf(damaged)}). "vigil db check --repair --from DIR" sets them aside and brings them back from a second copy. Check that disk.`]),
    ...(unused === 0 ? [] : [`${unused} stored files belong to no row: imports that were cut off before their rows. They do no harm, and an import of the same file uses them.`]),
    ...(leftOver === 0 ? [] : [`${leftOver} unfinished uploads of processes that have ended lie in the incoming folder. The next start, or --repair, takes them away.`])
  ]
}
