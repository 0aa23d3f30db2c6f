import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Health } from '../../src-shared/system.ts'
import { AppError } from '../../src-shared/errors.ts'
import { apiPrincipal, errorDoor, type HttpEnv } from '../platform/http.ts'
import type { Log } from '../platform/log.ts'
import { security, traceId } from './guards.ts'
import { hasApiToken } from './identity.ts'

export type LanDeps = Readonly<{ log: Log, apiToken: string | null, health: () => Health, upload: Hono<HttpEnv> | null }>

/** What other machines may reach: whether we are there, and bringing in a CT with the token. What is not mounted here can't be reached. */
export function createLanApp({ log, apiToken, health, upload }: LanDeps): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  const nothing = () => { throw new AppError('not-found', 'There is nothing here.') }
  app.onError(errorDoor(log))
  app.notFound(nothing)
  app.use(traceId(), security())
  app.get('/health', (c) => c.json<Pick<Health, 'status'>>({ status: health().status }))
  if (apiToken === null || upload === null) return app
  app.use(createMiddleware<HttpEnv>(async (c, next) => {
    if (c.req.method !== 'POST' || c.req.path !== '/api/ct/upload') nothing()
    // A browser of the LAN has no business here, whoever sits before it.
    if (c.req.header('origin') !== undefined) throw new AppError('foreign-origin', 'This address is for devices, not for web pages.')
    if (!hasApiToken(c, apiToken)) throw new AppError('not-signed-in', 'This needs the API token.')
    c.set('principal', apiPrincipal)
    await next()
  }))
  return app.route('/', upload)
}
