import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSignedIn, removeAnnotations, type Screen } from '../support/pages.ts'
import { ruler, rulerHu, writeRulerPhantom } from '../support/ruler-phantom.ts'
import { drag, measuredTexts, placeOf } from '../support/viewer-page.ts'
import { aStage } from '../support/stage.ts'

let screen: Screen
let page: Page
let stack: Locator

const stage = aStage((folder) => [writeRulerPhantom(join(folder, 'ruler'))])
beforeEach(async () => {
  screen = await openSignedIn(stage.browser, stage.workstation, { path: `/study?uid=${ruler.studyUid}`, width: 1440, height: 900 })
  page = screen.page
  await removeAnnotations(screen, stage.workstation, ruler.studyUid)
  stack = page.locator('[data-mode="stack"]').first()
  await stack.getByText('Image 3 / 5').waitFor()
  await expect.poll(() => measuredTexts(stack)).toEqual([])
})
afterEach(async () => {
  expect(screen.problems()).toEqual([])
  await screen.close()
})

/** Five slices, 4 mm apart and head up, of columns 0.5 mm (coronal) or rows 1 mm (sagittal) apart. */
const coronalGrid = { rows: ruler.slices, columns: ruler.columns, rowSpacingMm: ruler.sliceSpacingMm, columnSpacingMm: ruler.columnSpacingMm }
const sagittalGrid = { rows: ruler.slices, columns: ruler.rows, rowSpacingMm: ruler.sliceSpacingMm, columnSpacingMm: ruler.rowSpacingMm }
const pull = async (pane: Locator, grid: Parameters<typeof placeOf>[1], from: readonly [number, number], to: readonly [number, number]) => {
  await drag(page, await placeOf(pane, grid, ...from), await placeOf(pane, grid, ...to))
}
const valueIn = (text: string, name: string) => Number(new RegExp(`${name} (-?[\\d.]+)`).exec(text)?.[1])
const textOf = async (pane: Locator, count: number) => {
  await expect.poll(async () => (await measuredTexts(pane)).length).toBe(count)
  return (await measuredTexts(pane))[count - 1] ?? ''
}

describe('on planes cut through the volume', () => {
  it('a region reads the stored voxels, and lengths are those of the body', async () => {
    await page.keyboard.press('m')
    const coronal = page.locator('[data-mode="coronal"]'), sagittal = page.locator('[data-mode="sagittal"]')
    await coronal.getByText('Coronal 32 / 64').waitFor()
    await page.keyboard.press('Shift+R')
    // From between the second and third slice from above to between the fourth and fifth: slices 1 and 2.
    await pull(coronal, coronalGrid, [1.5, 20.5], [3.5, 70.5])
    const values = [1, 2].flatMap((slice) => Array.from({ length: 50 }, (_, at) => rulerHu(slice, 31, 21 + at)))
    const text = await textOf(coronal, 1)
    expect([valueIn(text, 'min'), valueIn(text, 'max')]).toEqual([Math.min(...values), Math.max(...values)])
    expect(valueIn(text, 'mean')).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 1)
    expect(Math.abs(valueIn(text, 'area') - 8 * 25)).toBeLessThan(8)
    await page.keyboard.press('l')
    await pull(sagittal, sagittalGrid, [1, 10], [4, 26])
    expect(Math.abs(parseFloat(await textOf(sagittal, 1)) - 20)).toBeLessThanOrEqual(0.5)
    await page.keyboard.press('Alt+3')
    const list = page.getByRole('complementary', { name: 'Report and findings' })
    await expect.poll(() => list.getByText('body; values of a plane cut through the volume').count()).toBe(2)
  })

  it('a slab says with each value that it is made of many voxels', async () => {
    await page.keyboard.press('m')
    const coronal = page.locator('[data-mode="coronal"]')
    await coronal.getByText('Coronal 32 / 64').waitFor()
    await coronal.focus()
    await page.keyboard.press('Alt+=')
    await page.keyboard.press('h')
    await expect.poll(async () => {
      const { x, y } = await placeOf(coronal, coronalGrid, 2, 50)
      await page.mouse.click(x, y)
      return (await measuredTexts(coronal)).at(-1)
    }, { timeout: 10_000 }).toMatch(/^-?[\d.]+ HU · (?:average|maximum|minimum) of a 5 mm slab$/)
  })
})

describe('on a picture that is turned and mirrored', () => {
  it('a region keeps its values and stays on its pixels', async () => {
    await page.keyboard.press('Shift+R')
    await pull(stack, ruler, [10.5, 20.5], [30.5, 40.5])
    const text = await textOf(stack, 1)
    for (const key of ['r', 'x', 'r', 'v']) await page.keyboard.press(key)
    await expect.poll(() => measuredTexts(stack)).toEqual([text])
    // Two quarter turns: the picture is as wide and as high as before.
    const [from, to] = [await placeOf(stack, ruler, 10.5, 20.5), await placeOf(stack, ruler, 30.5, 40.5)]
    const turned = await stack.locator('.measurement-line').boundingBox()
    expect(Math.abs((turned?.width ?? 0) - (to.x - from.x)) + Math.abs((turned?.height ?? 0) - (to.y - from.y))).toBeLessThan(8)
    await page.keyboard.press('0')
    await expect.poll(async () => Math.abs(((await stack.locator('.measurement-line').boundingBox())?.x ?? 0) - from.x)).toBeLessThan(4)
    await expect.poll(async () => Math.abs(((await stack.locator('.measurement-line').boundingBox())?.y ?? 0) - from.y)).toBeLessThan(4)
  })
})
