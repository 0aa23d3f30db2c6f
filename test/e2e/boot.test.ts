import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bridgeChannels } from '../../src-shared/bridge.ts'
import { contentSecurityPolicy } from '../../src-main/http/guards.ts'
import { boot, type Booted } from '../support/booted.ts'
import { tester } from '../support/pages.ts'
import { tinyModel } from '../support/tiny-model.ts'

/** The built Electron main process, on plain Node: everything but Chromium's window. */
const home = 'vigil://app/'
let dataDir = ''
let booted: Booted
let model: ReturnType<typeof tinyModel>

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'vigil-boot-'))
  model = tinyModel()
  booted = boot({ dataDir, env: { MEDGEMMA_MODEL_PATH: model.folder, MEDGEMMA_DEVICE: 'cpu' } })
  await booted.until('loaded')
})
afterAll(() => {
  booted.kill()
  model.remove()
  rmSync(dataDir, { recursive: true, force: true })
})

const sessionState = async () => JSON.parse((await booted.request(`${home}api/session`)).text) as unknown

describe('the window', () => {
  it('loads the application by its own scheme, sandboxed, with the preload that was built', async () => {
    const { options } = await booted.until('window')
    expect(options).toMatchObject({ show: false, webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false } })
    const preload = /"preload":"([^"]+)"/.exec(JSON.stringify(options))?.[1] ?? ''
    expect([(await booted.until('loaded')).url, existsSync(preload)]).toEqual([home, true])
  })

  it('is guarded before it opens', async () => {
    const { calls } = await booted.until('loaded')
    expect(calls).toEqual(expect.arrayContaining(['enableSandbox', 'permission requests', 'permission checks', 'device permissions', 'requests', 'spell checker false', 'menu']))
    expect(calls[0]).toContain('"scheme":"vigil","privileges":{"standard":true,"secure":true')
  })

  it('gets the page, its script and its policy', async () => {
    const page = await booted.request(home)
    expect([page.status, page.headers['content-type'], page.headers['content-security-policy']]).toEqual([200, 'text/html; charset=utf-8', contentSecurityPolicy])
    const script = /<script[^>]+src="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const answer = await booted.request(new URL(script, home).href)
    expect([answer.status, answer.headers['content-type'], answer.text.length > 1000]).toEqual([200, 'text/javascript; charset=utf-8', true])
  })

  it('answers no other origin', async () => {
    expect((await booted.request('vigil://elsewhere/api/session')).status).toBe(404)
    expect((await booted.request(`${home}api/session`, { headers: { origin: 'https://example.org' } })).status).toBe(403)
  })
})

describe('the session', () => {
  it('is held by the shell: the page signs in, sees no token, and is known from then on', async () => {
    expect(await sessionState()).toEqual({ state: 'first-run' })
    expect((await booted.request(`${home}api/worklist`)).status).toBe(401)
    const answer = await booted.request(`${home}api/session/first-run`, { method: 'POST', json: tester })
    expect([answer.status, answer.headers['x-vigil-session'], answer.headers['set-cookie']]).toEqual([200, undefined, undefined])
    expect(answer.text).not.toMatch(/[\w-]{43}/)
    expect((await booted.request(`${home}api/worklist`)).status).toBe(200)
  })

  it('lets the reader answer from a process of the shell’s own kind', async () => {
    const answer = await booted.request(`${home}api/reader/try`, { method: 'POST', json: {} })
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('A person looks at a screen.')])
  })

  it('locks when the system locks its screen', async () => {
    booted.emit('power', 'lock-screen')
    await expect.poll(sessionState, { timeout: 20_000 }).toMatchObject({ state: 'locked' })
    expect((await booted.request(`${home}api/worklist`)).status).toBe(423)
    await booted.request(`${home}api/session/unlock`, { method: 'POST', json: { password: tester.password } })
    expect((await booted.request(`${home}api/worklist`)).status).toBe(200)
  })
})

describe('the bridge', () => {
  it('opens a folder dialog for the application', async () => {
    expect(await booted.call(bridgeChannels.pickFolder, home)).toMatchObject({ value: ['/chosen/folder'], error: null })
  })

  it('opens none for a stranger, and takes no argument of another shape', async () => {
    expect((await booted.call(bridgeChannels.pickFolder, 'https://example.org/')).error).toBe('This call does not come from the application.')
    expect((await booted.call(bridgeChannels.setFullScreen, home, 'yes')).error).not.toBeNull()
  })
})

describe('a second start', () => {
  it('ends at once', async () => {
    const second = boot({ dataDir, env: { FAKE_ELECTRON_IS_SECOND: 'yes' } })
    expect(await second.exited).toBe(0)
    expect(second.said).toEqual([])
  })

  it('hands its paths to the first, which imports them', async () => {
    const file = join(dataDir, 'note.txt')
    writeFileSync(file, 'not an image')
    booted.emit('app', 'second-instance', { paths: [file] })
    await expect.poll(async () => (await booted.request(`${home}api/imports`)).text, { timeout: 20_000 }).toContain('"rejected":1')
  })
})

describe('the end', () => {
  it('remembers the window, stops in order and leaves with 0', async () => {
    booted.emit('window', 'close')
    booted.quit()
    expect(await booted.exited).toBe(0)
    expect(existsSync(join(dataDir, 'desktop', 'window.json'))).toBe(true)
    expect(booted.log()).not.toContain('"level":"error"')
  })

  it('says in one sentence why it can not start', async () => {
    const broken = boot({ dataDir, env: { VIGIL_LOCK_MINUTES: 'soon' } })
    expect((await broken.until('error-box')).text).toContain('VIGIL_LOCK_MINUTES')
    expect(await broken.exited).toBe(1)
  })
})
