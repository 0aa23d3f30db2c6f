import type { Locator } from 'playwright-core'
import sharp from 'sharp'

export type Spot = Readonly<{ x: number, y: number, pixels: number }>

/** Without its words, a pane shows nothing but the picture: what is bright then was measured by the scanner. */
export async function withoutWords<T>(pane: Locator, look: () => Promise<T>): Promise<T> {
  const set = (visibility: string) => pane.evaluate((element, value) => {
    for (const part of element.querySelectorAll<HTMLElement>('.overlay, .pane-controls, .graphics')) part.style.visibility = value
  }, visibility)
  await set('hidden')
  try {
    return await look()
  } finally {
    await set('')
  }
}

/** Middles of the bright areas that an eye sees in a pane, in pixels of the page, from top to bottom and left to right. */
export async function brightSpots(pane: Locator, leastGrey = 220): Promise<readonly Spot[]> {
  const box = await pane.boundingBox()
  if (box === null) throw new Error('The pane is not on the screen.')
  const { data, info } = await withoutWords(pane, async () => sharp(await pane.screenshot()).greyscale().raw().toBuffer({ resolveWithObject: true }))
  const seen = new Uint8Array(data.length)
  const spots: Spot[] = []
  // The edge of the pane carries its frame.
  const isBright = (x: number, y: number) => x > 2 && y > 2 && x < info.width - 3 && y < info.height - 3 && (data[y * info.width + x] ?? 0) >= leastGrey
  for (let start = 0; start < data.length; start += 1) {
    if (seen[start] === 1 || !isBright(start % info.width, Math.floor(start / info.width))) continue
    const area = flood(start, info.width, seen, isBright)
    const mean = (of: (at: number) => number) => area.reduce((sum, at) => sum + of(at), 0) / area.length
    spots.push({ x: box.x + mean((at) => at % info.width) + 0.5, y: box.y + mean((at) => Math.floor(at / info.width)) + 0.5, pixels: area.length })
  }
  return spots.toSorted((a, b) => Math.abs(a.y - b.y) > 4 ? a.y - b.y : a.x - b.x)
}

function flood(start: number, width: number, seen: Uint8Array, isBright: (x: number, y: number) => boolean): readonly number[] {
  const area: number[] = []
  const waiting = [start]
  seen[start] = 1
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    area.push(at)
    const x = at % width, y = Math.floor(at / width)
    for (const [nx, ny] of [[x + 1, y], [x - 1, y], [x, y + 1], [x, y - 1]] as const) {
      const next = ny * width + nx
      if (seen[next] === 1 || !isBright(nx, ny)) continue
      seen[next] = 1
      waiting.push(next)
    }
  }
  return area
}
