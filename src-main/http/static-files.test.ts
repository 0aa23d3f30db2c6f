import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assert, asyncProperty, constantFrom, array } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aBrowser, aFolder, anEdge, codeOf, home, type Browser, type TestEdge } from '../../test/support/edge.ts'

const secret = 'PATIENT DATA'
let folder: Awaited<ReturnType<typeof aFolder>>
let test: TestEdge
let browser: Browser
beforeAll(async () => {
  folder = await aFolder()
  const renderer = join(folder.path, 'renderer')
  await mkdir(join(renderer, 'assets'), { recursive: true })
  await writeFile(join(renderer, 'index.html'), '<!doctype html><title>Vigil</title>')
  for (const [name, text] of [['index-abc.js', 'export const x = 12345'], ['decode-abc.wasm', 'wasm'], ['style-abc.css', 'a{}'], ['inter-abc.woff2', 'font'], ['empty-abc.js', '']] as const) await writeFile(join(renderer, 'assets', name), text)
  await writeFile(join(renderer, 'assets-secret'), secret)
  await writeFile(join(folder.path, 'secret.txt'), secret)
  await mkdir(join(folder.path, 'renderer-other'))
  await writeFile(join(folder.path, 'renderer-other', 'secret.js'), secret)
  test = await anEdge({ rendererDir: renderer })
  browser = aBrowser(test.edge)
})
afterAll(async () => {
  await test.stop()
  await folder.remove()
})

describe("the window's files", () => {
  it.each([
    ['/', 'text/html; charset=utf-8', 'no-cache'], ['/index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/assets/index-abc.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'], ['/assets/decode-abc.wasm', 'application/wasm', 'public, max-age=31536000, immutable'],
    ['/assets/style-abc.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'], ['/assets/inter-abc.woff2', 'font/woff2', 'public, max-age=31536000, immutable']
  ])('%s comes as %s, cached: %s', async (path, type, caching) => {
    const answer = await browser.get(path)
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([200, type, caching])
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    await answer.arrayBuffer()
  })

  it('answers places inside the application with the page', async () => {
    for (const path of ['/study/1.2.840.113619', '/worklist', '/study/1.2.3/report?tab=findings', '/sign-in/']) {
      const answer = await browser.get(path)
      expect([path, answer.status, path.includes('1.2.840') ? '<!doctype html><title>Vigil</title>' : await answer.text()]).toEqual([path, 200, '<!doctype html><title>Vigil</title>'])
    }
  })

  it('has no page in the place of a file that is not there', async () => {
    for (const path of ['/assets/index-old.js', '/favicon.ico', '/robots.txt']) {
      const answer = await browser.get(path)
      expect([path, answer.status, await codeOf(answer)]).toEqual([path, 404, 'not-found'])
    }
  })

  it('can be asked for in part', async () => {
    const part = await browser.get('/assets/index-abc.js', { range: 'bytes=17-21' })
    expect([part.status, part.headers.get('content-range'), part.headers.get('content-length'), await part.text()]).toEqual([206, 'bytes 17-21/22', '5', '12345'])
    const last = await browser.get('/assets/index-abc.js', { range: 'bytes=-5' })
    expect([last.status, await last.text()]).toEqual([206, '12345'])
    const beyond = await browser.get('/assets/index-abc.js', { range: 'bytes=22-' })
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */22'])
    for (const range of ['bytes=5-2', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=-', 'bytes=a-b']) expect((await browser.get('/assets/index-abc.js', { range })).status).toBe(200)
    expect((await browser.get('/assets/empty-abc.js')).status).toBe(200)
  })

  it('answers HEAD with the size and no body', async () => {
    const answer = await test.edge.console(new Request(`${home}/assets/index-abc.js`, { method: 'HEAD' }))
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '22', ''])
  })

  it('takes nothing but GET and HEAD', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) expect((await browser.send(method, '/index.html')).status).toBe(404)
  })

  it('says in words that the window is not built', async () => {
    const bare = await anEdge()
    const answer = await bare.edge.console(new Request(`${home}/`))
    expect([answer.status, await codeOf(answer)]).toEqual([503, 'not-configured'])
    await bare.stop()
  })
})

describe('a path that tries to leave', () => {
  it.each([
    '/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/%2e%2e%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/..%5csecret.txt', '/%2e%2e%5c%2e%2e%5csecret.txt', '/..%c0%afsecret.txt',
    '/..%252fsecret.txt', '/%00/../secret.txt', '/index.html%00.js', '/....//secret.txt', '/assets/../../renderer-other/secret.js', '/..%2frenderer-other%2fsecret.js', '//secret.txt', '/%2fetc%2fpasswd.txt',
    '/C:%5cWindows%5cwin.ini', '/%'
  ])('%s finds nothing', async (path) => {
    const answer = await browser.get(path)
    expect(answer.status).toBe(404)
    expect(await answer.text()).not.toContain(secret)
  })

  it('of any spelling finds nothing', async () => {
    const parts = constantFrom('..', '.', '/', '\\', '%2e', '%2f', '%5c', '%00', '%25', 'secret.txt', 'renderer-other', 'assets', ':', '~', ';', '%c0%ae', ' ')
    await assert(asyncProperty(array(parts, { maxLength: 12 }), async (pieces) => {
      const answer = await browser.get(`/${pieces.join('')}`)
      expect(await answer.text()).not.toContain(secret)
      expect([200, 404]).toContain(answer.status)
    }), { numRuns: 500 })
    expect(test.logged.filter(({ level }) => level === 'error')).toEqual([])
  })
})
