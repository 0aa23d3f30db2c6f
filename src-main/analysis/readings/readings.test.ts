import { afterEach, describe, expect, it } from 'vitest'
import { anAnalysisRoom, anAssistant, drHansen, rightPassword, studyUid, type RoomOptions, type TestRoom } from '../../../test/support/analysis-room.ts'
import { aRun, aScriptedReader } from '../../../test/support/scripted-reader.ts'
import { AppError } from '../../../src-shared/errors.ts'
import { reportText } from '../reports/text.ts'
import { readFrozen } from '../reports/frozen.ts'

const rooms: TestRoom[] = []
const aRoom = (options: RoomOptions = {}) => {
  const reader = aScriptedReader()
  const test = anAnalysisRoom({ reader, ...options })
  rooms.push(test)
  return { ...test, reader }
}
afterEach(async () => { for (const { close } of rooms.splice(0)) await close() })
type Room = ReturnType<typeof aRoom>
const readingsOf = ({ room }: Room) => room.readings.list(studyUid).readings
const statementsOf = (test: Room) => readingsOf(test).flatMap(({ statements }) => statements)
const flagged = (test: Room) => statementsOf(test).find(({ isFlagged }) => isFlagged)
const decide = (test: Room, verdict: 'accept' | 'reject' | 'reopen' | 'amend', which = flagged(test), text?: string) => {
  if (which === undefined) throw new Error('There is no such sentence.')
  return test.room.readings.verdict(which.id, { verdict, revision: which.revision, ...(text === undefined ? {} : { text }) }, drHansen)
}
const textOf = async ({ room }: Room) => reportText((await room.reports.get(studyUid)).content)

