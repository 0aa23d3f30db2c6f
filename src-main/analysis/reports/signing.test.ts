import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { aCandidate, anAdmin, anAnalysisRoom, anAssistant, drHansen, rightPassword, standInStudies, studyUid, trueRuler, type RoomOptions, type TestRoom } from '../../../test/support/analysis-room.ts'
import { StudyUid } from '../../../src-shared/ids.ts'
import { canonicalJson, sha256 } from './canonical.ts'
import { GENESIS_HASH, readFrozen } from './frozen.ts'

const open: TestRoom[] = []
afterEach(async () => { for (const made of open.splice(0)) await made.close() })
async function aReadyReport(options: RoomOptions = {}) {
  const made = anAnalysisRoom({ candidates: [aCandidate()], ...options })
  open.push(made)
  await made.analysed()
  const [finding] = made.room.findings.list(studyUid)
  made.room.findings.verdict(finding?.id ?? '', { verdict: 'accept', revision: 0 }, drHansen)
  const report = await made.room.reports.get(studyUid)
  return { ...made, report, sign: () => made.room.signing.sign(studyUid, { revision: report.revision, password: rightPassword }, drHansen) }
}
const documentsOf = ({ db }: Pick<TestRoom, 'db'>) =>
  db.sqlite.prepare<[], { document: string, hash: string, previous: string }>('select document, hash, previous_hash previous from signatures order by sequence').all()

describe('signing', () => {
  it('freezes text, verdicts, measurements, signer and time under a hash that anyone can compute again', async () => {
    const made = await aReadyReport()
    const signed = await made.sign()
    expect(signed).toMatchObject({ status: 'final', version: 1, signedBy: 'Dr Hansen', missing: [] })
    const [row] = documentsOf(made)
    expect(row?.hash).toBe(signed.hash)
    expect(sha256(row?.document ?? '')).toBe(signed.hash)
    expect(row?.previous).toBe(GENESIS_HASH)
    const frozen = readFrozen(row?.document ?? '')
    expect(frozen).toMatchObject({ studyUid, signer: { id: drHansen.id, name: 'Dr Hansen' }, signedAt: signed.signedAt, report: { text: signed.text, version: 1 } })
    expect(frozen.findings.map(({ finding, measured }) => ({ status: finding.status, by: finding.decidedBy, measured: measured?.diameterMm }))).toEqual([{ status: 'accepted', by: 'Dr Hansen', measured: 7.24 }])
    expect(frozen.analysis?.measurements).toEqual([{ name: 'body-volume', label: 'body volume in the scan', value: 12.34, unit: 'l' }])
    expect(made.studies.reviews.get(studyUid)).toMatchObject({ status: 'signed', findings: '1 stone, 7.2 mm' })
    expect(made.audited.at(-1)).toMatchObject({ action: 'report.sign', detail: { version: 1, hash: signed.hash } })
    expect(made.room.verifyReport(studyUid)).toEqual({ isSigned: true, isIntact: true, problems: [] })
  })

  it('is for clinicians and administrators with their password', async () => {
    const { room, report } = await aReadyReport()
    const sign = (by: typeof drHansen, password = rightPassword) => room.signing.sign(studyUid, { revision: report.revision, password }, by)
    await expect(sign(anAssistant)).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(sign({ id: 'api', name: 'Upload token', role: 'machine' })).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(sign(drHansen, 'wrong')).rejects.toMatchObject({ code: 'wrong-credentials', field: 'password' })
    expect((await room.reports.get(studyUid)).status).toBe('draft')
    expect((await sign(anAdmin)).signedBy).toBe('Ada Admin')
  })

  it('refuses a report that changed since it was read', async () => {
    const { room, report, sign } = await aReadyReport()
    await room.reports.save(studyUid, { revision: report.revision, content: { ...report.content, impression: [] } }, drHansen)
    await expect(sign()).rejects.toMatchObject({ code: 'stale-revision' })
  })

  it('says what is missing', async () => {
    const ruler = { now: trueRuler }
    const { room, report } = await aReadyReport({ ruler: () => ruler.now })
    ruler.now = { isTrue: false, checks: [] }
    const saved = await room.reports.save(studyUid, { revision: report.revision, content: { ...report.content, impression: [], findings: [] } }, drHansen)
    const missing = ['Measuring is locked: the ruler of this workstation is off.', 'The findings are empty.', 'The impression is empty.']
    expect(saved.missing).toEqual(missing)
    await expect(room.signing.sign(studyUid, { revision: saved.revision, password: rightPassword }, drHansen)).rejects.toMatchObject({ code: 'cannot-sign', message: missing.join(' ') })
  })

  it('happens once, whoever asks at the same moment', async () => {
    const made = await aReadyReport()
    const results = await Promise.allSettled([made.sign(), made.sign()])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({ code: 'already-signed' })
    expect(documentsOf(made)).toHaveLength(1)
  })

  it('writes nothing at all where its last row can not be written', async () => {
    const { room, audited, db, sign } = await aReadyReport()
    audited.push = () => { throw new Error('disk full') }
    await expect(sign()).rejects.toThrow('disk full')
    expect(db.sqlite.prepare('select count(*) n from signatures').get()).toEqual({ n: 0 })
    expect((await room.reports.get(studyUid)).status).toBe('draft')
  })
})

