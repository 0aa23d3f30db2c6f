import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kill, startChild, untilRunning } from '../../test/support/child.ts'
import { aFolder } from '../../test/support/edge.ts'
import { BlobTooLarge, createBlobStore, type BlobStore } from './blobs.ts'
import { processMark } from './processes.ts'

let folder: Awaited<ReturnType<typeof aFolder>>
let blobs: BlobStore
beforeEach(async () => {
  folder = await aFolder()
  blobs = createBlobStore(folder.path)
})
afterEach(() => folder.remove())

async function* chunks(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> { yield* parts }
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
/** Every file below the data folder, by path. */
const files = async () => (await readdir(folder.path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.path.length + 1))
const readAll = (hash: string) => buffer(blobs.read(hash))

describe('a blob', () => {
  it('lies under the hash of its bytes, and comes back whole', async () => {
    const bytes = randomBytes(700_001)
    const blob = await blobs.put(chunks(bytes.subarray(0, 300_000), bytes.subarray(300_000)))
    expect(blob).toEqual({ sha256: sha256(bytes), bytes: 700_001 })
    expect(await files()).toEqual([join('blobs', blob.sha256.slice(0, 2), blob.sha256)])
    expect((await readAll(blob.sha256)).equals(bytes)).toBe(true)
    expect(await blobs.has(blob.sha256)).toBe(true)
    expect((await stat(blobs.pathOf(blob.sha256))).mode & 0o077).toBe(0)
  })

  it('of no bytes is one, too', async () => {
    expect(await blobs.put(chunks())).toEqual({ sha256: sha256(new Uint8Array()), bytes: 0 })
  })

  it('put twice, even at once, is one file', async () => {
    const bytes = randomBytes(50_000)
    await Promise.all(Array.from({ length: 8 }, () => blobs.put(chunks(bytes))))
    expect(await files()).toHaveLength(1)
  })

  it('heals a damaged file of the same name', async () => {
    const bytes = randomBytes(1000)
    const { sha256: hash } = await blobs.put(chunks(bytes))
    await writeFile(blobs.pathOf(hash), 'rot')
    await blobs.put(chunks(bytes))
    expect((await readAll(hash)).equals(bytes)).toBe(true)
  })
})

describe('before commit', () => {
  it('nothing is visible under the hash, and discarding leaves no trace', async () => {
    const pending = await blobs.receive(chunks(randomBytes(10)))
    expect(await blobs.has(pending.sha256)).toBe(false)
    expect((await files()).every((path) => path.startsWith('incoming'))).toBe(true)
    await pending.discard()
    expect(await files()).toEqual([])
  })

  it('a source that breaks off leaves no trace', async () => {
    const broken = async function* () {
      yield randomBytes(1000)
      throw new Error('the line went dead')
    }
    await expect(blobs.put(broken())).rejects.toThrow('the line went dead')
    expect(await files()).toEqual([])
  })

  it('more than allowed is refused before it fills the disk', async () => {
    let given = 0
    const endless = async function* () { for (;;) { given += 1000; yield randomBytes(1000) } }
    await expect(blobs.receive(endless(), { maxBytes: 10_000 })).rejects.toBeInstanceOf(BlobTooLarge)
    expect(given).toBe(11_000)
    expect(await files()).toEqual([])
  })

  it('an abort ends it', async () => {
    const controller = new AbortController()
    const endless = async function* () { for (let count = 0; ; count++) { if (count === 5) controller.abort(new Error('enough')); yield randomBytes(10) } }
    await expect(blobs.receive(endless(), { signal: controller.signal })).rejects.toThrow('enough')
    expect(await files()).toEqual([])
  })

  it('an abort ends it also while the sender is silent', async () => {
    const controller = new AbortController()
    const silent = async function* () {
      yield randomBytes(10)
      await new Promise(() => undefined)
    }
    const received = blobs.receive(silent(), { signal: controller.signal })
    setTimeout(() => { controller.abort(new Error('enough')) }, 20)
    await expect(received).rejects.toThrow('enough')
    expect(await files()).toEqual([])
  })

  it('a source that fails is heard once, with a signal as without', async () => {
    const broken = async function* () {
      yield randomBytes(10)
      throw new Error('the line went dead')
    }
    await expect(blobs.receive(broken(), { signal: new AbortController().signal })).rejects.toThrow('the line went dead')
    expect(await files()).toEqual([])
  })

  it('a place that can not be taken leaves no trace either', async () => {
    const pending = await blobs.receive(chunks(randomBytes(10)))
    await mkdir(join(blobs.pathOf(pending.sha256), 'in the way'), { recursive: true })
    await expect(pending.commit()).rejects.toThrow()
    expect(await files()).toEqual([])
    await chmod(folder.path, 0o700)
  })
})

describe('after a crash', () => {
  it('in the middle of writing, nothing is visible and the next start removes what lies about', async () => {
    const child = startChild('writes-a-blob', folder.path)
    await untilRunning(child)
    expect(await blobs.clean()).toBe(0)
    await kill(child)
    expect((await files()).filter((path) => path.startsWith('blobs'))).toEqual([])
    expect(await files()).toHaveLength(1)
    expect(await blobs.clean()).toBe(1)
    expect(await files()).toEqual([])
  })

  it('what a living process is receiving stays, and what a run before us with our number left goes', async () => {
    const mine = await blobs.receive(chunks(randomBytes(10)))
    const theirs = join(folder.path, 'incoming', `${process.ppid}-1`)
    const before = join(folder.path, 'incoming', `${process.pid}-123`)
    for (const place of [theirs, before]) {
      await mkdir(place, { recursive: true })
      await writeFile(join(place, 'x.part'), 'x')
    }
    expect(await blobs.clean()).toBe(1)
    expect((await readdir(join(folder.path, 'incoming'))).toSorted()).toEqual([`${process.ppid}-1`, processMark()].toSorted())
    expect(await readFile(mine.path)).toHaveLength(10)
    await mine.commit()
  })
})
