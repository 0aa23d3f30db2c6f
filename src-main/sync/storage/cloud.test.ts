import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cloudStandIn, type CloudStandIn } from '../../../test/support/cloud-storage/stand-in.ts'
import { aFolder } from '../../../test/support/edge.ts'
import { SendFault } from '../../platform/outbox-types.ts'
import { createCloudStorage } from './cloud.ts'
import { createHttpClient } from './http.ts'
import { createLimit } from './limit.ts'
import { createLocalStorage } from './local.ts'
import { pieceBytes } from './resumable.ts'
import type { StorageSession } from './session.ts'
import { bytesSource, fileSource, sha256Of } from './source.ts'
import type { PutContext, Storage } from './types.ts'

let cloud: CloudStandIn
const open: Storage[] = []
const storageOf = ({ token = null as string | null, url = cloud.url, bucket = 'clinic-bucket', stallMs = 3000 } = {}): Storage => {
  const auth = { token: async () => token, sign: async () => '', email: async () => '' }
  const storage = createCloudStorage({ url, bucket, auth, http: createHttpClient({ stallMs }), limit: createLimit(() => 0) })
  open.push(storage)
  return storage
}
type Kept = { session: StorageSession | null, bytes: number[] }
const context = (kept: Kept = { session: null, bytes: [] }, more: Partial<PutContext> = {}): PutContext => ({
  signal: new AbortController().signal, session: kept.session, keep: (session) => { kept.session = session }, onBytes: (bytes) => { kept.bytes.push(bytes) }, gate: () => undefined, ...more
})
const small = randomBytes(5000)
const large = randomBytes(2 * pieceBytes + 12_345)
const anObject = (bytes: Uint8Array, name = 'ct/study/o') => ({ name, contentType: 'application/dicom', source: bytesSource(bytes) })
const stored = (name = 'ct/study/o') => cloud.bucket.objects.get(name)?.bytes
const faultOf = async (act: Promise<unknown>): Promise<SendFault> => {
  const error: unknown = await act.then(() => new Error('it went well'), (reason: unknown) => reason)
  if (!(error instanceof SendFault)) throw error
  return error
}

beforeEach(async () => { cloud = await cloudStandIn() })
afterEach(async () => {
  for (const storage of open.splice(0)) await storage.close()
  await cloud.close()
})

describe('an object', () => {
  it.each([['small', small, ['multipart']], ['large', large, ['start', 'piece', 'piece', 'piece']]] as const)('that is %s arrives whole, in so many requests', async (_size, bytes, requests) => {
    const object = anObject(bytes)
    expect(await storageOf().put(object, context())).toMatchObject({ name: object.name, bytes: bytes.length, crc32c: object.source.crc32c })
    expect(stored()).toEqual(bytes)
    expect(cloud.bucket.objects.get(object.name)?.contentType).toBe('application/dicom')
    expect(cloud.requests.map(({ doing }) => doing)).toEqual(requests)
  })

  it.each([['small', small], ['large', large]] as const)('that is %s and there already is left as it is, and counts as sent', async (_size, bytes) => {
    const first = await storageOf().put(anObject(bytes), context())
    expect(await storageOf().put(anObject(bytes), context())).toEqual(first)
    expect(cloud.bucket.objects.size).toBe(1)
  })

  it.each([['small', small], ['large', large]] as const)('that is %s never replaces another one', async (_size, bytes) => {
    await storageOf().put(anObject(randomBytes(77)), context())
    const before = stored()
    expect(await faultOf(storageOf().put(anObject(bytes), context()))).toMatchObject({ faultClass: 'never' })
    expect(stored()).toBe(before)
  })

  it('is found by its name, or not', async () => {
    const storage = storageOf()
    expect(await storage.find('none')).toBeNull()
    const put = await storage.put(anObject(small), context())
    expect(await storage.find('ct/study/o')).toEqual(put)
  })

  it('comes back byte for byte, and damaged bytes are an error', async () => {
    const storage = storageOf()
    await storage.put(anObject(large), context())
    const { body, bytes } = await storage.open('ct/study/o', new AbortController().signal)
    const pieces: Uint8Array[] = []
    for await (const piece of body) pieces.push(piece)
    expect([bytes, Buffer.concat(pieces).equals(large)]).toEqual([large.length, true])
    cloud.faults = [{ on: 'media', piece: { cutAfter: 100_000 } }]
    const cut = await storage.open('ct/study/o', new AbortController().signal)
    expect(await faultOf((async () => { for await (const piece of cut.body) expect(piece.length).toBeGreaterThan(0) })())).toMatchObject({ faultClass: 'offline' })
  })
})

