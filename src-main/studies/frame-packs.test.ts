import { rmSync } from 'node:fs'
import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, encapsulated, type Attribute } from '../../test/support/dicom-file.ts'
import { aStudiesApp, aStudiesRoom, somebody, type StudiesRoom } from '../../test/support/studies-room.ts'
import { AppError } from '../../src-shared/errors.ts'
import { createFramePackReader, type PackedFrame } from '../../src-shared/frame-pack.ts'
import { FramePackQuery } from '../../src-shared/frame-pack-query.ts'
import { createLog, silentSink } from '../platform/log.ts'
import type { HttpEnv } from '../platform/http.ts'
import { createSchemeHandler } from '../shell/scheme-handler.ts'
import { openFramePack, type FramePackDeps } from './frame-packs.ts'
import { createRecentSeries } from './recent-series.ts'
import type { StoredInstance } from './store.ts'

let room: StudiesRoom
let app: Hono<HttpEnv>
const slice = (series: string, index: number, more: readonly Attribute[] = []) =>
  aSlice({ instance: `1.9.${series}.${index + 1}`, study: '1.9', series: `1.9.${series}`, number: 90 - index, positionMm: [0, 0, index * 2], fill: index, more })
const jpegLossless = '1.2.840.10008.1.2.4.70'
const damaged = Buffer.concat([
  aDicomFile(slice('2', 1).filter(([tag]) => tag !== 0x7fe00010), { transferSyntaxUid: jpegLossless }), encapsulated([Uint8Array.from({ length: 40 }, () => 5)])
])
const big = aDicomFile(slice('3', 0x0102), { transferSyntaxUid: '1.2.840.10008.1.2.2', isLittleEndian: false })

beforeAll(async () => {
  room = await aStudiesRoom()
  app = aStudiesApp(room)
  const stack = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`a/1/${index}`, aDicomFile(slice('1', index))]))
  await room.studies.importPaths([room.write({ ...stack, 'a/2/0': aDicomFile(slice('2', 0)), 'a/2/1': damaged, 'a/2/2': aDicomFile(slice('2', 2)), 'a/3/0': big })], { actor: somebody })
})
afterAll(() => room.stop())

async function entriesOf(response: Response): Promise<PackedFrame[]> {
  const reader = createFramePackReader()
  const frames = reader.push(new Uint8Array(await response.arrayBuffer()))
  expect(reader.isComplete()).toBe(true)
  return frames
}
const pack = async (path: string) => entriesOf(await app.request(`/api/series/${path}`))
const firstValue = (frame: PackedFrame | undefined) => frame === undefined || frame.kind === 'failed' ? null : new DataView(frame.bytes.buffer, frame.bytes.byteOffset).getUint16(0, true)

