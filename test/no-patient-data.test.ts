import { mkdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { writePhantom } from '../src-main/analysis/phantom/index.ts'
import type { PhantomTruth } from '../src-shared/analysis.ts'
import type { Report } from '../src-shared/reports.ts'
import { aDicomFile, aSlice } from './support/dicom-file.ts'
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
    await aDaysMishaps()
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
