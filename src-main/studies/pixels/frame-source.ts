import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import { PixelDescription } from '../../../src-shared/studies.ts'
import { ByteSpan } from '../dicom/instance-header.ts'
import { bufferAccess, openGrowing } from '../ingest/inspect.ts'
import type { StoredInstance } from '../store.ts'

/** Where the bytes of one frame are, and how they are to be read: enough for a worker that knows nothing else. */
export const FrameSource = z.object({
  path: z.string(), spans: z.array(ByteSpan), isDeflated: z.boolean(), isLittleEndian: z.boolean(),
  /** Bits of the bytes read that come before the frame. */
  bitOffset: z.int(), pixel: PixelDescription
})
export type FrameSource = z.infer<typeof FrameSource>

/** Throws AppError 'not-found' where the instance has no such frame. */
export function frameSourceOf(path: string, { header: { layout, frameCount, pixel } }: Pick<StoredInstance, 'header'>, frameNumber: number): FrameSource {
  if (layout === null || pixel === null) throw new AppError('not-found', 'This instance has no image.')
  if (!Number.isInteger(frameNumber) || frameNumber < 1 || frameNumber > frameCount) {
    throw new AppError('not-found', `This instance has ${frameCount} ${frameCount === 1 ? 'frame' : 'frames'}; there is no frame ${frameNumber}.`)
  }
  if (layout.kind === 'encapsulated') return { path, spans: layout.frames[frameNumber - 1] ?? [], isDeflated: false, isLittleEndian: true, bitOffset: 0, pixel }
  const startBit = (frameNumber - 1) * layout.bitsPerFrame
  // Frames of single bits begin at any bit; bytes that lie in big-endian words must be read by whole words.
  const unit = !layout.isLittleEndian && pixel.bitsAllocated === 8 ? 16 : 8
  const bitOffset = startBit % unit
  const span: ByteSpan = [layout.offset + (startBit - bitOffset) / 8, Math.ceil((bitOffset + layout.bitsPerFrame) / unit) * unit / 8]
  return { path, spans: [span], isDeflated: layout.isDeflated, isLittleEndian: layout.isLittleEndian, bitOffset, pixel }
}

/**
 * Reads the bytes of one frame as they are stored, without the rest of the file; only a deflated data set must be inflated whole.
 * Synchronous: for worker threads. Throws AppError 'cannot-decode' where the stored file is shorter than it was.
 */
export function readFrameBytes({ path, spans, isDeflated }: FrameSource): Buffer {
  if (isDeflated) {
    const bytes = readFileSync(path)
    const body = openGrowing(bufferAccess(bytes), bytes).dataSet.bytes
    return Buffer.concat(spans.map(([offset, length]) => body.subarray(offset, offset + length)))
  }
  const descriptor = openSync(path, 'r')
  try {
    const whole = Buffer.allocUnsafe(spans.reduce((sum, [, length]) => sum + length, 0))
    let at = 0
    for (const [offset, length] of spans) {
      if (readSync(descriptor, whole, at, length, offset) < length) throw shortened()
      at += length
    }
    return whole
  } finally {
    closeSync(descriptor)
  }
}

export const shortened = () => new AppError('cannot-decode', 'The stored file is shorter than when it was imported. Check the disk of this workstation.')
