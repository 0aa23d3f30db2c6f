import { createHash, randomBytes } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Storage } from '@google-cloud/storage'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cloudStandIn, type CloudStandIn } from './support/cloud-storage/stand-in.ts'

/** The official client of Cloud Storage against our stand-in: what it takes for true of the service must hold here. */
let cloud: CloudStandIn
let storage: Storage
const bucket = () => storage.bucket('clinic-bucket')
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

beforeEach(async () => {
  cloud = await cloudStandIn()
  storage = new Storage({ apiEndpoint: cloud.url, projectId: 'clinic', credentials: { client_email: cloud.account.email, private_key: cloud.account.privateKey }, retryOptions: { retryDelayMultiplier: 1, maxRetryDelay: 1, totalTimeout: 10 } })
})
afterEach(async () => { await cloud.close() })

describe('the official client', () => {
  it('writes in one request and in a session, and its own sums agree with ours', async () => {
    const [small, large] = [randomBytes(1000), randomBytes(3_000_000)]
    await bucket().file('a/small').save(small, { resumable: false, validation: 'crc32c' })
    await bucket().file('a/large').save(large, { resumable: true, chunkSize: 1024 * 1024, validation: 'crc32c', preconditionOpts: { ifGenerationMatch: 0 } })
    expect(cloud.requests.map(({ doing }) => doing)).toEqual(['multipart', 'start', 'piece', 'piece', 'piece'])
    expect([sha((await bucket().file('a/small').download())[0]), sha((await bucket().file('a/large').download())[0])]).toEqual([sha(small), sha(large)])
  })

  it('goes on by an address that it was given, from where a cut left it', async () => {
    const bytes = randomBytes(2_000_000)
    const [uri] = await bucket().file('cut').createResumableUpload({ preconditionOpts: { ifGenerationMatch: 0 } })
    cloud.faults = [{ on: 'piece', piece: { cutAfter: 700_000 } }]
    await fetch(uri, { method: 'PUT', headers: { 'content-range': `bytes 0-${bytes.length - 1}/${bytes.length}` }, body: bytes }).catch(() => undefined)
    const target = bucket().file('cut').createWriteStream({ resumable: true, uri, chunkSize: 1024 * 1024, validation: 'crc32c', metadata: { contentLength: bytes.length } })
    const source = new PassThrough()
    source.end(bytes)
    await pipeline(source, target)
    expect(sha((await bucket().file('cut').download())[0])).toBe(sha(bytes))
    expect(cloud.requests.filter(({ doing }) => doing === 'piece').map(({ range }) => range.split('-')[0])).toContain('bytes 524288')
  })

  it('hears 412 where a name is taken', async () => {
    await bucket().file('taken').save('first', { resumable: false })
    await expect(bucket().file('taken').save('second', { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } })).rejects.toMatchObject({ code: 412 })
    await expect(bucket().file('taken').save('second', { resumable: true, preconditionOpts: { ifGenerationMatch: 0 } })).rejects.toMatchObject({ code: 412 })
  })

  it('tries again what 503 and 429 refuse, and gives up on 403', async () => {
    cloud.faults = [{ on: 'multipart', status: 503 }, { on: 'multipart', status: 429, reason: 'rateLimitExceeded' }]
    await bucket().file('again').save('x', { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } })
    cloud.faults = [{ on: 'multipart', status: 403, reason: 'forbidden' }]
    await expect(bucket().file('no').save('x', { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } })).rejects.toMatchObject({ code: 403 })
  })

  it('finds, lists page by page and removes', async () => {
    for (const name of ['p/1', 'p/2', 'p/3', 'q/1']) await bucket().file(name).save(name, { resumable: false })
    const [first, next] = await bucket().getFiles({ prefix: 'p/', maxResults: 2, autoPaginate: false })
    const [second] = await bucket().getFiles({ ...next, autoPaginate: false })
    expect([first, second].map((files) => files.map(({ name }) => name))).toEqual([['p/1', 'p/2'], ['p/3']])
    await bucket().file('p/1').delete()
    expect(await bucket().file('p/1').exists()).toEqual([false])
  })

  it('signs an address for one upload, which takes what was signed and nothing else', async () => {
    const [url] = await bucket().file('sent by hand (1).zip').getSignedUrl({ version: 'v4', action: 'write', expires: Date.now() + 900_000, contentType: 'application/zip', extensionHeaders: { 'x-goog-content-length-range': '1,1000' } })
    const put = async (headers: Record<string, string>, body = 'bytes') => fetch(url, { method: 'PUT', headers: { 'content-type': 'application/zip', 'x-goog-content-length-range': '1,1000', ...headers }, body })
    expect((await put({ 'content-type': 'text/plain' })).status).toBe(403)
    expect((await put({ 'x-goog-content-length-range': '1,99999' })).status).toBe(403)
    expect((await put({}, 'x'.repeat(1001))).status).toBe(400)
    expect((await put({})).status).toBe(200)
    cloud.now = () => new Date(Date.now() + 901_000)
    expect(await (await put({})).text()).toContain('ExpiredToken')
  })
})

describe('the session protocol', () => {
  const begin = async () => (await fetch(`${cloud.url}/upload/storage/v1/b/clinic-bucket/o?uploadType=resumable&name=o&ifGenerationMatch=0`, { method: 'POST' })).headers.get('location') ?? ''
  const put = async (uri: string, range: string, body: Uint8Array<ArrayBuffer>) => fetch(uri, { method: 'PUT', headers: { 'content-range': range }, body, redirect: 'manual' })

  it('refuses a piece that is no multiple, one that leaves a gap, and one that is longer than its range', async () => {
    const uri = await begin()
    expect((await put(uri, 'bytes 0-99/*', new Uint8Array(100))).status).toBe(400)
    expect((await put(uri, 'bytes 262144-524287/*', new Uint8Array(262_144))).status).toBe(400)
    expect((await put(uri, 'bytes 0-262143/*', new Uint8Array(262_145))).status).toBe(400)
  })

  it('tells what it holds, nothing at first, and takes up what was kept', async () => {
    const uri = await begin()
    const asked = await put(uri, 'bytes */*', new Uint8Array(0))
    expect([asked.status, asked.headers.get('range')]).toEqual([308, null])
    cloud.faults = [{ on: 'piece', piece: { keepOnly: 262_144 } }]
    const less = await put(uri, 'bytes 0-524287/600000', new Uint8Array(524_288))
    expect([less.status, less.headers.get('range')]).toEqual([308, 'bytes=0-262143'])
    const done = await put(uri, 'bytes 262144-599999/600000', new Uint8Array(337_856))
    expect([done.status, (await done.json() as { size: string }).size]).toEqual([200, '600000'])
    expect((await put(uri, 'bytes */600000', new Uint8Array(0))).status).toBe(200)
  })

  it('is over when it has expired or was called off', async () => {
    const uri = await begin()
    expect((await fetch(uri, { method: 'DELETE' })).status).toBe(499)
    expect((await put(uri, 'bytes */*', new Uint8Array(0))).status).toBe(410)
  })
})
