import { request } from 'node:https'
import { connect } from 'node:tls'
import { WebSocket } from 'ws'
import { AppError, ErrorBody } from '../../../src-shared/errors.ts'
import { Paired } from '../../../src-shared/glasses.ts'
import { keyPinOf } from '../../platform/certificate.ts'

export type Target = Readonly<{ host: string, port: number, code: string, fingerprint: string | null }>

/** What `--pair` says: the whole link of the QR code, or the code alone beside `--host` and `--port`. */
export function targetOf(text: string, { host, port }: Readonly<{ host: string, port: number }>): Target {
  if (!/^https:\/\//i.test(text)) return { host, port, code: text, fingerprint: null }
  const link = URL.canParse(text) ? new URL(text) : null
  const given = new URLSearchParams(link?.hash.slice(1) ?? '')
  const code = given.get('code')
  if (link === null || code === null) throw new AppError('invalid-request', 'The link of --pair names no code. Copy the whole link, in quotes.')
  return { host: link.hostname.replace(/^\[|\]$/g, ''), port: link.port === '' ? 443 : Number(link.port), code, fingerprint: given.get('fp') }
}

/** The certificate of the workstation, before anything is said to it; refused where its key is not the one of the pairing code. */
export async function pinnedCertificate({ host, port, fingerprint }: Target): Promise<string> {
  const certificate = await new Promise<string>((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: 10_000 }, () => {
      resolve(socket.getPeerX509Certificate()?.toString() ?? '')
      socket.end()
    })
    socket.on('timeout', () => { socket.destroy(new Error('no answer')) })
    socket.on('error', (cause) => { reject(new AppError('not-configured', `No workstation answers at ${host}, port ${port}. Is the LAN switched on there?`, { cause })) })
  })
  if (fingerprint !== null && keyPinOf(certificate) !== fingerprint) throw new AppError('not-allowed', 'This is another workstation than the one that showed the code. Nothing was sent to it.')
  return certificate
}

/** Trusts that one certificate and no other, whatever names stand in it. */
const trust = (ca: string) => ({ ca, checkServerIdentity: () => undefined })

/** The code for a token. Throws an AppError with the workstation's own sentence. */
export function swapCode(target: Target, ca: string, name: string): Promise<Paired> {
  const body = JSON.stringify({ code: target.code, name })
  return new Promise((resolve, reject) => {
    const asked = request({ host: target.host, port: target.port, method: 'POST', path: '/glasses/pair', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }, timeout: 10_000, ...trust(ca) }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => { pieces.push(piece) }).on('end', () => {
        try {
          const answer: unknown = JSON.parse(Buffer.concat(pieces).toString('utf8'))
          const refused = ErrorBody.safeParse(answer)
          if (refused.success) reject(new AppError(refused.data.error.code, refused.data.error.message))
          else resolve(Paired.parse(answer))
        } catch (cause) { reject(new AppError('unsupported', 'What answered is no Vigil workstation.', { cause })) }
      })
    })
    asked.on('error', (cause) => { reject(new AppError('not-configured', 'The workstation did not answer.', { cause })) })
    asked.end(body)
  })
}

export type StreamFigures = { frames: number, answered: number, captions: number, lastCaption: string | null, answerMs: number[] }
export type StreamOptions = Readonly<{ target: Target, ca: string, token: string, frames: readonly Buffer[], framesPerSecond: number, offset: number, figures: StreamFigures, signal: AbortSignal }>

/** Frames that were sent and not answered; more are not sent, so that none waits until it is old. */
const mostOnTheWay = 32

/** Sends frames at their rate until the signal fires. Throws an AppError where the stream is refused or ends by itself. */
export function stream({ target, ca, token, frames, framesPerSecond, offset, figures, signal }: StreamOptions): Promise<void> {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host
  const { ca: authority, ...rest } = trust(ca)
  // The types of `ws` say that the check answers whether all is well; Node's says undefined then.
  const socket = new WebSocket(`wss://${host}:${target.port}/vision/stream`, { ca: authority, perMessageDeflate: false, headers: { authorization: `Bearer ${token}` }, ...(rest as object) })
  const sentAt: number[] = []
  let sent = 0
  let timer: NodeJS.Timeout | null = null
  return new Promise((resolve, reject) => {
    const end = () => { socket.close(1000) }
    signal.addEventListener('abort', end, { once: true })
    socket.on('open', () => {
      const beganMs = performance.now()
      timer = setInterval(() => {
        const due = Math.floor((performance.now() - beganMs) / 1000 * framesPerSecond)
        if (due <= sent || sentAt.length >= mostOnTheWay) return
        const frame = frames[(offset + sent) % frames.length]
        sent = due
        if (frame === undefined || socket.readyState !== WebSocket.OPEN) return
        sentAt.push(performance.now())
        figures.frames++
        socket.send(frame)
      }, Math.max(4, 500 / framesPerSecond))
    })
    socket.on('message', (data: Buffer) => { take(JSON.parse(data.toString('utf8')) as Record<string, unknown>, sentAt, figures) })
    socket.on('unexpected-response', (_request, response) => { reject(new AppError('not-allowed', `The workstation does not let this device stream (status ${response.statusCode ?? 0}).`)); socket.terminate() })
    socket.on('error', (cause) => { reject(new AppError('not-configured', 'The connection to the workstation broke.', { cause })) })
    socket.on('close', (code, reason) => {
      if (timer !== null) clearInterval(timer)
      signal.removeEventListener('abort', end)
      if (signal.aborted) resolve()
      else reject(new AppError('not-allowed', `The workstation ended the stream${reason.length === 0 ? ` (code ${code}).` : `: ${reason.toString('utf8')}`}`))
    })
  })
}

function take(answer: Readonly<Record<string, unknown>>, sentAt: number[], figures: StreamFigures): void {
  if (typeof answer['frame'] === 'number') {
    figures.answered++
    const at = sentAt.shift()
    if (at !== undefined) figures.answerMs.push(performance.now() - at)
  }
  if (typeof answer['caption'] === 'string') {
    figures.captions++
    figures.lastCaption = answer['caption']
  }
}
