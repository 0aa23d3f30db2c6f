import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

/** Pixels of the desktop, independent of scaling. Without x and y the system chooses the place. */
export type Rectangle = Readonly<{ x: number, y: number, width: number, height: number }>
export type WindowPlace = Readonly<{ bounds: Readonly<{ width: number, height: number, x?: number, y?: number }>, isMaximized: boolean, isFullScreen: boolean }>

const SavedPlace = z.object({
  version: z.literal(1),
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().min(320).max(32_000), height: z.int().min(240).max(32_000) }),
  isMaximized: z.boolean(), isFullScreen: z.boolean()
})
export type SavedPlace = z.infer<typeof SavedPlace>

/** Where a first window opens: large, because it shows images, and within the display. */
export function firstPlace(display: Rectangle | undefined): WindowPlace {
  const width = Math.min(1600, display?.width ?? 1280)
  const height = Math.min(1000, display?.height ?? 800)
  return { bounds: { width, height }, isMaximized: false, isFullScreen: false }
}

/**
 * Where the window opens: as it was left, unless that display is gone. A window counts as reachable where at least 200 × 80 pixels of
 * its title lie on a display; else it would open where nobody can take hold of it.
 */
export function restorePlace(saved: unknown, displays: readonly Rectangle[]): WindowPlace {
  const parsed = SavedPlace.safeParse(saved)
  const primary = displays[0]
  if (!parsed.success) return firstPlace(primary)
  const { bounds, isMaximized, isFullScreen } = parsed.data
  if (!displays.some((display) => isReachable(bounds, display))) return { ...firstPlace(primary), isMaximized, isFullScreen }
  return { bounds, isMaximized, isFullScreen }
}

function isReachable(window: Rectangle, display: Rectangle): boolean {
  const across = Math.min(window.x + window.width, display.x + display.width) - Math.max(window.x, display.x)
  const isTitleInside = window.y >= display.y && window.y + 80 <= display.y + display.height
  return across >= 200 && isTitleInside
}

/** A file that can't be read or isn't ours is as good as none: the window opens in its first place. */
export function readSavedPlace(file: string): unknown {
  if (!existsSync(file)) return null
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

export function savePlace(file: string, place: Omit<SavedPlace, 'version'>): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.part`, JSON.stringify({ version: 1, ...place } satisfies SavedPlace))
  renameSync(`${file}.part`, file)
}
