import { afterEach, describe, expect, it } from 'vitest'
import { aCandidate, aPhlebolith, aSeries, anAnalysisRoom, drHansen, instanceUid, rightPassword, seriesUid, studyUid, type RoomOptions, type TestRoom } from '../../../test/support/analysis-room.ts'
import { FindingByHand } from '../../../src-shared/analysis.ts'
import { placeInFrame } from './place.ts'
import { worklistFindings } from './summary.ts'

const open: TestRoom[] = []
afterEach(async () => { for (const made of open.splice(0)) await made.close() })

async function anAnalysedRoom(options: RoomOptions = {}) {
  const made = anAnalysisRoom({ candidates: [aCandidate()], ...options })
  open.push(made)
  await made.analysed()
  const [finding] = made.room.findings.list(studyUid)
  if (finding === undefined) throw new Error('The analysis found nothing.')
  return { ...made, finding }
}
const byHand = (change: object = {}) => FindingByHand.parse({
  kind: 'stone', seriesUid, sopInstanceUid: instanceUid(3), frameNumber: 1, centreMm: [4, 4, 6], laterality: 'right', location: 'upper-ureter', diameterMm: 4, ...change
})

describe('a verdict', () => {
  it('is kept with who gave it and when, in the finding, its history and the audit trail', async () => {
    const { room, finding, audited } = await anAnalysedRoom()
    const accepted = room.findings.verdict(finding.id, { verdict: 'accept', revision: 0 }, drHansen)
    expect(accepted).toMatchObject({ status: 'accepted', decidedBy: 'Dr Hansen', revision: 1 })
    expect(audited.at(-1)).toEqual({ actor: drHansen.id, actorName: 'Dr Hansen', action: 'finding.accept', subject: finding.id, detail: { kind: 'stone', from: 'proposed', to: 'accepted' } })
    expect(room.findings.verdict(finding.id, { verdict: 'reject', revision: 1, reason: 'vessel' }, drHansen)).toMatchObject({ status: 'rejected', revision: 2 })
    expect(room.findings.verdict(finding.id, { verdict: 'reopen', revision: 2 }, drHansen)).toMatchObject({ status: 'proposed', decidedBy: null, decidedAt: null, revision: 3 })
  })

  it('on a finding that changed since it was read is refused', async () => {
    const { room, finding } = await anAnalysedRoom()
    room.findings.verdict(finding.id, { verdict: 'accept', revision: 0 }, drHansen)
    expect(() => room.findings.verdict(finding.id, { verdict: 'reject', revision: 0 }, drHansen)).toThrow(/has changed since you saw it/)
    expect(room.findings.get(finding.id).status).toBe('accepted')
  })

  it('changes nothing at all where its audit row can not be written', async () => {
    const { room, finding, audited } = await anAnalysedRoom()
    audited.push = () => { throw new Error('disk full') }
    expect(() => room.findings.verdict(finding.id, { verdict: 'accept', revision: 0 }, drHansen)).toThrow('disk full')
    expect(room.findings.get(finding.id)).toMatchObject({ status: 'proposed', revision: 0, decidedBy: null })
  })

  it('moves the words of the worklist', async () => {
    const { room, finding, studies } = await anAnalysedRoom()
    expect(studies.reviews.get(studyUid)?.findings).toBe('1 stone, 7.2 mm')
    room.findings.verdict(finding.id, { verdict: 'reject', revision: 0 }, drHansen)
    expect(studies.reviews.get(studyUid)?.findings).toBe('No stones measured')
  })

  it('and every other change is refused once the report is signed, by the code and by the database', async () => {
    const { room, finding, db } = await anAnalysedRoom()
    room.findings.verdict(finding.id, { verdict: 'accept', revision: 0 }, drHansen)
    const { revision } = await room.reports.get(studyUid)
    await room.signing.sign(studyUid, { revision, password: rightPassword }, drHansen)
    const refused = expect.objectContaining({ code: 'already-signed' }) as Error
    expect(() => room.findings.verdict(finding.id, { verdict: 'reject', revision: 1 }, drHansen)).toThrow(refused)
    expect(() => room.findings.edit(finding.id, { revision: 1, diameterMm: 9 }, drHansen)).toThrow(refused)
    await expect(room.findings.addByHand(studyUid, byHand(), drHansen)).rejects.toMatchObject({ code: 'already-signed' })
    expect(() => db.sqlite.prepare('update findings set diameter_mm = 1').run()).toThrow('a signed study does not change')
    expect(() => db.sqlite.prepare('delete from findings').run()).toThrow()
    expect(() => db.sqlite.prepare("update finding_acts set actor = 'x'").run()).toThrow('history is append-only')
  })
})

