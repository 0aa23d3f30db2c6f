import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Worklist } from '../../src-shared/studies.ts'
import { launchBrowser } from '../support/browser.ts'
import { readManifest, type ManifestSeries } from '../support/manifest.ts'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { missingData, sharedData } from '../support/shared-data.ts'
import { brightShare, measuredTexts, placeOf } from '../support/viewer-page.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

const results = resolve(import.meta.dirname, '..', '..', 'test-results')
const folders = ['ct-head-phantom-philips/S21570/S2010', 'ct-head-phantom-tilt-jpegls', 'ct-chest-noncontrast-8mm', 'transfer-syntaxes']
const missing = folders.map((folder) => missingData(folder)).find((reason) => reason !== null) ?? null
const seriesAt = (path: string): ManifestSeries | undefined => readManifest().flatMap(({ series }) => series).find((one) => one.path === path)

describe.skipIf(missing !== null)('the viewer on real series', () => {
  let browser: Browser
  let workstation: Workstation
  let screen: Screen
  let page: Page
  let pane: Locator
  let studies: Worklist['rows'] = []

  beforeAll(async () => {
    browser = await launchBrowser()
    workstation = await startWorkstation()
    screen = await openSignedIn(browser, workstation, { width: 1280, height: 800 })
    page = screen.page
    pane = page.locator('[data-mode="stack"]')
    const headers = { origin: workstation.url }
    const { id } = await (await screen.context.request.post('/api/imports', { data: { paths: folders.map((folder) => sharedData(folder)) }, headers })).json() as { id: string }
    const state = async () => ((await (await screen.context.request.get(`/api/imports/${id}`)).json()) as { progress: { state: string } }).progress.state
    while (await state() !== 'done') await page.waitForTimeout(200)
    studies = Worklist.parse(await (await screen.context.request.get('/api/worklist?limit=500')).json()).rows
  })
  afterAll(async () => {
    await browser?.close()
    await workstation?.stop()
  })

  const open = async (words: string, text: string | RegExp) => {
    const study = studies.find((row) => JSON.stringify(row).includes(words))
    await page.goto(`/study?uid=${study?.studyUid ?? ''}`)
    await pane.getByText(text).waitFor()
  }

  it('reads under the mouse what the manifest says lies there', async () => {
    const facts = seriesAt(folders[0] ?? '')
    const study = studies.find((row) => row.instanceCount === 28)
    await page.goto(`/study?uid=${study?.studyUid ?? ''}`)
    await pane.getByText('Image 14 / 28').waitFor()
    await page.keyboard.press('h')
    const [rowSpacingMm, columnSpacingMm] = facts?.pixel_spacing_mm_row_col ?? [1, 1]
    const grid = { rows: facts?.rows ?? 0, columns: facts?.columns ?? 0, rowSpacingMm, columnSpacingMm }
    for (const probe of facts?.probes ?? []) {
      await page.keyboard.press('Home')
      for (let slice = 0; slice < probe.slice; slice += 1) await page.keyboard.press('ArrowDown')
      await pane.getByText(`Image ${probe.slice + 1} / 28`).waitFor()
      const before = (await measuredTexts(pane)).length
      const { x, y } = await placeOf(pane, grid, probe.row, probe.column)
      await page.mouse.click(x, y)
      await expect.poll(() => measuredTexts(pane)).toHaveLength(before + 1)
      expect(await measuredTexts(pane)).toContain(`${probe.value} HU`)
    }
  })

  it('shows a tilted stack upright slice by slice, and refuses to cut planes through it', async () => {
    await open('1.3.46.670589.33.1.15053592413351079234', /Image \d+ \/ 54/)
    await pane.getByText(/tilted gantry\): volume tools are off/).waitFor()
    await page.keyboard.press('m')
    await page.locator('.viewer-notice').getByText(/volume tools are off/).waitFor()
    expect(await page.locator('[data-mode="coronal"]').count()).toBe(0)
    expect(await brightShare(pane)).toBeGreaterThan(0.03)
  })

  it('fills every pane with anatomy at both sizes of screen', async () => {
    mkdirSync(results, { recursive: true })
    for (const [width, height] of [[1280, 800], [1920, 1080]] as const) {
      await page.setViewportSize({ width, height })
      await open('Lung_Dx-A0002', 'Image 15 / 30')
      await expect.poll(() => brightShare(pane), { timeout: 15_000 }).toBeGreaterThan(0.1)
      await page.screenshot({ path: join(results, `viewer-stack-${width}.png`) })
      await page.keyboard.press('m')
      for (const id of ['axial', 'sagittal', 'coronal', 'stack']) await expect.poll(() => brightShare(page.locator(`[data-mode="${id}"]`)), { timeout: 15_000 }).toBeGreaterThan(0.1)
      await page.screenshot({ path: join(results, `viewer-planes-${width}.png`) })
      await page.keyboard.press('b')
    }
  })

  it('shows an image or a reason for every series of every transfer syntax, and never waits for ever', async () => {
    const seen = { shown: 0, reasons: [] as string[] }
    for (const { studyUid } of studies) {
      const { series } = await (await screen.context.request.get(`/api/studies/${studyUid}`)).json() as { series: { isViewable: boolean }[] }
      if (!series.some(({ isViewable }) => isViewable)) continue
      await page.goto(`/study?uid=${studyUid}`)
      const items = page.locator('.strip-item:not([disabled])')
      await items.first().waitFor()
      for (let index = 0; index < await items.count(); index += 1) {
        await items.nth(index).click()
        const end = pane.getByText(/Image \d+ \/ \d+/).or(pane.locator('.overlay-middle[role="alert"]'))
        await end.first().waitFor({ timeout: 30_000 })
        const reason = await pane.locator('.overlay-middle[role="alert"]').allInnerTexts()
        if (reason.length === 0) seen.shown += 1
        seen.reasons.push(...reason)
      }
    }
    expect(seen.shown).toBeGreaterThan(20)
    for (const reason of seen.reasons) expect(reason).toMatch(/can't (?:be shown|decode)|could not/)
  })

  it('reports no error of its own while doing so', () => {
    expect(screen.problems()).toEqual([])
  })
})
