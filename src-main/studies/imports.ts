import { basename } from 'node:path'
import { AppError } from '../../src-shared/errors.ts'
import type { ImportProgress, ImportResult, ImportSummary } from '../../src-shared/studies.ts'
import type { BlobStore } from '../platform/blobs.ts'
import type { WorkerPool } from '../platform/workers.ts'
import { cancelled, createLifecycle, progressOf, type Actor, type Lifecycle, type LifecycleDeps, type OpenImport } from './import-lifecycle.ts'
import { createReceiver, type Receiver } from './ingest/receive.ts'
import { runFiles } from './ingest/run-files.ts'
import { walkPaths, type FoundFile } from './ingest/walk.ts'
import { runZip } from './ingest/zip.ts'

export type ImportDeps = LifecycleDeps & Readonly<{ blobs: BlobStore, pool: WorkerPool, dataDir: string, resultOf: (importId: string) => ImportResult }>
export type ImportOptions = Readonly<{ actor: Actor, signal?: AbortSignal, onProgress?: (progress: ImportProgress) => void, label?: string }>
export type Imports = ReturnType<typeof createImports>

const tasksInFlight = 4

/** Imports: from paths of this machine, or from uploads into an import that is opened, filled and finished. */
export function createImports(deps: ImportDeps) {
  const { imports } = deps
  const lifecycle = createLifecycle(deps)
  const { open } = lifecycle
  const receiver = createReceiver(deps)
  const progress = (id: string): ImportProgress => open.get(id)?.session.progress() ?? progressOf(imports, id)

  return {
    ...createPathImports(deps, lifecycle, receiver),
    ...createUploads(deps, lifecycle, receiver),
    progress,
    summary: (id: string): ImportSummary => ({ progress: progress(id), rejections: imports.rejections(id) }),
    recent: (limit: number): ImportProgress[] => imports.recent(limit).map((row) => open.get(row.id)?.session.progress() ?? row),
    running: (): number => open.size,
    /** Stops an import; complete instances stay. One that has ended is left as it is. */
    async cancel(id: string): Promise<ImportProgress> {
      const entry = open.get(id)
      if (entry === undefined) return progressOf(imports, id)
      entry.controller.abort(cancelled())
      await Promise.allSettled([entry.done, ...entry.uploads])
      // An upload has no run that would end it.
      if (open.has(id)) concludeQuietly(lifecycle, entry, cancelled())
      return entry.session.progress()
    },
    /** Asks all that run to stop and waits; uploads that stand open are closed as interrupted at the next start. */
    async stop(): Promise<void> {
      const entries = [...open.values()]
      for (const { controller } of entries) controller.abort(cancelled())
      await Promise.allSettled(entries.flatMap(({ done, uploads }) => [done, ...uploads]))
    }
  }
}

function createPathImports({ pool, dataDir, resultOf }: ImportDeps, { begin, conclude }: Lifecycle, receiver: Receiver) {
  const run = async (entry: OpenImport, paths: readonly string[]): Promise<void> => {
    const { session, controller: { signal } } = entry
    try {
      const { files, rejections } = await walkPaths(paths, signal)
      session.expect(files.length + rejections.length)
      for (const rejection of rejections) session.reject(rejection)
      const openZip = (found: FoundFile) => runZip(session, found, receiver, signal)
      await runFiles(session, files, { pool, dataDir, tasksInFlight, openZip }, signal)
      session.flush()
    } catch (error) {
      conclude(entry, error)
    }
    conclude(entry, null)
  }

  const start = (entry: OpenImport, paths: readonly string[]): Promise<void> => {
    const done = run(entry, paths)
    // The failure is in the row and in the events; here it only must not count as unhandled.
    entry.done = done.catch(() => undefined)
    return done
  }

  return {
    /** Imports and waits. Throws AppError 'cancelled' or 'disk-full'; what is safe by then stays. */
    async importPaths(paths: readonly string[], { actor, signal, onProgress, label }: ImportOptions): Promise<{ importId: string, result: ImportResult }> {
      const entry = begin(label ?? labelOf(paths), actor, 'running', null, onProgress)
      const stop = () => { entry.controller.abort(cancelled()) }
      if (signal?.aborted === true) stop()
      signal?.addEventListener('abort', stop, { once: true })
      try {
        await start(entry, paths)
      } finally {
        signal?.removeEventListener('abort', stop)
      }
      return { importId: entry.id, result: resultOf(entry.id) }
    },
    /** Imports in the background; the events and the row tell how it goes. */
    startImport(paths: readonly string[], actor: Actor): ImportProgress {
      const entry = begin(labelOf(paths), actor, 'running', null)
      void start(entry, paths).catch(() => undefined)
      return entry.session.progress()
    }
  }
}

function createUploads({ imports }: ImportDeps, lifecycle: Lifecycle, receiver: Receiver) {
  const { open, begin, conclude } = lifecycle
  const entryOf = (id: string): OpenImport => {
    const entry = open.get(id)
    if (entry === undefined) throw new AppError('conflict', 'This import has ended. Start a new one.')
    return entry
  }

  return {
    openUpload: (label: string, total: number | null, actor: Actor): ImportProgress => begin(label, actor, 'receiving', total).session.progress(),
    /** One file of an open upload, streamed; a zip is unpacked. What is wrong with it is listed, not thrown. */
    async receiveFile(id: string, path: string, source: AsyncIterable<Uint8Array>, expectedBytes: number | null): Promise<void> {
      const entry = entryOf(id)
      const upload = receiver.take(entry.session, path, source, { signal: entry.controller.signal, expectedBytes, canBeZip: true })
      entry.uploads.add(upload)
      try {
        await upload
        // What is acknowledged must be a row, not only a file.
        entry.session.flush()
      } catch (error) {
        if (error instanceof AppError && error.code === 'disk-full' && open.has(id)) concludeQuietly(lifecycle, entry, error)
        throw error
      } finally {
        entry.uploads.delete(upload)
      }
    },
    async finishUpload(id: string): Promise<ImportProgress> {
      const entry = entryOf(id)
      await Promise.allSettled(entry.uploads)
      if (open.has(id)) conclude(entry, null)
      return progressOf(imports, id)
    }
  }
}

/** For a reason that the caller already knows. */
function concludeQuietly({ conclude }: Lifecycle, entry: OpenImport, reason: AppError): void {
  try {
    conclude(entry, reason)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  }
}

function labelOf(paths: readonly string[]): string {
  const [first = ''] = paths
  return paths.length > 1 ? `${basename(first)} and ${paths.length - 1} more` : basename(first)
}
