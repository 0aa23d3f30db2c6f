import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writePhantom } from '../../src-main/analysis/phantom/index.ts'
import { NOT_A_DEVICE } from '../../src-shared/reports.ts'
import { accessibilityProblems } from '../support/accessibility.ts'
import { launchBrowser } from '../support/browser.ts'
import { openScreen, tester, type Screen } from '../support/pages.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

/** Long enough for a busy machine; a pass doesn't wait for it. */
const soon = { timeout: 10_000 }
let browser: Browser
let workstation: Workstation
let screen: Screen
let page: Page
let folder = ''
const small = { rows: 64, columns: 64, slices: 6, pixelSpacingMm: [5, 5] as [number, number], sliceSpacingMm: 10 }

/** The tests below are one clinician's first morning, in order. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vigil-worklist-'))
  await writePhantom({ ...small, name: 'ALPHA', seed: 1 }, join(folder, 'alpha'))
  await writePhantom({ ...small, name: 'BRAVO', seed: 2 }, join(folder, 'bravo'))
  writeFileSync(join(folder, 'alpha', 'readme.txt'), 'This is no image.')
  browser = await launchBrowser()
  workstation = await startWorkstation()
  screen = await openScreen(browser, workstation, { width: 1280, height: 800 })
  page = screen.page
})
afterAll(async () => {
  await browser?.close()
  await workstation?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const row = (name: string) => page.getByRole('row').filter({ hasText: name })

describe('the first run', () => {
  it('makes the first clinician, and says what a field lacks', async () => {
    await page.getByRole('heading', { name: 'Set up this workstation' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByLabel('Name as it signs reports').fill(tester.name)
    await page.getByLabel('Sign-in name').fill(tester.login)
    await page.getByLabel('Password', { exact: true }).fill('short')
    await page.getByLabel('Password again').fill('short')
    await page.getByRole('button', { name: 'Start' }).click()
    expect(await page.getByRole('alert').textContent()).toContain('at least 10 characters')
    await page.getByLabel('Password', { exact: true }).fill(tester.password)
    await page.getByLabel('Password again').fill(tester.password)
    await page.getByRole('button', { name: 'Start' }).click()
    await page.getByRole('heading', { name: 'No studies yet' }).waitFor()
    await page.getByRole('contentinfo', { name: 'Status' }).getByText(NOT_A_DEVICE).waitFor()
    await page.getByText('connected').waitFor()
  })
})

describe('imports', () => {
  it('take a folder in, show it live, and keep the list of what was refused', async () => {
    await page.locator('input[data-picker=folder]').setInputFiles(join(folder, 'alpha'))
    await page.getByLabel('Imports', { exact: true }).getByText(/6 imported, \d+ not taken in/).waitFor()
    await row('ALPHA').waitFor()
    await page.getByRole('button', { name: 'Details' }).click()
    await page.getByRole('dialog', { name: 'Import summary' }).getByText('alpha/readme.txt').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Imports' }).click()
    await page.getByRole('dialog', { name: 'Imports' }).getByText('not taken in').waitFor()
    await page.keyboard.press('Escape')
  })

  it('take in what is dropped anywhere', async () => {
    const before = await page.getByRole('row').count()
    const drop = await page.evaluateHandle((paths) => {
      const transfer = new DataTransfer()
      for (const [name, base64] of paths) transfer.items.add(new File([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], name))
      return transfer
    }, filesOf(join(folder, 'bravo')))
    await page.dispatchEvent('body', 'drop', { dataTransfer: drop })
    await row('BRAVO').waitFor()
    expect(await page.getByRole('row').count()).toBe(before + 1)
  })
})

describe('the worklist', () => {
  it('is searched while one types, from the keyboard alone', async () => {
    await page.getByRole('grid').focus()
    await page.keyboard.press('/')
    await page.keyboard.type('brav')
    await expect.poll(() => page.getByRole('row').count(), soon).toBe(2)
    await page.keyboard.press('ArrowDown')
    await page.getByRole('complementary', { name: 'Preview' }).getByRole('heading', { name: /BRAVO/ }).waitFor()
    await page.getByRole('button', { name: 'Clear the search' }).click()
    await expect.poll(() => page.getByRole('row').count(), soon).toBe(3)
  })

  it('keeps its selection on its study when others come and the order turns', async () => {
    await row('ALPHA').click()
    await page.getByRole('button', { name: 'Patient' }).click()
    await row('ALPHA').click()
    await page.getByRole('button', { name: 'Status' }).first().waitFor()
    expect(await page.locator('[aria-selected=true]').textContent()).toContain('ALPHA')
  })

  it('filters by chips that say how much they would show', async () => {
    await page.getByRole('button', { name: 'signed 0' }).click()
    await page.getByRole('heading', { name: 'No study matches' }).waitFor()
    await page.getByRole('button', { name: 'Show all studies' }).click()
    await row('ALPHA').waitFor()
  })

  it('has a key help made of the same keys, and a palette', async () => {
    await page.getByRole('grid').focus()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys of this screen' }).getByText('Open the selected study').waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('settings')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Control+1')
    await row('ALPHA').waitFor()
  })

  it('has no control without a name and no text without contrast', async () => {
    await row('ALPHA').click()
    await page.getByRole('complementary', { name: 'Preview' }).getByRole('button', { name: /Open/ }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await screen.screenshot('worklist')
  })
})

describe('the session', () => {
  it('locks by key, opens again only with the password, and is as it was left', async () => {
    await page.keyboard.press('Control+l')
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
    expect(await row('ALPHA').count()).toBe(0)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Control+k')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.getByLabel('Password').fill('not the password')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'password' }).waitFor()
    await page.getByLabel('Password').fill(tester.password)
    await page.keyboard.press('Enter')
    await row('ALPHA').waitFor()
    expect(await page.locator('[aria-selected=true]').textContent()).toContain('ALPHA')
  })

  it('shows nothing of a patient once signed out', async () => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('sign out')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.content()).not.toContain('ALPHA')
  })

  it('went without an error and without a breach of the policy', () => { expect(screen.problems()).toEqual([]) })
})

function filesOf(dir: string): [string, string][] {
  return readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.name.endsWith('.dcm')).map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name)).toString('base64')])
}