describe('an edit', () => {
  it('of the size is marked under the key image as well', async () => {
    const { room, finding } = await anAnalysedRoom()
    room.findings.edit(finding.id, { revision: 0, diameterMm: 9 }, drHansen)
    expect((await room.reports.get(studyUid)).keyImages[0]?.caption).toContain(', 9.0 mm [edited; measured 7.2]; position')
  })

  it('records each field from what to what, by whom, and keeps what was measured', async () => {
    const { room, finding } = await anAnalysedRoom()
    const edited = room.findings.edit(finding.id, { revision: 0, diameterMm: 8, laterality: 'right', note: 'At the lower pole.' }, drHansen)
    expect(edited).toMatchObject({ diameterMm: 8, diameterErrorMm: null, laterality: 'right', note: 'At the lower pole.', status: 'proposed', revision: 1 })
    expect(edited.edits.map(({ field, from, to, by }) => ({ field, from, to, by }))).toEqual([
      { field: 'diameterMm', from: 7.24, to: 8, by: 'Dr Hansen' }, { field: 'laterality', from: 'left', to: 'right', by: 'Dr Hansen' },
      { field: 'note', from: '', to: 'At the lower pole.', by: 'Dr Hansen' }
    ])
    expect(room.findings.edit(finding.id, { revision: 1, diameterMm: 7.24 }, drHansen)).toMatchObject({ diameterErrorMm: 0.42, revision: 2 })
    expect(room.findings.edit(finding.id, { revision: 2, meanHu: 700 }, drHansen)).toMatchObject({ meanHu: 700, huVoxels: null })
  })

  it('of an accepted finding amends it, and accepting an edited one amends it too', async () => {
    const { room, finding } = await anAnalysedRoom()
    room.findings.verdict(finding.id, { verdict: 'accept', revision: 0 }, drHansen)
    expect(room.findings.edit(finding.id, { revision: 1, note: 'seen' }, drHansen).status).toBe('accepted')
    expect(room.findings.edit(finding.id, { revision: 2, meanHu: 900 }, drHansen).status).toBe('amended')
    room.findings.verdict(finding.id, { verdict: 'reopen', revision: 3 }, drHansen)
    expect(room.findings.verdict(finding.id, { verdict: 'accept', revision: 4 }, drHansen).status).toBe('amended')
  })

  it('that changes nothing leaves no trace', async () => {
    const { room, finding } = await anAnalysedRoom()
    expect(room.findings.edit(finding.id, { revision: 0, diameterMm: 7.24 }, drHansen)).toMatchObject({ revision: 0, edits: [] })
  })

  it('keeps free text out of the audit trail', async () => {
    const { room, finding, audited } = await anAnalysedRoom()
    room.findings.edit(finding.id, { revision: 0, note: 'Jane Doe asked for it' }, drHansen)
    expect(audited.at(-1)?.detail).toEqual({ fields: ['note'] })
    expect(JSON.stringify(audited)).not.toContain('Jane')
  })
})

