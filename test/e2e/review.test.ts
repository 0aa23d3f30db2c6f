import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { launchBrowser } from '../support/browser.ts'
import { openScreen, openSignedIn, tester, type Screen } from '../support/pages.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

/** Long enough for a busy machine; a pass doesn't wait for it. */
const soon = { timeout: 10_000 }
let browser: Browser
let workstation: Workstation
let screen: Screen
let page: Page

/** One review of the demo study from the worklist to the signed report, in order. */
beforeAll(async () => {
  browser = await launchBrowser()
  workstation = await startWorkstation({ demo: true })
  screen = await openSignedIn(browser, workstation, { width: 1280, height: 800 })
  page = screen.page
  await page.getByRole('row').filter({ hasText: 'needs review' }).waitFor({ timeout: 90_000 })
})
afterAll(async () => {
  await browser?.close()
  await workstation?.stop()
})

const panel = () => page.getByRole('complementary', { name: 'Report and findings' })
const cards = () => panel().getByRole('article')
const selectedCard = () => panel().locator('[data-selected=true]')
const saved = () => panel().getByText('Saved', { exact: true }).waitFor()
const line = (name: string) => panel().getByRole('textbox', { name })

describe('the study', () => {
  it('opens by keyboard from the worklist, with its images and what was measured', async () => {
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: /PHANTOM/ }).waitFor()
    await cards().first().waitFor()
    await page.getByText(/W 400 L 40/).first().waitFor()
    expect(await cards().count()).toBeGreaterThanOrEqual(3)
    await panel().getByRole('button', { name: /Looks like something else/ }).waitFor()
  })

  it('jumps to the slice of a finding and rings it', async () => {
    await page.keyboard.press('j')
    await selectedCard().waitFor()
    const size = /\d+\.\d mm/.exec((await selectedCard().textContent())?.replace(/ ± \d+\.\d/, '') ?? '')?.[0] ?? 'no size'
    await page.getByRole('region', { name: 'Images' }).getByText(size).first().waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await screen.screenshot('study-findings')
  })
})

describe('verdicts', () => {
  it('are given by key and go on to the next undecided finding', async () => {
    const first = await selectedCard().getAttribute('aria-label')
    await page.keyboard.press('y')
    await expect.poll(() => selectedCard().getAttribute('aria-label'), soon).not.toBe(first)
    expect(await cards().filter({ hasText: `accepted · ${tester.name}` }).count()).toBe(1)
  })

  it('reject without losing: what is rejected folds away with its count and can come back', async () => {
    const rejected = await selectedCard().getAttribute('aria-label') ?? ''
    await page.keyboard.press('n')
    await panel().getByRole('button', { name: 'Rejected 1' }).click()
    await panel().getByRole('article', { name: rejected }).getByRole('button', { name: 'Reopen' }).click()
    await expect.poll(() => panel().getByRole('button', { name: /^Rejected/ }).count(), soon).toBe(0)
  })

  it('keep what was measured beside a size that was edited', async () => {
    await page.keyboard.press('e')
    const dialog = page.getByRole('dialog', { name: 'Edit the finding' })
    await dialog.getByLabel('Longest diameter, mm').fill('9.9')
    await dialog.getByLabel('Note for the report').fill('Seen on the scout as well.')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await cards().filter({ hasText: /9\.9.*edited, measured \d/ }).waitFor()
  })

  it('can be on a finding that the clinician adds by hand', async () => {
    const before = await cards().count()
    await page.keyboard.press('d')
    const dialog = page.getByRole('dialog', { name: 'Add a finding by hand' })
    await dialog.getByLabel('What').selectOption('other')
    await dialog.getByLabel('Note for the report').fill('Cyst at the lower pole.')
    await dialog.getByRole('button', { name: 'Add' }).click()
    await expect.poll(() => cards().count(), soon).toBe(before + 1)
    await cards().filter({ hasText: 'Cyst at the lower pole.' }).getByText('clinician', { exact: true }).waitFor()
  })
})

