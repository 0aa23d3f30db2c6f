import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { AnnotationList } from '../../src-shared/annotations.ts'
import type { Workstation } from './workstation.ts'

const results = resolve(import.meta.dirname, '..', '..', 'test-results')

/** The clinician that the first run makes in tests. */
export const tester = { name: 'Dr Ada Mora', login: 'mora', password: 'correct horse battery' } as const

export type Screen = Readonly<{
  page: Page
  context: BrowserContext
  /** Errors of the page so far: exceptions, console errors, refused by the content security policy, answers of 500 and up. */
  problems: () => readonly string[]
  /** Writes `test-results/<name>.png` and returns its path. */
  screenshot: (name: string) => Promise<string>
  close: () => Promise<void>
}>
export type ScreenOptions = Readonly<{ path?: string, width?: number, height?: number }>

/** Opens a window on the workstation in a browser context of its own: other cookies, other person. Nobody is signed in. */
export async function openScreen(browser: Browser, workstation: Workstation, { path = '/', width = 1440, height = 900 }: ScreenOptions = {}): Promise<Screen> {
  const context = await browser.newContext({ baseURL: workstation.url, viewport: { width, height } })
  const page = await context.newPage()
  const problems = watch(page)
  await page.goto(path)
  return {
    page, context, problems,
    async screenshot(name) {
      mkdirSync(results, { recursive: true })
      const file = join(results, `${name}.png`)
      await page.screenshot({ path: file })
      return file
    },
    close: () => context.close()
  }
}

/** `openScreen` with the first clinician made or signed in beforehand, past the sign-in screen. */
export async function openSignedIn(browser: Browser, workstation: Workstation, options: ScreenOptions = {}): Promise<Screen> {
  const screen = await openScreen(browser, workstation, options)
  await signIn(screen.context, workstation)
  await screen.page.goto(options.path ?? '/')
  return screen
}

/** Makes the first clinician, or signs in where there already is one; the session cookie stays in the context. */
export async function signIn(context: BrowserContext, { url }: Workstation): Promise<void> {
  const headers = { origin: url }
  const first = await context.request.post(`${url}/api/session/first-run`, { data: tester, headers })
  if (first.ok()) return
  const { login, password } = tester
  const again = await context.request.post(`${url}/api/session/sign-in`, { data: { login, password }, headers })
  if (!again.ok()) throw new Error(`Signing in was refused: ${again.status()} ${await again.text()}`)
}

/** Takes every measurement of a study away, as a clinician could: tests of one workstation begin without those of the others. */
export async function removeAnnotations({ context }: Screen, { url }: Workstation, studyUid: string): Promise<void> {
  const { annotations } = AnnotationList.parse(await (await context.request.get(`/api/studies/${studyUid}/annotations`)).json())
  for (const { id, revision } of annotations) await context.request.delete(`/api/annotations/${id}?revision=${revision}`, { headers: { origin: url } })
}

function watch(page: Page): () => readonly string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => { problems.push(`exception: ${error.message}`) })
  page.on('console', (message) => {
    // Chromium logs every 4xx answer as an error; whether one was expected is for the test to say.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) problems.push(`console: ${message.text()}`)
  })
  page.on('response', (response) => { if (response.status() >= 500) problems.push(`${response.status()} ${new URL(response.url()).pathname}`) })
  return () => problems
}
