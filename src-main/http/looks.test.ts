import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice } from '../../test/support/dicom-file.ts'
import { anEdge, colleague, home, mora, signedIn, type Browser, type TestEdge } from '../../test/support/edge.ts'

const apiToken = 'a-token-of-the-hospital'
let test: TestEdge
let browser: Browser
beforeEach(async () => {
  test = await anEdge({ config: { apiToken } })
  browser = await signedIn(test.edge)
  const { studies } = test.edge.rooms
  const { id } = studies.openUpload('Two studies', null, { id: 'system', name: 'Test' })
  for (const study of ['1.5', '1.6']) await studies.receiveFile(id, study, one(aDicomFile(aSlice({ study, series: `${study}.1` }))), null)
  await studies.finishUpload(id)
})
afterEach(() => test.stop())

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> { yield bytes }
const looks = async () => (await test.edge.rooms.accounts.audit.page({ before: null, limit: 100, subject: null })).entries
  .filter(({ action }) => action === 'study.opened').map(({ actorName, subject, detail }) => [actorName, subject, detail]).toReversed()

describe('the trail of who opened which study', () => {
  it('says it once for a session and a study, whatever part of it is asked for', async () => {
    for (const path of ['1.5', '1.5', '1.5/analysis', '1.5/report', '1.6/timeline']) expect((await browser.get(`/api/studies/${path}`)).status, path).toBe(200)
    expect(await looks()).toEqual([['Dr Mora', '1.5', {}], ['Dr Mora', '1.6', {}]])
  })

  it('says it again for the next session, and for each person', async () => {
    await browser.get('/api/studies/1.5')
    const other = await colleague(test.edge, browser, 'ruiz', 'assistant')
    await other.get('/api/studies/1.5')
    await browser.send('POST', '/api/session/sign-out')
    await browser.send('POST', '/api/session/sign-in', { login: mora.login, password: mora.password })
    await browser.get('/api/studies/1.5')
    expect((await looks()).map(([name]) => name)).toEqual(['Dr Mora', 'Dr ruiz', 'Dr Mora'])
  })

  it('names a script with the API token as well', async () => {
    for (const times of [1, 2]) expect((await test.edge.console(new Request(`${home}/api/studies/1.5/analysis`, { headers: { 'x-api-token': apiToken } }))).status, `${times}`).toBe(200)
    expect(await looks()).toEqual([['Upload token', '1.5', {}]])
  })

  it('says nothing where nothing was shown', async () => {
    expect((await browser.get('/api/studies/9.9')).status).toBe(404)
    await browser.send('POST', '/api/session/lock')
    expect((await browser.get('/api/studies/1.5')).status).toBe(423)
    await browser.get('/api/worklist')
    expect(await looks()).toEqual([])
  })

  it('comes before the answer: where it can not be written, nothing leaves', async () => {
    test.edge.rooms.db.sqlite.exec("create trigger full before insert on audit_entries begin select raise(abort, 'disk full'); end")
    const answer = await browser.get('/api/studies/1.5')
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('Doe')
    test.edge.rooms.db.sqlite.exec('drop trigger full')
    expect((await browser.get('/api/studies/1.5')).status).toBe(200)
    expect(await looks()).toHaveLength(1)
  })
})
