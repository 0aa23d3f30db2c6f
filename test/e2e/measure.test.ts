import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { openSignedIn, removeAnnotations, type Screen } from '../support/pages.ts'
import { ruler, rulerHu, writeRulerPhantom } from '../support/ruler-phantom.ts'
import { echo, shadow, writeShadowPhantom } from '../support/shadow-phantom.ts'
import { drag, measuredTexts, placeOf } from '../support/viewer-page.ts'
import { aStage } from '../support/stage.ts'

type Spot = readonly [row: number, column: number]

let screen: Screen
let page: Page
let pane: Locator

const stage = aStage((folder) => [writeRulerPhantom(join(folder, 'ruler')), writeShadowPhantom(join(folder, 'shadow'))])
beforeEach(async () => {
  screen = await openSignedIn(stage.browser, stage.workstation, { path: `/study?uid=${ruler.studyUid}`, width: 1440, height: 900 })
  page = screen.page
  pane = page.locator('[data-mode="stack"]').first()
  await removeAnnotations(screen, stage.workstation, ruler.studyUid)
  await pane.getByText('Image 3 / 5').waitFor()
  await expect.poll(() => measuredTexts(pane)).toEqual([])
})
afterEach(async () => {
  expect(screen.problems()).toEqual([])
  await screen.close()
})

const at = ([row, column]: Spot) => placeOf(pane, ruler, row, column)
const click = async (...spots: readonly Spot[]) => {
  for (const spot of spots) { const { x, y } = await at(spot); await page.mouse.click(x, y) }
}
const pull = async (from: Spot, to: Spot) => { await drag(page, await at(from), await at(to)) }
const drawn = async (count: number) => {
  await expect.poll(async () => (await measuredTexts(pane)).length).toBe(count)
  return (await measuredTexts(pane))[count - 1] ?? ''
}
const valueIn = (text: string, name: string) => Number(new RegExp(`${name} (-?[\\d.]+)`).exec(text)?.[1])
/** A place in millimetres from the first pixel: rows are twice as far apart as columns. */
const spot = (right: number, down: number): Spot => [down / ruler.rowSpacingMm, right / ruler.columnSpacingMm]
/** Mean and count over the pixels of the shown slice whose centres a test holds, one by one. */
const valuesWhere = (isInside: (right: number, down: number) => boolean) => {
  const values: number[] = []
  for (let row = 0; row < ruler.rows; row += 1) for (let column = 0; column < ruler.columns; column += 1) {
    if (isInside(column * ruler.columnSpacingMm, row * ruler.rowSpacingMm)) values.push(rulerHu(2, row, column))
  }
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, min: Math.min(...values), max: Math.max(...values) }
}

