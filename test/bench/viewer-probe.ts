// What the viewer benchmark watches in the page, and how it drives it. The definitions are those of the harness `h-viewer`, with one
// difference: pixels count as ready once a small copy of the canvas can be read back, right after the drawing; there, once a fence in the GPU's queue has passed.
import { readFileSync } from 'node:fs'
import sparticuz from '@sparticuz/chromium'
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core'

/** `t`: ms since the start of the navigation. Each paint: [drawn, index on the canvas, pixels ready]. */
export type Probe = { first: number | null, complete: number | null, planes: number | null, planesFrom: number | null, paints: [number, number, number][], inputs: number }

/** Chrome as it is on a machine without a GPU: it draws the page in software, WebGL on SwiftShader. The browser of the tests draws everything on SwiftShader, which nobody does. */
export async function launchPlainChrome(): Promise<Browser> {
  return await chromium.launch({ executablePath: await sparticuz.executablePath(), headless: true, args: ['--no-sandbox', '--enable-unsafe-swiftshader', '--force-color-profile=srgb', '--hide-scrollbars'] })
}

/** Runs in the page before its own scripts. */
export function installProbe(): void {
  const probe: Probe = { first: null, complete: null, planes: null, planesFrom: null, paints: [], inputs: 0 }
  Object.assign(window, { probe })
  const copy = document.createElement('canvas')
  copy.width = copy.height = 64
  const context = copy.getContext('2d', { willReadFrequently: true })
  const isImage = (canvas: HTMLCanvasElement): boolean => {
    if (context === null) return false
    context.drawImage(canvas, 0, 0, 64, 64)
    const { data } = context.getImageData(0, 0, 64, 64)
    let sum = 0
    let squares = 0
    for (let at = 0; at < data.length; at += 4) { sum += data[at] ?? 0; squares += (data[at] ?? 0) ** 2 }
    const mean = sum / 4096
    return Math.sqrt(squares / 4096 - mean * mean) > 4
  }
  const canvases = () => [...document.querySelectorAll<HTMLCanvasElement>('.pane canvas')].filter((canvas) => canvas.getClientRects().length > 0)
  const indexOf = (canvas: HTMLCanvasElement | undefined) => Number(/^(\d+)\//.exec(canvas?.dataset['image'] ?? '')?.[1] ?? -1)
  new MutationObserver(() => {
    const drawn = performance.now()
    const shown = canvases()
    const [main] = shown
    const index = indexOf(main)
    if (main === undefined || index < 0 || !isImage(main)) return
    const ready = performance.now()
    probe.first ??= ready
    probe.paints.push([drawn, index, ready])
    if (probe.planesFrom !== null && shown.length >= 3 && shown.every((canvas) => indexOf(canvas) >= 0 && isImage(canvas))) probe.planes ??= performance.now()
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-image'] })
  new PerformanceObserver((list) => { for (const { name, startTime } of list.getEntries()) if (name === 'vigil:series-complete') probe.complete ??= startTime }).observe({ type: 'mark', buffered: true })
  addEventListener('wheel', () => { probe.inputs += 1 }, { capture: true, passive: true })
  addEventListener('keydown', ({ timeStamp, key }) => { if (key === 'm') probe.planesFrom ??= timeStamp }, { capture: true })
}

export const readProbe = (page: Page): Promise<Probe> => page.evaluate(() => Reflect.get(window, 'probe') as Probe)

export type WheelFigures = Readonly<{ medianMs: number, p95Ms: number, steps: number, dropped: number }>

export const quantile = (values: readonly number[], share: number): number => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN

/** To add to this process's clock to get the page's. */
async function clockOf(page: Page): Promise<number> {
  let best = { roundTripMs: Infinity, offset: 0 }
  for (let turn = 0; turn < 9; turn += 1) {
    const before = performance.now()
    const there = await page.evaluate(() => performance.now())
    const after = performance.now()
    if (after - before < best.roundTripMs) best = { roundTripMs: after - before, offset: there - (before + after) / 2 }
  }
  return best.offset
}

const sleep = (ms: number) => new Promise<void>((done) => { setTimeout(done, Math.max(0, ms)) })

/**
 * Real wheel events, one step each, 30 a second, from end to end of the stack until `steps` are done. For each step: from the moment it is
 * sent to the first drawing of its slice, or a later one in the same direction. Dropped: steps whose slice was never drawn itself.
 */
export async function scrolled(page: Page, cdp: CDPSession, count: number, steps: number): Promise<WheelFigures> {
  const box = await page.locator('.pane canvas').first().boundingBox()
  if (box === null) throw new Error('There is no pane to scroll.')
  const at = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) }
  await page.mouse.move(at.x, at.y)
  const latencies: number[] = []
  let painted = 0
  let sentSteps = 0
  while (sentSteps < steps) {
    await sleep(400)
    const from = (await readProbe(page)).paints.at(-1)?.[1] ?? 0
    const direction = from < count / 2 ? 1 : -1
    const leg = Math.min(steps - sentSteps, direction > 0 ? count - 1 - from : from)
    await page.evaluate(() => { (Reflect.get(window, 'probe') as Probe).paints = [] })
    const offset = await clockOf(page)
    const sent: number[] = []
    const start = performance.now() + 30
    for (let step = 0; step < leg; step += 1) {
      await sleep(start + step * 1000 / 30 - performance.now())
      sent.push(performance.now() + offset)
      void cdp.send('Input.dispatchMouseEvent', { type: 'mouseWheel', ...at, deltaX: 0, deltaY: direction * 100, pointerType: 'mouse' })
    }
    await sleep(600)
    let far = 0
    const travel = (await readProbe(page)).paints.flatMap(([, index, ready]): [number, number][] => {
      const away = direction * (index - from)
      if (away <= far) return []
      far = away
      return [[away, ready]]
    })
    painted += travel.length
    for (const [step, sentAt] of sent.entries()) {
      const hit = travel.find(([away]) => away >= step + 1)
      if (hit !== undefined) latencies.push(hit[1] - sentAt)
    }
    sentSteps += leg
    if (leg === 0) break
  }
  return { medianMs: quantile(latencies, 0.5), p95Ms: quantile(latencies, 0.95), steps: sentSteps, dropped: sentSteps - painted }
}

/** Resident memory of the page's process, MB; null where the system does not tell. */
export async function rendererMb(browser: Browser): Promise<number | null> {
  const cdp = await browser.newBrowserCDPSession()
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo')
  await cdp.detach()
  const sizes = processInfo.filter(({ type }) => type === 'renderer').flatMap(({ id }) => {
    try {
      return [Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'latin1'))?.[1] ?? NaN) / 1024]
    } catch {
      return []
    }
  })
  return sizes.length === 0 ? null : Math.max(...sizes)
}
