import { describe, expect, it } from 'vitest'
import { AppError } from '../../../../src-shared/errors.ts'
import { StudyUid } from '../../../../src-shared/ids.ts'
import type { Report, ReportContent } from '../../../../src-shared/reports.ts'
import { UnreachableError } from '../../../api/failures.ts'
import { createDrafts } from './drafts.ts'

const studyUid = StudyUid.parse('1.2.3')
const saying = (...texts: string[]): ReportContent => ({
  technique: [], impression: [], findings: texts.map((text, index) => ({ id: `line-${index}`, origin: 'clinician', findingId: null, spans: [{ type: 'text', text }] }))
})
const aReport = (patch: Partial<Report>): Report => ({
  id: '0190a000-0000-7000-8000-000000000001', studyUid, version: 1, status: 'draft', revision: 1, content: saying('one', 'two'), text: '', options: [], keyImages: [], addenda: [],
  missing: [], hash: null, signedBy: null, signedAt: null, updatedAt: '2026-11-23T10:00:00Z', ...patch
})

/** An edge with one report that behaves as the real one: each write needs the revision it saw. */
function anEdge() {
  const edge = { report: aReport({}), writes: 0, fail: null as Error | null }
  const reports = {
    of: () => Promise.resolve(edge.report),
    write: (_uid: StudyUid, { revision, content }: { revision: number, content: ReportContent }) => {
      edge.writes += 1
      if (edge.fail !== null) return Promise.reject(edge.fail)
      if (revision !== edge.report.revision) return Promise.reject(new AppError('stale-revision', 'Changed since.'))
      edge.report = aReport({ revision: revision + 1, content })
      return Promise.resolve(edge.report)
    }
  }
  const drafts = createDrafts({ reports, onSaved: () => {}, pauseMs: 5, retryMs: 5 })
  return { edge, drafts, draft: () => drafts.store.getState().drafts.get(studyUid) }
}
const texts = ({ findings }: ReportContent) => findings.map(({ spans }) => spans[0]?.text)
const pause = (ms: number) => new Promise((done) => { setTimeout(done, ms) })

describe('a report being written', () => {
  it('is saved after a pause, once for many keystrokes', async () => {
    const { edge, drafts, draft } = anEdge()
    for (const text of ['o', 'on', 'one!']) drafts.edit(studyUid, edge.report, saying(text, 'two'))
    expect([draft()?.kind, drafts.hasUnsaved()]).toEqual(['waiting', true])
    await pause(40)
    expect([texts(edge.report.content), edge.writes, draft()]).toEqual([['one!', 'two'], 1, undefined])
  })
  it('keeps what is typed while a save is under way, and saves it next', async () => {
    const { edge, drafts } = anEdge()
    drafts.edit(studyUid, edge.report, saying('first', 'two'))
    const saving = drafts.flush(studyUid)
    await Promise.resolve()
    drafts.edit(studyUid, edge.report, saying('second', 'two'))
    await saving
    await drafts.flush(studyUid)
    expect([texts(edge.report.content), edge.report.revision, drafts.hasUnsaved()]).toEqual([['second', 'two'], 3, false])
  })
  it('brings a change from elsewhere together with its own without a question', async () => {
    const { edge, drafts } = anEdge()
    drafts.edit(studyUid, edge.report, saying('mine', 'two'))
    edge.report = aReport({ revision: 2, content: saying('one', 'theirs') })
    await drafts.flush(studyUid)
    await pause(30)
    expect([texts(edge.report.content), drafts.hasUnsaved()]).toEqual([['mine', 'theirs'], false])
  })
  it('asks where both changed one line, and does as told', async () => {
    for (const [choice, outcome] of [['mine', 'mine'], ['theirs', 'theirs']] as const) {
      const { edge, drafts, draft } = anEdge()
      drafts.edit(studyUid, edge.report, saying('mine', 'two'))
      edge.report = aReport({ revision: 2, content: saying('theirs', 'two') })
      await drafts.flush(studyUid)
      expect([draft()?.kind, texts(edge.report.content)[0]]).toEqual(['conflict', 'theirs'])
      await drafts.resolve(studyUid, choice)
      expect([texts(edge.report.content)[0], drafts.hasUnsaved()]).toEqual([outcome, false])
    }
  })
  it('never writes over a report that was signed meanwhile', async () => {
    const { edge, drafts, draft } = anEdge()
    drafts.edit(studyUid, edge.report, saying('mine', 'two'))
    edge.report = aReport({ revision: 2, status: 'final' })
    await drafts.flush(studyUid)
    expect([draft()?.kind, edge.writes]).toEqual(['conflict', 1])
  })
  it('holds the text while the edge is silent and saves it when it answers', async () => {
    const { edge, drafts, draft } = anEdge()
    edge.fail = new UnreachableError(null)
    drafts.edit(studyUid, edge.report, saying('kept', 'two'))
    await pause(30)
    expect(draft()?.kind).toMatch(/failed|saving/)
    edge.fail = null
    await pause(40)
    expect([texts(edge.report.content)[0], drafts.hasUnsaved()]).toEqual(['kept', false])
  })
  it('is forgotten when the clinician signs out', async () => {
    const { edge, drafts } = anEdge()
    drafts.edit(studyUid, edge.report, saying('gone', 'two'))
    drafts.forget()
    await pause(20)
    expect([edge.writes, drafts.hasUnsaved()]).toEqual([0, false])
  })
})
