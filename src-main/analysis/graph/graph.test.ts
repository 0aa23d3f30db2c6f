import { afterEach, describe, expect, it } from 'vitest'
import { aCandidate, aPhlebolith, aSeries, aVolume, anAnalysisRoom, drHansen, rightPassword, standInStudies, studyUid, trueRuler, type RoomOptions, type TestRoom } from '../../../test/support/analysis-room.ts'
import { AppError } from '../../../src-shared/errors.ts'

const open: TestRoom[] = []
const aRoom = (options?: RoomOptions) => {
  const made = anAnalysisRoom(options)
  open.push(made)
  return made
}
afterEach(async () => { for (const made of open.splice(0)) await made.close() })

describe('an analysis', () => {
  it('goes from the images to a draft and waits for a clinician', async () => {
    const { room, studies, analysed, published } = aRoom()
    const analysis = await analysed()
    expect(analysis.state).toBe('awaiting-clinician')
    expect(analysis.steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
      'load done', 'quantify done', 'select-slices done', 'read skipped', 'reconcile done', 'draft done', 'clinician running', 'finalise waiting'
    ])
    expect(analysis.steps.find(({ step }) => step === 'read')?.detail).toBe('No reader is installed. No model has read this study.')
    expect(analysis.steps[0]?.detail).toBe('40 slices of 64 × 64, spacing 2.0 mm.')
    const findings = room.findings.list(studyUid)
    expect(findings.map(({ kind, status, diameterMm, frameNumber, sopInstanceUid }) => ({ kind, status, diameterMm, frameNumber, slice: sopInstanceUid.split('.').at(-1) }))).toEqual(expect.arrayContaining([
      { kind: 'stone', status: 'proposed', diameterMm: 7.24, frameNumber: 1, slice: '6' }, { kind: 'phlebolith', status: 'proposed', diameterMm: 3.1, frameNumber: 1, slice: '2' }
    ]))
    expect(studies.reviews.get(studyUid)).toEqual({ status: 'needs-review', progress: null, findings: '1 stone, 7.2 mm' })
    expect(published.map(({ type }) => type)).toEqual(expect.arrayContaining(['analysis', 'findings-changed', 'report-changed']))
  })

  it('ends when the report is signed, and only then', async () => {
    const { room, jobs, analysed } = aRoom()
    const { id } = await analysed()
    for (const finding of room.findings.list(studyUid)) room.findings.verdict(finding.id, { verdict: 'accept', revision: finding.revision }, drHansen)
    const report = await room.reports.get(studyUid)
    await room.signing.sign(studyUid, { revision: report.revision, password: rightPassword }, drHansen)
    await jobs.idle()
    const analysis = room.analysisOf(studyUid)
    expect(analysis).toMatchObject({ id, state: 'done', progress: 1 })
    expect(analysis?.steps.slice(-2).map(({ state, detail }) => `${state}: ${detail}`)).toEqual(['done: Signed by Dr Hansen.', 'done: Signed.'])
  })

  it('asked for twice while it runs is one analysis', async () => {
    const { room } = aRoom()
    const [first, second] = await Promise.all([room.analyse(studyUid, { protocol: 'auto' }, drHansen), room.analyse(studyUid, { protocol: 'auto' }, drHansen)])
    expect(second.id).toBe(first.id)
    await room.waitFor(first.id)
  })

  it('keeps only ids in the checkpoints', async () => {
    const { db, analysed } = aRoom()
    const { id } = await analysed()
    const text = JSON.stringify(db.sqlite.prepare('select cast(checkpoint as text) c, cast(metadata as text) m from checkpoints where thread_id = ?').all(id))
    expect(text).toContain(id)
    expect(text).not.toContain('850.4')
    expect(text.length).toBeLessThan(20_000)
  })

  it('can be overruled in its choice of protocol', async () => {
    let described = 0
    const { room } = aRoom({ studies: standInStudies([studyUid], { seriesOf: () => { described += 1; return [aSeries()] } }) })
    expect(await room.offers(studyUid)).toEqual([
      { name: 'urinary-stones', applies: true, reason: expect.stringContaining('without contrast') as string },
      { name: 'general-ct', applies: true, reason: 'General measurements can be made of any measurable CT series.' }
    ])
    expect(await room.offers(studyUid)).toHaveLength(2)
    expect(described).toBe(1)
    const { id } = await room.analyse(studyUid, { protocol: 'general-ct' }, drHansen)
    expect(await room.waitFor(id)).toMatchObject({ protocol: 'general-ct', protocolReason: expect.stringContaining('chosen by hand') as string })
  })

  it('refuses a study that has nothing to measure, with the reason', async () => {
    const { room } = aRoom({ studies: standInStudies([studyUid], { seriesOf: () => [] }) })
    await expect(room.analyse(studyUid, { protocol: 'auto' }, drHansen)).rejects.toMatchObject({ code: 'not-analysable', message: 'The study has no series.' })
  })

  it('refuses to measure while the ruler is off', async () => {
    const { room } = aRoom({ ruler: () => ({ isTrue: false, checks: [] }) })
    await expect(room.analyse(studyUid, { protocol: 'auto' }, drHansen)).rejects.toMatchObject({ code: 'measuring-locked' })
  })

  it('fails in its load step where the ruler went off after it was asked for', async () => {
    const ruler = { now: trueRuler }
    const { room } = aRoom({ ruler: () => ruler.now })
    const asked = room.analyse(studyUid, { protocol: 'auto' }, drHansen)
    queueMicrotask(() => { ruler.now = { isTrue: false, checks: [] } })
    const { id } = await asked
    ruler.now = { isTrue: false, checks: [] }
    await expect(room.waitFor(id)).rejects.toThrow(/Measuring is locked/)
  })

  it('that meets a wrong geometry fails with the sentence, on the worklist too', async () => {
    const studies = standInStudies([studyUid], { loadVolume: async () => { throw new AppError('geometry-refused', 'Slices are missing: nothing is measured.') } })
    const { room } = aRoom({ studies })
    const { id } = await room.analyse(studyUid, { protocol: 'auto' }, drHansen)
    await expect(room.waitFor(id)).rejects.toMatchObject({ message: 'Slices are missing: nothing is measured.' })
    expect(room.analysisOf(studyUid)).toMatchObject({ state: 'failed', error: 'Slices are missing: nothing is measured.' })
    expect(room.analysisOf(studyUid)?.steps[0]).toMatchObject({ step: 'load', state: 'failed', detail: 'Slices are missing: nothing is measured.' })
    expect(studies.reviews.get(studyUid)?.status).toBe('failed')
  })

  it('that is cancelled stops within a second and leaves no finding', async () => {
    const { room, studies, jobs } = aRoom({
      measure: (_input, { signal }) => new Promise((_resolve, reject) => { signal?.addEventListener('abort', () => { reject(signal.reason) }, { once: true }) })
    })
    const { id } = await room.analyse(studyUid, { protocol: 'auto' }, drHansen)
    while (room.analysisOf(studyUid)?.steps[1]?.state !== 'running') await new Promise((resolve) => { setTimeout(resolve, 10) })
    const startedMs = performance.now()
    expect(room.cancel(id, drHansen).state).toBe('cancelled')
    await jobs.idle()
    expect(performance.now() - startedMs).toBeLessThan(1000)
    expect(room.findings.list(studyUid)).toEqual([])
    expect(studies.reviews.get(studyUid)).toMatchObject({ status: 'new', progress: null })
    await expect(room.waitFor(id)).rejects.toMatchObject({ code: 'cancelled' })
    expect(() => room.cancel(id, drHansen)).toThrow(/nothing to cancel/)
  })

  it('that is cancelled while something does not listen leaves nothing behind when that comes to its end', async () => {
    const loading = Promise.withResolvers<void>()
    const studies = standInStudies([studyUid], { loadVolume: async () => { await loading.promise; return aVolume() } })
    const { room, jobs } = aRoom({ studies })
    const { id } = await room.analyse(studyUid, { protocol: 'auto' }, drHansen)
    while (room.analysisOf(studyUid)?.steps[0]?.state !== 'running') await new Promise((resolve) => { setTimeout(resolve, 10) })
    const startedMs = performance.now()
    room.cancel(id, drHansen)
    await expect(room.waitFor(id)).rejects.toMatchObject({ code: 'cancelled' })
    expect(performance.now() - startedMs).toBeLessThan(1000)
    loading.resolve()
    await jobs.idle()
    await new Promise((resolve) => { setTimeout(resolve, 50) })
    expect(room.analysisOf(studyUid)?.steps.map(({ state }) => state)).toEqual(['failed', 'waiting', 'waiting', 'waiting', 'waiting', 'waiting', 'waiting', 'waiting'])
    const again = await room.analyse(studyUid, { protocol: 'auto' }, drHansen)
    expect((await room.waitFor(again.id)).state).toBe('awaiting-clinician')
  })

  it('shows its progress on the worklist, only ever forward', async () => {
    const seen: number[] = []
    const studies = standInStudies([studyUid], {
      setReview: (_uid, { progress }) => { if (typeof progress === 'number') seen.push(progress) },
      loadVolume: async (_uid, options) => {
        for (const fraction of [0.5, 0.2, 1]) { options?.onProgress?.(fraction); await new Promise((resolve) => { setTimeout(resolve, 300) }) }
        return aVolume()
      }
    })
    const { room } = aRoom({ studies })
    const progress: number[] = []
    const { id } = await room.analyse(studyUid, { protocol: 'auto' }, drHansen)
    await room.waitFor(id, { onProgress: (now) => { progress.push(now.progress) } })
    expect(seen.slice(0, 2)).toEqual([0, 0.2])
    expect(progress).toEqual(progress.toSorted((a, b) => a - b))
    expect(progress.at(-1)).toBe(1)
  })

  it('refuses a candidate that no image of the series shows', async () => {
    const { room } = aRoom({ candidates: [aCandidate({ centreMm: [10, 4, 400], sliceIndex: 5 })] })
    const { id } = await room.analyse(studyUid, { protocol: 'auto' }, drHansen)
    await expect(room.waitFor(id)).rejects.toThrow(/outside every image/)
  })

  it('corrects a slice that does not show its candidate', async () => {
    const { room, analysed } = aRoom({ candidates: [aCandidate({ centreMm: [10, 4, 30], sliceIndex: 2 })] })
    await analysed()
    expect(room.findings.list(studyUid)[0]?.sopInstanceUid.endsWith('.16')).toBe(true)
  })
})

