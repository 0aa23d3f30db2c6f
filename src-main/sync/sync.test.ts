import { createHash, randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { captionsStandIn, type CaptionsStandIn } from '../../test/support/captions-stand-in.ts'
import { cloudStandIn, type CloudStandIn } from '../../test/support/cloud-storage/stand-in.ts'
import { admin, aSyncRoom, type RoomStudy, type SyncRoom } from '../../test/support/sync-room.ts'
import { SyncItemsQuery, type OutboxItem } from '../../src-shared/sync.ts'

let cloud: CloudStandIn
let room: SyncRoom
const environment = (more: Readonly<Record<string, string>> = {}) => ({ GCS_BUCKET: 'clinic-bucket', GCS_ENDPOINT: cloud.url, ...more })
const items = (query: Readonly<Record<string, unknown>> = { state: 'all' }): OutboxItem[] => room.sync.items(SyncItemsQuery.parse(query)).items
const objects = (ending: string) => [...cloud.bucket.objects.values()].filter(({ name }) => name.endsWith(ending))
const newestManifest = () => {
  const [newest] = objects('.json').filter(({ name }) => name.includes('manifest')).toSorted((one, other) => Number(other.generation) - Number(one.generation))
  return JSON.parse(newest?.bytes.toString('utf8') ?? '{}') as { studyUid: string, objects: { name: string, sha256: string, crc32c: string, bytes: number, generation: string }[] }
}
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
/** Each file of the study lies there once, byte for byte. */
const expectWhole = (study: RoomStudy) => { expect(objects('.dcm').filter(({ name }) => name.includes(`/${study.studyUid}/`)).map(({ bytes }) => sha256(bytes)).toSorted()).toEqual(study.files.map(sha256).toSorted()) }
const cloudLink = () => room.sync.status().targets.find(({ target }) => target === 'cloud-storage')

beforeEach(async () => { cloud = await cloudStandIn() })
afterEach(async () => {
  await room.stop()
  await cloud.close()
})

describe('what goes off-site', () => {
  it('is a study with its signed report, whole, with a manifest that was written last', async () => {
    room = await aSyncRoom(environment())
    const study = room.addStudy()
    await room.settle()
    expect([cloud.bucket.objects.size, room.sync.offSite()]).toEqual([0, { state: 'all', confirmed: 0, total: 0, text: 'nothing to send off-site yet' }])
    const hash = room.sign(study)
    expect(room.sync.offSite()).toMatchObject({ state: 'some', confirmed: 0, total: 2 })
    await room.settle()
    expectWhole(study)
    expect(room.sync.offSite()).toEqual({ state: 'all', confirmed: 2, total: 2, text: 'all off-site' })
    const manifest = newestManifest()
    const there = [...cloud.bucket.objects.values()]
    expect(manifest.objects.map(({ name, crc32c, bytes, generation }) => [name, crc32c, bytes, generation])).toEqual(there.filter(({ name }) => !name.includes('manifest')).map(({ name, crc32c, size, generation }) => [name, crc32c, size, generation]).toSorted())
    expect(objects('.json').some(({ bytes }) => bytes.toString('utf8').includes('No stones.'))).toBe(true)
    expect(objects('.pdf')).toHaveLength(1)
    expect(there.at(-1)?.name).toContain('manifest-2.json')
    expect(items().map(({ kind, state, tries }) => [kind, state, tries])).toEqual([['report-bundle', 'done', 1], ['study-upload', 'done', 1]])
    expect(hash).not.toBe('')
    const report = room.sync.report('2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z')
    expect(report.lines.map(({ place, checksum }) => [place.startsWith('gs://clinic-bucket/ct-uploads/'), checksum.startsWith('crc32c ')])).toEqual([[true, true], [true, true]])
  })

  it('is by the setting every study, those that are signed, or those that somebody sends', async () => {
    room = await aSyncRoom(environment())
    const [first, second] = [room.addStudy(), room.addStudy()]
    room.sync.changeSettings({ what: 'by-hand' }, admin)
    room.sign(first)
    await room.settle()
    expect(cloud.bucket.objects.size).toBe(0)
    expect(room.sync.sendNow(second.studyUid, admin)).toBe(1)
    await room.settle()
    expectWhole(second)
    expect(room.sync.offSite()).toMatchObject({ state: 'all', confirmed: 1, total: 1 })
    room.sync.changeSettings({ what: 'all' }, admin)
    await room.settle()
    expectWhole(first)
    expect(room.sync.offSite()).toMatchObject({ state: 'all', confirmed: 3, total: 3 })
    expect(room.audited.map(({ action }) => action)).toEqual(['sync.settings', 'sync.send', 'sync.settings'])
  })

  it('takes images along that came later, and sends no byte twice', async () => {
    room = await aSyncRoom(environment())
    const study = room.addStudy()
    room.sign(study)
    await room.settle()
    const before = cloud.received()
    const late = randomBytes(4000)
    room.addImage(study, late)
    expect(room.sync.offSite()).toMatchObject({ state: 'some', confirmed: 1, total: 2 })
    await room.settle()
    expectWhole(study)
    expect(newestManifest().objects).toHaveLength(6)
    expect(cloud.received() - before).toBeLessThan(4000 + 5000)
  })

  it('is looked for once more before it counts: what was confirmed and is not there goes again', async () => {
    room = await aSyncRoom(environment())
    const study = room.addStudy()
    room.sign(study)
    await room.settle()
    const [first] = objects('.dcm')
    cloud.bucket.objects.delete(first?.name ?? '')
    room.addImage(study, randomBytes(100))
    await room.settle()
    expect(items({ state: 'open' })[0]?.lastError).toContain('1 object that had been confirmed is not in the cloud storage')
    room.clock.advance(120)
    await room.settle()
    expectWhole(study)
    expect(room.sync.offSite().state).toBe('all')
  })

  it('goes to a folder in the same way', async () => {
    room = await aSyncRoom({ LOCAL_STORAGE_ROOT: join(cloud.url, 'none') })
    await room.stop()
    const own = await aSyncRoom({})
    room = await aSyncRoom({ LOCAL_STORAGE_ROOT: own.folder })
    const study = room.addStudy()
    room.sign(study)
    await room.settle()
    expect(room.sync.offSite()).toMatchObject({ state: 'all', confirmed: 2, total: 2 })
    await own.stop()
  })

  it('is nothing where nothing is set up, and nothing waits either', async () => {
    room = await aSyncRoom({})
    room.sign(room.addStudy())
    await room.settle()
    expect([items(), room.sync.offSite().state, room.sync.status().storage.mode]).toEqual([[], 'off', 'off'])
    expect(() => room.sync.sendNow('1.2.3' as RoomStudy['studyUid'], admin)).toThrow('No place for copies is set up')
  })
})

describe('when the target does not answer', () => {
  it('everything waits with the reason, counts no try, and goes by itself when it answers again', async () => {
    room = await aSyncRoom(environment())
    cloud.isDown = true
    const study = room.addStudy()
    room.sign(study)
    await room.settle()
    expect(cloudLink()).toMatchObject({ state: 'offline', waiting: 2 })
    expect(items().map(({ state, tries, waitsFor, nextTryAt }) => [state, tries, waitsFor?.includes('cloud storage'), nextTryAt])).toEqual([['waiting', 0, true, null], ['waiting', 0, true, null]])
    expect(room.sync.offSite().text).toBe('0 of 2 off-site, offline')
    cloud.isDown = false
    room.sync.tryNow('cloud-storage')
    await expect.poll(() => room.sync.offSite().state).toBe('all')
    expectWhole(study)
  })

  it('it says what it is: a sign-in page, or credentials that are not accepted', async () => {
    room = await aSyncRoom(environment({ TOKEN: 'wrong' }))
    cloud.isPortal = true
    room.sign(room.addStudy())
    await room.settle()
    expect(cloudLink()).toMatchObject({ state: 'captive-portal' })
    cloud.isPortal = false
    cloud.token = 'right'
    room.sync.tryNow('cloud-storage')
    await expect.poll(() => cloudLink()?.state).toBe('refused')
    expect(cloudLink()?.text).toContain('GOOGLE_APPLICATION_CREDENTIALS')
    expect(room.sync.offSite()).toMatchObject({ state: 'trouble', text: '0 of 2 off-site, no access' })
    cloud.token = 'wrong'
    room.sync.tryNow('cloud-storage')
    await expect.poll(() => room.sync.offSite().state).toBe('all')
  })

  it('a crash of this workstation in the middle costs nothing that had arrived', async () => {
    room = await aSyncRoom(environment())
    const study = room.addStudy({ files: Array.from({ length: 30 }, () => randomBytes(20_000)) })
    cloud.faults = [...Array.from({ length: 14 }, () => ({ on: 'multipart', piece: {} }) as const), { on: 'multipart', stall: true }, { on: 'multipart', cutAnswer: true }]
    room.sign(study)
    const settling = room.settle()
    await expect.poll(() => cloud.requests.filter(({ doing }) => doing === 'multipart').length).toBeGreaterThanOrEqual(16)
    // What a killed process leaves: a row that says "sending", and bytes at the target that no row knows.
    const after = await room.restart()
    await settling
    room = after
    room.clock.advance(120)
    await room.settle()
    expectWhole(study)
    expect(room.sync.offSite().state).toBe('all')
    expect(cloud.received()).toBeLessThan(30 * 20_000 + 200_000)
  })
})

describe('the queue', () => {
  it('steps over an item that can not go, says why, and sends it when it can', async () => {
    room = await aSyncRoom(environment())
    const [bad, good] = [room.addStudy(), room.addStudy()]
    const path = join(room.folder, 'blobs', sha256(bad.files[1] ?? Buffer.alloc(0)))
    writeFileSync(path, 'damaged')
    room.sign(bad)
    room.sign(good)
    await room.settle()
    expectWhole(good)
    const [dead] = items({ state: 'dead' })
    expect(dead).toMatchObject({ kind: 'study-upload', studyUid: bad.studyUid, isRetryable: true, isCancellable: false })
    expect(dead?.lastError).toContain('vigil db check')
    expect(room.sync.offSite()).toMatchObject({ state: 'trouble', confirmed: 3, total: 4 })
    writeFileSync(path, bad.files[1] ?? '')
    room.sync.retry(dead?.id ?? '', admin)
    await room.settle()
    expectWhole(bad)
    expect(room.sync.offSite().state).toBe('all')
  })

  it('is held by a pause, by the hours and by a metered link, each with its words', async () => {
    room = await aSyncRoom(environment())
    room.sync.pause(null, true, admin)
    room.sign(room.addStudy())
    await room.settle()
    expect(items()[0]).toMatchObject({ state: 'waiting', waitsFor: 'Paused.' })
    room.sync.pause(null, false, admin)
    const hour = room.clock.now().getHours()
    const at = (hours: number) => `${String((hour + hours + 24) % 24).padStart(2, '0')}:00`
    room.sync.changeSettings({ hours: { from: at(2), to: at(5) } }, admin)
    await room.settle()
    expect(items()[0]?.waitsFor).toBe(`Uploads run from ${at(2)} to ${at(5)}.`)
    room.sync.changeSettings({ hours: { from: at(-23), to: at(1) }, isMetered: true }, admin)
    await room.settle()
    expect(items()[0]?.waitsFor).toContain('metered')
    room.sync.changeSettings({ sendsOnMetered: true }, admin)
    await room.settle()
    expect(room.sync.offSite().state).toBe('all')
  })

  it('gives up an item by hand, and says that it is not off-site', async () => {
    room = await aSyncRoom(environment())
    cloud.isDown = true
    const study = room.addStudy()
    room.sign(study)
    await room.settle()
    for (const { id } of items()) room.sync.cancel(id, admin)
    expect(items().map(({ state, lastError }) => [state, lastError])).toEqual([['cancelled', 'Called off by hand.'], ['cancelled', 'Called off by hand.']])
    cloud.isDown = false
    await room.settle()
    expect(room.sync.offSite()).toMatchObject({ state: 'some', confirmed: 0, total: 2, text: '0 of 2 off-site, offline, 2 called off' })
    room.sync.sendNow(study.studyUid, admin)
    room.sync.tryNow('cloud-storage')
    await expect.poll(() => room.sync.offSite().state).toBe('all')
    expect(() => { room.sync.cancel(items()[0]?.id ?? '', admin) }).toThrow('over')
  })

  it('is searched by patient, filtered by state, and given in pages', async () => {
    room = await aSyncRoom(environment())
    cloud.isDown = true
    for (let count = 0; count < 4; count++) room.sign(room.addStudy())
    const page = room.sync.items(SyncItemsQuery.parse({ limit: 5 }))
    expect([page.items.length, page.more, room.sync.items(SyncItemsQuery.parse({ limit: 5, before: page.items.at(-1)?.id })).items.length]).toEqual([5, true, 3])
    expect([items({ search: 'doe' }).length, items({ search: 'nobody' }).length, items({ state: 'done' }).length, items({ target: 'sms' }).length]).toEqual([8, 0, 0, 0])
    expect(items()[0]).toMatchObject({ patient: 'DOE JANE', title: 'Signed report: CT, 3 images' })
  })

  it('of ten thousand items is told in a blink', async () => {
    room = await aSyncRoom(environment())
    room.sync.pause(null, true, admin)
    const row = room.db.sqlite.prepare(`insert into outbox (id, target, kind, key, subject, payload, state, priority, attempts, bytes_done, next_at, created_by, created_at) values (?, 'cloud-storage', 'study-upload', ?, ?, '{}', ?, 0, 0, 0, '2026-01-01', 'x', '2026-01-01')`)
    room.db.sqlite.transaction(() => { for (let at = 0; at < 10_000; at++) row.run(`0190a000-0000-7000-8000-${String(at).padStart(12, '0')}`, `study:1.2.${at}:1`, `1.2.${at}`, at % 2 === 0 ? 'done' : 'waiting') })()
    const startedMs = performance.now()
    room.sync.status()
    room.sync.items(SyncItemsQuery.parse({}))
    expect(performance.now() - startedMs).toBeLessThan(500)
  })

  it('tells the windows of each change, and writes no patient into the log', async () => {
    room = await aSyncRoom(environment())
    room.sign(room.addStudy())
    await room.settle()
    expect(room.events.some(({ type }) => type === 'sync-changed')).toBe(true)
    expect(JSON.stringify(room.logged)).not.toMatch(/DOE|upload_id/)
  })
})

describe('captions', () => {
  let service: CaptionsStandIn
  const window = { windowId: 'w-1', timestamp: 1_790_000_000, chunkStartS: 0, chunkEndS: 1, caption: 'A hand holds a cup.', latencyMs: 200, tokensGenerated: null }
  beforeEach(async () => { service = await captionsStandIn() })
  afterEach(async () => { await service.close() })
  const settings = () => ({ WORKER_BASE_URL: service.url, MAGIC_WORD: 'open sesame' })

  it('go to the service that takes them, each once, with the names that it knows', async () => {
    room = await aSyncRoom(settings())
    room.sync.forwardCaption(window, 'glasses')
    room.sync.forwardCaption(window, 'glasses')
    await room.settle()
    expect(service.received).toEqual(['w-1'])
    expect(service.kept.get('w-1')).toEqual({ windowId: 'w-1', timestamp: 1_790_000_000, chunkStartS: 0, chunkEndS: 1, caption: 'A hand holds a cup.', latencyMs: 200 })
  })

  it('are not queued where nothing is set', async () => {
    room = await aSyncRoom({ WORKER_BASE_URL: service.url })
    expect(room.sync.forwardCaption(window, 'glasses')).toBeNull()
    expect(items()).toEqual([])
  })

  it.each([
    ['a word that is not known', { MAGIC_WORD: 'wrong' }, [], 'refused', 'waiting'],
    ['a busy service', {}, [{ status: 503 }], 'online', 'waiting'],
    ['a sign-in page', {}, Array.from({ length: 9 }, () => 'page' as const), 'captive-portal', 'waiting'],
    ['a caption that it does not take', {}, [{ status: 422 }], 'unknown', 'dead'],
    ['an answer that was lost', {}, ['cut-after'], 'online', 'done']
  ] as const)('meet %s', async (_what, change, answers, link, state) => {
    room = await aSyncRoom({ ...settings(), ...change })
    service.answers = [...answers]
    room.sync.forwardCaption(window, 'glasses')
    await room.settle()
    expect([room.sync.status().targets.find(({ target }) => target === 'captions')?.state, items()[0]?.state]).toEqual([link, state])
    expect(service.kept.size).toBe(state === 'done' ? 1 : 0)
  })
})

it('a storage folder of another disk that is not there is no place to write to', async () => {
  const other = await aSyncRoom({})
  room = await aSyncRoom({ LOCAL_STORAGE_ROOT: join(other.folder, 'unplugged') })
  await other.stop()
  rmSync(other.folder, { recursive: true, force: true })
  room.sign(room.addStudy())
  await room.settle()
  expect(cloudLink()).toMatchObject({ state: 'offline', text: 'The storage folder is not there. Perhaps its disk or share is not connected.' })
})
