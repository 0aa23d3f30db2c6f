import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchBrowser } from './browser.ts'
import { startWorkstation, type Workstation, type WorkstationOptions } from './workstation.ts'

/** A browser and a workstation for all tests of a file; they are there from the first test on. */
export type Stage = Readonly<{ browser: Browser, workstation: Workstation }>

/** Call it at the top of a file. `studies` writes what is to be imported first into a folder of the stage's own, and answers the paths. */
export function aStage(studies: (folder: string) => readonly string[], options: Omit<WorkstationOptions, 'paths'> = {}): Stage {
  let folder: string | null = null
  let browser: Browser | null = null
  let workstation: Workstation | null = null
  const there = <T>(part: T | null): T => {
    if (part === null) throw new Error('The stage is set before the first test, not before.')
    return part
  }
  beforeAll(async () => {
    browser = await launchBrowser()
    folder = mkdtempSync(join(tmpdir(), 'vigil-stage-'))
    workstation = await startWorkstation({ ...options, paths: studies(folder) })
  })
  afterAll(async () => {
    await browser?.close()
    await workstation?.stop()
    if (folder !== null) rmSync(folder, { recursive: true, force: true })
  })
  return { get browser() { return there(browser) }, get workstation() { return there(workstation) } }
}
