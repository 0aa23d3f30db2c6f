import { AppError } from '../../../src-shared/errors.ts'
import type { ImportsApi } from '../../api/imports.ts'
import { UnreachableError } from '../../api/failures.ts'
import { counted } from '../../ui/format.ts'
import type { SourceFile } from './dropped-files.ts'

export type UploadDeps = Readonly<{
  imports: Pick<ImportsApi, 'open' | 'upload' | 'finish' | 'cancel'>
  /** Milliseconds before try number `attempt` (from 1) of a file that got no answer; null gives up. */
  retryMs?: (attempt: number) => number | null
  concurrency?: number
}>

export type Upload = Readonly<{ label: string, files: readonly SourceFile[], signal: AbortSignal, onOpened: (importId: string) => void }>

/**
 * Sends files one PUT each, a few at a time, and closes the import. A file that the edge refuses is the edge's to list; what ends the
 * whole upload is silence, a full disk, or the user.
 */
export async function uploadFiles(deps: UploadDeps, { label, files, signal, onOpened }: Upload): Promise<void> {
  const { id } = await deps.imports.open(label, files.length)
  onOpened(id)
  let next = 0
  let sent = 0
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const worker = async () => {
    for (let file = files[next]; file !== undefined; file = files[next]) {
      next += 1
      either.throwIfAborted()
      await sendFile(deps, id, file, either)
      sent += 1
    }
  }
  try {
    await Promise.all(Array.from({ length: deps.concurrency ?? 3 }, worker))
    await deps.imports.finish(id)
  } catch (error) {
    stop.abort()
    if (!(error instanceof UnreachableError)) await deps.imports.cancel(id)
    if (signal.aborted) return
    throw new UploadStoppedError(sent, files.length, error)
  }
}

/** "Import stopped at file 214 of 300: the disk is full. 213 are safe." */
export class UploadStoppedError extends Error {
  constructor(sent: number, total: number, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : 'it gave no reason'
    super(`Import stopped at file ${Math.min(sent + 1, total)} of ${total}: ${reason} ${sent === 0 ? 'None was taken in.' : `${counted(sent, 'is', 'are')} safe.`}`, { cause })
    this.name = 'UploadStoppedError'
  }
}

const endsTheUpload: ReadonlySet<string> = new Set(['disk-full', 'not-signed-in', 'locked', 'not-allowed', 'not-found', 'conflict', 'cancelled'])

async function sendFile({ imports, retryMs = defaultRetryMs }: UploadDeps, id: string, file: SourceFile, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await imports.upload(id, file.path, await file.open(), signal)
      return
    } catch (error) {
      if (error instanceof AppError && !endsTheUpload.has(error.code)) return
      const waitMs = error instanceof UnreachableError ? retryMs(attempt) : null
      if (waitMs === null) throw error
      await new Promise((done) => { setTimeout(done, waitMs) })
    }
  }
}

function defaultRetryMs(attempt: number): number | null {
  return attempt > 5 ? null : 400 * attempt
}
