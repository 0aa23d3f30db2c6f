import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { createAdaptorServer } from '@hono/node-server'
import { AppError } from '../src-shared/errors.ts'
import { createEdge, type Edge, type EdgeOptions } from './edge.ts'
import { startLan } from './lan.ts'
import type { Config } from './platform/config.ts'
import { atLeast, createLog, stderrSink } from './platform/log.ts'

/** `lanUrl`: where other devices reach it; null while they can't. */
export type Served = Readonly<{ url: string, lanUrl: string | null, port: number, edge: Edge, stop: () => Promise<void> }>
export type ServeOptions = Omit<EdgeOptions, 'host'>

/**
 * The same edge on `http://127.0.0.1:port`, for this machine alone. Throws an AppError with one sentence where the data folder or the port
 * can't be used.
 */
export async function startServed(config: Config, options: ServeOptions = {}): Promise<Served> {
  const edge = createEdge(config, { ...options, host: 'served' })
  try {
    await edge.start()
    // `requestTimeout` would cut off a CT that takes longer than five minutes to upload; headers keep their limit of a minute.
    const server = createAdaptorServer({ fetch: edge.console, hostname: '127.0.0.1', serverOptions: { requestTimeout: 0, headersTimeout: 60_000 } })
    // No WebSocket of this side: cameras come by the LAN port, which has its own keys.
    server.on('upgrade', (_request: unknown, socket: Duplex) => { socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n') })
    const port = await listen(server, config.port)
    const lan = startLan({ edge, dataDir: config.dataDir, log: options.log ?? createLog(atLeast(config.logLevel, stderrSink)) })
    await lan.ready
    return {
      lanUrl: lanUrlOf(edge),
      url: `http://127.0.0.1:${port}`, port, edge,
      async stop() {
        server.close()
        await lan.stop()
        await edge.stop()
        if ('closeAllConnections' in server) server.closeAllConnections()
      }
    }
  } catch (error) {
    await edge.stop()
    throw error
  }
}

async function listen(server: ReturnType<typeof createAdaptorServer>, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'EADDRINUSE') throw new AppError('conflict', `Port ${port} is in use, perhaps by another Vigil. Close that, or choose another port with --port.`, { cause: error })
    if (code === 'EACCES') throw new AppError('not-configured', `This user may not open port ${port}. Choose a port above 1023 with --port.`, { cause: error })
    throw error
  }
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

function lanUrlOf({ rooms: { glasses: { lan } } }: Edge): string | null {
  const { state, port } = lan.state()
  const host = lan.addresses()[0] ?? '127.0.0.1'
  return state === 'on' ? `https://${host.includes(':') ? `[${host}]` : host}:${port}` : null
}
