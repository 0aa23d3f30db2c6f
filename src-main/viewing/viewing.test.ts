import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, type Attribute } from '../../test/support/dicom-file.ts'
import { anEdge, codeOf, colleague, home, signedIn, type Browser, type TestEdge } from '../../test/support/edge.ts'
import { HangingProtocol, HangingProtocolList, KeyImage, KeyImageList, PriorList, ViewerPreferences } from '../../src-shared/viewing.ts'
import { newRowId } from '../platform/row-id.ts'

const apiToken = 'a-token-of-the-hospital'
let test: TestEdge
let browser: Browser
beforeEach(async () => {
  test = await anEdge({ config: { apiToken } })
  browser = await signedIn(test.edge)
})
afterEach(() => test.stop())

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> { yield bytes }
type Made = Readonly<{ id?: string, birth?: string, date?: string, time?: string, name?: string, sex?: string, issuer?: string }>

/** Takes in one study of one slice, `1.7` unless it says otherwise; its instance is `<study>.1.1`. */
async function aStudy(study = '1.7', { id = 'P-1', birth = '19700203', date = '20260102', time = '101112', name = 'Doe^Jane', sex = 'F', issuer = '' }: Made = {}) {
  const more: Attribute[] = [[0x00100021, 'LO', issuer], [0x00100030, 'DA', birth], [0x00100040, 'CS', sex], [0x00080020, 'DA', date], [0x00080030, 'TM', time]]
  const file = aDicomFile(aSlice({ study, series: `${study}.1`, instance: `${study}.1.1`, patientId: id, name, more }))
  const { studies } = test.edge.rooms
  const upload = studies.openUpload('One study', null, { id: 'system', name: 'Test' })
  await studies.receiveFile(upload.id, study, one(file), null)
  await studies.finishUpload(upload.id)
}
type Row = Readonly<{ id: string } & Record<string, unknown>>
const aMark = (change: object = {}): Row => ({ id: newRowId(), studyUid: '1.7', seriesUid: '1.7.1', sopInstanceUid: '1.7.1.1', frameNumber: 1, note: '', revision: 0, ...change })
const marks = async (of = browser) => KeyImageList.parse(await (await of.get('/api/studies/1.7/key-images')).json()).keyImages
const put = (path: string, body: Row, by = browser) => by.send('PUT', `/api/${path}/${body.id}`, body)
const audited = async () => (await test.edge.rooms.accounts.audit.page({ before: null, limit: 100, subject: null })).entries.filter(({ action }) => action.startsWith('key-image')).map(({ action, actorName, subject }) => [action, actorName, subject]).toReversed()

