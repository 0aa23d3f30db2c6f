import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anEdge, codeOf, home, signedIn, type TestEdge } from '../../test/support/edge.ts'

const apiToken = 'a-token-of-the-hospital'
let test: TestEdge
beforeAll(async () => {
  test = await anEdge({ config: { apiToken } })
  await signedIn(test.edge)
})
afterAll(() => test.stop())

const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  test.edge.console(new Request(`${home}${path}`, { method, headers: { 'content-type': 'application/json', ...headers }, ...(method === 'GET' ? {} : { body: '{}' }) }))
const seen = async (answer: Response) => [answer.status, await codeOf(answer)]

describe('without a session', () => {
  it.each([
    ['GET', '/api/worklist'], ['GET', '/api/system'], ['GET', '/api/events'], ['GET', '/api/studies/1.2.3'], ['GET', '/api/instances/1.2.3/file'], ['GET', '/api/clinicians'],
    ['GET', '/api/audit'], ['POST', '/api/imports'], ['POST', '/api/demo'], ['POST', '/api/ct/upload'], ['PUT', '/api/imports/x/files'], ['GET', '/api/nothing'], ['POST', '/api'],
    ['GET', '/api/health/../worklist'], ['GET', '/api/sessions'], ['GET', '/api//worklist']
  ])('%s %s opens nothing', async (method, path) => {
    expect(await seen(await ask(method, path))).toEqual([401, 'not-signed-in'])
  })

  it('only says how it is and who is there', async () => {
    expect((await ask('GET', '/api/health')).status).toBe(200)
    expect((await ask('GET', '/api/session')).status).toBe(200)
  })

  it.each(['', 'Bearer', 'Bearer short', `Bearer ${'A'.repeat(43)}`, 'Basic bW9yYTpwYXNz', `Bearer ${'A'.repeat(100_000)}`])('takes no made-up authorization %#', async (authorization) => {
    expect((await ask('GET', '/api/worklist', { authorization })).status).toBe(401)
  })
})

describe('the API token', () => {
  const tokens = [{ authorization: `Bearer ${apiToken}` }, { 'x-api-token': apiToken }]

  it('opens what scripts need, as a principal that is no person', async () => {
    for (const headers of tokens) {
      expect((await ask('GET', '/api/imports', headers)).status).toBe(200)
      expect(await seen(await ask('POST', '/api/studies/1.2.3/analyses', headers))).toEqual([404, 'not-found'])
    }
  })

  it('opens neither worklist nor accounts nor a signature', async () => {
    for (const headers of tokens) {
      for (const [method, path] of [['GET', '/api/worklist'], ['GET', '/api/clinicians'], ['GET', '/api/audit'], ['POST', '/api/studies/1.2.3/report/sign'], ['GET', '/api/events'],
        ['POST', '/api/findings/x/verdict'], ['POST', '/api/imports'], ['GET', '/api/studies/1.2.3/report.pdf'], ['POST', '/api/demo']] as const) {
        expect([path, ...await seen(await ask(method, path, headers))]).toEqual([path, 403, 'not-allowed'])
      }
    }
  })

  it('is refused when it is wrong by one letter, shorter or longer', async () => {
    for (const wrong of [`${apiToken}x`, apiToken.slice(0, -1), apiToken.replace('a', 'b'), '']) {
      expect((await ask('GET', '/api/imports', { 'x-api-token': wrong })).status).toBe(401)
    }
  })

  it('means nothing where none is set', async () => {
    const without = await anEdge()
    for (const value of ['null', 'undefined', '']) {
      const answer = await without.edge.console(new Request(`${home}/api/imports`, { headers: { 'x-api-token': value } }))
      expect(answer.status).toBe(401)
    }
    await without.stop()
  })
})
