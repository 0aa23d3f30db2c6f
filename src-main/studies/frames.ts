import { open } from 'node:fs/promises'
import { AppError } from '../../src-shared/errors.ts'
import type { BlobStore } from '../platform/blobs.ts'
import { openGrowing } from './ingest/inspect.ts'
import type { StoredInstance } from './store.ts'

/** Encoded bytes of one frame as they are stored; a native frame is its own encoding. */
export type EncodedFrame = Readonly<{ bytes: Buffer, transferSyntaxUid: string, isLittleEndian: boolean }>

/**
 * Reads one frame by its byte spans, without the rest of the file. Only a deflated data set has to be inflated whole.
 * Throws AppError 'not-found' where there is no such frame.
 */
export async function readFrame(blobs: Pick<BlobStore, 'pathOf'>, instance: StoredInstance, frameNumber: number): Promise<EncodedFrame> {
  const { header: { layout, frameCount, transferSyntaxUid }, sha256 } = instance
  if (layout === null) throw new AppError('not-found', 'This instance has no image.')
  if (!Number.isInteger(frameNumber) || frameNumber < 1 || frameNumber > frameCount) throw new AppError('not-found', `This instance has ${frameCount} ${frameCount === 1 ? 'frame' : 'frames'}; there is no frame ${frameNumber}.`)
  const path = blobs.pathOf(sha256)
  if (layout.kind === 'encapsulated') return { bytes: await readSpans(path, layout.frames[frameNumber - 1] ?? []), transferSyntaxUid, isLittleEndian: true }
  const { offset, bitsPerFrame } = layout
  // Frames of single bits may begin within a byte; all others are whole bytes.
  const startBit = (frameNumber - 1) * bitsPerFrame
  const span = [offset + Math.floor(startBit / 8), Math.ceil((startBit % 8 + bitsPerFrame) / 8)] as const
  const bytes = layout.isDeflated ? await readInflated(path, span) : await readSpans(path, [span])
  return { bytes, transferSyntaxUid, isLittleEndian: layout.isLittleEndian }
}

async function readSpans(path: string, spans: readonly (readonly [number, number])[]): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const parts = await Promise.all(spans.map(async ([offset, length]) => {
      const buffer = Buffer.allocUnsafe(length)
      const { bytesRead } = await file.read(buffer, 0, length, offset)
      if (bytesRead < length) throw new AppError('cannot-decode', 'The stored file is shorter than when it was imported. Check the disk of this workstation.')
      return buffer
    }))
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)
  } finally {
    await file.close()
  }
}

async function readInflated(path: string, [offset, length]: readonly [number, number]): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const bytes = await file.readFile()
    const part10 = openGrowing({ totalBytes: bytes.length, read: (at, count) => bytes.subarray(at, at + count) }, bytes)
    return Buffer.from(part10.dataSet.bytes.subarray(offset, offset + length))
  } finally {
    await file.close()
  }
}
