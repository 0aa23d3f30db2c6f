import { request } from 'node:https'
import { connect } from 'node:tls'
import sharp from 'sharp'
import { WebSocket, type ClientOptions } from 'ws'
import { keyPinOf } from '../../src-main/platform/certificate.ts'

/** A frame that is a real JPEG of its own: a colour that tells it from the others. */
export async function aFrame(shade = 128, { width = 96, height = 128 } = {}): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r: shade, g: shade, b: shade } } }).jpeg().toBuffer()
}

/** The certificate that a port shows, before anything is said to it. Throws where its key is not the one that was paired. */
export async function pinned(port: number, fingerprint: string, host = '127.0.0.1'): Promise<string> {
  const certificate = await new Promise<string>((resolve, reject) => {
    const socket = connect({ port, host, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.toString() ?? '')
      socket.end()
    })
    socket.on('error', reject)
  })
  if (keyPinOf(certificate) !== fingerprint) throw new Error('The workstation is another one than was paired.')
  return certificate
}

export type Answer = Readonly<{ status: number, text: string, json: () => unknown }>
/** One request to the LAN port, as a device makes it. */
export function ask(port: number, method: string, path: string, { headers = {}, body, ca }: Readonly<{ headers?: Record<string, string>, body?: unknown, ca?: string }> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    const asked = request({
      port, host: '127.0.0.1', method, path, servername: 'localhost', ...(ca === undefined ? { rejectUnauthorized: false } : { ca }),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }), ...headers }
    }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => { pieces.push(piece) }).on('end', () => {
        const all = Buffer.concat(pieces).toString('utf8')
        resolve({ status: response.statusCode ?? 0, text: all, json: () => JSON.parse(all) as unknown })
      })
    })
    asked.on('error', reject)
    asked.end(text)
  })
}

export type Glasses = Readonly<{
  socket: WebSocket
  /** Sends a frame and waits for its answer, as the existing client does. */
  send: (frame: Buffer) => Promise<Record<string, unknown>>
  answers: Record<string, unknown>[]
  /** Resolves with code and reason when it is closed. */
  closed: Promise<Readonly<{ code: number, reason: string }>>
  close: () => Promise<void>
}>

/** A camera on a real socket. Rejects with the status where it is not let in. */
export async function glasses(port: number, { token, word, query = '', headers = {}, ca, protocols = [], options = {} }: Readonly<{ token?: string, protocols?: string[], word?: string, query?: string, headers?: Record<string, string>, ca?: string, options?: ClientOptions }> = {}): Promise<Glasses> {
  const socket = new WebSocket(`wss://127.0.0.1:${port}/vision/stream${query}`, protocols, {
    ...(ca === undefined ? { rejectUnauthorized: false } : { ca, servername: 'localhost' }), perMessageDeflate: false,
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(word === undefined ? {} : { 'x-magic-word': word }), ...headers }, ...options
  })
  const answers: Record<string, unknown>[] = []
  const waiting: ((answer: Record<string, unknown>) => void)[] = []
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString('utf8')) as Record<string, unknown>
    answers.push(answer)
    waiting.shift()?.(answer)
  })
  const closed = new Promise<{ code: number, reason: string }>((resolve) => { socket.on('close', (code, reason) => { resolve({ code, reason: reason.toString('utf8') }) }) })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => { resolve() })
    socket.once('unexpected-response', (_request, response) => { reject(new Error(`status ${response.statusCode ?? 0}`)); socket.terminate() })
    socket.once('error', reject)
  })
  socket.on('error', () => undefined)
  return {
    socket, answers, closed,
    send: (frame) => new Promise((resolve) => { waiting.push(resolve); socket.send(frame) }),
    async close() { socket.close(); await closed }
  }
}
