import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accessibilityProblems } from '../support/accessibility.ts'
import { launchBrowser } from '../support/browser.ts'
import { crowdedParts } from '../support/crowding.ts'
import { aDicomFile, aSlice } from '../support/dicom-file.ts'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { proofStudyUid, writeProofPhantom, writeProofUptake } from '../support/proof-phantom.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

const sizes = [{ width: 1280, height: 800 }, { width: 1920, height: 1080 }] as const
let browser: Browser
let folder = ''
let workstation: Workstation
let screen: Screen
let page: Page

/** A study with what needs the most room: long names, a banner for a missing slice, an earlier study. */
function writeLongNames(study: string, date: string): void {
  mkdirSync(join(folder, study), { recursive: true })
  for (const [at, z] of [0, 5, 10, 20].entries()) {
    const slice = aSlice({
      study, series: `${study}.1`, instance: `${study}.1.${at + 1}`, number: at + 1, positionMm: [0, 0, z], rows: 64, columns: 64, fill: 1000 + 40 * at, name: 'Featherstonehaugh^Maximiliana Wilhelmina', patientId: 'PATIENT-0123456789-ABCDEF',
      more: [[0x00080020, 'DA', date], [0x00081030, 'LO', 'CT ABDOMEN AND PELVIS WITHOUT CONTRAST'], [0x0008103e, 'LO', 'AXIAL_RECONSTRUCTION_KERNEL_SOFT_1MM'], [0x00200052, 'UI', `${study}.9`]]
    })
    writeFileSync(join(folder, study, `${at}.dcm`), aDicomFile(slice))
  }
}

beforeAll(async () => {
  browser = await launchBrowser()
  folder = mkdtempSync(join(tmpdir(), 'vigil-looks-'))
  writeProofPhantom(join(folder, 'ct'), 'axial')
  writeProofUptake(join(folder, 'pet'))
  writeLongNames('1.2.71', '20260102')
  writeLongNames('1.2.70', '20240101')
  workstation = await startWorkstation({ paths: [folder] })
})
afterAll(async () => {
  await browser?.close()
  await workstation?.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  screen = await openSignedIn(browser, workstation, { path: `/study?uid=${proofStudyUid('axial')}`, ...sizes[0] })
  page = screen.page
  await page.locator('[data-content="shown"]').first().waitFor()
})
afterEach(async () => {
  const problems = screen.problems()
  await screen.close()
  expect(problems).toEqual([])
})

const pane = (mode: string): Locator => page.locator(`[data-mode="${mode}"][data-content="shown"]`).first()
const open = async (studyUid: string) => {
  await page.goto(`/study?uid=${studyUid}`)
  await pane('stack').waitFor()
}
/** At both sizes nothing is crowded, and nothing keeps anybody out. */
const expectClean = async () => {
  for (const size of sizes) {
    await page.setViewportSize(size)
    await expect.poll(() => crowdedParts(page), { timeout: 3000 }).toEqual([])
  }
  await page.setViewportSize(sizes[0])
  expect(await accessibilityProblems(page)).toEqual([])
}

