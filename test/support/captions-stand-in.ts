import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type CaptionsStandIn = {
  readonly url: string
  /** As they were taken, each window once. */
  readonly kept: Map<string, Record<string, unknown>>
  /** Every request for one, repeats as well. */
  readonly received: string[]
  answers: (Readonly<{ status: number, headers?: Record<string, string> }> | 'cut-after' | 'page')[]
  close: () => Promise<void>
}
const fields: Readonly<Record<string, 'string' | 'number'>> = { windowId: 'string', timestamp: 'number', chunkStartS: 'number', chunkEndS: 'number', caption: 'string' }

/** The service that takes captions: the word in its header or 403 as text, its fields or 422, and one answer for each window, however often it comes. */
export async function captionsStandIn(word = 'open sesame'): Promise<CaptionsStandIn> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown, type = 'application/json') => { response.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body)) }
    const next = state.answers[0] === 'page' ? state.answers[0] : undefined
    if (next === 'page') { request.resume(); state.answers.shift(); answer(200, '<html>Sign in</html>', 'text/html'); return }
    if (request.url === '/health') { answer(200, { status: 'ok' }); return }
    if (request.headers['x-magic-word'] !== word) { request.resume(); answer(403, 'forbidden', 'text/plain'); return }
    if (request.method !== 'POST' || request.url !== '/captions/upload') { request.resume(); answer(404, { detail: 'Not Found' }); return }
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => { pieces.push(piece) }).on('end', () => {
      const scripted = state.answers.shift()
      if (typeof scripted === 'object') { response.writeHead(scripted.status, scripted.headers).end('{"detail":"no"}'); return }
      const body = JSON.parse(Buffer.concat(pieces).toString('utf8')) as Record<string, unknown>
      const wrong = Object.entries(fields).find(([name, type]) => typeof body[name] !== type)
      if (wrong !== undefined || request.headers['content-type'] !== 'application/json') { answer(422, { detail: [{ loc: ['body', wrong?.[0]], msg: 'field required' }] }); return }
      const id = String(body['windowId'])
      state.received.push(id)
      if (!state.kept.has(id)) state.kept.set(id, body)
      if (scripted === 'cut-after') { request.socket.destroy(); return }
      answer(200, { success: true, windowId: id, storedAt: 1_790_000_000_000 })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const state: CaptionsStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, kept: new Map(), received: [], answers: [],
    close: async () => { server.closeAllConnections(); server.close(); await once(server, 'close') }
  }
  return state
}
