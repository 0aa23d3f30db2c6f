import { Hono } from 'hono'
import { SignJWT } from 'jose'
import { Secret, TOTP } from 'otpauth'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { heldClock, type HeldClock } from '../../../test/support/edge.ts'
import { aFollowupRoom, dr, secret, type FollowupRoom } from '../../../test/support/followup-room.ts'
import { startRedis, whyNoRedis, type RedisServer } from '../../../test/support/redis.ts'
import { sameOriginOnly } from '../../http/guards.ts'
import { errorDoor, type HttpEnv } from '../../platform/http.ts'
import { createLog } from '../../platform/log.ts'
import { createPortalRoutes } from '../index.ts'

const home = 'https://192.0.2.7:4871'
const phone = '+15550105555'
let server: RedisServer | null = null
let clock: HeldClock
let room: FollowupRoom
let app: Hono<HttpEnv>
let cookie: string | null

type Ask = Readonly<{ body?: unknown, headers?: Record<string, string>, peer?: string, method?: string }>
const ask = async (path: string, { body, headers = {}, peer = '192.0.2.50', method = body === undefined ? 'GET' : 'POST' }: Ask = {}) => {
  const answer = await app.request(new Request(`${home}${path}`, { method, headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(cookie === null ? {} : { cookie }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }), undefined, { peer })
  const set = answer.headers.get('set-cookie')
  if (set !== null) cookie = /vigil_portal=(?:;|$)/.test(set) || /Max-Age=0/.test(set) ? null : set.split(';')[0] ?? null
  return answer
}
const request = (more: Ask & { phone?: string, link?: string } = {}) => ask('/api/auth/otp/request', { ...more, body: { phone: more.phone ?? phone, ...(more.link === undefined ? {} : { link: more.link }) } })
const verify = (code: string, more: Ask & { phone?: string } = {}) => ask('/api/auth/otp/verify', { ...more, body: { phone: more.phone ?? phone, code } })
const codeOf = async (patientId: string): Promise<string> => {
  await new Promise((done) => { setImmediate(done) })
  await room.settle()
  const found = room.followup.thread(patientId).mockCode
  if (found === null) throw new Error('No code was made.')
  return found.code
}
const wrongOf = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
const open = async (env: Record<string, string>) => {
  room = await aFollowupRoom({ clock, env, redisPrefix: `test-${Math.random()}:` })
  app = new Hono<HttpEnv>()
  app.onError(errorDoor(createLog((line) => { (room.logged as unknown[]).push(line) })))
  app.use(sameOriginOnly({ isLoopbackServed: false, alsoFrom: ['http://localhost:3000'] }))
  app.route('/', createPortalRoutes(room.followup))
}

const noRedis = whyNoRedis()
const kinds = [['with the database of one workstation', () => ({})], ...(noRedis === null ? [['with a shared Redis', () => ({ REDIS_URL: server?.url ?? '' })] as const] : [])] as const
beforeAll(async () => { if (noRedis === null) server = await startRedis() })
afterAll(async () => { await server?.stop() })
/** Noon of today, so that a shared store ends nothing early and nobody sleeps. */
const noon = () => `${new Date().toISOString().slice(0, 10)}T12:00:00.000Z`
beforeEach(() => { clock = heldClock(noon()); cookie = null })
afterEach(async () => { await room.stop() })

describe.each(kinds)('signing in, %s', (_name, env) => {
  beforeEach(async () => { await open({ FRONTEND_BASE_URL: 'http://localhost:3000', ...env() }); if (env() !== undefined) await room.followup.signIn.who(null) })

  it('takes a code of six digits, once, and keeps it in a cookie that scripts and other sites never see', async () => {
    const { id } = room.patient({ sms: phone })
    expect(await (await request()).json()).toEqual({ success: true, expiresInS: 300, digits: 6 })
    const code = await codeOf(id)
    expect(code).toMatch(/^\d{6}$/)
    const answer = await verify(code)
    expect([answer.status, await answer.json()]).toMatchObject([200, { isSignedIn: true, language: 'en', hasTotp: false }])
    const set = answer.headers.get('set-cookie') ?? ''
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Secure', 'Path=/', 'Expires=']) expect(set).toContain(part)
    expect((await ask('/api/auth/me')).status).toBe(200)
    // Used is used.
    cookie = null
    expect((await verify(code)).status).toBe(401)
    expect(JSON.stringify(room.logged)).not.toContain(code)
    expect(room.audited).toContain('portal.signed-in')
  })

  it('answers the same for a number that nobody has, in words and in what it does', async () => {
    room.patient({ sms: phone })
    const known = await request({ peer: '192.0.2.60' })
    const unknown = await request({ phone: '+15550104444', peer: '192.0.2.61' })
    expect([unknown.status, await unknown.text()]).toEqual([known.status, await known.text()])
    const wrong = [await verify('000000', { peer: '192.0.2.62' }), await verify('000000', { phone: '+15550104444', peer: '192.0.2.62' }), await verify('000000', { phone: '+15550103333', peer: '192.0.2.62' })]
    const bodies = await Promise.all(wrong.map(async (answer) => [answer.status, ((await answer.json()) as { error: { code: string, message: string } }).error.message]))
    expect(new Set(bodies.map((one) => JSON.stringify(one))).size).toBe(1)
  })

  it('asks at most three codes in ten minutes for a number, and from an address', async () => {
    room.patient({ sms: phone })
    const statuses = []
    for (let count = 0; count < 4; count++) statuses.push((await request({ peer: `192.0.2.${70 + count}` })).status)
    expect(statuses).toEqual([200, 200, 200, 429])
    for (let count = 0; count < 4; count++) statuses.push((await request({ phone: `+1555010${2000 + count}`, peer: '192.0.2.99' })).status)
    expect(statuses.slice(4)).toEqual([200, 200, 200, 429])
    clock.advance(601)
    expect((await request({ peer: '192.0.2.70' })).status).toBe(200)
  })

  it('ends a code after five wrong tries, a hundred at once no better than a hundred in a row', async () => {
    const { id } = room.patient({ sms: phone })
    await request()
    const code = await codeOf(id)
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => verify(wrongOf(code), { peer: `198.51.100.${index}` })))
    expect(answers.every(({ status }) => status === 401)).toBe(true)
    expect((await verify(code, { peer: '203.0.113.1' })).status).toBe(401)
  })

  it('lets one in where the right code comes twice at once', async () => {
    const { id } = room.patient({ sms: phone })
    await request()
    const code = await codeOf(id)
    const answers = await Promise.all(Array.from({ length: 5 }, (_, index) => verify(code, { peer: `198.51.100.${index}` })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('listens no more to an address that guesses', async () => {
    room.patient({ sms: phone })
    const statuses = []
    for (let count = 0; count < 17; count++) statuses.push((await verify('123456', { phone: `+1555010${3000 + count}`, peer: '192.0.2.200' })).status)
    expect([statuses[14], statuses[15], statuses[16]]).toEqual([401, 429, 429])
  })

  it('knows no code after five minutes, nor the one before the last', async () => {
    const { id } = room.patient({ sms: phone })
    await request()
    const first = await codeOf(id)
    await request()
    const second = await codeOf(id)
    if (first !== second) expect((await verify(first)).status).toBe(401)
    clock.advance(301)
    expect((await verify(second)).status).toBe(401)
  })

  it('ends a session at the sign-out, for the cookie that somebody has copied, too', async () => {
    const { id } = room.patient({ sms: phone })
    await request()
    await verify(await codeOf(id))
    const copied = cookie ?? ''
    expect((await ask('/api/auth/logout', { body: {} })).status).toBe(200)
    expect(cookie).toBeNull()
    expect((await ask('/api/auth/me', { headers: { cookie: copied } })).status).toBe(401)
    expect((await ask('/api/portal', { headers: { cookie: copied } })).status).toBe(401)
  })

  it('takes over no session that the browser was given before', async () => {
    const { id } = room.patient({ sms: phone })
    await request()
    await verify(await codeOf(id))
    const planted = cookie ?? ''
    await request({ peer: '192.0.2.51' })
    await verify(await codeOf(id))
    expect(cookie).not.toBe(planted)
    // The thief's cookie, which was planted, is worth nothing any more.
    expect((await ask('/api/auth/me', { headers: { cookie: planted } })).status).toBe(401)
    expect((await ask('/api/auth/me')).status).toBe(200)
  })

  it('refuses tokens that are forged, of another kind, or without their row', async () => {
    const { id } = room.patient({ sms: phone })
    await request()
    await verify(await codeOf(id))
    const good = (cookie ?? '').split('=')[1] ?? ''
    const [head = '', payload = '', signature = ''] = good.split('.')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    const jti = (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jti: string }).jti
    const sign = (key: string, alg: string, claims: Record<string, unknown>, aud = 'portal') => new SignJWT(claims).setProtectedHeader({ alg }).setIssuer('vigil').setAudience(aud).setExpirationTime('1h').sign(Buffer.from(key))
    const forged = [none, `${head}.${payload}.${signature.slice(0, -2)}aa`, await sign('another key, just as long as the right one is', 'HS256', { jti }), await sign(secret, 'HS512', { jti }), await sign(secret, 'HS256', { jti: 'not-there' }), await sign(secret, 'HS256', {}), await sign(secret, 'HS256', { jti }, 'console'), 'x', '']
    for (const token of forged) expect((await ask('/api/auth/me', { headers: { cookie: `vigil_portal=${token}` } })).status).toBe(401)
  })

  it('is refused from pages of other sites, and as a form', async () => {
    const { id } = room.patient({ sms: phone })
    await request()
    await verify(await codeOf(id))
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { origin: 'null' }]) {
      expect((await ask('/api/portal/opt-out', { body: { what: 'everything' }, headers })).status).toBe(403)
      expect((await ask('/api/auth/logout', { body: {}, headers })).status).toBe(403)
    }
    expect((await ask('/api/portal/opt-out', { body: { what: 'everything' }, headers: { 'content-type': 'text/plain' } })).status).toBe(415)
    const allowed = await ask('/api/auth/me', { headers: { origin: 'http://localhost:3000' } })
    expect([allowed.status, allowed.headers.get('access-control-allow-origin'), allowed.headers.get('access-control-allow-credentials')]).toEqual([200, 'http://localhost:3000', 'true'])
    expect((await ask('/api/auth/me', { headers: { origin: 'https://evil.example' } })).headers.get('access-control-allow-origin')).not.toBe('https://evil.example')
  })

  it('ends with the consent to the portal', async () => {
    const { id } = room.patient({ sms: phone })
    await request()
    await verify(await codeOf(id))
    room.followup.patients.writeConsent(id, { channel: 'portal', state: 'withdrawn', givenBy: 'self', how: 'spoken' }, dr)
    expect((await ask('/api/portal')).status).toBe(401)
    await request({ peer: '192.0.2.52' })
    await room.settle()
    expect(room.followup.thread(id).mockCode).toBeNull()
  })

  it('tells two who share a phone apart by the link, and lets neither in without one', async () => {
    const her = room.patient({ sms: phone })
    const him = room.patient({ sms: phone })
    await request()
    await new Promise((done) => { setImmediate(done) })
    await room.settle()
    expect([room.followup.thread(her.id).mockCode, room.followup.thread(him.id).mockCode]).toEqual([null, null])
    const link = room.followup.links.make(him.id, him.studyUid, dr.id).link.split('#t=')[1] ?? ''
    await request({ link, peer: '192.0.2.53' })
    const code = await codeOf(him.id)
    expect((await verify(code)).status).toBe(200)
    expect((await room.followup.signIn.who((cookie ?? '').split('=')[1] ?? ''))?.patient.id).toBe(him.id)
  })

  it('takes an authenticator app in the place of a text, and none of its codes twice', async () => {
    const { id } = room.patient({ sms: phone })
    await request()
    await verify(await codeOf(id))
    const { secret: app32 } = await (await ask('/api/portal/totp', { body: {} })).json() as { secret: string }
    const device = new TOTP({ secret: Secret.fromBase32(app32) })
    const codeNow = () => device.generate({ timestamp: clock.now().getTime() })
    const totp = (code: string, peer = '192.0.2.80') => ask('/api/auth/totp/verify', { body: { phone, code }, peer })
    expect((await totp(codeNow())).status).toBe(401)
    expect((await ask('/api/portal/totp/confirm', { body: { code: wrongOf(codeNow()) } })).status).toBe(401)
    clock.advance(31)
    const used = codeNow()
    expect((await ask('/api/portal/totp/confirm', { body: { code: used } })).status).toBe(200)
    cookie = null
    expect((await totp(used)).status).toBe(401)
    clock.advance(31)
    expect((await totp(codeNow())).status).toBe(200)
    for (let count = 0; count < 5; count++) await totp('000000', `192.0.2.${90 + count}`)
    clock.advance(31)
    expect((await totp(codeNow(), '192.0.2.99')).status).toBe(429)
    // The database holds it sealed.
    expect(room.senders.patients.get(id)?.totpSecret).not.toContain(app32)
  })
})

