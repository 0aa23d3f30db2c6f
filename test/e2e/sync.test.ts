import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { aDicomFile, aSlice } from '../support/dicom-file.ts'
import { launchBrowser } from '../support/browser.ts'
import { cloudStandIn, type CloudStandIn } from '../support/cloud-storage/stand-in.ts'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { expectReadable as expectScreen, readingSizes } from '../support/readable.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

let folder: string
let cloud: CloudStandIn
let browser: Browser
let workstation: Workstation
let screen: Screen
let page: Page
let studies: string[] = []

const expectReadable = (name: string) => expectScreen(screen, name)
const send = async (path: string, data: unknown = {}) => screen.context.request.post(`${workstation.url}${path}`, { data, headers: { origin: workstation.url } })
const rows = () => page.getByRole('grid', { name: 'Queue' }).locator('tbody tr')
const filter = (name: string) => page.getByRole('group', { name: 'State' }).getByRole('button', { name }).click()

beforeAll(async () => {
  cloud = await cloudStandIn()
  folder = mkdtempSync(join(tmpdir(), 'vigil-sync-'))
  for (const [index, name] of ['MUSTER^ERIKA', 'MEIER^OTTO', 'ROE^RICHARD'].entries()) {
    const study = `1.2.826.0.1.3680043.10.9998.${index + 1}`
    for (let slice = 1; slice <= 3; slice++) writeFileSync(join(folder, `${index}-${slice}.dcm`), aDicomFile(aSlice({ study, series: `${study}.1`, instance: `${study}.1.${slice}`, number: slice, name, patientId: `P-${index}` })))
  }
  browser = await launchBrowser()
  workstation = await startWorkstation({ paths: [folder], env: { GCS_BUCKET: 'clinic-bucket', GCS_ENDPOINT: cloud.url, METADATA_SERVER_DETECTION: 'none' } })
  screen = await openSignedIn(browser, workstation, readingSizes[0])
  page = screen.page
  await page.goto('/sync')
})
afterAll(async () => {
  await browser.close()
  await workstation.stop()
  await cloud.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('what leaves this workstation', () => {
  it('is nothing at first, and the screen says so', async () => {
    const found = async () => z.object({ rows: z.array(z.object({ studyUid: z.string() })) }).parse(await (await screen.context.request.get(`${workstation.url}/api/worklist`)).json()).rows
    await expect.poll(async () => (await found()).length, { timeout: 30_000 }).toBe(3)
    studies = (await found()).map(({ studyUid }) => studyUid)
    await page.getByRole('heading', { name: 'Nothing to send off-site yet' }).waitFor()
    await page.getByRole('heading', { name: 'Safe to switch off' }).waitFor()
    await page.getByText('Nothing waits').waitFor()
    await expectReadable('sync-empty')
  })

  it('waits while the cloud is silent: both lights, the target and each row say why', async () => {
    cloud.isDown = true
    for (const studyUid of studies) expect((await send(`/api/studies/${studyUid}/send`)).status()).toBe(202)
    await page.getByRole('heading', { name: `0 of ${studies.length} off-site` }).waitFor()
    await page.getByRole('row', { name: /^Cloud storage offline/ }).waitFor()
    await expect.poll(() => rows().count()).toBe(studies.length)
    await expect.poll(() => rows().first().innerText()).toContain('cloud storage')
    expect(await page.getByRole('contentinfo', { name: 'Status' }).innerText()).toContain(`0 of ${studies.length} off-site, offline`)
    await expectReadable('sync-offline')
  })

  it('is searched, and called off by key', async () => {
    await page.getByLabel('Search the queue').fill('no such patient')
    await page.getByText('No item of that kind').waitFor()
    await page.getByLabel('Search the queue').fill('')
    await rows().first().waitFor()
    await page.getByRole('grid', { name: 'Queue' }).focus()
    await page.keyboard.press('ArrowDown')
    expect(await page.locator('tr[aria-selected="true"]').count()).toBe(1)
    await page.keyboard.press('Delete')
    await expect.poll(() => rows().count()).toBe(studies.length - 1)
    await filter('Called off')
    await page.getByText('Called off by hand.').waitFor()
    await page.getByRole('button', { name: 'Try again' }).first().click()
    await filter('Open')
    await expect.poll(() => rows().count()).toBe(studies.length)
  })

  it('is held by a pause and goes on after it', async () => {
    await page.getByRole('button', { name: 'Pause all' }).click()
    await expect.poll(() => rows().first().innerText()).toContain('Paused.')
    cloud.isDown = false
    await page.getByRole('button', { name: /^Go on(?!:)/ }).click()
    await page.getByRole('button', { name: 'Try now: Cloud storage' }).click()
    await page.getByRole('heading', { name: 'All off-site' }).waitFor()
    await expect.poll(() => [...cloud.bucket.objects.keys()].filter((name) => name.endsWith('.dcm')).length).toBe(studies.length * 3)
    await filter('Done')
    await expect.poll(() => rows().count()).toBe(studies.length)
    await expectReadable('sync-done')
  })

  it('is told with its place and its checksum, and can be kept as a file', async () => {
    await page.getByRole('tab', { name: 'What has left' }).click()
    await page.getByText('gs://clinic-bucket/ct-uploads/').first().waitFor()
    await expectReadable('sync-left')
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as CSV' }).click()])
    expect(download.suggestedFilename()).toBe('vigil-what-left.csv')
    await page.getByRole('tab', { name: /^Queue/ }).click()
  })

  it('is refused by wrong credentials, and the light turns to trouble', async () => {
    cloud.token = 'another'
    const extra = mkdtempSync(join(tmpdir(), 'vigil-sync-'))
    writeFileSync(join(extra, 'late.dcm'), aDicomFile(aSlice({ study: studies[0] ?? '', series: `${studies[0]}.9`, instance: `${studies[0]}.9.1` })))
    expect((await send('/api/imports', { paths: [extra] })).ok()).toBe(true)
    await page.getByRole('row', { name: /^Cloud storage refused/ }).waitFor({ timeout: 30_000 })
    await page.getByText('GOOGLE_APPLICATION_CREDENTIALS').first().waitFor()
    await filter('Open')
    await rows().first().waitFor()
    await expectReadable('sync-refused')
    cloud.token = null
    await page.getByRole('button', { name: 'Try now: Cloud storage' }).click()
    await page.getByRole('heading', { name: 'All off-site' }).waitFor()
    rmSync(extra, { recursive: true, force: true })
  })

  it('is set on the settings screen, each choice with its consequence', async () => {
    await page.goto('/settings')
    const section = page.getByRole('region', { name: 'Off-site copies' })
    await section.getByLabel('What leaves by itself').selectOption('by-hand')
    await section.getByText('Nothing leaves by itself.').waitFor()
    await section.getByLabel('Only at certain hours').click()
    await section.getByText('from 20:00 to 06:00, overnight').waitFor()
    await section.getByText('Copies without the patient').click()
    await section.getByText('dates, moved by the same days').click()
    await section.getByText('dates as they are').click()
    await expect.poll(() => section.getByLabel('dates, moved by the same days for each patient').isChecked()).toBe(false)
    expect(await section.getByLabel('dates as they are').isChecked()).toBe(true)
    await section.scrollIntoViewIfNeeded()
    await expectReadable('sync-settings')
    const backups = page.getByRole('region', { name: 'Backups' })
    await backups.getByRole('button', { name: 'Back up now' }).click()
    await backups.getByText('read back and sound').waitFor()
    await backups.scrollIntoViewIfNeeded()
    await expectReadable('backups')
    expect(screen.problems()).toEqual([])
  })
})
