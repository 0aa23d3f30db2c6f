// Vigil as a target of the viewer benchmark that is kept beside the test data (`h-viewer`; its template says what each hook means).
// What is asked of the page: every canvas of a pane carries `data-image`, "index/count" of the picture drawn last, set in the frame that
// draws it; and a user-timing mark `vigil:series-complete` is set once every frame of a series is decoded in memory.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const repository = process.env['VIGIL_REPOSITORY'] ?? resolve(import.meta.dirname, '..', '..')
const person = { name: 'Dr Ada Mora', login: 'mora', password: 'correct horse battery' }

/** Starts the built workstation on a data folder of its own, takes the study in and signs a clinician in: what came before the first look. */
async function start({ studyDir }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'vigil-h-viewer-'))
  const child = spawn(process.execPath, [join(repository, 'out', 'main', 'cli.js'), 'serve', '--json', '--port', '0', '--data-dir', dataDir, '--', studyDir], {
    cwd: repository, env: { ...process.env, VIGIL_LOCK_MINUTES: '240' }, stdio: ['ignore', 'pipe', 'inherit']
  })
  const gone = new Promise((done) => { child.once('exit', done) })
  const line = await Promise.race([
    new Promise((done) => { createInterface({ input: child.stdout }).once('line', done) }),
    gone.then((code) => { throw new Error(`The workstation ended with ${code}. Is it built (npm run build)?`) })
  ])
  const { url } = JSON.parse(line)
  const answer = await fetch(`${url}/api/session/first-run`, { method: 'POST', headers: { 'content-type': 'application/json', origin: url }, body: JSON.stringify(person) })
  const session = /^([^=]+)=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '')
  if (session === null) throw new Error(`Nobody could sign in: ${answer.status}`)
  const studyUid = await importedStudy(url, session[0])
  return {
    info: { viewer: 'vigil', build: 'production', gzip: false },
    // The cookie of the session travels in the fragment, which is sent nowhere: each run has a browser that knows nobody.
    viewerUrl: `${url}/study?uid=${studyUid}#${session[0]}`,
    async close() {
      child.kill('SIGINT')
      await gone
      rmSync(dataDir, { recursive: true, force: true })
    }
  }
}

/** The study once every file is in, its picture for the strip is made and nothing is left to do. */
async function importedStudy(url, cookie) {
  const ask = async (path) => (await fetch(`${url}${path}`, { headers: { cookie } })).json()
  for (let waitedMs = 0; waitedMs < 600_000; waitedMs += 200) {
    const { rows } = await ask('/api/worklist?limit=1')
    const imports = await ask('/api/imports')
    const list = Array.isArray(imports) ? imports : imports.imports
    if (rows[0] !== undefined && list.every(({ state }) => state === 'done')) {
      const { series } = await ask(`/api/studies/${rows[0].studyUid}`)
      await Promise.all(series.filter(({ isViewable }) => isViewable).map(({ seriesUid }) => fetch(`${url}/api/series/${seriesUid}/thumbnail`, { headers: { cookie } })))
      return rows[0].studyUid
    }
    await new Promise((done) => { setTimeout(done, 200) })
  }
  throw new Error('The study was not taken in within ten minutes.')
}

/** Runs in the page before its own scripts, as text: it can use nothing from above. */
function page() {
  const given = location.hash.slice(1)
  if (given.startsWith('vigil_session_')) {
    document.cookie = `${given}; path=/`
    history.replaceState(null, '', location.pathname + location.search)
  }
  const canvases = () => [...document.querySelectorAll('.pane canvas')].filter((canvas) => canvas.getClientRects().length > 0)
  const drawn = (canvas) => /^(\d+)\/(\d+)$/.exec(canvas?.dataset.image ?? '')
  const shown = () => { const found = drawn(canvases()[0]); return found === null ? -1 : Number(found[1]) }
  return {
    canvas: () => canvases()[0] ?? null,
    sliceCount: () => Number(drawn(canvases()[0])?.[2] ?? 0),
    currentSlice: shown,
    isFirstImagePainted: () => shown() >= 0,
    isStackComplete: () => performance.getEntriesByName('vigil:series-complete').length > 0,
    scrollTo: (index) => {
      const by = index - shown()
      const pane = canvases()[0].parentElement
      for (let step = 0; step < Math.abs(by); step += 1) pane.dispatchEvent(new WheelEvent('wheel', { deltaY: Math.sign(by) * 100, bubbles: true, cancelable: true }))
    },
    isMprComplete: () => { const panes = canvases(); return panes.length >= 3 && panes.every((canvas) => drawn(canvas) !== null) },
    mprCanvases: () => canvases().slice(0, 3)
  }
}

// The harness takes an adapter's default export.
// oxlint-disable-next-line import/no-default-export
export default {
  name: 'vigil',
  start,
  url: (study) => study.viewerUrl,
  input: { wheel: { unit: 'event', notch: 100, downIsNext: true }, key: { next: 'ArrowDown', prev: 'ArrowUp' } },
  page,
  prepareMpr: async (browserPage) => { await browserPage.locate('.pane canvas') },
  toMpr: async (browserPage) => {
    await browserPage.keyDown('m')
    await browserPage.keyUp('m')
  }
}
