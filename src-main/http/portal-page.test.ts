import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorDoor, type HttpEnv } from '../platform/http.ts'
import { createLog } from '../platform/log.ts'
import { createGlassesPage, glassesPageHeaders } from './glasses-page.ts'
import { security, traceId } from './guards.ts'
import { createPortalPage } from './portal-page.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigil-portal-page-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'portal.html'), '<!doctype html><title>portal</title>')
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>window</title>')
  for (const name of ['portal-B_x-1.js', 'portal-B_x-1.css', 'portal-B_x-1.js.map', 'index-C1.js', 'glasses-D1.js']) await writeFile(join(folder, 'assets', name), `/* ${name} */`)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const served = (page: Hono<HttpEnv>) => {
  const app = new Hono<HttpEnv>()
  app.onError(errorDoor(createLog(() => undefined)))
  return app.use(traceId(), security(glassesPageHeaders)).route('/', page)
}
const ask = async (path: string, from = folder) => served(createPortalPage(from)).request(`https://vigil.hospital.example:4871${path}`)

describe('the page for patients', () => {
  it('is served with its own files, and only they are kept by the browser', async () => {
    const page = await ask('/portal')
    expect([page.status, page.headers.get('content-type'), page.headers.get('cache-control'), await page.text()]).toEqual([200, 'text/html; charset=utf-8', 'no-cache', '<!doctype html><title>portal</title>'])
    for (const [name, type] of [['portal-B_x-1.js', 'text/javascript; charset=utf-8'], ['portal-B_x-1.css', 'text/css; charset=utf-8']] as const) {
      const file = await ask(`/assets/${name}`)
      expect([file.status, file.headers.get('content-type'), file.headers.get('cache-control'), await file.text()]).toEqual([200, type, 'public, max-age=31536000, immutable', `/* ${name} */`])
    }
  })

  it('brings nothing else of the window along', async () => {
    for (const path of ['/', '/index.html', '/portal.html', '/portal/', '/assets/index-C1.js', '/assets/glasses-D1.js', '/assets/portal-B_x-1.js.map', '/assets/portal-..%2findex.js', '/assets/portal-%2e%2e%2f%2e%2e%2fportal.js']) {
      expect([path, (await ask(path)).status]).toEqual([path, 404])
    }
    const glasses = await served(createGlassesPage(folder)).request('https://vigil.hospital.example:4871/assets/portal-B_x-1.js')
    expect(glasses.status).toBe(404)
  })

  it('gets no camera and may speak to nobody but the workstation', async () => {
    const { headers } = await ask('/portal')
    expect(headers.get('permissions-policy')).toBe('camera=(), microphone=(), geolocation=()')
    expect(headers.get('content-security-policy')).toContain("connect-src 'self'")
    expect(headers.get('content-security-policy')).not.toContain('wss:')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  it('says so where it was never built', async () => {
    const answer = await ask('/portal', join(folder, 'nowhere'))
    expect(await answer.json()).toMatchObject({ error: { code: 'not-configured' } })
  })
})
