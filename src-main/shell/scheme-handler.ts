import { homeUrl, isOurs } from './address.ts'

export type Handler = (request: Request) => Promise<Response>

const tokenHeader = 'x-vigil-session'

/** The session token of this window. It lives in the memory of the main process: the page never sees it, and no disk keeps it. */
export type TokenHolder = { token: string | null }

/**
 * What answers `vigil://app/…`: the edge, with the session's token put on each request and taken off each answer. Whoever else might ask
 * (a frame of another origin) gets nothing.
 */
export function createSchemeHandler(answer: Handler, holder: TokenHolder): Handler {
  return withAbortFromBody(async (request) => {
    if (!isOurs(request.url)) return new Response(null, { status: 404 })
    return takeToken(await answer(putToken(request, holder)), holder)
  })
}

/** Asks the edge as the window would, for what the system tells the shell alone (the screen was locked). */
export async function post(handler: Handler, path: string): Promise<Response> {
  return handler(new Request(new URL(path, homeUrl), { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }))
}

/** The page can't choose its own identity: what it sends under these names is dropped. */
function putToken(request: Request, { token }: TokenHolder): Request {
  const headers = new Headers(request.headers)
  headers.delete(tokenHeader)
  headers.delete('authorization')
  if (token !== null) headers.set('authorization', `Bearer ${token}`)
  return new Request(request, { headers })
}

function takeToken(response: Response, holder: TokenHolder): Response {
  const given = response.headers.get(tokenHeader)
  if (given === null) return response
  holder.token = given === '' ? null : given
  const headers = new Headers(response.headers)
  headers.delete(tokenHeader)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

/**
 * Electron never aborts `request.signal`; when a page goes away it cancels the body of the answer. So the answer's body is passed on by
 * hand, and its cancellation aborts the signal that the edge sees: an event stream ends, a large read stops.
 */
export function withAbortFromBody(handler: Handler): Handler {
  return async (request) => {
    const controller = new AbortController()
    const response = await handler(new Request(request, { signal: AbortSignal.any([request.signal, controller.signal]) }))
    if (response.body === null) return response
    const reader = response.body.getReader()
    const body = new ReadableStream<Uint8Array>({
      async pull(passedOn) {
        const { done, value } = await reader.read()
        if (done) passedOn.close()
        else passedOn.enqueue(value)
      },
      async cancel(reason) {
        controller.abort(reason)
        await reader.cancel(reason)
      }
    }, { highWaterMark: 0 })
    return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers })
  }
}
