import { Hono } from 'hono'
import { AppError } from '../../src-shared/errors.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'
import { createAccountsRoutes, type Accounts } from '../accounts/index.ts'
import type { Bus } from '../platform/bus.ts'
import { errorDoor, type HttpEnv } from '../platform/http.ts'
import type { Log } from '../platform/log.ts'
import type { Activity } from './activity.ts'
import { createEventsRoutes } from './events.ts'
import { sameOriginOnly, security, traceId } from './guards.ts'
import { identity } from './identity.ts'
import { looks } from './looks.ts'
import { createStaticRoutes } from './static-files.ts'

export type Host = 'electron' | 'served' | 'cli'
export type ConsoleDeps = Readonly<{
  host: Host, accounts: Accounts, events: Bus<EdgeEvent>, log: Log, apiToken: string | null, rendererDir: string, version: string, activity: Activity
  /** Ends the event streams. */
  closing: AbortSignal
  /** What carries its right in its address and is asked for from elsewhere. */
  uploads: Hono<HttpEnv>
  /** The rooms' routes, in the order in which they match. */
  routes: readonly Hono<HttpEnv>[]
}>

/** Everything the clinician does, and the window's files. */
export function createConsoleApp({ host, accounts, events, log, apiToken, rendererDir, version, activity, closing, uploads, routes }: ConsoleDeps): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.onError(errorDoor(log))
  app.use(traceId(), security())
  app.route('/', uploads)
  app.use(sameOriginOnly({ isLoopbackServed: host === 'served' }))
  for (const path of ['/api/*', '/ct/*', '/poke/*']) {
    app.use(path, identity({ accounts, apiToken }))
    app.use(path, (c, next) => activity.during(c.req.method === 'GET' ? 'reading' : 'writing', next))
  }
  const studies = looks(accounts, { action: 'study.opened', param: 'uid' })
  app.use('/api/studies/:uid/*', studies)
  app.use('/api/followup/studies/:uid/*', studies)
  app.use('/api/followup/patients/:id', looks(accounts, { action: 'patient.opened', param: 'id' }))
  app.route('/', createAccountsRoutes(accounts, { transport: host === 'electron' ? 'header' : 'cookie' }))
  app.route('/', createEventsRoutes({ accounts, events, log, version, closing }))
  for (const room of routes) app.route('/', room)
  app.all('/api/*', () => { throw new AppError('not-found', 'There is nothing here.') })
  app.all('/poke/*', () => { throw new AppError('not-found', 'There is nothing here.') })
  app.all('/ct/*', () => { throw new AppError('not-found', 'There is nothing here.') })
  app.all('/api', () => { throw new AppError('not-found', 'There is nothing here.') })
  app.route('/', createStaticRoutes(rendererDir))
  app.notFound(() => { throw new AppError('not-found', 'There is nothing here.') })
  return app
}
