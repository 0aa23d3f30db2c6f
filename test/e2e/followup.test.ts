import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { writePhantom } from '../../src-main/analysis/phantom/index.ts'
import { PortalLink, StudyFollowup, Thread } from '../../src-shared/followup.ts'
import { Finding, type PhantomTruth } from '../../src-shared/analysis.ts'
import { ImportProgress } from '../../src-shared/studies.ts'
import { accessibilityProblems } from '../support/accessibility.ts'
import { launchBrowser } from '../support/browser.ts'
import { freePort } from '../support/lan-stage.ts'
import { openSignedIn, tester, type Screen } from '../support/pages.ts'
import { expectReadable as expectScreen, readingSizes } from '../support/readable.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

let folder: string
let truth: PhantomTruth
let browser: Browser
let workstation: Workstation
let screen: Screen
let page: Page
let phoneContext: BrowserContext
let phone: Page
let lanPort: number
const trouble: string[] = []

const api = async (method: string, path: string, data?: unknown): Promise<unknown> => {
  const answer = await screen.context.request.fetch(`${workstation.url}${path}`, { method, headers: { origin: workstation.url }, ...(data === undefined ? {} : { data }) })
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`)
  return answer.status() === 204 ? null : answer.json() as unknown
}
const view = async () => StudyFollowup.parse(await api('GET', `/api/followup/studies/${truth.studyUid}`))
const thread = async () => Thread.parse(await api('GET', `/api/followup/patients/${(await view()).patient.id}`))
const expectReadable = (name: string) => expectScreen(screen, name)
const expectPhone = async (name: string) => {
  expect(await phone.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false)
  expect(await accessibilityProblems(phone)).toEqual([])
  await phone.screenshot({ path: `test-results/${name}.png`, fullPage: true })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vigil-followup-'))
  truth = await writePhantom({
    name: 'KELLER JOHANNA', rows: 160, columns: 192, slices: 60, pixelSpacingMm: [1.8, 1.8], sliceSpacingMm: 3, sliceThicknessMm: 3, centreMm: [0, 0, 75], noiseHu: 6,
    objects: [{ kind: 'stone', place: 'kidney', side: 'left', along: 0.7, diameterMm: 12, hu: 950 }]
  }, join(folder, 'dicom'))
  lanPort = await freePort()
  browser = await launchBrowser()
  workstation = await startWorkstation({ paths: [join(folder, 'dicom')], env: { VIGIL_LAN: 'on', VIGIL_MDNS: 'off', VIGIL_LAN_PORT: String(lanPort), MEDGEMMA_MODE: 'off' } })
  screen = await openSignedIn(browser, workstation, { ...readingSizes[0], path: '/follow-up' })
  page = screen.page
  phoneContext = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 390, height: 844 }, locale: 'en-US', isMobile: true, hasTouch: true })
  phone = await phoneContext.newPage()
  phone.on('pageerror', (error) => { trouble.push(error.message) })
  phone.on('console', (message) => { if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) trouble.push(message.text()) })
  // It listens before it has taken everything in.
  await vi.waitFor(async () => {
    const [taken] = z.array(ImportProgress).parse(await api('GET', '/api/imports'))
    if (taken?.state !== 'done') throw new Error('The import runs.')
  }, { timeout: 60_000, interval: 100 })
  await api('POST', `/api/studies/${truth.studyUid}/analyses`, {})
  await vi.waitFor(async () => {
    const { rows } = z.object({ rows: z.array(z.object({ status: z.string() })) }).parse(await api('GET', '/api/worklist'))
    if (rows[0]?.status !== 'needs-review') throw new Error('The analysis runs.')
  }, { timeout: 90_000, interval: 300 })
})
afterAll(async () => {
  await phoneContext?.close()
  await browser?.close()
  await workstation?.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('a patient, from the signed report to the phone', () => {
  it('is nobody’s to follow up before a report is signed, and the screen says what comes first', async () => {
    await page.getByText('Mock mode: nothing leaves this workstation').waitFor()
    await expectReadable('followup-empty')
    await page.goto(`/follow-up?study=${truth.studyUid}`)
    await page.getByText(/The report is not signed/).first().waitFor()
    expect(await page.getByRole('button', { name: 'Release to the portal' }).isDisabled()).toBe(true)
  })

  it('gets a plan and plain words with the signature, and the report leads there', async () => {
    const { findings } = z.object({ findings: z.array(Finding) }).parse(await api('GET', `/api/studies/${truth.studyUid}/analysis`))
    for (const { id, revision, status } of findings) if (status === 'proposed') await api('POST', `/api/findings/${id}/verdict`, { verdict: 'accept', revision })
    await page.goto(`/study?uid=${truth.studyUid}`)
    await page.getByRole('tab', { name: /Report/ }).click()
    await page.getByRole('button', { name: /^Sign/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Sign the report' })
    await dialog.getByLabel('Your password').fill(tester.password)
    await dialog.getByRole('button', { name: /Sign/ }).click()
    await page.getByRole('link', { name: 'Plan the follow-up' }).click()
    await page.getByLabel('Text in English').waitFor()
    expect(await page.getByLabel('Text in English').inputValue()).toMatch(/The scan shows one stone in the kidney, on your left side\. It measures 1[12](?:\.\d)? mm/)
    expect((await view()).plan).toMatchObject({ state: 'proposed' })
    await expectReadable('followup-signed')
  })

  it('is reached at a number that counts, by what was agreed to', async () => {
    await page.getByLabel('Number for text messages').fill('12')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText(/no telephone number that can be reached/).first().waitFor()
    await page.getByLabel('Number for text messages').fill('(555) 010-6001')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Not saved yet.').waitFor({ state: 'detached' })
    for (const channel of ['Text messages', 'Calls', 'Portal']) await page.getByRole('button', { name: `${channel}: agreed` }).click()
    await expect.poll(async () => (await view()).patient.consents.filter(({ state }) => state === 'given').length).toBe(3)
    expect((await view()).patient.numbers.sms).toBe('+15550106001')
  })

  it('can read what a clinician has released, on a phone, after a code', async () => {
    await page.getByRole('button', { name: 'Release to the portal' }).click()
    await page.getByText('The report is on the portal.').first().waitFor()
    await page.getByRole('button', { name: /Show QR/ }).click()
    await page.getByRole('img', { name: /QR/ }).waitFor()
    await expectReadable('followup-qr')
    await page.keyboard.press('Escape')
    const { link } = PortalLink.parse(await api('POST', `/api/followup/studies/${truth.studyUid}/link`, {}))
    // The workstation names an address of its network; this machine reaches it by its own.
    await phone.goto(link.replace(/^https:\/\/(?:\[[^\]]+\]|[^:/]+):\d+/, `https://127.0.0.1:${lanPort}`))
    await phone.getByLabel('Your phone number').fill('+1 555 010 6001')
    expect(phone.url()).not.toContain('#t=')
    await phone.getByRole('button', { name: 'Send me a code' }).click()
    await phone.getByLabel('Code').waitFor()
    await expectPhone('portal-code')
    await expect.poll(async () => (await thread()).mockCode).not.toBeNull()
    const code = (await thread()).mockCode?.code ?? ''
    await phone.getByLabel('Code').fill(code === '000000' ? '000001' : '000000')
    await phone.getByRole('button', { name: 'Sign in' }).click()
    await phone.getByText('This code is not right').waitFor()
    await phone.getByLabel('Code').fill(code)
    await phone.getByRole('button', { name: 'Sign in' }).click()
    await phone.getByText('The scan shows one stone').waitFor()
    await phone.getByRole('button', { name: /Enlarge/ }).first().waitFor()
    await expect.poll(() => phone.locator('img').first().evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth > 100)).toBe(true)
    await expectPhone('portal-home')
    await phone.getByRole('button', { name: 'Español' }).click()
    await phone.getByText('La tomografía muestra un cálculo').waitFor()
    await expectPhone('portal-home-es')
    await phone.getByRole('button', { name: 'English' }).click()
    // The clinician sees that it was read.
    await expect.poll(async () => (await view()).release?.openedAt ?? null).not.toBeNull()
  })

  it('hears from a plan once it is started; the board shows what waits', async () => {
    await page.getByRole('button', { name: 'Start the plan' }).click()
    await page.getByText('The plan is under way.').first().waitFor()
    await page.locator('h1').first().click()
    await page.keyboard.press('Alt+1')
    await page.getByRole('button', { name: /Look now/ }).waitFor()
    await expect.poll(async () => (await view()).plan?.actions.some(({ state }) => state === 'planned')).toBe(true)
    await expectReadable('followup-board')
  })

  it('asks for a call, and it is a task on the board at once', async () => {
    await phone.getByLabel(/What is it about/).fill('I have a fever')
    await phone.getByRole('button', { name: 'Ask for a call' }).click()
    await phone.getByText('You have asked for a call').waitFor()
    await page.getByText(/I have a fever/).first().waitFor()
    await page.getByText('urgent').first().waitFor()
  })

  it('stops messages, and sees the queue stop', async () => {
    const waiting = (await view()).plan?.actions.filter(({ kind, state }) => (kind === 'sms' || kind === 'call') && state === 'planned').length ?? 0
    expect(waiting).toBeGreaterThan(1)
    await phone.getByRole('radio', { name: /Messages and calls/ }).check()
    await phone.getByRole('button', { name: 'Stop', exact: true }).click()
    await phone.getByRole('button', { name: 'Yes, stop' }).click()
    await phone.getByText(/no more messages/).first().waitFor()
    await expectPhone('portal-stopped')
    expect((await view()).plan?.actions.filter(({ kind, state }) => (kind === 'sms' || kind === 'call') && state === 'planned')).toEqual([])
    await page.getByText('The patient has stopped messages on the portal.').first().waitFor()
    const { patient } = await view()
    await page.goto(`/follow-up?patient=${patient.id}`)
    await page.getByText(/Stopped messages on the portal/).waitFor()
    await expectReadable('followup-thread')
  })

  it('signs out for good', async () => {
    const [cookie] = await phoneContext.cookies()
    expect(cookie).toMatchObject({ name: 'vigil_portal', httpOnly: true, secure: true, sameSite: 'Strict' })
    await phone.getByRole('button', { name: 'Sign out' }).click()
    await phone.getByLabel('Your phone number').waitFor()
    const again = await phoneContext.request.get(`https://127.0.0.1:${lanPort}/api/portal`, { headers: { cookie: `${cookie?.name}=${cookie?.value}` } })
    expect(again.status()).toBe(401)
    expect(trouble).toEqual([])
    expect(screen.problems()).toEqual([])
    expect(workstation.log()).not.toMatch(/KELLER|5550106001|fever/)
  })
})
