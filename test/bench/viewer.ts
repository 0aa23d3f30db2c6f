// First image, every slice, wheel, three planes and memory of the viewer, in a real Chromium on the built application. Where VIGIL_VIEWER_BENCH
// names the folder of the harness `h-viewer`, OHIF is measured in turns with it; VIGIL_VIEWER_BENCH_FLAGS are flags of the harness.
// The first image counts from the start of the navigation; each run has a browser of its own.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { signIn } from '../support/pages.ts'
import { sharedData } from '../support/shared-data.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'
import { measurePeers, peer, type Peer } from './viewer-peer.ts'
import { installProbe, launchPlainChrome, quantile, readProbe, rendererMb, scrolled, type WheelFigures } from './viewer-probe.ts'

type Series = Readonly<{ name: string, folder: string, slices: number, isPeered: boolean }>
type Timing = Readonly<{ firstMs: number, allMs: number, wheel: WheelFigures, planesMs: number | null, memoryMb: number | null }>

const repository = resolve(import.meta.dirname, '..', '..')
const runsOfEach = 3
const stepsOfWheel = 120

/** 300 slices of a body with noise, which is as hard on everything as a scanner's. */
function writeLongSeries(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-300-'))
  execFileSync(process.execPath, [join(repository, 'out', 'main', 'cli.js'), 'phantom', '--out', folder, '--thickness', '1.36', '--seed', '7'], { stdio: 'ignore' })
  return folder
}

async function studyUidOf(workstation: Workstation, folder: string): Promise<string> {
  const browser = await launchPlainChrome()
  const context = await browser.newContext({ baseURL: workstation.url })
  await signIn(context, workstation)
  const answer = await context.request.post('/api/imports', { data: { paths: [folder] }, headers: { origin: workstation.url } })
  const { id } = await answer.json() as { id: string }
  for (;;) {
    const { progress } = await (await context.request.get(`/api/imports/${id}`)).json() as { progress: { state: string, studyUids: string[] } }
    if (progress.state === 'done') {
      await browser.close()
      return progress.studyUids[0] ?? ''
    }
    await new Promise((done) => { setTimeout(done, 200) })
  }
}

async function oneRun(workstation: Workstation, uid: string, slices: number): Promise<Timing> {
  const browser = await launchPlainChrome()
  const context = await browser.newContext({ baseURL: workstation.url, viewport: { width: 1440, height: 900 } })
  await signIn(context, workstation)
  const page = await context.newPage()
  await page.addInitScript(installProbe)
  await page.goto(`/study?uid=${uid}`, { waitUntil: 'commit' })
  await page.waitForFunction(() => { const { first, complete } = Reflect.get(window, 'probe') as { first: number | null, complete: number | null }; return first !== null && complete !== null }, undefined, { timeout: 180_000 })
  const { first, complete } = await readProbe(page)
  await page.waitForTimeout(1000)
  const wheel = await scrolled(page, await context.newCDPSession(page), slices, stepsOfWheel)
  await page.keyboard.press('m')
  const hasPlanes = await page.waitForFunction(() => (Reflect.get(window, 'probe') as { planes: number | null }).planes !== null, undefined, { timeout: 10_000 }).then(() => true, () => false)
  const { planes, planesFrom } = await readProbe(page)
  const memoryMb = await rendererMb(browser)
  await browser.close()
  return { firstMs: first ?? NaN, allMs: complete ?? NaN, wheel, memoryMb, planesMs: hasPlanes && planes !== null && planesFrom !== null ? planes - planesFrom : null }
}

async function timeSeries({ folder, slices }: Series): Promise<Timing> {
  const workstation = await startWorkstation()
  const uid = await studyUidOf(workstation, folder)
  const runs: Timing[] = []
  // The first fills the caches of the disk, as opening it yesterday would have.
  for (let run = 0; run <= runsOfEach; run += 1) {
    const timing = await oneRun(workstation, uid, slices)
    if (run > 0) runs.push(timing)
  }
  await workstation.stop()
  const middle = (read: (run: Timing) => number | null) => { const values = runs.flatMap((run) => read(run) ?? []); return values.length === 0 ? null : quantile(values, 0.5) }
  return {
    firstMs: middle(({ firstMs }) => firstMs) ?? NaN, allMs: middle(({ allMs }) => allMs) ?? NaN, planesMs: middle(({ planesMs }) => planesMs), memoryMb: middle(({ memoryMb }) => memoryMb),
    wheel: {
      medianMs: middle(({ wheel }) => wheel.medianMs) ?? NaN, p95Ms: middle(({ wheel }) => wheel.p95Ms) ?? NaN, steps: runs.reduce((sum, { wheel }) => sum + wheel.steps, 0),
      dropped: runs.reduce((sum, { wheel }) => sum + wheel.dropped, 0)
    }
  }
}

/** Bytes of script that the page loads before it can show anything, and of all its scripts but the workers. */
function scriptBytes(): { entry: number, all: number } {
  const renderer = join(repository, 'out', 'renderer')
  const entry = /<script[^>]+src="([^"]+\.js)"/.exec(readFileSync(join(renderer, 'index.html'), 'utf8'))?.[1] ?? ''
  const sizeOf = (path: string) => statSync(join(renderer, path)).size
  const scripts = readdirSync(join(renderer, 'assets')).filter((name) => name.endsWith('.js') && !/worker/i.test(name))
  return { entry: sizeOf(entry), all: scripts.reduce((sum, name) => sum + sizeOf(join('assets', name)), 0) }
}

