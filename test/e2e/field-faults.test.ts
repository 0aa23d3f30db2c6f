import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { field, fieldHu, fieldInstance, fieldPointMm, fieldSeries, greedy, heavy, writeFieldPhantom, writeGreedyFile, writeHeavyStudy } from '../support/fault-phantom.ts'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { drag, measuredTexts, placeOf } from '../support/viewer-page.ts'
import { aStage } from '../support/stage.ts'

// What users of other viewers complain of most, tried here. docs/viewer-faults.md says which complaint each of these belongs to.
let screen: Screen
let page: Page

const stage = aStage((folder) => [writeFieldPhantom(join(folder, 'field')), writeHeavyStudy(join(folder, 'heavy')), writeGreedyFile(join(folder, 'greedy'))])
afterEach(async () => {
  expect(screen.problems()).toEqual([])
  await screen.close()
})

async function open(studyUid: string): Promise<void> {
  screen = await openSignedIn(stage.browser, stage.workstation, { path: `/study?uid=${studyUid}`, width: 1440, height: 900 })
  page = screen.page
}
const paneOf = (mode: string) => page.locator(`[data-mode="${mode}"]:visible`).first()
const shown = (mode: string) => page.locator(`[data-mode="${mode}"][data-content="shown"]`).first().waitFor()
const choose = async (name: string) => { await page.locator('.strip-item', { hasText: `· ${name}` }).click() }

describe('one study, opened in every way', () => {
  beforeEach(async () => {
    await open(field.studyUid)
    await paneOf('stack').getByText('Image 3 / 5').waitFor()
  })

  /** Draws by a tool in hand, answers the words beside it, and takes it away again. */
  async function drawn(pane: Locator, draw: () => Promise<void>): Promise<string> {
    await expect.poll(() => measuredTexts(pane)).toEqual([])
    await draw()
    await expect.poll(async () => (await measuredTexts(pane)).length).toBe(1)
    const [text = ''] = await measuredTexts(pane)
    await page.keyboard.press('Delete')
    return text
  }

  it('gives stored value × slope + intercept and the millimetres of the body on every layout, after three dimensions, and after a reload', async () => {
    const ways: readonly (readonly [name: string, mode: string, turn: () => Promise<void>])[] = [
      ['as opened', 'stack', async () => {}],
      ['three planes', 'axial', async () => { await page.keyboard.press('m'); await shown('axial') }],
      ['after oblique planes and three dimensions', 'stack', async () => { await page.keyboard.press('Shift+M'); await shown('volume'); await page.keyboard.press('b'); await shown('stack') }],
      ['two by two', 'stack', async () => { await page.keyboard.press('Alt+g'); await page.locator('[data-pane="p4"]').waitFor() }],
      ['after a reload', 'stack', async () => { await page.reload(); await paneOf('stack').getByText('Image 3 / 5').waitFor() }]
    ]
    for (const [name, mode, turn] of ways) {
      await turn()
      const pane = paneOf(mode)
      await page.keyboard.press('h')
      for (const [row, column] of [[1, 2], [62, 93]] as const) {
        const { x, y } = await placeOf(pane, field, row, column)
        const text = await drawn(pane, () => page.mouse.click(x, y))
        expect.soft(text, `${name}: row ${row}, column ${column}`).toBe(`${fieldHu(2, row, column)} HU`)
      }
      await page.keyboard.press('l')
      const [from, to] = [await placeOf(pane, field, 50, 10), await placeOf(pane, field, 50, 80)]
      expect.soft(Math.abs(parseFloat(await drawn(pane, () => drag(page, from, to))) - 35), name).toBeLessThanOrEqual(0.25)
    }
  })

  it('gives pixels and nowhere millimetres where the file has none', async () => {
    await choose('Flat')
    const pane = paneOf('stack')
    await pane.getByText('Image 1 / 1').waitFor()
    const [from, to] = [await placeOf(pane, { ...field, rowSpacingMm: 1, columnSpacingMm: 1 }, 10, 10), await placeOf(pane, { ...field, rowSpacingMm: 1, columnSpacingMm: 1 }, 10, 50)]
    await page.keyboard.press('l')
    await drag(page, from, to)
    await page.keyboard.press('o')
    await drag(page, { x: from.x, y: from.y + 60 }, { x: to.x, y: to.y + 200 })
    await expect.poll(async () => (await measuredTexts(pane)).length).toBe(2)
    const [length = '', area = ''] = await measuredTexts(pane)
    expect(Math.abs(parseFloat(length) - 40)).toBeLessThanOrEqual(0.5)
    expect(length).toContain('px · uncalibrated')
    expect(area).toContain('px² · uncalibrated')
    expect(await pane.innerText()).not.toMatch(/\d\s*mm/)
    expect(await pane.locator('.scale-bar').count()).toBe(0)
  })

  it('takes neither crosshair nor slice from one frame of reference into another as if they were one', async () => {
    await page.keyboard.press('Alt+g')
    const [here, there] = [page.locator('[data-pane="p1"]'), page.locator('[data-pane="p2"]')]
    await there.click()
    await choose('There')
    await there.getByText('Image 3 / 5').waitFor()
    await here.click()
    await page.keyboard.press('Home')
    await here.getByText('Image 1 / 5').waitFor()
    await page.keyboard.press('c')
    const spot = await placeOf(here, field, 20, 30)
    await page.mouse.click(spot.x, spot.y)
    await page.keyboard.press('Shift+S')
    await there.getByText('linked by offset +108.0 mm').waitFor()
    expect(await there.getAttribute('data-index')).toBe('2')
    await page.keyboard.press('ArrowDown')
    await here.getByText('Image 2 / 5').waitFor()
    await there.getByText('Image 4 / 5').waitFor()
  })

  async function addFinding(stack: 'here' | 'there', slice: number, note: string): Promise<void> {
    const answer = await screen.context.request.post(`/api/studies/${field.studyUid}/findings`, {
      headers: { origin: stage.workstation.url },
      data: { kind: 'other', seriesUid: fieldSeries[stack], sopInstanceUid: fieldInstance(stack, slice), frameNumber: 1, centreMm: fieldPointMm(stack, slice, 20, 30), diameterMm: 6, note }
    })
    expect(answer.status()).toBeLessThan(300)
  }
  const choosing = (note: string) => page.locator('.finding', { hasText: note }).locator('.finding-main').click()

  it('opens the very series and slice of a finding, whatever is on the screen', async () => {
    await addFinding('here', 0, 'lowest here')
    await addFinding('there', 4, 'highest there')
    const jump = async (note: string, series: string, image: string) => {
      await choosing(note)
      const pane = page.locator('[data-mode="stack"]:visible', { hasText: image }).filter({ hasText: series }).first()
      await pane.waitFor()
      expect(await pane.locator('.ring[data-selected="true"]').count()).toBe(1)
      expect(await page.locator('.viewer-notice').count()).toBe(0)
    }
    for (const key of ['Shift+M', 'Shift+V', 'm']) {
      await page.reload()
      await paneOf('stack').getByText('Image 3 / 5').waitFor()
      await page.keyboard.press(key)
      await shown(key === 'm' ? 'coronal' : 'volume')
      await jump('lowest here', 'Here', 'Image 1 / 5')
      await jump('highest there', 'There', 'Image 5 / 5')
      await jump('lowest here', 'Here', 'Image 1 / 5')
    }
  })

  it('says nothing of a finding that was left for another before its series had opened', async () => {
    await addFinding('here', 1, 'wanted here')
    await addFinding('there', 3, 'left there')
    let answer = () => {}
    const held = new Promise<void>((release) => { answer = release })
    await page.route(`**/api/series/${fieldSeries.there}`, async (route) => { await held; await route.continue() })
    await page.reload()
    await paneOf('stack').getByText('Image 3 / 5').waitFor()
    await choosing('left there')
    await choosing('wanted here')
    await paneOf('stack').getByText('Image 2 / 5').waitFor()
    answer()
    // Time for what came late to be taken for an answer.
    await page.waitForTimeout(500)
    expect(await page.locator('.viewer-notice').allInnerTexts()).toEqual([])
    await paneOf('stack').getByText('504.0 mm').waitFor()
  })

  it('goes by arrows through images and series, and through studies', async () => {
    await page.keyboard.press('ArrowDown')
    await paneOf('stack').getByText('Image 4 / 5').waitFor()
    await page.keyboard.press('ArrowRight')
    await paneOf('stack').getByText('608.0 mm').waitFor()
    await page.keyboard.press('ArrowLeft')
    await paneOf('stack').getByText('Image 4 / 5').waitFor()
    const name = await page.locator('h1').innerText()
    const isLast = await page.getByRole('button', { name: /^Next study/ }).isDisabled()
    await page.keyboard.press(isLast ? 'Control+ArrowUp' : 'Control+ArrowDown')
    await expect.poll(() => page.locator('h1').innerText()).not.toBe(name)
  })
})

