import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { processMark } from './processes.ts'
import { newRowId } from './row-id.ts'

/** A file under a temporary name that is written but not yet durable. */
export type Part = Readonly<{ path: string, write: (bytes: Uint8Array) => void, discard: () => void, descriptor: number }>
export type BlobWriter = Readonly<{
  begin: () => Part
  /** Makes all of them durable and visible under their hashes: bytes, names and folders are on the disk when it returns. */
  commit: (parts: readonly Readonly<{ part: Part, sha256: string }>[]) => void
  /** Whether the bytes of that hash are stored; makes sure that their name is on the disk as well. */
  has: (sha256: string) => boolean
}>

/**
 * The blob store's writing side for worker threads: the same folders as `createBlobStore`, without promises, so that a thread which has
 * nothing else to do pays for no event loop. Several parts are committed together, which lets the file system group its journal writes.
 */
export function createBlobWriter(dataDir: string): BlobWriter {
  const root = join(dataDir, 'blobs')
  // A folder for each thread: two that make files in one folder wait for each other.
  const incoming = join(dataDir, 'incoming', processMark(), String(threadId))
  const folders = new Set<string>()
  let hasIncoming = false
  const folderOf = (sha256: string) => join(root, sha256.slice(0, 2))

  const ensureFolder = (folder: string) => {
    if (folders.has(folder)) return
    mkdirSync(folder, { recursive: true })
    // The first one may have made `blobs` itself, whose name lies in the folder above.
    if (folders.size === 0) syncFolder(dataDir)
    syncFolder(root)
    folders.add(folder)
  }

  return {
    begin() {
      if (!hasIncoming) mkdirSync(incoming, { recursive: true })
      hasIncoming = true
      const path = join(incoming, `${newRowId()}.part`)
      const descriptor = openSync(path, 'wx', 0o600)
      return {
        path, descriptor,
        write(bytes) {
          for (let written = 0; written < bytes.byteLength;) written += writeSync(descriptor, bytes, written)
        },
        discard() {
          closeSync(descriptor)
          rmSync(path, { force: true })
        }
      }
    },
    commit(parts) {
      const touched = new Set<string>()
      for (const { part } of parts) fsyncSync(part.descriptor)
      for (const { part, sha256 } of parts) {
        closeSync(part.descriptor)
        const folder = folderOf(sha256)
        ensureFolder(folder)
        renameSync(part.path, join(folder, sha256))
        touched.add(folder)
      }
      for (const folder of touched) syncFolder(folder)
    },
    has(sha256) {
      const folder = folderOf(sha256)
      if (!existsSync(join(folder, sha256))) return false
      // A process that was killed between renaming and syncing left a name that only the cache knows.
      if (!folders.has(folder)) syncFolder(folder)
      folders.add(folder)
      return true
    }
  }
}

/** Windows has no fsync of folders; its rename is durable by the journal of NTFS. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try { fsyncSync(descriptor) } finally { closeSync(descriptor) }
}
