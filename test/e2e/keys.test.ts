import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { launchBrowser } from '../support/browser.ts'
import { openSignedIn, tester, type Screen } from '../support/pages.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

let browser: Browser
let workstation: Workstation
let screen: Screen
let page: Page

/** One clinician moves keys about, in order. */
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

const keys = () => page.getByRole('region', { name: 'Keys', exact: true })
const row = (title: string) => keys().getByRole('listitem').filter({ hasText: title })
const change = (title: string) => row(title).getByRole('button', { name: `Change the key of: ${title}` })
const ear = () => keys().getByRole('button', { name: /Press the new key/ })
const search = async (text: string) => { await keys().getByRole('textbox', { name: 'Search commands and keys' }).fill(text) }
const openSettings = async () => {
  await page.keyboard.press('Control+,')
  await keys().waitFor()
}
const openStudy = async () => {
  await page.keyboard.press('Control+1')
  await page.getByRole('row').filter({ hasText: 'needs review' }).click()
  await page.keyboard.press('Enter')
  await page.getByText(/W 400 L 40/).first().waitFor()
}
/** The word in the corner of the image. */
const inverted = () => page.getByText('Inverted', { exact: true })

describe('the keys in the settings', () => {
  it('list every command, of screens that are not open too', async () => {
    await openSettings()
    for (const title of ['Command palette', 'Next study', 'Invert', 'Accept the selected finding', 'Sign the report']) await row(title).first().waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await screen.screenshot('settings-keys')
  })

  it('are searched by name and by key', async () => {
    await search('invert')
    expect(await keys().getByRole('listitem').count()).toBe(1)
    await search('shift j')
    await row('Previous finding').waitFor()
    await search('no such command')
    await keys().getByText('No command is called so').waitFor()
  })

  it('refuse with a sentence what the browser needs, and do nothing of it', async () => {
    await search('invert')
    await change('Invert').focus()
    await page.keyboard.press('Enter')
    await ear().waitFor()
    await page.keyboard.press('Control+c')
    await keys().getByRole('alert').filter({ hasText: 'Ctrl C copies. Choose another key.' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await change('Invert').evaluate((button) => button === document.activeElement)).toBe(true)
    expect(await row('Invert').textContent()).toContain('I')
  })

  it('say what a key means already, and move it only when told to; by keyboard alone', async () => {
    await page.keyboard.press('Enter')
    await page.keyboard.press('x')
    await keys().getByText(/already means “Mirror left to right” \(Viewer\)/).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await screen.screenshot('settings-keys-clash')
    await page.keyboard.press('Enter')
    await keys().getByText('Invert: X from now on. It is taken from: Mirror left to right.').waitFor()
    await search('mirror left')
    expect(await row('Mirror left to right').textContent()).toContain('no key')
  })
})

describe('a chosen key', () => {
  it('works in the viewer at once, and the old one does not', async () => {
    await openStudy()
    await page.keyboard.press('i')
    expect(await inverted().count()).toBe(0)
    await page.keyboard.press('x')
    await inverted().first().waitFor()
  })

  it('stands in the key help and the palette', async () => {
    await page.keyboard.press('?')
    const help = page.getByRole('dialog', { name: 'Keys of this screen' })
    await help.locator('dl > div', { has: page.getByText('Invert', { exact: true }) }).getByText('X', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('viewer invert')
    await page.getByRole('option', { name: 'Invert X' }).waitFor()
    await page.keyboard.press('Escape')
  })

  it('survives a reload, and comes back at another window after signing in', async () => {
    await page.reload()
    await page.getByText(/W 400 L 40/).first().waitFor()
    await page.keyboard.press('x')
    await inverted().first().waitFor()
    const other = await openSignedIn(browser, workstation, { path: '/settings' })
    await other.page.getByRole('region', { name: 'Keys', exact: true }).getByRole('listitem').filter({ hasText: /^Invertchosen/ }).getByText('X', { exact: true }).waitFor()
    expect(other.problems()).toEqual([])
    await other.close()
  })

  it('chosen at one window is in force at the other without a reload', async () => {
    const other = await openSignedIn(browser, workstation, { path: '/settings' })
    const theirs = other.page.getByRole('region', { name: 'Keys', exact: true })
    await theirs.getByRole('button', { name: 'Change the key of: Invert' }).click()
    await theirs.getByRole('button', { name: /Press the new key/ }).waitFor()
    await other.page.keyboard.press('Alt+n')
    await theirs.getByText('Invert: Alt N from now on.').waitFor()
    await expect.poll(async () => {
      await page.keyboard.press('Alt+n')
      return inverted().count()
    }, { timeout: 10_000, interval: 1000 }).toBe(0)
    await other.close()
  })

  it('goes back with all others when asked to', async () => {
    await openSettings()
    await keys().getByRole('button', { name: 'Reset all' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reset all' }).click()
    await keys().getByText('Every command has its own key again.').waitFor()
    await search('invert')
    expect(await row('Invert').getByText('chosen').count()).toBe(0)
    await openStudy()
    await page.keyboard.press('i')
    await inverted().first().waitFor()
  })

  it(`is ${tester.name}’s own, and went without an error`, () => { expect(screen.problems()).toEqual([]) })
})