describe('an address', () => {
  it('is the one that a proxy of this machine, or of the settings, saw; a stranger who claims another is counted as who it is', async () => {
    await open({ TRUSTED_PROXIES: '192.0.2.10, 192.0.2.11' })
    const from = async (peer: string, claims: string) => (await request({ phone: `+1555010${Math.floor(Math.random() * 9000 + 1000)}`, peer, headers: { 'x-forwarded-for': claims } })).status
    const strangers = []
    for (let count = 0; count < 4; count++) strangers.push(await from('192.0.2.77', `198.51.100.${count}`))
    expect(strangers).toEqual([200, 200, 200, 429])
    const proxied = []
    for (const peer of ['192.0.2.10', '192.0.2.11', '127.0.0.1', '::ffff:127.0.0.1']) for (let count = 0; count < 2; count++) proxied.push(await from(peer, `203.0.113.9, 198.51.100.${proxied.length}`))
    expect(proxied).toEqual(Array.from({ length: 8 }, () => 200))
  })
})

describe('a code', () => {
  it('goes to nobody who has said STOP', async () => {
    await open({})
    const { id } = room.patient({ sms: phone })
    room.followup.patients.writeConsent(id, { channel: 'sms', state: 'withdrawn', givenBy: 'self', how: 'spoken' }, dr)
    expect((await request()).status).toBe(200)
    await new Promise((done) => { setImmediate(done) })
    await room.settle()
    expect([room.followup.thread(id).mockCode, room.followup.thread(id).entries.filter(({ type }) => type === 'message')]).toEqual([null, []])
  })

  it('stands nowhere on the disk', async () => {
    await open({})
    const { id } = room.patient({ sms: phone })
    await request()
    const code = await codeOf(id)
    const tables = room.db.sqlite.prepare<[], { name: string }>('select name from sqlite_master where type = \'table\'').all()
    const everything = tables.map(({ name }) => JSON.stringify(room.db.sqlite.prepare(`select * from "${name}"`).all())).join('\n')
    expect(everything).toContain('A code to sign in')
    expect(everything.replaceAll(/[0-9a-f-]{36}|\d{4}-\d\d-\d\dT[\d:.]+Z|"\w*[mM]s":[\d.]+|\b\d{10,}\b/g, '')).not.toContain(code)
  })
})

