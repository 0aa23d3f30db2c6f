import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import { aCandidate, aPhlebolith, anAnalysisRoom, anAssistant, drHansen, instanceUid, rightPassword, seriesUid, studyUid, type TestRoom } from '../../test/support/analysis-room.ts'
import { Analysis, AnalyseResult, Finding } from '../../src-shared/analysis.ts'
import { FindingMaskList } from '../../src-shared/masks.ts'
import { Report, Timeline } from '../../src-shared/reports.ts'
import { createLog } from '../platform/log.ts'
import { errorDoor, type HttpEnv, type Principal } from '../platform/http.ts'
import { newRowId } from '../platform/row-id.ts'
import { createAnalysisRoutes } from './index.ts'

const open: TestRoom[] = []
afterEach(async () => { for (const made of open.splice(0)) await made.close() })

function aServer(candidates = [aCandidate(), aPhlebolith()]) {
  const made = anAnalysisRoom({ candidates })
  open.push(made)
  let principal: Principal = drHansen
  const app = new Hono<HttpEnv>()
  app.onError(errorDoor(createLog(() => undefined)))
  app.use(async (c, next) => { c.set('principal', principal); c.set('traceId', 't'); await next() })
  app.route('/', createAnalysisRoutes(made.room))
  const ask = (method: string, path: string, body?: unknown) =>
    app.request(`/api${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) })
  return { ...made, ask, as: (next: Principal) => { principal = next } }
}
const study = `/studies/${studyUid}`

describe('over HTTP', () => {
  it('a study is analysed, judged, written, signed, amended and printed', async () => {
    const { ask, room, jobs } = aServer()
    const asked = await ask('POST', `${study}/analyses`, {})
    expect(asked.status).toBe(202)
    await room.waitFor(Analysis.parse(await asked.json()).id)
    const state = await (await ask('GET', `${study}/analysis`)).json() as { analysis: unknown, findings: unknown[], protocols: { name: string }[] }
    expect(Analysis.parse(state.analysis).state).toBe('awaiting-clinician')
    expect(state.protocols.map(({ name }) => name)).toEqual(['urinary-stones', 'general-ct'])
    const stone = state.findings.map((one) => Finding.parse(one)).find(({ kind }) => kind === 'stone')
    expect(await (await ask('POST', `/findings/${stone?.id}/verdict`, { verdict: 'accept', revision: 0 })).json()).toMatchObject({ status: 'accepted' })
    expect(await (await ask('PATCH', `/findings/${stone?.id}`, { revision: 1, diameterMm: 8 })).json()).toMatchObject({ status: 'amended', diameterMm: 8 })
    const byHand = { kind: 'stone', seriesUid, sopInstanceUid: instanceUid(3), frameNumber: 1, centreMm: [0, 0, 6] }
    expect((await ask('POST', `${study}/findings`, byHand)).status).toBe(201)
    const draft = Report.parse(await (await ask('GET', `${study}/report`)).json())
    expect(draft.missing).toEqual([])
    const saved = Report.parse(await (await ask('PUT', `${study}/report`, { revision: draft.revision, content: draft.content })).json())
    expect((await ask('POST', `${study}/report/sign`, { revision: saved.revision, password: 'wrong' })).status).toBe(401)
    const signed = Report.parse(await (await ask('POST', `${study}/report/sign`, { revision: saved.revision, password: rightPassword })).json())
    expect(signed.status).toBe('final')
    await jobs.idle()
    const amended = await ask('POST', `${study}/report/addenda`, { text: 'Compared.', password: rightPassword })
    expect(amended.status).toBe(201)
    const pdf = await ask('GET', `${study}/report.pdf`)
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    expect(Buffer.from(await pdf.arrayBuffer()).subarray(0, 5).toString()).toBe('%PDF-')
    const keyImage = await ask('GET', `${study}/report/key-images/${signed.keyImages[0]?.id}`)
    expect([keyImage.status, keyImage.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect((await ask('GET', `${study}/report/key-images/${newRowId()}`)).status).toBe(404)
    const { entries } = Timeline.parse(await (await ask('GET', `${study}/timeline`)).json())
    expect(entries.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['import', 'analysis', 'step', 'verdict', 'report', 'sign', 'addendum', 'export']))
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted())
    expect(AnalyseResult.parse(room.resultOf(studyUid))).toMatchObject({ protocol: 'urinary-stones', report: { status: 'amended' }, findings: [{ kind: 'stone', diameterMm: 8 }, { kind: 'phlebolith' }, { kind: 'stone' }] })
  })

  it('an assistant prepares and does not judge', async () => {
    const { ask, as, analysed, room } = aServer()
    await analysed()
    as(anAssistant)
    const [finding] = room.findings.list(studyUid)
    expect((await ask('POST', `/findings/${finding?.id}/verdict`, { verdict: 'accept', revision: 0 })).status).toBe(403)
    expect((await ask('PATCH', `/findings/${finding?.id}`, { revision: 0, diameterMm: 9 })).status).toBe(403)
    expect((await ask('POST', `${study}/report/sign`, { revision: 1, password: rightPassword })).status).toBe(403)
    const report = Report.parse(await (await ask('GET', `${study}/report`)).json())
    expect((await ask('PUT', `${study}/report`, { revision: report.revision, content: report.content })).status).toBe(200)
  })

  it('measurements of the viewer are kept, replaced and deleted', async () => {
    const { ask } = aServer()
    const id = newRowId()
    const length = { id, studyUid, seriesUid, sopInstanceUid: instanceUid(2), frameNumber: 1, tool: 'length', pointsMm: [[0, 0, 4], [10, 0, 4]], label: '', values: [], graphic: {}, revision: 0 }
    expect((await ask('PUT', `/annotations/${id}`, length)).status).toBe(200)
    expect((await ask('PUT', `/annotations/${newRowId()}`, length)).status).toBe(400)
    expect((await ask('DELETE', `/annotations/${id}?revision=7`)).status).toBe(409)
    expect((await ask('DELETE', `/annotations/${id}?revision=1`)).status).toBe(204)
    expect(await (await ask('GET', `${study}/annotations`)).json()).toEqual({ annotations: [] })
  })

  it('what does not exist or is not well formed says so', async () => {
    const { ask } = aServer()
    expect((await ask('GET', '/studies/1.2.3/report')).status).toBe(404)
    expect((await ask('GET', '/studies/not-a-uid/report')).status).toBe(400)
    expect((await ask('POST', `/findings/${newRowId()}/verdict`, { verdict: 'accept', revision: 0 })).status).toBe(404)
    expect((await ask('POST', `/findings/${newRowId()}/verdict`, { verdict: 'perhaps', revision: 0 })).status).toBe(400)
    expect((await ask('DELETE', `/analyses/${newRowId()}`)).status).toBe(404)
    expect(await (await ask('GET', `${study}/analysis`)).json()).toMatchObject({ analysis: null, findings: [] })
  })

  it('the masks of the findings are listed', async () => {
    const { ask, analysed, room } = aServer()
    expect(await (await ask('GET', `${study}/masks`)).json()).toEqual({ masks: [] })
    await analysed()
    const { masks } = FindingMaskList.parse(await (await ask('GET', `${study}/masks`)).json())
    expect(masks.map(({ findingId }) => findingId).toSorted()).toEqual(room.findings.list(studyUid).map(({ id }) => id).toSorted())
  })

  it('a finding shows itself close up', async () => {
    const { ask, analysed, room } = aServer()
    await analysed()
    const crop = await ask('GET', `/findings/${room.findings.list(studyUid)[0]?.id}/crop`)
    expect([crop.status, crop.headers.get('content-type')]).toEqual([200, 'image/webp'])
  })
})

describe('the timeline', () => {
  it('joins saves of one person and says how long each step took', async () => {
    const { room, analysed } = aServer([aCandidate()])
    await analysed()
    let report = await room.reports.get(studyUid)
    for (const words of ['a', 'ab', 'abc']) {
      const line = { id: 'mine', origin: 'clinician' as const, findingId: null, spans: [{ type: 'text' as const, text: words }] }
      report = await room.reports.save(studyUid, { revision: report.revision, content: { ...report.content, impression: [...report.content.impression.filter(({ id }) => id !== 'mine'), line] } }, drHansen)
    }
    const { entries } = await room.timeline(studyUid)
    expect(entries.filter(({ kind }) => kind === 'report').map(({ text, actor }) => `${actor}: ${text}`)).toEqual(['Vigil: Report drafted from the measurements.', 'Dr Hansen: Report text saved (3 times).'])
    const measured = entries.find(({ text }) => text.startsWith('Measured'))
    expect(measured?.text).toBe('Measured: 1 candidate measured.')
    expect(measured?.durationMs).toBeGreaterThanOrEqual(0)
    expect(entries[0]).toMatchObject({ kind: 'import', text: 'Imported: 1 series, 40 images.' })
    expect(entries.find(({ text }) => text.startsWith('Reader'))?.text).toBe('Reader skipped: No reader is installed. No model has read this study.')
  })

  it('shows failures and edits', async () => {
    const { room, analysed, state } = aServer([aCandidate()])
    await analysed()
    const [finding] = room.findings.list(studyUid)
    room.findings.edit(finding?.id ?? '', { revision: 0, note: 'seen' }, drHansen)
    room.findings.verdict(finding?.id ?? '', { verdict: 'reject', revision: 1, reason: 'vessel' }, drHansen)
    state.candidates = [aCandidate({ centreMm: [0, 0, 900] })]
    await expect(analysed()).rejects.toThrow(/outside every image/)
    const { entries } = await room.timeline(studyUid)
    expect(entries.filter(({ kind }) => kind === 'verdict').map(({ text }) => text)).toEqual(['Finding edited: note from nothing to seen', 'Finding rejected: vessel'])
    expect(entries.filter(({ isError }) => isError).map(({ kind }) => kind)).toEqual(['step', 'analysis'])
  })
})
