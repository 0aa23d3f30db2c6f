import { createServer } from 'node:net'
import { once } from 'node:events'
import { createEdge, type Edge } from '../../src-main/edge.ts'
import { startLan, type LanHost } from '../../src-main/lan.ts'
import { systemClock } from '../../src-main/platform/clock.ts'
import { parseConfig } from '../../src-main/platform/config.ts'
import { createLog, type LogLine } from '../../src-main/platform/log.ts'
import { aFolder, signedIn, type Browser } from './edge.ts'

export type LanStage = Readonly<{
  edge: Edge, port: number, fingerprint: string, browser: Browser, dataDir: string, logged: LogLine[]
  /** A code as the screen shows it. */
  pair: (wearer?: Readonly<{ kind: 'patient' | 'staff', name: string, patientId: string | null }>) => Promise<Readonly<{ id: string, code: string, link: string }>>
  /** As if a minute had gone by for whoever failed. */
  forgetFailures: () => void
  stop: () => Promise<void>
}>

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** A whole edge by its real clock, with its port for other devices open on this machine. Nothing is announced. */
export async function aLanStage({ env = {}, dataDir }: Readonly<{ env?: Readonly<Record<string, string>>, dataDir?: string }> = {}): Promise<LanStage> {
  const folder = dataDir === undefined ? await aFolder() : { path: dataDir, remove: async () => undefined }
  const logged: LogLine[] = []
  const log = createLog((line) => { logged.push(line) })
  const config = parseConfig({ VIGIL_LAN: 'on', VIGIL_MDNS: 'off', VIGIL_LAN_PORT: String(await freePort()), VIGIL_DATA_DIR: folder.path, ...env })
  let aheadMs = 0
  const system = systemClock()
  const clock = { ...system, monotonicMs: () => system.monotonicMs() + aheadMs }
  const edge = createEdge(config, { host: 'served', log, clock, rendererDir: `${folder.path}/no-renderer` })
  await edge.start()
  const lan: LanHost = startLan({ edge, dataDir: folder.path, log })
  const state = await opened(edge)
  const browser = await signedIn(edge).catch(async (error: unknown) => { await lan.stop(); await edge.stop(); throw error })
  return {
    edge, port: state.port, fingerprint: state.fingerprint ?? '', browser, dataDir: folder.path, logged,
    async pair(wearer = { kind: 'staff', name: 'Nurse Ilse', patientId: null }) {
      const response = await browser.send('POST', '/api/glasses/pairings', { wearer, consent: { givenBy: 'self', how: wearer.kind === 'staff' ? 'duty' : 'spoken' } })
      if (response.status !== 201) throw new Error(`The pairing answered ${response.status}: ${await response.text()}`)
      return await response.json() as { id: string, code: string, link: string }
    },
    forgetFailures: () => { aheadMs += 61_000 },
    async stop() {
      await lan.stop()
      await edge.stop()
      await folder.remove()
    }
  }
}

async function opened(edge: Edge) {
  for (let tries = 0; tries < 400; tries++) {
    const state = edge.rooms.glasses.lan.state()
    if (state.state === 'on') return state
    if (state.state === 'failed') throw new Error(state.text)
    await new Promise((resolve) => { setTimeout(resolve, 25) })
  }
  throw new Error('The LAN port was not opened.')
}
