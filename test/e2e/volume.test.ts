import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RowId, SeriesUid } from '../../src-shared/ids.ts'
import type { Stone } from '../../src-renderer/viewer/three-d/stones.ts'
import { launchBrowser } from '../support/browser.ts'
import type { HarnessInput } from '../support/children/three-d-harness.ts'
import { serveThreeDPage, type ServedPage } from '../support/three-d-page.ts'

/** The pane that draws in three dimensions, alone on a page under the policy of the real one, on the software renderer that every machine has. */
let browser: Browser
let served: ServedPage
let page: Page
let problems: string[] = []

beforeAll(async () => {
  served = await serveThreeDPage()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await served?.stop()
})
beforeEach(async () => {
  problems = []
  page = await browser.newPage({ viewport: { width: 400, height: 300 } })
  page.on('console', (message) => {
    // The test itself reads pixels back, which the driver calls slow.
    if ((message.type() === 'error' || message.type() === 'warning') && !message.text().includes('GPU stall due to ReadPixels')) problems.push(message.text())
  })
  page.on('pageerror', (error) => { problems.push(error.message) })
  await page.goto(served.url)
})
afterEach(async () => {
  await page.close()
  expect(problems).toEqual([])
})

const phantom: HarnessInput = {
  counts: [60, 50, 30], stepsMm: [1, 1, 2], originMm: [-31, 12, 40], angles: [0, 0, 0], ground: -1000, ball: null, appearance: 'mip', modality: 'CT',
  boxes: [{ from: [40, 10, 20], to: [47, 15, 23], value: 1500 }]
}

async function open(changes: Partial<HarnessInput> = {}): Promise<void> {
  await page.evaluate((input) => { window.harness.open(input) }, { ...phantom, ...changes })
  await settled()
}

/** Waits until the picture has come to rest. */
async function settled(): Promise<void> {
  await page.waitForFunction(() => window.harness.states.at(-1)?.kind === 'shown', undefined, { timeout: 60_000 })
  let drawn = -1
  await expect.poll(async () => {
    const before = drawn
    drawn = await page.evaluate(() => window.harness.states.length)
    return drawn === before
  }, { interval: 700, timeout: 60_000 }).toBe(true)
}

type Box = { left: number, right: number, top: number, bottom: number }

/** Where the picture, in all its pixels, is brighter than a grey: shares of its width and height. */
function brightBox(over: number): Promise<Box> {
  return page.evaluate((limit) => {
    const canvas = window.harness.pane?.snapshot()
    const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height)
    if (canvas === null || canvas === undefined || pixels === undefined) throw new Error('no picture')
    const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity }
    for (let at = 0; at < canvas.width * canvas.height; at += 1) {
      if ((pixels.data[at * 4] ?? 0) <= limit) continue
      const x = at % canvas.width, y = Math.floor(at / canvas.width)
      box.left = Math.min(box.left, x / canvas.width)
      box.right = Math.max(box.right, (x + 1) / canvas.width)
      box.top = Math.min(box.top, y / canvas.height)
      box.bottom = Math.max(box.bottom, (y + 1) / canvas.height)
    }
    return box
  }, over)
}

/** Where the outlines of a box of voxels fall, seen from the front, worked out here: left is +x, up is +z, and the whole volume fits, with 3 % to spare on either side. */
async function expectedBox({ counts, boxes }: HarnessInput): Promise<Box> {
  const [box] = boxes
  if (box === undefined) throw new Error('a box')
  const mm = (places: [number, number, number][]) => page.evaluate((all) => all.map(([column, row, slice]) => [...window.harness.voxelMm(column, row, slice)]), places)
  const corners = (from: number[], to: number[]) => [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => [0, 1, 2].map((axis) => ((bits >> axis) & 1 ? to[axis] : from[axis]) ?? 0) as [number, number, number])
  const whole = await mm(corners([0, 0, 0], counts.map((count) => count - 1)))
  const range = (axis: number) => { const all = whole.map((point) => point[axis] ?? 0); return { middle: (Math.min(...all) + Math.max(...all)) / 2, length: Math.max(...all) - Math.min(...all) } }
  // Half a voxel further than the centres: there the interpolated value is half of the box' own.
  const points = await mm(corners(box.from.map((at) => at - 0.5), box.to.map((at) => at + 0.5)))
  const { width, height } = await page.evaluate(() => { const { clientWidth, clientHeight } = document.querySelector('#pane') ?? document.body; return { width: clientWidth, height: clientHeight } })
  const mmHigh = Math.max(range(2).length, range(0).length * height / width) * 1.06
  const x = points.map((point) => 0.5 + ((point[0] ?? 0) - range(0).middle) / mmHigh * height / width)
  const y = points.map((point) => 0.5 - ((point[2] ?? 0) - range(2).middle) / mmHigh)
  return { left: Math.min(...x), right: Math.max(...x), top: Math.min(...y), bottom: Math.max(...y) }
}

