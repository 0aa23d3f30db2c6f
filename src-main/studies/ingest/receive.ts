import { AppError } from '../../../src-shared/errors.ts'
import type { BlobStore, PendingBlob } from '../../platform/blobs.ts'
import type { WorkerPool } from '../../platform/workers.ts'
import { InspectOutput } from './outcome.ts'
import { isDiskFull } from '../../platform/disk-full.ts'
import { diskFull } from './run-files.ts'
import type { ImportSession } from './session.ts'
import { runZip } from './zip.ts'

export type TakeOptions = Readonly<{ signal: AbortSignal, expectedBytes: number | null, canBeZip: boolean }>
export type Receiver = Readonly<{
  /** One streamed file: hashed while it is written, checked in a worker, made durable, handed to the session. */
  take: (session: ImportSession, path: string, source: AsyncIterable<Uint8Array>, options: TakeOptions) => Promise<void>
}>

/** Uploads and zip entries, which come as streams; files of this machine go through the workers instead. */
export function createReceiver({ blobs, pool }: { blobs: BlobStore, pool: WorkerPool }): Receiver {
  const inspect = async ({ path, sha256 }: PendingBlob) => InspectOutput.parse(await pool.run({ name: 'inspect', input: { path, sha256 } }))

  const settle = async (session: ImportSession, path: string, pending: PendingBlob, options: TakeOptions) => {
    if (options.expectedBytes !== null && pending.bytes !== options.expectedBytes) {
      session.reject({ path, code: 'truncated', reason: 'The transfer of this file was cut off. Send it again.' }, pending.bytes)
      return 'discard'
    }
    const found = await inspect(pending)
    if (found.kind === 'rejected') {
      session.reject({ path, code: found.code, reason: found.reason }, pending.bytes)
      return 'discard'
    }
    if (found.kind === 'header') {
      await pending.commit()
      session.add({ path, sha256: pending.sha256, bytes: pending.bytes, header: found.header })
      return 'keep'
    }
    if (options.canBeZip) await runZip(session, { path, file: pending.path }, receiver, options.signal)
    else session.reject({ path, code: 'unsupported-object', reason: 'A zip inside a zip is not opened. Unpack it first and import the folder.' }, pending.bytes)
    return 'discard'
  }

  const receiver: Receiver = {
    async take(session, path, source, options) {
      let pending: PendingBlob | null = null
      try {
        pending = await blobs.receive(source, { signal: options.signal })
        if (await settle(session, path, pending, options) === 'keep') return
      } catch (error) {
        await pending?.discard().catch(() => undefined)
        throw asDiskFull(error, session)
      }
      await pending.discard()
    }
  }
  return receiver
}

function asDiskFull(error: unknown, session: ImportSession): unknown {
  return isDiskFull(error) && !(error instanceof AppError) ? diskFull(session) : error
}
