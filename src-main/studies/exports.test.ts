import { createHash } from 'node:crypto'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPromise } from 'yauzl'
import { aDicomFile, aSlice } from '../../test/support/dicom-file.ts'
import { aStudiesApp, aStudiesRoom, somebody, type StudiesRoom } from '../../test/support/studies-room.ts'
import type { HttpEnv } from '../platform/http.ts'

let room: StudiesRoom
let app: Hono<HttpEnv>
/** Three slices whose instance numbers lie about their order. */
const slices = [3, 1, 2].map((number, place) => aDicomFile(aSlice({ study: '2.7', series: '2.7.1', instance: `2.7.1.${place}`, number, positionMm: [0, 0, place * 5], fill: 100 + place })))
const other = aDicomFile(aSlice({ study: '2.7', series: '2.7.2', instance: '2.7.2.1', modality: 'MR', more: [[0x0008103e, 'LO', 'Knee of Jane Doe']] }))
const foreign = aDicomFile(aSlice({ study: '2.8', series: '2.8.1', instance: '2.8.1.1' }))

beforeAll(async () => {
  room = await aStudiesRoom()
  app = aStudiesApp(room)
  await room.studies.importPaths([room.write({ 'a/1': slices[1] ?? other, 'a/2': slices[2] ?? other, 'a/3': slices[0] ?? other, 'a/4': other, 'a/5': foreign })], { actor: somebody })
})
afterAll(() => room.stop())

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function filesOf(response: Response, name: string): Promise<{ path: string, files: { name: string, sha256: string }[] }> {
  const path = join(room.folder, name)
  writeFileSync(path, Buffer.from(await response.arrayBuffer()))
  const files = []
  const zip = await openPromise(path)
  for await (const entry of zip.eachEntry()) {
    const hash = createHash('sha256')
    for await (const chunk of await zip.openReadStreamPromise(entry)) hash.update(chunk)
    files.push({ name: entry.fileName, sha256: hash.digest('hex') })
  }
  return { path, files }
}

describe('a series as DICOM', () => {
  it('leaves as it came in, in the order of its positions', async () => {
    const answer = await app.request('/api/series/2.7.1/dicom.zip')
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition'), answer.headers.get('cache-control')])
      .toEqual([200, 'application/zip', 'attachment; filename="vigil-ct-2.zip"', 'no-store'])
    const said = Number(answer.headers.get('content-length'))
    const { files, path } = await filesOf(answer, 'series.zip')
    expect(files).toEqual(slices.map((bytes, index) => ({ name: `ct-2/000${index + 1}.dcm`, sha256: sha(bytes) })))
    expect(statSync(path).size).toBe(said)
    expect(room.audited.at(-1)).toEqual({ actor: somebody.id, actorName: somebody.name, action: 'study.export', subject: '2.7', detail: { kind: 'dicom', series: 1, instances: 3, bytes: said } })
  })

  it('comes back as duplicates only', async () => {
    const { path } = await filesOf(await app.request('/api/studies/2.7/dicom.zip'), 'study.zip')
    const { result } = await room.studies.importPaths([path], { actor: somebody })
    expect(result).toMatchObject({ imported: 0, duplicates: 4, rejected: [] })
  })
})

describe('a study as DICOM', () => {
  it('keeps its series apart in folders that do not name the patient', async () => {
    const answer = await app.request('/api/studies/2.7/dicom.zip')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="vigil-study-ct-mr.zip"')
    const { files } = await filesOf(answer, 'study.zip')
    expect(files.map(({ name }) => name)).toEqual(['ct-2/0001.dcm', 'ct-2/0002.dcm', 'ct-2/0003.dcm', 'mr-2/0001.dcm'])
    expect(files.at(-1)?.sha256).toBe(sha(other))
  })

  it('is announced without being written down', async () => {
    const said = await (await app.request('/api/studies/2.7/export')).json() as { bytes: number }
    expect(said).toMatchObject({ fileName: 'vigil-study-ct-mr.zip', files: 4 })
    const before = room.audited.length
    const head = await app.request('/api/studies/2.7/dicom.zip', { method: 'HEAD' })
    expect([head.status, Number(head.headers.get('content-length')), (await head.arrayBuffer()).byteLength]).toEqual([200, said.bytes, 0])
    expect(room.audited.length).toBe(before)
  })
})

it('the files of a series are told in the order of its images, of a document as well', async () => {
  expect(await (await app.request('/api/series/2.7.1/instances')).json()).toEqual({ sopInstanceUids: ['2.7.1.0', '2.7.1.1', '2.7.1.2'] })
  expect((await app.request('/api/series/9.9/instances')).status).toBe(404)
})

describe('what a window makes of images', () => {
  const say = (studyUid: string, body: unknown, headers: Record<string, string> = {}) =>
    app.request(`/api/studies/${studyUid}/exports`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
  const request = { kind: 'image', seriesUids: ['2.7.1'], images: 1, hasNames: false }

  it('is written down before it leaves, without the patient', async () => {
    expect((await say('2.7', request)).status).toBe(204)
    expect(room.audited.at(-1)).toMatchObject({ action: 'study.export', subject: '2.7', detail: { kind: 'image', series: 1, images: 1, hasNames: false } })
  })

  it.each([
    ['2.9', request, 404], ['2.8', request, 404], ['2.7', { ...request, kind: 'dicom' }, 400], ['2.7', { ...request, seriesUids: [] }, 400], ['2.7', { ...request, images: 0 }, 400]
  ])('of study %s as %o is answered %i', async (studyUid, body, status) => {
    const before = room.audited.length
    expect((await say(studyUid, body)).status).toBe(status)
    expect(room.audited.length).toBe(before)
  })
})

it.each(['/api/series/2.7.1/dicom.zip', '/api/studies/2.7/dicom.zip', '/api/series/2.7.1/export', '/api/studies/2.7/export'])('%s is for those who signed in', async (path) => {
  expect((await app.request(path, { headers: { 'x-nobody': '1' } })).status).toBe(401)
})
it.each(['/api/series/9.9/dicom.zip', '/api/studies/9.9/dicom.zip', '/api/series/9.9/export', '/api/studies/9.9/export'])('%s is not there', async (path) => { expect((await app.request(path)).status).toBe(404) })