describe('geometry', () => {
  for (const [name, changes] of [
    ['an axial stack with slices 2 mm apart', {}],
    ['an oblique stack with thick slices', { angles: [0.4, -0.25, 0.6], stepsMm: [0.8, 0.8, 3] }],
    ['a sagittal stack', { angles: [Math.PI / 2, 0, -Math.PI / 2] }]
  ] as const satisfies readonly (readonly [string, Partial<HarnessInput>])[]) {
    it(`shows a bright cube of ${name} where it lies in the patient`, async () => {
      const input = { ...phantom, ...changes }
      await open(changes)
      const [shown, expected] = [await brightBox(90), await expectedBox(input)]
      for (const [low, high] of [['left', 'right'], ['top', 'bottom']] as const) {
        // Of 100 mm at most, so 0.3 mm; a pixel is 0.4.
        expect(Math.abs(shown[low] + shown[high] - expected[low] - expected[high]) / 2, `${low} and ${high}`).toBeLessThan(0.003)
        // Slanted corners are rounded off by the interpolation, by less than a voxel.
        expect(Math.abs(shown[high] - shown[low] - expected[high] + expected[low]), `${low} to ${high}`).toBeLessThan(0.016)
      }
    })
  }
})

/** A ball of voxels, as the edge serves the mask of a finding. */
function stone(findingId: string, status: Stone['status'], centreMm: readonly [number, number, number]): Stone {
  const size = 9, middle = 4
  const runs = [0]
  for (let at = 0; at < size ** 3; at += 1) {
    const isInside = Math.hypot(at % size - middle, Math.floor(at / size) % size - middle, Math.floor(at / size ** 2) - middle) <= middle
    if (isInside !== (runs.length % 2 === 0)) runs.push(0)
    runs[runs.length - 1] = (runs.at(-1) ?? 0) + 1
  }
  return {
    findingId, status,
    mask: {
      findingId: RowId.parse('018f3b5c-0000-7000-8000-000000000001'), seriesUid: SeriesUid.parse('1.2.3'), from: [0, 0, 0], size: [size, size, size], frames: [], runs,
      originMm: [centreMm[0] - middle, centreMm[1] - middle, centreMm[2] - middle], columnStepMm: [1, 0, 0], rowStepMm: [0, 1, 0], sliceStepMm: [0, 0, 1]
    }
  }
}

/** A point of the page, for a place in the patient. */
async function placeOf(pointMm: readonly [number, number, number]): Promise<{ x: number, y: number }> {
  const box = await page.locator('#pane').boundingBox()
  const at = await page.evaluate((point) => window.harness.pane?.project(point), pointMm)
  if (box === null || at === null || at === undefined) throw new Error('not drawn')
  return { x: box.x + at[0], y: box.y + at[1] }
}

async function colourAt(pointMm: readonly [number, number, number]): Promise<readonly number[]> {
  const { x, y } = await placeOf(pointMm)
  const png = await page.screenshot({ clip: { x: Math.round(x), y: Math.round(y), width: 1, height: 1 }, timeout: 60_000 })
  return [...(await sharp(png).removeAlpha().raw().toBuffer())]
}

