import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Worklist } from '../../src-shared/studies.ts'
import { aDicomFile, aSlice } from '../support/dicom-file.ts'
import { openSignedIn, removeAnnotations, type Screen } from '../support/pages.ts'
import { drag, measuredTexts } from '../support/viewer-page.ts'
import { aStage } from '../support/stage.ts'

/** Oblique planes, slabs and three dimensions in the real application, on a cube of water that grows denser by 5 HU a millimetre from front to back. */
const cube = { studyUid: '1.2.826.0.1.3680043.10.9998.7', seriesUid: '1.2.826.0.1.3680043.10.9998.7.1', size: 61, huPerMm: 5 } as const
const middleHu = 30 * cube.huPerMm
let screen: Screen
let page: Page

function writeCube(into: string): string {
  mkdirSync(into, { recursive: true })
  const { size, huPerMm } = cube
  for (let slice = 0; slice < size; slice += 1) {
    const pixels = Buffer.alloc(size * size * 2)
    for (let row = 0; row < size; row += 1) for (let column = 0; column < size; column += 1) pixels.writeUInt16LE(row * huPerMm + 1024, (row * size + column) * 2)
    const attributes = aSlice({
      study: cube.studyUid, series: cube.seriesUid, instance: `${cube.seriesUid}.${slice + 1}`, number: slice + 1, positionMm: [-30, -30, slice - 30], rows: size, columns: size, name: 'Cube^Dense',
      more: [[0x00280030, 'DS', '1\\1'], [0x00281052, 'DS', '-1024'], [0x00281053, 'DS', '1'], [0x00180050, 'DS', '1'], [0x7fe00010, 'OW', pixels]]
    })
    writeFileSync(join(into, `${slice}.dcm`), aDicomFile(attributes))
  }
  return into
}

const stage = aStage((folder) => [writeCube(join(folder, 'cube'))], { demo: true })
beforeEach(async () => {
  screen = await openSignedIn(stage.browser, stage.workstation, { path: `/study?uid=${cube.studyUid}`, width: 1440, height: 900 })
  page = screen.page
  // While the demo study comes in, the tray comes and goes, and each time the panes change their height under the mouse.
  await expect.poll(demoStatus, { timeout: 110_000 }).toBe('needs-review')
})
afterEach(async () => {
  expect(screen.problems()).toEqual([])
  await screen.close()
})

/** Of the demo study in the worklist: judged by nobody once it is in and analysed. */
const demoStatus = async () =>
  Worklist.parse(await (await screen.context.request.get('/api/worklist')).json()).rows.find(({ studyUid }) => studyUid !== cube.studyUid)?.status

const pane = (name: 'axial' | 'sagittal' | 'coronal') => page.locator('[data-mode="oblique"]').nth(['axial', 'sagittal', 'coronal'].indexOf(name))

async function openOblique(): Promise<void> {
  await page.locator('[data-mode="stack"]').first().getByText('Image 31 / 61').waitFor()
  await removeAnnotations(screen, stage.workstation, cube.studyUid)
  await page.reload()
  await page.locator('[data-mode="stack"]').first().getByText('Image 31 / 61').waitFor()
  await page.keyboard.press('Shift+M')
  await pane('coronal').getByText('0.0 mm').waitFor()
}

