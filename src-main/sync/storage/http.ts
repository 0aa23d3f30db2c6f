import http, { type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import { SendFault } from '../../platform/outbox-types.ts'
import { networkFault } from './faults.ts'

export type HttpBody = Readonly<{ length: number, chunks: AsyncIterable<Uint8Array> }>
export type HttpRequest = Readonly<{ method: string, url: string | URL, headers?: Record<string, string>, body?: Uint8Array | HttpBody, signal?: AbortSignal, onSent?: (bytes: number) => void }>
export type HttpAnswer = Readonly<{ status: number, headers: IncomingMessage['headers'], body: IncomingMessage }>
export type HttpClient = Readonly<{ send: (request: HttpRequest) => Promise<HttpAnswer>, close: () => void }>

/**
 * HTTP with bodies that are read as they are sent. Not fetch: an upload is answered by 308, which is no redirect there, and a target that
 * refuses must be heard while we still send. Proxies of the environment are used. Nothing that moves for `stallMs` is a broken connection.
 */
export function createHttpClient({ stallMs = 60_000 }: Readonly<{ stallMs?: number }> = {}): HttpClient {
  const options = { keepAlive: true, maxSockets: 16, keepAliveMsecs: 10_000, proxyEnv: process.env }
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) }

  const send = async ({ method, url, headers = {}, body, signal, onSent }: HttpRequest): Promise<HttpAnswer> => {
    signal?.throwIfAborted()
    const at = new URL(url)
    const isSafe = at.protocol === 'https:'
    const length = body === undefined ? 0 : body.length
    const given: RequestOptions = { method, agent: agents[isSafe ? 'https:' : 'http:'], headers: { ...headers, ...(body !== undefined || method !== 'GET' ? { 'content-length': String(length) } : {}) }, ...(signal === undefined ? {} : { signal }) }
    const request = (isSafe ? https : http).request(at, given)
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
    const stall = setTimeout(() => { request.destroy(new SendFault('offline', 'The connection stood still for too long.')) }, stallMs)
    request.on('response', (response) => {
      stall.refresh()
      response.on('data', () => { stall.refresh() }).on('close', () => { clearTimeout(stall) }).pause()
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response })
    })
    request.on('error', (error) => { clearTimeout(stall); reject(signal?.aborted === true ? signal.reason : error instanceof SendFault ? error : networkFault(error)) })
    const isAnswered = { now: false }
    promise.then(() => { isAnswered.now = true }, () => { isAnswered.now = true })
    if (body === undefined || body instanceof Uint8Array) request.end(body)
    else await pour(request, body, { stall, isAnswered, onSent, signal })
    return promise
  }
  return { send, close: () => { for (const agent of Object.values(agents)) agent.destroy() } }
}

type Pour = Readonly<{ stall: NodeJS.Timeout, isAnswered: Readonly<{ now: boolean }>, onSent: ((bytes: number) => void) | undefined, signal: AbortSignal | undefined }>

/** What the source throws ends the request; what the target answers early ends the pouring. */
async function pour(request: http.ClientRequest, { chunks }: HttpBody, { stall, isAnswered, onSent, signal }: Pour): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (isAnswered.now || request.destroyed) return
      if (!request.write(chunk)) await drained(request, isAnswered)
      stall.refresh()
      onSent?.(chunk.length)
    }
    request.end()
  } catch (error) {
    request.on('error', () => undefined)
    request.destroy()
    throw signal?.aborted === true ? signal.reason : error
  }
}

function drained(request: http.ClientRequest, isAnswered: Readonly<{ now: boolean }>): Promise<void> {
  return new Promise((resolve) => {
    const go = () => { request.off('drain', go); request.off('close', go); request.off('response', go); resolve() }
    if (isAnswered.now || request.destroyed) { resolve(); return }
    request.on('drain', go).on('close', go).on('response', go)
  })
}

/** A small body as text. */
export async function textOf({ body }: HttpAnswer, mostBytes = 1024 * 1024): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      bytes += piece.length
      if (bytes > mostBytes) { body.destroy(); break }
      pieces.push(piece)
    }
  } catch (error) {
    throw networkFault(error)
  }
  return Buffer.concat(pieces).toString('utf8')
}