describe('a signed report', () => {
  it('takes no save, no update and no delete', async () => {
    const { room, db, report, sign } = await aReadyReport()
    const { revision } = await sign()
    await expect(room.reports.save(studyUid, { revision, content: report.content }, drHansen)).rejects.toMatchObject({ code: 'already-signed' })
    expect(() => db.sqlite.prepare("update reports set content = '{}'").run()).toThrow('a final report is never updated')
    expect(() => db.sqlite.prepare('delete from reports').run()).toThrow('a report is never deleted')
    for (const table of ['signatures', 'report_saves']) {
      expect(() => db.sqlite.prepare(`delete from ${table}`).run()).toThrow('history is append-only')
    }
    expect(() => db.sqlite.prepare("update signatures set hash = 'x'").run()).toThrow('history is append-only')
  })

  it('is not replaced either, nor are its findings moved to a study that is not signed', async () => {
    const { room, db, sign } = await aReadyReport()
    await sign()
    for (const table of ['reports', 'signatures', 'report_saves', 'findings', 'finding_acts']) {
      expect(() => db.sqlite.prepare(`insert or replace into ${table} select * from ${table}`).run(), table).toThrow(/never|append-only|does not change/)
    }
    expect(() => db.sqlite.prepare("update findings set study_uid = '9.9'").run()).toThrow('a signed study does not change')
    expect(() => db.sqlite.prepare("update or replace reports set study_uid = '9.9'").run()).toThrow('a final report is never updated')
    expect(room.verifyReport(studyUid)).toEqual({ isSigned: true, isIntact: true, problems: [] })
  })

  it('is amended by addenda, each chained to what was signed before', async () => {
    const made = await aReadyReport()
    await expect(made.room.signing.addAddendum(studyUid, { text: 'Too early.', password: rightPassword }, drHansen)).rejects.toMatchObject({ code: 'conflict' })
    const signed = await made.sign()
    await expect(made.room.signing.addAddendum(studyUid, { text: 'x', password: 'wrong' }, drHansen)).rejects.toMatchObject({ code: 'wrong-credentials' })
    const amended = await made.room.signing.addAddendum(studyUid, { text: 'Compared with 2025: unchanged.', password: rightPassword }, anAdmin)
    expect(amended).toMatchObject({ status: 'amended', version: 2, hash: signed.hash, addenda: [{ text: 'Compared with 2025: unchanged.', signedBy: 'Ada Admin' }] })
    await made.room.signing.addAddendum(studyUid, { text: 'Second.', password: rightPassword }, drHansen)
    const [report, first, second] = documentsOf(made)
    expect([first?.previous, second?.previous]).toEqual([report?.hash, first?.hash])
    expect(first?.hash).toBe(amended.addenda[0]?.hash)
    expect(made.room.verifyReport(studyUid)).toMatchObject({ isIntact: true })
    expect(() => made.db.sqlite.prepare("update addenda set text = 'x'").run()).toThrow('history is append-only')
  })

  it('is chained to the report signed before it, of whatever study', async () => {
    const other = StudyUid.parse('1.2.826.0.1.3680043.10.2')
    const made = await aReadyReport({ studies: standInStudies([studyUid, other]) })
    const first = await made.sign()
    await made.analysed(other)
    const [finding] = made.room.findings.list(other)
    made.room.findings.verdict(finding?.id ?? '', { verdict: 'reject', revision: 0 }, drHansen)
    const { revision } = await made.room.reports.get(other)
    await made.room.signing.sign(other, { revision, password: rightPassword }, drHansen)
    expect(documentsOf(made)[1]?.previous).toBe(first.hash)
    expect(made.room.verifyReport(other)).toMatchObject({ isIntact: true })
  })

  it.each([
    ['text', 'reports_final_no_update', "update reports set content = replace(content, 'left', 'right')", /differs from what was signed/],
    ['measurement', 'findings_signed_update', 'update findings set diameter_mm = 3', /differs from what was signed/],
    ['document', 'signatures_no_update', "update signatures set document = replace(document, 'left', 'right')", /does not match its hash|differs/],
    ['link', 'signatures_no_update', "update signatures set previous_hash = 'x'", /not chained/]
  ])('whose %s was changed behind its back is found out', async (_words, trigger, change, problem) => {
    const { room, db, sign } = await aReadyReport()
    await sign()
    db.sqlite.exec(`drop trigger ${trigger}`)
    db.sqlite.exec(change)
    const { isIntact, problems } = room.verifyReport(studyUid)
    expect(isIntact).toBe(false)
    expect(problems.join(' ')).toMatch(problem)
  })

  it('with a changed addendum is found out', async () => {
    const { room, db, sign } = await aReadyReport()
    await sign()
    await room.signing.addAddendum(studyUid, { text: 'Unchanged.', password: rightPassword }, drHansen)
    db.sqlite.exec("drop trigger addenda_no_update; update addenda set text = 'Changed.'")
    expect(room.verifyReport(studyUid).problems).toEqual(['An addendum differs from what was signed.'])
  })

  it('that was never signed promises nothing', async () => {
    const { room } = await aReadyReport()
    expect(room.verifyReport(studyUid)).toEqual({ isSigned: false, isIntact: true, problems: [] })
  })
})

