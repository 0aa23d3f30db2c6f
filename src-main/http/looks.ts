import type { MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { readToken, type Accounts } from '../accounts/index.ts'
import type { HttpEnv } from '../platform/http.ts'

/** Things remembered of one session; one that is opened again after so many others is written down again. */
const mostRemembered = 5000

/**
 * Writes into the trail who opened which study, or which patient's conversation: once for a session and each of them, not at each request. It is written before the answer
 * leaves; where it can't be, nothing leaves. Scripts with the API token count as one session.
 */
export function looks({ sessions, audit }: Pick<Accounts, 'sessions' | 'audit'>, { action, param }: Readonly<{ action: 'study.opened' | 'patient.opened', param: 'uid' | 'id' }>): MiddlewareHandler<HttpEnv> {
  const seen = new Map<string, Set<string>>()
  return createMiddleware<HttpEnv>(async (c, next) => {
    // Before the room's own route answers, which names the parts of its path in its own way.
    const subject = c.req.param(param)
    await next()
    const { principal } = c.var
    if (principal === null || subject === undefined || c.req.method !== 'GET' || !c.res.ok) return
    const visit = sessions.find(readToken(c))?.id ?? principal.id
    const known = seen.get(visit) ?? new Set()
    if (known.has(subject)) return
    audit.record({ actor: principal.id, actorName: principal.name, action, subject })
    if (known.size >= mostRemembered) known.clear()
    seen.set(visit, known.add(subject))
  })
}
