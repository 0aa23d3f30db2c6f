import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEdge, type Edge, type EdgeOptions } from '../../src-main/edge.ts'
import type { Clock } from '../../src-main/platform/clock.ts'
import { parseConfig, type Config } from '../../src-main/platform/config.ts'
import { createLog, type LogLine } from '../../src-main/platform/log.ts'

export const home = 'http://127.0.0.1:4870'
export type HeldClock = Clock & Readonly<{ advance: (seconds: number) => void }>
export type TestEdge = Readonly<{ edge: Edge, dataDir: string, clock: HeldClock, logged: LogLine[], stop: () => Promise<void> }>
export type TestEdgeOptions = Readonly<{ config?: Partial<Config>, host?: EdgeOptions['host'], rendererDir?: string, dataDir?: string }>

/** Time stands still until it is told to go on. */
export function heldClock(start = '2026-03-02T08:00:00.000Z'): HeldClock {
  let nowMs = Date.parse(start)
  return { now: () => new Date(nowMs), iso: () => new Date(nowMs).toISOString(), monotonicMs: () => nowMs, advance: (seconds) => { nowMs += seconds * 1000 } }
}

export async function aFolder(): Promise<{ path: string, remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'vigil-test-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** A whole edge on a real database in a temporary folder. It is not started: no timer runs behind a test that does not ask for it. */
export async function anEdge({ config = {}, host = 'served', rendererDir, dataDir }: TestEdgeOptions = {}): Promise<TestEdge> {
  const folder = dataDir === undefined ? await aFolder() : { path: dataDir, remove: async () => undefined }
  const clock = heldClock()
  const logged: LogLine[] = []
  const log = createLog((line) => { logged.push(line) })
  const edge = createEdge(parseConfig({}, { dataDir: folder.path, ...config }), { host, log, clock, rendererDir: rendererDir ?? join(folder.path, 'no-renderer') })
  return {
    edge, dataDir: folder.path, clock, logged,
    async stop() {
      await edge.stop()
      await folder.remove()
    }
  }
}

export type Browser = Readonly<{
  get: (path: string, headers?: Record<string, string>) => Promise<Response>
  send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>
  /** `name=value` of what it was last given, or null. */
  cookie: () => string | null
  setCookie: (cookie: string | null) => void
}>

/** Keeps its cookie, and names its origin as browsers do. */
export function aBrowser({ console: answer }: Pick<Edge, 'console'>): Browser {
  let cookie: string | null = null
  const ask = async (method: string, path: string, headers: Record<string, string>, body?: string) => {
    const own: Record<string, string> = cookie === null ? {} : { cookie }
    const response = await answer(new Request(`${home}${path}`, { method, headers: { ...own, 'sec-fetch-site': 'same-origin', ...headers }, ...(body === undefined ? {} : { body }) }))
    for (const given of response.headers.getSetCookie()) cookie = /max-age=0/i.test(given) ? null : given.split(';')[0] ?? null
    return response
  }
  return {
    get: (path, headers = {}) => ask('GET', path, headers),
    send: (method, path, body = {}, headers = {}) => ask(method, path, { 'content-type': 'application/json', origin: home, ...headers }, JSON.stringify(body)),
    cookie: () => cookie,
    setCookie: (given) => { cookie = given }
  }
}

export const mora = { name: 'Dr Mora', login: 'mora', password: 'correct horse battery' }

/** The first clinician, an administrator, signed in. */
export async function signedIn(edge: Pick<Edge, 'console'>): Promise<Browser> {
  const browser = aBrowser(edge)
  const response = await browser.send('POST', '/api/session/first-run', mora)
  if (response.status !== 200) throw new Error(`The first run answered ${response.status}.`)
  return browser
}

/** One more clinician, made by `admin`, signed in at another browser. */
export async function colleague(edge: Pick<Edge, 'console'>, admin: Browser, login: string, role: string): Promise<Browser & Readonly<{ id: string }>> {
  const made = await admin.send('POST', '/api/clinicians', { name: `Dr ${login}`, login, password: 'a long enough password', role })
  const { id } = await made.json() as { id: string }
  const browser = aBrowser(edge)
  await browser.send('POST', '/api/session/sign-in', { login, password: 'a long enough password' })
  return { ...browser, id }
}

export async function codeOf(response: Response): Promise<string> {
  const body = await response.json() as { error?: { code?: string } }
  return body.error?.code ?? 'no error'
}
