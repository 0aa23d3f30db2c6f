import type { MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { readToken, type Accounts } from '../accounts/index.ts'
import type { HttpEnv } from '../platform/http.ts'

/** Studies remembered of one session; one that is opened again after so many others is written down again. */
const mostRemembered = 5000

/**
 * Writes into the trail who opened which study: once for a session and a study, not at each request. It is written before the answer
 * leaves; where it can't be, nothing leaves. Scripts with the API token count as one session.
 */
export function studyLooks({ sessions, audit }: Pick<Accounts, 'sessions' | 'audit'>): MiddlewareHandler<HttpEnv> {
  const seen = new Map<string, Set<string>>()
  return createMiddleware<HttpEnv>(async (c, next) => {
    // Before the room's own route answers, which names the parts of its path in its own way.
    const studyUid = c.req.param('uid')
    await next()
    const { principal } = c.var
    if (principal === null || studyUid === undefined || c.req.method !== 'GET' || !c.res.ok) return
    const visit = sessions.find(readToken(c))?.id ?? principal.id
    const studies = seen.get(visit) ?? new Set()
    if (studies.has(studyUid)) return
    audit.record({ actor: principal.id, actorName: principal.name, action: 'study.opened', subject: studyUid })
    if (studies.size >= mostRemembered) studies.clear()
    seen.set(visit, studies.add(studyUid))
  })
}
