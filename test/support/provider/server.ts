import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'

/** What happens to one request that has an effect. `after`: it took effect, and the sender does not learn of it. */
export type PostFault = 'ok' | '500-before' | '500-after' | 'hang-before' | 'hang-after' | 'cut-before' | 'cut-after' | '429' | '503'
/** One for each request, in turn, or by lot. */
export type PostFaults = PostFault[] | (() => PostFault)
export type Answer = Readonly<{ status: number, body?: unknown, headers?: Readonly<Record<string, string>> }>
/** A refusal in the provider's own words. */
export class Refused extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super(`Answered ${answer.status}.`)
    this.answer = answer
  }
}

export async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

export function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(body === undefined ? '' : JSON.stringify(body))
}

export const pause = (ms: number, signal?: AbortSignal): Promise<void> => new Promise((done) => {
  const over = () => { clearTimeout(timer); signal?.removeEventListener('abort', over); done() }
  const timer = setTimeout(over, ms)
  signal?.addEventListener('abort', over)
  if (signal?.aborted === true) over()
})

/** Draws the lot of one request and lets it happen. `accept` is what the request is for; its answer may get lost. Null where nothing is ever answered. */
export function meet(faults: PostFaults, request: IncomingMessage, { accept, failed, busy }: Readonly<{ accept: () => Answer, failed: (status: 500 | 503) => Answer, busy: () => Answer }>): Answer | null {
  const fault = typeof faults === 'function' ? faults() : faults.shift() ?? 'ok'
  switch (fault) {
    case 'ok': return accept()
    case '429': return busy()
    case '503': return failed(503)
    case '500-before': return failed(500)
    case '500-after': accept(); return failed(500)
    case 'hang-before': return null
    case 'hang-after': accept(); return null
    case 'cut-before': request.socket.destroy(); return null
    case 'cut-after': accept(); request.socket.destroy(); return null
    default: return fault satisfies never
  }
}

/** An address on this machine, for every process on it. Closing it cuts whoever still waits. */
export async function listen(listener: RequestListener, port = 0): Promise<Readonly<{ url: string, close: () => Promise<void> }>> {
  const server = createServer(listener)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => { server.close(); server.closeAllConnections(); await once(server, 'close') }
  }
}

export type Posted = Readonly<{ status: number, text: string }>
/** To an address of ours, whose certificate only we know. Status 0 where no whole answer came within the time. */
export function post(url: string, body: string, headers: Readonly<Record<string, string>>, withinMs: number, signal: AbortSignal): Promise<Posted> {
  return new Promise((resolve) => {
    const none = () => { resolve({ status: 0, text: '' }) }
    const start = url.startsWith('https:') ? tlsRequest : plainRequest
    // The whole of it: a server that drips bytes is as late as one that is silent.
    const options = { method: 'POST', headers: { 'content-type': 'application/json', ...headers, 'content-length': Buffer.byteLength(body) }, rejectUnauthorized: false, agent: false, signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]) } as const
    const request = start(url, options, (response) => {
      textOf(response).then((text) => { resolve({ status: response.statusCode ?? 0, text }) }, none)
    })
    request.on('error', none)
    request.end(body)
  })
}