describe('a key image', () => {
  beforeEach(() => aStudy())

  it('is marked, gets its note, is seen by the colleague and is taken away again, each with its line in the trail', async () => {
    const mark = aMark()
    const kept = KeyImage.parse(await (await put('key-images', mark)).json())
    expect(kept).toMatchObject({ ...mark, revision: 1, createdByName: 'Dr Mora', createdAt: test.clock.iso() })
    expect((await put('key-images', { ...mark, note: 'Stone, lower pole', revision: 1 })).status).toBe(200)
    const other = await colleague(test.edge, browser, 'ruiz', 'assistant')
    expect(await marks(other)).toMatchObject([{ id: mark.id, note: 'Stone, lower pole', revision: 2 }])
    expect((await other.send('DELETE', `/api/key-images/${mark.id}?revision=2`)).status).toBe(204)
    expect(await marks()).toEqual([])
    expect(await audited()).toEqual([['key-image.create', 'Dr Mora', mark.id], ['key-image.replace', 'Dr Mora', mark.id], ['key-image.delete', 'Dr ruiz', mark.id]])
  })

  it('sent twice after a lost answer is one row, one line in the trail and no conflict', async () => {
    const mark = aMark({ note: 'a' })
    const first = await (await put('key-images', mark)).json()
    expect(await (await put('key-images', mark)).json()).toEqual(first)
    expect((await marks()).length).toBe(1)
    expect((await audited()).length).toBe(1)
  })

  it('is not marked a second time by another window, and a note is not written over an unseen one', async () => {
    const mark = aMark()
    await put('key-images', mark)
    expect(await codeOf(await put('key-images', aMark()))).toBe('conflict')
    await put('key-images', { ...mark, note: 'first', revision: 1 })
    expect(await codeOf(await put('key-images', { ...mark, note: 'second', revision: 1 }))).toBe('stale-revision')
    expect(await marks()).toMatchObject([{ note: 'first' }])
    expect(await codeOf(await browser.send('DELETE', `/api/key-images/${mark.id}?revision=1`))).toBe('stale-revision')
  })

  it('once taken away stays away, and the image can be marked anew', async () => {
    const mark = aMark()
    await put('key-images', mark)
    await browser.send('DELETE', `/api/key-images/${mark.id}?revision=1`)
    expect((await browser.send('DELETE', `/api/key-images/${mark.id}?revision=1`)).status).toBe(204)
    expect(await codeOf(await put('key-images', { ...mark, note: 'back', revision: 1 }))).toBe('not-found')
    expect((await put('key-images', aMark())).status).toBe(200)
  })

  it('of an image that is another study’s, another series’, has no such frame or is not there is refused', async () => {
    await aStudy('1.8', { id: 'P-2' })
    expect(await codeOf(await put('key-images', aMark({ sopInstanceUid: '1.8.1.1' })))).toBe('invalid-request')
    expect(await codeOf(await put('key-images', aMark({ seriesUid: '1.7.2' })))).toBe('invalid-request')
    expect(await codeOf(await put('key-images', aMark({ frameNumber: 2 })))).toBe('invalid-request')
    expect(await codeOf(await put('key-images', aMark({ sopInstanceUid: '1.7.1.9' })))).toBe('not-found')
    expect(await codeOf(await put('key-images', aMark({ revision: 4 })))).toBe('not-found')
    expect(await codeOf(await browser.send('PUT', `/api/key-images/${newRowId()}`, aMark()))).toBe('invalid-request')
    expect(await marks()).toEqual([])
    expect(await audited()).toEqual([])
  })

  it('is told to the windows', async () => {
    const answer = await browser.get('/api/events')
    const reader = (answer.body ?? new ReadableStream<Uint8Array<ArrayBuffer>>()).pipeThrough(new TextDecoderStream()).getReader()
    await put('key-images', aMark())
    let text = ''
    while (!text.includes('key-images-changed')) text += (await reader.read()).value ?? ''
    expect(text).toContain('{"type":"key-images-changed","studyUid":"1.7"}')
    await reader.cancel()
  })
})

describe('priors', () => {
  const priors = async (study: string) => PriorList.parse(await (await browser.get(`/api/studies/${study}/priors`)).json()).priors
  const uids = async (study: string) => (await priors(study)).map(({ studyUid }) => studyUid)

  it('are the other studies of the same patient, newest first, those before it told from those after', async () => {
    await aStudy('1.1', { date: '20240101' })
    await aStudy('1.2', { date: '20260102', time: '080000' })
    await aStudy('1.3', { date: '20260102', time: '120000' })
    await aStudy('1.4', { date: '20260301' })
    await aStudy('1.5', { date: '' })
    expect((await priors('1.3')).map(({ studyUid, isEarlier }) => [studyUid, isEarlier])).toEqual([['1.4', false], ['1.2', true], ['1.1', true], ['1.5', false]])
    expect((await priors('1.3'))[2]).toMatchObject({ studyDate: '2024-01-01', description: 'Abdomen', modalities: ['CT'], hasOtherName: false })
  })

  it('do not mix two patients who share an id but not the birth date', async () => {
    await aStudy('1.1')
    await aStudy('1.2', { birth: '19650812', date: '20240101' })
    expect([await uids('1.1'), await uids('1.2')]).toEqual([[], []])
  })

  it('never follow from the name alone, nor from an id or a birth date that is missing', async () => {
    await aStudy('1.1', { id: 'A' })
    await aStudy('1.2', { id: 'B' })
    await aStudy('1.3', { id: '' })
    await aStudy('1.4', { id: '' })
    await aStudy('1.5', { id: 'C', birth: '' })
    await aStudy('1.6', { id: 'C', birth: '' })
    for (const study of ['1.1', '1.2', '1.3', '1.4', '1.5', '1.6']) expect(await uids(study), study).toEqual([])
  })

  it('do not cross hospitals that give out the same id, nor a sex that contradicts', async () => {
    await aStudy('1.1', { issuer: 'NORTH' })
    await aStudy('1.2', { issuer: 'SOUTH' })
    await aStudy('1.3', { issuer: '' })
    await aStudy('1.4', { issuer: 'NORTH', sex: 'M' })
    await aStudy('1.5', { issuer: 'NORTH', sex: 'O' })
    expect((await uids('1.1')).toSorted()).toEqual(['1.3', '1.5'])
    expect(await uids('1.2')).toEqual(['1.3'])
  })

  it('under another name are listed and say so', async () => {
    await aStudy('1.1')
    await aStudy('1.2', { name: 'Miller^Jane' })
    await aStudy('1.3', { name: 'DOE^JANE^' })
    expect((await priors('1.1')).map(({ studyUid, hasOtherName }) => [studyUid, hasOtherName]).toSorted()).toEqual([['1.2', true], ['1.3', false]])
  })

  it('of a study that is not there are not found', async () => { expect((await browser.get('/api/studies/1.9/priors')).status).toBe(404) })
})

