import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openPromise } from 'yauzl'
import { launchBrowser } from '../support/browser.ts'
import { aDicomFile, aSlice, type Attribute } from '../support/dicom-file.ts'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { ruler, rulerHu, writeRulerPhantom } from '../support/ruler-phantom.ts'
import { drag, placeOf } from '../support/viewer-page.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

const hostile = '<img src=x onerror="document.title=1"> \u202etxt.exe'
const essay = `${'word '.repeat(200)}the end`
const rich = { studyUid: '1.2.826.0.1.3680043.10.9998.8', seriesUid: '1.2.826.0.1.3680043.10.9998.8.1' }
/** A slice with everything that a list of attributes meets. */
const richAttributes: readonly Attribute[] = aSlice({
  study: rich.studyUid, series: rich.seriesUid, instance: `${rich.seriesUid}.1`, name: 'Keller^Johanna', rows: 16, columns: 16,
  more: [
    [0x00104000, 'LT', hostile], [0x00204000, 'LT', essay], [0x00290010, 'LO', 'SIEMENS CSA HEADER'], [0x00291010, 'OB', Uint8Array.from({ length: 64 }, (_, index) => index)],
    [0x00081140, 'SQ', [[[0x00081155, 'UI', '1.5.6'], [0x0040a170, 'SQ', [[[0x00080100, 'SH', '121311'], [0x00080104, 'LO', 'Localizer']]]]]]],
    [0x00082112, 'SQ', Array.from({ length: 3000 }, (_, index): Attribute[] => [[0x00081155, 'UI', `1.7.${index}`], [0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.2']])]
  ]
})
const srAttributes: readonly Attribute[] = [
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.11'], [0x00080018, 'UI', `${rich.studyUid}.2.1`], [0x00080060, 'CS', 'SR'], [0x00100010, 'PN', 'Keller^Johanna'], [0x00100020, 'LO', 'P-1'],
  [0x00100030, 'DA', '19700203'], [0x00100040, 'CS', 'F'], [0x0008103e, 'LO', 'Findings'], [0x0020000d, 'UI', rich.studyUid], [0x0020000e, 'UI', `${rich.studyUid}.2`], [0x0040a040, 'CS', 'CONTAINER'],
  [0x0040a730, 'SQ', [[[0x0040a040, 'CS', 'TEXT'], [0x0040a160, 'UT', 'A stone of 4 mm']]]]
]

const cubeUid = '1.2.826.0.1.3680043.10.9998.9'
/** A cube as dense as bone in air. */
const cubeSlices = Array.from({ length: 16 }, (_, slice) => {
  const pixels = Buffer.alloc(32 * 32 * 2)
  const isWithin = (at: number) => at >= 8 && at < 24
  for (let at = 0; at < 1024; at += 1) if (slice >= 3 && slice < 13 && isWithin(at % 32) && isWithin(Math.floor(at / 32))) pixels.writeUInt16LE(2400, at * 2)
  return aDicomFile(aSlice({ study: cubeUid, series: `${cubeUid}.1`, instance: `${cubeUid}.1.${slice + 1}`, number: slice + 1, positionMm: [0, 0, slice], rows: 32, columns: 32, more: [[0x7fe00010, 'OW', pixels], [0x00280030, 'DS', '1\\1']] }))
})

let browser: Browser
let folder = ''
let workstation: Workstation
let screen: Screen
let page: Page
let pane: Locator

beforeAll(async () => {
  browser = await launchBrowser()
  folder = mkdtempSync(join(tmpdir(), 'vigil-exports-'))
  mkdirSync(join(folder, 'rich'))
  writeFileSync(join(folder, 'rich', 'ct.dcm'), aDicomFile(richAttributes))
  writeFileSync(join(folder, 'rich', 'sr.dcm'), aDicomFile(srAttributes))
  mkdirSync(join(folder, 'cube'))
  for (const [slice, bytes] of cubeSlices.entries()) writeFileSync(join(folder, 'cube', `${slice}.dcm`), bytes)
  workstation = await startWorkstation({ paths: [join(folder, 'cube'), writeRulerPhantom(join(folder, 'ruler')), join(folder, 'rich')] })
})
afterAll(async () => {
  await browser?.close()
  await workstation?.stop()
  rmSync(folder, { recursive: true, force: true })
})
afterEach(async () => {
  expect(screen.problems()).toEqual([])
  await screen.close()
})

async function open(studyUid: string, first: string): Promise<void> {
  screen = await openSignedIn(browser, workstation, { path: `/study?uid=${studyUid}`, width: 1280, height: 800 })
  await screen.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: workstation.url })
  page = screen.page
  pane = page.locator('[data-pane]').first()
  await pane.getByText(first).waitFor()
}
const trail = async () => ((await (await screen.context.request.get('/api/audit?limit=5')).json()) as { entries: { action: string, subject: string, detail: Record<string, unknown> }[] }).entries

describe('the tag browser', () => {
  const tree = () => page.getByRole('tree', { name: 'Attributes' })
  const line = (name: string) => tree().getByRole('treeitem', { name })
  /** Types, and waits until the list is that of what was typed. */
  const search = async (words: string) => {
    await page.getByRole('textbox', { name: 'Search the attributes' }).fill(words)
    await page.waitForTimeout(300)
    await expect.poll(() => page.locator('.tags-tree[aria-busy="true"]').count()).toBe(0)
  }
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText())

  beforeEach(async () => {
    await open(rich.studyUid, 'Image 1 / 1')
    await page.keyboard.press('Alt+5')
    await tree().waitFor()
  })

  it('lists the attributes of the image shown, sequences folded, private ones by name', async () => {
    await line('MediaStorageSOPClassUID').waitFor()
    expect(await line('ReferencedImageSequence').getAttribute('aria-expanded')).toBe('false')
    await search('csa')
    await expect.poll(() => tree().getByRole('treeitem').count()).toBe(2)
    expect(await line('CSAImageHeaderInfo').innerText()).toContain('64 bytes: 00 01 02 03')
    await page.getByText('2 of ').waitFor()
  })

  it('finds by any word, marks it, and opens what holds it', async () => {
    await search('localizer')
    await line('CodeMeaning').waitFor()
    expect(await tree().locator('mark').allInnerTexts()).toEqual(['Localizer'])
    await search('nowhere at all')
    await page.getByText('No attribute matches.').waitFor()
    await search('')
    await line('MediaStorageSOPClassUID').waitFor()
    expect(await tree().getByText('Localizer').count()).toBe(0)
  })

  it('is walked by keys like any tree', async () => {
    await search('referencedimage')
    await line('ReferencedImageSequence').waitFor()
    await tree().focus()
    const selected = () => tree().getByRole('treeitem', { selected: true }).innerText()
    await page.keyboard.press('ArrowDown')
    await expect.poll(selected).toContain('ReferencedImageSequence')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => line('ReferencedImageSequence').getAttribute('aria-expanded')).toBe('true')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('*')
    await line('ReferencedSOPInstanceUID').waitFor()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await expect.poll(selected).toContain('ReferencedImageSequence')
    await page.keyboard.press('Enter')
    await expect.poll(() => line('ReferencedImageSequence').getAttribute('aria-expanded')).toBe('false')
    expect(await pane.getByText('Image 1 / 1').count()).toBe(1)
  })

  it('copies a value whole, a row, and all that is listed, and says so', async () => {
    await search('imagecomments')
    await line('ImageComments').waitFor()
    await tree().focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('Control+c')
    await page.getByText('The value is copied.').first().waitFor()
    expect(await clipboard()).toBe(essay)
    await page.keyboard.press('Control+Shift+c')
    await page.getByText('The row is copied.').first().waitFor()
    expect(await clipboard()).toBe(`(0020,4000)\tLT\tImageComments\t${essay}`)
    await search('patientname')
    await line('PatientName').waitFor()
    await page.getByRole('button', { name: 'Copy this line' }).click()
    await page.getByText('1 line is copied.').first().waitFor()
    expect(await clipboard()).toBe('(0010,0010)\tPN\tPatientName\tKeller^Johanna\n')
  })

  it('shows a long value whole, and a hostile one as the text that it is', async () => {
    await search('imagecomments')
    await line('ImageComments').hover()
    expect(await line('ImageComments').innerText()).not.toContain('the end')
    await line('ImageComments').getByRole('button', { name: 'Show all' }).click()
    await line('ImageComments').getByText('the end').waitFor()
    await search('patientcomments')
    await line('PatientComments').waitFor()
    expect(await line('PatientComments').innerText()).toContain('<img src=x onerror="document.title=1"> \ufffdtxt.exe')
    expect(await tree().locator('img').count()).toBe(0)
  })

  it('covers patient data so that the page holds none of them', async () => {
    await search('')
    await line('ReferencedImageSequence').waitFor()
    await page.getByRole('button', { name: /^Cover/ }).click()
    await line('InstanceCreatorUID').or(tree().getByText('covered').first()).first().waitFor()
    await search('keller')
    await page.getByText('Covered values are not searched.').waitFor()
    await search('patientname')
    await line('PatientName').waitFor()
    expect(await tree().innerHTML()).not.toContain('Keller')
    await page.getByRole('button', { name: 'Copy this line' }).click()
    await page.getByText('1 line is copied.').first().waitFor()
    expect(await clipboard()).toBe('(0010,0010)\tPN\tPatientName\tcovered\n')
    // Another tab and back: what was covered stays so.
    await page.keyboard.press('Alt+4')
    await page.keyboard.press('Alt+5')
    await tree().getByText('covered').first().waitFor()
  })

  it('scrolls through thousands of lines with a handful of elements', async () => {
    await search('SourceImageSequence')
    await line('SourceImageSequence').waitFor()
    await tree().focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('*')
    await expect.poll(() => page.getByRole('button', { name: /Copy these/ }).innerText()).toMatch(/5,?000/)
    await page.getByText('The first 5,000 lines').waitFor()
    const steps = await tree().evaluate(async (element) => {
      const waits: number[] = []
      for (let step = 0; step < 40; step += 1) {
        const before = performance.now()
        element.scrollTop += 2000
        await new Promise((resolve) => { requestAnimationFrame(() => { requestAnimationFrame(resolve) }) })
        waits.push(performance.now() - before)
      }
      return { waits: waits.toSorted((a, b) => a - b), lines: element.querySelectorAll('[role="treeitem"]').length }
    })
    expect(steps.lines).toBeLessThan(80)
    // Two frames of the screen; on an idle machine about 35 ms. What this guards against is seconds.
    expect(steps.waits[20]).toBeLessThan(400)
    await search('1.7.2999')
    await line('ReferencedSOPInstanceUID').waitFor()
  })

  it('shows documents that no pane can show', async () => {
    await page.getByRole('combobox', { name: 'Attributes of' }).selectOption({ label: 'SR · Findings' })
    await search('stone')
    await line('TextValue').waitFor()
    expect(await line('TextValue').innerText()).toContain('A stone of 4 mm')
  })

  it('opens large, where a row is one line', async () => {
    await page.getByRole('button', { name: 'Show the attributes large' }).click()
    const dialog = page.getByRole('dialog', { name: 'Attributes' })
    const name = dialog.getByRole('treeitem', { name: 'Modality' })
    await name.waitFor()
    expect((await name.boundingBox())?.height).toBeLessThan(32)
    await page.keyboard.press('Escape')
    await tree().waitFor()
  })
})

