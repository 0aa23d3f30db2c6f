import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { ClinicianPatch, FirstRunRequest, NewClinicianRequest, SignInRequest, UnlockRequest, type AuditPage, type Clinician, type SessionState } from '../../src-shared/accounts.ts'
import { AppError } from '../../src-shared/errors.ts'
import { RowId } from '../../src-shared/ids.ts'
import { parseJson, parseParam, parseQuery, requireRole, type HttpEnv } from '../platform/http.ts'
import type { Accounts } from './index.ts'
import { giveToken, readToken, takeToken, type TokenTransport } from './session-token.ts'

const AuditQuery = z.object({
  before: z.coerce.number().int().positive().optional(), limit: z.coerce.number().int().min(1).max(500).default(100), subject: z.string().max(100).optional()
})

/** Session, clinicians and audit trail. `/api/session*` is open to who is not signed in; the app sees to the rest. */
export function createAccountsRoutes(accounts: Accounts, { transport }: { transport: TokenTransport }): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  addSessionRoutes(routes, accounts, transport)
  addClinicianRoutes(routes, accounts)
  routes.get('/api/audit', async (c) => {
    requireRole(c, 'admin')
    const { before, limit, subject } = parseQuery(c, AuditQuery)
    return c.json<AuditPage>(await accounts.audit.page({ before: before ?? null, limit, subject: subject ?? null }))
  })
  return routes
}

function addSessionRoutes(routes: Hono<HttpEnv>, accounts: Accounts, transport: TokenTransport): void {
  const { sessions, signIn } = accounts
  const current = (c: Context<HttpEnv>) => sessions.find(readToken(c))
  const answer = (c: Context<HttpEnv>, token: string | null) => c.json<SessionState>(accounts.stateOf(sessions.find(token)))
  const opened = (c: Context<HttpEnv>, token: string) => {
    giveToken(c, token, transport)
    accounts.announce()
    return answer(c, token)
  }

  routes.get('/api/session', (c) => answer(c, readToken(c)))
  routes.post('/api/session/first-run', async (c) => opened(c, await signIn.firstRun(await parseJson(c, FirstRunRequest), readToken(c))))
  routes.post('/api/session/sign-in', async (c) => opened(c, await signIn.signIn(await parseJson(c, SignInRequest), readToken(c))))
  routes.post('/api/session/sign-out', (c) => {
    const session = current(c)
    if (session !== null) sessions.end(session)
    takeToken(c, transport)
    // Nothing of a patient may be cached; should a browser have kept something all the same, the next person must not find it.
    c.header('clear-site-data', '"cache"')
    accounts.announce()
    return answer(c, null)
  })
  routes.post('/api/session/lock', (c) => {
    const session = current(c)
    if (session !== null) sessions.lock(session)
    accounts.announce()
    return answer(c, readToken(c))
  })
  routes.post('/api/session/unlock', async (c) => {
    const session = current(c)
    if (session === null) throw new AppError('not-signed-in', 'The session has ended. Sign in again.')
    await signIn.unlock(session, (await parseJson(c, UnlockRequest)).password)
    accounts.announce()
    return answer(c, readToken(c))
  })
  // Keys and mouse without a request, such as scrolling through images that are loaded: the window says so at most once a minute.
  routes.post('/api/session/active', (c) => {
    const session = current(c)
    if (session !== null && !session.isLocked) sessions.touch(session)
    return answer(c, readToken(c))
  })
}

function addClinicianRoutes(routes: Hono<HttpEnv>, { clinicians, sessions, announce }: Accounts): void {
  routes.get('/api/clinicians', (c) => {
    requireRole(c, 'admin')
    return c.json<Clinician[]>(clinicians.list())
  })
  routes.post('/api/clinicians', async (c) => {
    const by = requireRole(c, 'admin')
    return c.json<Clinician>(await clinicians.create(await parseJson(c, NewClinicianRequest), by), 201)
  })
  routes.patch('/api/clinicians/:id', async (c) => {
    const by = requireRole(c, 'admin')
    const changed = await clinicians.change(parseParam(c, 'id', RowId), await parseJson(c, ClinicianPatch), by, sessions.find(readToken(c))?.id ?? '')
    announce()
    return c.json<Clinician>(changed)
  })
}
