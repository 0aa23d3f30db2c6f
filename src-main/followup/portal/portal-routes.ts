import { Hono, type Context } from 'hono'
import { cors } from 'hono/cors'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import { RowId } from '../../../src-shared/ids.ts'
import { CallAsk, LanguageChoice, OptOut, OtpRequest, OtpVerify, TotpConfirm, type PortalClinic, type PortalDone, type PortalMe } from '../../../src-shared/portal.ts'
import { parseJson, parseParam, type HttpEnv } from '../../platform/http.ts'
import type { Followup } from '../index.ts'
import type { PatientRow } from '../patients/patient-store.ts'
import type { PortalSession } from '../sign-in/sessions.ts'

export const portalCookie = 'vigil_portal'
const small = { maxBytes: 4096 }
const done: PortalDone = { success: true }

/** What phones of patients reach: signing in, and what was released to them. Never a word of anybody else. */
export function createPortalRoutes(followup: Followup): Hono<HttpEnv> {
  const { signIn, portal, totp, config } = followup
  const address = (c: Context<HttpEnv>) => addressOf(c, config.trustedProxies)
  const tokenOf = (c: Context<HttpEnv>): string | null => getCookie(c, portalCookie) ?? null
  const here = async (c: Context<HttpEnv>): Promise<Readonly<{ patient: PatientRow, session: PortalSession }>> => {
    const found = await signIn.who(tokenOf(c))
    if (found === null) throw new AppError('not-signed-in', 'Sign in first.')
    return found
  }
  const me = ({ patient, session }: Readonly<{ patient: PatientRow, session: PortalSession }>): PortalMe =>
    ({ isSignedIn: true, language: patient.language, expiresAt: new Date(session.expiresAtMs).toISOString(), hasTotp: patient.totpConfirmedAt !== null })
  const welcome = (c: Context<HttpEnv>, signedIn: Awaited<ReturnType<typeof signIn.verify>>) => {
    // Over TLS it is always for TLS only, whatever the setting says.
    const secure = config.jwt.isCookieSecure || new URL(c.req.url).protocol === 'https:'
    setCookie(c, portalCookie, signedIn.token, { httpOnly: true, sameSite: 'Strict', secure, path: '/', expires: new Date(signedIn.session.expiresAtMs) })
    return c.json(me(signedIn))
  }
  const routes = new Hono<HttpEnv>()
  // The site's own front end, if there is one, and nobody else's.
  if (config.frontendUrl !== null) {
    const allowed = cors({ origin: new URL(config.frontendUrl).origin, credentials: true, allowMethods: ['GET', 'POST', 'PUT', 'DELETE'], allowHeaders: ['content-type'], maxAge: 600 })
    routes.use('/api/auth/*', allowed).use('/api/portal', allowed).use('/api/portal/*', allowed)
  }
  return routes
    .use('/api/portal/*', noStore()).use('/api/auth/*', noStore())
    .get('/api/portal/clinic', (c) => {
      const { clinicName: name, clinicPhone: phone } = followup.settings.get()
      return c.json<PortalClinic>({ name, phone, digits: config.otpLength })
    })
    .post('/api/auth/otp/request', async (c) => c.json(await signIn.request(await parseJson(c, OtpRequest, small), address(c))))
    .post('/api/auth/otp/verify', async (c) => welcome(c, await signIn.verify(await parseJson(c, OtpVerify, small), address(c), tokenOf(c))))
    .post('/api/auth/totp/verify', async (c) => welcome(c, await signIn.verifyTotp(await parseJson(c, OtpVerify, small), address(c), tokenOf(c))))
    .get('/api/auth/me', async (c) => c.json(me(await here(c))))
    .post('/api/auth/logout', async (c) => {
      await signIn.leave(tokenOf(c))
      deleteCookie(c, portalCookie, { path: '/' })
      return c.json(done)
    })
    .get('/api/portal', async (c) => c.json(portal.home((await here(c)).patient)))
    .get('/api/portal/reports/:id/images/:image', async (c) => {
      const { patient } = await here(c)
      const bytes = await portal.image(patient, parseParam(c, 'id', RowId), parseParam(c, 'image', z.coerce.number().int().min(0).max(1000)))
      return c.body(new Uint8Array(bytes), 200, { 'content-type': 'image/png', 'cache-control': 'private, no-store' })
    })
    .post('/api/portal/call', async (c) => { const { patient } = await here(c); portal.askCall(patient, await parseJson(c, CallAsk, small)); return c.json(done) })
    .post('/api/portal/opt-out', async (c) => {
      const { patient } = await here(c)
      const wanted = await parseJson(c, OptOut, small)
      portal.optOut(patient, wanted)
      if (wanted.what === 'everything') { await signIn.leave(tokenOf(c)); deleteCookie(c, portalCookie, { path: '/' }) }
      return c.json(done)
    })
    .put('/api/portal/language', async (c) => { const { patient } = await here(c); followup.patients.chooseLanguage(patient, (await parseJson(c, LanguageChoice, small)).language); return c.json(done) })
    .post('/api/portal/totp', async (c) => { const { patient } = await here(c); return c.json(await totp.offer(patient)) })
    .post('/api/portal/totp/confirm', async (c) => { const { patient } = await here(c); totp.confirm(patient, (await parseJson(c, TotpConfirm, small)).code); return c.json(done) })
    .delete('/api/portal/totp', async (c) => { totp.remove((await here(c)).patient); return c.json(done) })
}

function noStore() {
  return createMiddleware<HttpEnv>(async (c, next) => {
    await next()
    c.res.headers.set('cache-control', 'no-store')
  })
}

/** Behind a proxy of this machine, or one that the settings name, the address that the proxy saw; nobody else is believed. */
export function addressOf(c: Context<HttpEnv>, trusted: readonly string[]): string {
  const peer = (c.env?.peer ?? '').replace(/^::ffff:/, '')
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim()
  const isProxy = peer === '127.0.0.1' || peer === '::1' || trusted.includes(peer)
  return isProxy && forwarded !== undefined && forwarded !== '' ? forwarded : peer
}
