import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { Edge } from './edge.ts'
import type { LanReport, LanWish } from './glasses/index.ts'
import { ownCertificate } from './platform/certificate.ts'
import { systemClock, type Clock } from './platform/clock.ts'
import type { Log } from './platform/log.ts'
import { announce, type Announcement } from './platform/mdns.ts'

export type LanHost = Readonly<{
  /** Resolves when the port is open, or it is known that it is not to be. */
  ready: Promise<void>
  stop: () => Promise<void>
}>
export type LanHostDeps = Readonly<{ edge: Edge, dataDir: string, log: Log, clock?: Clock }>
type Open = Readonly<{ wish: LanWish, addresses: string, servers: readonly Server[], announcement: Announcement | null }>

const lookEveryMs = 15_000
const renewEveryMs = 12 * 3600 * 1000

/** The port for other devices: opened and closed as the settings wish, on every interface or on those that were chosen, always under TLS. */
export function startLan({ edge, dataDir, log, clock = systemClock() }: LanHostDeps): LanHost {
  const { lan } = edge.rooms.glasses
  let open: Open | null = null
  let working: Promise<void> = Promise.resolve()
  let isStopped = false
  let openedMs = 0

  const close = async () => {
    if (open === null) return
    const { servers, announcement } = open
    open = null
    await announcement?.stop()
    for (const server of servers) { server.close(); server.closeAllConnections() }
    edge.rooms.glasses.endStreams()
  }
  const follow = async () => {
    const wish = lan.wish()
    if (isStopped || !wish.isOn) { await close(); if (!isStopped) lan.report({ state: 'off' }); return }
    if (open !== null && isSame(open.wish, wish)) return
    await close()
    lan.report({ state: 'starting' })
    try {
      const certificate = await ownCertificate(join(dataDir, 'lan'), [hostname(), `${hostname()}.local`, 'localhost', '127.0.0.1', ...lan.addresses()], clock)
      const hosts = wish.interfaces.length === 0 ? [undefined] : lan.addresses()
      const servers: Server[] = []
      let port = wish.port
      for (const host of hosts) {
        const server = serverOf(edge, certificate)
        port = await listen(server, port, host)
        servers.push(server)
      }
      const announcement = wish.isAnnounced ? announce({ port, fingerprint: certificate.keyPin, log }) : null
      open = { wish, addresses: lan.addresses().join(' '), servers, announcement }
      openedMs = clock.monotonicMs()
      lan.report({ state: 'on', port, fingerprint: certificate.keyPin, certificate: { sha256: certificate.sha256, validTo: certificate.validTo.toISOString() }, isAnnounced: announcement !== null })
    } catch (error) {
      await close()
      log.error('lan-not-opened', error)
      lan.report(failed(error, wish.port))
    }
  }
  /** One after the other: a switch that is turned on and off quickly ends as it was left. */
  const soon = () => { working = working.then(follow, follow) }
  const renew = () => {
    if (open === null) return
    // Other addresses: a chosen network is listened on again, and the certificate names them. Twice a day it may be near its end.
    const isOther = lan.addresses().join(' ') !== open.addresses
    const isBound = open.wish.interfaces.length > 0
    const isStreaming = edge.rooms.glasses.streams.list().some(({ state }) => state !== 'ended')
    if (!(isOther && isBound) && (isStreaming || !(isOther || clock.monotonicMs() - openedMs > renewEveryMs))) return
    working = working.then(async () => { await close(); await follow() })
  }
  const unsubscribe = lan.subscribe(soon)
  const timer = setInterval(renew, lookEveryMs).unref()
  soon()
  return {
    ready: working,
    async stop() {
      isStopped = true
      unsubscribe()
      clearInterval(timer)
      await working
      await close()
    }
  }
}

function serverOf(edge: Edge, { key, cert }: Readonly<{ key: string, cert: string }>): Server {
  const listener = getRequestListener((request, bindings) => edge.lan(request, peerOf((bindings as HttpBindings).incoming)))
  // `requestTimeout` would cut off a CT that takes longer than five minutes to upload; headers keep their limit.
  const server = createServer({ key, cert, minVersion: 'TLSv1.2', requestTimeout: 0, headersTimeout: 20_000, noDelay: true }, (request, response) => { void listener(request, response) })
  server.on('upgrade', (request, socket, head) => { edge.upgrade(request, socket, head) })
  // A handshake that breaks off is no event of ours.
  server.on('tlsClientError', (_error, socket) => { socket.destroy() })
  server.on('clientError', (_error, socket) => { socket.destroy() })
  return server
}

const peerOf = (request: IncomingMessage): string => request.socket.remoteAddress ?? ''

async function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  if (host === undefined) server.listen(port)
  else server.listen(port, host)
  await once(server, 'listening')
  // What fails later (a cable is pulled) closes connections, not the workstation.
  server.on('error', () => undefined)
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

function failed(error: unknown, port: number): LanReport {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EADDRINUSE') return { state: 'failed', text: `Port ${port} is in use, perhaps by another Vigil. Close that, or choose another port with VIGIL_LAN_PORT.` }
  if (code === 'EACCES') return { state: 'failed', text: `This user may not open port ${port}. Choose one above 1023 with VIGIL_LAN_PORT.` }
  if (code === 'EADDRNOTAVAIL') return { state: 'failed', text: 'A chosen network interface has lost its address. Choose others, or wait until it is back and switch it on again.' }
  return { state: 'failed', text: 'The port for other devices could not be opened; the log of this workstation has the details.' }
}

function isSame(a: LanWish, b: LanWish): boolean {
  return a.isOn === b.isOn && a.port === b.port && a.isAnnounced === b.isAnnounced && a.interfaces.join(' ') === b.interfaces.join(' ')
}
