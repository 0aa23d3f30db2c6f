import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloudStandIn, type CloudStandIn } from '../../test/support/cloud-storage/stand-in.ts'
import { aDicomFile, aSlice } from '../../test/support/dicom-file.ts'
import { aFolder, anEdge, home, signedIn, type Browser, type TestEdge } from '../../test/support/edge.ts'
import { zipOf } from '../../test/support/zip-of.ts'
import { CtRequest, SignedUpload } from '../../src-shared/ct.ts'
import { writePhantom } from '../analysis/phantom/index.ts'
import { parseConfig } from '../platform/config.ts'

const apiToken = 'a-token-of-the-hospital'
const token = { authorization: `Bearer ${apiToken}` }
const json = { 'content-type': 'application/json' }
let test: TestEdge
let browser: Browser
const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: BodyInit) => test.edge.console(new Request(`${home}${path}`, { method, headers, ...(body === undefined ? {} : { body }) }))
const post = (path: string, body: unknown, headers: Record<string, string> = token) => ask('POST', path, { ...json, ...headers }, JSON.stringify(body))
const view = async (id: string) => CtRequest.parse(await (await ask('GET', `/ct/${id}`, token)).json())
const slices = (study: string, count = 3) => Array.from({ length: count }, (_, index) => aDicomFile(aSlice({ study, series: `${study}.1`, instance: `${study}.1.${index + 1}`, number: index + 1, positionMm: [0, 0, index] })))
/** As `scripts` see it: until it stands somewhere. */
const settled = async (id: string) => {
  await expect.poll(async () => (await view(id)).state, { timeout: 20_000 }).not.toMatch(/queued|fetching|analysing/)
  return view(id)
}

describe('with local storage', () => {
  beforeAll(async () => {
    test = await anEdge({ config: { apiToken } })
    await test.edge.start()
    browser = await signedIn(test.edge)
  })
  afterAll(() => test.stop())
  const sign = async (more: Readonly<Record<string, unknown>> = {}) => SignedUpload.parse(await (await post('/ct/sign-upload', { filename: 'ct.zip', contentType: 'application/zip', ...more })).json())
  const put = async ({ uploadUrl, headers }: SignedUpload, body: Buffer, more: Record<string, string> = {}) => test.edge.console(new Request(uploadUrl, { method: 'PUT', headers: { ...headers, 'content-length': String(body.length), ...more }, body: new Uint8Array(body) }))

  it('gives an address for one upload, fetches it, takes it in and has it analysed', async () => {
    const folder = await aFolder()
    const { studyUid, findings } = await writePhantom({ name: 'BY ADDRESS', rows: 200, columns: 240, slices: 60, pixelSpacingMm: [1.5, 1.4], sliceSpacingMm: 3, sliceThicknessMm: 3, centreMm: [0, 0, 75], noiseHu: 6, objects: [{ kind: 'stone', place: 'kidney', side: 'left', along: 0.7, diameterMm: 12, hu: 950 }] }, folder.path)
    const files = readdirSync(folder.path).filter((name) => name.endsWith('.dcm'))
    const zip = await zipOf(files.map((name) => [name, readFileSync(join(folder.path, name))]))
    await folder.remove()
    const address = await sign()
    expect((await browser.send('POST', '/api/ct/sign-upload', {})).status).toBe(200)
    expect([new URL(address.uploadUrl).origin, address.method, address.headers, address.expiresIn]).toEqual([home, 'PUT', { 'content-type': 'application/zip' }, 900])
    expect((await put(address, zip)).status).toBe(200)
    const answer = await post('/ct/analyze-uri', { uri: address.uri })
    expect(answer.status).toBe(202)
    const { id } = CtRequest.parse(await answer.json())
    expect(CtRequest.parse(await (await post('/api/ct/analyze-uri', { gcs_uri: address.uri })).json()).id).toBe(id)
    const done = await settled(id)
    expect([done.state, done.error]).toEqual(['needs-review', null])
    expect(done.studies).toMatchObject([{ studyUid, status: 'needs-review', analysis: { state: 'awaiting-clinician' } }])
    expect(done.studies[0]?.result?.findings.filter(({ kind }) => kind === 'stone')).toHaveLength(findings.length)
  })

  it('takes one upload an address, of its type, of its size, in its time', async () => {
    const address = await sign({ sizeBytes: 1000 })
    expect((await put(address, Buffer.alloc(10), { 'content-type': 'text/plain' })).status).toBe(403)
    expect((await put(address, Buffer.alloc(1001))).status).toBe(413)
    expect((await put(address, Buffer.alloc(0))).status).toBe(400)
    expect((await put(address, Buffer.alloc(10))).status).toBe(200)
    expect((await put(address, Buffer.alloc(10))).status).toBe(409)
    const late = await sign()
    test.clock.advance(901)
    expect((await put(late, Buffer.alloc(10))).status).toBe(403)
    expect((await ask('PUT', `/ct/uploads/${'a'.repeat(43)}`, {}, 'x')).status).toBe(404)
  })

  it('answers a page of another site at such an address, and nowhere else', async () => {
    const address = await sign()
    const body = aDicomFile(aSlice())
    const given = await put(address, body, { origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' })
    expect([given.status, given.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
    expect((await post('/ct/analyze-uri', { uri: address.uri }, { ...token, origin: 'http://localhost:3000' })).status).toBe(403)
  })

  it('fetches nothing but what lies in its own inbox', async () => {
    for (const uri of ['http://127.0.0.1:1/x', 'file:///etc/passwd', 'gs://other/ct-uploads/x', 'local://../vigil.sqlite', 'local://ct-uploads/../../x', '/etc/passwd', 'elsewhere/x']) {
      const answer = await post('/ct/analyze-uri', { uri })
      expect([uri, answer.status]).toEqual([uri, 403])
      expect((await answer.json() as { detail: string }).detail).toContain('Only objects below local://ct-uploads/')
    }
    expect((await settled(CtRequest.parse(await (await post('/ct/analyze-uri', { uri: 'local://ct-uploads/incoming/none.zip' })).json()).id)).error).toContain('Nothing has been sent')
  })

  it('analyses files that come in the request, and studies that are here', async () => {
    const [file] = slices('1.2.826.0.1.3680043.10.66.2', 1)
    const direct = await ask('POST', '/ct/analyze', { ...token, 'content-type': 'application/dicom' }, new Uint8Array(file ?? Buffer.alloc(0)))
    expect([direct.status, CtRequest.parse(await direct.json()).studies.map(({ studyUid }) => studyUid)]).toEqual([202, ['1.2.826.0.1.3680043.10.66.2']])
    expect((await post('/ct/analyze', { study_uid: '1.2.826.0.1.3680043.10.66.2' })).status).toBe(202)
    expect((await post('/ct/analyze', { study_uid: '1.2.3.4.5.6' })).status).toBe(404)
    expect((await post('/ct/analyze', {})).status).toBe(400)
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(file ?? Buffer.alloc(0))]), 'a.dcm')
    const uploaded = await ask('POST', '/ct/upload', token, form)
    expect([uploaded.status, await uploaded.json()]).toMatchObject([200, { imported: 0, duplicates: 1 }])
  })

  it('asks for the token, and tells errors as either kind of client reads them', async () => {
    for (const path of ['/ct/sign-upload', '/api/ct/sign-upload', '/ct/analyze-uri', '/ct/analyze', '/ct/upload']) expect((await post(path, {}, {})).status).toBe(401)
    expect((await ask('GET', '/ct/0190a000-0000-7000-8000-000000000001')).status).toBe(401)
    const answer = await post('/ct/sign-upload', { contentType: 'not a type' })
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'invalid-request' }, detail: expect.stringContaining('contentType') }])
  })

  it('says how it is without a word on patients', async () => {
    expect(await (await ask('GET', '/health')).json()).toMatchObject({ status: 'ok', database: 'ok', storage: { mode: 'off', state: 'off' }, reader: 'none', queue: { waiting: 0, dead: 0 } })
  })
})

