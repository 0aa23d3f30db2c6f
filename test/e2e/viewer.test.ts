import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSignedIn, removeAnnotations, type Screen } from '../support/pages.ts'
import { ruler, rulerHu, rulerPointMm, rulerUid, writeRulerPhantom } from '../support/ruler-phantom.ts'
import { drag, greyAt, measuredTexts, placeOf } from '../support/viewer-page.ts'
import { aStage } from '../support/stage.ts'

let screen: Screen
let page: Page
let pane: Locator

const stage = aStage((folder) => [writeRulerPhantom(join(folder, 'ruler'))])
beforeEach(async () => {
  screen = await openSignedIn(stage.browser, stage.workstation, { path: `/study?uid=${ruler.studyUid}`, width: 1440, height: 900 })
  page = screen.page
  pane = page.locator('[data-mode="stack"]')
  await pane.getByText('Image 3 / 5').waitFor()
})
afterEach(async () => {
  expect(screen.problems()).toEqual([])
  await screen.close()
})

const at = (row: number, column: number) => placeOf(pane, ruler, row, column)
const expectedGrey = (hu: number) => Math.round(Math.min(1, Math.max(0, (hu - 39.5) / 399 + 0.5)) * 255)
const removeAll = () => removeAnnotations(screen, stage.workstation, ruler.studyUid)

describe('the code of the screen', () => {
  it('says so when it does not load, and comes on the next try', async () => {
    // A page of its own: the one of every test has the code already.
    const other = await screen.context.newPage()
    await other.route('**/assets/study-screen-*.js', (route) => route.abort())
    await other.goto(`/study?uid=${ruler.studyUid}`)
    await other.getByRole('heading', { name: 'The study\'s screen did not load' }).waitFor()
    await other.unroute('**/assets/study-screen-*.js')
    await other.getByRole('button', { name: 'Try again' }).click()
    await other.locator('[data-mode="stack"]').getByText('Image 3 / 5').waitFor()
    await other.close()
  })

  it('does without Cornerstone where nothing needs decoding', async () => {
    const scripts = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js')))
    expect(scripts.some((name) => name.includes('study-screen-'))).toBe(true)
    expect(scripts.filter((name) => name.includes('codecs-'))).toEqual([])
  })
})

describe('the stack', () => {
  it('shows slices in the order of their positions, though the instance numbers lie', async () => {
    for (const [key, text, z] of [['Home', 'Image 1 / 5', 500], ['ArrowDown', 'Image 2 / 5', 504], ['End', 'Image 5 / 5', 516], ['PageUp', 'Image 1 / 5', 500]] as const) {
      await page.keyboard.press(key)
      await pane.getByText(text).waitFor()
      await pane.getByText(`${z}.0 mm`).waitFor()
    }
    await pane.hover()
    await page.mouse.wheel(0, 120)
    await pane.getByText('Image 2 / 5').waitFor()
  })

  it('draws each pixel in the grey that its value has under the window', async () => {
    for (const [row, column] of [[20, 90], [31, 70], [40, 55], [50, 40], [60, 20]] as const) {
      expect(Math.abs(await greyAt(page, await at(row, column)) - expectedGrey(rulerHu(2, row, column)))).toBeLessThanOrEqual(3)
    }
  })

  it('changes the window by number keys, inverts, and comes back by one key', async () => {
    const spot = await at(60, 90)
    const before = await greyAt(page, spot)
    await page.keyboard.press('2')
    await pane.getByText('W 1500 L -600').waitFor()
    await page.keyboard.press('0')
    await pane.getByText('W 400 L 40').waitFor()
    await page.keyboard.press('i')
    await pane.getByText('Inverted').waitFor()
    // Greys are rounded after they are turned about.
    expect(Math.abs(await greyAt(page, spot) - (255 - before))).toBeLessThanOrEqual(1)
  })

  it('keeps the letters with the patient in every turn and mirror', async () => {
    const letters = async () => (await pane.locator('.overlay-letters span').allInnerTexts()).join(' ')
    expect(await letters()).toBe('A L P R')
    await page.keyboard.press('r')
    await expect.poll(letters).toBe('R A L P')
    await page.keyboard.press('x')
    await expect.poll(letters).toBe('R P L A')
    await page.keyboard.press('v')
    await expect.poll(letters).toBe('L P R A')
  })

  it('draws a scale bar as long as it says', async () => {
    const box = await pane.boundingBox()
    const pxPerMm = Math.min((box?.width ?? 0) / 48, (box?.height ?? 0) / 64)
    const bar = await pane.locator('.scale-bar-line').boundingBox()
    const [, length = '', unit] = /^(\d+) (mm|cm)/.exec(await pane.locator('.scale-bar').innerText()) ?? []
    expect(bar?.height).toBeCloseTo(Number(length) * (unit === 'cm' ? 10 : 1) * pxPerMm, 0)
  })
})

