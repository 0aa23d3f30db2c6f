import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { crc32c } from '@node-rs/crc32'
import { SendFault } from '../../platform/outbox-types.ts'
import type { ObjectSource } from './types.ts'

/** As Cloud Storage writes it: base64 of the big-endian sum. */
export const crcText = (sum: number): string => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(sum); return bytes.toString('base64') }
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export function bytesSource(bytes: Uint8Array): ObjectSource {
  return { bytes: bytes.length, sha256: sha256Of(bytes), crc32c: crcText(crc32c(bytes)), async *open(from) { yield bytes.subarray(from) } }
}

/** Bytes that are made as they are read, always the same; their sum is taken in one reading. */
export async function summed({ bytes, sha256, open }: Pick<ObjectSource, 'bytes' | 'sha256' | 'open'>, signal: AbortSignal): Promise<ObjectSource> {
  let sum = 0
  for await (const chunk of open(0)) { signal.throwIfAborted(); sum = crc32c(chunk, sum) }
  return { bytes, sha256, crc32c: crcText(sum), open }
}

/**
 * A stored file whose hash is known. It is read whole once before anything of it leaves: what no longer has its hash must not be spread.
 * Throws SendFault 'never'.
 */
export async function fileSource(path: string, sha256: string, signal: AbortSignal): Promise<ObjectSource> {
  const hash = createHash('sha256')
  let sum = 0
  let bytes = 0
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, signal }) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      sum = crc32c(chunk, sum)
      bytes += chunk.length
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EIO'))) throw error
    throw new SendFault('never', 'A stored file of this study can not be read any more. Run "vigil db check", which says which one and what can be done.', { cause: error })
  }
  if (hash.digest('hex') !== sha256) throw new SendFault('never', 'A stored file of this study has changed on the disk and was not sent. Run "vigil db check", which says which one and what can be done.')
  return { bytes, sha256, crc32c: crcText(sum), open: (from) => createReadStream(path, { start: from, highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer> }
}