const pane = { study: 'current', series: { modality: 'CT', description: 'Axial', orientation: 'axial', order: 0 }, mode: 'stack', slab: null, window: { center: 40, width: 400 }, isInverted: false }
const aProtocol = (change: object = {}): Row => ({ id: newRowId(), name: 'Abdomen', modality: 'CT', bodyPart: 'ABDOMEN', rows: 1, columns: 2, panes: [pane, { ...pane, mode: 'coronal' }], isLinked: true, revision: 0, ...change })

describe('a hanging protocol', () => {
  const list = async (of = browser) => HangingProtocolList.parse(await (await of.get('/api/hanging-protocols')).json()).protocols

  it('comes back as it was saved, can be renamed and deleted', async () => {
    const protocol = aProtocol()
    const kept = HangingProtocol.parse(await (await put('hanging-protocols', protocol)).json())
    expect(kept).toEqual({ ...protocol, revision: 1, updatedAt: test.clock.iso() })
    expect(await list()).toEqual([kept])
    expect(HangingProtocol.parse(await (await put('hanging-protocols', { ...protocol, name: 'Belly', revision: 1 })).json())).toMatchObject({ name: 'Belly', revision: 2 })
    expect((await browser.send('DELETE', `/api/hanging-protocols/${protocol.id}?revision=2`)).status).toBe(204)
    expect((await browser.send('DELETE', `/api/hanging-protocols/${protocol.id}?revision=2`)).status).toBe(204)
    expect(await list()).toEqual([])
  })

  it('saved a second time for the same modality and body part replaces the first, whatever the case of the letters', async () => {
    await put('hanging-protocols', aProtocol())
    const second = aProtocol({ name: 'Newer', modality: 'ct', bodyPart: ' abdomen' })
    const chest = aProtocol({ bodyPart: 'CHEST' })
    await put('hanging-protocols', second)
    await put('hanging-protocols', chest)
    expect((await list()).map(({ id, modality, bodyPart }) => [id, modality, bodyPart])).toEqual([[second.id, 'CT', 'ABDOMEN'], [chest.id, 'CT', 'CHEST']])
    await put('hanging-protocols', { ...chest, bodyPart: 'ABDOMEN', revision: 1 })
    expect((await list()).map(({ id }) => id)).toEqual([chest.id])
  })

  it('is the clinician’s own: nobody else sees, changes or deletes it', async () => {
    const protocol = aProtocol()
    await put('hanging-protocols', protocol)
    const other = await colleague(test.edge, browser, 'ruiz', 'clinician')
    expect(await list(other)).toEqual([])
    expect(await codeOf(await put('hanging-protocols', { ...protocol, name: 'Mine', revision: 1 }, other))).toBe('not-found')
    expect(await codeOf(await other.send('DELETE', `/api/hanging-protocols/${protocol.id}?revision=1`))).toBe('not-found')
    await put('hanging-protocols', aProtocol({ name: 'Theirs' }), other)
    expect([(await list()).map(({ name }) => name), (await list(other)).map(({ name }) => name)]).toEqual([['Abdomen'], ['Theirs']])
  })

  it('is not written over by a window that saw an older one, and a repeat is no conflict', async () => {
    const protocol = aProtocol()
    const first = await (await put('hanging-protocols', protocol)).json()
    expect(await (await put('hanging-protocols', protocol)).json()).toEqual(first)
    await put('hanging-protocols', { ...protocol, name: 'One', revision: 1 })
    expect(await codeOf(await put('hanging-protocols', { ...protocol, name: 'Two', revision: 1 }))).toBe('stale-revision')
    expect(await codeOf(await browser.send('DELETE', `/api/hanging-protocols/${protocol.id}?revision=1`))).toBe('stale-revision')
    expect(await codeOf(await put('hanging-protocols', aProtocol({ revision: 3 })))).toBe('not-found')
  })

  it('with more panes than its grid, or fewer, is refused', async () => {
    expect(await codeOf(await put('hanging-protocols', aProtocol({ rows: 2 })))).toBe('invalid-request')
    expect(await codeOf(await put('hanging-protocols', aProtocol({ rows: 4, columns: 4 })))).toBe('invalid-request')
  })
})

