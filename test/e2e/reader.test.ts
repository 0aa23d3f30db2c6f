import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { accessibilityProblems } from '../support/accessibility.ts'
import { launchBrowser } from '../support/browser.ts'
import { crowdedParts } from '../support/crowding.ts'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { tinyModel } from '../support/tiny-model.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

const sizes = [{ width: 1280, height: 800 }, { width: 1920, height: 1080 }] as const
const Rows = z.object({ rows: z.array(z.object({ studyUid: z.string(), status: z.string() })) })
let model: ReturnType<typeof tinyModel>
let browser: Browser
let workstation: Workstation
let screen: Screen
let page: Page
let studyUid = ''

const ask = async (path: string) => (await screen.context.request.get(`${workstation.url}${path}`)).json() as Promise<unknown>
const statusOf = async () => Rows.parse(await ask('/api/worklist')).rows[0]
const send = (method: 'POST' | 'PUT', path: string, data: unknown) => screen.context.request.fetch(`${workstation.url}${path}`, { method, data, headers: { origin: workstation.url } })
const open = async () => {
  await page.goto(`/study?uid=${studyUid}`)
  await page.getByRole('tab', { name: /^Reader/ }).click()
}
const statement = (words: string | RegExp) => page.locator('.reader .statement').filter({ hasText: words })
/** Nothing is cut sideways, and nobody is kept out. */
const expectReadable = async () => {
  for (const size of sizes) {
    await page.setViewportSize(size)
    expect(await page.evaluate(() => {
      const beyond = [...document.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().bottom > window.innerHeight + 1 && one.closest('.settings, .dialog, .quality') === null).map((one) => `${one.tagName} ${one.className}`)
      return { isWide: document.documentElement.scrollWidth > window.innerWidth, isHigh: document.documentElement.scrollHeight > window.innerHeight, beyond }
    })).toEqual({ isWide: false, isHigh: false, beyond: [] })
    expect(await accessibilityProblems(page)).toEqual([])
  }
}
const expectClean = async () => {
  for (const size of sizes) {
    await page.setViewportSize(size)
    await expect.poll(() => crowdedParts(page), { timeout: 3000 }).toEqual([])
  }
  expect(await accessibilityProblems(page)).toEqual([])
}

beforeAll(async () => {
  model = tinyModel()
  browser = await launchBrowser()
  // Cut down to a few slices: the test model has no better eye for more.
  workstation = await startWorkstation({ demo: true, env: { MEDGEMMA_MODEL_PATH: model.folder, MEDGEMMA_MAX_SLICES: '6', MEDGEMMA_DEVICE: 'cpu' } })
  screen = await openSignedIn(browser, workstation, sizes[0])
  await vi.waitFor(async () => { if ((await statusOf())?.status !== 'needs-review') throw new Error('The demo study is not ready.') }, { timeout: 110_000, interval: 250 })
  studyUid = (await statusOf())?.studyUid ?? ''
  await screen.close()
})
afterAll(async () => {
  await browser?.close()
  await workstation?.stop()
  model?.remove()
})
beforeEach(async () => {
  screen = await openSignedIn(browser, workstation, sizes[0])
  page = screen.page
})
afterEach(async () => {
  const problems = screen.problems()
  await screen.close()
  expect(problems).toEqual([])
})

