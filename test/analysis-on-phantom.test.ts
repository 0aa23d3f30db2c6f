import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pdfPages } from './support/pdf-text.ts'
import { drHansen, noReader, rightPassword, trueRuler } from './support/analysis-room.ts'
import { writePhantom } from '../src-main/analysis/phantom/index.ts'
import { createAnalysis, type Analysis } from '../src-main/analysis/index.ts'
import { createBlobStore } from '../src-main/platform/blobs.ts'
import { createBus } from '../src-main/platform/bus.ts'
import { systemClock } from '../src-main/platform/clock.ts'
import { openDatabase, type Db } from '../src-main/platform/database.ts'
import { createJobs, type Jobs } from '../src-main/platform/jobs.ts'
import { createLog } from '../src-main/platform/log.ts'
import { createStudies, type Studies } from '../src-main/studies/index.ts'
import type { PhantomTruth } from '../src-shared/analysis.ts'
import type { EdgeEvent } from '../src-shared/events.ts'

/** The whole way of a CT through the real rooms: DICOM files in, measured in a worker, judged, signed, printed. */
describe('a phantom of two stones', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-phantom-'))
  let truth: PhantomTruth, db: Db, jobs: Jobs, studies: Studies, room: Analysis

  beforeAll(async () => {
    truth = await writePhantom({
      name: 'WHOLE', rows: 256, columns: 256, slices: 60, pixelSpacingMm: [1.44, 1.44], sliceSpacingMm: 3, sliceThicknessMm: 3, centreMm: [0, 0, 75], noiseHu: 8,
      instanceOrder: 'reversed',
      objects: [
        { kind: 'stone', place: 'kidney', side: 'left', along: 0.7, diameterMm: 12, hu: 950 }, { kind: 'stone', place: 'kidney', side: 'right', along: 0.4, diameterMm: 9, hu: 700 }
      ]
    }, join(folder, 'dicom'))
    const clock = systemClock()
    const log = createLog(() => undefined)
    db = openDatabase({ file: join(folder, 'vigil.sqlite') })
    const events = createBus<EdgeEvent>((error) => { throw error })
    jobs = createJobs({ db, clock, log })
    const audit = { record: () => undefined }
    studies = createStudies({ db, blobs: createBlobStore(folder), events, jobs, clock, log, audit, dataDir: folder })
    room = createAnalysis({ reader: noReader, db, clock, jobs, events, studies, audit, log, verifyPassword: async (_id, password) => password === rightPassword, ruler: () => trueRuler })
    await studies.start()
    jobs.start()
    await studies.importPaths([join(folder, 'dicom')], { actor: drHansen })
    await room.waitFor((await room.analyse(truth.studyUid, { protocol: 'auto' }, drHansen)).id)
  }, 120_000)

  afterAll(async () => {
    await jobs.stop()
    await studies.stop()
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is measured by the stone protocol, each stone near its truth and on the image that shows it', async () => {
    expect(room.analysisOf(truth.studyUid)).toMatchObject({ protocol: 'urinary-stones', state: 'awaiting-clinician' })
    const { frames } = studies.describeSeries(truth.seriesUid)
    const sliceOf = (sopInstanceUid: string) => frames.findIndex((frame) => frame.sopInstanceUid === sopInstanceUid)
    const stones = room.findings.list(truth.studyUid).filter(({ kind }) => kind === 'stone')
    for (const real of truth.findings) {
      const found = stones.filter(({ laterality }) => laterality === real.laterality)
      expect(found).toHaveLength(1)
      expect(Math.abs((found[0]?.diameterMm ?? 0) - (real.diameterMm ?? 0))).toBeLessThan(1.5)
      expect(Math.abs(sliceOf(found[0]?.sopInstanceUid ?? '') - sliceOf(real.sopInstanceUid))).toBeLessThanOrEqual(1)
    }
    expect(stones).toHaveLength(2)
    expect(studies.detail(truth.studyUid).study).toMatchObject({ status: 'needs-review', findings: expect.stringMatching(/^2 stones, largest 1[12]\.\d mm$/) as string })
  })

  it('is signed once both stones are accepted, and printed with its key images', async () => {
    for (const { id, revision } of room.findings.list(truth.studyUid)) room.findings.verdict(id, { verdict: 'accept', revision }, drHansen)
    const { revision, missing } = await room.reports.get(truth.studyUid)
    expect(missing).toEqual([])
    await room.signing.sign(truth.studyUid, { revision, password: rightPassword }, drHansen)
    await jobs.idle()
    expect(room.analysisOf(truth.studyUid)?.state).toBe('done')
    expect(studies.detail(truth.studyUid).study.status).toBe('signed')
    expect(room.verifyReport(truth.studyUid)).toEqual({ isSigned: true, isIntact: true, problems: [] })
    const bytes = await room.reportPdf(truth.studyUid)
    const text = pdfPages(bytes).join(' ')
    for (const words of ['Signed by Dr Hansen', '2 urinary stones, the largest', '1. Stone in the left kidney', '2. Stone in the right kidney', "Not a medical device. For a clinician's review."]) expect(text).toContain(words)
    expect(Buffer.from(bytes).toString('latin1').match(/\/Subtype \/Image/g)).toHaveLength(4)
    expect(Buffer.compare(await room.reportPdf(truth.studyUid), bytes)).toBe(0)
  })
})
