import type { Context, MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { AppError } from '../../src-shared/errors.ts'
import { readToken, type Accounts, type OpenSession } from '../accounts/index.ts'
import { apiPrincipal, type HttpEnv, type Principal } from '../platform/http.ts'
import { isSameSecret } from '../platform/same-secret.ts'

/** What a window asks by itself, without anybody's hand: none of it keeps a session awake. */
const background = [/^\/api\/(?:events|health|system|session)$/, /^\/api\/imports(?:\/[^/]+)?$/, /^\/api\/glasses(?:\/streams\/[^/]+\/frame|\/timeline|\/pairings\/[^/]+)?$/]

/** What a script may do with the API token. */
const forScripts: readonly (readonly [method: string, path: RegExp])[] = [
  ['POST', /^\/poke\/send$/], ['POST', /^\/api\/internal\/dispatch-actions$/],
  ['POST', /^(?:\/api)?\/ct\/(?:upload|sign-upload|analyze-uri|analyze)$/], ['GET', /^(?:\/api)?\/ct\/[^/]+$/],
  ['POST', /^\/api\/imports\/(?:uploads|[^/]+\/finish)$/], ['PUT', /^\/api\/imports\/[^/]+\/files$/], ['GET', /^\/api\/imports(?:\/[^/]+)?$/], ['DELETE', /^\/api\/imports\/[^/]+$/],
  ['POST', /^\/api\/studies\/[^/]+\/analyses$/], ['GET', /^\/api\/studies\/[^/]+\/analysis$/]
]

const isOpen = (path: string) => path === '/api/health' || path === '/api/openapi.json' || path === '/api/session' || path.startsWith('/api/session/')

/** Everything under /api needs a session that is signed in and not locked, or the token of a script, except what says who is there. */
export function identity({ accounts, apiToken }: { accounts: Accounts, apiToken: string | null }): MiddlewareHandler<HttpEnv> {
  return createMiddleware<HttpEnv>(async (c, next) => {
    if (isOpen(c.req.path)) return next()
    if (hasApiToken(c, apiToken)) {
      if (!forScripts.some(([method, path]) => method === c.req.method && path.test(c.req.path))) throw new AppError('not-allowed', 'The API token does not open this.')
      c.set('principal', apiPrincipal)
      return next()
    }
    const session = requireSession(accounts.sessions.find(readToken(c)))
    if (isByHand(c)) accounts.sessions.touch(session)
    c.set('principal', principalFrom(session))
    return next()
  })
}

export function requireSession(session: OpenSession | null): OpenSession {
  if (session === null) throw new AppError('not-signed-in', 'Sign in first.')
  if (session.isLocked) throw new AppError('locked', 'The workstation is locked. Unlock it with your password.')
  return session
}

/** `authorization: Bearer` or `x-api-token`. */
export function hasApiToken(c: Context<HttpEnv>, apiToken: string | null): boolean {
  if (apiToken === null) return false
  const bearer = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1]
  const given = c.req.header('x-api-token') ?? bearer
  return given !== undefined && isSameSecret(given, apiToken)
}

function principalFrom({ clinician: { id, name, role } }: OpenSession): Principal {
  return { id, name, role }
}

function isByHand(c: Context<HttpEnv>): boolean {
  if (c.req.header('x-vigil-background') !== undefined) return false
  return c.req.method !== 'GET' || !background.some((path) => path.test(c.req.path))
}