describe('the reader of this machine on the demo study', () => {
  it('has described it by itself, and says of how many slices and by what', async () => {
    await open()
    await statement('The kidneys are of even density').waitFor()
    await expect.poll(() => page.locator('.reading-head').first().innerText()).toMatch(/6 of \d+ images, because the settings allow no more · tiny-gemma3 · fp32/)
    await expectClean()
    await screen.screenshot('reader-tab')
  })

  it('stands with a second look on the card of each candidate', async () => {
    await open()
    await page.getByRole('tab', { name: /^Findings/ }).click()
    await page.locator('.finding-second-look').first().waitFor()
    expect(await page.locator('.finding-second-look').first().innerText()).toMatch(/second look (?:stone|phlebolith)/)
    await expectClean()
    await screen.screenshot('reader-cards')
  })

  it('shows the very image that a sentence speaks of', async () => {
    await open()
    await statement('The kidneys').getByRole('button', { name: 'Show image S1' }).click()
    await expect.poll(() => page.locator('[data-content="shown"]').first().innerText()).toMatch(/\b1 ?\/ ?\d+/)
  })

  it('writes its words as they come, is called off in under a second, and answers when it is asked again', async () => {
    await open()
    await page.getByRole('button', { name: /^Describe/ }).click()
    const live = page.getByRole('region', { name: 'Description of the study' }).and(page.locator('.reading-live'))
    await live.waitFor()
    const startedMs = performance.now()
    await live.getByRole('button', { name: 'Cancel' }).click()
    await live.waitFor({ state: 'detached' })
    expect(performance.now() - startedMs).toBeLessThan(1500)
    const words = page.evaluate(() => new Promise<string>((done) => {
      const watch = new MutationObserver(() => { const found = document.querySelector('[data-live-words]'); if (found !== null) { watch.disconnect(); done(found.textContent ?? '') } })
      watch.observe(document.body, { childList: true, subtree: true })
    }))
    await page.getByRole('button', { name: /^Describe/ }).click()
    expect(await words).toContain('The kidneys')
    await live.waitFor({ state: 'detached' })
    await expect.poll(() => statement('A cyst of').count()).toBeGreaterThan(0)
  })

  it('keeps the report from being signed by a number that nothing measured, until somebody decides', async () => {
    const findings = z.object({ findings: z.array(z.object({ id: z.string(), kind: z.string(), revision: z.number(), status: z.string() })) }).parse(await ask(`/api/studies/${studyUid}/analysis`)).findings
    for (const { id, kind, revision, status } of findings) if (kind === 'stone' && status === 'proposed') expect((await send('POST', `/api/findings/${id}/verdict`, { verdict: 'accept', revision })).ok()).toBe(true)
    await open()
    await page.getByRole('tab', { name: /^Report/ }).click()
    await page.getByText('names a number that no measurement stands behind').first().waitFor()
    expect(await page.getByRole('button', { name: /^Sign/ }).isDisabled()).toBe(true)
    await expectClean()
    await page.getByRole('button', { name: 'Show the sentence of the reader' }).click()
    expect(await page.locator('.statement[data-selected="true"]').first().innerText()).toContain('A cyst of')
    const flagged = statement('A cyst of')
    expect(await flagged.first().locator('.statement-cut').innerText()).toBe('43 mm')
    await screen.screenshot('reader-flagged')
    await page.keyboard.press('Alt+y')
    await flagged.first().getByText('accepted').waitFor()
    await page.getByRole('tab', { name: /^Report/ }).click()
    const textNow = async () => z.object({ text: z.string() }).parse(await ask(`/api/studies/${studyUid}/report`)).text
    await expect.poll(textNow).toContain('(number removed)')
    await expect.poll(() => page.getByRole('button', { name: /^Sign/ }).isDisabled()).toBe(false)
    expect(await textNow()).not.toContain('43 mm')
    await expectClean()
    await screen.screenshot('reader-report')
  })

  it('takes the clinician’s words in place of its own', async () => {
    await open()
    await statement('The bowel').getByRole('button', { name: 'Amend' }).click()
    await page.getByLabel('Your words').fill('The bowel is normal.')
    await page.getByRole('button', { name: 'Use these words' }).click()
    await statement('The bowel is normal.').waitFor()
    await page.getByRole('tab', { name: /^Report/ }).click()
    await page.getByText('The bowel is normal.').first().waitFor()
  })
})

