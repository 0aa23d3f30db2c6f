import { open } from 'node:fs/promises'
import { AppError } from '../../src-shared/errors.ts'
import type { WorkerPool } from '../platform/workers.ts'
import { frameSourceOf, shortened } from './pixels/frame-source.ts'
import { DecodeOutput } from './pixels/tasks.ts'
import type { StoredInstance } from './store.ts'
import { explicitLittle, transferSyntax } from './dicom/transfer-syntaxes.ts'

/** One frame as it travels to the viewer: as stored, or decoded to little-endian cells with samples interleaved. */
export type FrameBytes = Readonly<{ bytes: Uint8Array, transferSyntaxUid: string, photometricInterpretation: string }>
type Deps = Readonly<{ pool: WorkerPool, pathOf: (sha256: string) => string }>

/** Encoded bytes of one frame, read by their place in the file. Throws AppError 'not-found'. */
export async function readFrame(deps: Deps, instance: StoredInstance, frameNumber: number, signal?: AbortSignal): Promise<FrameBytes> {
  const source = frameSourceOf(deps.pathOf(instance.sha256), instance, frameNumber)
  const { transferSyntaxUid, photometricInterpretation } = source.pixel
  // Inflating a whole data set is work for a thread of its own.
  if (source.isDeflated) return decodeFrameBytes(deps, instance, frameNumber, signal)
  const file = await open(source.path, 'r')
  try {
    const parts = await Promise.all(source.spans.map(async ([offset, length]) => {
      const buffer = Buffer.allocUnsafe(length)
      const { bytesRead } = await file.read(buffer, 0, length, offset)
      if (bytesRead < length) throw shortened()
      return buffer
    }))
    const [only] = parts
    return { bytes: parts.length === 1 && only !== undefined ? only : Buffer.concat(parts), transferSyntaxUid, photometricInterpretation }
  } finally {
    await file.close()
  }
}

/** The same frame decoded by the edge. Throws AppError 'not-found', 'cannot-decode' or 'unsupported'. */
export async function decodeFrameBytes({ pool, pathOf }: Deps, instance: StoredInstance, frameNumber: number, signal?: AbortSignal): Promise<FrameBytes> {
  const source = frameSourceOf(pathOf(instance.sha256), instance, frameNumber)
  if (transferSyntax(source.pixel.transferSyntaxUid) === null) throw new AppError('unsupported', `The images are coded in ${source.pixel.transferSyntaxUid}, which this version can't decode.`)
  const { cells, photometricInterpretation } = DecodeOutput.parse(await pool.run({ name: 'decode', input: { source }, timeoutMs: 60_000, ...(signal === undefined ? {} : { signal }) }))
  return { bytes: cells, transferSyntaxUid: explicitLittle, photometricInterpretation }
}
