import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { launchBrowser } from '../support/browser.ts'
import { aDicomFile, aSlice, type Attribute } from '../support/dicom-file.ts'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { drag } from '../support/viewer-page.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

/** Long enough for a busy machine; a pass doesn't wait for it. */
const soon = { timeout: 10_000 }
let browser: Browser
let workstation: Workstation
let screen: Screen
let page: Page
let folder: string

/** A series of 64 × 64 pixels, 6 slices 2 mm apart. */
function writeSeries(study: string, number: number, description: string, more: readonly Attribute[]): void {
  mkdirSync(join(folder, study), { recursive: true })
  for (let at = 0; at < 6; at += 1) {
    const series = `${study}.${number}`
    const slice = aSlice({
      study, series, instance: `${series}.${at + 1}`, number: at + 1, positionMm: [0, 0, 2 * at], rows: 64, columns: 64, fill: 1000 + 40 * at,
      more: [[0x0008103e, 'LO', description], [0x00180015, 'CS', 'ABDOMEN'], [0x00200011, 'IS', String(number)], [0x00200052, 'UI', `${study}.99`], ...more]
    })
    writeFileSync(join(folder, study, `${number}-${at}.dcm`), aDicomFile(slice))
  }
}

/** Three studies under one Patient ID, of which one is somebody else's: another birth date. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vigil-records-'))
  const study = (date: string, description: string): Attribute[] => [[0x00080020, 'DA', date], [0x00081030, 'LO', description]]
  const [today, before] = [study('20260102', 'Abdomen today'), study('20240101', 'Abdomen before')]
  writeSeries('1.2.7', 1, 'Axial soft 2.0', today)
  writeSeries('1.2.7', 2, 'Axial lung 1.0', today)
  writeSeries('1.2.6', 1, 'Scout', before)
  writeSeries('1.2.6', 2, 'Axial soft 5.0', before)
  writeSeries('1.2.5', 1, 'Axial soft 5.0', [...study('20250101', 'Of another patient'), [0x00100030, 'DA', '19550505']])
  browser = await launchBrowser()
  workstation = await startWorkstation({ paths: [folder] })
  screen = await openSignedIn(browser, workstation, { width: 1280, height: 800 })
  page = screen.page
  await page.getByRole('row').filter({ hasText: 'Abdomen today' }).waitFor({ timeout: 30_000 })
})
afterAll(async () => {
  await browser?.close()
  await workstation?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const open = async (description: string) => {
  await page.keyboard.press('Control+1')
  await page.getByRole('row').filter({ hasText: description }).click()
  await page.keyboard.press('Enter')
  await image(/^Image \d+ \/ 6$/).first().waitFor()
}
const image = (text: RegExp | string) => page.getByRole('region', { name: 'Images' }).first().getByText(text)
const menu = async (name: string | RegExp) => {
  await page.getByRole('button', { name }).click()
  await page.getByRole('menu').waitFor()
}
/** The clinician's hanging protocols, a part of the layout's menu. */
const protocols = async () => {
  await menu(/^Layout/)
  await page.getByRole('menuitem', { name: 'Hanging protocols' }).click()
}
const choose = async (name: string | RegExp) => { await page.getByRole('menuitem', { name }).click() }
const list = () => page.getByRole('region', { name: 'Key images' })
const star = () => page.getByRole('region', { name: 'Images' }).first().getByText('Key image.', { exact: true })

describe('a key image', () => {
  it('is marked by key, with a star over it and in the strip', async () => {
    await open('Abdomen today')
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    await image('Image 2 / 6').waitFor()
    await page.keyboard.press('k')
    await star().waitFor()
    await page.getByRole('navigation', { name: 'Series' }).getByText('1 key image.').waitFor()
    await page.keyboard.press('ArrowDown')
    await image('Image 3 / 6').waitFor()
    await expect.poll(() => star().count(), soon).toBe(0)
  })

  it('gets a note, and is jumped to from the list', async () => {
    await page.keyboard.press('Alt+3')
    await list().getByRole('button', { name: 'Write a note to Axial soft 2.0, image 2 of 6' }).click()
    await page.keyboard.type('Stone, lower pole')
    await page.keyboard.press('Enter')
    await list().getByText('Stone, lower pole').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await list().getByRole('button', { name: /^Axial soft 2.0, image 2 of 6/ }).click()
    await image('Image 2 / 6').waitFor()
    await image('Stone, lower pole').waitFor()
    await screen.screenshot('key-images')
  })

  it('survives a reload, and goes when the key is pressed again', async () => {
    await page.reload()
    await image(/^Image \d+ \/ 6$/).waitFor()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    await star().waitFor()
    await page.getByRole('button', { name: 'Take the key image mark away' }).click()
    await expect.poll(() => star().count(), soon).toBe(0)
    await page.keyboard.press('k')
    await star().waitFor()
  })
})

