import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type PokeStandIn = {
  readonly url: string, readonly legacyUrl: string
  readonly received: Readonly<{ path: string, body: Record<string, unknown> }>[]
  /** What the next requests meet instead. */
  answers: ('429' | '500' | 'hang' | 'page' | 'refuse' | 'cut')[]
  close: () => Promise<void>
}
export const pokeKeys = { current: 'kitchen-key-000', legacy: 'settings-key-000', withoutScope: 'scopeless-key-000' } as const

/** Poke by its own rules: both addresses, each with keys of its own generation; exact `Bearer`, JSON objects, and no way to ask for a message. */
export async function pokeStandIn(): Promise<PokeStandIn> {
  const keyOf: Readonly<Record<string, string>> = { '/api/v1/inbound/api-message': pokeKeys.current, '/api/v1/inbound-sms/webhook': pokeKeys.legacy }
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => { response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)) }
    const key = keyOf[request.url ?? '']
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => { pieces.push(piece) }).on('end', () => {
      if (key === undefined) { answer(404, { error: 'Not found' }); return }
      if (request.method !== 'POST') { answer(405, { error: 'Method not allowed' }); return }
      if (request.headers.authorization === `Bearer ${pokeKeys.withoutScope}`) { answer(403, { error: 'Forbidden' }); return }
      if (request.headers.authorization !== `Bearer ${key}`) { answer(401, { error: 'Invalid API key' }); return }
      if (request.headers['content-type'] !== 'application/json') { answer(400, { error: 'Bad content type' }); return }
      const body = JSON.parse(Buffer.concat(pieces).toString('utf8')) as Record<string, unknown>
      const next = state.answers.shift()
      if (next === 'hang') return
      if (next === 'cut') { request.socket.destroy(); return }
      if (next === '429') { answer(429, { error: 'Slow down' }); return }
      if (next === '500') { answer(500, { error: 'Oops' }); return }
      if (next === 'page') { response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'); return }
      if (next === 'refuse') { answer(200, { success: false }); return }
      state.received.push({ path: request.url ?? '', body })
      answer(200, { success: true, message: 'Message sent successfully', ...(key === pokeKeys.legacy ? { channel: 'sms', phoneNumber: '+14155550123' } : {}) })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const state: PokeStandIn = {
    url: `${base}/api/v1/inbound/api-message`, legacyUrl: `${base}/api/v1/inbound-sms/webhook`, received: [], answers: [],
    close: async () => { server.closeAllConnections(); server.close(); await once(server, 'close') }
  }
  return state
}
