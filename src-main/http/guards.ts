import type { MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { AppError } from '../../src-shared/errors.ts'
import type { HttpEnv } from '../platform/http.ts'
import { newRowId } from '../platform/row-id.ts'

/** The decoders are wasm, pictures are drawn from blobs, positioned parts set a style attribute; nothing comes from elsewhere. */
export const contentSecurityPolicy = [
  "default-src 'none'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'", "form-action 'none'", "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'", "style-src 'self'", "style-src-attr 'unsafe-inline'", "img-src 'self' data: blob:", "font-src 'self'", "connect-src 'self'"
].join('; ')

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy, 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin', 'permissions-policy': 'camera=(), microphone=(), geolocation=()'
}

/** Ours, never the caller's: a stranger must not write into the log. */
export function traceId(): MiddlewareHandler<HttpEnv> {
  return createMiddleware<HttpEnv>(async (c, next) => {
    c.set('traceId', newRowId())
    c.set('principal', null)
    await next()
    c.res.headers.set('x-trace-id', c.get('traceId'))
  })
}

/** `looserFor` names what one page needs more than the others: its own value of a header, or of `connect-src`. */
export function security(looserFor: (path: string, host: string) => Readonly<Record<string, string>> | null = () => null): MiddlewareHandler<HttpEnv> {
  return createMiddleware<HttpEnv>(async (c, next) => {
    await next()
    const { connect, ...looser } = looserFor(c.req.path, new URL(c.req.url).host) ?? {}
    for (const [name, value] of Object.entries({ ...securityHeaders, ...looser })) c.res.headers.set(name, value)
    if (connect !== undefined) c.res.headers.set('content-security-policy', contentSecurityPolicy.replace("connect-src 'self'", connect))
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
  })
}

/**
 * Refuses other sites. A name that a foreign DNS server points at 127.0.0.1 shows in `Host`; a page of another site, or of another
 * program on this machine (same site, other port), shows in `Origin` or `Sec-Fetch-Site`.
 */
export function sameOriginOnly({ isLoopbackServed, alsoFrom = [] }: Readonly<{ isLoopbackServed: boolean, alsoFrom?: readonly string[] }>): MiddlewareHandler<HttpEnv> {
  return createMiddleware<HttpEnv>(async (c, next) => {
    const url = new URL(c.req.url)
    if (isLoopbackServed && !loopbackNames.has(url.hostname)) throw foreign()
    const origin = c.req.header('origin')
    // Addresses of the site's own, which the settings name; what they may fetch is for the routes to say.
    if (origin !== undefined && alsoFrom.includes(origin) && isForPatients.test(url.pathname)) return next()
    if (origin !== undefined && origin !== `${url.protocol}//${url.host}`) throw foreign()
    const site = c.req.header('sec-fetch-site')
    const isOurs = site === undefined || site === 'same-origin' || site === 'none'
    if (!isOurs && !isPageVisit(c.req.method, url.pathname, c.req.header('sec-fetch-mode'))) throw foreign()
    await next()
  })
}

const isForPatients = /^\/api\/(?:auth|portal)(?:\/|$)/
const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** A link on another page may open ours; it may fetch nothing. */
function isPageVisit(method: string, path: string, mode: string | undefined): boolean {
  return method === 'GET' && mode === 'navigate' && path !== '/api' && !path.startsWith('/api/')
}

function foreign(): AppError {
  return new AppError('foreign-origin', 'This request comes from another site. Open Vigil itself, at the address that it printed.')
}
