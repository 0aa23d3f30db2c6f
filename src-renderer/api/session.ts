import { type FirstRunRequest, SessionState, type SignInRequest } from '../../src-shared/accounts.ts'
import type { Http } from './http.ts'

export type SessionApi = ReturnType<typeof createSessionApi>

/** Who sits before the window. The token itself stays with the shell or in an httpOnly cookie; no page code ever sees it. */
export function createSessionApi(http: Http) {
  return {
    state: (signal?: AbortSignal) => http.get('/api/session', SessionState, signal),
    firstRun: (request: FirstRunRequest) => http.send('POST', '/api/session/first-run', request, SessionState),
    signIn: (request: SignInRequest) => http.send('POST', '/api/session/sign-in', request, SessionState),
    unlock: (password: string) => http.send('POST', '/api/session/unlock', { password }, SessionState),
    /** Keys and mouse without a request, such as scrolling through images that are loaded, keep the session open too. */
    active: () => http.send('POST', '/api/session/active', {}, SessionState),
    lock: () => http.send('POST', '/api/session/lock', {}, SessionState),
    signOut: () => http.send('POST', '/api/session/sign-out', {}, SessionState)
  }
}