describe('stones', () => {
  const places = { accepted: [-20, 20, 60], proposed: [0, 20, 60], amended: [15, 20, 60], rejected: [0, 20, 85] } as const
  const show = async (showRejected: boolean) => {
    const stones = (['accepted', 'proposed', 'amended', 'rejected'] as const).map((status) => stone(status, status, places[status]))
    await page.evaluate(([all, isShown]) => { window.harness.setStones(all, null, isShown) }, [stones, showRejected] as const)
    await settled()
  }

  it('have the colour of their status; rejected ones are hidden until they are asked for', async () => {
    await open({ appearance: 'stones', boxes: [] })
    await show(false)
    const [green, amber, blue] = [await colourAt(places.accepted), await colourAt(places.proposed), await colourAt(places.amended)]
    expect((green[1] ?? 0) - (green[0] ?? 0)).toBeGreaterThan(40)
    expect((amber[0] ?? 0) - (amber[2] ?? 0)).toBeGreaterThan(60)
    expect((blue[2] ?? 0) - (blue[0] ?? 0)).toBeGreaterThan(60)
    expect(Math.max(...await colourAt(places.rejected))).toBeLessThan(30)
    await show(true)
    const grey = await colourAt(places.rejected)
    expect(Math.min(...grey)).toBeGreaterThan(60)
  })

  it('are picked by a click, and lit when the mouse is over them', async () => {
    await open({ appearance: 'stones', boxes: [] })
    await show(false)
    const { x, y } = await placeOf(places.proposed)
    await page.mouse.move(x, y)
    await expect.poll(() => page.evaluate(() => { const state = window.harness.states.at(-1); return state?.kind === 'shown' ? state.hoveredId : null })).toBe('proposed')
    await page.mouse.click(x, y)
    // A little beside its edge is near enough: the ball is 4 mm in radius.
    const edge = await placeOf([places.proposed[0] + 4, places.proposed[1], places.proposed[2]])
    await page.mouse.click(edge.x + 4, edge.y)
    const beside = await placeOf([8, 20, 72])
    await page.mouse.click(beside.x, beside.y)
    const hidden = await placeOf(places.rejected)
    await page.mouse.click(hidden.x, hidden.y)
    expect(await page.evaluate(() => window.harness.picked)).toEqual(['proposed', 'proposed', null, null])
  })

  it('shine through a body that is translucent', async () => {
    await open({ appearance: 'stones', boxes: [{ from: [5, 3, 2], to: [55, 46, 28], value: 40 }] })
    await show(false)
    const amber = await colourAt(places.proposed)
    expect((amber[0] ?? 0) - (amber[2] ?? 0)).toBeGreaterThan(40)
  })
})

describe('the pane', () => {
  const name = () => page.getByRole('application').getAttribute('aria-label')

  it('turns, zooms and goes back by keys, and says from where it is seen', async () => {
    await open()
    await page.getByRole('application').focus()
    expect(await name()).toContain('Phantom: MIP, seen from the front.')
    for (let turn = 0; turn < 9; turn += 1) await page.keyboard.press('ArrowRight')
    await expect.poll(name).toContain('seen from the right.')
    for (let turn = 0; turn < 9; turn += 1) await page.keyboard.press('ArrowDown')
    await expect.poll(name).toContain('seen from above.')
    await page.keyboard.press('0')
    await expect.poll(name).toContain('seen from the front.')
    const before = await placeOf([-20, 20, 60])
    await page.keyboard.press('+')
    await expect.poll(async () => (await placeOf([-20, 20, 60])).x).toBeLessThan(before.x)
  })

  it('turns with the mouse: the near side goes along', async () => {
    await open()
    const box = await page.locator('#pane').boundingBox()
    if (box === null) throw new Error('not drawn')
    await page.mouse.move(box.x + 100, box.y + 100)
    await page.mouse.down()
    await page.mouse.move(box.x + 100 + box.width / 240 * 90, box.y + 100, { steps: 4 })
    await page.mouse.up()
    await expect.poll(name).toContain('seen from the right.')
  })

  it('gives back what it holds when it goes, and comes again as it was left', async () => {
    await open()
    await page.evaluate(() => { window.harness.pane?.lookFrom('left') })
    await expect.poll(name).toContain('seen from the left.')
    const context = await page.evaluateHandle(() => document.querySelector('canvas')?.getContext('webgl2'))
    await page.evaluate(() => { window.harness.detach() })
    expect(await page.locator('canvas').count()).toBe(0)
    expect(await context.evaluate((gl) => gl?.isContextLost())).toBe(true)
    await page.evaluate(() => { window.harness.attach() })
    await settled()
    expect(await name()).toContain('seen from the left.')
  })

  it('draws every appearance of CT', async () => {
    await open({ boxes: [{ from: [10, 10, 5], to: [50, 40, 25], value: 300 }], ball: { centre: [30, 25, 15], radiusMm: 8, value: -700 } })
    for (const appearance of ['bone', 'soft-tissue', 'lung', 'vessels', 'mip', 'stones']) {
      await page.evaluate((wanted) => { window.harness.pane?.setAppearance(wanted) }, appearance)
      await settled()
      const { left, right } = await brightBox(20)
      expect(right - left, appearance).toBeGreaterThan(0.05)
    }
  })

  it('says in a sentence why it can\'t draw where there is no WebGL 2', async () => {
    await page.addInitScript(() => {
      const give = HTMLCanvasElement.prototype.getContext
      Object.defineProperty(HTMLCanvasElement.prototype, 'getContext', { value(this: HTMLCanvasElement, kind: string) { return kind === 'webgl2' ? null : give.call(this, kind) } })
    })
    await page.reload()
    await page.evaluate((input) => { window.harness.open(input) }, phantom)
    await expect.poll(() => page.evaluate(() => window.harness.states.at(-1))).toMatchObject({ kind: 'failed', reason: expect.stringContaining('no WebGL 2') })
  })
})
