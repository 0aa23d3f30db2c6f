// A worklist of 10,000 studies in a real Chromium on the built application: time to the first row, and the frames while it is scrolled by wheel and by key.
// The first row counts from the start of the navigation (timeOrigin) to the screen refresh after its drawing.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { databaseFile, openDatabase } from '../../src-main/platform/database.ts'
import { fold } from '../../src-main/studies/fold.ts'
import { openSignedIn } from '../support/pages.ts'
import { startWorkstation } from '../support/workstation.ts'
import { launchPlainChrome } from './viewer-probe.ts'

const count = 10_000
const names = ['Müller^Jürgen', 'Nowak^Łukasz', 'Doe^Jane', 'Yamada^Tarou=山田^太郎=やまだ^たろう', 'García Márquez^María José', "O'Brien^Seán"]
const descriptions = ['CT ABDOMEN NATIVE', 'Schädel nativ', 'MR knee left', 'Thorax p.a.']

function fill(dataDir: string): void {
  const { sqlite, close } = openDatabase({ file: databaseFile(dataDir) })
  const patient = sqlite.prepare('insert into patients (id, identity, name, patient_id, birth_date, sex, created_at) values (?, ?, ?, ?, ?, ?, ?)')
  const study = sqlite.prepare(`insert into studies (study_uid, patient_row, patient_name, patient_id, birth_date, sex, study_date, study_time, description, accession_number, body_part,
    modalities, series_count, instance_count, warnings, status, findings, search_text, imported_at) values (?, ?, ?, ?, ?, 'F', ?, '10:00:00', ?, ?, 'ABDOMEN', ?, 3, ?, ?, ?, ?, ?, ?)`)
  sqlite.transaction(() => {
    for (let index = 0; index < count; index++) {
      const name = names[index % names.length] ?? ''
      const description = descriptions[index % descriptions.length] ?? ''
      const birth = `${1930 + index % 80}-05-17`
      const date = `202${index % 6}-${String(index % 12 + 1).padStart(2, '0')}-${String(index % 28 + 1).padStart(2, '0')}`
      const status = ['new', 'needs-review', 'signed', 'new'][index % 4]
      const at = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString()
      patient.run(`p${index}`, `i${index}`, name, `ID${index}`, birth, 'F', at)
      study.run(`1.2.826.0.1.${index}`, `p${index}`, name, `ID${index}`, birth, date, description, `ACC${index}`, index % 3 === 0 ? '\\CT\\SR\\' : '\\MR\\', index % 900, index % 7 === 0 ? 1 : 0,
        status, status === 'new' ? '' : '2 stones, largest 7.2 mm', fold(`${name} ID${index} ${description} ACC${index} ${date}`), at)
    }
  })()
  close()
}

type Frames = Readonly<{ medianMs: number, p95Ms: number, longestMs: number, over50: number, count: number }>

/** Distances between screen refreshes while `act` runs. */
async function framesDuring(page: Page, act: () => Promise<void>): Promise<Frames> {
  await page.evaluate(() => {
    const times: number[] = []
    const tick = (at: number) => { times.push(at); Object.assign(window, { frameHandle: requestAnimationFrame(tick) }) }
    Object.assign(window, { frameTimes: times, frameHandle: requestAnimationFrame(tick) })
  })
  await act()
  const times = await page.evaluate(() => {
    cancelAnimationFrame(Reflect.get(window, 'frameHandle') as number)
    return Reflect.get(window, 'frameTimes') as number[]
  })
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at)).toSorted((a, b) => a - b)
  const share = (part: number) => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * part))] ?? NaN
  return { medianMs: share(0.5), p95Ms: share(0.95), longestMs: gaps.at(-1) ?? NaN, over50: gaps.filter((gap) => gap > 50).length, count: gaps.length }
}

async function firstRowMs(page: Page): Promise<number> {
  await page.goto('/', { waitUntil: 'commit' })
  return await (await page.waitForFunction(() => document.querySelector('.worklist-name') !== null && document.fonts.status === 'loaded' ? performance.now() : null, undefined, { polling: 'raf', timeout: 60_000 })).jsonValue() ?? NaN
}

/** `stepPx` a notch, 30 notches a second. */
async function byWheel(page: Page, stepPx: number): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await page.mouse.wheel(0, stepPx)
    await page.waitForTimeout(33)
  }
  await page.waitForTimeout(300)
}

async function byKey(page: Page): Promise<void> {
  // As fast as a held key repeats.
  for (let step = 0; step < 90; step += 1) {
    await page.keyboard.press('ArrowDown')
    await page.waitForTimeout(25)
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'vigil-bench-worklist-'))
fill(dataDir)
const browser = await launchPlainChrome()
const workstation = await startWorkstation({ dataDir })
const { page, close } = await openSignedIn(browser, workstation, { width: 1920, height: 1080 })
await page.locator('.worklist-name').first().waitFor()
const firsts: number[] = []
for (let round = 0; round < 5; round += 1) firsts.push(await firstRowMs(page))
const first = firsts.toSorted((a, b) => a - b)[2] ?? NaN
await page.waitForTimeout(4000)
await page.locator('.worklist-scroller').hover()
const wheel = await framesDuring(page, () => byWheel(page, 240))
// Every notch shows rows that were not there before: the worst case, as when the scroll bar is dragged.
const fling = await framesDuring(page, () => byWheel(page, 2400))
await page.keyboard.press('Home')
await page.waitForTimeout(1000)
const keys = await framesDuring(page, () => byKey(page))
await close()
await browser.close()
await workstation.stop()
rmSync(dataDir, { recursive: true, force: true })

const text = ({ medianMs, p95Ms, longestMs, over50, count: all }: Frames) => ({ median: `${medianMs.toFixed(1)} ms`, p95: `${p95Ms.toFixed(1)} ms`, longest: `${longestMs.toFixed(0)} ms`, 'over 50 ms': `${over50} of ${all}` })
console.log(`First row of ${count} studies: median ${first.toFixed(0)} ms of ${firsts.map((ms) => ms.toFixed(0)).join(', ')}`)
console.table({ wheel: text(wheel), 'whole screens': text(fling), 'held arrow key': text(keys) })
const report = (figure: string, value: number, unit: string, goal: string | null, met: boolean | null) => { console.log(JSON.stringify({ bench: 'worklist', figure, value, unit, goal, met })) }
report('first row of 10,000 studies', first, 'ms', '< 1000', first < 1000)
for (const [how, frames] of [['wheel', wheel], ['whole screens', fling], ['held arrow key', keys]] as const) {
  report(`frame while scrolling, p95, ${how}`, frames.p95Ms, 'ms', '≤ 50', frames.p95Ms <= 50)
  report(`frames over 50 ms, ${how}`, frames.over50 / frames.count * 100, '%', null, null)
}