describe('a key image that can’t be saved', () => {
  it('stays marked and says so until the edge answers, and is saved then by itself', async () => {
    await page.keyboard.press('Alt+3')
    await page.route('**/api/key-images/*', (route) => route.abort())
    await page.keyboard.press('End')
    await image('Image 6 / 6').waitFor()
    await page.keyboard.press('k')
    await star().waitFor()
    await list().getByRole('alert').filter({ hasText: 'Not saved yet: Vigil does not answer' }).waitFor()
    await page.unroute('**/api/key-images/*')
    await expect.poll(() => list().getByRole('alert').count(), { timeout: 15_000 }).toBe(0)
    await page.reload()
    await page.getByRole('navigation', { name: 'Series' }).getByText('2 key images.').waitFor()
  })
})

describe('earlier studies', () => {
  it('are those of the same patient alone, and hang beside the current one', async () => {
    await menu('Other studies of this patient: 1')
    const items = page.getByRole('menuitem')
    expect(await items.allTextContents()).toEqual([expect.stringMatching(/2024-01-01.*CT · Abdomen before.*2 y earlier/)])
    await screen.screenshot('priors-menu')
    await choose(/Abdomen before/)
    await image(/Prior · 2024-01-01/).waitFor()
    await expect.poll(() => image(/^Image \d+ \/ 6$/).count(), soon).toBe(2)
    expect(await accessibilityProblems(page)).toEqual([])
  })
})

describe('a hanging protocol', () => {
  it('is saved from the screen and says what it keeps', async () => {
    await protocols()
    await choose('Save this screen for CT ABDOMEN…')
    const dialog = page.getByRole('dialog', { name: 'Save this screen' })
    expect(await dialog.getByRole('list', { name: '1 × 2 panes' }).getByRole('listitem').allTextContents()).toEqual(['Axial soft 2.0', 'of the earlier study'])
    expect(await accessibilityProblems(page)).toEqual([])
    await dialog.getByLabel('Name').fill('With prior')
    await screen.screenshot('hanging-save')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved. CT ABDOMEN opens like this from now on.').first().waitFor()
  })

  it('comes back by itself at the next opening, and leaves a pane empty with the reason where there is no prior', async () => {
    await open('Abdomen today')
    await image(/Prior · 2024-01-01/).waitFor()
    await open('Of another patient')
    await page.getByText('Hung by “With prior”. Left empty: There is no earlier study of this patient here.').first().waitFor()
    expect(await image(/^Prior/).count()).toBe(0)
  })

  it('can be left aside, renamed and deleted', async () => {
    await open('Abdomen today')
    await image(/Prior · 2024-01-01/).waitFor()
    await protocols()
    await choose(/None: the usual way/)
    await expect.poll(() => image(/^Image \d+ \/ 6$/).count(), soon).toBe(1)
    await protocols()
    await screen.screenshot('hanging-menu')
    await choose('Rename or delete…')
    const dialog = page.getByRole('dialog', { name: 'Hanging protocols' })
    await dialog.getByLabel('Name of the protocol for CT ABDOMEN').fill('Side by side')
    await dialog.getByRole('button', { name: 'Rename' }).click()
    await dialog.getByRole('button', { name: 'Delete Side by side' }).click()
    await screen.screenshot('hanging-manage')
    await dialog.getByRole('button', { name: 'Delete for good' }).click()
    await dialog.getByText('There is none any more.').waitFor()
    await page.keyboard.press('Escape')
    await open('Abdomen today')
    expect(await image(/^Image \d+ \/ 6$/).count()).toBe(1)
  })
})

describe('a study beside the one that is read', () => {
  it('is named as the earlier one also where a measurement of it, or a step taken back, brings it onto the screen', async () => {
    await open('Abdomen today')
    await menu('Other studies of this patient: 1')
    await choose(/Abdomen before/)
    await image(/Prior · 2024-01-01/).waitFor()
    const box = await page.locator('[data-pane="p2"]').boundingBox()
    if (box === null) throw new Error('The earlier study hangs nowhere.')
    await page.keyboard.press('l')
    await drag(page, { x: box.x + box.width * 0.4, y: box.y + box.height / 2 }, { x: box.x + box.width * 0.6, y: box.y + box.height / 2 })
    await page.locator('[data-pane="p2"] .measurement text').waitFor()
    await page.locator('[data-pane="p1"]').click({ position: { x: 20, y: 200 } })
    await page.keyboard.press('Escape')
    await page.keyboard.press('b')
    await expect.poll(() => image(/^Image \d+ \/ 6$/).count(), soon).toBe(1)
    expect(await image(/^Prior/).count()).toBe(0)
    await page.keyboard.press('Alt+3')
    await page.getByRole('region', { name: 'Series of another study' }).locator('.measured-main').click()
    await page.locator('[data-pane="p1"] .measurement text').waitFor()
    await image(/Prior · 2024-01-01/).waitFor()
    await page.getByRole('region', { name: 'Series of another study' }).getByRole('button', { name: 'Delete this length' }).click()
  })

  it('is not called prior where it is the newer one', async () => {
    await open('Abdomen before')
    await menu('Other studies of this patient: 1')
    await choose(/Abdomen today/)
    await image(/Other study · 2026-01-02/).waitFor()
    expect(await image(/^Prior/).count()).toBe(0)
  })

  it('and all of this went without an error', () => { expect(screen.problems()).toEqual([]) })
})
