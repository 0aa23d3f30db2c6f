// A frame server of its own process: `node glasses-server.ts bare|vigil plain|tls`. Prints its URL and headers as one JSON line.
// `bare` answers each frame with its number and size and does nothing else; `vigil` is the workstation's own edge, behind the same kind of port.
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocketServer } from 'ws'
import { createEdge } from '../../src-main/edge.ts'
import { ownCertificate } from '../../src-main/platform/certificate.ts'
import { systemClock } from '../../src-main/platform/clock.ts'
import { parseConfig } from '../../src-main/platform/config.ts'
import { createLog } from '../../src-main/platform/log.ts'

const [kind = 'bare', transport = 'plain'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'vigil-bench-glasses-'))
const word = 'bench word'

async function listener(): Promise<Server> {
  if (transport === 'plain') return createServer({ noDelay: true })
  const { key, cert } = await ownCertificate(folder, ['localhost', '127.0.0.1'], systemClock())
  return createTlsServer({ key, cert, minVersion: 'TLSv1.2', noDelay: true })
}

const server = await listener()
if (kind === 'bare') {
  const sockets = new WebSocketServer({ server, perMessageDeflate: false, maxPayload: 8 * 1024 * 1024 })
  sockets.on('connection', (socket) => {
    let frames = 0
    socket.on('message', (data: Buffer) => { socket.send(`{"frame":${++frames},"bytes":${data.length}}`) })
  })
} else {
  const edge = createEdge(parseConfig({ VIGIL_DATA_DIR: folder, MAGIC_WORD: word, ...process.env }), { host: 'served', log: createLog(() => undefined), rendererDir: folder })
  await edge.start()
  server.on('upgrade', (request, socket, head) => { edge.upgrade(request, socket, head) })
}
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  console.log(JSON.stringify({ url: `${transport === 'plain' ? 'ws' : 'wss'}://127.0.0.1:${port}/vision/stream`, headers: { 'x-magic-word': word } }))
})
process.on('message', (asked) => {
  // Resident set and processor time so far, for whoever measures.
  if (asked === 'usage') process.send?.({ rssBytes: Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024 || process.memoryUsage().rss, cpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1000 })
})
