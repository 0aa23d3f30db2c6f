import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Worklist } from '../../src-shared/studies.ts'
import { launchBrowser } from '../support/browser.ts'
import { openScreen, openSignedIn, signIn } from '../support/pages.ts'
import { startWorkstation } from '../support/workstation.ts'

let browser: Browser
let dataDir = ''
beforeAll(async () => {
  browser = await launchBrowser()
  dataDir = mkdtempSync(join(tmpdir(), 'vigil-served-'))
})
afterAll(async () => {
  await browser?.close()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('the served workstation', () => {
  it('draws its first screen under its strict policy, asking nothing of any other machine', async () => {
    const workstation = await startWorkstation()
    const screen = await openScreen(browser, workstation)
    const strangers: string[] = []
    screen.page.on('request', (request) => { if (!request.url().startsWith(workstation.url) && !/^(?:data|blob):/.test(request.url())) strangers.push(request.url()) })
    await screen.page.reload()
    expect(await screen.page.getByRole('heading').first().textContent()).not.toBe('')
    expect([screen.problems(), strangers]).toEqual([[], []])
    await screen.close()
    await workstation.stop()
  })

  it('keeps its clinicians and its studies over a power cut', async () => {
    const before = await startWorkstation({ dataDir, demo: true })
    const screen = await openSignedIn(browser, before)
    const worklist = async (url: string) => Worklist.parse(await (await screen.context.request.get(`${url}/api/worklist`)).json())
    await expect.poll(async () => (await worklist(before.url)).rows[0]?.status, { timeout: 60_000, interval: 500 }).toBe('needs-review')
    const seen = await worklist(before.url)
    await before.kill()

    const after = await startWorkstation({ dataDir })
    await signIn(screen.context, after)
    expect((await worklist(after.url)).rows).toEqual(seen.rows)
    await screen.close()
    await after.stop()
  })
})
