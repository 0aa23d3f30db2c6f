import { getFileNameLowLevel, openPromise, validateFileName, type Entry, type ZipFile } from 'yauzl'
import type { Rejection } from '../../../src-shared/studies.ts'
import { formatBytes } from '../dicom/fault.ts'
import { listened } from './listened.ts'
import type { Receiver } from './receive.ts'
import { inFlight } from './run-files.ts'
import type { ImportSession } from './session.ts'
import type { FoundFile } from './walk.ts'

/** Bounds on what a zip may unpack to. Compressed pixels barely deflate and native ones by 2 to 10, so these are far from anything real. */
const limits = { entries: 500_000, totalBytes: 256e9, ratio: 200, ratioCountsFromBytes: 64e6 }
const entriesInFlight = 4

/**
 * Takes in the entries of a zip through its central directory, streamed one by one. Unsafe, encrypted and absurd entries are listed with
 * their reason; a damaged archive gives what can be read of it. Nothing is ever written under a name from the archive.
 */
export async function runZip(session: ImportSession, found: FoundFile, receiver: Receiver, signal: AbortSignal): Promise<void> {
  const zip = await openPromise(found.file, { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true }).catch((error: unknown) => {
    session.reject({ path: found.path, code: 'zip-damaged', reason: 'This zip is cut or damaged and can not be opened. Copy or pack it again.' })
    if (!(error instanceof Error)) throw error
    return null
  })
  if (zip === null) return
  try {
    const budget = { bytes: 0, isOver: false }
    if (session.counts.total !== null) session.expect(session.counts.total - 1 + zip.entryCount)
    await inFlight(entriesOf(zip, found, session), entriesInFlight, async (entry) => {
      signal.throwIfAborted()
      const name = nameOf(entry)
      await runEntry(session, { zip, entry, name, path: `${found.path}/${name}`, budget }, receiver, signal)
    })
  } finally {
    zip.close()
  }
}

async function* entriesOf(zip: ZipFile, found: FoundFile, session: ImportSession): AsyncGenerator<Entry> {
  if (zip.entryCount > limits.entries) {
    session.reject({ path: found.path, code: 'zip-bomb', reason: `This zip announces ${zip.entryCount} entries. It is refused.` })
    return
  }
  try {
    for await (const entry of zip.eachEntry()) {
      if (nameOf(entry).endsWith('/')) { session.expect((session.counts.total ?? 1) - 1); continue }
      yield entry
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    session.reject({ path: found.path, code: 'zip-damaged', reason: 'The directory of this zip is damaged: not all of its entries could be read.' })
  }
}

/** Names are decoded here, entry by entry: yauzl would give up the whole archive over one bad name. */
function nameOf(entry: Entry): string {
  return getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
}

type Task = Readonly<{ zip: ZipFile, entry: Entry, name: string, path: string, budget: { bytes: number, isOver: boolean } }>

async function runEntry(session: ImportSession, task: Task, receiver: Receiver, signal: AbortSignal): Promise<void> {
  const refusal = refuse(task)
  if (refusal !== null) { session.reject({ path: task.path, ...refusal }); return }
  task.budget.bytes += task.entry.uncompressedSize
  try {
    const stream = await task.zip.openReadStreamPromise(task.entry)
    await receiver.take(session, task.path, listened(stream), { signal, expectedBytes: null, canBeZip: false })
  } catch (error) {
    if (signal.aborted || !isArchiveError(error)) throw error
    session.reject({ path: task.path, code: 'zip-damaged', reason: 'This entry of the zip is damaged and does not unpack. Pack or copy the zip again.' })
  }
}

function refuse({ entry, name, budget }: Task): Omit<Rejection, 'path'> | null {
  if (validateFileName(name) !== null) {
    return { code: 'zip-unsafe-path', reason: 'The name of this entry points outside the zip. It is refused.' }
  }
  if (entry.isEncrypted()) return { code: 'zip-encrypted', reason: 'This entry is encrypted. Unpack the zip with its password and import the folder.' }
  const ratio = entry.uncompressedSize / Math.max(1, entry.compressedSize)
  if (entry.uncompressedSize > limits.ratioCountsFromBytes && ratio > limits.ratio) {
    return { code: 'zip-bomb', reason: `This entry unpacks from ${formatBytes(entry.compressedSize)} to ${formatBytes(entry.uncompressedSize)}. It is refused as a decompression bomb.` }
  }
  if (budget.bytes + entry.uncompressedSize > limits.totalBytes) return { code: 'zip-bomb', reason: `The zip unpacks to more than ${formatBytes(limits.totalBytes)}. The rest of it is refused.` }
  return null
}

/** yauzl reports a damaged entry as a plain Error, zlib with a code of its own; anything with a system code is the disk's. */
function isArchiveError(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === 'AppError') return false
  return !('code' in error) || (typeof error.code === 'string' && error.code.startsWith('Z_'))
}