describe('memory', () => {
  /** Memory of the page's own process, bytes; null where the system does not tell. */
  async function pageBytes(): Promise<number | null> {
    const [cdp, ofPage] = await Promise.all([stage.browser.newBrowserCDPSession(), screen.context.newCDPSession(page)])
    await ofPage.send('HeapProfiler.collectGarbage')
    const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
    const sizes = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentBytes(id))
    return sizes.includes(null) ? null : Math.max(...sizes.map((size) => size ?? 0))
  }

  it('is bounded by the budget while thirty series are opened one after another and cut into planes', async () => {
    await open('1.2.3')
    // A machine of 2 GiB: the viewer sets 256 MiB aside.
    await page.addInitScript(() => { Object.defineProperty(navigator, 'deviceMemory', { value: 2 }) })
    await page.goto(`/study?uid=${heavy.studyUid}`)
    await paneOf('stack').getByText(`Image ${heavy.slices / 2} / ${heavy.slices}`).waitFor()
    await page.keyboard.press('m')
    await shown('coronal')
    const before = await pageBytes()
    for (let series = 2; series <= heavy.series; series += 1) {
      await page.keyboard.press('ArrowRight')
      await page.locator('.strip-item[aria-current]', { hasText: new RegExp(`Heavy ${series}$`) }).waitFor()
      await shown('coronal')
    }
    if (before === null) return
    // Beside the 256 MiB lies what is on its way and what was let go a moment ago; all thirty together would be 690 MB.
    await expect.poll(async () => (await pageBytes() ?? 0) - before, { timeout: 10_000, interval: 500 }).toBeLessThan(500 * 2 ** 20)
  }, 120_000)

  it('is not given to a header that asks for gigabytes', async () => {
    await open(greedy.studyUid)
    await paneOf('stack').getByText('A frame of 65535 × 65535 pixels is too large to be decoded here.').waitFor()
    for (const bytes of [await pageBytes(), residentBytes(stage.workstation.pid)]) expect(bytes ?? 0).toBeLessThan(2 ** 30)
  })
})

/** What a process holds in memory, bytes, as Linux tells it; null elsewhere. */
function residentBytes(pid: number): number | null {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
  } catch {
    return null
  }
}
