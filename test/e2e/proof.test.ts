import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterEach, describe, expect, it } from 'vitest'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { forms, marks, proof, proofStudyUid, squares, writeProofPhantom, type Form } from '../support/proof-phantom.ts'
import { brightSpots, type Spot } from '../support/seen.ts'
import { drag, measuredTexts, placeOf } from '../support/viewer-page.ts'
import { aStage } from '../support/stage.ts'

let screen: Screen | null = null

const stage = aStage((folder) => {
  for (const form of forms) writeProofPhantom(join(folder, form), form)
  return [folder]
})
afterEach(async () => {
  const problems = screen?.problems() ?? []
  await screen?.close()
  screen = null
  expect(problems).toEqual([])
})

/** Half of the larger pixel side: nobody can point more exactly than to a pixel. */
const halfPixelMm = Math.max(proof.rowSpacingMm, proof.columnSpacingMm) / 2

async function open(form: Form): Promise<{ page: Page, pane: Locator }> {
  screen = await openSignedIn(stage.browser, stage.workstation, { path: `/study?uid=${proofStudyUid(form)}`, width: 1440, height: 900 })
  const pane = screen.page.locator('[data-mode="stack"]').first()
  await pane.getByText('Image 3 / 5').waitFor()
  return { page: screen.page, pane }
}

const lengthsMm = (between: { row: number, column: number }, and: { row: number, column: number }) =>
  Math.hypot((between.row - and.row) * proof.rowSpacingMm, (between.column - and.column) * proof.columnSpacingMm)

/** The three marks of the middle slice as they are seen: the one above, the corner, the one beside it. */
async function seenMarks(pane: Locator): Promise<readonly [Spot, Spot, Spot]> {
  await expect.poll(async () => (await brightSpots(pane)).length).toBe(3)
  const [above, corner, beside] = await brightSpots(pane)
  if (above === undefined || corner === undefined || beside === undefined) throw new Error('The marks are not on the screen.')
  return [above, corner, beside]
}

const number = (text: string | undefined) => Number(/-?[\d.]+/.exec(text ?? '')?.[0])

describe.each(forms)('the phantom in %s form, measured by mouse between what is seen', (form) => {
  it('has its known distances within half a pixel, its right angle, and its densities exactly', async () => {
    const { page, pane } = await open(form)
    const [above, corner, beside] = await seenMarks(pane)
    await page.keyboard.press('l')
    for (const [from, to] of [[corner, above], [corner, beside], [above, beside]] as const) {
      await drag(page, from, to)
      // Lets go of the line that was drawn: the next one begins at its end.
      await page.keyboard.press('Escape')
    }
    await expect.poll(async () => (await measuredTexts(pane)).length).toBe(3)
    const lengths = (await measuredTexts(pane)).map(number)
    const expected = [lengthsMm(marks.corner, marks.above), lengthsMm(marks.corner, marks.beside), lengthsMm(marks.above, marks.beside)]
    lengths.forEach((length, at) => { expect(Math.abs(length - (expected[at] ?? 0))).toBeLessThanOrEqual(halfPixelMm) })
    await page.keyboard.press('g')
    for (const { x, y } of [above, corner, beside]) await page.mouse.click(x, y)
    await expect.poll(async () => (await measuredTexts(pane)).length).toBe(4)
    expect(Math.abs(number((await measuredTexts(pane))[3]) - 90)).toBeLessThanOrEqual(1)
    await page.keyboard.press('h')
    for (const { rows, columns } of Object.values(squares)) {
      const { x, y } = await placeOf(pane, proof, (rows[0] + rows[1]) / 2, (columns[0] + columns[1]) / 2)
      await page.mouse.click(x, y)
    }
    await expect.poll(async () => (await measuredTexts(pane)).slice(4)).toEqual(['150 HU', '-100 HU'])
    await page.keyboard.press('o')
    const { rows, columns, hu } = squares.grey
    await drag(page, await placeOf(pane, proof, rows[0] + 1, columns[0] + 1), await placeOf(pane, proof, rows[1] - 1, columns[1] - 1))
    await expect.poll(async () => (await measuredTexts(pane))[6] ?? '').toContain(`mean ${hu} HU`)
    const text = (await measuredTexts(pane))[6] ?? ''
    for (const part of ['SD 0 HU', `min ${hu} HU`, `max ${hu} HU`]) expect(text).toContain(part)
    const areaMm2 = Math.PI * (rows[1] - rows[0] - 2) / 2 * proof.rowSpacingMm * (columns[1] - columns[0] - 2) / 2 * proof.columnSpacingMm
    expect(Math.abs(number(/area ([\d.]+)/.exec(text)?.[0]?.replace('area ', '')) - areaMm2)).toBeLessThanOrEqual(areaMm2 * 0.06)
  })
})

/** The plane that is the stack's own, and one across it, for each form that is a volume. */
const across = { axial: ['axial', 'coronal'], sagittal: ['sagittal', 'coronal'], coronal: ['coronal', 'axial'], oblique: ['axial', 'coronal'] } as const

describe.each(['axial', 'sagittal', 'coronal', 'oblique'] as const)('planes cut through the phantom in %s form', (form) => {
  it('show the marks of the first and the last slice as far apart as they are', async () => {
    const { page } = await open(form)
    await page.keyboard.press('m')
    const [own, other] = across[form]
    const native = page.locator(`[data-mode="${own}"]`)
    const cut = page.locator(`[data-mode="${other}"]`)
    await expect.poll(() => cut.getAttribute('data-content')).toBe('shown')
    const { x, y } = await placeOf(native, proof, marks.first.row, marks.first.column)
    await page.mouse.click(x, y)
    await expect.poll(async () => (await brightSpots(cut, 160)).length).toBe(2)
    const [first, last] = await brightSpots(cut, 160)
    if (first === undefined || last === undefined) throw new Error('The marks are not on the screen.')
    await page.keyboard.press('l')
    await drag(page, first, last)
    await expect.poll(async () => (await measuredTexts(cut)).length).toBe(1)
    const apartMm = (marks.last.slice - marks.first.slice) * proof.sliceSpacingMm
    expect(Math.abs(number((await measuredTexts(cut))[0]) - apartMm)).toBeLessThanOrEqual(proof.sliceSpacingMm / 2)
  })
})

describe.each(['tilted', 'uneven'] as const)('the phantom in %s form', (form) => {
  it('is never cut into planes, and the reason is said', async () => {
    const { page } = await open(form)
    for (const key of ['m', 'Shift+M', 'Shift+V']) {
      await page.keyboard.press(key)
      await page.locator('.viewer-notice', { hasText: 'volume tools are off' }).waitFor()
      expect(await page.locator('[data-mode="coronal"], [data-mode="oblique"], [data-mode="volume"]').count()).toBe(0)
      await page.locator('.viewer-notice button').click()
    }
  })
})
