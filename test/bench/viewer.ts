// Time to first image, to the full series, per wheel step and to three planes, in a real Chromium on the built application.
// The first image counts from the start of the navigation (timeOrigin) to its drawing; a wheel step from the event to the screen refresh after the
// drawing of its slice.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../support/browser.ts'
import { openSignedIn, signIn } from '../support/pages.ts'
import { sharedData } from '../support/shared-data.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

type Series = Readonly<{ name: string, folder: string, search: string, slices: number }>
const known: readonly Series[] = [
  { name: 'head CT, raw', folder: 'ct-head-phantom-philips/S21570/S2010', search: 'STD BRAIN 5MM', slices: 28 },
  { name: 'head CT, JPEG-LS', folder: 'ct-head-phantom-tilt-jpegls', search: 'STEREOTAXIS', slices: 54 },
  { name: 'head CT, JPEG lossless', folder: 'ct-head-phantom-thin-jpeglossless', search: 'STD BRAIN 1MM', slices: 140 }
]
type Timing = { firstImageMs: number, fullSeriesMs: number, wheelMedianMs: number, wheelP95Ms: number, droppedShare: number, planesMs: number | null }

const quantile = (values: readonly number[], share: number) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN

async function studyUidOf(page: Page, { folder }: Series): Promise<string> {
  const answer = await page.request.post('/api/imports', { data: { paths: [sharedData(folder)] }, headers: { origin: new URL(page.url()).origin } })
  const { id } = await answer.json() as { id: string }
  for (;;) {
    const { progress } = await (await page.request.get(`/api/imports/${id}`)).json() as { progress: { state: string, studyUids: string[] } }
    if (progress.state === 'done') return progress.studyUids[0] ?? ''
    await page.waitForTimeout(200)
  }
}

/** Runs in the page: pairs each wheel event with the drawing it leads to. */
function watchWheel(): void {
  const pane = document.querySelector('[data-mode="stack"]')
  const times: { at: number, shown: number | null }[] = []
  Object.assign(window, { wheelTimes: times })
  pane?.addEventListener('wheel', () => { times.push({ at: performance.now(), shown: null }) }, { capture: true })
  let last = pane?.getAttribute('aria-label')
  new MutationObserver(() => {
    const label = pane?.getAttribute('aria-label')
    if (label === last) return
    last = label
    const open = times.find(({ shown }) => shown === null)
    // The frame after the drawing has the picture on the screen; counting to it is the honest end.
    if (open !== undefined) {
      open.shown = NaN
      requestAnimationFrame(() => { open.shown = performance.now() })
    }
  }).observe(pane ?? document, { attributes: true, attributeFilter: ['aria-label'] })
}

async function wheel(page: Page, steps: number): Promise<number[]> {
  await page.locator('[data-mode="stack"]').hover()
  await page.keyboard.press('Home')
  await page.waitForTimeout(500)
  await page.evaluate(watchWheel)
  for (let step = 0; step < steps; step += 1) {
    const started = performance.now()
    await page.mouse.wheel(0, 120)
    await page.waitForTimeout(Math.max(0, 1000 / 30 - (performance.now() - started)))
  }
  await page.waitForTimeout(1000)
  return await page.evaluate(() => (Reflect.get(window, 'wheelTimes') as { at: number, shown: number | null }[]).flatMap(({ at, shown }) => shown === null ? [] : [shown - at]))
}

