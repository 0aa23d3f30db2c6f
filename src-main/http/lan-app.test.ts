import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice } from '../../test/support/dicom-file.ts'
import { anEdge, codeOf, signedIn, type Browser, type TestEdge } from '../../test/support/edge.ts'

const apiToken = 'a-token-of-the-hospital'
const lan = 'https://vigil.hospital.example:4871'
let test: TestEdge
let browser: Browser
beforeAll(async () => {
  test = await anEdge({ config: { apiToken } })
  browser = await signedIn(test.edge)
})
afterAll(() => test.stop())

const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: BodyInit) => test.edge.lan(new Request(`${lan}${path}`, { method, headers, ...(body === undefined ? {} : { body }) }))

describe('what other machines can reach', () => {
  it('is whether we are there, without a word on patients or versions', async () => {
    const answer = await ask('GET', '/health')
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }])
  })

  it('is nothing of the console, with the token or a session or without', async () => {
    for (const [method, path] of [['GET', '/'], ['GET', '/index.html'], ['GET', '/api/health'], ['GET', '/api/session'], ['POST', '/api/session/sign-in'], ['GET', '/api/worklist'], ['GET', '/api/imports'],
      ['POST', '/api/imports'], ['GET', '/api/ct/upload'], ['PUT', '/api/ct/upload'], ['POST', '/api/ct/upload/'], ['POST', '/api/ct/upload/x'], ['GET', '/api/events']] as const) {
      for (const headers of [{}, { 'x-api-token': apiToken }, { cookie: browser.cookie() ?? '' }]) {
        const answer = await ask(method, path, headers, method === 'GET' ? undefined : '{}')
        expect([path, answer.status, await codeOf(answer)]).toEqual([path, 404, 'not-found'])
      }
    }
  })

  it('takes a CT with the token only, and not from a web page', async () => {
    expect((await ask('POST', '/api/ct/upload', {}, 'x')).status).toBe(401)
    expect((await ask('POST', '/api/ct/upload', { 'x-api-token': 'wrong-token-of-the-hospital' }, 'x')).status).toBe(401)
    expect((await ask('POST', '/api/ct/upload', { cookie: browser.cookie() ?? '' }, 'x')).status).toBe(401)
    expect((await ask('POST', '/api/ct/upload', { 'x-api-token': apiToken, origin: lan }, 'x')).status).toBe(403)
    const taken = await ask('POST', '/api/ct/upload', { authorization: `Bearer ${apiToken}` }, new Uint8Array(aDicomFile(aSlice())))
    expect([taken.status, await taken.json()]).toMatchObject([200, { imported: 1, duplicates: 0, rejected: [] }])
    const { entries } = await test.edge.rooms.accounts.audit.page({ before: null, limit: 5, subject: null })
    expect(entries.find(({ action }) => action === 'import')).toMatchObject({ actor: 'api' })
  })

  it('takes nothing at all where no token is set', async () => {
    const without = await anEdge()
    const answer = await without.edge.lan(new Request(`${lan}/api/ct/upload`, { method: 'POST', headers: { 'x-api-token': 'null' }, body: 'x' }))
    expect(answer.status).toBe(404)
    await without.stop()
  })
})
