import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Board, FollowupStatus, ScheduledAction, StudyFollowup, Thread } from '../src-shared/followup.ts'
import { PortalHome } from '../src-shared/portal.ts'
import { parseConfig } from '../src-main/platform/config.ts'
import { anEdge, signedIn } from './support/edge.ts'
import { pdfPages } from './support/pdf-text.ts'
import { daytimeZone } from './support/daytime.ts'
import { ask } from './support/lan-device.ts'
import { aLanStage, type LanStage } from './support/lan-stage.ts'
import { aReviewedStudy, type ReviewedStudy } from './support/reviewed-study.ts'
import { startTelnyx, telnyxNumber, type TelnyxStandIn } from './support/telnyx-stand-in.ts'

const phone = '+15550106001'
const token = 'a token of sixteen letters'

describe('from a signature to the patient’s phone and back', () => {
  let study: ReviewedStudy
  let cookie = ''
  const api = async (method: string, path: string, body?: unknown) => {
    const answer = method === 'GET' ? await study.browser.get(path) : await study.browser.send(method, path, body)
    if (answer.status >= 400) throw new Error(`${answer.status}: ${await answer.text()}`)
    return answer.status === 204 ? null : answer.json() as Promise<unknown>
  }
  const view = async () => StudyFollowup.parse(await api('GET', `/api/followup/studies/${study.truth.studyUid}`))
  const portal = async (path: string, body?: unknown) => study.edge.lan(new Request(`https://192.0.2.9:4871${path}`, {
    method: body === undefined ? 'GET' : 'POST', headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) })
  }), '192.0.2.50')
  const settled = async (check: () => Promise<boolean>) => { for (let tries = 0; tries < 100 && !(await check()); tries++) await new Promise((done) => { setTimeout(done, 50) }) }
  const board = async () => Board.parse(await api('GET', '/api/followup'))

  beforeAll(async () => { study = await aReviewedStudy({}, { FRONTEND_BASE_URL: 'https://portal.clinic.example', API_TOKEN: token }) }, 120_000)
  afterAll(async () => { await study.stop() })

  it('shows nothing and plans nothing before the signature', async () => {
    const before = await view()
    expect([before.isSigned, before.plan, before.draft, before.release]).toEqual([false, null, null, null])
    expect(before.missing[0]).toContain('not signed')
    const refused = await study.browser.send('POST', `/api/followup/studies/${study.truth.studyUid}/release`, { revision: 0 })
    expect([refused.status, await refused.json()]).toMatchObject([409, { error: { message: expect.stringContaining('not signed') } }])
  })

  it('proposes a plan and plain words at the signature, with every number a measured one', async () => {
    await study.sign()
    const { plan, draft, missing } = await view()
    expect(plan).toMatchObject({ state: 'proposed', name: 'After the report' })
    expect(plan?.actions.map(({ kind, state }) => [kind, state])).toEqual([['portal-release', 'proposed'], ['sms', 'proposed'], ['sms', 'proposed'], ['call', 'proposed'], ['task', 'proposed']])
    const largest = Math.max(...study.edge.rooms.analysis.findings.list(study.truth.studyUid).filter(({ kind }) => kind === 'stone').map(({ diameterMm }) => diameterMm ?? 0))
    expect(draft?.texts.en).toContain('The scan shows 2 stones.')
    expect(draft?.texts.en).toContain(`${Number(largest.toFixed(1))} mm`)
    expect(draft?.texts.es).toContain('2 cálculos')
    expect(draft?.images.length).toBeGreaterThan(0)
    expect(missing.join(' ')).toMatch(/portal.*text messages/)
    // Nothing runs by itself.
    expect((await board()).waiting).toEqual([])
  })

  it('reaches the patient as agreed once a clinician has started it', async () => {
    const { patient, plan } = await view()
    await api('PUT', `/api/followup/patients/${patient.id}`, { revision: patient.revision, language: 'es', timeZone: daytimeZone(), numbers: { sms: '(555) 010-6001', voice: null }, country: 'US' })
    for (const channel of ['sms', 'portal']) await api('POST', `/api/followup/patients/${patient.id}/consents`, { channel, state: 'given', how: 'written' })
    const [release] = plan?.actions ?? []
    await api('PATCH', `/api/followup/actions/${release?.id}`, { revision: 0, risk: 'urgent' })
    await api('POST', `/api/followup/plans/${plan?.id}/start`)
    await settled(async () => (await view()).release !== null)
    expect((await view()).release).toMatchObject({ isOfThisReport: true, openedAt: null })
    const ready = (await view()).plan?.actions[1]
    await api('PATCH', `/api/followup/actions/${ready?.id}`, { revision: ready?.revision, dueAt: new Date().toISOString() })
    const counts = await (await study.edge.lan(new Request('https://192.0.2.9:4871/api/internal/dispatch-actions', { method: 'POST', headers: { 'x-api-token': token } }))).json()
    expect(counts).toMatchObject({ success: true, queued: 1 })
    await settled(async () => (await board()).done.some(({ kind }) => kind === 'sms'))
    const { entries, patient: known } = Thread.parse(await api('GET', `/api/followup/patients/${patient.id}`))
    expect(known.numbers).toEqual({ sms: phone, voice: null })
    expect(entries.filter(({ type }) => type === 'message')).toMatchObject([{ state: 'mock', isMock: true, note: 'Not sent: mock.', text: expect.stringMatching(/^The clinic: sus resultados ya se pueden leer: https:\/\/portal\.clinic\.example\/portal#t=[\w-]{22} /) }])
  })

  it('lets the patient read what was released, and only that', async () => {
    expect((await portal('/api/portal')).status).toBe(401)
    await portal('/api/auth/otp/request', { phone })
    const patientId = (await view()).patient.id
    const thread = async () => Thread.parse(await api('GET', `/api/followup/patients/${patientId}`))
    await settled(async () => (await thread()).mockCode !== null)
    const entered = await portal('/api/auth/otp/verify', { phone, code: (await thread()).mockCode?.code })
    cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const home = PortalHome.parse(await (await portal('/api/portal')).json())
    expect(home).toMatchObject({ language: 'es', reports: [{ texts: { es: expect.stringContaining('2 cálculos') } }], consents: { sms: true, voice: false } })
    const picture = await portal(`/api/portal/reports/${home.reports[0]?.id}/images/0`)
    expect([picture.headers.get('content-type'), picture.headers.get('cache-control')]).toEqual(['image/png', 'no-store'])
    expect((await portal(`/api/portal/reports/${home.reports[0]?.id}/images/99`)).status).toBe(404)
    expect((await portal('/api/portal/reports/019a0000-0000-7000-8000-00000000ffff/images/0')).status).toBe(404)
    expect((await view()).release?.openedAt).not.toBeNull()
    for (const path of ['/api/followup', `/api/followup/patients/${patientId}`, '/api/worklist', '/api/followup/settings']) expect([path, (await portal(path)).status]).toEqual([path, 404])
  })

  it('tells the clinic who wants a call, and stops the queue when the patient says so', async () => {
    await portal('/api/portal/call', { note: 'I have a fever' })
    expect((await board()).due).toMatchObject([{ kind: 'task', risk: 'urgent', text: expect.stringContaining('I have a fever') }])
    const waiting = (await view()).plan?.actions.filter(({ state }) => state === 'planned') ?? []
    expect(waiting.map(({ kind }) => kind)).toEqual(['sms', 'call', 'task'])
    await portal('/api/portal/opt-out', { what: 'messages' })
    expect((await view()).plan?.actions.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['portal-release done', 'sms mock', 'sms cancelled', 'call cancelled', 'task planned'])
    expect((await view()).patient.consents).toMatchObject([{ channel: 'sms', state: 'withdrawn', how: 'portal' }, { channel: 'voice', state: 'withdrawn' }, { channel: 'portal', state: 'given' }, {}])
    const again = await study.browser.send('POST', `/api/followup/patients/${(await view()).patient.id}/messages`, { text: 'One more' })
    expect(ScheduledAction.parse(await again.json())).toMatchObject({ state: 'skipped', outcome: expect.stringContaining('does not want them') })
  })

  it('takes the report off the portal, and hands out a sheet without name or finding', async () => {
    await api('DELETE', `/api/followup/studies/${study.truth.studyUid}/release`)
    expect(PortalHome.parse(await (await portal('/api/portal')).json()).reports).toEqual([])
    const sheet = await study.browser.get(`/api/followup/studies/${study.truth.studyUid}/sheet`)
    const text = pdfPages(new Uint8Array(await sheet.arrayBuffer())).join(' ')
    expect([sheet.headers.get('content-type'), /cálculo|7\.|mm/.test(text), text.includes('Sus resultados')]).toEqual(['application/pdf', false, true])
  })

  it('is written down: who looked at which patient, once for a session', async () => {
    const patientId = (await view()).patient.id
    for (let count = 0; count < 3; count++) await api('GET', `/api/followup/patients/${patientId}`)
    const { entries } = await api('GET', `/api/audit?limit=200&subject=${patientId}`) as { entries: { action: string }[] }
    expect(entries.filter(({ action }) => action === 'patient.opened')).toHaveLength(1)
  })

  it('is for clinicians: an assistant looks, and sends nothing; a script dispatches, and nothing else', async () => {
    const machine = (path: string, method = 'GET') => study.edge.console(new Request(`http://127.0.0.1:4870${path}`, { method, headers: { authorization: `Bearer ${token}` } }))
    expect((await machine('/api/internal/dispatch-actions', 'POST')).status).toBe(200)
    expect((await machine('/api/followup')).status).toBe(403)
    expect((await study.edge.console(new Request('http://127.0.0.1:4870/api/internal/dispatch-actions', { method: 'POST' }))).status).toBe(401)
    expect((await study.edge.lan(new Request('https://192.0.2.9:4871/api/internal/dispatch-actions', { method: 'POST' }))).status).toBe(401)
  })
})

describe('a workstation whose shared store is away', () => {
  it('starts, says so, lets nothing out, and closes in time', async () => {
    const test = await anEdge({ config: { followup: parseConfig({ REDIS_URL: 'redis://127.0.0.1:9', JWT_SECRET: 'a secret that the clinic shares' }).followup } })
    const startedMs = performance.now()
    await test.edge.start()
    const browser = await signedIn(test.edge)
    expect(Board.parse(await (await browser.get('/api/followup')).json()).held).toContain('does not answer')
    expect(FollowupStatus.parse(await (await browser.get('/api/followup/settings')).json()).store).toMatchObject({ kind: 'redis', isReachable: false })
    const answer = await test.edge.lan(new Request('https://192.0.2.9:4871/api/auth/otp/request', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ phone }) }), '192.0.2.50')
    expect([answer.status, await answer.json()]).toMatchObject([503, { error: { message: expect.stringContaining('does not answer') } }])
    await test.stop()
    expect(performance.now() - startedMs).toBeLessThan(12_000)
    expect(JSON.stringify(test.logged)).not.toMatch(/127\.0\.0\.1:9|clinic shares/)
  }, 30_000)
})