describe('exports', () => {
  beforeEach(() => open(ruler.studyUid, 'Image 3 / 5'))

  const menu = async (item: string) => {
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  const saved = async (press: () => Promise<void>) => {
    const [download] = await Promise.all([page.waitForEvent('download'), press()])
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
  }
  /** Share of pixels brighter than the ground within a part of a picture. */
  const brightness = async (png: Buffer, box: { left: number, top: number, width: number, height: number }) => {
    const { data } = await sharp(png).extract(box).greyscale().raw().toBuffer({ resolveWithObject: true })
    return data.filter((grey) => grey > 90).length / data.length
  }
  const topLeft = { left: 4, top: 4, width: 150, height: 60 }
  const bottomLeft = { left: 4, top: 610, width: 80, height: 50 }

  it('saves the image as it is shown, without names unless asked for', async () => {
    await page.keyboard.press('l')
    await drag(page, await placeOf(pane, ruler, 30, 10), await placeOf(pane, ruler, 30, 70))
    await expect.poll(() => pane.locator('.measurement text').count()).toBe(1)
    const box = await pane.boundingBox()
    await page.keyboard.press('Control+e')
    await page.getByRole('img', { name: 'The file as it will be saved' }).waitFor()
    const plain = await saved(() => page.getByRole('button', { name: 'Save the PNG' }).click())
    expect(plain.name).toBe('vigil-ct-2-3.png')
    const { width, height } = await sharp(plain.bytes).metadata()
    expect([width, height]).toEqual([Math.round(box?.width ?? 0), Math.round(box?.height ?? 0)])
    expect(plain.bytes.includes('tEXt') || plain.bytes.includes('iTXt')).toBe(false)
    expect([await brightness(plain.bytes, topLeft), await brightness(plain.bytes, bottomLeft) > 0.01]).toEqual([0, true])
    expect((await trail())[0]).toMatchObject({ action: 'study.export', subject: ruler.studyUid, detail: { kind: 'image', images: 1, hasNames: false } })
    // The measurement is drawn where it is on the screen, in its own colour.
    const at = await placeOf(pane, ruler, 30, 40)
    const { data } = await sharp(plain.bytes).removeAlpha().extract({ left: Math.round(at.x - (box?.x ?? 0)) - 2, top: Math.round(at.y - (box?.y ?? 0)) - 3, width: 4, height: 6 }).raw().toBuffer({ resolveWithObject: true })
    expect(data.some((_, index) => index % 3 === 0 && (data[index] ?? 0) > 200 && (data[index + 2] ?? 255) < 160)).toBe(true)
    await menu('Image (PNG)')
    await page.getByRole('checkbox', { name: /^With names/ }).check()
    await expect.poll(async () => (await saved(async () => { await page.getByRole('button', { name: 'Save the PNG' }).click() })).bytes.length).toBeGreaterThan(plain.bytes.length)
    expect((await trail())[0]).toMatchObject({ detail: { hasNames: true } })
  })

  it('draws the names where they stand when they are asked for, and nothing over the image when nothing is', async () => {
    await menu('Image (PNG)')
    await page.getByRole('checkbox', { name: /^With names/ }).check()
    await page.waitForTimeout(500)
    const named = await saved(() => page.getByRole('button', { name: 'Save the PNG' }).click())
    expect(await brightness(named.bytes, topLeft)).toBeGreaterThan(0.02)
    const screenshot = await pane.screenshot()
    expect(Math.abs(await brightness(named.bytes, topLeft) - await brightness(screenshot, topLeft))).toBeLessThan(0.05)
    await menu('Image (PNG)')
    await page.getByRole('checkbox', { name: /^With overlays/ }).uncheck()
    await page.waitForTimeout(500)
    const bare = await saved(() => page.getByRole('button', { name: 'Save the PNG' }).click())
    expect([await brightness(bare.bytes, topLeft), await brightness(bare.bytes, bottomLeft)]).toEqual([0, 0])
  })

  it('saves the image alone, each pixel in the grey of its value', async () => {
    await menu('Image (PNG)')
    await page.getByRole('radio', { name: /^The image alone/ }).check()
    await page.waitForTimeout(300)
    const { bytes } = await saved(() => page.getByRole('button', { name: 'Save the PNG' }).click())
    const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true })
    // Rows are twice as far apart as columns: the file has square pixels.
    expect([info.width, info.height]).toEqual([96, 128])
    for (const [row, column] of [[60, 90], [62, 80], [50, 70], [10, 10]] as const) {
      const expected = Math.round(Math.min(1, Math.max(0, (rulerHu(2, row, column) - 39.5) / 399 + 0.5)) * 255)
      const drawn = (data[row * 2 * 96 + column] ?? -1) / 2 + (data[(row * 2 + 1) * 96 + column] ?? -1) / 2
      expect(Math.abs(drawn - expected)).toBeLessThanOrEqual(2)
    }
  })

  it('holds a picture in three dimensions too', async () => {
    await screen.close()
    await open(cubeUid, 'Image 8 / 16')
    await page.keyboard.press('Shift+V')
    await page.locator('[data-mode="volume"][data-content="shown"]').first().waitFor()
    // The first picture follows the first data; a blank one would stay so.
    await page.waitForTimeout(3000)
    await page.keyboard.press('Control+e')
    await page.getByRole('img', { name: 'The file as it will be saved' }).waitFor()
    const { bytes } = await saved(() => page.getByRole('button', { name: 'Save the PNG' }).click())
    const { channels } = await sharp(bytes).stats()
    expect(channels.slice(0, 3).some(({ stdev }) => stdev > 5)).toBe(true)
  })

  it('says why, and hands nothing over, where the trail can not be written', async () => {
    await page.route('**/exports', (route) => route.fulfill({ status: 403, json: { error: { code: 'not-allowed', message: 'Your role does not allow this.' } } }))
    await menu('Image (PNG)')
    let downloads = 0
    page.on('download', () => { downloads += 1 })
    await page.getByRole('button', { name: 'Save the PNG' }).click()
    await page.getByText('The image was not saved. Your role does not allow this.').first().waitFor()
    expect(downloads).toBe(0)
  })

  it.each([['Series as DICOM', 'vigil-ct-2.zip'], ['Study as DICOM', 'vigil-study-ct.zip']])('%s: the files as they came', async (item, name) => {
    await menu(item)
    await page.getByText('5 files in one zip').waitFor()
    const zip = await saved(() => page.getByRole('link', { name: /^Save/ }).click())
    expect(zip.name).toBe(name)
    const path = join(folder, name)
    writeFileSync(path, zip.bytes)
    const found: string[] = []
    const archive = await openPromise(path)
    for await (const entry of archive.eachEntry()) {
      const hash = createHash('sha256')
      for await (const chunk of await archive.openReadStreamPromise(entry)) hash.update(chunk)
      found.push(hash.digest('hex'))
    }
    const original = readdirSync(join(folder, 'ruler')).toSorted().map((file) => createHash('sha256').update(readFileSync(join(folder, 'ruler', file))).digest('hex'))
    expect(found).toEqual(original)
    expect((await trail())[0]).toMatchObject({ action: 'study.export', subject: ruler.studyUid, detail: { kind: 'dicom', instances: 5 } })
  })

  it.each(['mp4', 'webm'])('films each image exactly once, in order: %s', async (ending) => {
    // The free codecs are what is left where the other one is not there.
    if (ending === 'webm') {
      await page.addInitScript(() => {
        const ask = VideoEncoder.isConfigSupported.bind(VideoEncoder)
        VideoEncoder.isConfigSupported = async (config) => (config.codec.startsWith('avc1') ? { supported: false, config } : ask(config))
      })
      await page.reload()
      await pane.getByText('Image 3 / 5').waitFor()
    }
    const hasH264 = (await page.evaluate(() => VideoEncoder.isConfigSupported({ codec: 'avc1.640033', width: 640, height: 480 }))).supported === true
    await menu('Film of the series')
    await page.getByLabel('Images a second').fill('4')
    await page.getByRole('checkbox', { name: /^With overlays/ }).uncheck()
    const film = await saved(() => page.getByRole('button', { name: 'Make the film' }).click())
    expect(film.name).toBe(`vigil-ct-2.${hasH264 ? ending : 'webm'}`)
    if (process.env['VIGIL_KEEP_FILMS'] !== undefined) writeFileSync(join(process.env['VIGIL_KEEP_FILMS'], film.name), film.bytes)
    expect((await trail())[0]).toMatchObject({ detail: { kind: 'cine', images: 5, hasNames: false } })
    // The pane is back where it was.
    await pane.getByText('Image 3 / 5').waitFor()
    // A page without our security policy plays it: a picture in the middle of each quarter of a second, by its grey near the last corner.
    const other = await screen.context.newPage()
    const greys = await other.evaluate(async ({ base64, type }) => {
      const video = document.createElement('video')
      video.muted = true
      video.src = URL.createObjectURL(new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type }))
      await new Promise((resolve, reject) => { video.addEventListener('loadeddata', resolve); video.addEventListener('error', () => { reject(new Error(video.error?.message)) }) })
      const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
      const context = canvas.getContext('2d')
      const seen: number[] = []
      for (let index = 0; index < 5; index += 1) {
        video.currentTime = (index + 0.5) / 4
        await new Promise((resolve) => { video.addEventListener('seeked', resolve, { once: true }) })
        context?.drawImage(video, 0, 0)
        const at = [Math.round(video.videoWidth * 0.78), Math.round(video.videoHeight * 0.9)] as const
        seen.push(context?.getImageData(at[0], at[1], 1, 1).data[0] ?? -1)
      }
      return { seen, duration: video.duration }
    }, { base64: film.bytes.toString('base64'), type: film.name.endsWith('mp4') ? 'video/mp4' : 'video/webm' })
    await other.close()
    expect(greys.duration).toBeCloseTo(1.25, 1)
    const rises = greys.seen.slice(1).map((grey, index) => grey - (greys.seen[index] ?? 0))
    // 7 stored values × slope 2 of 399 HU are 9 greys from slice to slice.
    for (const rise of rises) expect(Math.abs(rise - 9)).toBeLessThanOrEqual(5)
  })

  it('stops a film when asked, and leaves no file', async () => {
    let downloads = 0
    page.on('download', () => { downloads += 1 })
    await menu('Film of the series')
    await page.getByRole('button', { name: 'Make the film' }).click()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await pane.getByText('Image 3 / 5').waitFor()
    expect(downloads).toBe(0)
  })

  it('says so where the browser has no encoder', async () => {
    await page.addInitScript(() => { Reflect.deleteProperty(globalThis, 'VideoEncoder') })
    await page.reload()
    await pane.getByText('Image 3 / 5').waitFor()
    await menu('Film of the series')
    await page.getByRole('button', { name: 'Make the film' }).click()
    await page.getByText('This browser has no encoder for films.').waitFor()
  })

  it('prints white sheets with whose and what, and no frame of the application', async () => {
    await page.addInitScript(() => { window.print = () => { document.documentElement.dataset['printed'] = 'yes' } })
    await page.reload()
    await pane.getByText('Image 3 / 5').waitFor()
    await page.keyboard.press('m')
    await expect.poll(() => page.locator('[data-pane]').count()).toBe(4)
    await page.locator('[data-pane]').nth(1).getByText(/Sagittal \d/).waitFor()
    await page.keyboard.press('Control+p')
    await page.getByRole('radio', { name: /^Each image/ }).check()
    await page.getByRole('button', { name: 'Print', exact: true }).click()
    await page.locator('html[data-printed="yes"]').waitFor()
    await page.emulateMedia({ media: 'print' })
    const sheet = page.locator('.print-sheet')
    expect(await sheet.locator('.print-page').count()).toBe(4)
    await sheet.getByText('Ruler, Phantom · P-1').first().waitFor()
    await sheet.getByText('Not a medical device. For a clinician\'s review.').first().waitFor()
    expect(await page.locator('#root').isVisible()).toBe(false)
    expect(await page.getByRole('dialog').isVisible()).toBe(false)
    expect((await trail())[0]).toMatchObject({ detail: { kind: 'print', images: 4, hasNames: true } })
    const pdf = await page.pdf({ format: 'A4', printBackground: false })
    mkdirSync('test-results', { recursive: true })
    writeFileSync('test-results/print.pdf', pdf)
    expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(4)
  })
})