describe('the reader in an analysis', () => {
  it('describes the study and looks again at each candidate, most stone-like first, with the numbers that were measured', async () => {
    const test = aRoom()
    const analysis = await test.analysed()
    expect(test.reader.asked.map(({ task }) => task)).toEqual(['describe-study', 'second-look', 'second-look'])
    expect(test.reader.asked[0]?.input).toMatchObject({ facts: { modality: 'CT', sex: 'female', ageYears: 56 }, measurements: expect.arrayContaining([expect.objectContaining({ text: '7.2', unit: 'mm' }), { text: '1', unit: '', findingId: null, field: 'count.stones' }]) })
    const lookAsked = (test.reader.asked[1]?.input ?? {}) as { candidate?: unknown, measurements?: unknown[] }
    // Only what was measured of this one, and never what the protocol takes it for.
    expect(JSON.stringify(lookAsked.candidate)).not.toMatch(/stone|phlebolith/)
    expect(lookAsked.measurements).toHaveLength(5)
    expect(analysis.steps.find(({ step }) => step === 'read')).toMatchObject({ state: 'done', detail: expect.stringContaining('2 candidates looked at again') })
    expect(analysis.engine.reader).toContain('tiny fp32 (abababab)')
    const findings = test.room.findings.list(studyUid)
    expect(readingsOf(test).filter(({ task }) => task === 'second-look').map(({ findingId, verdict }) => [findings.some(({ id }) => id === findingId), verdict])).toEqual([[true, 'stone'], [true, 'stone']])
  })

  it('says in the report what read how much of it, and nothing of its words before somebody has taken them in', async () => {
    const test = aRoom()
    await test.analysed()
    expect(await textOf(test)).toContain('Read by tiny fp32 (abababab), describe-study/1 on 0 of 40 slices, because the memory has room for no more.')
    expect(await textOf(test)).not.toContain('kidneys are of even density')
    decide(test, 'accept', statementsOf(test).find(({ isFlagged }) => !isFlagged && true))
  })

  it('tells a window what it writes while it writes', async () => {
    const test = aRoom()
    await test.analysed()
    const told = test.published.flatMap((event) => (event.type === 'reading-progress' ? [event] : []))
    expect(told.some(({ text }) => text === '{"statements":')).toBe(true)
  })

  it('that fails takes nothing from the measurements, and the report says why no model has read it', async () => {
    const test = aRoom()
    test.reader.fail = new AppError('too-large', 'The model needs more memory.')
    const analysis = await test.analysed()
    expect(analysis).toMatchObject({ state: 'awaiting-clinician' })
    expect(analysis.steps.find(({ step }) => step === 'read')).toMatchObject({ state: 'skipped', detail: 'The reader stopped: The model needs more memory.' })
    expect(await textOf(test)).toContain('No model has read this study: The model needs more memory.')
    expect(test.room.findings.list(studyUid)).toHaveLength(2)
  })

  it('is called off with the analysis, and what is missing is read when it is asked for again', async () => {
    const test = aRoom()
    let release = () => undefined as void
    test.reader.hold = new Promise((done) => { release = () => { done() } })
    const { id } = await test.room.analyse(studyUid, { protocol: 'auto' }, drHansen)
    await expect.poll(() => test.reader.asked.length, { timeout: 10_000 }).toBe(1)
    test.room.cancel(id, drHansen)
    release()
    await expect.poll(() => readingsOf(test).map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    test.reader.hold = null
    expect(await test.analysed()).toMatchObject({ state: 'awaiting-clinician' })
    expect(readingsOf(test).filter(({ state }) => state === 'done')).toHaveLength(3)
  })

  it('that was cut off by a crash goes on with what is missing, and asks nothing twice', async () => {
    const first = aRoom()
    const folder = first.folder
    let release = () => undefined as void
    await first.room.analyse(studyUid, { protocol: 'auto' }, drHansen)
    const run = first.reader.run
    let count = 0
    first.reader.run = async (task, input, options) => {
      if (++count === 2) await new Promise<void>((done) => { release = () => { done() } })
      return run(task, input, options)
    }
    await expect.poll(() => count, { timeout: 10_000 }).toBe(2)
    // As a process that ends in the middle leaves it: the lease is given back at the end of the queue.
    const closing = first.close({ keepFolder: true })
    release()
    await closing
    rooms.splice(0)
    const second = aRoom({ folder })
    await expect.poll(() => second.room.analysisOf(studyUid)?.state, { timeout: 10_000 }).toBe('awaiting-clinician')
    expect(second.reader.asked.map(({ task }) => task)).toEqual(['second-look', 'second-look'])
    expect(readingsOf(second)).toHaveLength(3)
    expect(new Set(statementsOf(second).map(({ id }) => id)).size).toBe(4)
  })
})

describe('a sentence of the reader', () => {
  it('reaches the report only when a clinician takes it in, as the model’s words, and leaves it again', async () => {
    const test = aRoom()
    await test.analysed()
    const plain = statementsOf(test).find(({ section, isFlagged }) => section === 'findings' && !isFlagged)
    const accepted = decide(test, 'accept', plain)
    const { content } = await test.room.reports.get(studyUid)
    expect(content.findings.find(({ id }) => id === `statement:${accepted.id}`)).toMatchObject({ origin: 'model', spans: [{ type: 'text', text: 'The kidneys are of even density. [words of the reader]' }] })
    decide(test, 'reopen', accepted)
    expect(await textOf(test)).not.toContain('even density')
    expect(test.audited.filter(({ action }) => action.startsWith('statement.')).map(({ action, detail }) => [action, JSON.stringify(detail)])).toEqual([['statement.accept', '{"wasFlagged":false}'], ['statement.reopen', '{"wasFlagged":false}']])
  })

  it('with a number that nothing measured keeps the report from being signed until somebody has decided', async () => {
    const test = aRoom()
    await test.analysed()
    for (const { id, revision, kind } of test.room.findings.list(studyUid)) if (kind === 'stone') test.room.findings.verdict(id, { verdict: 'accept', revision }, drHansen)
    const { missing, revision } = await test.room.reports.get(studyUid)
    expect(missing).toEqual(['1 sentence of the reader names a number that no measurement stands behind: accept it without the number, amend or reject it.'])
    await expect(test.room.signing.sign(studyUid, { revision, password: rightPassword }, drHansen)).rejects.toMatchObject({ code: 'cannot-sign' })
    decide(test, 'accept')
    expect(await textOf(test)).toContain('A cyst of (number removed) in the liver.')
    expect(await textOf(test)).not.toContain('43')
    const now = await test.room.reports.get(studyUid)
    const signed = await test.room.signing.sign(studyUid, { revision: now.revision, password: rightPassword }, drHansen)
    expect(signed.status).toBe('final')
    const document = test.db.sqlite.prepare<[], { document: string }>('select document from signatures').get()?.document ?? ''
    expect(readFrozen(document).modelLines).toMatchObject([{ run: { model: 'tiny', promptVersion: 'describe-study/1' }, images: [] }])
    expect(test.room.verifyReport(studyUid)).toMatchObject({ isIntact: true })
  })

  it('that is amended becomes the clinician’s, and rejected ones are gone', async () => {
    const test = aRoom()
    await test.analysed()
    decide(test, 'amend', flagged(test), 'A simple cyst in the liver.')
    const { content, missing } = await test.room.reports.get(studyUid)
    expect(content.findings.find(({ id }) => id.startsWith('statement:'))).toMatchObject({ origin: 'clinician', spans: [{ type: 'text', text: 'A simple cyst in the liver.' }] })
    expect(missing.join(' ')).not.toContain('reader')
    decide(test, 'reject')
    expect(await textOf(test)).not.toContain('cyst')
  })

  it('of a mock says so in its very words', async () => {
    const test = aRoom()
    test.reader.runNow = { ...aRun, isMock: true, model: 'MOCK' }
    await test.analysed()
    decide(test, 'accept', statementsOf(test).find(({ section, isFlagged }) => section === 'findings' && !isFlagged))
    expect(await textOf(test)).toContain('[MOCK] The kidneys are of even density.')
    expect(await textOf(test)).toContain('MOCK: no model has read this study')
    expect(statementsOf(test).every(({ isMock }) => isMock)).toBe(true)
  })

  it('that was decided on elsewhere, or belongs to a signed report, is refused', async () => {
    const test = aRoom()
    await test.analysed()
    const before = flagged(test)
    decide(test, 'reject')
    expect(() => decide(test, 'accept', before)).toThrow('decided on elsewhere')
    for (const { id, revision, kind } of test.room.findings.list(studyUid)) if (kind === 'stone') test.room.findings.verdict(id, { verdict: 'accept', revision }, drHansen)
    const { revision } = await test.room.reports.get(studyUid)
    await test.room.signing.sign(studyUid, { revision, password: rightPassword }, drHansen)
    expect(() => decide(test, 'accept')).toThrow('signed')
    expect(() => test.db.sqlite.prepare(`update statements set status = 'accepted'`).run()).toThrow('a signed study does not change')
    expect(() => test.db.sqlite.prepare('delete from statement_acts').run()).toThrow('append-only')
  })
})

describe('a question by hand', () => {
  it('is answered without an analysis, and a later answer takes the place of one that nobody decided on', async () => {
    const test = aRoom()
    const ask = async () => { await test.room.readings.request(studyUid, { task: 'describe-study', language: 'en' }, anAssistant); await test.jobs.idle() }
    await ask()
    await ask()
    expect(readingsOf(test)).toHaveLength(1)
    decide(test, 'reject')
    await ask()
    expect(readingsOf(test)).toHaveLength(2)
  })

  it('looks at every finding that stands, or at one', async () => {
    const test = aRoom()
    await test.analysed()
    const before = test.reader.asked.length
    const [first] = test.room.findings.list(studyUid)
    expect(await test.room.readings.request(studyUid, { task: 'second-look', language: 'en', ...(first === undefined ? {} : { findingId: first.id }) }, drHansen)).toHaveLength(1)
    expect(await test.room.readings.request(studyUid, { task: 'second-look', language: 'en' }, drHansen)).toHaveLength(2)
    await test.jobs.idle()
    expect(test.reader.asked.length - before).toBeLessThanOrEqual(3)
  })

  it('about the report gets its lines, and plain words may be asked for in another language', async () => {
    const test = aRoom()
    await test.analysed()
    await test.room.readings.request(studyUid, { task: 'impression', language: 'en' }, drHansen)
    await test.room.readings.request(studyUid, { task: 'plain-language', language: 'es' }, drHansen)
    await test.jobs.idle()
    expect(test.reader.asked.find(({ task }) => task === 'impression')?.input).toMatchObject({ lines: expect.arrayContaining([expect.objectContaining({ label: 'L1', text: expect.stringContaining('7.2') })]) })
    expect(test.reader.asked.find(({ task }) => task === 'plain-language')?.input).toMatchObject({ language: 'es' })
  })

  it('is called off at once, also while it waits', async () => {
    const test = aRoom()
    let release = () => undefined as void
    test.reader.hold = new Promise((done) => { release = () => { done() } })
    const [reading] = await test.room.readings.request(studyUid, { task: 'describe-study', language: 'en' }, drHansen)
    await expect.poll(() => test.reader.asked.length).toBe(1)
    expect(test.room.readings.cancel(reading?.id ?? '', drHansen)).toMatchObject({ state: 'cancelled' })
    release()
    await test.jobs.idle()
    expect(statementsOf(test)).toEqual([])
    expect(() => test.room.readings.cancel(reading?.id ?? '', drHansen)).toThrow('over')
  })

  it('that fails says why, and without a reader none is taken', async () => {
    const test = aRoom()
    test.reader.fail = new AppError('busy', 'Vertex takes no more requests at the moment.')
    await test.room.readings.request(studyUid, { task: 'describe-study', language: 'en' }, drHansen)
    await expect.poll(() => readingsOf(test)[0]?.state).toBe('failed')
    expect(readingsOf(test)[0]?.error).toContain('Vertex takes no more')
    test.reader.why = 'No reader is installed.'
    await expect(test.room.readings.request(studyUid, { task: 'describe-study', language: 'en' }, drHansen)).rejects.toMatchObject({ code: 'not-configured' })
    expect(test.room.readings.list(studyUid)).toMatchObject({ canRead: false, whyNot: 'No reader is installed.' })
  })
})

describe('read-first', () => {
  it('shows no word of the model before an impression is kept, and keeps that for ever', async () => {
    const test = aRoom()
    test.reader.isReadFirstNow = true
    await test.analysed()
    const hidden = test.room.readings.list(studyUid)
    expect(hidden.isHidden).toBe(true)
    expect(hidden.readings.every(({ statements, verdict }) => statements.length === 0 && verdict === null)).toBe(true)
    expect(test.published.every((event) => event.type !== 'reading-progress' || event.text === null)).toBe(true)
    expect((await test.room.reports.get(studyUid)).missing.join(' ')).toContain('write your impression, then open it under Reader')
    const open = test.room.readings.commitImpression(studyUid, 'One stone on the left.', drHansen)
    expect(open).toMatchObject({ isHidden: false, firstImpression: { text: 'One stone on the left.', by: 'Dr Hansen', agreement: null } })
    expect(statementsOf(test).length).toBeGreaterThan(0)
    expect(() => test.room.readings.commitImpression(studyUid, 'Another.', drHansen)).toThrow('already kept')
    expect(() => test.db.sqlite.prepare(`update first_impressions set text = 'x'`).run()).toThrow('append-only')
    test.room.readings.agree(studyUid, { agreement: 'differs', note: 'It saw a cyst.' }, drHansen)
    test.room.readings.agree(studyUid, { agreement: 'agrees', note: '' }, drHansen)
    expect(test.room.readings.list(studyUid).firstImpression).toMatchObject({ agreement: 'agrees' })
    const { entries } = await test.room.timeline(studyUid)
    expect(entries.map(({ text }) => text)).toEqual(expect.arrayContaining(['First impression kept; the text of the reader was opened.', 'The reader agrees with the first impression.']))
  })
})

describe('how the reader fares', () => {
  it('is counted by version over the last 200 cases', async () => {
    const test = aRoom()
    await test.analysed()
    decide(test, 'reject')
    const [stone, other] = test.room.findings.list(studyUid)
    for (const [finding, verdict] of [[stone, 'accept'], [other, 'reject']] as const) if (finding !== undefined) test.room.findings.verdict(finding.id, { verdict, revision: finding.revision }, drHansen)
    const { cases, versions, recent } = test.room.quality()
    expect(cases).toBe(3)
    expect(versions.find(({ promptVersion }) => promptVersion === 'describe-study/1')).toMatchObject({ model: 'tiny', readings: 1, rejected: 1, open: 1, numbersCut: 1, medianMs: 20 })
    expect(versions.find(({ promptVersion }) => promptVersion === 'second-look/1')).toMatchObject({ readings: 2, falseFindings: 1, missedFindings: 0 })
    expect(recent).toHaveLength(3)
  })

  it('is told at once with ten thousand readings behind it', () => {
    const test = aRoom()
    const insert = test.db.sqlite.prepare(`insert into readings (id, study_uid, task, subject, state, run, timing, images, images_available, images_note, requested_by, requested_by_name, created_at) values (?, '1.2', 'describe-study', '', 'done', ?, '{"totalMs":5}', '[]', 0, '', '', '', ?)`)
    test.db.sqlite.transaction(() => { for (let index = 0; index < 10_000; index++) insert.run(`r${index}`, JSON.stringify(aRun), new Date(index).toISOString()) })()
    const startedMs = performance.now()
    expect(test.room.quality().cases).toBe(200)
    expect(performance.now() - startedMs).toBeLessThan(1000)
  })
})