describe('the report', () => {
  it('marks a number that was typed over and puts the measured one back on request', async () => {
    await page.keyboard.press('Alt+1')
    const text = line('Findings, line 1')
    const before = await text.inputValue()
    const size = /\d+\.\d/.exec(before)?.[0] ?? ''
    await text.fill(before.replace(size, '99.9'))
    await panel().getByText(`99.9 edited, measured ${size} mm`).waitFor()
    await saved()
    await panel().getByRole('button', { name: `Restore the measured ${size} mm` }).click()
    await expect.poll(() => text.inputValue(), soon).toBe(before)
    await saved()
  })

  it('saves by itself, and what was saved is there after the window was torn away', async () => {
    await panel().getByRole('button', { name: 'Add a line to Impression' }).click()
    const count = await panel().getByRole('textbox', { name: /^Impression/ }).count()
    await line(`Impression, line ${count}`).fill('Control by ultrasound in four weeks.')
    await page.keyboard.press('Control+s')
    await saved()
    await page.reload()
    await cards().first().waitFor()
    await page.keyboard.press('Alt+1')
    await expect.poll(() => line(`Impression, line ${count}`).inputValue(), soon).toBe('Control by ultrasound in four weeks.')
    expect(await accessibilityProblems(page)).toEqual([])
    await screen.screenshot('study-report')
  })

  it('shows both texts where two windows changed one line, and keeps the one that is chosen', async () => {
    const name = `Impression, line ${await panel().getByRole('textbox', { name: /^Impression/ }).count()}`
    const other = await screen.context.newPage()
    const held = Promise.withResolvers<void>()
    await other.route('**/report', async (route) => {
      if (route.request().method() === 'PUT') await held.promise
      await route.continue()
    })
    await other.goto(page.url())
    await other.getByRole('tab', { name: 'Report' }).click()
    await other.getByRole('textbox', { name }).fill('Control by CT in four weeks.')
    await line(name).fill('Control in six weeks.')
    await page.keyboard.press('Control+s')
    await saved()
    held.resolve()
    const conflict = other.getByRole('alert').filter({ hasText: 'changed elsewhere' })
    await conflict.getByText('The other: “Control in six weeks.”').waitFor()
    await conflict.getByRole('button', { name: 'Keep my lines' }).click()
    await expect.poll(() => line(name).inputValue(), soon).toBe('Control by CT in four weeks.')
    await other.close()
  })

  it('is neither judged nor signed by an assistant', async () => {
    const assistant = { name: 'Ann Other', login: 'ann', password: 'a long enough password', role: 'assistant' }
    const headers = { origin: workstation.url }
    expect((await screen.context.request.post('/api/clinicians', { data: assistant, headers })).ok()).toBe(true)
    const theirs = await openScreen(browser, workstation, { width: 1280, height: 800 })
    await theirs.context.request.post('/api/session/sign-in', { data: assistant, headers })
    await theirs.page.goto(page.url())
    await theirs.page.getByRole('article').first().waitFor()
    expect(await theirs.page.getByRole('button', { name: /^(?:Accept|Reject|Add by hand)/ }).count()).toBe(0)
    await theirs.page.keyboard.press('Alt+1')
    await theirs.page.getByText('A clinician signs.').waitFor()
    expect(await theirs.page.getByRole('button', { name: /^Sign/ }).count()).toBe(0)
    expect(theirs.problems()).toEqual([])
    await theirs.close()
  })

  it('says what is missing as long as it can’t be signed', async () => {
    await panel().getByLabel('Missing before it can be signed').getByText(/not decided yet/).waitFor()
    expect(await panel().getByRole('button', { name: /^Sign/ }).isDisabled()).toBe(true)
  })

  it('is signed with the password and then stands still', async () => {
    await page.keyboard.press('Alt+2')
    for (let guard = 0; guard < 20 && await panel().getByText('to decide').count() > 0; guard += 1) {
      const left = await panel().getByText('to decide').count()
      await cards().filter({ hasText: 'to decide' }).first().getByRole('button', { name: /^Accept/ }).click()
      await expect.poll(() => panel().getByText('to decide').count(), soon).toBeLessThan(left)
    }
    await page.keyboard.press('Alt+1')
    await expect.poll(() => panel().getByRole('button', { name: /^Sign/ }).isEnabled(), soon).toBe(true)
    await page.keyboard.press('Control+Enter')
    const dialog = page.getByRole('dialog', { name: 'Sign the report' })
    await dialog.getByLabel('Your password').fill('not the password')
    await page.keyboard.press('Enter')
    await dialog.getByRole('alert').waitFor()
    await dialog.getByLabel('Your password').fill(tester.password)
    await page.keyboard.press('Enter')
    await panel().getByText(`by ${tester.name}`).waitFor()
    expect(await panel().getByRole('textbox').count()).toBe(0)
    expect(await panel().locator('.report-hash').first().textContent()).toMatch(/^[0-9a-f]{64}$/)
    expect(await accessibilityProblems(page)).toEqual([])
    await screen.screenshot('study-signed')
  })

  it('takes an addendum under its own signature', async () => {
    await panel().getByRole('button', { name: 'Addendum' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add an addendum' })
    await dialog.getByLabel('Addendum').fill('The referring ward was told by telephone.')
    await dialog.getByLabel('Your password').fill(tester.password)
    await dialog.getByRole('button', { name: 'Sign the addendum' }).click()
    await panel().getByText('The referring ward was told by telephone.').waitFor()
  })

  it('goes out as a PDF', async () => {
    const waiting = page.waitForEvent('download')
    await panel().getByRole('button', { name: 'PDF' }).click()
    const download = await waiting
    expect(download.suggestedFilename()).toMatch(/^report-\d{4}-\d{2}-\d{2}-[\w-]+\.pdf$/)
    expect(download.suggestedFilename()).not.toMatch(/phantom/i)
    expect(readFileSync(await download.path()).subarray(0, 5).toString('latin1')).toBe('%PDF-')
  })
})

describe('the other tabs', () => {
  it('tell what happened, newest first', async () => {
    await page.keyboard.press('Alt+4')
    await panel().getByText(/Addendum signed/).waitFor()
    await panel().getByText(/^Imported/).waitFor()
  })

  it('list the attributes, searchable, with the patient’s data covered on request', async () => {
    await page.keyboard.press('Alt+5')
    await panel().getByRole('textbox', { name: 'Search the attributes' }).fill('patientname')
    await panel().getByText(/PHANTOM\^/).waitFor()
    await panel().getByRole('button', { name: 'Cover patient data' }).click()
    await panel().getByText('covered', { exact: true }).first().waitFor()
    expect(await panel().getByText(/PHANTOM\^/).count()).toBe(0)
  })

  it('lead back to a worklist that knows of the signature', async () => {
    await panel().getByRole('tab', { name: 'Timeline' }).click()
    await page.keyboard.press('q')
    await page.getByRole('row').filter({ hasText: 'PHANTOM' }).getByText('signed', { exact: true }).waitFor()
    expect(screen.problems()).toEqual([])
  })
})