describe('nothing is cut, lies over anything else or keeps anybody out', () => {
  it('on one image, playing, inverted and marked', async () => {
    await page.keyboard.press('b')
    await page.keyboard.press('i')
    await page.keyboard.press('k')
    await page.getByText('Key image.', { exact: true }).waitFor()
    await page.locator('.pane').focus()
    await page.keyboard.press('Space')
    await page.locator('.cine-bar').waitFor()
    await expectClean()
  })

  it.each([['m', 'coronal'], ['Shift+M', 'oblique'], ['Shift+V', 'volume'], ['Shift+T', 'stones'], ['Shift+P', 'fusion']])('on the screen of %s', async (key, mode) => {
    await page.keyboard.press(key)
    await pane(mode).waitFor()
    await expectClean()
  })

  it('on two and on three rows of panes with long names and a banner', async () => {
    await open('1.2.71')
    for (const [key, target] of [['Alt+g', 'p2'], ['Alt+Shift+g', 'p5']] as const) {
      await page.keyboard.press(key)
      await page.locator('.strip-item').first().dragTo(page.locator(`[data-pane="${target}"]`))
      await page.locator(`[data-pane="${target}"][data-content="shown"]`).waitFor()
      await page.keyboard.press('i')
      await expectClean()
    }
  })

  it('beside an earlier study, with scrolling linked', async () => {
    await open('1.2.71')
    await page.getByRole('button', { name: 'Other studies of this patient: 1' }).click()
    await expectClean()
    await page.getByRole('menuitem').first().click()
    await page.getByText('Prior · 2024-01-01').waitFor()
    await expectClean()
  })

  it('on any tab of the panel', async () => {
    for (const key of ['Alt+1', 'Alt+2', 'Alt+3', 'Alt+4', 'Alt+5', 'Alt+6', 'Alt+7']) {
      await page.keyboard.press(key)
      await expectClean()
    }
  })

  it.each(['Layout: 1 × 1 panes', 'More measuring tools', 'Window presets', 'More of the view', 'Other studies of this patient', 'Export'])('in the menu “%s”', async (name) => {
    await page.keyboard.press('b')
    await page.getByRole('button', { name }).first().click()
    const menu = page.getByRole('menu')
    await menu.waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    const box = await menu.boundingBox()
    expect(box !== null && box.x >= 0 && box.y >= 0 && box.x + box.width <= 1280 && box.y + box.height <= 800).toBe(true)
  })

  it.each(['Image (PNG)', 'Film of the series', 'Series as DICOM', 'Study as DICOM', 'Print'])('in the dialog of “%s”', async (name) => {
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await page.getByRole('menuitem', { name }).click()
    await page.getByRole('dialog').waitFor()
    await expectClean()
  })

  it('in the palette, the help of the keys and the dialog of a hanging protocol', async () => {
    for (const key of ['Control+k', '?']) {
      await page.keyboard.press(key)
      await page.getByRole('dialog').waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
      await page.keyboard.press('Escape')
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    }
    await page.getByRole('button', { name: /^Layout/ }).click()
    await page.getByRole('menuitem', { name: 'Hanging protocols' }).click()
    await page.getByRole('menuitem', { name: /^Save this screen/ }).click()
    await page.getByRole('dialog', { name: 'Save this screen' }).waitFor()
    await expectClean()
  })
})

/** Name and ring of what has the focus. */
const focused = () => page.evaluate(() => {
  const element = document.activeElement
  if (element === null || element === document.body) return null
  const [own, after] = [getComputedStyle(element), getComputedStyle(element, '::after')]
  const hasRing = (own.outlineStyle !== 'none' && parseFloat(own.outlineWidth) >= 2) || (after.borderTopStyle !== 'none' && parseFloat(after.borderTopWidth) >= 2)
  return { name: element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '', hasRing, isMain: element.closest('.study') !== null }
})

describe('by keyboard', () => {
  it('Tab reaches every part of the screen, in the order in which it is read, with a ring to be seen', async () => {
    await page.keyboard.press('b')
    await page.getByRole('button', { name: 'Back to the worklist' }).focus()
    const names = ['Back to the worklist']
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press('Tab')
      const at = await focused()
      if (at === null || !at.isMain) continue
      expect(at, `no ring around ${at.name}`).toMatchObject({ hasRing: true })
      if (at.name === names[0]) break
      names.push(at.name)
    }
    const order = [/^Back to the worklist$/, /^5 images/, /^Layout/, /^Stack/, /^Analyse/, /^Findings/].map((name) => names.findIndex((one) => name.test(one)))
    expect(order, names.join(' | ')).not.toContain(-1)
    expect(order.toSorted((a, b) => a - b), names.join(' | ')).toEqual(order)
  })

  it('arrows reach every tool of the toolbar that is shown, at each width', async () => {
    for (const size of sizes) {
      await page.setViewportSize(size)
      const buttons = page.getByRole('toolbar').getByRole('button')
      const wanted = await buttons.evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().width > 0).map((one) => one.getAttribute('aria-label')))
      await page.getByRole('button', { name: /^Layout/ }).focus()
      const reached = [(await focused())?.name]
      for (let at = 1; at < wanted.length; at += 1) {
        await page.keyboard.press('ArrowRight')
        // The focus moves a moment after the key.
        await expect.poll(async () => (await focused())?.name).not.toBe(reached.at(-1))
        reached.push((await focused())?.name)
      }
      expect(reached).toEqual(wanted)
    }
  })
})

it('nothing moves by itself where reduced motion is asked for', async () => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((element) => {
    const { animationName, animationDuration, transitionDuration } = getComputedStyle(element)
    return (animationName !== 'none' && parseFloat(animationDuration) > 0) || transitionDuration.split(',').some((duration) => parseFloat(duration) > 0)
  }).map((element) => element.outerHTML.slice(0, 80)))
  expect(moving).toEqual([])
})

it('a screen enlarged to 125 % loses nothing', async () => {
  await page.setViewportSize({ width: 1024, height: 640 })
  for (const key of ['b', 'm']) {
    await page.keyboard.press(key)
    await expect.poll(async () => (await crowdedParts(page)).filter((line) => line !== 'The toolbar is not one row.'), { timeout: 3000 }).toEqual([])
  }
})
