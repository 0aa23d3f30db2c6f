import { describe, expect, it } from 'vitest'
import { createSchemeHandler, post, withAbortFromBody, type TokenHolder } from './scheme-handler.ts'

const token = 'A'.repeat(43)

describe('the session token', () => {
  it('is kept from the answer to signing in, and the page sees none of it', async () => {
    const holder: TokenHolder = { token: null }
    const handler = createSchemeHandler(async () => Response.json({ state: 'signed-in' }, { status: 201, headers: { 'x-vigil-session': token, 'x-trace-id': '7' } }), holder)
    const response = await handler(new Request('vigil://app/api/session/sign-in', { method: 'POST' }))
    expect(holder.token).toBe(token)
    expect([response.status, response.headers.get('x-vigil-session'), response.headers.get('x-trace-id')]).toEqual([201, null, '7'])
    expect(await response.json()).toEqual({ state: 'signed-in' })
  })

  it('goes out with each request, whatever the page claims to be', async () => {
    const seen: (string | null)[] = []
    const handler = createSchemeHandler(async (request) => {
      seen.push(request.headers.get('authorization'), request.headers.get('x-vigil-session'))
      return new Response('ok')
    }, { token })
    await handler(new Request('vigil://app/api/worklist', { headers: { authorization: 'Bearer forged', 'x-vigil-session': 'forged' } }))
    expect(seen).toEqual([`Bearer ${token}`, null])
  })

  it('is forgotten at sign-out, and then nothing is sent', async () => {
    const holder: TokenHolder = { token }
    const seen: (string | null)[] = []
    const handler = createSchemeHandler(async (request) => {
      seen.push(request.headers.get('authorization'))
      return new Response(null, { status: 204, headers: { 'x-vigil-session': '' } })
    }, holder)
    await post(handler, '/api/session/sign-out')
    await post(handler, '/api/session')
    expect(holder.token).toBeNull()
    expect(seen).toEqual([`Bearer ${token}`, null])
  })
})

describe('the scheme', () => {
  it('answers nobody but the application', async () => {
    const handler = createSchemeHandler(async () => new Response('secret'), { token })
    expect((await handler(new Request('vigil://elsewhere/api/worklist'))).status).toBe(404)
  })

  it('passes a body on unchanged', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000))
    const handler = createSchemeHandler(async (request) => new Response(await request.arrayBuffer()), { token: null })
    const response = await handler(new Request('vigil://app/api/imports/1/files', { method: 'PUT', body: bytes }))
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
  })
})

describe('a page that goes away', () => {
  it('aborts the request whose answer it no longer reads', async () => {
    let wasAborted = false
    const handler = withAbortFromBody(async (request) => {
      request.signal.addEventListener('abort', () => { wasAborted = true })
      return new Response(new ReadableStream({ pull(controller) { controller.enqueue(new TextEncoder().encode(': beat\n\n')) } }))
    })
    const reader = (await handler(new Request('vigil://app/api/events'))).body?.getReader()
    await reader?.read()
    expect(wasAborted).toBe(false)
    await reader?.cancel()
    expect(wasAborted).toBe(true)
  })

  it('passes an error in the middle of a body on', async () => {
    const handler = withAbortFromBody(async () => new Response(new ReadableStream({ pull(controller) { controller.error(new Error('disk gone')) } })))
    await expect((await handler(new Request('vigil://app/api/instances/1/file'))).text()).rejects.toThrow('disk gone')
  })
})
