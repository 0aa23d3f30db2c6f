import { AppError } from '../../src-shared/errors.ts'
import type { ImportProgress } from '../../src-shared/studies.ts'
import type { Log } from '../platform/log.ts'
import { isDiskFull } from '../platform/disk-full.ts'
import type { ImportStore } from './import-store.ts'
import { diskFull } from './ingest/run-files.ts'
import { createImportSession, type ImportSession, type SessionDeps } from './ingest/session.ts'

export type Actor = Readonly<{ id: string, name: string }>
/** Writes one line of the audit trail inside the caller's transaction. */
export type Audit = Readonly<{ record: (entry: { actor: string, actorName: string, action: string, subject: string, detail: Record<string, unknown> }) => void }>
export type LifecycleDeps = SessionDeps & Readonly<{
  log: Log, audit: Audit
  /** Recomputes what depends on all instances of a study, once they are in. */
  settleStudies: (studyUids: readonly string[]) => void
}>
/** An import that has not ended. `done` settles when its run does; `uploads` are the files that are being received. */
export type OpenImport = { id: string, session: ImportSession, controller: AbortController, actor: Actor, done: Promise<void>, uploads: Set<Promise<unknown>> }
export type Lifecycle = ReturnType<typeof createLifecycle>

/** Beginning and end of imports: from the first row to the last, whatever happens between. */
export function createLifecycle(deps: LifecycleDeps) {
  const { store, imports, audit, log } = deps
  const open = new Map<string, OpenImport>()

  const settle = ({ id, session, actor }: OpenImport, state: 'done' | 'cancelled' | 'failed', message: string | null) => {
    store.transaction(() => {
      imports.count(id, session.counts)
      imports.settle(id, state, message)
      const { imported, duplicates, rejected } = session.counts
      audit.record({ actor: actor.id, actorName: actor.name, action: 'import', subject: id, detail: { imported, duplicates, rejected, state } })
    })
    deps.settleStudies([...session.touched])
  }

  return {
    open,
    begin(label: string, actor: Actor, state: 'receiving' | 'running', total: number | null, onProgress?: (progress: ImportProgress) => void): OpenImport {
      const id = created(() => imports.create(label, actor.id, state, total))
      const entry: OpenImport = { id, session: createImportSession(deps, id, onProgress), controller: new AbortController(), actor, done: Promise.resolve(), uploads: new Set() }
      open.set(id, entry)
      entry.session.expect(total)
      return entry
    },
    /** Ends an import: what was committed is settled and told, the reason is kept, and thrown where there is one. */
    conclude(entry: OpenImport, error: unknown): void {
      const { id, session } = entry
      const failure = whyEnded(error, session)
      const state = failure === null ? 'done' : failure.code === 'cancelled' ? 'cancelled' : 'failed'
      if (failure?.code === 'internal') log.error('import-failed', error, { importId: id })
      const message = failure === null ? null : messageOf(failure, session)
      open.delete(id)
      session.end(state, message)
      try {
        settle(entry, state, message)
      } catch (broken) {
        // A full disk or a busy database may refuse even this; the next start finds the import and marks it as cut off.
        log.error('import-not-settled', broken, { importId: id })
      }
      session.publish()
      if (failure !== null) throw failure
    }
  }
}

/** The row of an import is the first thing that a full disk refuses. */
function created(create: () => string): string {
  try {
    return create()
  } catch (error) {
    if (isDiskFull(error)) throw new AppError('disk-full', 'The disk is full, and nothing was imported. Free some space and import again.', { cause: error })
    throw error
  }
}

export const cancelled = (): AppError => new AppError('cancelled', 'The import was cancelled.')

export function progressOf(imports: ImportStore, id: string): ImportProgress {
  const found = imports.progress(id)
  if (found === null) throw new AppError('not-found', 'There is no such import.')
  return found
}

/** Null for an import that came to its end, once its last batch is committed. */
function whyEnded(error: unknown, session: ImportSession): AppError | null {
  const failure = error === null ? null : asAppError(error, session)
  if (failure?.code === 'disk-full') return failure
  try {
    session.flush()
  } catch (flushError) {
    return asAppError(flushError, session)
  }
  return failure
}

function asAppError(error: unknown, session: ImportSession): AppError {
  if (error instanceof AppError) return error
  if (isDiskFull(error)) return diskFull(session)
  return new AppError('internal', 'The import stopped unexpectedly. What was brought in is safe; import the same folder again.', { cause: error })
}

function messageOf(failure: AppError, session: ImportSession): string {
  if (failure.code !== 'cancelled') return failure.message
  const { imported } = session.counts
  return `Cancelled. ${imported} ${imported === 1 ? 'file is' : 'files are'} safe; import the same folder again to bring in the rest.`
}
