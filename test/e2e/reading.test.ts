import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Worklist } from '../../src-shared/studies.ts'
import { launchBrowser } from '../support/browser.ts'
import { readManifest } from '../support/manifest.ts'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { missingData, sharedData } from '../support/shared-data.ts'
import { greyAt, measuredTexts, placeOf } from '../support/viewer-page.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

const results = resolve(import.meta.dirname, '..', '..', 'test-results')
const folders = ['projection-us-xa', 'pet-ct-mr-rtstruct-pelvis/STS_044/PET', 'enhanced-multiframe']
const missing = folders.map((folder) => missingData(folder)).find((reason) => reason !== null) ?? null

describe.skipIf(missing !== null)('images of many kinds in the viewer', () => {
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
    pane = page.locator('[data-mode="stack"]').first()
    const headers = { origin: workstation.url }
    const { id } = await (await screen.context.request.post('/api/imports', { data: { paths: folders.map((folder) => sharedData(folder)) }, headers })).json() as { id: string }
    const state = async () => ((await (await screen.context.request.get(`/api/imports/${id}`)).json()) as { progress: { state: string } }).progress.state
    while (await state() !== 'done') await page.waitForTimeout(200)
    studies = Worklist.parse(await (await screen.context.request.get('/api/worklist?limit=500')).json()).rows
    mkdirSync(results, { recursive: true })
  })
  afterAll(async () => {
    await browser?.close()
    await workstation?.stop()
  })

  /** Opens the study that holds such a series; all of them hold one that can be shown. */
  const open = async (isWanted: (series: Record<string, unknown>) => boolean) => {
    for (const { studyUid } of studies) {
      const { series } = await (await screen.context.request.get(`/api/studies/${studyUid}`)).json() as { series: { seriesUid: string, isViewable: boolean }[] }
      for (const { seriesUid, isViewable } of series) {
        if (!isViewable || !isWanted(await (await screen.context.request.get(`/api/series/${seriesUid}`)).json() as Record<string, unknown>)) continue
        await page.goto(`/study?uid=${studyUid}`)
        await pane.getByText(/Image \d+ \/ \d+/).waitFor()
        return
      }
    }
    throw new Error('no study has such a series')
  }
  const hasPixel = (name: string) => (series: Record<string, unknown>) => name in (series['pixel'] as Record<string, unknown>)
  const square = { rows: 512, columns: 512, rowSpacingMm: 1, columnSpacingMm: 1 }
  /** Takes the probe, puts it on a pixel, and gives what it says. */
  const probe = async (grid: typeof square, row: number, column: number): Promise<string> => {
    await page.keyboard.press('h')
    const before = (await measuredTexts(pane)).length
    const { x, y } = await placeOf(pane, grid, row, column)
    await page.mouse.click(x, y)
    await expect.poll(() => measuredTexts(pane)).toHaveLength(before + 1)
    return (await measuredTexts(pane)).join(' | ')
  }

  it('measures what a Modality LUT puts out', async () => {
    await open(hasPixel('modalityLut'))
    expect(await probe(square, 256, 256)).toBe('value 31447')
  })

  it('shows a VOI LUT as the file means it: the greys of pydicom at pixels whose neighbours are alike', async () => {
    await open(hasPixel('voiLuts'))
    await page.screenshot({ path: join(results, 'reading-voi-lut.png') })
    for (const [row, column, out] of [[122, 157, 0], [260, 106, 6425], [157, 106, 19_532], [44, 138, 32_639], [157, 362, 45_746], [260, 361, 58_853], [112, 55, 65_535]] as const) {
      const grey = await greyAt(page, await placeOf(pane, square, row, column))
      expect(Math.abs(grey - out / 257), `row ${row}, column ${column}`).toBeLessThanOrEqual(2)
    }
  })

  it('shows PET black on white in uptake values', async () => {
    await open((series) => 'suv' in series)
    const facts = readManifest().flatMap(({ series }) => series).find(({ path }) => path.endsWith('STS_044/PET/image'))
    await page.keyboard.press('Home')
    await pane.getByText('Image 1 / 53').waitFor()
    const [spot] = facts?.probes ?? []
    const text = await probe({ rows: 46, columns: 49, rowSpacingMm: 1, columnSpacingMm: 1 }, spot?.row ?? 0, spot?.column ?? 0)
    expect(text).toMatch(/^0\.34 SUVbw g\/ml/)
    await page.screenshot({ path: join(results, 'reading-pet.png') })
    expect(await greyAt(page, await placeOf(pane, { rows: 46, columns: 49, rowSpacingMm: 1, columnSpacingMm: 1 }, 42, 24))).toBeGreaterThan(240)
  })

  it('lays the overlay plane of a file over its image, and takes it off by key', async () => {
    await open((series) => 'overlays' in series)
    const coloured = async () => {
      const { data } = await sharp(await pane.locator('canvas.pane-canvas').screenshot()).removeAlpha().raw().toBuffer({ resolveWithObject: true })
      let count = 0
      for (let at = 0; at < data.length; at += 3) if ((data[at + 2] ?? 0) - (data[at] ?? 0) > 60) count += 1
      return count
    }
    await page.screenshot({ path: join(results, 'reading-overlay.png') })
    const shown = await coloured()
    expect(shown).toBeGreaterThan(150)
    await page.keyboard.press('Shift+H')
    await expect.poll(coloured).toBeLessThan(shown / 4)
    await page.keyboard.press('Shift+H')
    await expect.poll(coloured).toBe(shown)
  })

  it('opens an MR in a window made from its own values, by key', async () => {
    await open((series) => 'overlays' in series)
    await pane.getByText('W 790 L 450').waitFor()
    await page.keyboard.press('4')
    await pane.getByText('W 1124 L 562').waitFor()
  })

  it('says that a series holds several stacks at the same places, and keeps them apart', async () => {
    await open((series) => (series['stacks'] as { label: string }[] | undefined)?.[0]?.label === 'M')
    await page.getByText(/2 stacks of images at the same places \(M; FIELD_MAP\)/).first().waitFor()
    await page.keyboard.press('Home')
    await pane.getByText('Image 1 / 64').waitFor()
    await pane.getByText('-38.4 mm · M').waitFor()
    for (let slice = 0; slice < 32; slice += 1) await page.keyboard.press('ArrowDown')
    await pane.getByText('Image 33 / 64').waitFor()
    await pane.getByText('-38.4 mm · FIELD_MAP').waitFor()
  })

  it('reports no error of its own while doing so', () => {
    expect(screen.problems()).toEqual([])
  })
})
