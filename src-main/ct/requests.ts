import { basename } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import type { AnalyseRequest } from '../../src-shared/analysis.ts'
import type { CtRequest } from '../../src-shared/ct.ts'
import { RowId, type StudyUid } from '../../src-shared/ids.ts'
import { SendFault } from '../platform/outbox-types.ts'
import type { CtDeps, Principal } from './faces.ts'
import type { CtStore, RequestRow } from './store.ts'
import type { UploadAddresses } from './uploads.ts'

const Work = z.object({ id: RowId })
const jobKind = 'ct-request'
type Protocol = AnalyseRequest['protocol']

/** From an object, a file or a study to its analysis: each request is a row, its work is a job that begins anew after a crash. */
export function createCtRequests({ db, jobs, log, studies, analysis }: CtDeps, store: CtStore, addresses: UploadAddresses) {
  const by = ({ createdBy, createdByName }: RequestRow): Principal => ({ id: createdBy, name: createdByName, role: 'machine' })
  const queue = (values: Readonly<{ uri: string | null, studyUids: StudyUid[], protocol: Protocol }>, who: Principal): string => {
    const id = db.sqlite.transaction(() => {
      const made = store.create({ ...values, state: 'queued', createdBy: who.id, createdByName: who.name })
      jobs.enqueue(jobKind, made, { id: made })
      return made
    })()
    jobs.wake()
    return id
  }

  const bringIn = async (row: RequestRow, uri: string, signal: AbortSignal, progress: (fraction: number) => void): Promise<StudyUid[]> => {
    store.change(row.id, { state: 'fetching' })
    const { body, bytes, name } = await addresses.open(uri, signal)
    const { id: importId } = studies.openUpload('CT by address', null, by(row))
    try {
      await studies.receiveFile(importId, basename(name), counted(body, (done) => { progress(0.9 * done / Math.max(1, bytes)) }), bytes)
    } catch (error) {
      await studies.imports.cancel(importId)
      throw error
    }
    await studies.finishUpload(importId)
    const { studies: found, rejected } = studies.importResult(importId)
    if (found.length === 0) throw new AppError('unsupported', rejected[0] === undefined ? 'The object holds no DICOM file.' : `Nothing of the object could be taken in: ${rejected[0].reason}`)
    return found.map(({ studyUid }) => studyUid)
  }
  const analyseAll = async (row: RequestRow, studyUids: readonly StudyUid[]): Promise<void> => {
    const failures: AppError[] = []
    for (const studyUid of studyUids) {
      const known = analysis.analysisOf(studyUid)
      if (known !== null && known.state !== 'failed' && known.state !== 'cancelled') continue
      try {
        await analysis.analyse(studyUid, { protocol: row.protocol as Protocol }, by(row))
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        failures.push(error)
      }
    }
    // One study of several that can't be analysed is its own matter; where none can, the request has failed.
    if (failures.length === studyUids.length && failures[0] !== undefined) throw failures[0]
  }

  jobs.register<z.infer<typeof Work>>({
    kind: jobKind, payload: Work, concurrency: 1, maxAttempts: 5,
    async run({ id }, { signal, progress }) {
      const row = store.get(id)
      if (row === null) throw new AppError('internal', 'The request is not there any more.')
      try {
        const studyUids = row.uri === null || row.studyUids.length > 0 ? row.studyUids : await bringIn(row, row.uri, signal, progress)
        store.change(id, { studyUids })
        await analyseAll(row, studyUids)
        store.change(id, { state: 'here' })
      } catch (error) {
        throw error instanceof SendFault ? new AppError('busy', `${error.message} Ask for it again later.`, { cause: error }) : error
      }
    },
    onFailed({ id }, reason) { store.change(id, { state: 'failed', error: reason }) }
  })

  return {
    /** The same object asked for again is the same request, unless it failed. */
    analyseUri(named: string, protocol: Protocol, who: Principal): string {
      const uri = addresses.uriOf(named)
      return store.ofUri(uri)?.id ?? queue({ uri, studyUids: [], protocol }, who)
    },
    analyseStudies(studyUids: readonly StudyUid[], protocol: Protocol, who: Principal): string {
      for (const studyUid of studyUids) studies.detail(studyUid)
      return queue({ uri: null, studyUids: [...studyUids], protocol }, who)
    },
    /** Throws AppError 'not-found'. */
    view(id: string): CtRequest {
      const row = store.get(id)
      if (row === null) throw new AppError('not-found', 'There is no such request.')
      const views = row.studyUids.map((studyUid): CtRequest['studies'][number] => {
        const { study: { status } } = studies.detail(studyUid)
        const found = analysis.analysisOf(studyUid)
        return { studyUid, status, analysis: found === null ? null : { id: found.id, state: found.state, progress: found.progress, error: found.error }, result: resultOf(studyUid) }
      })
      const state = stateOf(row, views)
      const error = row.error ?? (state === 'failed' ? views.map((view) => view.analysis?.error ?? null).find((text) => text !== null) ?? null : null)
      return { id: RowId.parse(row.id), state, status: state, error, uri: row.uri, studies: views, createdAt: row.createdAt }
    }
  }

  function resultOf(studyUid: StudyUid): CtRequest['studies'][number]['result'] {
    try {
      return analysis.resultOf(studyUid)
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return null
      log.error('result-not-read', error)
      return null
    }
  }
}
export type CtRequests = ReturnType<typeof createCtRequests>

function stateOf(row: RequestRow, views: CtRequest['studies']): CtRequest['state'] {
  if (row.state !== 'here') return row.state
  const states = views.map((view) => view.analysis?.state ?? null)
  if (states.some((state) => state === 'queued' || state === 'running')) return 'analysing'
  if (views.every(({ status }) => status === 'signed')) return 'done'
  return states.some((state) => state === 'awaiting-clinician' || state === 'done') ? 'needs-review' : 'failed'
}

async function* counted(body: AsyncIterable<Uint8Array>, onBytes: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    onBytes(bytes)
    yield piece
  }
}