describe('an upload that is broken off', () => {
  it('goes on from the last byte that arrived, in this process and in the next one', async () => {
    const kept: Kept = { session: null, bytes: [] }
    cloud.faults = [{ on: 'piece', piece: { cutAfter: 3_000_000 } }, { on: 'query', cut: true }]
    expect(await faultOf(storageOf().put(anObject(large), context(kept)))).toMatchObject({ faultClass: 'offline' })
    cloud.faults = []
    await storageOf().put(anObject(large), context(kept))
    expect(stored()?.equals(large)).toBe(true)
    expect(cloud.requests.filter(({ doing }) => doing === 'start')).toHaveLength(1)
    expect(cloud.received() - large.length).toBeLessThan(pieceBytes)
    expect(kept.session).toBeNull()
  })

  it('at any byte costs less than a piece', async () => {
    for (const cutAfter of [1, 262_143, 262_144, 262_145, 5_000_000, pieceBytes - 1]) {
      const before = cloud.received()
      cloud.faults = [{ on: 'piece', piece: { cutAfter } }]
      await storageOf().put(anObject(large, `cut/${cutAfter}`), context())
      expect(stored(`cut/${cutAfter}`)?.equals(large)).toBe(true)
      expect(cloud.received() - before - large.length).toBeLessThan(pieceBytes)
    }
  })

  it('takes the target at its word when it keeps fewer bytes than were sent', async () => {
    cloud.faults = [{ on: 'piece', piece: { keepOnly: 300_000 } }, { on: 'piece', piece: { keepOnly: 0 } }]
    await storageOf().put(anObject(large), context())
    expect(stored()?.equals(large)).toBe(true)
  })

  it('is given up for now where nothing is ever kept', async () => {
    cloud.faults = Array.from({ length: 20 }, () => ({ on: 'piece', piece: { keepOnly: 0 } }))
    expect(await faultOf(storageOf().put(anObject(large), context()))).toMatchObject({ faultClass: 'later' })
  })

  it('begins anew when its session has expired', async () => {
    const kept: Kept = { session: null, bytes: [] }
    cloud.faults = [{ on: 'piece', piece: { cutAfter: 3_000_000 } }, { on: 'query', cut: true }]
    await faultOf(storageOf().put(anObject(large), context(kept)))
    cloud.faults = []
    cloud.expireSessions()
    await storageOf().put(anObject(large), context(kept))
    expect(stored()?.equals(large)).toBe(true)
  })

  it('begins anew where the target does not agree on where it stands', async () => {
    cloud.faults = [{ on: 'piece', piece: {} }, { on: 'piece', status: 400, reason: 'badRequest' }]
    await storageOf().put(anObject(large), context())
    expect([stored()?.equals(large), cloud.requests.filter(({ doing }) => doing === 'start').length]).toEqual([true, 2])
  })

  it('is known as done where only the answer was lost', async () => {
    cloud.faults = [{ on: 'multipart', cutAnswer: true }]
    expect(await faultOf(storageOf().put(anObject(small, 'small'), context()))).toMatchObject({ faultClass: 'offline' })
    await storageOf().put(anObject(small, 'small'), context())
    cloud.faults = [{ on: 'piece', piece: {} }, { on: 'piece', piece: {} }, { on: 'piece', cutAnswer: true }]
    await storageOf().put(anObject(large), context())
    expect([cloud.bucket.objects.size, stored()?.equals(large)]).toEqual([2, true])
  })

  it('ends at once when it is called off', async () => {
    const controller = new AbortController()
    cloud.faults = [{ on: 'piece', stall: true }]
    const putting = storageOf({ stallMs: 60_000 }).put(anObject(large), context(undefined, { signal: controller.signal }))
    setTimeout(() => { controller.abort(new Error('enough')) }, 50)
    await expect(putting).rejects.toThrow('enough')
  })

  it('stops between pieces when nothing may leave any more', async () => {
    let asked = 0
    const gate = () => { if (++asked === 3) throw new SendFault('paused', 'Paused.') }
    const kept: Kept = { session: null, bytes: [] }
    expect(await faultOf(storageOf().put(anObject(large), context(kept, { gate })))).toMatchObject({ faultClass: 'paused' })
    await storageOf().put(anObject(large), context(kept))
    expect(cloud.received()).toBe(large.length)
  })
})