describe('the canonical form', () => {
  it('sorts keys, keeps arrays, drops what is undefined', () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'é"'], c: undefined, 'ä': 0.1 })).toBe('{"a":[true,null,"é\\""],"b":1,"ä":0.1}')
    expect(() => canonicalJson({ a: Number.NaN })).toThrow(/not finite/)
    expect(() => canonicalJson(() => 1)).toThrow(/no canonical form/)
  })

  it('does not depend on the order in which an object was built, and reads back as the same value', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed())
      expect(canonicalJson(turned)).toBe(canonicalJson(value))
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }))
  })

  it('gives another hash for a change of any single field of a signed document', async () => {
    const made = await aReadyReport()
    await made.sign()
    const document: unknown = JSON.parse(documentsOf(made)[0]?.document ?? '')
    const leaves = leafPaths(document)
    const before = sha256(canonicalJson(document))
    expect(leaves.length).toBeGreaterThan(60)
    fc.assert(fc.property(fc.constantFrom(...leaves), (path) => {
      const changed: unknown = structuredClone(document)
      changeAt(changed, path)
      expect(sha256(canonicalJson(changed))).not.toBe(before)
    }), { numRuns: 300 })
  })
})

type Path = readonly (string | number)[]

function leafPaths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, member]) => leafPaths(member, [...path, key]))
}

function changeAt(root: unknown, path: Path): void {
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => Reflect.get(Object(at), key), root)
  const last = path.at(-1) ?? ''
  const before: unknown = Reflect.get(Object(parent), last)
  Reflect.set(Object(parent), last, typeof before === 'number' ? before + 1 : typeof before === 'boolean' ? !before : `${String(before)}x`)
}