describe('measuring', () => {
  beforeEach(removeAll)

  it('reads stored value × slope + intercept under the probe', async () => {
    await page.keyboard.press('h')
    const expected: string[] = []
    for (const [row, column] of [[5, 5], [20, 80], [31, 47], [63, 95]] as const) {
      const { x, y } = await at(row, column)
      await page.mouse.click(x, y)
      expected.push(`${rulerHu(2, row, column)} HU`)
    }
    await expect.poll(() => measuredTexts(pane)).toEqual(expected)
  })

  it('measures a known distance by mouse within half a pixel, also across pixels that are not square', async () => {
    await page.keyboard.press('l')
    await drag(page, await at(10, 10), await at(10, 70))
    await drag(page, await at(15, 20), await at(51, 20))
    await drag(page, await at(20, 8), await at(44, 72))
    await expect.poll(() => measuredTexts(pane)).toHaveLength(3)
    const [across = '', down = '', slanted = ''] = await measuredTexts(pane)
    expect(Math.abs(parseFloat(across) - 30)).toBeLessThanOrEqual(0.25)
    expect(Math.abs(parseFloat(down) - 36)).toBeLessThanOrEqual(0.5)
    expect(Math.abs(parseFloat(slanted) - Math.hypot(32, 24))).toBeLessThanOrEqual(0.5)
  })

  it('measures an angle by three clicks and the values in an ellipse by a drag', async () => {
    await page.keyboard.press('g')
    for (const [row, column] of [[10, 20], [30, 20], [30, 60]] as const) {
      const { x, y } = await at(row, column)
      await page.mouse.click(x, y)
    }
    await expect.poll(() => measuredTexts(pane)).toEqual(['90°'])
    await page.keyboard.press('o')
    await drag(page, await at(30, 25), await at(50, 65))
    await expect.poll(async () => (await measuredTexts(pane)).length).toBe(2)
    const [, text = ''] = await measuredTexts(pane)
    const value = (name: string) => Number(new RegExp(`${name} (-?[\\d.]+)`).exec(text)?.[1])
    // Values grow evenly over the picture, so the mean is that of the middle pixel.
    expect(Math.abs(value('mean') - rulerHu(2, 40, 45))).toBeLessThanOrEqual(3)
    expect(value('area')).toBeCloseTo(Math.PI * 10 * 10, -1)
    expect(value('min')).toBeLessThan(value('mean') - 50)
  })

  it('keeps what is drawn over a change of layout and a reload, exactly', async () => {
    await page.keyboard.press('l')
    await drag(page, await at(12, 11), await at(40, 77))
    await page.keyboard.press('h')
    const { x, y } = await at(33, 44)
    await page.mouse.click(x, y)
    await expect.poll(() => measuredTexts(pane)).toHaveLength(2)
    const drawn = await measuredTexts(pane)
    await page.keyboard.press('m')
    await page.locator('[data-mode="coronal"]').getByText(/Coronal \d/).waitFor()
    await page.keyboard.press('b')
    await expect.poll(() => measuredTexts(pane)).toEqual(drawn)
    await page.reload()
    await pane.getByText('Image 3 / 5').waitFor()
    await expect.poll(() => measuredTexts(pane)).toEqual(drawn)
    await page.keyboard.press('Home')
    await pane.getByText('Image 1 / 5').waitFor()
    expect(await measuredTexts(pane)).toEqual([])
  })

  it('deletes, undoes, and says when a save fails until it is saved', async () => {
    await page.route('**/api/annotations/**', (route) => route.abort())
    await page.keyboard.press('l')
    await drag(page, await at(12, 11), await at(40, 77))
    await page.getByText('One measurement is not saved yet').waitFor()
    await page.unroute('**/api/annotations/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => page.getByText('not saved yet').count()).toBe(0)
    await page.keyboard.press('Delete')
    await expect.poll(() => measuredTexts(pane)).toEqual([])
    await page.keyboard.press('Control+z')
    await expect.poll(async () => (await measuredTexts(pane)).length).toBe(1)
  })

  it('works by keys alone: probe at the middle, and a length placed by panning', async () => {
    await pane.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => measuredTexts(pane)).toHaveLength(1)
    await page.keyboard.press('l')
    await page.keyboard.press('Enter')
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Enter')
    await expect.poll(() => measuredTexts(pane)).toHaveLength(2)
    const box = await pane.boundingBox()
    const pxPerMm = Math.min((box?.width ?? 0) / 48, (box?.height ?? 0) / 64)
    expect(parseFloat((await measuredTexts(pane))[1] ?? '')).toBeCloseTo(200 / pxPerMm, 0)
  })

  it('locks, loudly, where the ruler is off', async () => {
    await page.route('**/api/system', async (route) => {
      const answer = await route.fetch()
      const system = await answer.json() as Record<string, unknown>
      const checks = [{ name: 'Sphere of 10 mm', expected: 10, measured: 12, tolerance: 0.5, unit: 'mm', ok: false }]
      await route.fulfill({ response: answer, json: { ...system, ruler: { isTrue: false, checks } } })
    })
    await page.reload()
    await page.getByText('Measuring is locked').first().waitFor()
    await page.keyboard.press('l')
    await drag(page, await at(12, 11), await at(40, 77))
    expect(await measuredTexts(pane)).toEqual([])
    expect(await page.getByRole('button', { name: /^Length/ }).getAttribute('aria-disabled')).toBe('true')
  })
})

