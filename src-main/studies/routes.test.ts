import { readFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import type { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, encapsulated, writeDataSet, type Attribute } from '../../test/support/dicom-file.ts'
import { missingData, sharedData } from '../../test/support/shared-data.ts'
import { aStudiesApp, aStudiesRoom, somebody, type StudiesRoom } from '../../test/support/studies-room.ts'
import type { HttpEnv } from '../platform/http.ts'
import { SeriesDescription, StudyDetail, Worklist } from '../../src-shared/studies.ts'
import { TagList } from '../../src-shared/tags.ts'

let room: StudiesRoom
let app: Hono<HttpEnv>
const plain = aDicomFile(aSlice({
  instance: '1.8.1.1', study: '1.8', series: '1.8.1', rows: 32, columns: 32,
  more: [
    [0x00081140, 'SQ', [[[0x00081155, 'UI', '1.5.6'], [0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.2']]]], [0x00091001, 'UN', Uint8Array.of(1, 2, 200)], [0x00280106, 'US', [7, 8]],
    [0x00204000, 'LT', 'x'.repeat(900)], [0x00189087, 'FD', 1.5], [0x00280009, 'AT', 0x00181063]
  ]
}))
const multi = aDicomFile(aSlice({ instance: '1.8.2.1', study: '1.8', series: '1.8.2', modality: 'XA', more: [[0x00280008, 'IS', '3'], [0x00281101, 'US', 1], [0x7fe00010, 'OW', Uint8Array.from({ length: 96 }, (_, index) => index)]] }))
const deflated = Buffer.concat([aDicomFile([], { transferSyntaxUid: '1.2.840.10008.1.2.1.99' }), deflateRawSync(writeDataSet(aSlice({ instance: '1.8.3.1', study: '1.8', series: '1.8.3', fill: 77 }), { isExplicit: true, isLittleEndian: true }))])
const broken = Buffer.concat([aDicomFile(aSlice({ instance: '1.8.4.1', study: '1.8', series: '1.8.4' }).filter(([tag]: Attribute) => tag !== 0x7fe00010), { transferSyntaxUid: '1.2.840.10008.1.2.4.90' }), encapsulated([Uint8Array.from({ length: 40 }, () => 5)])])

beforeAll(async () => {
  room = await aStudiesRoom()
  app = aStudiesApp(room)
  await room.studies.importPaths([room.write({ 'a/1': plain, 'a/2': multi, 'a/3': deflated, 'a/4': broken })], { actor: somebody })
})
afterAll(() => room.stop())

const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers })
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

describe('the routes of studies', () => {
  it('answer the worklist, a study and a series by their schemas', async () => {
    expect(Worklist.parse(await (await get('/api/worklist?search=jane')).json())).toMatchObject({ total: 1, rows: [{ studyUid: '1.8', seriesCount: 4, instanceCount: 4, modalities: ['CT', 'XA'], status: 'new' }] })
    const detail = StudyDetail.parse(await (await get('/api/studies/1.8')).json())
    expect(detail.series.map(({ seriesUid }) => seriesUid).toSorted()).toEqual(['1.8.1', '1.8.2', '1.8.3', '1.8.4'])
    expect(SeriesDescription.parse(await (await get('/api/series/1.8.2')).json())).toMatchObject({ isVolume: false, spacingBasis: 'detector', frames: [{ frameNumber: 1 }, { frameNumber: 2 }, { frameNumber: 3 }] })
  })

  it.each(['/api/worklist', '/api/studies/1.8', '/api/series/1.8.1', '/api/series/1.8.1/thumbnail', '/api/instances/1.8.1.1/file', '/api/instances/1.8.1.1/frames/1', '/api/instances/1.8.1.1/tags'])(
    '%s is for those who signed in', async (path) => { expect((await get(path, { 'x-nobody': '1' })).status).toBe(401) })

  it.each([
    ['/api/studies/1.9', 404], ['/api/series/1.9', 404], ['/api/instances/1.9/file', 404], ['/api/instances/1.9/frames/1', 404], ['/api/instances/1.9/tags', 404], ['/api/series/1.9/thumbnail', 404],
    ['/api/studies/..%2Fetc', 400], ['/api/instances/1.8.1.1/frames/0', 400], ['/api/instances/1.8.1.1/frames/x', 400], ['/api/instances/1.8.1.1/frames/2', 404], ['/api/instances/1.8.1.1/frames/2?decoded=1', 404],
    ['/api/worklist?limit=0', 400], ['/api/instances/1.8.4.1/frames/1?decoded=1', 422], ['/api/series/1.8.4/thumbnail', 422]
  ])('%s answers %i', async (path, status) => { expect((await get(path)).status).toBe(status) })

  it('give the file as it came in, whole and by ranges', async () => {
    const whole = await get('/api/instances/1.8.1.1/file')
    expect(whole.headers.get('content-type')).toBe('application/dicom')
    expect(whole.headers.get('cache-control')).toBe('no-store')
    expect((await bytesOf(whole)).equals(plain)).toBe(true)
    const part = await get('/api/instances/1.8.1.1/file', { range: 'bytes=128-131' })
    expect([part.status, (await bytesOf(part)).toString()]).toEqual([206, 'DICM'])
  })

  it('give each frame by its own bytes', async () => {
    const frame = await get('/api/instances/1.8.2.1/frames/2')
    expect(frame.headers.get('x-transfer-syntax-uid')).toBe('1.2.840.10008.1.2.1')
    expect(frame.headers.get('cache-control')).toBe('no-store')
    expect([...await bytesOf(frame)]).toEqual(Array.from({ length: 32 }, (_, index) => index + 32))
    const inflated = await get('/api/instances/1.8.3.1/frames/1')
    expect(inflated.headers.get('x-transfer-syntax-uid')).toBe('1.2.840.10008.1.2.1')
    expect((await bytesOf(inflated)).readUInt16LE(30)).toBe(77)
  })

  it.skipIf(missingData('transfer-syntaxes') !== null)('decode a frame on request', async () => {
    const path = sharedData('transfer-syntaxes/small-mono/MR_small_RLE.dcm')
    await room.studies.importPaths([path], { actor: somebody })
    const uid = room.studies.worklist({ search: '', sort: 'importedAt', order: 'desc', offset: 0, limit: 1 }).rows.map(({ studyUid }) => room.studies.seriesOf(studyUid)[0]?.frames[0]?.sopInstanceUid)[0] ?? ''
    const encoded = await get(`/api/instances/${uid}/frames/1`)
    expect(encoded.headers.get('x-transfer-syntax-uid')).toBe('1.2.840.10008.1.2.5')
    const decoded = await get(`/api/instances/${uid}/frames/1?decoded=1`)
    expect(decoded.headers.get('x-transfer-syntax-uid')).toBe('1.2.840.10008.1.2.1')
    expect(decoded.headers.get('x-photometric-interpretation')).toBe('MONOCHROME2')
    const native = readFileSync(sharedData('transfer-syntaxes/small-mono/MR_small.dcm'))
    const pixels = await bytesOf(decoded)
    expect(native.includes(pixels)).toBe(true)
    expect(pixels.length).toBe(64 * 64 * 2)
  })

  it('give a thumbnail', async () => {
    const answer = await get('/api/series/1.8.1/thumbnail')
    expect(answer.headers.get('content-type')).toBe('image/webp')
    expect((await bytesOf(answer)).toString('latin1', 8, 12)).toBe('WEBP')
  })

  it('list every attribute, with depth, and mark what identifies a person', async () => {
    const { rows } = TagList.parse(await (await get('/api/instances/1.8.1.1/tags')).json())
    const row = (tag: string) => rows.find((candidate) => candidate.tag === tag)
    expect(row('(0010,0010)')).toEqual({ path: '00100010', kind: 'value', tag: '(0010,0010)', keyword: 'PatientName', creator: '', vr: 'PN', value: 'Doe^Jane', depth: 0, isCut: false, isPrivate: false, isPatientData: true, isHit: false })
    expect(row('(0028,0010)')).toMatchObject({ keyword: 'Rows', vr: 'US', value: '32', isPatientData: false })
    expect(row('(0008,1140)')).toMatchObject({ vr: 'SQ', value: '1 item', depth: 0 })
    expect(row('(0008,1155)')).toMatchObject({ value: '1.5.6', depth: 2, isPatientData: true })
    expect(row('(FFFE,E000)')).toMatchObject({ keyword: 'Item 1', depth: 1 })
    expect(row('(0009,1001)')).toMatchObject({ keyword: '', isPrivate: true, isPatientData: true, value: '4 bytes: 01 02 C8 00' })
    expect(row('(0028,0106)')).toMatchObject({ value: '7\\8' })
    expect(row('(0018,9087)')).toMatchObject({ value: '1.5' })
    expect(row('(0028,0009)')).toMatchObject({ value: '(0018,1063)' })
    expect(row('(0020,4000)')?.value).toHaveLength(301)
    expect(row('(7FE0,0010)')).toMatchObject({ keyword: 'PixelData', value: '2048 bytes: 00 04 00 04 00 04 00 04 00 04 00 04 00 04 00 04 …' })
    expect(row('(0002,0010)')).toMatchObject({ keyword: 'TransferSyntaxUID', value: '1.2.840.10008.1.2.1' })
    const compressed = TagList.parse(await (await get('/api/instances/1.8.4.1/tags')).json())
    expect(compressed.rows.at(-1)).toMatchObject({ tag: '(7FE0,0010)', value: 'compressed pixel data' })
  })
})
