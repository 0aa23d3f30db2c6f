import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'

type Grid = Readonly<{ rows: number, columns: number, rowSpacingMm: number, columnSpacingMm: number }>

/** The middle of a pixel on the page, for a picture that fits its pane and is not turned: worked out here, not asked of the viewer. */
export async function placeOf(pane: Locator, grid: Grid, row: number, column: number): Promise<{ x: number, y: number }> {
  const box = await pane.boundingBox()
  if (box === null) throw new Error('The pane is not on the screen.')
  const pxPerMm = Math.min(box.width / (grid.columns * grid.columnSpacingMm), box.height / (grid.rows * grid.rowSpacingMm))
  return {
    x: box.x + box.width / 2 + (column - (grid.columns - 1) / 2) * grid.columnSpacingMm * pxPerMm,
    y: box.y + box.height / 2 + (row - (grid.rows - 1) / 2) * grid.rowSpacingMm * pxPerMm
  }
}

/** Grey level on the screen at a point of the page. */
export async function greyAt(page: Page, { x, y }: { x: number, y: number }): Promise<number> {
  const png = await page.screenshot({ clip: { x: Math.floor(x), y: Math.floor(y), width: 1, height: 1 } })
  const { data } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return data[0] ?? -1
}

/** Share of the pane's pixels that are brighter than black ground: an empty canvas has next to none. */
export async function brightShare(pane: Locator): Promise<number> {
  const { data, info } = await sharp(await pane.screenshot()).greyscale().raw().toBuffer({ resolveWithObject: true })
  let bright = 0
  for (const grey of data) if (grey > 40) bright += 1
  return bright / (info.width * info.height)
}

export async function drag(page: Page, from: { x: number, y: number }, to: { x: number, y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2)
  await page.mouse.move(to.x, to.y)
  await page.mouse.up()
}

/** Texts beside the drawings of a pane, as they are read. */
export function measuredTexts(pane: Locator): Promise<string[]> {
  return pane.locator('.measurement text').evaluateAll((texts) => texts.map((text) => [...text.querySelectorAll('tspan')].map((line) => line.textContent ?? '').join(' · ')))
}
