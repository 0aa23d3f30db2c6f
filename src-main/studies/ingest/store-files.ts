import { createHash, hash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { AppError } from '../../../src-shared/errors.ts'
import type { TagValue } from '../../../src-shared/tags.ts'
import type { BlobWriter, Part } from '../../platform/blob-writer.ts'
import type { DicomFault } from '../dicom/fault.ts'
import type { DataSet } from '../dicom/data-set.ts'
import { listTags, readTagValue, type Dictionary, type ListedTags, type TagWish } from '../dicom/list-tags.ts'
import type { RandomAccess } from '../dicom/pixel-layout.ts'
import { copyModules, type CopiedElement } from '../dicom/write-copied.ts'
import { bufferAccess, faultOf, inspect, openGrowing } from './inspect.ts'
import type { InspectOutput, Outcome } from './outcome.ts'

const chunkBytes = 4 * 1024 * 1024

type Kept = { part: Part | null, sha256: string }
type Taken = { outcome: Outcome, kept: Kept | null }

/**
 * Reads, hashes, checks and writes files, then makes them durable together. One bad file never keeps the others from coming in.
 * Synchronous on purpose: it runs in a thread of its own, one buffer for all files.
 */
export function createFileStorer(writer: BlobWriter): (paths: readonly string[], isCancelled: () => boolean) => Outcome[] {
  const buffer = Buffer.allocUnsafe(chunkBytes)
  return (paths, isCancelled) => {
    const taken: Taken[] = []
    for (const path of paths) {
      const isOver = isCancelled() || taken.some(({ outcome }) => outcome.kind === 'disk-full')
      taken.push(isOver ? { outcome: { kind: 'skipped' }, kept: null } : takeFile(writer, buffer, path))
    }
    return commitTaken(writer, taken)
  }
}

function takeFile(writer: BlobWriter, buffer: Buffer, path: string): Taken {
  let descriptor: number | null = null
  try {
    descriptor = openSync(path, 'r')
    return takeOpen(writer, buffer, descriptor)
  } catch (error) {
    return { outcome: outcomeOfError(error), kept: null }
  } finally {
    if (descriptor !== null) closeSync(descriptor)
  }
}

function takeOpen(writer: BlobWriter, buffer: Buffer, descriptor: number): Taken {
  const stat = fstatSync(descriptor)
  if (!stat.isFile()) return rejected('unreadable', 'This is not an ordinary file.', 0)
  const first = fill(descriptor, buffer, 0)
  if (isZip(first)) return { outcome: { kind: 'zip' }, kept: null }
  return first.length < buffer.length ? takeWhole(writer, first) : takeLarge(writer, buffer, descriptor, stat.size)
}

/** The usual case: the file fits the buffer, so it is read once, hashed once, and written only when it is new. */
function takeWhole(writer: BlobWriter, bytes: Buffer): Taken {
  const sha256 = hash('sha256', bytes, 'hex')
  const outcome = inspected(bufferAccess(bytes), bytes, sha256, bytes.length)
  if (outcome.kind !== 'stored') return { outcome, kept: null }
  if (writer.has(sha256)) return { outcome, kept: { part: null, sha256 } }
  const part = writer.begin()
  try {
    part.write(bytes)
  } catch (error) {
    part.discard()
    throw error
  }
  return { outcome, kept: { part, sha256 } }
}

function takeLarge(writer: BlobWriter, buffer: Buffer, descriptor: number, totalBytes: number): Taken {
  // A film of many gigabytes beside the images must not fill the disk before it turns out to be none of them.
  const refusal = whyNotOpened(descriptorAccess(descriptor, totalBytes))
  if (refusal !== null) return { outcome: { kind: 'rejected', code: refusal.code, reason: refusal.message, bytes: totalBytes }, kept: null }
  const part = writer.begin()
  try {
    const digest = createHash('sha256')
    let at = 0
    for (;;) {
      const chunk = fill(descriptor, buffer, at)
      if (chunk.length === 0) break
      digest.update(chunk)
      part.write(chunk)
      at += chunk.length
    }
    const sha256 = digest.digest('hex')
    const file = descriptorAccess(descriptor, Math.min(at, totalBytes))
    const outcome = inspected(file, file.read(0, 256 * 1024), sha256, at)
    if (outcome.kind === 'stored' && !writer.has(sha256)) return { outcome, kept: { part, sha256 } }
    part.discard()
    return { outcome, kept: null }
  } catch (error) {
    part.discard()
    throw error
  }
}

function whyNotOpened(file: RandomAccess): DicomFault | null {
  try {
    openGrowing(file, file.read(0, 256 * 1024))
    return null
  } catch (error) {
    return faultOf(error)
  }
}

function inspected(file: RandomAccess, prefix: Buffer, sha256: string, bytes: number): Outcome {
  try {
    return { kind: 'stored', sha256, bytes, header: inspect(file, prefix, sha256) }
  } catch (error) {
    const fault = faultOf(error)
    return { kind: 'rejected', code: fault.code, reason: fault.message, bytes }
  }
}

function commitTaken(writer: BlobWriter, taken: readonly Taken[]): Outcome[] {
  const parts = new Map<string, Part>()
  for (const { kept } of taken) {
    if (kept === null || kept.part === null) continue
    // The same bytes twice in one batch are one blob.
    if (parts.has(kept.sha256)) kept.part.discard()
    else parts.set(kept.sha256, kept.part)
  }
  try {
    writer.commit([...parts].map(([sha256, part]) => ({ part, sha256 })))
  } catch (error) {
    const outcome = outcomeOfError(error)
    return taken.map((entry) => entry.outcome.kind === 'stored' ? outcome : entry.outcome)
  }
  return taken.map(({ outcome }) => outcome)
}

/** Header of a file that the main thread has already received and hashed. */
export function inspectFile(path: string, sha256: string): InspectOutput {
  const descriptor = openSync(path, 'r')
  try {
    const file = descriptorAccess(descriptor, fstatSync(descriptor).size)
    const prefix = file.read(0, 256 * 1024)
    if (isZip(prefix)) return { kind: 'zip' }
    return { kind: 'header', header: inspect(file, prefix, sha256) }
  } catch (error) {
    const fault = faultOf(error)
    return { kind: 'rejected', code: fault.code, reason: fault.message }
  } finally {
    closeSync(descriptor)
  }
}

export function descriptorAccess(descriptor: number, totalBytes: number): RandomAccess {
  return {
    totalBytes,
    read(offset, length) {
      const wanted = Math.max(0, Math.min(length, totalBytes - offset))
      return fill(descriptor, Buffer.allocUnsafe(wanted), offset)
    }
  }
}

/** Attributes of a stored file. Throws AppError 'cannot-decode' where it can no longer be read. */
export function listFileTags(path: string, dictionary: Dictionary, wish: TagWish): ListedTags {
  return withDataSets(path, (dataSets) => listTags(dataSets, dictionary, wish))
}

/** One value, whole. Throws AppError 'cannot-decode' or 'not-found'. */
export function readFileTagValue(path: string, dictionary: Dictionary, tagPath: string): TagValue {
  const value = withDataSets(path, (dataSets) => readTagValue(dataSets, dictionary, tagPath))
  if (value === null) throw new AppError('not-found', 'This file has no such attribute.')
  return value
}

/** What another object of the same study takes over from a stored file. Throws AppError 'cannot-decode'. */
export function copyFileModules(path: string): CopiedElement[] {
  return withDataSets(path, (dataSets) => dataSets.slice(-1).flatMap(copyModules))
}

function withDataSets<T>(path: string, work: (dataSets: readonly DataSet[]) => T): T {
  const descriptor = openSync(path, 'r')
  try {
    const file = descriptorAccess(descriptor, fstatSync(descriptor).size)
    const { meta, dataSet } = openGrowing(file, file.read(0, 256 * 1024))
    return work(meta === null ? [dataSet] : [meta, dataSet])
  } catch (error) {
    throw new AppError('cannot-decode', faultOf(error).message, { cause: error })
  } finally {
    closeSync(descriptor)
  }
}

function fill(descriptor: number, buffer: Buffer, offset: number): Buffer {
  let has = 0
  while (has < buffer.length) {
    const count = readSync(descriptor, buffer, has, buffer.length - has, offset + has)
    if (count === 0) break
    has += count
  }
  return buffer.subarray(0, has)
}

/** Local file header, or the end record of an empty archive (APPNOTE 4.3). */
export function isZip(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, 4)
  return head === 'PK\u0003\u0004' || head === 'PK\u0005\u0006'
}

function rejected(code: 'unreadable', reason: string, bytes: number): Taken {
  return { outcome: { kind: 'rejected', code, reason, bytes }, kept: null }
}

function outcomeOfError(error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'ENOSPC' || code === 'EDQUOT') return { kind: 'disk-full' }
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'rejected', code: 'unreadable', reason: 'This file can not be read: permission denied.', bytes: 0 }
  if (code === 'ENOENT') return { kind: 'rejected', code: 'unreadable', reason: 'This file is gone or was moved while the import ran.', bytes: 0 }
  if (code === 'EIO') return { kind: 'rejected', code: 'unreadable', reason: 'The disk or medium could not read this file. Copy it again from its source.', bytes: 0 }
  throw error
}
