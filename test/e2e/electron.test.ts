import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { electronProgram, noScreenReason } from '../../scripts/lib/electron.mjs'

const repository = resolve(import.meta.dirname, '..', '..')
const program = electronProgram()
/** Chromium refuses its sandbox to root, and a window without a sandbox is not the window that we ship. */
const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const reason = program === null ? "Electron's program is not on this disk" : noScreenReason() ?? (isRoot ? 'the tests run as root, to whom Chromium gives no sandbox' : null)

describe.skipIf(reason !== null)(`the real window${reason === null ? '' : `: ${reason}`}`, () => {
  let dataDir = ''
  let electron: Awaited<ReturnType<typeof _electron.launch>>

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'vigil-electron-'))
    electron = await _electron.launch({ executablePath: program ?? '', args: [repository], env: { ...process.env, VIGIL_DATA_DIR: dataDir } })
  })
  afterAll(async () => {
    await electron?.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('opens on its own scheme with a bridge and without Node', async () => {
    const page = await electron.firstWindow()
    await page.waitForLoadState('domcontentloaded')
    expect(page.url()).toBe('vigil://app/')
    expect(await page.evaluate(() => [typeof window.vigil?.pickFolder, Reflect.get(window, 'require'), Reflect.get(window, 'process')])).toEqual(['function', undefined, undefined])
  })

  it('talks to the edge and to nothing else', async () => {
    const page = await electron.firstWindow()
    expect(await page.evaluate(async () => (await fetch('/api/session')).json() as Promise<unknown>)).toEqual({ state: 'first-run' })
    expect(await page.evaluate(() => fetch('https://example.org/').then(() => 'reached', () => 'refused'))).toBe('refused')
  })
})
