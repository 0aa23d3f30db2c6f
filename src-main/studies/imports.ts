import { basename } from 'node:path'
import { AppError } from '../../src-shared/errors.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'
import type { ImportProgress, ImportResult, ImportSummary } from '../../src-shared/studies.ts'
import type { BlobStore } from '../platform/blobs.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { WorkerPool } from '../platform/workers.ts'
import type { ImportStore } from './import-store.ts'
import { createReceiver } from './ingest/receive.ts'
import { diskFull, isDiskFull, runFiles } from './ingest/run-files.ts'
import { createImportSession, type ImportSession } from './ingest/session.ts'
import { walkPaths, type FoundFile } from './ingest/walk.ts'
import { runZip } from './ingest/zip.ts'
import type { StudyStore } from './store.ts'

export type Actor = Readonly<{ id: string, name: string }>
/** Writes one line of the audit trail inside the caller's transaction. */
export type Audit = Readonly<{ record: (entry: { actor: string, actorName: string, action: string, subject: string, detail: Record<string, unknown> }) => void }>
export type ImportDeps = Readonly<{
  store: StudyStore, imports: ImportStore, blobs: BlobStore, events: Bus<EdgeEvent>, clock: Clock, log: Log, audit: Audit, pool: WorkerPool, dataDir: string
  /** Recomputes what depends on all instances of a study, once they are in. */
  settleStudies: (studyUids: readonly string[]) => void
  resultOf: (importId: string) => ImportResult
}>
export type ImportOptions = Readonly<{ actor: Actor, signal?: AbortSignal, onProgress?: (progress: ImportProgress) => void, label?: string }>
export type Imports = ReturnType<typeof createImports>
type Open = { session: ImportSession, controller: AbortController, actor: Actor, done: Promise<void>, uploads: Set<Promise<unknown>> }

const tasksInFlight = 4