describe('a finding added by hand', () => {
  it('is the clinician’s own and stands at once', async () => {
    const { room, studies } = await anAnalysedRoom()
    const added = await room.findings.addByHand(studyUid, byHand(), drHansen)
    expect(added).toMatchObject({ origin: 'clinician', status: 'accepted', diameterMm: 4, diameterErrorMm: null, decidedBy: 'Dr Hansen', reason: 'Added by Dr Hansen.', analysisId: null })
    expect(studies.reviews.get(studyUid)?.findings).toBe('2 stones, largest 7.2 mm')
  })

  it.each([
    ['names an image that is not in the series', { sopInstanceUid: '1.2.3' }, /not in the series/],
    ['names a frame that the image lacks', { frameNumber: 2 }, /not in the series/],
    ['lies on another slice', { centreMm: [4, 4, 9] }, /does not lie in this image/],
    ['lies outside the image', { centreMm: [400, 4, 6] }, /does not lie in this image/]
  ])('is refused where it %s', async (_words, change, sentence) => {
    const { room } = await anAnalysedRoom()
    await expect(room.findings.addByHand(studyUid, byHand(change), drHansen)).rejects.toThrow(sentence)
    expect(room.findings.list(studyUid)).toHaveLength(1)
  })

  it('in a study that was never analysed brings a draft with its technique', async () => {
    const made = anAnalysisRoom()
    open.push(made)
    await made.room.findings.addByHand(studyUid, byHand(), drHansen)
    expect((await made.room.reports.get(studyUid)).text).toMatch(/CT series 2[^]*Stone, marked by hand, in the right upper ureter: longest diameter 4\.0 mm\./)
    expect(made.studies.reviews.get(studyUid)?.findings).toBe('1 stone, 4.0 mm')
  })

  it('survives a new analysis', async () => {
    const { room, analysed } = await anAnalysedRoom()
    const added = await room.findings.addByHand(studyUid, byHand(), drHansen)
    await analysed()
    expect(room.findings.list(studyUid).map(({ id }) => id)).toContain(added.id)
  })
})

describe('the worklist’s words', () => {
  const stone = (diameterMm: number | null, status: 'proposed' | 'rejected' = 'proposed') => ({ kind: 'stone' as const, status, diameterMm })
  it.each([
    [[], 'No stones measured'],
    [[stone(7.24)], '1 stone, 7.2 mm'],
    [[stone(3), stone(7.25), stone(12, 'rejected')], '2 stones, largest 7.3 mm'],
    [[{ kind: 'phlebolith' as const, status: 'accepted' as const, diameterMm: 9 }], 'No stones measured'],
    [[stone(null)], '1 stone']
  ])('of %j are %s', (findings, words) => {
    expect(worklistFindings(findings, 'urinary-stones')).toBe(words)
  })

  it('say nothing of stones where no stone protocol looked', () => {
    expect(worklistFindings([], 'general-ct')).toBe('')
    expect(worklistFindings([], null)).toBe('')
    expect(worklistFindings([stone(4)], null)).toBe('1 stone, 4.0 mm')
  })

  it('come from mimics in no way', async () => {
    const { studies } = await anAnalysedRoom({ candidates: [aPhlebolith(), aCandidate()] })
    expect(studies.reviews.get(studyUid)?.findings).toBe('1 stone, 7.2 mm')
  })
})

describe('the place of a point in a frame', () => {
  it('follows orientation and spacing, oblique ones too', () => {
    const series = { ...aSeries(), orientation: [0, 1, 0, 0, 0, -1], pixelSpacingMm: [0.5, 2] as [number, number] }
    const frame = { ...aSeries().frames[0], positionMm: [100, -20, 50] as [number, number, number] }
    if (frame.sopInstanceUid === undefined) throw new Error('The series has no frame.')
    expect(placeInFrame(series, { ...aSeries().frames[0], ...frame } as typeof series.frames[0], [97, -10, 45])).toEqual({ column: 5, row: 10, offPlaneMm: 3 })
  })
})