describe('what the target answers', () => {
  it.each([
    [{ status: 401, reason: 'authError' }, 'refused'], [{ status: 403, reason: 'forbidden' }, 'refused'], [{ status: 403, reason: 'rateLimitExceeded' }, 'later'], [{ status: 404, reason: 'notFound' }, 'refused'],
    [{ status: 408 }, 'later'], [{ status: 429, headers: { 'retry-after': '7' } }, 'later'], [{ status: 500 }, 'later'], [{ status: 503 }, 'later'], [{ status: 400, reason: 'invalid' }, 'never'], [{ status: 413 }, 'never'],
    [{ cut: true }, 'offline'], [{ stall: true }, 'offline']
  ] as const)('%j is %s', async (answer, expected) => {
    for (const on of ['multipart', 'start'] as const) {
      cloud.faults = [{ on, ...answer }]
      const fault = await faultOf(storageOf().put(anObject(on === 'start' ? large : small), context()))
      expect([fault.faultClass, fault.retryAfterMs]).toEqual([expected, 'headers' in answer ? 7000 : null])
      expect(fault.message).toMatch(/\.$/)
    }
  })

  it('is that nobody is there', async () => {
    const storage = storageOf()
    cloud.isDown = true
    expect(await faultOf(storage.put(anObject(small), context()))).toMatchObject({ faultClass: 'offline' })
    const elsewhere = storageOf({ url: 'http://127.0.0.1:9' })
    expect(await faultOf(elsewhere.probe(new AbortController().signal))).toMatchObject({ faultClass: 'offline' })
  })

  it('is the sign-in page of a network', async () => {
    cloud.isPortal = true
    for (const bytes of [small, large]) expect((await faultOf(storageOf().put(anObject(bytes), context()))).message).toContain('sign-in page')
    expect((await faultOf(storageOf().probe(new AbortController().signal))).message).toContain('sign-in page')
  })

  it('is that the credentials are wrong, or that the bucket is not there', async () => {
    cloud.token = 'good'
    expect(await faultOf(storageOf({ token: 'bad' }).probe(new AbortController().signal))).toMatchObject({ faultClass: 'refused' })
    expect(await faultOf(storageOf({ token: 'good', bucket: 'elsewhere' }).probe(new AbortController().signal))).toMatchObject({ faultClass: 'refused' })
    await storageOf({ token: 'good' }).probe(new AbortController().signal)
  })

  it('is a lie: it says that it is done and has other bytes', async () => {
    cloud.faults = [{ on: 'piece', lie: true }]
    expect(await faultOf(storageOf().put(anObject(large), context()))).toMatchObject({ faultClass: 'later' })
    await storageOf().put(anObject(large), context())
    expect(stored()?.equals(large)).toBe(true)
  })

  it('is that the bytes were changed on the way: nothing of them stays', async () => {
    cloud.faults = [{ on: 'multipart', piece: { corrupt: true } }]
    expect(await faultOf(storageOf().put(anObject(small), context()))).toMatchObject({ faultClass: 'later' })
    cloud.faults = [{ on: 'piece', piece: { corrupt: true } }]
    expect(await faultOf(storageOf().put(anObject(large), context()))).toMatchObject({ faultClass: 'later' })
    expect(cloud.bucket.objects.size).toBe(0)
  })
})

describe('a stored file', () => {
  it('that has changed on the disk does not leave', async () => {
    const folder = await aFolder()
    const path = join(folder.path, 'blob')
    await writeFile(path, large)
    const source = await fileSource(path, sha256Of(large), new AbortController().signal)
    expect([source.bytes, source.crc32c]).toEqual([large.length, bytesSource(large).crc32c])
    await writeFile(path, Buffer.concat([large, small]))
    expect(await faultOf(fileSource(path, sha256Of(large), new AbortController().signal))).toMatchObject({ faultClass: 'never' })
    await rm(path)
    expect(await faultOf(fileSource(path, sha256Of(large), new AbortController().signal))).toMatchObject({ faultClass: 'never' })
    await folder.remove()
  })
})

describe('a folder as the target', () => {
  it('takes an object once, checked, and never replaces one', async () => {
    const folder = await aFolder()
    const root = join(folder.path, 'share')
    const storage = createLocalStorage({ root, limit: createLimit(() => 0) })
    expect(await faultOf(storage.put(anObject(small), context()))).toMatchObject({ faultClass: 'offline' })
    await mkdir(root)
    await storage.put(anObject(small), context())
    await storage.put(anObject(small), context())
    expect(await readFile(join(root, 'ct/study/o'))).toEqual(small)
    expect(await faultOf(storage.put(anObject(large), context()))).toMatchObject({ faultClass: 'never' })
    expect(await readFile(join(root, 'ct/study/o'))).toEqual(small)
    expect(await faultOf(storage.put(anObject(small, '../outside'), context()))).toMatchObject({ faultClass: 'never' })
    expect(await readdir(join(root, '.incoming'))).toEqual([])
    await folder.remove()
  })
})

it('a limit spreads bytes over time, shared by all that send', async () => {
  const limit = createLimit(() => 1_000_000)
  const startedMs = performance.now()
  await Promise.all([limit(300_000, new AbortController().signal), limit(300_000, new AbortController().signal)])
  expect(performance.now() - startedMs).toBeGreaterThan(300)
})
