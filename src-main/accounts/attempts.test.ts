import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aBrowser, anEdge, codeOf, mora, signedIn, type TestEdge } from '../../test/support/edge.ts'

let test: TestEdge
beforeEach(async () => { test = await anEdge({ config: { lockAfterS: 14_000 } }) })
afterEach(() => test.stop())

const attempt = (login = 'mora', password = 'wrong password') => aBrowser(test.edge).send('POST', '/api/session/sign-in', { login, password })
const statuses = async (logins: readonly string[]) => {
  const found: number[] = []
  for (const login of logins) found.push((await attempt(login)).status)
  return found
}
const times = (count: number, login = 'mora') => Array.from({ length: count }, () => login)

describe('guessing a password', () => {
  it('is answered four times at once, then slower and slower up to a quarter of an hour', async () => {
    await signedIn(test.edge)
    expect(await statuses(times(6))).toEqual([401, 401, 401, 401, 401, 429])
    for (const delayS of [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]) {
      test.clock.advance(delayS - 1)
      expect([delayS, (await attempt()).status]).toEqual([delayS, 429])
      test.clock.advance(1)
      expect([delayS, (await attempt()).status]).toEqual([delayS, 401])
    }
  })

  it('says how long to wait, in words', async () => {
    await signedIn(test.edge)
    await statuses(times(5))
    const refused = await attempt()
    expect(await refused.json()).toMatchObject({ error: { code: 'too-many-attempts', message: 'Too many attempts. Try again in 5 seconds.' } })
  })

  it('refuses the right password, too, while the delay lasts', async () => {
    await signedIn(test.edge)
    await statuses(times(5))
    expect((await attempt('mora', mora.password)).status).toBe(429)
    test.clock.advance(6)
    expect((await attempt('mora', mora.password)).status).toBe(200)
  })

  it('gets no further with a hundred tries at once than with a hundred in a row', async () => {
    await signedIn(test.edge)
    const answers = await Promise.all(times(100).map((login) => attempt(login)))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(95)
  })

  it('starts anew after the right password', async () => {
    await signedIn(test.edge)
    await statuses(times(4))
    expect((await attempt('mora', mora.password)).status).toBe(200)
    expect(await statuses(times(5))).toEqual([401, 401, 401, 401, 401])
  })

  it('is slowed down over all logins together, known or not', async () => {
    await signedIn(test.edge)
    const found = await statuses(Array.from({ length: 40 }, (_, index) => `guess${index}`))
    expect(found.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401))
    expect(found.slice(21)).not.toContain(401)
  })

  it('is slow for a login that does not exist, just the same', async () => {
    await signedIn(test.edge)
    expect(await statuses(times(6, 'nobody'))).toEqual([401, 401, 401, 401, 401, 429])
  })

  it('is remembered over a restart', async () => {
    await signedIn(test.edge)
    await statuses(times(5))
    await test.edge.stop()
    const after = await anEdge({ dataDir: test.dataDir })
    const refused = await aBrowser(after.edge).send('POST', '/api/session/sign-in', { login: 'mora', password: mora.password })
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'too-many-attempts'])
    await after.stop()
  })

  it('counts at the lock and where a password is asked again, too', async () => {
    const browser = await signedIn(test.edge)
    const { verifyPassword, clinicians } = test.edge.rooms.accounts
    const id = clinicians.list()[0]?.id ?? ''
    expect(await verifyPassword(id, mora.password)).toBe(true)
    expect(await verifyPassword(id, 'wrong password')).toBe(false)
    expect(await verifyPassword('nobody', mora.password)).toBe(false)
    await browser.send('POST', '/api/session/lock')
    for (let round = 0; round < 4; round++) await browser.send('POST', '/api/session/unlock', { password: 'wrong password' })
    await expect(verifyPassword(id, mora.password)).rejects.toMatchObject({ code: 'too-many-attempts' })
    expect((await browser.send('POST', '/api/session/unlock', { password: mora.password })).status).toBe(429)
  })

  it('is never held off for longer than the longest delay when the clock was set back', async () => {
    await signedIn(test.edge)
    await statuses(times(5))
    test.clock.advance(-30 * 24 * 3600)
    test.clock.advance(0)
    const refused = await attempt()
    expect(await refused.json()).toMatchObject({ error: { message: 'Too many attempts. Try again in 15 minutes.' } })
  })

  it('leaves in the database and the log neither what was typed as login nor as password', async () => {
    await signedIn(test.edge)
    await attempt('my-secret-typed-here', 'wrong password')
    const rows = test.edge.rooms.db.sqlite.prepare<[], Record<string, unknown>>('select * from login_attempts').all()
    const { entries } = await test.edge.rooms.accounts.audit.page({ before: null, limit: 10, subject: null })
    expect(JSON.stringify([rows, entries, test.logged])).not.toMatch(/my-secret|wrong password/)
    expect(entries[0]).toMatchObject({ actor: 'system', action: 'session.refused', subject: 'unknown' })
  })
})
