import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../../src-shared/errors.ts'
import { backoffMs } from '../../platform/backoff.ts'
import { HubTrouble, unreachable } from './hub-faults.ts'
import type { Hub, HubFile } from './hub.ts'

export type FetchFileDeps = Readonly<{
  hub: Pick<Hub, 'open'>, repo: string, commit: string, signal: AbortSignal
  /** How many bytes of this file are here now; goes down where a file has to begin again. */
  onBytes: (bytes: number) => void
  onVerifying: () => void
  pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Without a byte for so long a connection counts as cut. */
  stallMs: number
}>

/** Tries without a single new byte before it is given up. */
const mostTries = 5

/**
 * Fetches a file whole, from where the last try ended, checks it against the hash that the tree of the commit names, and only then gives it
 * its name. Returns its SHA-256. A file that is here already under its name was checked before.
 */
export async function fetchFile(file: HubFile, target: string, deps: FetchFileDeps): Promise<string> {
  const part = `${target}.part`
  await mkdir(dirname(target), { recursive: true })
  if (await sizeOf(target) === file.bytes) {
    deps.onBytes(file.bytes)
    return (await hashes(target, file.bytes, deps.signal)).sha256
  }
  for (let damaged = 0; ; damaged++) {
    await fillPart(file, part, deps)
    deps.onVerifying()
    const found = await hashes(part, file.bytes, deps.signal)
    if (found.bytes === file.bytes && (file.sha256 === null ? found.gitOid === file.gitOid : found.sha256 === file.sha256)) {
      await syncFile(part)
      await rename(part, target)
      await rm(tagFile(part), { force: true })
      return found.sha256
    }
    await dropPart(part, deps)
    // Once is a disk or a proxy; twice is what this place gives.
    if (damaged === 1) throw new AppError('cannot-decode', `The bytes of ${file.path} that arrive are not those that the hub names by their hash, twice over. Something between here and the hub changes them; nothing of it was kept.`)
  }
}

async function fillPart(file: HubFile, part: string, deps: FetchFileDeps): Promise<void> {
  for (let tries = 1; await sizeOf(part) !== file.bytes || file.bytes === 0;) {
    const before = await sizeOf(part)
    try {
      await fetchRest(file, part, deps)
      if (file.bytes === 0) return
    } catch (error) {
      deps.signal.throwIfAborted()
      if (!(error instanceof HubTrouble)) throw error
      tries = await sizeOf(part) > before ? 1 : tries + 1
      if (error.remedy === 'restart') await dropPart(part, deps)
      if (tries > mostTries) throw new AppError('not-configured', `${error.message} What is here is kept: go on when the link is back.`, { cause: error })
      await deps.pause(error.retryAfterMs ?? (error.remedy === 'restart' ? 0 : backoffMs(tries, { firstMs: 1000, mostMs: 30_000 })), deps.signal)
    }
  }
}

async function fetchRest(file: HubFile, part: string, deps: FetchFileDeps): Promise<void> {
  const have = await sizeOf(part)
  if (have > file.bytes) throw new HubTrouble('restart', 'The part on disk is longer than the file.')
  const stalled = new AbortController()
  const signal = AbortSignal.any([deps.signal, stalled.signal])
  const watch = setTimeout(() => { stalled.abort(new HubTrouble('again', 'Nothing came from the hub for a while.')) }, deps.stallMs)
  try {
    const { body, from, etag } = await deps.hub.open(deps.repo, deps.commit, file, have, signal)
    if (from > 0 && etag !== null && await tagOf(part) !== etag) {
      await body.cancel()
      throw new HubTrouble('restart', 'The file has changed on the hub since its first part came.')
    }
    if (etag !== null) await writeFile(tagFile(part), etag)
    const handle = await open(part, from === 0 ? 'w' : 'a')
    try {
      await pour(body, handle, { from, file, onBytes: (bytes) => { watch.refresh(); deps.onBytes(bytes) }, signal })
    } finally {
      await handle.close()
    }
  } finally {
    clearTimeout(watch)
  }
}

async function pour(body: ReadableStream<Uint8Array>, handle: FileHandle, { from, file, onBytes, signal }: Readonly<{ from: number, file: HubFile, onBytes: (bytes: number) => void, signal: AbortSignal }>): Promise<void> {
  let at = from
  const reader = body.getReader()
  try {
    for (;;) {
      const { value, done } = await next(reader, signal)
      if (done) break
      if (at + value.length > file.bytes) throw new HubTrouble('restart', `More bytes of ${file.path} came than it has.`)
      await write(handle, value)
      at += value.length
      onBytes(at)
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
  if (at < file.bytes) throw unreachable(null)
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array>, signal: AbortSignal) {
  try {
    return await reader.read()
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw unreachable(error)
  }
}

async function write(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    await handle.writeFile(bytes)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) throw new AppError('disk-full', 'The disk of the data folder is full. What has come is kept: make room, then go on.', { cause: error })
    throw error
  }
}

/** SHA-256 of the bytes, and the SHA-1 that git gives a blob of them: both in one reading. */
async function hashes(path: string, bytes: number, signal: AbortSignal): Promise<Readonly<{ bytes: number, sha256: string, gitOid: string }>> {
  const sha256 = createHash('sha256')
  const blob = createHash('sha1').update(`blob ${bytes}\0`)
  let read = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    signal.throwIfAborted()
    sha256.update(chunk)
    blob.update(chunk)
    read += chunk.length
  }
  return { bytes: read, sha256: sha256.digest('hex'), gitOid: blob.digest('hex') }
}

/** Which bytes a part is of, beside it. */
const tagFile = (part: string): string => `${part}.etag`
const tagOf = async (part: string): Promise<string | null> => readFile(tagFile(part), 'utf8').catch(absent(null))
const sizeOf = async (path: string): Promise<number> => stat(path).then(({ size }) => size, absent(0))

async function dropPart(part: string, { onBytes }: FetchFileDeps): Promise<void> {
  await rm(part, { force: true })
  await rm(tagFile(part), { force: true })
  onBytes(0)
}

function absent<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return value
    throw error
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try { await file.sync() } finally { await file.close() }
}
