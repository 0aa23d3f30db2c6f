import type { Hono } from 'hono'
import yazl from 'yazl'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, aUid } from '../../test/support/dicom-file.ts'
import { aStudiesApp, aStudiesRoom, somebody, type StudiesRoom } from '../../test/support/studies-room.ts'
import type { HttpEnv } from '../platform/http.ts'
import { ImportProgress, ImportResult, ImportSummary } from '../../src-shared/studies.ts'

let room: StudiesRoom
let app: Hono<HttpEnv>
beforeEach(async () => {
  room = await aStudiesRoom()
  app = aStudiesApp(room)
})
afterEach(() => room.stop())

const json = (method: string, path: string, body: unknown = {}) => app.request(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
const put = (id: string, name: string, bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  app.request(`/api/imports/${id}/files?path=${encodeURIComponent(name)}`, { method: 'PUT', body: bytes, headers })
const opened = async (total: number | null = null) => ImportProgress.parse(await (await json('POST', '/api/imports/uploads', { label: 'Dropped', total })).json())
const slice = () => bytesOf(aDicomFile(aSlice({ study: '1.7', series: '1.7.1' })))
const bytesOf = (bytes: Buffer) => new Uint8Array(bytes)

async function aZip(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new yazl.ZipFile()
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(Buffer.from(bytes), name)
  zip.end()
  return new Uint8Array(await buffer(zip.outputStream))
}

describe('an upload of dropped files', () => {
  it('takes one file a request and ends when it is told to', async () => {
    const { id, state } = await opened(2)
    expect(state).toBe('receiving')
    expect((await put(id, 'CT/IM1', slice())).status).toBe(200)
    expect((await put(id, 'CT/IM2', slice())).status).toBe(200)
    expect((await put(id, 'CT/letter.txt', new TextEncoder().encode('hello'))).status).toBe(200)
    const done = ImportProgress.parse(await (await json('POST', `/api/imports/${id}/finish`)).json())
    expect(done).toMatchObject({ state: 'done', done: 3, imported: 2, rejected: 1, studyUids: ['1.7'] })
    const summary = ImportSummary.parse(await (await app.request(`/api/imports/${id}`)).json())
    expect(summary.rejections).toMatchObject([{ path: 'CT/letter.txt', code: 'not-dicom' }])
    expect((await put(id, 'CT/IM3', slice())).status).toBe(409)
    expect((await (await app.request('/api/imports')).json())).toMatchObject([{ id }])
  })

  it('lists a file whose transfer was cut off', async () => {
    const { id } = await opened()
    const bytes = slice()
    await put(id, 'IM1', bytes, { 'content-length': String(bytes.length + 10) })
    expect(room.studies.imports.summary(id).rejections).toMatchObject([{ path: 'IM1', code: 'truncated' }])
  })

  it('can be cancelled', async () => {
    const { id } = await opened()
    await put(id, 'IM1', slice())
    expect(await (await app.request(`/api/imports/${id}`, { method: 'DELETE' })).json()).toMatchObject({ state: 'cancelled', imported: 1 })
    expect(room.studies.worklist({ search: '', sort: 'importedAt', order: 'desc', offset: 0, limit: 10 }).rows[0]).toMatchObject({ instanceCount: 1 })
  })

  it('needs a name, a body and an import', async () => {
    const { id } = await opened()
    expect((await app.request(`/api/imports/${id}/files`, { method: 'PUT', body: 'x' })).status).toBe(400)
    expect((await app.request(`/api/imports/${id}/files?path=a`, { method: 'PUT' })).status).toBe(400)
    expect((await put('01900000-0000-7000-8000-000000000000', 'a', slice())).status).toBe(409)
    expect((await app.request('/api/imports/nonsense')).status).toBe(400)
  })
})

describe('POST /api/ct/upload', () => {
  const upload = (body: BodyInit, headers: Record<string, string> = {}) => app.request('/api/ct/upload?name=scan', { method: 'POST', body, headers })

  it('takes a raw DICOM file', async () => {
    const result = ImportResult.parse(await (await upload(slice(), { 'content-type': 'application/dicom' })).json())
    expect(result).toMatchObject({ imported: 1, studies: [{ studyUid: '1.7', patientName: 'Doe^Jane', studyDate: '2026-01-02' }] })
  })

  it('takes a zip and names its entries', async () => {
    const result = ImportResult.parse(await (await upload(await aZip({ 'CT/a': slice(), 'CT/b': slice(), 'readme.txt': new TextEncoder().encode('hi') }))).json())
    expect(result).toMatchObject({ imported: 2, rejected: [{ path: 'scan/readme.txt', code: 'not-dicom' }] })
  })

  it('takes several files of a form', async () => {
    const form = new FormData()
    form.append('files', new File([slice()], 'a.dcm'))
    form.append('note', 'not a file')
    form.append('files', new File([await aZip({ b: slice() })], 'b.zip'))
    expect(await (await upload(form)).json()).toMatchObject({ imported: 2, rejected: [] })
  })

  it('refuses a form without files, without a boundary, or cut short', async () => {
    const form = new FormData()
    form.append('note', 'nothing')
    expect((await upload(form)).status).toBe(400)
    expect((await upload('x', { 'content-type': 'multipart/form-data' })).status).toBe(400)
    expect((await upload('--b\r\ncontent-disposition: form-data; name="f"; filename="a"\r\n\r\nabc', { 'content-type': 'multipart/form-data; boundary=b' })).status).toBe(400)
    expect(room.studies.imports.recent(5).map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  })

  it('asks for an import by full paths and by somebody', async () => {
    expect((await json('POST', '/api/imports', { paths: ['relative'] })).status).toBe(400)
    expect((await app.request('/api/imports', { headers: { 'x-nobody': '1' } })).status).toBe(401)
    const started = await json('POST', '/api/imports', { paths: [room.write({ 'ct/a': slice() })] })
    expect(started.status).toBe(202)
    const { id } = ImportProgress.parse(await started.json())
    await expect.poll(() => room.studies.imports.progress(id).state, { timeout: 20_000 }).toBe('done')
  })
})

describe('a zip', () => {
  const importZip = async (bytes: Uint8Array) => (await room.studies.importPaths([room.write({ 'a.zip': bytes })], { actor: somebody })).result
  const codes = async (bytes: Uint8Array) => (await importZip(bytes)).rejected.map(({ path, code }) => [path, code])

  it('is read through its directory; folders and other files are no trouble', async () => {
    const zip = new yazl.ZipFile()
    zip.addEmptyDirectory('CT')
    zip.addBuffer(Buffer.from(slice()), 'CT/ä.dcm')
    zip.addBuffer(Buffer.from(slice()), 'CT/b', { compress: false })
    zip.end()
    expect(await importZip(await buffer(zip.outputStream))).toMatchObject({ imported: 2, rejected: [] })
    expect(room.studies.imports.recent(1)).toMatchObject([{ total: 2, done: 2, state: 'done' }])
  })

  it('never lets a name point outside', async () => {
    const zip = Buffer.from(await aZip({ 'xx/evil.dcm': slice(), 'good': slice() }))
    const evil = Buffer.from(zip.toString('latin1').replaceAll('xx/evil.dcm', '../evil.dcm'), 'latin1')
    const result = await importZip(evil)
    expect(result).toMatchObject({ imported: 1, rejected: [{ code: 'zip-unsafe-path' }] })
    expect(await codes(Buffer.from(zip.toString('latin1').replaceAll('xx/evil.dcm', '/etc/cron.d'), 'latin1'))).toEqual([['a.zip//etc/cron.d', 'zip-unsafe-path']])
  })

  it('refuses an encrypted entry with a way out', async () => {
    const zip = Buffer.from(await aZip({ a: slice() }))
    zip.writeUInt16LE(zip.readUInt16LE(6) | 1, 6)
    const central = zip.indexOf('PK\u0001\u0002', 0, 'latin1')
    zip.writeUInt16LE(zip.readUInt16LE(central + 8) | 1, central + 8)
    expect((await importZip(zip)).rejected).toMatchObject([{ path: 'a.zip/a', code: 'zip-encrypted', reason: expect.stringContaining('password') }])
  })

  it('refuses a bomb by its own numbers, before unpacking', async () => {
    const bomb = await aZip({ bomb: Buffer.alloc(80e6), good: slice() })
    expect(bomb.length).toBeLessThan(1e6)
    expect(await importZip(bomb)).toMatchObject({ imported: 1, rejected: [{ path: 'a.zip/bomb', code: 'zip-bomb' }] })
  })

  it('refuses an entry that unpacks to more than it says', async () => {
    const zip = Buffer.from(await aZip({ a: Buffer.alloc(400_000) }))
    const central = zip.indexOf('PK\u0001\u0002', 0, 'latin1')
    zip.writeUInt32LE(1000, central + 24)
    expect(await codes(zip)).toEqual([['a.zip/a', 'zip-damaged']])
  })

  it('does not open a zip inside a zip', async () => {
    expect(await codes(await aZip({ 'inner.zip': await aZip({ a: slice() }) }))).toEqual([['a.zip/inner.zip', 'unsupported-object']])
  })

  it('cut in half is listed as damaged, and so is a damaged entry', async () => {
    const zip = Buffer.from(await aZip({ a: slice(), b: slice() }))
    expect(await codes(zip.subarray(0, zip.length >> 1))).toEqual([['a.zip', 'zip-damaged']])
    const hurt = Buffer.from(zip)
    hurt.fill(0xff, 40, 90)
    const result = await importZip(hurt)
    expect(result.rejected.map(({ code }) => code)).toEqual(['zip-damaged'])
    expect(result.imported + result.duplicates).toBe(1)
  })

  it('whose directory is damaged half-way gives what comes before', async () => {
    const zip = Buffer.from(await aZip({ a: slice(), b: slice() }))
    const first = zip.indexOf('PK\u0001\u0002', 0, 'latin1')
    zip.fill(0, zip.indexOf('PK\u0001\u0002', first + 4, 'latin1'), zip.indexOf('PK\u0001\u0002', first + 4, 'latin1') + 4)
    expect(await importZip(zip)).toMatchObject({ imported: 1, rejected: [{ path: 'a.zip', code: 'zip-damaged', reason: expect.stringContaining('directory') }] })
  })

  it('of a whole folder gives the same rows as the folder', async () => {
    const uid = aUid()
    const files = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`ct/${index}`, bytesOf(aDicomFile(aSlice({ series: uid, study: `${uid}.1`, number: index + 1 })))]))
    await room.studies.importPaths([room.write(files)], { actor: somebody })
    expect(await importZip(await aZip(files))).toMatchObject({ imported: 0, duplicates: 9 })
  })
})
