import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { GlassesStatus } from '../../src-shared/glasses.ts'
import { accessibilityProblems } from '../support/accessibility.ts'
import { launchBrowser } from '../support/browser.ts'
import { ask } from '../support/lan-device.ts'
import { freePort } from '../support/lan-stage.ts'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { expectReadable as expectScreen, readingSizes } from '../support/readable.ts'
import { tinyModel } from '../support/tiny-model.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

const word = 'open sesame'
let model: ReturnType<typeof tinyModel>
let browser: Browser
let workstation: Workstation
let screen: Screen
let page: Page
let phone: BrowserContext
let camera: Page
let lanPort: number
const trouble: string[] = []

const expectReadable = (name: string) => expectScreen(screen, name)
const status = async () => GlassesStatus.parse(await (await screen.context.request.get(`${workstation.url}/api/glasses`)).json())
const upload = (path: string, body: unknown) => ask(lanPort, 'POST', path, { headers: { 'x-magic-word': word }, body })

beforeAll(async () => {
  model = tinyModel()
  lanPort = await freePort()
  browser = await launchBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'])
  workstation = await startWorkstation({ env: { VIGIL_LAN: 'on', VIGIL_MDNS: 'off', VIGIL_LAN_PORT: String(lanPort), MAGIC_WORD: word, MEDGEMMA_MODEL_PATH: model.folder, MEDGEMMA_DEVICE: 'cpu' } })
  screen = await openSignedIn(browser, workstation, readingSizes[0])
  page = screen.page
  phone = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 390, height: 844 }, permissions: ['camera'] })
  camera = await phone.newPage()
  camera.on('pageerror', (error) => { trouble.push(error.message) })
  camera.on('console', (message) => { if (message.type() === 'error') trouble.push(message.text()) })
  await page.goto('/glasses')
  await vi.waitFor(async () => { if ((await status()).lan.state !== 'on') throw new Error('The port is not open.') }, { timeout: 20_000, interval: 100 })
})
afterAll(async () => {
  await phone?.close()
  await browser?.close()
  await workstation?.stop()
  model?.remove()
})