describe('each tool, by mouse, across pixels that are twice as high as wide', () => {
  it('measures two diameters at right angles, the second drawn askew', async () => {
    await page.keyboard.press('Shift+B')
    await pull(spot(10, 20), spot(40, 20))
    await pull(spot(22, 12), spot(28, 32))
    const text = await drawn(1)
    expect(Math.abs(valueIn(text, 'long') - 30)).toBeLessThanOrEqual(0.25)
    expect(Math.abs(valueIn(text, 'short') - 20)).toBeLessThanOrEqual(0.5)
  })

  it('measures a Cobb angle of two endplates that were drawn from opposite ends', async () => {
    await page.keyboard.press('Shift+C')
    const tilt = (deg: number) => Math.tan((deg * Math.PI) / 180) * 30
    await pull(spot(10, 12), spot(40, 12 + tilt(18)))
    await pull(spot(40, 50 - tilt(14)), spot(10, 50))
    expect(Math.abs(valueIn(await drawn(1), 'Cobb') - 32)).toBeLessThan(1)
  })

  it('reads a rectangle and a traced outline as the stored voxels inside them', async () => {
    await page.keyboard.press('Shift+R')
    await pull(spot(10.25, 10.5), spot(30.25, 30.5))
    const inBox = valuesWhere((x, y) => x > 10.25 && x < 30.25 && y > 10.5 && y < 30.5)
    const box = await drawn(1)
    expect([valueIn(box, 'min'), valueIn(box, 'max'), valueIn(box, 'mean')]).toEqual([inBox.min, inBox.max, Number(inBox.mean.toFixed(1))])
    expect(Math.abs(valueIn(box, 'area') - 400)).toBeLessThanOrEqual(12)
    await page.keyboard.press('Shift+D')
    const corners = [spot(8.25, 34.5), spot(40.25, 34.5), spot(24.25, 58.5)]
    const [first, second, third] = await Promise.all(corners.map(at))
    if (first === undefined || second === undefined || third === undefined) return expect.fail()
    await page.mouse.move(first.x, first.y)
    await page.mouse.down()
    for (const to of [second, third, first]) await page.mouse.move(to.x, to.y, { steps: 12 })
    await page.mouse.up()
    const traced = await drawn(2)
    const inTriangle = valuesWhere((x, y) => y > 34.5 && (x - 8.25) * 24 > (y - 34.5) * 16 && (40.25 - x) * 24 > (y - 34.5) * 16)
    expect(Math.abs(valueIn(traced, 'mean') - inTriangle.mean)).toBeLessThan(8)
    expect(Math.abs(valueIn(traced, 'area') - 384)).toBeLessThan(16)
    expect(Math.abs(valueIn(traced, 'perimeter') - (32 + 2 * Math.hypot(16, 24)))).toBeLessThan(2)
  })

  it('sets a freehand outline corner by corner and closes it on its first point', async () => {
    await page.keyboard.press('Shift+D')
    await click(spot(10, 10), spot(40, 10), spot(40, 40), spot(10, 40), spot(10, 10))
    expect(Math.abs(valueIn(await drawn(1), 'area') - 900)).toBeLessThan(20)
  })

  it('takes words for a text and an arrow where they stand, and none that say nothing', async () => {
    await page.keyboard.press('t')
    await click(spot(20, 20))
    await page.getByRole('textbox', { name: 'Words of the measurement' }).fill('old fracture')
    await page.keyboard.press('Enter')
    expect(await drawn(1)).toBe('old fracture')
    await click(spot(30, 45))
    await page.getByRole('textbox', { name: 'Words of the measurement' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => pane.locator('.measurement').count()).toBe(1)
    await page.keyboard.press('Shift+A')
    await pull(spot(35, 30), spot(25, 50))
    await page.getByRole('textbox', { name: 'Words of the measurement' }).waitFor()
    await page.keyboard.type('tip')
    await page.keyboard.press('Enter')
    await expect.poll(() => measuredTexts(pane)).toEqual(['old fracture', 'tip'])
    await page.reload()
    await expect.poll(() => measuredTexts(pane)).toEqual(['old fracture', 'tip'])
  })
})

describe('changing what is drawn', () => {
  it('moves one end by its handle, and the whole by its line', async () => {
    await page.keyboard.press('l')
    await pull(spot(10, 20), spot(30, 20))
    await pull(spot(30, 20), spot(35, 20))
    await expect.poll(async () => Math.abs(parseFloat(await drawn(1)) - 25)).toBeLessThanOrEqual(0.5)
    const before = await pane.locator('.measurement-line').boundingBox()
    await page.keyboard.press('s')
    await pull(spot(22, 20), spot(22, 35))
    const { y: downTo } = await at(spot(0, 35))
    const { y: downFrom } = await at(spot(0, 20))
    await expect.poll(async () => Math.abs(((await pane.locator('.measurement-line').boundingBox())?.y ?? 0) - (before?.y ?? 0) - (downTo - downFrom))).toBeLessThan(2)
    await pane.getByText('Image 3 / 5').waitFor()
    expect(Math.abs(parseFloat(await drawn(1)) - 25)).toBeLessThanOrEqual(0.5)
    // One step each.
    await page.keyboard.press('Control+z')
    await expect.poll(async () => Math.abs(((await pane.locator('.measurement-line').boundingBox())?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(1)
    await page.keyboard.press('Control+z')
    await expect.poll(async () => Math.abs(parseFloat(await drawn(1)) - 20)).toBeLessThanOrEqual(0.5)
    await page.keyboard.press('Control+Shift+z')
    await expect.poll(async () => Math.abs(parseFloat(await drawn(1)) - 25)).toBeLessThanOrEqual(0.5)
  })

  it('gives up a drawing by Escape', async () => {
    await page.keyboard.press('g')
    await click(spot(10, 10), spot(20, 20))
    await page.keyboard.press('Escape')
    await page.keyboard.press('l')
    await pull(spot(10, 20), spot(30, 20))
    await drawn(1)
  })

  it('undoes where it happened: on another slice and in another layout the place comes back on the screen', async () => {
    await page.keyboard.press('h')
    await click(spot(20, 20))
    const [text] = await expect.poll(() => measuredTexts(pane)).toHaveLength(1).then(() => measuredTexts(pane))
    await page.keyboard.press('Delete')
    await expect.poll(() => measuredTexts(pane)).toEqual([])
    await page.keyboard.press('Home')
    await pane.getByText('Image 1 / 5').waitFor()
    await page.keyboard.press('m')
    await page.locator('[data-mode="coronal"]').getByText(/Coronal \d/).waitFor()
    await page.keyboard.press('b')
    await pane.getByText(/Image \d \/ 5/).waitFor()
    await page.keyboard.press('Home')
    await pane.getByText('Image 1 / 5').waitFor()
    await page.keyboard.press('Control+z')
    await pane.getByText('Image 3 / 5').waitFor()
    await expect.poll(() => measuredTexts(pane)).toEqual([text])
    await page.keyboard.press('Control+y')
    await expect.poll(() => measuredTexts(pane)).toEqual([])
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+z')
    await expect.poll(() => measuredTexts(pane)).toEqual([])
    await page.keyboard.press('Control+z')
    await page.getByText('There is nothing to undo.').waitFor()
  })
})

describe('by keys alone', () => {
  it('draws an outline of three corners by panning under the middle, and closes it by placing the last twice', async () => {
    await pane.focus()
    await page.keyboard.press('Shift+D')
    await page.keyboard.press('Enter')
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Enter')
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('Shift+ArrowUp')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    const text = await drawn(1)
    const box = await pane.boundingBox()
    const pxPerMm = Math.min((box?.width ?? 0) / 48, (box?.height ?? 0) / 64)
    expect(Math.abs(valueIn(text, 'area') - (200 / pxPerMm) ** 2 / 2)).toBeLessThan(3)
  })
})

describe('the list', () => {
  it('labels, jumps, deletes and copies, with values, units and basis', async () => {
    await screen.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stage.workstation.url })
    await page.keyboard.press('l')
    await pull(spot(10, 20), spot(40, 20))
    await page.keyboard.press('Alt+3')
    const panel = page.getByRole('complementary', { name: 'Report and findings' })
    const row = panel.locator('[data-row]').first()
    await row.getByText('body', { exact: true }).waitFor()
    await row.locator('.measured-main').focus()
    await page.keyboard.press('F2')
    await row.getByRole('textbox', { name: 'Label of this length' }).fill('longest')
    await page.keyboard.press('Enter')
    await expect.poll(() => measuredTexts(pane)).toEqual([expect.stringMatching(/^longest · 30\.?\d* mm$/)])
    await pane.focus()
    await page.keyboard.press('Home')
    await pane.getByText('Image 1 / 5').waitFor()
    await row.locator('.measured-main').click()
    await pane.getByText('Image 3 / 5').waitFor()
    await panel.getByRole('button', { name: 'Copy as a table' }).click()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^Series\tTool\tLabel\tValue\tBasis\n.+\tLength\tlongest\t30\.?\d* mm\tbody$/)
    expect(await accessibilityProblems(page)).toEqual([])
    await panel.getByRole('button', { name: 'Delete this length' }).click()
    await panel.getByText('Nothing measured by hand').waitFor()
    await panel.getByRole('button', { name: 'Undo: Length deleted' }).click()
    await row.getByText('longest').waitFor()
    await page.keyboard.press('Control+z')
    await expect.poll(() => row.getByText('longest').count()).toBe(0)
    await screen.screenshot('measurements-list')
  })
})

describe('where the millimetres are not the body’s', () => {
  it('says both lengths of a shadow whose magnification is known', async () => {
    await page.goto(`/study?uid=${shadow.studyUid}`)
    await pane.getByText('Image 1 / 1').waitFor()
    await page.keyboard.press('l')
    await drag(page, await placeOf(pane, shadow, 20, 10), await placeOf(pane, shadow, 20, 90))
    const text = await drawn(1)
    expect(text).toMatch(/^(?:39\.[89]|40|40\.[0-2]) mm · at the detector · about (?:31\.[89]|32|32\.[0-2]) mm in the body$/)
  })

  it('gives millimetres inside the region of an ultrasound, and pixels outside it', async () => {
    await page.goto(`/study?uid=${echo.studyUid}`)
    await pane.getByText('Image 1 / 1').waitFor()
    await page.keyboard.press('l')
    await drag(page, await placeOf(pane, echo, 20, 10), await placeOf(pane, echo, 60, 10))
    expect(await drawn(1)).toMatch(/^(?:15\.9|16|16\.[01]) mm · ultrasound region$/)
    await drag(page, await placeOf(pane, echo, 40, 20), await placeOf(pane, echo, 40, 100))
    expect(await drawn(2)).toMatch(/^(?:79\.\d|80|80\.\d) px · uncalibrated: outside the ultrasound region$/)
  })
})