describe('three planes', () => {
  it('meet at the crosshair and show stored values', async () => {
    await removeAll()
    await page.reload()
    await pane.getByText('Image 3 / 5').waitFor()
    await page.keyboard.press('m')
    const coronal = page.locator('[data-mode="coronal"]')
    await coronal.getByText('Coronal 32 / 64').waitFor()
    await page.locator('[data-mode="sagittal"]').getByText('Sagittal 48 / 96').waitFor()
    expect((await coronal.locator('.overlay-letters span').allInnerTexts()).join(' ')).toBe('H L F R')
    await page.keyboard.press('h')
    const grid = { rows: ruler.slices, columns: ruler.columns, rowSpacingMm: ruler.sliceSpacingMm, columnSpacingMm: ruler.columnSpacingMm }
    const { x, y } = await placeOf(coronal, grid, 1, 70)
    await page.mouse.click(x, y)
    await expect.poll(() => measuredTexts(coronal)).toEqual([`${rulerHu(3, 31, 70)} HU`])
    await page.keyboard.press('c')
    const axial = page.locator('[data-mode="axial"]')
    const spot = await placeOf(axial, ruler, 20, 60)
    await page.mouse.click(spot.x, spot.y)
    await coronal.getByText('Coronal 21 / 64').waitFor()
    await page.locator('[data-mode="sagittal"]').getByText('Sagittal 61 / 96').waitFor()
  })
})

describe('jumping to a finding', () => {
  const addFinding = async (slice: number, centre: readonly [number, number, number], note: string) => {
    const answer = await screen.context.request.post(`/api/studies/${ruler.studyUid}/findings`, {
      headers: { origin: stage.workstation.url },
      data: { kind: 'other', seriesUid: ruler.seriesUid, sopInstanceUid: rulerUid(slice), frameNumber: 1, centreMm: centre, diameterMm: 6, note }
    })
    return { status: answer.status(), id: (await answer.json() as { id?: string }).id ?? '' }
  }

  it('shows the exact instance with a ring on the spot', async () => {
    const { status, id } = await addFinding(4, rulerPointMm(4, 20, 30), 'jump here')
    expect(status).toBeLessThan(300)
    await page.reload()
    await page.locator('.finding', { hasText: 'jump here' }).locator('.finding-main').click()
    await pane.getByText('Image 5 / 5').waitFor()
    const ring = await pane.locator(`[data-finding="${id}"] circle`).last().boundingBox()
    const spot = await at(20, 30)
    expect(Math.hypot((ring?.x ?? 0) + (ring?.width ?? 0) / 2 - spot.x, (ring?.y ?? 0) + (ring?.height ?? 0) / 2 - spot.y)).toBeLessThan(2)
  })

  it('refuses, with a sentence, where the point does not lie in the instance that the finding names', async () => {
    await addFinding(3, rulerPointMm(3, 20, 30), 'wrong slice')
    // The edge would not take such a finding: it comes from a damaged answer.
    await page.route('**/analysis', async (route) => {
      const answer = await route.fetch()
      const body = await answer.json() as { findings: { note: string }[] }
      const findings = body.findings.map((finding) => (finding.note === 'wrong slice' ? { ...finding, sopInstanceUid: rulerUid(1) } : finding))
      await route.fulfill({ response: answer, json: { ...body, findings } })
    })
    await page.reload()
    await pane.getByText('Image 3 / 5').waitFor()
    await page.locator('.finding', { hasText: 'wrong slice' }).locator('.finding-main').click()
    await page.getByText('The finding lies 8.0 mm away from the image it names').first().waitFor()
    await pane.getByText('Image 3 / 5').waitFor()
    expect(await pane.locator('.ring[data-selected="true"]').count()).toBe(0)
  })
})