async function timeSeries(browser: Browser, workstation: Workstation, series: Series): Promise<Timing> {
  const screen = await openSignedIn(browser, workstation, { width: 1280, height: 800 })
  await signIn(screen.context, workstation)
  const { page } = screen
  const uid = await studyUidOf(page, series)
  await page.goto(`/study?uid=${uid}`, { waitUntil: 'commit' })
  const first = await (await page.waitForFunction(() => document.querySelector('[data-mode="stack"]')?.getAttribute('aria-label')?.includes('of') === true ? performance.now() : null, undefined, { polling: 'raf', timeout: 60_000 })).jsonValue()
  const full = await (await page.waitForFunction(() => document.querySelector('.overlay-progress') === null ? performance.now() : null, undefined, { polling: 'raf', timeout: 120_000 })).jsonValue()
  const steps = Math.min(60, series.slices - 1)
  const latencies = await wheel(page, steps)
  const canCut = await page.getByRole('button', { name: 'Three planes', exact: true }).count() > 0
  const started = performance.now()
  if (canCut) {
    await page.keyboard.press('m')
    await page.locator('[data-mode="coronal"]').getByText(/^Coronal \d/).waitFor()
  }
  const planesMs = canCut ? performance.now() - started : null
  await screen.close()
  return { firstImageMs: first ?? NaN, fullSeriesMs: full ?? NaN, wheelMedianMs: quantile(latencies, 0.5), wheelP95Ms: quantile(latencies, 0.95), droppedShare: 1 - latencies.length / steps, planesMs }
}

/** Bytes of script that the page loads before it can show anything, and of all its scripts but the workers. */
function scriptBytes(): { entry: number, all: number } {
  const renderer = resolve(import.meta.dirname, '..', '..', 'out', 'renderer')
  const entry = /<script[^>]+src="([^"]+\.js)"/.exec(readFileSync(join(renderer, 'index.html'), 'utf8'))?.[1] ?? ''
  const sizeOf = (path: string) => statSync(join(renderer, path)).size
  const scripts = readdirSync(join(renderer, 'assets')).filter((name) => name.endsWith('.js') && !name.includes('Worker'))
  return { entry: sizeOf(entry), all: scripts.reduce((sum, name) => sum + sizeOf(join('assets', name)), 0) }
}

const present = known.filter(({ folder }) => existsSync(sharedData(folder)))
if (present.length === 0) console.log('The test data is not here; set VIGIL_TEST_DATA to its folder.')
const browser = await launchBrowser()
const report = (figure: string, value: number | null, unit: string, goal: string | null, met: boolean | null) => { console.log(JSON.stringify({ bench: 'viewer', figure, value, unit, goal, met })) }
const rows: Record<string, Record<string, string>> = {}
const results: [Series, Timing][] = []
for (const series of present) {
  const workstation = await startWorkstation()
  const timing = await timeSeries(browser, workstation, series)
  await workstation.stop()
  results.push([series, timing])
  const whole = (value: number | null) => value === null ? 'no volume' : `${value.toFixed(0)} ms`
  rows[`${series.name} (${series.slices})`] = {
    'first image': whole(timing.firstImageMs), 'every slice': whole(timing.fullSeriesMs), 'wheel median': `${timing.wheelMedianMs.toFixed(1)} ms`,
    'wheel p95': `${timing.wheelP95Ms.toFixed(1)} ms`, dropped: `${(timing.droppedShare * 100).toFixed(0)} %`, 'three planes': whole(timing.planesMs)
  }
}
await browser.close()
console.table(rows)
const { entry, all } = scriptBytes()
report('script loaded before the first screen', entry / 1e6, 'MB', '≤ 1', entry <= 1e6)
report('script in all', all / 1e6, 'MB', null, null)
for (const [{ name, slices }, timing] of results) {
  const of = `${slices} slices of ${name}`
  report(`first image, ${of}`, timing.firstImageMs, 'ms', null, null)
  report(`every slice, ${of}`, timing.fullSeriesMs, 'ms', null, null)
  report(`wheel at 30 steps/s, median, ${of}`, timing.wheelMedianMs, 'ms', '≤ 30', timing.wheelMedianMs <= 30)
  report(`wheel at 30 steps/s, p95, ${of}`, timing.wheelP95Ms, 'ms', '≤ 50', timing.wheelP95Ms <= 50)
  report(`wheel steps dropped, ${of}`, timing.droppedShare * 100, '%', '0', timing.droppedShare === 0)
  report(`three planes from memory, ${of}`, timing.planesMs, 'ms', null, null)
}