describe.runIf(noRedis === null)('two workstations of one clinic', () => {
  it('share codes, sessions and limits, and let in the same person and nobody else', async () => {
    const prefix = `test-${Math.random()}:`
    const openOne = () => aFollowupRoom({ clock, env: { REDIS_URL: server?.url ?? '' }, redisPrefix: prefix })
    room = await openOne()
    const second = await openOne()
    const atFirst = room.patient({ sms: phone })
    const atSecond = second.patient({ sms: phone })
    await room.followup.signIn.request({ phone }, '192.0.2.1')
    const code = await codeOf(atFirst.id)
    const { token } = await second.followup.signIn.verify({ phone, code }, '192.0.2.1', null)
    expect((await second.followup.signIn.who(token))?.patient.id).toBe(atSecond.id)
    expect((await room.followup.signIn.who(token))?.patient.id).toBe(atFirst.id)
    await room.followup.signIn.leave(token)
    expect(await second.followup.signIn.who(token)).toBeNull()
    await second.followup.signIn.request({ phone }, '192.0.2.1')
    await room.followup.signIn.request({ phone }, '192.0.2.1')
    await expect(second.followup.signIn.request({ phone }, '192.0.2.1')).rejects.toMatchObject({ code: 'too-many-attempts' })
    await second.stop()
  })

  it('say so where Redis is away, let nothing out meanwhile, and lose nothing', async () => {
    const own = await startRedis()
    await open({ REDIS_URL: own.url })
    const { id } = room.patient({ sms: phone })
    await request()
    await verify(await codeOf(id))
    await own.kill()
    const answer = await request({ peer: '192.0.2.54' })
    expect([answer.status, await answer.json()]).toMatchObject([503, { error: { code: 'busy', message: expect.stringContaining('does not answer') } }])
    expect((await ask('/api/auth/me')).status).toBe(503)
    const made = room.followup.write(id, 'Waits', dr)
    await room.settle()
    expect([room.followup.actions.get(made.id).state, room.followup.board().held]).toEqual(['planned', expect.stringContaining('does not answer')])
    await own.start()
    await expect.poll(() => room.followup.board().held, { timeout: 10_000 }).toBeNull()
    await room.settle()
    expect(room.followup.actions.get(made.id).state).toBe('mock')
    expect((await ask('/api/auth/me')).status).toBe(200)
    await room.settle()
    expect(room.followup.thread(id).entries.filter((one) => one.type === 'message' && one.text === 'Waits')).toHaveLength(1)
    await own.stop()
  }, 40_000)
})
