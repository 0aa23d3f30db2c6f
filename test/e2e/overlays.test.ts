import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readObject } from '../../src-main/studies/objects/read-object.ts'
import { Worklist } from '../../src-shared/studies.ts'
import { accessibilityProblems } from '../support/accessibility.ts'
import { launchBrowser } from '../support/browser.ts'
import { aDicomFile, aSlice } from '../support/dicom-file.ts'
import { aDocument, aPresentation, aReport, image, item, named, reference } from '../support/object-files.ts'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { missingData, sharedData } from '../support/shared-data.ts'
import { placeOf } from '../support/viewer-page.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

const results = resolve(import.meta.dirname, '..', '..', 'test-results')
const pelvis = 'pet-ct-mr-rtstruct-pelvis'
const small = 'sr-seg-rt'
const missing = [pelvis, small].map((folder) => missingData(folder)).find((reason) => reason !== null) ?? null

describe.skipIf(missing !== null)('overlays in the browser', () => {
  let browser: Browser
  let workstation: Workstation
  let screen: Screen
  let page: Page
  let pane: Locator
  let own = ''
  let studies: Worklist['rows'] = []

  beforeAll(async () => {
    mkdirSync(results, { recursive: true })
    own = mkdtempSync(join(tmpdir(), 'vigil-e2e-objects-'))
    writeOwnStudy(own)
    browser = await launchBrowser()
    workstation = await startWorkstation({ paths: [sharedData(pelvis), sharedData(small), own] })
    screen = await openSignedIn(browser, workstation, { width: 1440, height: 900 })
    page = screen.page
    pane = page.locator('[data-pane="p1"]')
    const imported = async () => {
      studies = Worklist.parse(await (await screen.context.request.get('/api/worklist?limit=500')).json()).rows
      return studies.reduce((sum, { instanceCount }) => sum + instanceCount, 0)
    }
    while (await imported() < 161 + 26 + 6) await page.waitForTimeout(200)
  })
  afterAll(async () => {
    await browser?.close()
    await workstation?.stop()
    rmSync(own, { recursive: true, force: true })
  })

  const open = async (studyUid: string, strip: RegExp) => {
    await page.goto(`/study?uid=${studyUid}`)
    await page.locator('.strip-item:not([disabled])').filter({ has: page.locator('.strip-name', { hasText: strip }) }).first().click()
    await pane.getByText(/Image \d+ \/ \d+/).waitFor()
    await page.keyboard.press('Alt+6')
  }
  const studyOf = (words: string) => studies.find((row) => JSON.stringify(row).includes(words))?.studyUid ?? ''
  const card = (name: string | RegExp) => page.locator('section.object-card').filter({ hasText: name })
  const drawn = () => pane.locator('.graphics [data-overlay]')

  it('draw a tumour\'s contour where the file has it, and its section in the planes', async () => {
    await open(studyOf('STS_044'), /^CT/)
    const tumour = card('GTV_Mass_CT')
    await tumour.getByRole('button', { name: 'Show on the images' }).click()
    await tumour.locator('.object-main').click()
    await tumour.getByRole('button', { name: 'Go to GTV_Mass_CT' }).click()
    await expect.poll(() => drawn().count()).toBe(1)
    // Its largest contour lies on the 15th slice.
    await pane.getByText('Image 15 / 53').waitFor()
    await page.screenshot({ path: join(results, 'overlays-contours.png') })
    const z = -869.82 + 14 * 3.27
    const points = contourPoints(z)
    expect(points.length).toBeGreaterThan(100)
    const grid = { rows: 216, columns: 234, rowSpacingMm: 0.976562, columnSpacingMm: 0.976562 }
    const pixel = ([x = 0, y = 0]: readonly number[]) => ({ column: (x + 190.42972) / 0.976562, row: (y + 82.03133) / 0.976562 })
    const wanted = await Promise.all(points.map((point) => placeOf(pane, grid, pixel(point).row, pixel(point).column)))
    await expect.poll(async () => Math.abs(((await drawn().boundingBox())?.x ?? 0) - Math.min(...wanted.map(({ x }) => x)))).toBeLessThan(1.5)
    const box = await drawn().boundingBox()
    const [left, right] = [Math.min(...wanted.map(({ x }) => x)), Math.max(...wanted.map(({ x }) => x))]
    const [top, bottom] = [Math.min(...wanted.map(({ y }) => y)), Math.max(...wanted.map(({ y }) => y))]
    // A stroke of a pixel and a quarter lies around the path.
    expect(Math.abs((box?.x ?? 0) - left), `left ${box?.x} ${left}`).toBeLessThan(1.5)
    expect(Math.abs((box?.x ?? 0) + (box?.width ?? 0) - right)).toBeLessThan(1.5)
    expect(Math.abs((box?.y ?? 0) - top)).toBeLessThan(1.5)
    expect(Math.abs((box?.y ?? 0) + (box?.height ?? 0) - bottom)).toBeLessThan(1.5)
    await page.keyboard.press('m')
    for (const mode of ['axial', 'sagittal', 'coronal']) await expect.poll(() => page.locator(`[data-mode="${mode}"] .graphics [data-overlay]`).count(), { timeout: 20_000 }).toBeGreaterThan(0)
    await page.screenshot({ path: join(results, 'overlays-planes.png') })
    await page.keyboard.press('Alt+o')
    await expect.poll(() => page.locator('.graphics [data-overlay]').count()).toBe(0)
  })

  it('lie on PET and MR as well, which share the frame of reference', async () => {
    for (const modality of [/^PT/, /^MR/]) {
      await open(studyOf('STS_044'), modality)
      await card('GTV_Mass_CT').getByRole('button', { name: 'Show on the images' }).click()
      await expect.poll(() => drawn().count()).toBe(1)
    }
  })

  it('outline a segment on its slice and on no other', async () => {
    await open(studyOf('76030292472423'), /^CT/)
    // The other segmentation is a sparse one, of the first and the last slice.
    await card('1 segment: Liver').first().getByRole('button', { name: 'Show on the images' }).click()
    await expect.poll(() => drawn().count()).toBe(1)
    await page.screenshot({ path: join(results, 'overlays-segment.png') })
    await page.keyboard.press('Home')
    await expect.poll(() => pane.getAttribute('data-index')).toBe('0')
    await expect.poll(() => drawn().count()).toBe(0)
  })

  it('draw the circles of a report on its image, and give its text', async () => {
    await open('1.3.6.1.4.1.5962.1.2.1.20040119072730.12322', /^CT/)
    const report = card('3 measurements').or(card('4 measurements'))
    await report.getByRole('button', { name: 'Show on the images' }).click()
    await expect.poll(() => drawn().count()).toBeGreaterThan(2)
    await report.locator('.object-main').click()
    await report.getByText('LungNodule0001').first().waitFor()
    await pane.getByText('Diameter 10.0 mm').waitFor()
    await page.screenshot({ path: join(results, 'overlays-report.png') })
    expect(await accessibilityProblems(page)).toEqual([])
  })

  it('apply a presentation state, jump by key images, and hand a PDF over', async () => {
    await open('1.2.3', /^CT/)
    // A click on its series in the strip opens it in the panel.
    await page.keyboard.press('Alt+2')
    await page.locator('.strip-item').filter({ has: page.locator('.strip-name', { hasText: /^PR/ }) }).click()
    await page.getByRole('button', { name: 'Apply to its image' }).click()
    await pane.getByText('W 350 L 50').waitFor()
    await card('WINDOWED').getByRole('button', { name: 'Show on the images' }).click()
    await pane.getByText('this one').waitFor()
    await page.screenshot({ path: join(results, 'overlays-presentation.png') })
    await page.keyboard.press('End')
    await card('Of Interest').locator('.object-main').click()
    await page.getByRole('button', { name: 'Image 1', exact: true }).click()
    await expect.poll(() => pane.getAttribute('data-index')).toBe('0')
    await card('Letter').locator('.object-main').click()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save the PDF' }).click()
    expect((await download).suggestedFilename()).toBe('document.pdf')
  })

  it('leave their words out of a picture without names: they were written by hand and may name anybody', async () => {
    await open('1.2.3', /^CT/)
    await card('WINDOWED').getByRole('button', { name: 'Show on the images' }).click()
    await page.keyboard.press('Home')
    const [frame, words] = [await pane.boundingBox(), await pane.getByText('this one').boundingBox()]
    if (frame === null || words === null) throw new Error('The words are not on the screen.')
    const spreadOf = async () => {
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Save the PNG' }).click()
      const bytes = readFileSync(await (await download).path())
      // The ring around them ends near their last letter.
      const region = { left: Math.floor(words.x - frame.x) + 2, top: Math.floor(words.y - frame.y) + 2, width: Math.floor(words.width / 2), height: Math.floor(words.height) - 4 }
      // Statistics are of what is given to sharp, before what it is told to do with it.
      return (await sharp(await sharp(bytes).extract(region).greyscale().toBuffer()).stats()).channels[0]?.stdev ?? -1
    }
    await page.keyboard.press('Control+e')
    await page.getByRole('img', { name: 'The file as it will be saved' }).waitFor()
    expect(await spreadOf()).toBe(0)
    await page.keyboard.press('Control+e')
    await page.getByRole('checkbox', { name: /^With names/ }).check()
    await page.waitForTimeout(500)
    expect(await spreadOf()).toBeGreaterThan(5)
  })

  it('report no error of their own while doing so', () => {
    expect(screen.problems()).toEqual([])
  })
})