describe('a second analysis', () => {
  it('keeps what a clinician decided, replaces what nobody touched, and finds nothing twice', async () => {
    const { room, state, analysed } = aRoom({ candidates: [aCandidate(), aPhlebolith(), aCandidate({ centreMm: [-20, 0, 20], sliceIndex: 10, laterality: 'right' })] })
    await analysed()
    const left = room.findings.list(studyUid).find(({ centreMm }) => centreMm[0] === 10)
    const accepted = room.findings.verdict(left?.id ?? '', { verdict: 'accept', revision: 0 }, drHansen)
    state.candidates = [aCandidate({ centreMm: [10.9, 4.5, 10.4], diameterMm: 7.5 }), aCandidate({ centreMm: [-14, 0, 20], sliceIndex: 10, laterality: 'right', diameterMm: 5 })]
    await analysed()
    const now = room.findings.list(studyUid)
    expect(now).toHaveLength(2)
    expect(now.find(({ id }) => id === accepted.id)).toMatchObject({ status: 'accepted', diameterMm: 7.24 })
    expect(now.find(({ id }) => id !== accepted.id)).toMatchObject({ status: 'proposed', diameterMm: 5, laterality: 'right' })
  })

  it('does not take two stones that lie close together for one', async () => {
    const { room, state, analysed } = aRoom({ candidates: [aCandidate()] })
    await analysed()
    const [first] = room.findings.list(studyUid)
    room.findings.verdict(first?.id ?? '', { verdict: 'accept', revision: 0 }, drHansen)
    state.candidates = [aCandidate(), aCandidate({ centreMm: [11.5, 4, 10], diameterMm: 2 })]
    await analysed()
    expect(room.findings.list(studyUid).map(({ diameterMm }) => diameterMm)).toEqual([7.24, 2])
  })

  it('is refused once the report is signed', async () => {
    const { room, jobs, analysed } = aRoom({ candidates: [] })
    await analysed()
    const { revision } = await room.reports.get(studyUid)
    await room.signing.sign(studyUid, { revision, password: rightPassword }, drHansen)
    await jobs.idle()
    await expect(room.analyse(studyUid, { protocol: 'auto' }, drHansen)).rejects.toMatchObject({ code: 'already-signed' })
  })
})
