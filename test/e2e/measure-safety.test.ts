import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AnnotationList, type Annotation } from '../../src-shared/annotations.ts'
import { openSignedIn, removeAnnotations, type Screen } from '../support/pages.ts'
import { ruler, rulerUid, writeRulerPhantom } from '../support/ruler-phantom.ts'
import { drag, measuredTexts, placeOf } from '../support/viewer-page.ts'
import { aStage } from '../support/stage.ts'

let screen: Screen
let page: Page
let pane: Locator

const path = `/study?uid=${ruler.studyUid}`
const kept = async (): Promise<readonly Annotation[]> =>
  AnnotationList.parse(await (await screen.context.request.get(`/api/studies/${ruler.studyUid}/annotations`)).json()).annotations

const stage = aStage((folder) => [writeRulerPhantom(join(folder, 'ruler'))])
beforeEach(async () => {
  screen = await openSignedIn(stage.browser, stage.workstation, { path, width: 1280, height: 800 })
  page = screen.page
  await removeAnnotations(screen, stage.workstation, ruler.studyUid)
  pane = page.locator('[data-mode="stack"]').first()
  await pane.getByText('Image 3 / 5').waitFor()
  await expect.poll(() => measuredTexts(pane)).toEqual([])
})
afterEach(async () => { await screen.close() })

const pull = async (from: readonly [number, number], to: readonly [number, number]) => {
  await drag(page, await placeOf(pane, ruler, ...from), await placeOf(pane, ruler, ...to))
}

describe('a measurement that was just drawn', () => {
  it('is there after the page is closed in the same moment', async () => {
    await page.keyboard.press('l')
    await pull([20, 10], [20, 70])
    await page.close()
    await expect.poll(async () => (await kept()).map(({ tool }) => tool)).toEqual(['length'])
  })

  it('is there after the page crashes in the same moment', async () => {
    const protocol = await screen.context.newCDPSession(page)
    await page.keyboard.press('h')
    const { x, y } = await placeOf(pane, ruler, 30, 40)
    await page.mouse.click(x, y)
    // A page that has crashed never answers.
    void protocol.send('Page.crash').catch(() => null)
    await expect.poll(async () => (await kept()).map(({ tool }) => tool)).toEqual(['probe'])
  })

  it('keeps the end of a drag when the page is reloaded before its timer has run', async () => {
    await page.keyboard.press('l')
    await pull([20, 10], [20, 70])
    await expect.poll(() => measuredTexts(pane)).toHaveLength(1)
    const { x, y } = await placeOf(pane, ruler, 20, 70)
    await page.mouse.move(x, y)
    await page.mouse.down()
    const to = await placeOf(pane, ruler, 40, 70)
    await page.mouse.move(to.x, to.y, { steps: 6 })
    const [text] = await measuredTexts(pane)
    await page.reload()
    await pane.getByText('Image 3 / 5').waitFor()
    await expect.poll(() => measuredTexts(pane)).toEqual([text])
  })

  it('keeps each letter of a label that was not finished', async () => {
    await page.keyboard.press('t')
    const { x, y } = await placeOf(pane, ruler, 30, 20)
    await page.mouse.click(x, y)
    await page.getByRole('textbox', { name: 'Words of the measurement' }).waitFor()
    await page.keyboard.type('half a sent')
    await page.reload()
    await pane.getByText('Image 3 / 5').waitFor()
    await expect.poll(() => measuredTexts(pane)).toEqual(['half a sent'])
  })
})

describe('while the workstation does not answer', () => {
  it('keeps what is drawn, asks before the page is left, and saves by itself as soon as it can', async () => {
    await page.route('**/api/annotations/**', (route) => route.abort())
    await page.keyboard.press('l')
    await pull([20, 10], [20, 70])
    await page.getByText('One measurement is not saved yet').waitFor()
    const asked: string[] = []
    page.on('dialog', (dialog) => { asked.push(dialog.type()); void dialog.dismiss() })
    await page.reload({ timeout: 2000 }).catch(() => null)
    await expect.poll(() => asked).toEqual(['beforeunload'])
    expect(await measuredTexts(pane)).toHaveLength(1)
    await page.unroute('**/api/annotations/**')
    await expect.poll(() => page.getByText('not saved yet').count(), { timeout: 15_000 }).toBe(0)
    expect(await kept()).toHaveLength(1)
    await page.reload()
    await pane.getByText('Image 3 / 5').waitFor()
    expect(asked).toHaveLength(1)
  })

  it('leaves nothing of it on the disk of the browser', async () => {
    await page.route('**/api/annotations/**', (route) => route.abort())
    await page.keyboard.press('l')
    await pull([20, 10], [20, 70])
    await page.getByText('One measurement is not saved yet').waitFor()
    const stored = await page.evaluate(async () => [Object.keys(localStorage), Object.keys(sessionStorage), (await indexedDB.databases()).map(({ name }) => name), await caches.keys()].flat())
    expect(stored).toEqual([])
  })
})

describe('a deletion', () => {
  it('undone after a reload elsewhere keeps its identity', async () => {
    await page.keyboard.press('l')
    await pull([20, 10], [20, 70])
    await expect.poll(async () => (await kept()).length).toBe(1)
    const [before] = await kept()
    await page.keyboard.press('Delete')
    await expect.poll(async () => (await kept()).length).toBe(0)
    const other = await screen.context.newPage()
    await other.goto(path)
    await other.locator('[data-mode="stack"]').first().getByText('Image 3 / 5').waitFor()
    await page.keyboard.press('Control+z')
    await expect.poll(async () => (await kept()).map(({ id }) => id)).toEqual([before?.id])
    // The other window hears of it.
    await expect.poll(() => measuredTexts(other.locator('[data-mode="stack"]').first())).toHaveLength(1)
    await other.close()
  })
})

describe('undo over all that is marked', () => {
  it('takes back key images and measurements in the order in which they were made, and shows the image', async ({ skip }) => {
    const star = page.getByRole('button', { name: 'Mark as a key image' })
    skip(await star.count() === 0, 'no pane offers to mark its image')
    await expect.poll(() => star.getAttribute('aria-disabled')).toBe('false')
    const marked = async () => (await (await screen.context.request.get(`/api/studies/${ruler.studyUid}/key-images`)).json() as { keyImages: { sopInstanceUid: string }[] }).keyImages.map(({ sopInstanceUid }) => sopInstanceUid)
    await page.keyboard.press('k')
    await expect.poll(marked).toEqual([rulerUid(2)])
    await page.keyboard.press('h')
    const { x, y } = await placeOf(pane, ruler, 30, 20)
    await page.mouse.click(x, y)
    await expect.poll(() => measuredTexts(pane)).toHaveLength(1)
    await page.keyboard.press('k')
    await expect.poll(marked).toEqual([])
    await page.keyboard.press('Home')
    await pane.getByText('Image 1 / 5').waitFor()
    await page.keyboard.press('Control+z')
    await pane.getByText('Image 3 / 5').waitFor()
    await expect.poll(marked).toEqual([rulerUid(2)])
    await page.keyboard.press('Control+z')
    await expect.poll(() => measuredTexts(pane)).toEqual([])
    await page.keyboard.press('Control+z')
    await expect.poll(marked).toEqual([])
    await page.keyboard.press('Control+y')
    await expect.poll(marked).toEqual([rulerUid(2)])
    await page.keyboard.press('Control+z')
    await expect.poll(marked).toEqual([])
  })
})
