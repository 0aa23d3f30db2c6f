import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { firstPlace, readSavedPlace, restorePlace, savePlace } from './window-state.ts'

const laptop = { x: 0, y: 0, width: 1920, height: 1080 }
const readingScreen = { x: 1920, y: 0, width: 2560, height: 1440 }
const saved = (bounds: { x: number, y: number, width: number, height: number }) => ({ version: 1, bounds, isMaximized: true, isFullScreen: false })

describe('where the window opens', () => {
  it('opens where it was left on the second screen', () => {
    expect(restorePlace(saved({ x: 2000, y: 50, width: 1600, height: 1200 }), [laptop, readingScreen]))
      .toEqual({ bounds: { x: 2000, y: 50, width: 1600, height: 1200 }, isMaximized: true, isFullScreen: false })
  })

  it('comes back to the first screen when the second one is gone', () => {
    expect(restorePlace(saved({ x: 2000, y: 50, width: 1600, height: 1200 }), [laptop]).bounds).toEqual({ width: 1600, height: 1000 })
  })

  it('does not open with its title above or below the screen, or a sliver at the side', () => {
    const lost = [{ x: 0, y: -300, width: 1600, height: 900 }, { x: 0, y: 1060, width: 1600, height: 900 }, { x: 1850, y: 0, width: 1600, height: 900 }]
    expect(lost.map((bounds) => restorePlace(saved(bounds), [laptop]).bounds)).toEqual(lost.map(() => ({ width: 1600, height: 1000 })))
  })

  it('takes a damaged or foreign file for none', () => {
    const nonsense = [null, 'text', { version: 2 }, saved({ x: 0, y: 0, width: 5, height: 5 }), { ...saved({ x: 0, y: 0, width: 900, height: 700 }), isMaximized: 'yes' }]
    expect(nonsense.map((value) => restorePlace(value, [laptop]))).toEqual(nonsense.map(() => firstPlace(laptop)))
  })

  it('fits a small screen', () => { expect(firstPlace({ x: 0, y: 0, width: 1280, height: 720 }).bounds).toEqual({ width: 1280, height: 720 }) })
})

describe('the saved place', () => {
  let folder = ''
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'vigil-window-')) })
  afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

  it('reads what it wrote', () => {
    const file = join(folder, 'desktop', 'window.json')
    savePlace(file, { bounds: { x: 1, y: 2, width: 1200, height: 800 }, isMaximized: false, isFullScreen: true })
    expect(restorePlace(readSavedPlace(file), [laptop])).toEqual({ bounds: { x: 1, y: 2, width: 1200, height: 800 }, isMaximized: false, isFullScreen: true })
  })

  it('starts afresh when the file is cut short', () => {
    const file = join(folder, 'window.json')
    writeFileSync(file, '{"version":1,"bou')
    expect(readSavedPlace(file)).toBeNull()
    expect(readSavedPlace(join(folder, 'missing.json'))).toBeNull()
  })
})