/** Points of the tumour's contours on one slice, by the edge's reader, whose figures are held against pydicom elsewhere. */
function contourPoints(z: number): number[][] {
  const { content, bulk } = readObject(sharedData(pelvis, 'STS_044', 'CT', 'RTSTRUCT', 'RS.dcm'))
  const numbers = new Float64Array(Uint8Array.from(bulk).buffer)
  const contours = content.kind === 'contours' ? content.structures.flatMap((structure) => structure.contours) : []
  return contours.filter(({ from }) => Math.abs((numbers[from * 3 + 2] ?? 0) - z) < 0.1).flatMap(({ from, count }) => Array.from({ length: count }, (_, index) => [...numbers.subarray((from + index) * 3, (from + index) * 3 + 3)]))
}

/** Three slices with a presentation state, a selection of key images and a letter. */
function writeOwnStudy(folder: string): void {
  for (const number of [1, 2, 3]) {
    writeFileSync(join(folder, `slice-${number}.dcm`), aDicomFile(aSlice({ number, rows: 64, columns: 64, instance: number === 1 ? image : `${image}.${number}`, name: 'Own^Study' })))
  }
  writeFileSync(join(folder, 'state.dcm'), aPresentation([
    [0x00283110, 'SQ', [[[0x00281050, 'DS', '50'], [0x00281051, 'DS', '350']]]], [0x0070005a, 'SQ', [[[0x00700052, 'SL', [9, 9]], [0x00700053, 'SL', [40, 40]], [0x00700100, 'CS', 'SCALE TO FIT']]]], [0x00700042, 'US', 90],
    [0x00700001, 'SQ', [[
      [0x00081140, 'SQ', [reference(image)]], [0x00700002, 'CS', 'MARKS'], [0x00700008, 'SQ', [[[0x00700004, 'CS', 'PIXEL'], [0x00700006, 'ST', 'this one'], [0x00700014, 'FL', [20, 20]]]]],
      [0x00700009, 'SQ', [[[0x00700005, 'CS', 'PIXEL'], [0x00700020, 'US', 2], [0x00700021, 'US', 2], [0x00700022, 'FL', [20, 20, 26, 20]], [0x00700023, 'CS', 'CIRCLE'], [0x00700024, 'CS', 'N']]]]
    ]]]
  ]))
  writeFileSync(join(folder, 'selection.dcm'), aReport([item('CONTAINS', 'IMAGE', [[0x00081199, 'SQ', [reference(image)]]])], { sopClassUid: '1.2.840.10008.5.1.4.1.1.88.59', title: named('113000', 'DCM', 'Of Interest') }))
  writeFileSync(join(folder, 'letter.dcm'), aDocument(Buffer.from('%PDF-1.4 letter')))
}