describe('what the messaging provider posts', () => {
  let stage: LanStage
  let telnyx: TelnyxStandIn
  const url = () => `https://127.0.0.1:${stage.port}/api/webhooks/telnyx`
  const kept = () => stage.edge.rooms.db.sqlite.prepare<[], { n: number }>('select count(*) n from provider_events').get()?.n
  beforeAll(async () => {
    telnyx = await startTelnyx()
    stage = await aLanStage({ env: { TELNYX_PUBLIC_KEY: telnyx.publicKey } })
  })
  afterAll(async () => { await stage.stop(); await telnyx.close() })

  it('is believed by its signature over the raw bytes, kept once, and answered in time', async () => {
    const startedMs = performance.now()
    expect(await telnyx.receive({ from: phone, text: 'Hello “there” – ñ', url: url(), eventId: 'e1' })).toBe(200)
    expect(performance.now() - startedMs).toBeLessThan(2000)
    expect(await telnyx.receive({ from: phone, text: 'Hello again', url: url(), eventId: 'e1' })).toBe(200)
    expect(kept()).toBe(1)
  })

  it('is refused with another key, other bytes, an old time, or no signature, and then nothing is kept', async () => {
    const body = telnyx.eventOf('message.received', { id: 'x', from: { phone_number: phone }, to: [{ phone_number: telnyxNumber }], text: 'STOP' })
    const other = await startTelnyx()
    const post = (headers: Record<string, string>, sent = body) => ask(stage.port, 'POST', '/api/webhooks/telnyx', { headers, body: sent })
    for (const answer of [await post(other.signed(body)), await post(telnyx.signed(body), `${body}\n`), await post(telnyx.signed(body, { at: new Date(Date.now() - 301_000) })), await post(telnyx.signed(body, { at: new Date(Date.now() + 301_000) })), await post({})]) expect(answer.status).toBe(403)
    expect(kept()).toBe(1)
    await other.close()
  })

  it('of a kind that nobody knows is kept and answered, and holds nothing up', async () => {
    for (const body of [telnyx.eventOf('message.invented', { anything: true }), telnyx.eventOf('message.received', 'no object'), '{"data":{}}']) expect((await ask(stage.port, 'POST', '/api/webhooks/telnyx', { headers: telnyx.signed(body), body })).status).toBe(200)
    expect(kept()).toBe(4)
    expect((await ask(stage.port, 'GET', '/health')).status).toBe(200)
    expect(JSON.stringify(stage.logged)).not.toMatch(/\+1555|STOP|Hello/)
  })
})
