import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { maxFrameBytes } from '../../../src-shared/glasses.ts'
import type { Clock } from '../../platform/clock.ts'
import type { ModalHeaders } from '../captions/session.ts'
import type { Credentials } from '../devices/devices.ts'
import type { DeviceRow } from '../devices/store.ts'

export type SocketDeps = Readonly<{
  clock: Clock
  takesWordInQuery: () => boolean
  admit: (credentials: Credentials) => DeviceRow | null
  /** Answers how many messages came so far, for whoever wants to know whether any came. */
  begin: (socket: WebSocket, device: DeviceRow, headers: ModalHeaders) => () => number
}>

const path = '/vision/stream'
const protocol = 'vigil'
const pingEveryMs = 5000
/** Neither a frame nor the answer to a ping for this long: the other side is gone without a word. */
const goneAfterMs = 15_000
const mostSockets = 64

/** The WebSocket of the existing protocol. Whoever may not come in gets 403 and the word `forbidden`, as its clients expect. */
export function createVisionSocket({ clock, takesWordInQuery, admit, begin }: SocketDeps) {
  const server = new WebSocketServer({
    noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false, clientTracking: true, skipUTF8Validation: true,
    // The token came along as a protocol too, and is not said back.
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : false)
  })
  const known = new Map<WebSocket, { heardMs: number, messages: number, count: () => number }>()
  const pinging = setInterval(() => {
    for (const [socket, life] of known) {
      const messages = life.count()
      // What is held because the other side does not read can't be heard either; that has a time limit of its own.
      if (messages !== life.messages || socket.isPaused) Object.assign(life, { messages, heardMs: clock.monotonicMs() })
      if (clock.monotonicMs() - life.heardMs > goneAfterMs) socket.terminate()
      else if (socket.readyState === socket.OPEN) socket.ping()
    }
  }, pingEveryMs)
  pinging.unref()

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      socket.on('error', () => { socket.destroy() })
      const url = new URL(request.url ?? '/', 'https://vigil.invalid')
      if (url.pathname !== path) { end(socket, 404, 'Not Found', 'There is nothing here.'); return }
      if (server.clients.size >= mostSockets) { end(socket, 503, 'Service Unavailable', 'Too many streams at once.'); return }
      const device = admit({ token: tokenOf(request), word: wordOf(request, url, takesWordInQuery()), peer: request.socket.remoteAddress ?? '' })
      if (device === null) { end(socket, 403, 'Forbidden', 'forbidden'); return }
      server.handleUpgrade(request, socket, head, (opened) => {
        const life = { heardMs: clock.monotonicMs(), messages: 0, count: begin(opened, device, modalHeadersOf(request)) }
        known.set(opened, life)
        opened.on('pong', () => { life.heardMs = clock.monotonicMs() })
        opened.on('close', () => { known.delete(opened) })
      })
    },
    close(): void {
      clearInterval(pinging)
      for (const socket of server.clients) socket.close(1001, 'Vigil is closing.')
      // What does not answer the farewell is not waited for.
      setTimeout(() => { for (const socket of server.clients) socket.terminate() }, 500).unref()
      server.close()
    }
  }
}

function end(socket: Duplex, status: number, title: string, text: string): void {
  socket.end(`HTTP/1.1 ${status} ${title}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** `Authorization: Bearer`, or a protocol `token.…`: a page of a browser can set no header on a WebSocket. */
function tokenOf(request: IncomingMessage): string | null {
  const bearer = /^Bearer (.+)$/.exec(header(request, 'authorization') ?? '')?.[1]
  const offered = header(request, 'sec-websocket-protocol')?.split(',').map((one) => one.trim()).find((one) => one.startsWith('token.'))
  return bearer ?? offered?.slice('token.'.length) ?? null
}

function wordOf(request: IncomingMessage, url: URL, takesQuery: boolean): string | null {
  return header(request, 'x-magic-word') ?? (takesQuery ? url.searchParams.get('magic_word') : null)
}

function modalHeadersOf(request: IncomingMessage): ModalHeaders {
  return { tokenId: header(request, 'x-modal-token-id'), tokenSecret: header(request, 'x-modal-token-secret'), appName: header(request, 'x-modal-app-name'), className: header(request, 'x-modal-class-name') }
}