describe('reading first', () => {
  it('hides what the model says until an impression is kept', async () => {
    expect((await send('PUT', '/api/reader/settings', { isReadFirst: true })).ok()).toBe(true)
    await open()
    await page.getByText('Write your impression first').waitFor()
    expect(await page.locator('.reader .statement').count()).toBe(0)
    await page.getByRole('tab', { name: /^Findings/ }).click()
    await page.locator('.finding').first().waitFor()
    expect(await page.locator('.finding-second-look').count()).toBe(0)
    const report = z.object({ revision: z.number(), content: z.object({ technique: z.array(z.unknown()), findings: z.array(z.unknown()), impression: z.array(z.unknown()) }) }).parse(await ask(`/api/studies/${studyUid}/report`))
    const own = { id: 'own-impression', origin: 'clinician', findingId: null, spans: [{ type: 'text', text: 'Stones on both sides, none of them urgent.' }] }
    expect((await send('PUT', `/api/studies/${studyUid}/report`, { revision: report.revision, content: { ...report.content, impression: [...report.content.impression, own] } })).ok()).toBe(true)
    await page.getByRole('tab', { name: /^Reader/ }).click()
    await screen.screenshot('reader-hidden')
    await page.getByRole('button', { name: /^Keep it and open/ }).click()
    await statement('The kidneys').first().waitFor()
    await page.getByRole('button', { name: 'The reader agrees' }).click()
    await expect.poll(() => page.getByRole('button', { name: 'The reader agrees' }).getAttribute('aria-pressed')).toBe('true')
    await expectClean()
    expect((await send('PUT', '/api/reader/settings', { isReadFirst: false })).ok()).toBe(true)
  })
})

describe('around the reader', () => {
  it('the status bar names it and opens its settings, where models are brought in, checked and taken away', async () => {
    await page.getByRole('button', { name: /^reader: tiny-gemma3/ }).click()
    await page.getByRole('heading', { name: 'Models' }).waitFor()
    await page.getByText('in use').waitFor()
    await page.getByRole('button', { name: 'Try it' }).click()
    await page.getByText('A person looks at a screen.').waitFor()
    await page.getByRole('button', { name: 'Bring in from a folder' }).click()
    await page.getByLabel('Folder on this machine').fill(`${model.folder}-nowhere`)
    await page.getByLabel('I have read the terms').check()
    await page.getByRole('button', { name: 'Bring it in' }).click()
    await page.getByRole('alert').getByText('config.json is missing').waitFor()
    await expectReadable()
    await screen.screenshot('reader-import')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Verify' }).first().click()
    await page.getByText('in use, verified').waitFor()
    await expectReadable()
    await screen.screenshot('reader-settings')
  })

  it('the figures tell what was taken in and thrown out', async () => {
    await page.goto('/reader')
    await page.getByRole('cell', { name: /tiny-gemma3 describe-study\/1/ }).first().waitFor()
    await expectReadable()
    await screen.screenshot('reader-figures')
  })
})

it('made-up answers are marked wherever they stand', async () => {
  const mock = await startWorkstation({ demo: true, env: { MEDGEMMA_MODE: 'mock' } })
  const other = await openSignedIn(browser, mock, sizes[0])
  try {
    const first = async () => Rows.parse(await (await other.context.request.get(`${mock.url}/api/worklist`)).json()).rows[0]
    await expect.poll(async () => (await first())?.status, { timeout: 110_000 }).toBe('needs-review')
    await other.page.goto(`/study?uid=${(await first())?.studyUid ?? ''}`)
    await other.page.getByRole('button', { name: /^reader: MOCK/ }).waitFor()
    await other.page.getByRole('tab', { name: /^Reader/ }).click()
    await other.page.locator('.statement .mock-mark').first().waitFor()
    await other.page.locator('.statement').first().getByRole('button', { name: /^Accept/ }).click()
    await other.page.getByRole('tab', { name: /^Report/ }).click()
    await other.page.getByText('[MOCK]').first().waitFor()
    await other.screenshot('reader-mock')
    expect(await accessibilityProblems(other.page)).toEqual([])
  } finally {
    await other.close()
    await mock.stop()
  }
})
