import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { HttpEnv } from '../platform/http.ts'

/**
 * How a session's token travels. `cookie` (served): httpOnly and SameSite=Strict, so that no script reads it and no other site sends it.
 * `header` (desktop): cookies don't work on a custom scheme, so the answer carries `x-vigil-session` (empty: forget it), which the
 * shell takes off before the page sees the answer and sends back as `authorization: Bearer`.
 */
export type TokenTransport = 'cookie' | 'header'
const header = 'x-vigil-session'

export function readToken(c: Context<HttpEnv>): string | null {
  const bearer = /^Bearer ([\w-]{43})$/.exec(c.req.header('authorization') ?? '')?.[1]
  return bearer ?? getCookie(c, cookieName(c)) ?? null
}

export function giveToken(c: Context<HttpEnv>, token: string, transport: TokenTransport): void {
  if (transport === 'header') c.header(header, token)
  else setCookie(c, cookieName(c), token, { httpOnly: true, sameSite: 'Strict', path: '/' })
}

export function takeToken(c: Context<HttpEnv>, transport: TokenTransport): void {
  if (transport === 'header') c.header(header, '')
  else deleteCookie(c, cookieName(c), { path: '/' })
}

/** Cookies know no ports: two workstations on one machine must not sign each other out. */
function cookieName(c: Context<HttpEnv>): string {
  return `vigil_session_${new URL(c.req.url).port}`
}
