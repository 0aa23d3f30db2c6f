import { Hono, type Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Health } from '../../src-shared/system.ts'
import { AppError } from '../../src-shared/errors.ts'
import { apiPrincipal, errorDoor, type HttpEnv } from '../platform/http.ts'
import type { Log } from '../platform/log.ts'
import { glassesPageHeaders } from './glasses-page.ts'
import { sameOriginOnly, security, traceId } from './guards.ts'
import { hasApiToken } from './identity.ts'

const open: readonly (readonly [method: string, path: RegExp])[] = [['POST', /^(?:\/api)?\/ct\/(?:upload|sign-upload|analyze-uri|analyze)$/], ['POST', /^\/poke\/send$/], ['POST', /^\/api\/internal\/dispatch-actions$/], ['GET', /^(?:\/api)?\/ct\/[0-9a-f-]{36}$/]]

export type LanDeps = Readonly<{ log: Log, apiToken: string | null, health: () => Health, ct: Hono<HttpEnv>, uploads: Hono<HttpEnv>
  glasses: Hono<HttpEnv>, pokeSend: (c: Context<HttpEnv>) => Promise<Response>
  /** The page that makes a camera of any phone. */
  page: Hono<HttpEnv>
  /** What patients reach with their own sign-in, the page of it, and what providers post with their own signatures. */
  portal: Hono<HttpEnv>, portalPage: Hono<HttpEnv>, webhooks: Hono<HttpEnv>
  dispatch: (c: Context<HttpEnv>) => Response
  /** Origins under which patients know us: a front end of the site's own, a tunnel. */
  origins: readonly string[]
}>

/** What other machines may reach: whether we are there, glasses with their own token or the word, and the API of the CT service with the token. What is not mounted here can't be reached. */
export function createLanApp({ log, apiToken, health, ct, uploads, glasses, pokeSend, page, portal, portalPage, webhooks, dispatch, origins }: LanDeps): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  const nothing = () => { throw new AppError('not-found', 'There is nothing here.') }
  app.onError(errorDoor(log))
  app.notFound(nothing)
  app.use(traceId(), security(glassesPageHeaders))
  // How it stands in detail is for those who may use it.
  app.get('/health', (c) => (hasApiToken(c, apiToken) ? c.json<Health>(health()) : c.json<Pick<Health, 'status'>>({ status: health().status })))
  // A page of another site has no business with devices; ours is of this very origin.
  app.use(sameOriginOnly({ isLoopbackServed: false, alsoFrom: origins }))
  app.route('/', glasses)
  app.route('/', page)
  app.route('/', portalPage)
  app.route('/', portal)
  app.route('/', webhooks)
  if (apiToken === null) return app
  app.route('/', uploads)
  app.use(createMiddleware<HttpEnv>(async (c, next) => {
    if (!open.some(([method, path]) => method === c.req.method && path.test(c.req.path))) nothing()
    // A browser of the LAN has no business here, whoever sits before it.
    if (c.req.header('origin') !== undefined) throw new AppError('foreign-origin', 'This address is for devices, not for web pages.')
    if (!hasApiToken(c, apiToken)) throw new AppError('not-signed-in', 'This needs the API token.')
    c.set('principal', apiPrincipal)
    await next()
  }))
  app.post('/poke/send', pokeSend)
  app.post('/api/internal/dispatch-actions', dispatch)
  return app.route('/', ct)
}