/** Imports: from paths of this machine, or from uploads into an import that is opened, filled and finished. */
export function createImports(deps: ImportDeps) {
  const { store, imports, audit, pool, dataDir, log } = deps
  const open = new Map<string, Open>()
  const receiver = createReceiver(deps)

  const begin = (label: string, actor: Actor, state: 'receiving' | 'running', total: number | null, onProgress?: (progress: ImportProgress) => void): Open & { id: string } => {
    const id = imports.create(label, actor.id, state, total)
    const entry: Open = { session: createImportSession(deps, id, onProgress), controller: new AbortController(), actor, done: Promise.resolve(), uploads: new Set() }
    open.set(id, entry)
    entry.session.expect(total)
    return { ...entry, id }
  }

  /** Ends an import whatever happened: what was committed is settled and told, and the reason is kept. */
  const conclude = (id: string, { session, actor }: Pick<Open, 'session' | 'actor'>, error: unknown) => {
    const failure = whyEnded(error, session)
    const state = failure === null ? 'done' : failure.code === 'cancelled' ? 'cancelled' : 'failed'
    if (failure?.code === 'internal') log.error('import-failed', error, { importId: id })
    const message = failure === null ? null : messageOf(failure, session)
    open.delete(id)
    session.end(state, message)
    try {
      settle(id, session, actor, state, message)
    } catch (broken) {
      // A full disk may refuse even this; the next start finds the import and marks it as cut off.
      if (!isDiskFull(broken)) throw broken
      log.error('import-not-settled', broken, { importId: id })
    }
    session.publish(true)
    if (failure !== null) throw failure
  }

  const settle = (id: string, session: ImportSession, actor: Actor, state: 'done' | 'cancelled' | 'failed', message: string | null) => {
    store.transaction(() => {
      imports.count(id, session.counts)
      imports.settle(id, state, message)
      const { imported, duplicates, rejected } = session.counts
      audit.record({ actor: actor.id, actorName: actor.name, action: 'import', subject: id, detail: { imported, duplicates, rejected, state } })
    })
    deps.settleStudies([...session.touched])
  }

  const runPaths = async (id: string, entry: Open, paths: readonly string[]): Promise<void> => {
    const { session, controller: { signal } } = entry
    try {
      const { files, rejections } = await walkPaths(paths, signal)
      session.expect(files.length + rejections.length)
      for (const rejection of rejections) session.reject(rejection)
      const openZip = (found: FoundFile) => runZip(session, found, receiver, signal)
      await runFiles(session, files, { pool, dataDir, tasksInFlight, openZip }, signal)
      session.flush()
    } catch (error) {
      conclude(id, entry, error)
    }
    conclude(id, entry, null)
  }

  return {
    /** Imports and waits. Throws AppError 'cancelled' or 'disk-full'; what is safe by then stays. */
    async importPaths(paths: readonly string[], { actor, signal, onProgress, label }: ImportOptions): Promise<{ importId: string, result: ImportResult }> {
      const entry = begin(label ?? labelOf(paths), actor, 'running', null, onProgress)
      const stop = () => { entry.controller.abort(cancelled()) }
      if (signal?.aborted === true) stop()
      signal?.addEventListener('abort', stop, { once: true })
      const done = runPaths(entry.id, entry, paths)
      track(open, entry.id, done)
      try {
        await done
      } finally {
        signal?.removeEventListener('abort', stop)
      }
      return { importId: entry.id, result: deps.resultOf(entry.id) }
    },
    /** Imports in the background; the events and the row tell how it goes. */
    startImport(paths: readonly string[], actor: Actor): ImportProgress {
      const entry = begin(labelOf(paths), actor, 'running', null)
      track(open, entry.id, runPaths(entry.id, entry, paths))
      return entry.session.progress()
    },
    openUpload(label: string, total: number | null, actor: Actor): ImportProgress {
      return begin(label, actor, 'receiving', total).session.progress()
    },
    /** One file of an open upload, streamed; a zip is unpacked. What is wrong with it is listed, not thrown. */
    async receiveFile(id: string, path: string, source: AsyncIterable<Uint8Array>, expectedBytes: number | null): Promise<void> {
      const entry = openUploadOf(open, id)
      const upload = receiver.take(entry.session, path, source, { signal: entry.controller.signal, expectedBytes, canBeZip: true })
      entry.uploads.add(upload)
      try {
        await upload
        // What is acknowledged must be a row, not only a file.
        entry.session.flush()
      } catch (error) {
        if (error instanceof AppError && error.code === 'disk-full' && open.has(id)) conclude(id, entry, error)
        throw error
      } finally {
        entry.uploads.delete(upload)
      }
    },
    async finishUpload(id: string): Promise<ImportProgress> {
      const entry = openUploadOf(open, id)
      await Promise.allSettled(entry.uploads)
      if (open.has(id)) conclude(id, entry, null)
      return progressOf(imports, id)
    },
    /** Stops an import; complete instances stay. False when it has ended already. */
    async cancel(id: string): Promise<ImportProgress> {
      const entry = open.get(id)
      if (entry !== undefined) {
        entry.controller.abort(cancelled())
        await Promise.allSettled([entry.done, ...entry.uploads])
        if (open.has(id)) quietly(() => { conclude(id, entry, cancelled()) })
      }
      return progressOf(imports, id)
    },
    progress: (id: string): ImportProgress => open.get(id)?.session.progress() ?? progressOf(imports, id),
    summary: (id: string): ImportSummary => ({ progress: open.get(id)?.session.progress() ?? progressOf(imports, id), rejections: imports.rejections(id) }),
    recent: (limit: number): ImportProgress[] => imports.recent(limit).map((row) => open.get(row.id)?.session.progress() ?? row),
    running: (): number => open.size,
    /** Asks all that run to stop and waits; uploads that stand open are closed as interrupted at the next start. */
    async stop(): Promise<void> {
      for (const { controller } of open.values()) controller.abort(cancelled())
      await Promise.allSettled([...open.values()].flatMap(({ done, uploads }) => [done, ...uploads]))
    }
  }
}

function track(open: Map<string, Open>, id: string, done: Promise<void>): void {
  const entry = open.get(id)
  // The failure is in the row and in the events; here it only must not count as unhandled.
  if (entry !== undefined) entry.done = done.catch(() => undefined)
}

function quietly(work: () => void): void {
  try { work() } catch (error) { if (!(error instanceof AppError)) throw error }
}

function openUploadOf(open: ReadonlyMap<string, Open>, id: string): Open {
  const entry = open.get(id)
  if (entry === undefined) throw new AppError('conflict', 'This import has ended. Start a new one.')
  return entry
}

function progressOf(imports: ImportStore, id: string): ImportProgress {
  const found = imports.progress(id)
  if (found === null) throw new AppError('not-found', 'There is no such import.')
  return found
}

const cancelled = () => new AppError('cancelled', 'The import was cancelled.')

/** Null for an import that came to its end, once its last batch is committed. */
function whyEnded(error: unknown, session: ImportSession): AppError | null {
  if (error !== null && asAppError(error, session).code === 'disk-full') return asAppError(error, session)
  try {
    session.flush()
  } catch (flushError) {
    return asAppError(flushError, session)
  }
  return error === null ? null : asAppError(error, session)
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

function labelOf(paths: readonly string[]): string {
  const [first = ''] = paths
  return paths.length > 1 ? `${basename(first)} and ${paths.length - 1} more` : basename(first)
}