describe('glasses', () => {
  it('say that nobody is streaming, and what to do', async () => {
    await page.getByText('Nobody is streaming').waitFor()
    await page.getByText('LAN on', { exact: true }).waitFor()
    await expectReadable('glasses-empty')
  })

  it('are paired by a code that is shown only once somebody has agreed', async () => {
    await page.keyboard.press('p')
    const show = page.getByRole('button', { name: 'Show the code' })
    expect(await show.isDisabled()).toBe(true)
    await page.getByRole('radio', { name: 'A patient' }).check()
    await page.getByLabel('Patient’s name').fill('Keller, Johanna')
    await page.getByLabel('Patient’s number').fill('P-70')
    await page.getByRole('checkbox').check()
    await expectReadable('glasses-consent')
    await show.click()
    await page.getByText(/Valid for 1\d\d s, once/).waitFor()
    await page.getByRole('img', { name: /QR code/ }).waitFor()
    await expectReadable('glasses-code')
    const code = (await page.locator('.glasses-letters').textContent()) ?? ''
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/)

    await camera.goto(`https://127.0.0.1:${lanPort}/glasses`)
    await camera.getByLabel('Code on the workstation').fill('AAAA-AAAA')
    await camera.getByRole('button', { name: 'Pair' }).click()
    await camera.getByText('This code is not valid').waitFor()
    await camera.getByLabel('Code on the workstation').fill(code.toLowerCase())
    await camera.getByLabel('Name of this device').fill('Test phone')
    await camera.getByRole('button', { name: 'Pair' }).click()
    await camera.getByText('Paired for Keller, Johanna').waitFor()
    expect(await accessibilityProblems(camera)).toEqual([])
    await page.getByText('Test phone is paired').waitFor()
    await page.getByRole('button', { name: 'Done' }).click()
  })

  it('stream from the camera of a phone, and what they see is described on both screens', async () => {
    await camera.getByRole('button', { name: 'Start' }).click()
    await camera.getByText('Streaming to the workstation').waitFor()
    await camera.getByText(/The camera is on/).waitFor()
    await page.getByRole('img', { name: 'What Keller, Johanna sees' }).waitFor()
    await expect.poll(async () => (await status()).streams[0]?.frames ?? 0).toBeGreaterThan(20)
    await camera.getByText('A person looks at a screen.').waitFor({ timeout: 60_000 })
    await page.locator('.glasses-now').getByText('A person looks at a screen.').waitFor()
    await expect.poll(() => page.locator('.glasses-list .glasses-item').count()).toBeGreaterThan(0)
    await camera.screenshot({ path: 'test-results/glasses-phone.png', fullPage: true })
    await page.waitForTimeout(1500)
    await expectReadable('glasses-live')
    expect(trouble.filter((text) => !text.includes('403'))).toEqual([])
  })

  it('show figures on one axis, and a decision with what it was made from', async () => {
    for (let at = 0; at < 6; at++) {
      expect((await upload('/biometrics/upload', { windowId: `b-${at}`, timestamp: Date.now(), durationMs: 60_000, qualityScore: 0.9, heartRate: 96 + 9 * at, spo2: 96 - 2 * at, activity: 0.3 - 0.05 * at })).status).toBe(200)
      await page.waitForTimeout(150)
    }
    await page.locator('.status-bar').getByText('somebody may need help').waitFor({ timeout: 70_000 })
    await page.keyboard.press('Alt+2')
    const item = page.locator('.glasses-item[data-open="true"]').first()
    await item.waitFor()
    await expectReadable('glasses-notice')
    await item.getByRole('button', { name: 'Inputs' }).click()
    await page.getByRole('button', { name: 'Replay it' }).click()
    await page.getByText(/The same again: yes/).waitFor()
    await expectReadable('glasses-inputs')
    await page.keyboard.press('Escape')
    await item.getByRole('button', { name: 'I have seen it' }).click()
    await page.getByText('seen by Dr Ada Mora').waitFor()
    await page.getByLabel('Whose timeline').selectOption({ label: 'Staff on duty · Shared word' })
    await page.getByRole('button', { name: '5 min', exact: true }).click()
    await page.getByRole('img', { name: 'Heart rate: last 141/min, from 96 to 141.' }).waitFor()
    await page.getByRole('button', { name: /^Decision of/ }).waitFor()
    await expectReadable('glasses-plots')
  })

  it('turn grey and count the seconds when nothing comes, and go on under the same pairing', async () => {
    // The camera hangs: the connection stands, and no frame comes.
    await camera.evaluate(() => { HTMLCanvasElement.prototype.toBlob = () => undefined })
    await page.getByText(/^No frame for [2-9] s$/).waitFor()
    await page.locator('.status-bar').getByText('1 stalled').waitFor({ timeout: 15_000 })
    await expectReadable('glasses-stalled')
    await camera.reload()
    await camera.getByText('Ready. Start the camera').waitFor()
    await camera.getByRole('button', { name: 'Start' }).click()
    await camera.getByText('Streaming to the workstation').waitFor()
    await expect.poll(async () => (await status()).streams.find(({ state }) => state === 'live')?.frames ?? 0, { timeout: 20_000 }).toBeGreaterThan(5)
    expect((await status()).devices.filter(({ kind }) => kind === 'paired')).toHaveLength(1)
  })

  it('are revoked, and the phone is told so', async () => {
    await page.keyboard.press('Alt+3')
    await page.getByRole('button', { name: 'Revoke Test phone' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await camera.getByText('does not take this device any more').waitFor()
    await camera.getByLabel('Code on the workstation').waitFor()
    await page.getByText('revoked', { exact: true }).waitFor()
    await expectReadable('glasses-devices')
  })

  it('are set up on the settings screen', async () => {
    await page.goto('/settings')
    await page.getByRole('heading', { name: 'Glasses and the LAN' }).scrollIntoViewIfNeeded()
    await page.getByText('Thresholds of the rules').click()
    await page.getByLabel('Heart rate, alarm above').fill('125')
    await page.getByRole('button', { name: 'Save thresholds' }).click()
    await expect.poll(async () => (await status()).settings.thresholds.heartRateAlarmAbove).toBe(125)
    await expectReadable('glasses-settings')
  })
})
