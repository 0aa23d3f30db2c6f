import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SyncItems, SyncReport, SyncStatus } from '../src-shared/sync.ts'
import { SystemState } from '../src-shared/system.ts'
import { cloudStandIn, type CloudStandIn } from './support/cloud-storage/stand-in.ts'
import { aReviewedStudy, type ReviewedStudy } from './support/reviewed-study.ts'

/** From a folder of DICOM to a signed report in the bucket, through the whole edge. */
let cloud: CloudStandIn
let study: ReviewedStudy
beforeAll(async () => {
  cloud = await cloudStandIn()
  cloud.isDown = true
  study = await aReviewedStudy({}, { GCS_BUCKET: 'clinic-bucket', GCS_ENDPOINT: cloud.url })
}, 120_000)
afterAll(async () => {
  await study.stop()
  await cloud.close()
})
const get = async (path: string): Promise<unknown> => (await study.browser.get(path)).json()
const status = async () => SyncStatus.parse(await get('/api/sync'))

describe('a report that is signed while the cloud is silent', () => {
  it('waits in the queue with the reason, and both lights tell the truth', async () => {
    expect((await status()).offSite).toEqual({ state: 'all', confirmed: 0, total: 0, text: 'nothing to send off-site yet' })
    await study.sign()
    await expect.poll(async () => (await status()).targets.find(({ target }) => target === 'cloud-storage')?.state).toBe('offline')
    const queue = async () => SyncItems.parse(await get('/api/sync/items')).items
    await expect.poll(async () => (await queue()).map(({ kind, state, waitsFor }) => [kind, state, waitsFor])).toEqual([['report-bundle', 'waiting', expect.stringContaining('cloud storage')], ['study-upload', 'waiting', expect.stringContaining('cloud storage')]])
    expect((await queue())[1]?.title).toMatch(/^Images: CT .*60 images$/)
    // While the copies were being put together, something was written.
    await expect.poll(async () => {
      const system = SystemState.parse(await get('/api/system'))
      return [system.isSafeToSwitchOff, system.offSite.text]
    }, { timeout: 10_000 }).toEqual([true, '0 of 2 off-site, offline'])
  })

  it('leaves when the cloud answers, every byte of it, and is told with its checksum', async () => {
    cloud.isDown = false
    expect((await study.browser.send('POST', '/api/sync/targets/cloud-storage/try')).status).toBe(200)
    await expect.poll(async () => (await status()).offSite.state, { timeout: 15_000 }).toBe('all')
    const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
    const folder = join(study.folder, 'dicom')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.dcm$|IM/.test(name)).map((name) => sha(readFileSync(join(folder, name)))).toSorted()
    expect([...cloud.bucket.objects.values()].filter(({ name }) => name.endsWith('.dcm')).map(({ bytes }) => sha(bytes)).toSorted()).toEqual(files)
    const pdf = [...cloud.bucket.objects.values()].find(({ contentType }) => contentType === 'application/pdf')
    expect(pdf?.bytes.subarray(0, 5).toString()).toBe('%PDF-')
    const { lines } = SyncReport.parse(await get('/api/sync/report'))
    expect(lines.map(({ kind, place, checksum }) => [kind, /^gs:\/\/clinic-bucket\/ct-uploads\/.*\/manifest-\d\.json$/.test(place), /^crc32c \S+==$/.test(checksum)])).toEqual([['report-bundle', true, true], ['study-upload', true, true]])
    const csv = await study.browser.get('/api/sync/report.csv')
    expect([csv.headers.get('content-type'), (await csv.text()).split('\r\n').length]).toEqual(['text/csv; charset=utf-8', 3])
  })

  it('goes along with each addendum', async () => {
    const before = cloud.bucket.objects.size
    const response = await study.browser.send('POST', `${study.url}/report/addenda`, { text: 'Seen again.', password: 'correct horse battery' })
    expect(response.status).toBeLessThan(300)
    await expect.poll(async () => (await status()).offSite, { timeout: 15_000 }).toMatchObject({ state: 'all', total: 3 })
    expect(cloud.bucket.objects.size - before).toBe(3)
  })
})

describe('copies without the patient', () => {
  it('hold the images, cleaned, under other UIDs, and no report; a result that comes back finds its study', async () => {
    const before = new Set(cloud.bucket.objects.keys())
    await study.browser.send('PUT', '/api/sync/settings', { isDeidentified: true, keep: ['dates-modified'] })
    await expect.poll(async () => (await status()).offSite, { timeout: 20_000 }).toMatchObject({ state: 'all', confirmed: 1, total: 1 })
    const sent = [...cloud.bucket.objects.values()].filter(({ name }) => !before.has(name))
    const { pseudonyms } = study.edge.rooms.studies.copies
    const substitute = pseudonyms.uid(study.truth.studyUid)
    expect(sent.map(({ name }) => name.split('/').slice(-2)[0]).filter((part) => part === 'instances')).toHaveLength(60)
    for (const { name, bytes } of sent) {
      expect(name).toContain(`/deidentified/${substitute}/`)
      const text = bytes.subarray(0, 8000).toString('latin1')
      for (const secret of ['REVIEWED', 'PHANTOM^', study.truth.studyUid, study.truth.seriesUid]) expect([name, text.includes(secret)]).toEqual([name, false])
    }
    expect(sent.some(({ contentType }) => contentType === 'application/pdf')).toBe(false)
    const manifest = JSON.parse(sent.find(({ name }) => name.includes('manifest'))?.bytes.toString('utf8') ?? '{}') as { studyUid: string, isDeidentified: boolean, leftOut: Record<string, number> }
    expect([manifest.studyUid, manifest.isDeidentified, manifest.leftOut, pseudonyms.originalOf(substitute)]).toEqual([substitute, true, {}, study.truth.studyUid])
  })

  it('are not made of what was queued for whole copies, nor the other way round', async () => {
    await study.browser.send('POST', '/api/sync/pause')
    await study.browser.send('PUT', '/api/sync/settings', { isDeidentified: false })
    await study.browser.send('POST', `${study.url}/report/addenda`, { text: 'Once more.', password: 'correct horse battery' })
    await study.browser.send('PUT', '/api/sync/settings', { isDeidentified: true })
    const before = cloud.bucket.objects.size
    await study.browser.send('POST', '/api/sync/resume')
    const found = async () => SyncItems.parse(await get('/api/sync/items?state=cancelled')).items.map(({ kind, lastError }) => [kind, lastError])
    await expect.poll(found, { timeout: 10_000 }).toEqual([['report-bundle', expect.stringContaining('another setting about the patient')]])
    expect(cloud.bucket.objects.size).toBe(before)
  })
})

describe('who may do what', () => {
  it('a script may not look, and nothing is set without an administrator', async () => {
    const anonymous = await study.edge.console(new Request('http://127.0.0.1:4870/api/sync'))
    expect(anonymous.status).toBe(401)
    expect((await study.browser.send('PUT', '/api/sync/settings', { what: 'everything' })).status).toBe(400)
    expect((await study.browser.send('PUT', '/api/sync/settings', { hours: { from: '25:00', to: '06:00' } })).status).toBe(400)
    expect(SyncStatus.parse(await (await study.browser.send('PUT', '/api/sync/settings', { maxBytesPerSecond: 1_000_000 })).json()).settings.maxBytesPerSecond).toBe(1_000_000)
    expect((await study.browser.send('POST', '/api/sync/items/0190a000-0000-7000-8000-000000000009/retry')).status).toBe(404)
    expect((await study.browser.send('POST', '/api/studies/1.2.3/send')).status).toBe(404)
  })
})
