import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aBrowser, anEdge, codeOf, colleague, signedIn, type Browser, type TestEdge } from '../../test/support/edge.ts'

let test: TestEdge
let admin: Browser
beforeEach(async () => {
  test = await anEdge()
  admin = await signedIn(test.edge)
})
afterEach(() => test.stop())

const adminId = () => test.edge.rooms.accounts.clinicians.list().find(({ login }) => login === 'mora')?.id ?? ''
const aClinician = (fields: Record<string, unknown> = {}) => ({ name: 'Dr Ruiz', login: 'ruiz', password: 'a long enough password', role: 'clinician', ...fields })

describe('an administrator', () => {
  it('adds clinicians, who can then sign in', async () => {
    const made = await admin.send('POST', '/api/clinicians', aClinician())
    expect(made.status).toBe(201)
    expect(await made.json()).toMatchObject({ login: 'ruiz', role: 'clinician', isDisabled: false })
    const listed = await (await admin.get('/api/clinicians')).json() as { login: string }[]
    expect(listed.map(({ login }) => login)).toEqual(['mora', 'ruiz'])
    expect(JSON.stringify(listed)).not.toMatch(/argon|hash/i)
    expect((await aBrowser(test.edge).send('POST', '/api/session/sign-in', { login: 'ruiz', password: 'a long enough password' })).status).toBe(200)
  })

  it('can not give one login to two people', async () => {
    await admin.send('POST', '/api/clinicians', aClinician())
    const again = await admin.send('POST', '/api/clinicians', aClinician({ login: 'RUIZ ', name: 'Dr Ruiz the second' }))
    expect(again.status).toBe(409)
    expect(await again.json()).toMatchObject({ error: { code: 'conflict', field: 'login' } })
  })

  it('can not be the last one and step down, be disabled, or disable themselves', async () => {
    for (const patch of [{ role: 'clinician' }, { role: 'assistant' }, { isDisabled: true }]) {
      const refused = await admin.send('PATCH', `/api/clinicians/${adminId()}`, patch)
      expect([refused.status, await codeOf(refused)]).toEqual([409, 'conflict'])
    }
    const second = await colleague(test.edge, admin, 'ruiz', 'admin')
    expect((await admin.send('PATCH', `/api/clinicians/${adminId()}`, { role: 'clinician' })).status).toBe(200)
    expect((await second.send('PATCH', `/api/clinicians/${second.id}`, { isDisabled: true })).status).toBe(409)
  })

  it('does not count a disabled administrator as one who is left', async () => {
    const second = await colleague(test.edge, admin, 'ruiz', 'admin')
    await admin.send('PATCH', `/api/clinicians/${second.id}`, { isDisabled: true })
    expect((await admin.send('PATCH', `/api/clinicians/${adminId()}`, { role: 'clinician' })).status).toBe(409)
  })

  it('ends the sessions of whoever is disabled, gets another role or another password', async () => {
    for (const [login, patch] of [['one', { isDisabled: true }], ['two', { role: 'assistant' }], ['three', { password: 'another long password' }]] as const) {
      const other = await colleague(test.edge, admin, login, 'clinician')
      expect((await other.get('/api/worklist')).status).toBe(200)
      expect((await admin.send('PATCH', `/api/clinicians/${other.id}`, patch)).status).toBe(200)
      expect((await other.get('/api/worklist')).status).toBe(401)
    }
  })

  it('keeps their own session when they change their own password, and ends the others of theirs', async () => {
    const elsewhere = aBrowser(test.edge)
    await elsewhere.send('POST', '/api/session/sign-in', { login: 'mora', password: 'correct horse battery' })
    await admin.send('PATCH', `/api/clinicians/${adminId()}`, { password: 'another long password' })
    expect((await admin.get('/api/worklist')).status).toBe(200)
    expect((await elsewhere.get('/api/worklist')).status).toBe(401)
  })

  it('keeps a session over a change of name', async () => {
    const other = await colleague(test.edge, admin, 'ruiz', 'clinician')
    await admin.send('PATCH', `/api/clinicians/${other.id}`, { name: 'Dr Ruiz Soler' })
    expect(await (await other.get('/api/session')).json()).toMatchObject({ state: 'signed-in', clinician: { name: 'Dr Ruiz Soler' } })
  })

  it('leaves a line in the trail for each change, without names and passwords', async () => {
    const other = await colleague(test.edge, admin, 'ruiz', 'clinician')
    await admin.send('PATCH', `/api/clinicians/${other.id}`, { role: 'assistant', name: 'Secret Name', password: 'another long password' })
    const { entries } = await (await admin.get(`/api/audit?subject=${other.id}&limit=5`)).json() as { entries: { action: string, actor: string, detail: unknown }[] }
    expect(entries[0]).toMatchObject({ action: 'clinician.changed', actor: adminId(), detail: { role: { from: 'clinician', to: 'assistant' }, name: 'changed', password: 'changed' } })
    expect(JSON.stringify(entries)).not.toMatch(/Secret Name|another long/)
  })

  it('is told when there is no such clinician', async () => {
    expect((await admin.send('PATCH', '/api/clinicians/01a20940-2a3c-796a-af96-d3c46af60dc1', { name: 'X' })).status).toBe(404)
    const malformed = await admin.send('PATCH', '/api/clinicians/..%2F..', { name: 'X' })
    expect(malformed.status).toBe(400)
  })
})

describe('anybody else', () => {
  it('neither sees nor changes accounts and trail', async () => {
    for (const role of ['clinician', 'assistant']) {
      const other = await colleague(test.edge, admin, `a-${role}`, role)
      const answers = [
        await other.get('/api/clinicians'), await other.send('POST', '/api/clinicians', aClinician({ login: 'x2' })),
        await other.send('PATCH', `/api/clinicians/${other.id}`, { role: 'admin' }), await other.get('/api/audit')
      ]
      expect(await Promise.all(answers.map(async (answer) => [answer.status, await codeOf(answer)]))).toEqual(answers.map(() => [403, 'not-allowed']))
    }
    expect((await aBrowser(test.edge).get('/api/clinicians')).status).toBe(401)
  })
})
