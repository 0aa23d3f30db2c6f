import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import dicomParser from 'dicom-parser'
import type { Page } from 'playwright-core'
import { afterEach, expect, it } from 'vitest'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { ruler, writeRulerPhantom } from '../support/ruler-phantom.ts'
import { drag, placeOf } from '../support/viewer-page.ts'
import { aStage } from '../support/stage.ts'

let screen: Screen | null = null

const stage = aStage((folder) => [writeRulerPhantom(join(folder, 'ruler'))])
afterEach(async () => {
  const problems = screen?.problems() ?? []
  await screen?.close()
  expect(problems).toEqual([])
})

const openDialog = async (page: Page) => {
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: /Measurements, stones, report as DICOM/ }).click()
}

it('writes what was measured as a structured report, keeps it in the study once, and says why there is no signed report', async () => {
  screen = await openSignedIn(stage.browser, stage.workstation, { path: `/study?uid=${ruler.studyUid}`, width: 1280, height: 800 })
  const { page } = screen
  const pane = page.locator('[data-mode="stack"]')
  await pane.getByText('Image 3 / 5').waitFor()
  await page.keyboard.press('l')
  await drag(page, await placeOf(pane, ruler, 10, 10), await placeOf(pane, ruler, 10, 70))
  await pane.locator('.measurement text').first().waitFor()
  await openDialog(page)
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save a file: Measurements and findings' }).click()])
  const report = dicomParser.parseDicom(await readFile(await download.path()))
  expect([report.string('x00080060'), report.string('x0020000d')]).toEqual(['SR', ruler.studyUid])
  expect(download.suggestedFilename()).not.toMatch(/ruler|phantom/i)
  const keep = page.getByRole('button', { name: 'Keep in the study: Measurements and findings' })
  await keep.click()
  await page.getByText('It is a series of the study now.').waitFor()
  await keep.click()
  await page.getByText('The very same object is in the study already.').waitFor()
  await page.getByRole('button', { name: 'Save a file: The signed report' }).click()
  await page.getByRole('alert').filter({ hasText: /sign/i }).waitFor()
  await page.getByRole('button', { name: 'Close', exact: true }).last().click()
  await page.locator('.strip-item', { hasText: 'SR' }).waitFor()
})
