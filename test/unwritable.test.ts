import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice } from './support/dicom-file.ts'
import { anEdge, home, signedIn, type Browser, type TestEdge } from './support/edge.ts'

const apiToken = 'a-token-of-the-hospital'
let test: TestEdge
let browser: Browser
const upload = async (instance: string) => test.edge.console(new Request(`${home}/ct/upload`, { method: 'POST', headers: { 'x-api-token': apiToken }, body: new Uint8Array(aDicomFile(aSlice({ study: '1.7', series: '1.7.1', instance }))) }))
const sentence = async (answer: Response) => (await answer.json() as { error: { message: string } }).error.message

beforeEach(async () => {
  test = await anEdge({ config: { apiToken } })
  browser = await signedIn(test.edge)
  expect((await upload('1.7.1.1')).status).toBe(200)
})
afterEach(() => test.stop())
const sqlite = () => test.edge.rooms.db.sqlite

describe.each([
  ['can only be read', () => { sqlite().pragma('query_only = ON') }, () => { sqlite().pragma('query_only = OFF') }, /can only be read/, 503],
  ['is full', () => { sqlite().pragma(`max_page_count = ${Number(sqlite().pragma('page_count', { simple: true }))}`) }, () => { sqlite().pragma('max_page_count = 1073741823') }, /disk is full/, 507]
] as const)('a disk that %s under a running workstation', (_how, spoil, mend, words, status) => {
  it('keeps what was opened to be looked at, says what it can not do, and goes on by itself afterwards', async () => {
    // Who opens a study is written into the trail first: what has been opened stays open, and nothing else can be.
    await browser.get('/api/studies/1.7')
    spoil()
    // Time for a session to be touched, which is a row.
    test.clock.advance(90)
    for (const path of ['/api/worklist', '/api/studies/1.7', '/api/instances/1.7.1.1/frames/1', '/api/system', '/api/sync', '/health', '/api/session']) expect([path, (await browser.get(path)).status]).toEqual([path, 200])
    // The rows that are free in a full file may still be enough for a small act; a hundred of them are not.
    let refused: Response | null = null
    for (let index = 0; index < 300 && refused === null; index++) {
      const answer = await upload(`1.7.1.${index + 10}`)
      if (answer.status !== 200) refused = answer
    }
    expect(refused?.status).toBe(status)
    expect(await sentence(refused ?? new Response('{}'))).toMatch(words)
    expect((await browser.get('/api/worklist')).status).toBe(200)
    mend()
    expect((await upload('1.7.1.9999')).status).toBe(200)
  })
})
