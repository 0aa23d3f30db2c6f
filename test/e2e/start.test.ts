import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DbStatusJson } from '../../src-shared/cli.ts'
import { electronProgram } from '../../scripts/lib/electron.mjs'

const repository = resolve(import.meta.dirname, '..', '..')
let folder = ''
const children: ChildProcess[] = []
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'vigil-start-')) })
afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** One of the project's scripts in a process of its own, without a display unless `env` brings one. */
function script(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, npm_lifecycle_event: _event, INIT_CWD: _cwd, ...rest } = process.env
  const child = spawn(process.execPath, [join(repository, 'scripts', name), ...args], { cwd: folder, env: { ...rest, VIGIL_DATA_DIR: join(folder, 'data'), ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text })
  const exited = once(child, 'close').then(([code]: unknown[]) => code)
  return { child, exited, out: () => out, err: () => err }
}

/** The address that a served workstation prints; fails with what it said instead. */
async function addressOf({ out, err, exited }: ReturnType<typeof script>): Promise<string> {
  const ended = exited.then((code) => { throw new Error(`It ended with ${String(code)}.\n${err()}`) })
  await Promise.race([ended, expect.poll(out, { timeout: 60_000, message: err() }).toContain('Vigil is at ')])
  return /http:\/\/127\.0\.0\.1:\d+/.exec(out())?.[0] ?? ''
}

describe('npm start', () => {
  it('serves the workstation where no window can open, and says why in one line', async () => {
    const started = script('start.mjs', ['--port', '0'])
    const page = await fetch(await addressOf(started))
    expect([page.status, (await page.text()).includes('<title>Vigil</title>')]).toEqual([200, true])
    expect(started.err().split('\n').filter((line) => line.startsWith('No window ('))).toHaveLength(1)
    started.child.kill('SIGINT')
    expect(await started.exited).toBe(0)
  })

  it('says nothing of windows when serving was asked for', async () => {
    const started = script('start.mjs', ['--served', '--port', '0', '--data-dir', 'elsewhere'])
    await addressOf(started)
    expect(started.err()).not.toContain('No window')
    expect(existsSync(join(folder, 'elsewhere', 'vigil.sqlite'))).toBe(true)
    started.child.kill('SIGINT')
    await started.exited
  })

  it('does not start on a port that is taken', async () => {
    const first = script('start.mjs', ['--served', '--port', '0'])
    const port = new URL(await addressOf(first)).port
    const second = script('start.mjs', ['--served', '--port', port, '--data-dir', 'other'])
    expect(await second.exited).toBe(1)
    expect(second.err()).toContain(`Port ${port} is in use`)
  })

  it('names a flag that it does not know', async () => {
    const started = script('start.mjs', ['--fullscreen'])
    expect(await started.exited).toBe(2)
    expect(started.err()).toBe('Unknown option \'--fullscreen\'. "npm start -- --help" lists what there is.\n')
  })
})

const note = join(repository, 'node_modules', '.cache', 'vigil', 'electron-download.json')

describe.skipIf(electronProgram() !== null)("Electron's program can not be downloaded", () => {
  const offline = { DISPLAY: ':99', CI: '', ELECTRON_MIRROR: 'http://127.0.0.1:9/' }
  beforeEach(() => { if (existsSync(note)) cpSync(note, join(folder, 'note.json')) })
  afterEach(() => { rmSync(note, { force: true }) })

  it('is tried once within seconds, and not again at the next start', async () => {
    rmSync(note, { force: true })
    const first = script('start.mjs', ['--port', '0'], offline)
    await addressOf(first)
    expect(first.err()).toContain('no connection to the download server within 5 s); serving the same workstation')
    first.child.kill('SIGINT')
    const second = script('start.mjs', ['--port', '0'], offline)
    await addressOf(second)
    expect(second.err()).toMatch(/\(tried \d{4}-\d\d-\d\d \d\d:\d\d UTC, tried again after a day or with --retry-electron\)/)
  })

  it('is tried again after a day, and at once when asked', async () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'node_modules', 'electron', 'package.json'), 'utf8')) as { version: string }
    writeFileSync(note, JSON.stringify({ at: new Date(Date.now() - 25 * 3600_000).toISOString(), version, reason: 'an old reason' }))
    const later = script('start.mjs', ['--port', '0'], offline)
    await addressOf(later)
    expect(later.err()).not.toContain('an old reason')
    const asked = script('start.mjs', ['--port', '0', '--retry-electron'], offline)
    await addressOf(asked)
    expect(asked.err()).not.toContain('tried again after a day')
  })
})

describe('npm run vigil', () => {
  it('prints JSON on stdout and nothing beside it', async () => {
    const ran = script('vigil.mjs', ['db', 'status', '--json'])
    expect(await ran.exited).toBe(0)
    expect(DbStatusJson.parse(JSON.parse(ran.out()))).toMatchObject({ exists: false, file: join(folder, 'data', 'vigil.sqlite') })
  })

  it('takes in a folder that stands beside the user', async () => {
    writeFileSync(join(folder, 'note.txt'), 'not an image')
    const ran = script('vigil.mjs', ['import', 'note.txt', '--json'])
    expect(await ran.exited).toBe(1)
    expect(ran.out()).toContain('"code":"not-dicom"')
  })
})
