import { createReadStream } from 'node:fs'
import { link, mkdir, open, readdir, rm, stat, statfs, unlink } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { crc32c } from '@node-rs/crc32'
import { SendFault } from '../../platform/outbox-types.ts'
import { newRowId } from '../../platform/row-id.ts'
import type { Limit } from './limit.ts'
import { crcText } from './source.ts'
import type { ConfirmedObject, NewObject, PutContext, Storage } from './types.ts'

/**
 * The same face onto a folder: a disk beside this one, a share of the clinic. Bytes are written aside, flushed, read back against their sum
 * and only then given their name, which is never replaced.
 */
export function createLocalStorage({ root, limit }: Readonly<{ root: string, limit: Limit }>): Storage {
  const base = resolve(root)
  const pathOf = (name: string) => {
    const path = resolve(base, ...name.split('/'))
    if (!path.startsWith(base + sep)) throw new SendFault('never', 'The name of an object leads out of its folder.')
    return path
  }
  const find = async (name: string): Promise<ConfirmedObject | null> => {
    try {
      return { name, ...await sumOf(pathOf(name)), generation: '1' }
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) { await reachable(base); return null }
      throw folderFault(error)
    }
  }
  const put = async ({ name, source }: NewObject, { signal, gate, onBytes }: PutContext): Promise<ConfirmedObject> => {
    const path = pathOf(name)
    const isThere = async (): Promise<ConfirmedObject | null> => {
      const there = await find(name)
      if (there === null || (there.bytes === source.bytes && there.crc32c === source.crc32c)) return there
      throw new SendFault('never', 'Another file lies under this name in the storage folder. It was left as it is.')
    }
    await reachable(base)
    const there = await isThere()
    if (there !== null) { onBytes(source.bytes); return there }
    const aside = join(base, '.incoming', newRowId())
    try {
      await mkdir(dirname(aside), { recursive: true })
      await mkdir(dirname(path), { recursive: true })
      await write(aside, source.open(0), { signal, gate, onBytes, limit })
      const found = await sumOf(aside)
      if (found.bytes !== source.bytes || found.crc32c !== source.crc32c) throw new SendFault('later', 'The bytes in the storage folder are not those that were written. Check that disk.')
      await giveName(aside, path)
      return { name, ...found, generation: '1' }
    } catch (error) {
      if (hasCode(error, 'EEXIST')) { const other = await isThere(); if (other !== null) return other }
      throw signal.aborted ? signal.reason : folderFault(error)
    } finally {
      await rm(aside, { force: true })
    }
  }
  return {
    mode: 'local', place: base, find, put,
    async list(folder) {
      const names = await readdir(pathOf(folder), { recursive: true, withFileTypes: true }).catch((error: unknown) => { if (hasCode(error, 'ENOENT')) return []; throw folderFault(error) })
      const found: ConfirmedObject[] = []
      for (const entry of names) {
        if (!entry.isFile()) continue
        const one = await find(relative(base, join(entry.parentPath, entry.name)).split(sep).join('/'))
        if (one !== null) found.push(one)
      }
      return found
    },
    async open(name) {
      const found = await find(name)
      if (found === null) throw new SendFault('never', 'There is no such object in the storage folder.')
      return { body: createReadStream(pathOf(name), { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>, bytes: found.bytes, contentType: 'application/octet-stream' }
    },
    async probe() { await reachable(base) },
    close: async () => undefined
  }
}

async function write(path: string, chunks: AsyncIterable<Uint8Array>, { signal, gate, onBytes, limit }: Pick<PutContext, 'signal' | 'gate' | 'onBytes'> & Readonly<{ limit: Limit }>): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  let bytes = 0
  try {
    for await (const chunk of chunks) {
      signal.throwIfAborted()
      gate()
      await limit(chunk.length, signal)
      await file.writeFile(chunk)
      bytes += chunk.length
      onBytes(bytes)
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A link and not a rename: it fails where the name is taken. Shares without links are written to by their own exclusive name. */
async function giveName(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error
    const target = await open(to, 'wx', 0o600)
    try {
      for await (const chunk of createReadStream(from) as AsyncIterable<Buffer>) await target.writeFile(chunk)
      await target.sync()
    } catch (inner) {
      await unlink(to).catch(() => undefined)
      throw inner
    } finally {
      await target.close()
    }
  }
  if (process.platform === 'win32') return
  const folder = await open(dirname(to), 'r')
  try { await folder.sync() } finally { await folder.close() }
}

async function sumOf(path: string): Promise<Readonly<{ bytes: number, crc32c: string }>> {
  let sum = 0
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) { sum = crc32c(chunk, sum); bytes += chunk.length }
  return { bytes, crc32c: crcText(sum) }
}

/** A share that is not mounted must not be filled in its place: the folder itself has to be there. */
async function reachable(base: string): Promise<void> {
  try {
    if (!(await stat(base)).isDirectory()) throw new SendFault('refused', 'What is named as the storage folder is a file.')
    await statfs(base)
  } catch (error) {
    throw folderFault(error)
  }
}

function folderFault(error: unknown): unknown {
  if (error instanceof SendFault) return error
  if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EHOSTDOWN', 'ESTALE', 'EIO', 'ENXIO')) return new SendFault('offline', 'The storage folder is not there. Perhaps its disk or share is not connected.', { cause: error })
  if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return new SendFault('refused', 'Vigil may not write to the storage folder. Give it the right to.', { cause: error })
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) return new SendFault('refused', 'The disk of the storage folder is full. Make room there.', { cause: error })
  return error
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
