import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { isMarkAlive, processMark } from './processes.ts'
import { newRowId } from './row-id.ts'

export type Blob = Readonly<{ sha256: string, bytes: number }>
/** Bytes that wait under a temporary name until their owner decides: `commit` makes them durable, `discard` leaves no trace. */
export type PendingBlob = Readonly<{ path: string, bytes: number, sha256: string, commit: () => Promise<Blob>, discard: () => Promise<void> }>

export type BlobStore = Readonly<{
  /** Streams into a temporary file while hashing. Nothing is visible under the hash before `commit`. */
  receive: (source: AsyncIterable<Uint8Array>, options?: { maxBytes?: number, signal?: AbortSignal }) => Promise<PendingBlob>
  /** `receive` and `commit` in one. */
  put: (source: AsyncIterable<Uint8Array>) => Promise<Blob>
  pathOf: (sha256: string) => string
  has: (sha256: string) => Promise<boolean>
  read: (sha256: string) => AsyncIterable<Uint8Array>
  /** Removes what a killed process left behind under temporary names. Call at start, before anything is received. */
  clean: () => Promise<number>
}>

export class BlobTooLarge extends Error {
  readonly maxBytes: number
  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`)
    this.maxBytes = maxBytes
  }
}

/** Where a blob lies in a data folder. */
export const blobPath = (dataDir: string, sha256: string): string => join(dataDir, 'blobs', sha256.slice(0, 2), sha256)

/**
 * Content-addressed files: `blobs/ab/abcdef…`. A blob counts as stored only after its bytes are fsynced, renamed into place and the
 * folder entry fsynced as well, so that a power cut can't leave a name without its bytes.
 */
export function createBlobStore(dataDir: string): BlobStore {
  const root = join(dataDir, 'blobs')
  // One folder a process: the command line may import while the window does, and only the dead may be cleaned up after.
  const incomingRoot = join(dataDir, 'incoming')
  const incoming = join(incomingRoot, processMark())
  const folders = new Set<string>()
  const pathOf = (sha256: string) => blobPath(dataDir, sha256)

  const ensureFolder = async (folder: string) => {
    if (folders.has(folder)) return
    await mkdir(folder, { recursive: true })
    await syncFolder(root)
    await syncFolder(dataDir)
    folders.add(folder)
  }

  const receive: BlobStore['receive'] = async (source, { maxBytes = Number.POSITIVE_INFINITY, signal } = {}) => {
    await mkdir(incoming, { recursive: true })
    await mkdir(root, { recursive: true })
    const path = join(incoming, `${newRowId()}.part`)
    const file = await open(path, 'wx', 0o600)
    const hash = createHash('sha256')
    let bytes = 0
    try {
      for await (const chunk of signal === undefined ? source : until(signal, source)) {
        bytes += chunk.byteLength
        if (bytes > maxBytes) throw new BlobTooLarge(maxBytes)
        hash.update(chunk)
        await writeAll(file, chunk)
      }
    } catch (error) {
      await file.close()
      await rm(path, { force: true })
      throw error
    }
    return pending(file, path, bytes, hash.digest('hex'))
  }

  const pending = (file: FileHandle, path: string, bytes: number, sha256: string): PendingBlob => ({
    path, bytes, sha256,
    async commit() {
      const folder = join(root, sha256.slice(0, 2))
      try {
        await file.sync().finally(() => file.close())
        await ensureFolder(folder)
        await replace(path, pathOf(sha256))
      } catch (error) {
        await rm(path, { force: true })
        throw error
      }
      await syncFolder(folder)
      return { sha256, bytes }
    },
    async discard() {
      await file.close()
      await rm(path, { force: true })
    }
  })

  return {
    receive, pathOf,
    put: async (source) => (await receive(source)).commit(),
    has: async (sha256) => (await stat(pathOf(sha256)).catch(absent)) !== null,
    read: (sha256) => createReadStream(pathOf(sha256), { highWaterMark: 256 * 1024 }),
    async clean() {
      await mkdir(incomingRoot, { recursive: true })
      const dead = (await readdir(incomingRoot)).filter((name) => !isMarkAlive(name))
      await Promise.all(dead.map((name) => rm(join(incomingRoot, name), { recursive: true, force: true })))
      return dead.length
    }
  }
}

/** The source until the signal says so, also while it is silent: a sender that hangs must not keep a cancel or the closing waiting. */
async function* until(signal: AbortSignal, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => { reject(signal.reason) }
  signal.addEventListener('abort', onAbort, { once: true })
  // Whoever waits for the next chunk hears it; when nobody waits it must not count as unhandled.
  aborted.catch(() => undefined)
  const chunks = source[Symbol.asyncIterator]()
  let isOver = false
  try {
    for (;;) {
      signal.throwIfAborted()
      const next = await Promise.race([chunks.next(), aborted])
      isOver = next.done === true
      if (next.done === true) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    // Not awaited: a silent source would answer only after its next chunk.
    if (!isOver) chunks.return?.().catch(() => undefined)
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.byteLength;) written += (await file.write(chunk, written)).bytesWritten
}

/** Windows refuses to replace a file that somebody reads; under this name there is nothing but these very bytes, so the new copy may go. */
async function replace(path: string, target: string): Promise<void> {
  try {
    await rename(path, target)
  } catch (error) {
    const isHeld = process.platform === 'win32' && (await stat(target).catch(absent)) !== null
    if (!isHeld) throw error
    await rm(path, { force: true })
  }
}

/** Windows has no fsync of folders; its rename is durable by the journal of NTFS. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try { await handle.sync() } finally { await handle.close() }
}

function absent(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