async function middleOf(locator: Locator): Promise<{ x: number, y: number }> {
  const box = await locator.boundingBox()
  if (box === null) throw new Error('not on the screen')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** The value that the probe reads in a pane, so many CSS pixels to the right of its middle and down. */
async function probe(name: Parameters<typeof pane>[0], right = 0, down = 0): Promise<number> {
  const count = (await measuredTexts(pane(name))).length
  const { x, y } = await middleOf(pane(name))
  await page.keyboard.press('h')
  await page.mouse.click(x + right, y + down)
  await expect.poll(async () => (await measuredTexts(pane(name))).length).toBe(count + 1)
  return Number(/-?[\d.]+(?= HU)/.exec((await measuredTexts(pane(name)))[count] ?? '')?.[0])
}

/** Turns the sagittal and the coronal plane by a handle on the axial one, clockwise as it is seen. */
async function turnOnAxial(degrees: number): Promise<void> {
  const coronalId = await pane('coronal').getAttribute('data-pane')
  const handles = pane('axial').locator(`.pane-line[data-of="${coronalId}"] circle`)
  const centre = await middleOf(pane('axial'))
  const places = await Promise.all([0, 1].map(async (at) => middleOf(handles.nth(at))))
  const right = places.find(({ x }) => x > centre.x)
  if (right === undefined) throw new Error('no handle on the right')
  const radius = right.x - centre.x, angle = degrees * Math.PI / 180
  await page.keyboard.press('c')
  await drag(page, right, { x: centre.x + radius * Math.cos(angle), y: centre.y + radius * Math.sin(angle) })
}

describe('oblique planes', () => {
  it('read the stored values before they are turned, and after it what lies in their new place', async () => {
    await openOblique()
    expect(await probe('coronal')).toBe(middleHu)
    expect(await probe('coronal', 60)).toBe(middleHu)
    await turnOnAxial(30)
    // Its right end now lies behind: LP, and the values grow on the way there by what half of each millimetre is worth.
    await pane('coronal').getByText('LP', { exact: true }).waitFor()
    await pane('coronal').getByText('RA', { exact: true }).waitFor()
    const [near, far] = [await probe('coronal', -60), await probe('coronal', 60)]
    await page.keyboard.press('l')
    const { x, y } = await middleOf(pane('coronal'))
    const before = (await measuredTexts(pane('coronal'))).length
    await drag(page, { x: x - 60, y: y + 30 }, { x: x + 60, y: y + 30 })
    await expect.poll(async () => (await measuredTexts(pane('coronal'))).length).toBe(before + 1)
    const lengthMm = parseFloat((await measuredTexts(pane('coronal')))[before] ?? '')
    expect(lengthMm).toBeGreaterThan(10)
    // A probe reads the pixel it hits, so each end may be half a pixel (1.25 HU here) off.
    expect(Math.abs(far - near - lengthMm * cube.huPerMm * 0.5)).toBeLessThan(3.5)
    expect(Math.abs((far + near) / 2 - middleHu)).toBeLessThan(2)
  })

  it('leave the plane alone on which they are turned', async () => {
    await openOblique()
    const before = await probe('axial', 60, 50)
    expect(before).toBeGreaterThan(middleHu)
    await turnOnAxial(25)
    await pane('coronal').getByText('LP', { exact: true }).waitFor()
    // At the same height on the other side: equal only as long as the picture lies straight.
    expect(await probe('axial', -60, 50)).toBe(before)
  })

  it('become slabs that take the largest, the smallest or the mean value through their thickness', async () => {
    await openOblique()
    await pane('coronal').focus()
    for (let by = 0; by < 4; by += 1) await page.keyboard.press('Alt+=')
    await pane('coronal').getByRole('button', { name: /MIP 20 mm/ }).waitFor()
    expect(await probe('coronal')).toBe(middleHu + 10 * cube.huPerMm)
    for (const [choice, shown, value] of [[/smallest value/, /MinIP 20 mm/, middleHu - 10 * cube.huPerMm], [/average/, /Average 20 mm/, middleHu]] as const) {
      await pane('coronal').getByRole('button', { name: / 20 mm/ }).click()
      await page.getByRole('menuitem', { name: choice }).click()
      await pane('coronal').getByRole('button', { name: shown }).waitFor()
      await pane('coronal').focus()
      await page.keyboard.press('Control+z')
      await expect.poll(() => measuredTexts(pane('coronal'))).toEqual([])
      expect(await probe('coronal')).toBe(value)
    }
  })
})

describe('three dimensions', () => {
  const space = () => page.getByRole('application')

  it('draw the series, say from where it is seen, and turn by keys', async () => {
    await page.locator('[data-mode="stack"]').first().getByText('Image 31 / 61').waitFor()
    await page.keyboard.press('Shift+V')
    await expect.poll(() => space().getAttribute('aria-label'), { timeout: 60_000 }).toContain('seen from the front')
    await space().focus()
    for (let turn = 0; turn < 9; turn += 1) await page.keyboard.press('ArrowRight')
    await expect.poll(() => space().getAttribute('aria-label'), { timeout: 30_000 }).toContain('seen from the right')
    await page.keyboard.press('b')
    await page.locator('[data-mode="stack"]').first().getByText(/Image \d+ \/ 61/).waitFor()
    expect(await space().count()).toBe(0)
  })

  it('show the proposed stones of a study, and a click on one chooses its finding', async () => {
    await page.goto('/')
    await page.getByRole('row').filter({ hasText: 'needs review' }).waitFor({ timeout: 110_000 })
    await page.getByRole('row').filter({ hasText: 'needs review' }).dblclick()
    await page.getByText(/W 400 L 40/).first().waitFor()
    await page.keyboard.press('Shift+T')
    await expect.poll(() => space().getAttribute('aria-label'), { timeout: 60_000 }).toContain('seen from the front')
    const amber = async () => {
      const box = await space().boundingBox()
      if (box === null) return null
      const { data, info } = await sharp(await page.screenshot({ clip: box, timeout: 60_000 })).removeAlpha().raw().toBuffer({ resolveWithObject: true })
      // The legend in the corner has the colour too.
      for (let at = Math.floor(info.height * 0.35) * info.width; at < info.width * info.height; at += 1) {
        const [red = 0, , blue = 0] = data.subarray(at * 3, at * 3 + 3)
        if (red - blue > 90) return { x: box.x + at % info.width, y: box.y + Math.floor(at / info.width) + 1 }
      }
      return null
    }
    await expect.poll(amber, { timeout: 60_000 }).not.toBeNull()
    const place = await amber()
    if (place === null) throw new Error('no stone')
    const selected = page.getByRole('complementary', { name: 'Report and findings' }).locator('[data-selected=true]')
    await page.mouse.click(place.x, place.y)
    await expect.poll(() => selected.getAttribute('aria-label')).toMatch(/stone/i)
  })
})