describe('the keys of a clinician', () => {
  const mine = async (of = browser) => ViewerPreferences.parse(await (await of.get('/api/viewer-preferences')).json())
  const write = (keys: object, revision: number, by = browser) => by.send('PUT', '/api/viewer-preferences', { keys, revision })

  it('begin empty, are kept, and are there after signing in at another window', async () => {
    expect(await mine()).toEqual({ keys: {}, revision: 0 })
    expect(await (await write({ 'viewer.invert': ['shift+i'], 'viewer.flip': [] }, 0)).json()).toEqual({ keys: { 'viewer.invert': ['shift+i'], 'viewer.flip': [] }, revision: 1 })
    const other = await colleague(test.edge, browser, 'ruiz', 'assistant')
    expect(await mine(other)).toEqual({ keys: {}, revision: 0 })
    await write({ 'viewer.invert': ['n'] }, 0, other)
    await browser.send('POST', '/api/session/sign-out')
    await browser.send('POST', '/api/session/sign-in', { login: 'mora', password: 'correct horse battery' })
    expect((await mine()).keys).toEqual({ 'viewer.invert': ['shift+i'], 'viewer.flip': [] })
  })

  it('are not written over by a window that saw older ones; a repeat is no conflict', async () => {
    await write({ a: ['x'], b: ['y'] }, 0)
    expect((await write({ b: ['y'], a: ['x'] }, 0)).status).toBe(200)
    expect(await codeOf(await write({ a: ['z'] }, 0))).toBe('stale-revision')
    expect(await mine()).toEqual({ keys: { a: ['x'], b: ['y'] }, revision: 1 })
  })

  it('are refused where they are no keys', async () => {
    for (const keys of [{ a: [''] }, { a: 'x' }, { a: ['1', '2', '3', '4', '5'] }, Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`c${at}`, ['x']]))]) {
      expect(await codeOf(await write(keys, 0))).toBe('invalid-request')
    }
  })
})

describe('a script with the API token, and nobody', () => {
  const paths = [['GET', 'studies/1.7/key-images'], ['PUT', `key-images/${newRowId()}`], ['DELETE', `key-images/${newRowId()}?revision=1`], ['GET', 'studies/1.7/priors'],
    ['GET', 'hanging-protocols'], ['PUT', `hanging-protocols/${newRowId()}`], ['DELETE', `hanging-protocols/${newRowId()}?revision=1`], ['GET', 'viewer-preferences'], ['PUT', 'viewer-preferences']] as const

  it.each(paths)('get nothing from %s /api/%s', async (method, path) => {
    const ask = (headers: Record<string, string>) => test.edge.console(new Request(`${home}/api/${path}`, { method, headers: { 'content-type': 'application/json', ...headers }, ...(method === 'GET' ? {} : { body: '{}' }) }))
    expect([(await ask({})).status, (await ask({ 'x-api-token': apiToken })).status]).toEqual([401, 403])
  })
})
