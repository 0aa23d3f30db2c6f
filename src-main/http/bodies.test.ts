import { assert, asyncProperty, json, string } from 'fast-check'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anEdge, codeOf, home, signedIn, type Browser, type TestEdge } from '../../test/support/edge.ts'
import { errorCodes } from '../../src-shared/errors.ts'
import { errorDoor, statusOf, type HttpEnv } from '../platform/http.ts'
import { createLog, type LogLine } from '../platform/log.ts'

let test: TestEdge
let browser: Browser
beforeAll(async () => {
  test = await anEdge()
  browser = await signedIn(test.edge)
})
afterAll(() => test.stop())

const post = (body: BodyInit, headers: Record<string, string> = {}) => test.edge.console(new Request(`${home}/api/session/sign-in`, {
  method: 'POST', body, headers: { 'content-type': 'application/json', ...headers }, ...(body instanceof ReadableStream ? { duplex: 'half' } : {})
}))

describe('a body of JSON', () => {
  it('is refused above a megabyte, whether it says so or not', async () => {
    const said = await post(JSON.stringify({ login: 'mora', password: 'x'.repeat(2 ** 20) }))
    expect([said.status, await codeOf(said)]).toEqual([413, 'too-large'])
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({ pull(controller) { sent += 65_536; controller.enqueue(new Uint8Array(65_536).fill(32)) } })
    const unsaid = await post(endless)
    expect([unsaid.status, await codeOf(unsaid)]).toEqual([413, 'too-large'])
    expect(sent).toBeLessThan(4 * 2 ** 20)
  })

  it.each(['', '{', 'null', '[]', '"x"', '{"login":1}', '{"login":"mora"}', '\uFEFF{}', '{"__proto__":{"login":"mora"}}'])('that is %j is answered, not crashed on', async (body) => {
    const answer = await post(body)
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'invalid-request'])
  })

  it('is refused when it is not UTF-8', async () => {
    expect((await post(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]))).status).toBe(400)
  })

  it('nested a hundred thousand deep is answered', async () => {
    const answer = await post(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    expect(answer.status).toBe(400)
  })

  it('of any shape never makes an unexpected failure', async () => {
    await assert(asyncProperty(json(), async (body) => {
      expect((await post(body)).status).toBe(400)
    }), { numRuns: 100 })
    expect(test.logged.filter(({ level }) => level === 'error')).toEqual([])
  })
})

describe('a query', () => {
  it.each([['/api/worklist?limit=0', 'limit'], ['/api/worklist?limit=x', 'limit'], ['/api/worklist?sort=password', 'sort'], ['/api/worklist?from=yesterday', 'from'], ['/api/audit?before=-1', 'before']])(
    '%s names the field that is wrong', async (path, field) => {
      const answer = await browser.get(path)
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ error: { code: 'invalid-request', field } })
    })

  it('of any text never makes an unexpected failure', async () => {
    await assert(asyncProperty(string(), string(), async (search, sort) => {
      const { status } = await browser.get(`/api/worklist?${new URLSearchParams({ search, sort }).toString()}`)
      expect([200, 400]).toContain(status)
    }), { numRuns: 100 })
  })
})

describe('the error door', () => {
  const app = (error: Error) => {
    const logged: LogLine[] = []
    const door = new Hono<HttpEnv>()
    door.onError(errorDoor(createLog((line) => { logged.push(line) })))
    door.use(async (c, next) => { c.set('traceId', 'trace-1'); await next() })
    door.get('/api/studies/:uid', () => { throw error })
    return { logged, ask: () => door.request('/api/studies/1.2.840.113619.2.55.3') }
  }

  it('has a status for every code, and 500 for the unexpected alone', () => {
    expect(errorCodes.filter((code) => statusOf(code) === 500)).toEqual(['internal'])
    expect(errorCodes.every((code) => statusOf(code) >= 400 && statusOf(code) < 600)).toBe(true)
  })

  it('logs the unexpected once with its trace number and tells the window nothing of it', async () => {
    const { ask, logged } = app(new Error("Cannot read 'rows' of MORA^ANA"))
    const answer = await ask()
    const text = await answer.text()
    expect(answer.status).toBe(500)
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'internal', traceId: 'trace-1' } })
    expect(text).not.toMatch(/MORA|rows|stack/)
    expect(logged).toHaveLength(1)
    expect(logged[0]).toMatchObject({ level: 'error', event: 'request-failed', traceId: 'trace-1', route: 'api studies :uid' })
    expect(JSON.stringify(logged)).not.toMatch(/MORA|1\.2\.840/)
  })

  it.each([['ENOSPC', 507, 'disk-full'], ['SQLITE_FULL', 507, 'disk-full'], ['SQLITE_BUSY_SNAPSHOT', 503, 'busy']])('knows %s for what it is', async (code, status, expected) => {
    const { ask, logged } = app(Object.assign(new Error('x'), { code }))
    const answer = await ask()
    expect([answer.status, await codeOf(answer), logged.length]).toEqual([status, expected, 0])
  })
})
