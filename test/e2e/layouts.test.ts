import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { differenceFrom, usual } from '../support/golden.ts'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { proofStudyUid, writeProofPhantom, writeProofUptake } from '../support/proof-phantom.ts'
import { aStage } from '../support/stage.ts'

let screen: Screen
let page: Page
let grid: Locator

const stage = aStage((folder) => {
  writeProofPhantom(join(folder, 'ct'), 'axial')
  writeProofUptake(join(folder, 'pet'))
  return [folder]
})
beforeEach(async () => {
  screen = await openSignedIn(stage.browser, stage.workstation, { path: `/study?uid=${proofStudyUid('axial')}`, width: 1280, height: 800 })
  page = screen.page
  grid = page.locator('.viewports-grid')
  // The study hangs by itself first; what is asked for before that would be hung over.
  await page.locator('[data-content="shown"]').first().waitFor()
  await page.locator('.strip-item').first().click()
  await page.keyboard.press('b')
  await expect.poll(() => shown('stack')).toBe(1)
  await page.locator('[data-mode="stack"]').getByText('Image 3 / 5').waitFor()
})
afterEach(async () => {
  const problems = screen.problems()
  await screen.close()
  expect(problems).toEqual([])
})

/** Panes of a kind whose picture is on the screen. */
const shown = (mode: string) => page.locator(`[data-mode="${mode}"][data-content="shown"]`).count()
/** Away from the panes, so that nothing is lit by the mouse. */
const rest = () => page.mouse.move(2, 2)
const expectAsKept = async (name: string, tolerance = usual) => {
  await rest()
  await expect.poll(() => differenceFrom(grid, name, tolerance), { timeout: 15_000 }).toBeLessThanOrEqual(tolerance.share)
}
const dropSeries = (item: number, pane: string) => page.locator('.strip-item').nth(item).dragTo(page.locator(`[data-pane="${pane}"]`))

describe('every layout looks as it was looked at', () => {
  it('one image', async () => { await expectAsKept('layout-one') })

  it('three planes with their crosshair and the stack, and a thick slab in one of them', async () => {
    await page.keyboard.press('m')
    for (const mode of ['axial', 'sagittal', 'coronal', 'stack']) await expect.poll(() => shown(mode)).toBe(1)
    await expectAsKept('layout-planes')
    await page.locator('[data-mode="coronal"] .pane-control').nth(1).click()
    await page.getByRole('menuitem', { name: /20 mm thick/ }).click()
    await page.locator('[data-mode="coronal"]').getByText('MIP 20 mm').waitFor()
    await expectAsKept('layout-slab')
  })

  it('oblique planes, upright and turned by a line', async () => {
    await page.keyboard.press('Shift+M')
    await expect.poll(() => shown('oblique')).toBe(3)
    await expect.poll(() => shown('volume'), { timeout: 30_000 }).toBe(1)
    const first = page.locator('[data-mode="oblique"]').first()
    const handle = await first.locator('circle.pane-line-handle').first().boundingBox()
    if (handle === null) throw new Error('The line has no handle.')
    await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2)
    await page.mouse.down()
    await page.mouse.move(handle.x + handle.width / 2 + 30, handle.y + handle.height / 2 + 60, { steps: 5 })
    await page.mouse.up()
    const second = page.locator('[data-mode="oblique"]').nth(1)
    await expect.poll(async () => (await second.locator('.overlay-letters span').allInnerTexts()).some((letters) => letters.length > 1)).toBe(true)
    await rest()
    await expect.poll(() => differenceFrom(first, 'layout-oblique-first'), { timeout: 15_000 }).toBeLessThanOrEqual(usual.share)
    await expect.poll(() => differenceFrom(second, 'layout-oblique-second'), { timeout: 15_000 }).toBeLessThanOrEqual(usual.share)
  })

  it('a volume in three dimensions', async () => {
    await page.keyboard.press('Shift+V')
    await expect.poll(() => shown('volume'), { timeout: 30_000 }).toBe(1)
    // Light is sampled along rays: another build of the rasteriser rounds otherwise.
    await expectAsKept('layout-volume', { share: 0.02, level: 40 })
  })

  it('PET over CT', async () => {
    await page.keyboard.press('Shift+P')
    await expect.poll(() => shown('fusion')).toBe(1)
    await expect.poll(() => shown('stack')).toBe(2)
    await expectAsKept('layout-fusion')
  })

  it('a grid that series are dragged into, one pane maximised by a double click and back', async () => {
    await page.keyboard.press('Alt+g')
    await dropSeries(0, 'p2')
    await page.keyboard.press('3')
    await dropSeries(1, 'p4')
    await expect.poll(() => shown('stack')).toBe(3)
    await page.locator('[data-pane="p3"]').getByText('Choose a series, or drag one here.').waitFor()
    await page.locator('[data-pane="p2"]').click()
    await expectAsKept('layout-grid')
    await page.locator('[data-pane="p2"]').dblclick()
    await expect.poll(() => page.locator('.pane').count()).toBe(1)
    await page.locator('[data-pane="p2"]').dblclick()
    await expect.poll(() => page.locator('.pane').count()).toBe(4)
    await expectAsKept('layout-grid')
    await page.keyboard.press('Alt+Shift+g')
    await expect.poll(() => page.locator('.pane').count()).toBe(9)
    await expectAsKept('layout-nine')
  })
})

describe('windows and scrolling', () => {
  it('one series stands in two windows side by side, and linked scrolling takes the other pane along', async () => {
    await page.keyboard.press('Alt+g')
    await dropSeries(0, 'p2')
    await page.keyboard.press('2')
    await page.locator('[data-pane="p2"]').getByText('W 1500 L -600').waitFor()
    await page.locator('[data-pane="p1"]').getByText('W 400 L 40').waitFor()
    await page.keyboard.press('Shift+S')
    await page.locator('[data-pane="p1"]').getByText('linked by position').waitFor()
    await page.locator('[data-pane="p2"]').hover()
    await page.mouse.wheel(0, 120)
    for (const pane of ['p1', 'p2']) await page.locator(`[data-pane="${pane}"]`).getByText('Image 4 / 5').waitFor()
    await page.keyboard.press('Shift+S')
    await page.mouse.wheel(0, 120)
    await page.locator('[data-pane="p2"]').getByText('Image 5 / 5').waitFor()
    await page.locator('[data-pane="p1"]').getByText('Image 4 / 5').waitFor()
  })

  it('a series comes back to the image and the window that it was left at', async () => {
    await page.keyboard.press('End')
    await page.locator('[data-pane="p1"]').getByText('Image 5 / 5').waitFor()
    await page.keyboard.press('3')
    await page.keyboard.press('ArrowRight')
    await page.locator('[data-pane="p1"]').getByText('PT ·').first().waitFor()
    await page.keyboard.press('ArrowLeft')
    await page.locator('[data-pane="p1"]').getByText('Image 5 / 5').waitFor()
    await page.locator('[data-pane="p1"]').getByText('W 2000 L 500').waitFor()
  })

  it('plays the stack and stops', async () => {
    await page.locator('[data-pane="p1"]').focus()
    await page.keyboard.press('Space')
    await page.getByText('a second').first().waitFor()
    const seen = new Set<string | null>()
    await expect.poll(async () => { seen.add(await page.locator('[data-pane="p1"]').getAttribute('data-index')); return seen.size }, { interval: 40 }).toBe(5)
    await page.keyboard.press('Space')
    await expect.poll(() => page.locator('.cine-bar').count()).toBe(0)
  })
})
