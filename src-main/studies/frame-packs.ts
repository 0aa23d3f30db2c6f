import { AppError } from '../../src-shared/errors.ts'
import { decodeRoute } from '../../src-shared/decode-route.ts'
import { packEnd, packHead, packStart, type PackedFrame } from '../../src-shared/frame-pack.ts'
import { framesOfPack, type FramePackQuery } from '../../src-shared/frame-pack-query.ts'
import type { FrameDescription, PixelDescription } from '../../src-shared/studies.ts'
import { bodyOf } from '../platform/http-stream.ts'
import type { Log } from '../platform/log.ts'
import type { FrameBytes } from './frames.ts'
import type { RecentSeries } from './recent-series.ts'
import type { StoredInstance } from './store.ts'

export type FramePackDeps = Readonly<{
  /** A frame as stored, or decoded. */
  read: (instance: StoredInstance, frameNumber: number, options: Readonly<{ isDecoded: boolean, signal: AbortSignal }>) => Promise<FrameBytes>
  log: Log
}>

/** Read while earlier ones are on their way, so that the disk and the decoders never wait for the line. Few, because they lie in memory. */
const mostAhead = 4
const bytesAhead = 32 * 1024 * 1024

/** Frames of a series as one stream (`src-shared/frame-pack.ts`). Each fails for itself; only whoever reads can break it off. */
export function openFramePack({ read, log }: FramePackDeps, { instances, description }: RecentSeries, query: FramePackQuery): ReadableStream<Uint8Array> {
  const series = description()
  const wanted = framesOfPack(query, series.frames.length)
  const byUid = new Map(instances.map((instance) => [instance.sopInstanceUid, instance]))

  const entry = async (index: number, frame: FrameDescription, signal: AbortSignal): Promise<PackedFrame> => {
    const isDecoded = decodeRoute(frame.pixel ?? series.pixel) === 'edge'
    try {
      const instance = byUid.get(frame.sopInstanceUid)
      if (instance === undefined) throw new AppError('not-found', 'There is no such instance.')
      const { bytes, photometricInterpretation } = await read(instance, frame.frameNumber, { isDecoded, signal })
      return isDecoded ? { kind: 'decoded', index, bytes: own(bytes), photometricInterpretation } : { kind: 'stored', index, bytes: own(bytes) }
    } catch (error) {
      if (!signal.aborted && !(error instanceof AppError && error.code !== 'internal')) log.error('frame-not-read', error)
      return { kind: 'failed', index, reason: reasonOf(error) }
    }
  }

  return bodyOf(async function* (signal) {
    yield packStart()
    const most = Math.max(1, Math.min(mostAhead, Math.floor(bytesAhead / bytesOfFrame(series.pixel))))
    const ahead: Promise<PackedFrame>[] = []
    let asked = 0
    const ask = (upTo: number) => {
      while (asked < wanted.length && ahead.length < upTo) {
        const index = wanted[asked++] ?? 0
        const frame = series.frames[index]
        if (frame !== undefined) ahead.push(entry(index, frame, signal))
      }
    }
    // The first one, which somebody is waiting for, shares neither disk nor decoder with those that nobody looks at yet.
    ask(1)
    for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
      const frame = await next
      signal.throwIfAborted()
      ask(most)
      yield packHead(frame)
      if (frame.kind !== 'failed') yield frame.bytes
      ask(most)
    }
    yield packEnd()
  })
}

function bytesOfFrame({ rows, columns, samplesPerPixel, bitsAllocated }: PixelDescription): number {
  return Math.max(1, rows * columns * samplesPerPixel * bitsAllocated / 8)
}

/** A view without a copy; never over shared memory, which a response may not hold. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes.slice()
}

function reasonOf(error: unknown): string {
  if (error instanceof AppError && error.code !== 'internal') return error.message
  return 'This image could not be read from the disk of this workstation. Check the disk, then open the series again.'
}
