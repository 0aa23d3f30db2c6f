import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { GlassesTimeline, Paired, Pairing } from '../../src-shared/glasses.ts'
import { aFolder, mora } from '../support/edge.ts'
import { aFrame, ask, glasses, type Glasses } from '../support/lan-device.ts'
import { freePort } from '../support/lan-stage.ts'
import { randomOf } from '../support/random.ts'

const repository = resolve(import.meta.dirname, '..', '..')
const lives = Number(process.env['VIGIL_FAULT_LIVES'] ?? 6)
const seed = Number(process.env['VIGIL_FAULT_SEED'] ?? 1)
let folder: Awaited<ReturnType<typeof aFolder>>
let child: ChildProcess | null = null

beforeEach(async () => { folder = await aFolder() })
afterEach(async () => {
  child?.kill('SIGKILL')
  await folder.remove()
})

/** The served workstation, by its sources, as a process that can be killed. */
async function start(lanPort: number): Promise<string> {
  const begun = spawn(process.execPath, [resolve(repository, 'src-main', 'cli.ts'), 'serve', '--json', '--port', '0', '--data-dir', folder.path], {
    cwd: repository, stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, VIGIL_LAN: 'on', VIGIL_MDNS: 'off', VIGIL_LAN_PORT: String(lanPort), VIGIL_LOG: 'error', MEDGEMMA_MODE: 'mock', VISION_CHUNK_SECONDS: '0.1' }
  })
  child = begun
  let said = ''
  for await (const piece of begun.stdout.setEncoding('utf8')) {
    said += String(piece)
    if (said.includes('\n')) break
  }
  return z.object({ url: z.url() }).parse(JSON.parse(said)).url
}
async function kill(): Promise<void> {
  child?.kill('SIGKILL')
  if (child !== null && child.signalCode === null) await once(child, 'exit')
}
async function signIn(url: string): Promise<Record<string, string>> {
  const send = (path: string, body: unknown) => fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', origin: url }, body: JSON.stringify(body) })
  const first = await send('/api/session/first-run', mora)
  const answer = first.ok ? first : await send('/api/session/sign-in', { login: mora.login, password: mora.password })
  return { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '', origin: url, 'content-type': 'application/json' }
}

describe('the workstation, killed while glasses stream and upload', () => {
  it(`keeps every caption and window that it acknowledged, each once, and the same device goes on (seed ${seed}, ${lives} lives)`, async () => {
    const next = randomOf(seed)
    const lanPort = await freePort()
    const frame = await aFrame()
    const acknowledged: string[] = []
    const captions = new Set<string>()
    let token = ''
    for (let life = 0; life < lives; life++) {
      const url = await start(lanPort)
      const session = await signIn(url)
      if (token === '') {
        const pairing = Pairing.parse(await (await fetch(`${url}/api/glasses/pairings`, { method: 'POST', headers: session, body: JSON.stringify({ wearer: { kind: 'staff', name: 'Nurse', patientId: null }, consent: { givenBy: 'self', how: 'duty' } }) })).json())
        token = Paired.parse((await ask(lanPort, 'POST', '/glasses/pair', { body: { code: pairing.code, name: 'G' } })).json()).token
      }
      const headers = { authorization: `Bearer ${token}` }
      const end = Date.now() + 200 + Math.floor(next() * 900)
      const uploading = (async () => {
        for (let n = 0; Date.now() < end + 500; n++) {
          const windowId = `life-${life}-${n}`
          try {
            // Each twice, as a client does that does not know whether the first arrived.
            for (let again = 0; again < 2; again++) if ((await ask(lanPort, 'POST', '/biometrics/upload', { headers, body: { windowId, timestamp: n, durationMs: 1000, heartRate: 70 } })).status === 200) acknowledged.push(windowId)
          } catch { return }
        }
      })()
      const camera: Glasses = await glasses(lanPort, { token })
      const streaming = setInterval(() => { if (camera.socket.readyState === camera.socket.OPEN) camera.socket.send(frame) }, 10)
      await new Promise((done) => { setTimeout(done, Math.max(0, end - Date.now())) })
      await kill()
      clearInterval(streaming)
      await Promise.all([uploading, camera.closed])
      for (const answer of camera.answers) if (typeof answer['caption'] === 'string') captions.add(`${String(answer['chunk_start_s'])} ${String(answer['chunk_end_s'])} ${String(answer['latency_ms'])}`)
    }
    const url = await start(lanPort)
    const session = await signIn(url)
    const found = GlassesTimeline.parse(await (await fetch(`${url}/api/glasses/timeline?minutes=60`, { headers: session })).json())
    const kept = found.biometrics.map(({ windowId }) => windowId)
    expect([...new Set(acknowledged)].filter((id) => !kept.includes(id))).toEqual([])
    expect(new Set(kept).size).toBe(kept.length)
    const stored = new Set(found.captions.map(({ chunkStartS, chunkEndS, latencyMs }) => `${chunkStartS} ${chunkEndS} ${latencyMs ?? ''}`))
    expect([...captions].filter((one) => !stored.has(one))).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(lives * 5)
    expect(captions.size).toBeGreaterThan(0)
    const camera = await glasses(lanPort, { token })
    expect(await camera.send(frame)).toMatchObject({ frame: 1 })
    await camera.close()
    await kill()
  }, 120_000 + lives * 4000)
})