const report = (figure: string, value: number | null, unit: string, goal: string | null, met: boolean | null) => { console.log(JSON.stringify({ bench: 'viewer', figure, value, unit, goal, met })) }

function reportOwn({ name, slices }: Series, { firstMs, allMs, wheel, planesMs, memoryMb }: Timing): void {
  const of = `${slices} slices of ${name}`
  report(`first image, ${of}`, firstMs, 'ms', null, null)
  report(`every slice, ${of}`, allMs, 'ms', null, null)
  report(`wheel at 30 steps/s, median, ${of}`, wheel.medianMs, 'ms', '≤ 30', wheel.medianMs <= 30)
  report(`wheel at 30 steps/s, p95, ${of}`, wheel.p95Ms, 'ms', '≤ 50', wheel.p95Ms <= 50)
  report(`wheel steps dropped, ${of}`, wheel.dropped / wheel.steps * 100, '%', '0', wheel.dropped === 0)
  report(`three planes from memory, ${of}`, planesMs, 'ms', null, null)
  report(`renderer, ${of}`, memoryMb, 'MB', null, null)
}

function reportPeers(study: string, ours: Peer, theirs: Peer): void {
  const beside = (figure: string, own: number, other: number, share: number, unit: string) => {
    report(`${figure}, ${study}, beside OHIF`, own, unit, `≤ ${Number((other * share).toPrecision(3))}`, own <= other * share)
  }
  beside('first image', ours.firstMs, theirs.firstMs, 1 / 2, 'ms')
  beside('every slice', ours.allMs, theirs.allMs, 2 / 3, 'ms')
  report(`wheel, median, ${study}, beside OHIF (${theirs.wheelMedianMs} ms)`, ours.wheelMedianMs, 'ms', '≤ 30', ours.wheelMedianMs <= 30)
  report(`wheel, p95, ${study}, beside OHIF (${theirs.wheelP95Ms} ms)`, ours.wheelP95Ms, 'ms', '≤ 50', ours.wheelP95Ms <= 50)
  report(`wheel steps dropped, ${study}, beside OHIF (${theirs.droppedPct.toFixed(0)} %)`, ours.droppedPct, '%', '0', ours.droppedPct === 0)
  beside('three planes', ours.planesMs, theirs.planesMs, 1, 'ms')
  beside('renderer', ours.rendererMb, theirs.rendererMb, 1, 'MB')
  report(`processor used by others during it, ${study}`, ours.othersPct, '%', null, null)
}

const longSeries = writeLongSeries()
const known: readonly Series[] = [
  { name: 'head CT, raw', folder: sharedData('ct-head-phantom-philips/S21570/S2010'), slices: 28, isPeered: true },
  { name: 'head CT, JPEG-LS', folder: sharedData('ct-head-phantom-tilt-jpegls'), slices: 54, isPeered: false },
  { name: 'head CT, JPEG lossless', folder: sharedData('ct-head-phantom-thin-jpeglossless'), slices: 140, isPeered: false },
  { name: 'phantom, raw', folder: longSeries, slices: 300, isPeered: true }
]
const present = known.filter(({ folder }) => existsSync(folder))
if (present.length < known.length) console.log('Part of the test data is not here; set VIGIL_TEST_DATA to its folder.')
try {
  const results: [Series, Timing][] = []
  for (const series of present) results.push([series, await timeSeries(series)])
  const ms = (value: number | null) => value === null ? 'no volume' : `${value.toFixed(0)} ms`
  console.table(Object.fromEntries(results.map(([{ name, slices }, { firstMs, allMs, wheel, planesMs, memoryMb }]) => [`${name} (${slices})`, {
    'first image': ms(firstMs), 'every slice': ms(allMs), 'wheel median': `${wheel.medianMs.toFixed(1)} ms`, 'wheel p95': `${wheel.p95Ms.toFixed(1)} ms`,
    dropped: `${wheel.dropped} of ${wheel.steps}`, 'three planes': ms(planesMs), renderer: `${memoryMb?.toFixed(0) ?? '?'} MB`
  }])))
  const harness = process.env['VIGIL_VIEWER_BENCH']
  const peers = harness === undefined ? [] : await measurePeers(resolve(harness), present.filter(({ isPeered }) => isPeered).map(({ folder, slices }) => ({ name: `${slices} slices`, folder })), (process.env['VIGIL_VIEWER_BENCH_FLAGS'] ?? '').split(' ').filter((flag) => flag !== ''))
  if (harness === undefined) console.log('OHIF is not measured: VIGIL_VIEWER_BENCH names no folder of the harness h-viewer.')
  const { entry, all } = scriptBytes()
  report('script loaded before the first screen', entry / 1e6, 'MB', '≤ 1', entry <= 1e6)
  report('script in all', all / 1e6, 'MB', null, null)
  for (const [series, timing] of results) reportOwn(series, timing)
  for (const ours of peers) {
    const theirs = ours.target === 'vigil' ? peers.find(({ study, target }) => study === ours.study && target === peer) : undefined
    if (theirs !== undefined) reportPeers(ours.study, ours, theirs)
  }
} finally {
  rmSync(longSeries, { recursive: true, force: true })
}
