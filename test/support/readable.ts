import { expect } from 'vitest'
import { accessibilityProblems } from './accessibility.ts'
import type { Screen } from './pages.ts'

/** The screens that every room is looked at on; the first is the one that tests work on. */
export const readingSizes = [{ width: 1280, height: 800 }, { width: 1920, height: 1080 }] as const

/** Nothing is cut off and axe finds nothing, at both sizes; a picture of each is kept under that name. */
export async function expectReadable(screen: Screen, name: string): Promise<void> {
  const { page } = screen
  for (const size of readingSizes) {
    await page.setViewportSize(size)
    expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false)
    expect(await accessibilityProblems(page)).toEqual([])
    await screen.screenshot(`${name}-${size.width}`)
  }
  await page.setViewportSize(readingSizes[0])
}