describe('a pack of frames over HTTP', () => {
  it('brings the frame being looked at, its neighbours, then the rest, each with its own pixels', async () => {
    const frames = await pack('1.9.1/pack?first=4')
    expect(frames.map(({ index }) => index)).toEqual([4, 5, 3, 6, 2, 1, 0])
    expect(frames.map(firstValue)).toEqual([4, 5, 3, 6, 2, 1, 0])
    expect(new Set(frames.map(({ kind }) => kind))).toEqual(new Set(['stored']))
  })

  it('leaves out what the window has and what its memory does not hold', async () => {
    expect((await pack('1.9.1/pack?first=0&limit=4&have=1-2')).map(({ index }) => index)).toEqual([0, 3])
    expect(await pack('1.9.1/pack?have=0-6')).toEqual([])
  })

  it('goes on after a frame that can not be decoded, and says why it is missing', async () => {
    const [first, second, third] = await pack('1.9.2/pack')
    expect([firstValue(first), firstValue(third)]).toEqual([0, 2])
    expect(second).toMatchObject({ kind: 'failed', index: 1, reason: expect.stringMatching(/JPEG Lossless.*damaged/) as unknown })
  })

  it('brings decoded what no window decodes exactly', async () => {
    const [only] = await pack('1.9.3/pack')
    expect(only).toMatchObject({ kind: 'decoded', photometricInterpretation: 'MONOCHROME2' })
    expect(firstValue(only)).toBe(0x0201)
  })

  it('is for those who signed in, and for series that there are', async () => {
    expect((await app.request('/api/series/1.9.1/pack', { headers: { 'x-nobody': '1' } })).status).toBe(401)
    expect((await app.request('/api/series/1.77/pack')).status).toBe(404)
    expect((await app.request('/api/series/1.9.1/pack?have=x')).status).toBe(400)
    expect((await app.request('/api/series/1.9.1/pack')).headers.get('cache-control')).toBe('no-store')
  })

  it('streams through the desktop window, which gets the first frame before the last is read', async () => {
    const answer = await createSchemeHandler(async (request) => app.request(request), { token: null })(new Request('vigil://app/api/series/1.9.1/pack?first=2'))
    const reader = createFramePackReader()
    const seen: number[] = []
    for await (const piece of answer.body ?? []) {
      seen.push(...reader.push(piece).map(({ index }) => index))
      if (seen.length === 1) expect(reader.isComplete()).toBe(false)
    }
    expect(seen).toEqual([2, 3, 1, 4, 0, 5, 6])
  })

  it('says that a file is gone from the disk and brings the others', async () => {
    const { frames } = room.studies.describeSeries('1.9.1')
    rmSync(room.studies.fileOf(frames[6]?.sopInstanceUid ?? ''))
    const entries = await pack('1.9.1/pack?first=6')
    expect(entries[0]).toMatchObject({ kind: 'failed', index: 6, reason: expect.stringMatching(/could not be read from the disk/) as unknown })
    expect(entries.slice(1).map(({ kind }) => kind)).toEqual(Array.from({ length: 6 }, () => 'stored'))
    expect(room.logged.some(({ event }) => event === 'frame-not-read')).toBe(true)
  })
})

describe('a pack that nobody reads on', () => {
  const query = FramePackQuery.parse({ first: 0 })
  const turn = () => new Promise((done) => { setTimeout(done, 5) })
  const aPack = (read: FramePackDeps['read']) => {
    const instances = room.studies.describeSeries('1.9.1').frames.map(({ sopInstanceUid }) => room.studies.instance(sopInstanceUid))
    const recent = createRecentSeries({ instancesOfSeries: () => instances, seriesRevision: () => '1' })
    return openFramePack({ read, log: createLog(silentSink) }, recent('1.9.1'), query)
  }
  const bytesOf = { bytes: new Uint8Array(8), transferSyntaxUid: '1', photometricInterpretation: 'MONOCHROME2' }

  it('reads a few frames ahead and no more', async () => {
    const begun: StoredInstance[] = []
    const reader = aPack(async (instance) => { begun.push(instance); return bytesOf }).getReader()
    await turn()
    expect(begun).toHaveLength(0)
    await reader.read()
    await turn()
    expect(begun.length).toBeLessThanOrEqual(1)
    for (let piece = 0; piece < 2; piece += 1) await reader.read()
    await turn()
    expect(begun.length).toBeLessThanOrEqual(5)
    await reader.cancel()
  })

  it('stops reading and decoding when the window goes away', async () => {
    let begun = 0
    let told: AbortSignal | null = null
    const reader = aPack(async (_, __, { signal }) => {
      begun += 1
      told = signal
      if (begun > 2) await new Promise((_done, reject) => { signal.addEventListener('abort', () => { reject(new AppError('cancelled', 'The window went away.')) }) })
      return bytesOf
    }).getReader()
    for (let piece = 0; piece < 3; piece += 1) await reader.read()
    await reader.cancel()
    await turn()
    const before = begun
    await turn()
    expect(begun).toBe(before)
    expect(begun).toBeLessThan(7)
    expect(told).toMatchObject({ aborted: true })
  })
})

describe('the series read last', () => {
  it('is read again only when it has grown', () => {
    const instances = [room.studies.instance('1.9.1.1')]
    let revision = '1'
    let reads = 0
    const recent = createRecentSeries({ instancesOfSeries: () => { reads += 1; return [...instances] }, seriesRevision: () => revision })
    expect(recent('1.9.1').description().frames).toHaveLength(1)
    recent('1.9.1')
    expect(reads).toBe(1)
    instances.push(room.studies.instance('1.9.1.2'))
    revision = '2'
    expect(recent('1.9.1').description().frames).toHaveLength(2)
    for (const other of ['a', 'b', 'c', 'd']) recent(other)
    recent('1.9.1')
    expect(reads).toBe(7)
  })
})
