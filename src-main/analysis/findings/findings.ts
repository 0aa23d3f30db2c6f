import type { Finding, FindingByHand, FindingEdit, FindingPatch, VerdictRequest } from '../../../src-shared/analysis.ts'
import { AppError } from '../../../src-shared/errors.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { Principal } from '../../platform/http.ts'
import { newRowId } from '../../platform/row-id.ts'
import type { AnalysisDeps } from '../faces.ts'
import { findingOf, type FindingChange, type FindingRow, type FindingStore } from './finding-store.ts'
import { frameThatShows } from './place.ts'

type Deps = Pick<AnalysisDeps, 'db' | 'clock' | 'audit' | 'studies'> & Readonly<{
  store: FindingStore
  isSigned: (studyUid: StudyUid) => boolean
  /** Redrafts the report and the worklist row inside the same transaction. */
  changed: (studyUid: StudyUid) => void
  /** The technique of a report is read from the series, which takes its time; so the draft has to be there before the transaction. */
  ensureReport: (studyUid: StudyUid) => Promise<unknown>
  /** Tells the windows, after the transaction. */
  announce: (studyUid: StudyUid) => void
}>
export type Findings = ReturnType<typeof createFindings>

const verdictStatus = { accept: 'accepted', reject: 'rejected', reopen: 'proposed' } as const
const editable = ['kind', 'diameterMm', 'volumeMm3', 'meanHu', 'maxHu', 'laterality', 'location', 'note'] as const

/** What a clinician does with findings. Each act is one transaction: the row, its act, the redrafted report, the audit row. */
export function createFindings({ db, clock, audit, studies, store, isSigned, changed, ensureReport, announce }: Deps) {
  const rowOf = (id: string, revision: number): FindingRow => {
    const row = store.get(id)
    if (row === null) throw new AppError('not-found', 'This finding is not there any more. A newer analysis has replaced it.')
    refuseSigned(row.studyUid)
    if (row.revision !== revision) throw new AppError('stale-revision', 'This finding has changed since you saw it. Look at it again, then decide.')
    return row
  }
  const refuseSigned = (studyUid: StudyUid) => {
    if (isSigned(studyUid)) throw new AppError('already-signed', 'The report is signed, so its findings do not change. Write an addendum instead.')
  }
  const view = (row: FindingRow): Finding => findingOf(row, store.acts(row.id))
  const inOne = (act: () => FindingRow): Finding => {
    const row = db.sqlite.transaction(() => {
      const done = act()
      changed(done.studyUid)
      return done
    }).immediate()
    announce(row.studyUid)
    return view(row)
  }

  const verdict = (id: string, request: VerdictRequest, by: Principal): Finding => inOne(() => {
    const row = rowOf(id, request.revision)
    const isEdited = store.acts(id).some(({ act }) => act.act === 'edit' && act.edit.field !== 'note')
    const status = request.verdict === 'accept' && isEdited ? 'amended' : verdictStatus[request.verdict]
    const decided = request.verdict === 'reopen' ? { decidedBy: null, decidedAt: null } : { decidedBy: by.name, decidedAt: clock.iso() }
    const next = store.change(row, { status, ...decided })
    store.record(row, { act: 'verdict', verdict: request.verdict, reason: request.reason ?? '' }, by)
    audit.record({ actor: by.id, actorName: by.name, action: `finding.${request.verdict}`, subject: id, detail: { kind: row.kind, from: row.status, to: status } })
    return next
  })

  const edit = (id: string, patch: FindingPatch, by: Principal): Finding => inOne(() => {
    const row = rowOf(id, patch.revision)
    const at = clock.iso()
    const edits = editable.flatMap((field): FindingEdit[] => {
      const to = patch[field]
      return to === undefined || to === row[field] ? [] : [{ field, from: row[field], to, by: by.name, at }]
    })
    if (edits.length === 0) return row
    const isAmended = row.status === 'accepted' && edits.some((one) => one.field !== 'note')
    const next = store.change(row, { ...changeOf(patch, row), ...(isAmended ? { status: 'amended' as const, decidedBy: by.name, decidedAt: at } : {}) })
    for (const one of edits) store.record(row, { act: 'edit', edit: one }, by)
    // The audit names the fields alone: a note is free text and may hold a name.
    audit.record({ actor: by.id, actorName: by.name, action: 'finding.edit', subject: id, detail: { fields: edits.map((one) => one.field) } })
    return next
  })

  const addByHand = async (studyUid: StudyUid, request: FindingByHand, by: Principal): Promise<Finding> => {
    frameThatShows(studyUid, await studies.describeSeries(request.seriesUid), request)
    await ensureReport(studyUid)
    return inOne(() => {
      refuseSigned(studyUid)
      const { diameterMm, kind, seriesUid, sopInstanceUid, frameNumber, centreMm, laterality, location, note } = request
      const row = {
        id: newRowId(), studyUid, analysisId: null, origin: 'clinician' as const, kind, status: 'accepted' as const, seriesUid, sopInstanceUid, frameNumber,
        confidence: null, reason: `Added by ${by.name}.`, note, diameterMm, diameterErrorMm: null, volumeMm3: null, meanHu: null, maxHu: null, huVoxels: null,
        laterality, location, centreMm, diameterEndsMm: null, measured: null, decidedBy: by.name, decidedAt: clock.iso()
      }
      store.insert(row)
      const stored = rowOf(row.id, 0)
      store.record(stored, { act: 'added' }, by)
      audit.record({ actor: by.id, actorName: by.name, action: 'finding.add', subject: row.id, detail: { kind } })
      return stored
    })
  }

  return {
    verdict, edit, addByHand,
    list: (studyUid: StudyUid): Finding[] => store.ofStudy(studyUid).map(view),
    get(id: string): Finding {
      const row = store.get(id)
      if (row === null) throw new AppError('not-found', 'There is no such finding.')
      return view(row)
    }
  }
}

/** A diameter typed by hand has no error band of the ruler and no caliper ends any more; a density typed by hand is no fit. */
function changeOf(patch: FindingPatch, row: FindingRow): FindingChange {
  const { revision: _revision, ...fields } = patch
  const typed: FindingChange = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  const change: FindingChange = patch.meanHu === undefined || patch.meanHu === row.meanHu ? typed : { ...typed, huVoxels: null }
  const isResized = patch.diameterMm !== undefined && patch.diameterMm !== row.diameterMm
  return isResized ? { ...change, diameterErrorMm: row.measured?.diameterMm === patch.diameterMm ? row.measured?.diameterErrorMm ?? null : null } : change
}