describe('with a bucket', () => {
  let cloud: CloudStandIn
  beforeAll(async () => {
    cloud = await cloudStandIn()
    process.env['METADATA_SERVER_DETECTION'] = 'none'
    test = await anEdge({ config: { apiToken, sync: parseConfig({ GCS_BUCKET: 'clinic-bucket', GCS_ENDPOINT: cloud.url }).sync } })
    await test.edge.start()
  })
  afterAll(async () => { await test.stop(); await cloud.close() })

  it('says what it lacks where the credentials can not sign', async () => {
    const answer = await post('/ct/sign-upload', {})
    expect([answer.status, (await answer.json() as { detail: string }).detail]).toEqual([503, expect.stringContaining('GOOGLE_APPLICATION_CREDENTIALS')])
  })

  it('streams an object of the bucket in, and analyses it', async () => {
    const [file] = slices('1.2.826.0.1.3680043.10.66.9', 1)
    const bytes = file ?? Buffer.alloc(0)
    await fetch(`${cloud.url}/upload/storage/v1/b/clinic-bucket/o?uploadType=multipart&name=ct-uploads%2Fincoming%2Fa.dcm`, { method: 'POST', headers: { 'content-type': 'multipart/related; boundary=b' }, body: Buffer.concat([Buffer.from('--b\r\n\r\n{}\r\n--b\r\ncontent-type: application/dicom\r\n\r\n'), bytes, Buffer.from('\r\n--b--\r\n')]) })
    const { id } = CtRequest.parse(await (await post('/ct/analyze-uri', { uri: 'gs://clinic-bucket/ct-uploads/incoming/a.dcm' })).json())
    expect((await settled(id)).studies).toMatchObject([{ studyUid: '1.2.826.0.1.3680043.10.66.9' }])
    const { sha256 } = test.edge.rooms.studies.instance('1.2.826.0.1.3680043.10.66.9.1.1')
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect((await settled(CtRequest.parse(await (await post('/ct/analyze-uri', { uri: 'gs://clinic-bucket/ct-uploads/incoming/none.dcm' })).json()).id)).error).toContain('no such object')
  })
})
