import { createStore, type StoreApi } from 'zustand/vanilla'
import { AppError } from '../../../../src-shared/errors.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { Report, ReportContent } from '../../../../src-shared/reports.ts'
import type { ReportsApi } from '../../../api/reports.ts'
import { isSessionFailure, messageOf, UnreachableError } from '../../../api/failures.ts'
import { isSameContent, mergeContents, type LineConflict } from './merge.ts'

/**
 * One report's unsaved text. It lives in the memory of the window until the edge has it: nothing of a patient is written to the browser's
 * own storage. `base` is the report that the edit was made on.
 */
export type Draft =
  | Readonly<{ kind: 'waiting', base: Report, content: ReportContent }>
  | Readonly<{ kind: 'saving', base: Report, content: ReportContent }>
  | Readonly<{ kind: 'failed', base: Report, content: ReportContent, reason: string }>
  | Readonly<{ kind: 'conflict', base: Report, content: ReportContent, theirs: Report, lines: readonly LineConflict[] }>

export type DraftsState = Readonly<{ drafts: ReadonlyMap<StudyUid, Draft> }>

export type Drafts = Readonly<{
  store: StoreApi<DraftsState>
  /** Keeps `content` and saves it after a pause. */
  edit: (studyUid: StudyUid, report: Report, content: ReportContent) => void
  /** Saves now what waits; resolves when the edge has it, or when it is known that it has not. */
  flush: (studyUid: StudyUid) => Promise<void>
  /** Ends a conflict: my text over theirs, or theirs and mine is gone. */
  resolve: (studyUid: StudyUid, choice: 'mine' | 'theirs') => Promise<void>
  hasUnsaved: () => boolean
  /** Forgets everything: the clinician has signed out. */
  forget: () => void
}>

type Deps = Readonly<{
  reports: Pick<ReportsApi, 'of' | 'write'>
  onSaved: (studyUid: StudyUid, report: Report) => void
  pauseMs?: number
  retryMs?: number
}>

export function createDrafts({ reports, onSaved, pauseMs = 700, retryMs = 4000 }: Deps): Drafts {
  const store = createStore<DraftsState>(() => ({ drafts: new Map() }))
  const timers = new Map<StudyUid, ReturnType<typeof setTimeout>>()
  const running = new Map<StudyUid, Promise<void>>()
  const get = (studyUid: StudyUid) => store.getState().drafts.get(studyUid)
  const put = (studyUid: StudyUid, draft: Draft | null) => {
    const drafts = new Map(store.getState().drafts)
    if (draft === null) drafts.delete(studyUid)
    else drafts.set(studyUid, draft)
    store.setState({ drafts })
  }
  const later = (studyUid: StudyUid, ms: number) => {
    clearTimeout(timers.get(studyUid))
    timers.set(studyUid, setTimeout(() => { void flush(studyUid) }, ms))
  }

  /** One save; while it runs the clinician may go on typing, and what they typed is saved next. */
  const save = async (studyUid: StudyUid, sent: Draft): Promise<void> => {
    put(studyUid, { kind: 'saving', base: sent.base, content: sent.content })
    try {
      const report = await reports.write(studyUid, { revision: sent.base.revision, content: sent.content })
      onSaved(studyUid, report)
      const now = get(studyUid)
      if (now === undefined) return
      if (now.content === sent.content) {
        put(studyUid, null)
      } else {
        put(studyUid, { kind: 'waiting', base: report, content: now.content })
        later(studyUid, pauseMs)
      }
    } catch (error) {
      await failed(studyUid, error)
    }
  }

  const failed = async (studyUid: StudyUid, error: unknown): Promise<void> => {
    const now = get(studyUid)
    if (now === undefined) return
    if (error instanceof AppError && error.code === 'stale-revision') {
      await rebase(studyUid, now)
      return
    }
    put(studyUid, { kind: 'failed', base: now.base, content: now.content, reason: messageOf(error) })
    if (error instanceof UnreachableError || isSessionFailure(error)) later(studyUid, retryMs)
  }

  /** Somebody else, or a verdict, changed the report meanwhile: lines that do not collide are brought together without a question. */
  const rebase = async (studyUid: StudyUid, draft: Draft): Promise<void> => {
    const theirs = await reports.of(studyUid)
    onSaved(studyUid, theirs)
    const { content, conflicts } = mergeContents(draft.base.content, get(studyUid)?.content ?? draft.content, theirs.content)
    if (theirs.status !== 'draft' || conflicts.length > 0) {
      put(studyUid, { kind: 'conflict', base: draft.base, content, theirs, lines: conflicts })
    } else if (isSameContent(content, theirs.content)) {
      put(studyUid, null)
    } else {
      put(studyUid, { kind: 'waiting', base: theirs, content })
      later(studyUid, 0)
    }
  }

  const flush = async (studyUid: StudyUid): Promise<void> => {
    clearTimeout(timers.get(studyUid))
    await running.get(studyUid)
    const draft = get(studyUid)
    if (draft === undefined || draft.kind === 'conflict' || draft.kind === 'saving') return
    const work = save(studyUid, draft).catch((error: unknown) => {
      put(studyUid, { kind: 'failed', base: draft.base, content: get(studyUid)?.content ?? draft.content, reason: messageOf(error) })
    }).finally(() => { running.delete(studyUid) })
    running.set(studyUid, work)
    await work
  }

  return {
    store, flush,
    edit: (studyUid, report, content) => {
      const now = get(studyUid)
      if (now?.kind === 'conflict') put(studyUid, { ...now, content })
      else if (now?.kind === 'saving') put(studyUid, { ...now, content })
      else {
        put(studyUid, { kind: 'waiting', base: now?.base ?? report, content })
        later(studyUid, pauseMs)
      }
    },
    resolve: async (studyUid, choice) => {
      const draft = get(studyUid)
      if (draft?.kind !== 'conflict') return
      put(studyUid, choice === 'theirs' ? null : { kind: 'waiting', base: draft.theirs, content: draft.content })
      await flush(studyUid)
    },
    hasUnsaved: () => store.getState().drafts.size > 0,
    forget: () => {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      store.setState({ drafts: new Map() })
    }
  }
}
