import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anEdge, codeOf, home, mora, signedIn, type Browser, type TestEdge } from '../../test/support/edge.ts'
import { contentSecurityPolicy } from './guards.ts'

let test: TestEdge
let browser: Browser
beforeAll(async () => {
  test = await anEdge()
  browser = await signedIn(test.edge)
})
afterAll(() => test.stop())

const ask = (url: string, init: RequestInit = {}) => test.edge.console(new Request(url, init))
const withCookie = (headers: Record<string, string>) => ({ cookie: browser.cookie() ?? '', ...headers })

describe('a served workstation', () => {
  it.each(['http://127.0.0.1:4870', 'http://localhost:4870', 'http://[::1]:4870'])('answers on %s', async (origin) => {
    expect((await ask(`${origin}/api/health`)).status).toBe(200)
  })

  it.each(['http://evil.example:4870', 'http://127.0.0.1.evil.example:4870', 'http://192.168.1.20:4870', 'http://localhost.evil:4870', 'http://0.0.0.0:4870'])(
    'refuses the host %s, page and API alike, as after DNS rebinding', async (origin) => {
      for (const path of ['/', '/index.html', '/api/health', '/api/session', '/api/worklist']) {
        const refused = await ask(`${origin}${path}`, { headers: withCookie({}) })
        expect([path, refused.status, await codeOf(refused)]).toEqual([path, 403, 'foreign-origin'])
      }
    })

  it.each(['http://evil.example', 'http://127.0.0.1:9999', 'https://127.0.0.1:4870', 'http://localhost:4870', 'null', 'file://'])('refuses the origin %s, cookie or not', async (origin) => {
    for (const [method, path] of [['GET', '/api/worklist'], ['POST', '/api/session/sign-out'], ['POST', '/api/session/sign-in'], ['POST', '/api/imports']] as const) {
      const refused = await ask(`${home}${path}`, { method, headers: withCookie({ origin, 'content-type': 'application/json' }), ...(method === 'POST' ? { body: '{}' } : {}) })
      expect([path, refused.status, await codeOf(refused)]).toEqual([path, 403, 'foreign-origin'])
    }
    expect((await browser.get('/api/worklist')).status).toBe(200)
  })

  it.each(['cross-site', 'same-site'])('refuses what a browser calls %s', async (site) => {
    const fetched = await ask(`${home}/api/worklist`, { headers: withCookie({ 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' }) })
    expect(fetched.status).toBe(403)
    const navigated = await ask(`${home}/api/worklist`, { headers: withCookie({ 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' }) })
    expect(navigated.status).toBe(403)
    const script = await ask(`${home}/assets/index-abc.js`, { headers: { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' } })
    expect(script.status).toBe(403)
  })

  it('lets a link on another page open it', async () => {
    const visited = await ask(`${home}/`, { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } })
    expect(visited.status).not.toBe(403)
  })

  it('takes no form of a foreign page, even one that hides its origin', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
      const refused = await ask(`${home}/api/session/sign-in`, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify({ login: 'mora', password: mora.password }) })
      expect([refused.status, await codeOf(refused)]).toEqual([415, 'unsupported'])
    }
  })
})

describe('every answer', () => {
  it('carries the strict policy, whatever it is', async () => {
    const answers = [await ask(`${home}/api/health`), await ask(`${home}/api/nothing`), await ask(`${home}/`), await ask('http://evil.example/'), await browser.get('/api/worklist')]
    for (const { headers } of answers) {
      expect(headers.get('content-security-policy')).toBe(contentSecurityPolicy)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('access-control-allow-origin')).toBeNull()
      expect(headers.get('x-trace-id')).toMatch(/^[0-9a-f-]{36}$/)
      expect(headers.get('cache-control')).toBe('no-store')
    }
    expect(contentSecurityPolicy).not.toMatch(/'unsafe-eval'|\*|https?:|script-src[^;]*inline|style-src [^;]*inline/)
  })

  it('has a trace number of ours, never one that was sent', async () => {
    const answer = await ask(`${home}/api/nothing`, { headers: { 'x-trace-id': 'forged' } })
    expect(answer.headers.get('x-trace-id')).not.toBe('forged')
  })
})
