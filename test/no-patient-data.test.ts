import { mkdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { writePhantom } from '../src-main/analysis/phantom/index.ts'
import { runCli } from '../src-main/cli/run.ts'
import { newRowId } from '../src-main/platform/row-id.ts'
import type { PhantomTruth } from '../src-shared/analysis.ts'
import type { Report } from '../src-shared/reports.ts'
import { aDicomFile, aSlice } from './support/dicom-file.ts'
import { aReport, item } from './support/object-files.ts'
import { anEdge, mora, signedIn, type Browser, type TestEdge } from './support/edge.ts'
import { missingData, sharedData } from './support/shared-data.ts'

/** Everything that leaves the process in words while a day's work and a day's mishaps go on: the log, both standard streams, failed answers. */
describe('what is said aloud', () => {
  let test: TestEdge, browser: Browser, truth: PhantomTruth
  const aloud: string[] = []
  const failures: string[] = []

  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = method === 'GET' ? await browser.get(path) : await browser.send(method, path, body)
    if (!answer.ok) failures.push(await answer.clone().text())
    return answer
  }
  const importAndWait = async (paths: readonly string[]) => test.edge.rooms.studies.importPaths(paths, { actor: { id: 'system', name: 'Test' } })

  beforeAll(async () => {
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        aloud.push(String(chunk))
        return true
      })
    }
    test = await anEdge()
    browser = await signedIn(test.edge)
    await test.edge.start()
    truth = await writePhantom({ name: 'SECRETNAME', anatomy: 'water', rows: 64, columns: 64, slices: 12, pixelSpacingMm: [1.5, 1.5], sliceSpacingMm: 2, sliceThicknessMm: 2, noiseHu: 0, objects: [] }, join(test.dataDir, 'phantom'))
    const folder = join(test.dataDir, 'Keller Johanna 1961')
    mkdirSync(folder)
    writeFileSync(join(folder, 'Keller letter.txt'), 'Johanna Keller, born 1961-05-04')
    writeFileSync(join(folder, 'IM1'), aDicomFile(aSlice({ study: '1.2.3.4.5.6', series: '1.2.3.4.5.6.1', instance: '1.2.3.4.5.6.1.1', name: 'Keller^Johanna', patientId: 'KJ-610504' })))
    await importAndWait([folder, join(test.dataDir, 'phantom'), ...['charsets', 'malformed'].filter((name) => missingData(name) === null).map((name) => sharedData(name))])
    await aDaysWork()
    await aDaysReading()
    await aDaysMishaps()
    await aDaysMishapsInReading()
    await test.edge.rooms.jobs.idle()
  }, 180_000)
  afterAll(async () => {
    vi.restoreAllMocks()
    await test.stop()
  })

  async function aDaysWork(): Promise<void> {
    const { studyUid, seriesUid } = truth
    const analysis = await (await ask('POST', `/api/studies/${studyUid}/analyses`, { protocol: 'general-ct' })).json() as { id: string }
    await test.edge.rooms.analysis.waitFor(analysis.id)
    for (const path of [`/api/worklist?search=${encodeURIComponent('keller')}`, `/api/studies/${studyUid}`, `/api/series/${seriesUid}`, `/api/series/${seriesUid}/thumbnail`, `/api/studies/${studyUid}/timeline`]) await ask('GET', path)
    const report = await (await ask('GET', `/api/studies/${studyUid}/report`)).json() as Report
    const line = { id: 'mine', origin: 'clinician', findingId: null, spans: [{ type: 'text', text: 'Frau Keller is well.' }] }
    const content = { ...report.content, findings: [...report.content.findings, line], impression: [...report.content.impression, { ...line, id: 'mine too' }] }
    const { revision } = await (await ask('PUT', `/api/studies/${studyUid}/report`, { revision: report.revision, content })).json() as Report
    const signed = await ask('POST', `/api/studies/${studyUid}/report/sign`, { revision, password: mora.password })
    expect(signed.status).toBe(200)
    expect((await ask('GET', `/api/studies/${studyUid}/report.pdf`)).status).toBe(200)
  }

  /** Images, attributes, objects, marks and everything that leaves. */
  async function aDaysReading(): Promise<void> {
    const { studyUid, seriesUid } = truth
    const url = `/api/studies/${studyUid}`
    const image = test.edge.rooms.studies.describeSeries(seriesUid).frames[1]?.sopInstanceUid ?? ''
    const taken = async (method: string, path: string, body?: unknown) => {
      const answer = await ask(method, path, body)
      expect([path, answer.status < 300]).toEqual([path, true])
      // Names of files and all other headers go into histories of downloads.
      aloud.push(JSON.stringify([...answer.headers]))
      return answer.arrayBuffer()
    }
    const id = newRowId()
    await taken('PUT', `/api/key-images/${id}`, { id, studyUid, seriesUid, sopInstanceUid: image, frameNumber: 1, note: 'Stone of Frau Keller', revision: 0 })
    const pane = { study: 'current', series: null, mode: 'stack', slab: null, window: null, isInverted: false }
    const protocolId = newRowId()
    await taken('PUT', `/api/hanging-protocols/${protocolId}`, { id: protocolId, name: 'As for Keller', modality: 'CT', bodyPart: '', rows: 1, columns: 1, panes: [pane], isLinked: false, revision: 0 })
    await taken('POST', `${url}/keep/kos`)
    for (const path of [`/api/series/${seriesUid}/pack?most=3`, `/api/instances/${image}/tags?search=${encodeURIComponent('SECRETNAME')}`, `/api/instances/${image}/tags/00100010`, `/api/instances/${image}/file`, `${url}/overlays`,
      `${url}/masks`, `${url}/key-images`, `${url}/priors`, `${url}/export/kos`, `${url}/export/pdf`, `${url}/export`, `${url}/dicom.zip`, `/api/series/${seriesUid}/dicom.zip`]) await taken('GET', path)
    await taken('POST', `${url}/exports`, { kind: 'image', seriesUids: [seriesUid], images: 1, hasNames: true })
    const say = (text: string) => { aloud.push(text) }
    const io = { out: say, err: say, isTerminal: false, columns: 80, env: { VIGIL_DATA_DIR: test.dataDir, VIGIL_LOG: 'info' }, cwd: test.dataDir }
    for (const [named, kind, file, isGood] of [[studyUid, '--kos', 'marks.dcm', true], [studyUid, '--seg', 'nowhere/stones.dcm', false], ['latest', '--kos', 'x.dcm', false]] as const) {
      expect([file, await runCli(['export', named, kind, file], io, new AbortController().signal) === 0]).toEqual([file, isGood])
    }
  }

  async function aDaysMishaps(): Promise<void> {
    await ask('POST', '/api/imports', { paths: ['Keller Johanna'] })
    await ask('GET', '/api/studies/1.2.3.4.5.6.7')
    await ask('POST', `/api/studies/${truth.studyUid}/report/sign`, { revision: 1, password: 'Keller wrong one' })
    await ask('POST', '/api/session/sign-in', { login: 'keller.johanna', password: 'Keller wrong two' })
    await ask('PUT', `/api/studies/${truth.studyUid}/report`, { revision: 1, content: { technique: 'Keller' } })
    const { studies, db } = test.edge.rooms
    // The file of an image is gone; the row of another is damaged.
    await rm(studies.fileOf(studies.describeSeries(truth.seriesUid).frames[0]?.sopInstanceUid ?? ''))
    await ask('GET', `/api/instances/${studies.describeSeries(truth.seriesUid).frames[0]?.sopInstanceUid}/frames/1`)
    await ask('GET', `/api/instances/${studies.describeSeries(truth.seriesUid).frames[0]?.sopInstanceUid}/frames/1?decoded=1`)
    db.sqlite.prepare('update instances set header = substr(header, 1, 300) where sop_instance_uid = ?').run('1.2.3.4.5.6.1.1')
    await ask('GET', '/api/series/1.2.3.4.5.6.1')
    db.sqlite.prepare(`update instances set header = '{"patient":{"name":Keller Johanna}}' where sop_instance_uid = ?`).run('1.2.3.4.5.6.1.1')
    await ask('GET', '/api/series/1.2.3.4.5.6.1')
  }

  /** The first image's file is gone by now, and an object is damaged behind its header. */
  async function aDaysMishapsInReading(): Promise<void> {
    const { studyUid, seriesUid } = truth
    const gone = test.edge.rooms.studies.describeSeries(seriesUid).frames[0]?.sopInstanceUid ?? ''
    const report = aReport(Array.from({ length: 50_001 }, () => item('CONTAINS', 'TEXT', [[0x0040a160, 'UT', 'Johanna Keller']])))
    const folder = join(test.dataDir, 'objects')
    mkdirSync(folder)
    writeFileSync(join(folder, 'report'), report)
    writeFileSync(join(folder, 'image'), aDicomFile(aSlice({ study: '1.2.3', instance: '1.2.826.0.1.3680043.10.9999.1', name: 'Keller^Johanna' })))
    await importAndWait([folder])
    const { overlays } = await (await ask('GET', '/api/studies/1.2.3/overlays')).json() as { overlays: { sopInstanceUid: string, kind: string, notDrawableReason: string }[] }
    expect(overlays).toMatchObject([{ kind: 'unread' }])
    failures.push(overlays[0]?.notDrawableReason ?? '')
    await (await ask('GET', `/api/series/${seriesUid}/pack`)).arrayBuffer()
    await (await ask('GET', `/api/series/${seriesUid}/dicom.zip`)).arrayBuffer().then(() => { throw new Error('A zip without one of its files passed for whole.') }, (error: unknown) => { expect(String(error)).not.toContain('passed for whole') })
    for (const path of [`/api/overlays/${overlays[0]?.sopInstanceUid}`, `/api/instances/${gone}/tags`, `/api/instances/${gone}/tags/00100010`, `/api/instances/${gone}/document`, `/api/instances/${gone}/file`, '/api/studies/1.2.3.4.5.6/export/sr',
      `/api/studies/${studyUid}/export/seg`, '/api/studies/Keller/priors', '/api/instances/Keller%20Johanna/tags', `/api/series/${seriesUid}/pack?have=Keller`]) expect([path, (await ask('GET', path)).status >= 400]).toEqual([path, true])
    await ask('POST', '/api/studies/1.2.3.4.5.6/keep/pdf')
    const id = newRowId()
    await ask('PUT', `/api/key-images/${id}`, { id, studyUid: '1.2.3', seriesUid, sopInstanceUid: gone, frameNumber: 1, note: 'Keller', revision: 0 })
    await ask('POST', `/api/studies/${studyUid}/exports`, { kind: 'Keller', seriesUids: ['Keller'], images: 1, hasNames: true })
  }

  /** Names by word, ids and accession numbers, every UID, secrets. Words of less than four letters say nothing of anybody. */
  const secrets = (): string[] => {
    const { sqlite } = test.edge.rooms.db
    const column = (sql: string) => sqlite.prepare<[], string>(sql).pluck().all().filter((value) => typeof value === 'string')
    const words = column('select name from patients').flatMap((name) => name.split(/[\^=,\s]+/))
    const ids = column('select patient_id from studies union select accession_number from studies')
    const uids = column('select study_uid from studies union select series_uid from series union select sop_instance_uid from instances')
    return [...new Set([...words, ...ids].filter((word) => [...word].length >= 4)), ...uids.filter((uid) => uid.length >= 8), 'Keller', 'Johanna', 'KJ-610504', '1961', mora.password, 'wrong one', 'wrong two', browser.cookie() ?? 'no cookie']
  }
  const found = (text: string) => secrets().filter((secret) => text.includes(secret))

  it('was loud enough to be worth listening to', () => {
    expect(secrets().length).toBeGreaterThan(20)
    expect(failures.length).toBeGreaterThan(6)
    expect(test.logged.filter(({ event }) => event === 'request-failed').length).toBeGreaterThan(2)
  })

  it('holds nothing of a patient and no secret in the log', () => { expect(found(JSON.stringify(test.logged))).toEqual([]) })

  it('holds nothing of them on the standard streams, whatever a library prints', () => { expect(found(aloud.join(''))).toEqual([]) })

  it('holds nothing of them in failed answers', () => { expect(found(failures.join('\n'))).toEqual([]) })

  it('holds in the trail who and what, by ids of rows, and no name of a patient', async () => {
    const { entries } = await test.edge.rooms.accounts.audit.page({ before: null, limit: 500, subject: null })
    const isUid = (word: string) => /^[\d.]+$/.test(word)
    expect(entries.map(({ action }) => action)).toEqual(expect.arrayContaining(['import', 'study.opened', 'report.sign', 'report.export', 'session.refused']) as string[])
    expect(found(JSON.stringify(entries)).filter((word) => !isUid(word))).toEqual([])
  })
})
