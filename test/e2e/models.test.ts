import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { hubStandIn, type HubStandIn } from '../support/hub-stand-in.ts'
import { openSignedIn, type Screen } from '../support/pages.ts'
import { expectReadable as expectScreen, readingSizes } from '../support/readable.ts'
import { tinyModel } from '../support/tiny-model.ts'
import { startWorkstation, type Workstation } from '../support/workstation.ts'

let model: ReturnType<typeof tinyModel>
let hub: HubStandIn
let browser: Browser
let workstation: Workstation
let screen: Screen
let page: Page

const dialog = () => page.getByRole('dialog', { name: 'Fetch a model from the hub' })
const expectReadable = (name: string) => expectScreen(screen, name)

beforeAll(async () => {
  model = tinyModel({ seed: 5, isExternal: true })
  hub = await hubStandIn({ folder: model.folder })
  browser = await launchBrowser()
  workstation = await startWorkstation({ env: { HF_ENDPOINT: hub.url } })
  screen = await openSignedIn(browser, workstation, readingSizes[0])
  page = screen.page
  await page.goto('/settings')
})
afterAll(async () => {
  await browser.close()
  await workstation.stop()
  await hub.close()
  model.remove()
})

describe('a model from the hub', () => {
  it('is not offered where there is none, and a wrong token is not kept', async () => {
    await page.getByRole('button', { name: 'Fetch from the hub' }).click()
    await dialog().getByLabel('Repository').fill('nobody/nothing')
    await dialog().getByRole('button', { name: 'Look what it holds' }).click()
    await dialog().getByText('There is no repository nobody/nothing that can be seen without an access token').waitFor()
    await dialog().getByLabel('Access token of the hub').fill('hf_wrong_token')
    await dialog().getByRole('button', { name: 'Give it' }).click()
    await dialog().getByText('The hub does not know this access token').waitFor()
    await expectReadable('hub-refused')
  })

  it('asks for a token where it is gated, and says what to do', async () => {
    await dialog().getByLabel('Repository').fill('clinic/tiny-ONNX')
    await dialog().getByRole('button', { name: 'Look what it holds' }).click()
    await dialog().getByText('health-ai-developer-foundations, gated').waitFor()
    await expectReadable('hub-offer')
    await dialog().getByLabel('I have read the terms').check()
    await dialog().getByRole('button', { name: /^Fetch/ }).click()
    const stopped = page.getByLabel('Bringing in tiny-ONNX-fp32')
    await stopped.getByText('Give an access token of an account that has').waitFor()
    await stopped.getByRole('button', { name: 'Throw away' }).click()
    await stopped.waitFor({ state: 'detached' })
  })

  it('comes with a token, can be broken off and gone on with, and is in use when it is whole', async () => {
    await page.getByRole('button', { name: 'Fetch from the hub' }).click()
    await dialog().getByLabel('Access token of the hub').fill('hf_good_token')
    await dialog().getByRole('button', { name: 'Give it' }).click()
    await dialog().getByText('An access token is kept until Vigil ends').waitFor()
    await dialog().getByLabel('Repository').fill('clinic/tiny-ONNX')
    await dialog().getByRole('button', { name: 'Look what it holds' }).click()
    await dialog().getByLabel('I have read the terms').check()
    hub.bodies = ['stalls']
    await dialog().getByRole('button', { name: /^Fetch/ }).click()
    const coming = page.getByLabel('Bringing in tiny-ONNX-fp32')
    await coming.getByRole('button', { name: 'Cancel' }).click()
    await coming.getByText('cancelled at').waitFor()
    await expectReadable('hub-cancelled')
    await coming.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('cell', { name: /in use/ }).waitFor()
    await coming.waitFor({ state: 'detached' })
    await page.getByRole('cell', { name: /Health AI Developer Foundations, accepted by/ }).waitFor()
    expect(hub.leaks).toEqual([])
    expect(screen.problems()).toEqual([])
    await expectReadable('hub-fetched')
  })
})
