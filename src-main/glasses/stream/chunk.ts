/** A chunk that is handed over: frames spread over it, and where it lies on the connection's own clock, in seconds. */
export type Chunk = Readonly<{ frames: readonly Buffer[], startS: number, endS: number, seen: number }>
export type ChunkOptions = Readonly<{ chunkMs: number, maxFrames: number, maxBytes: number, framesPerChunk: number }>

/**
 * Gathers frames. A chunk starts with the first frame after the one before was handed over; it is handed over at the first frame for which
 * its time has passed and nobody is busy. Only the newest frames are kept, by count and by bytes, so that a slow reader makes chunks
 * longer and never the queue.
 */
export function createChunker({ chunkMs, maxFrames, maxBytes, framesPerChunk }: ChunkOptions) {
  let frames: Buffer[] = []
  let bytes = 0
  let startMs: number | null = null
  let seen = 0
  return {
    /** `atMs` since the connection opened, by a clock that is never set. */
    add(frame: Buffer, atMs: number, isBusy: boolean): Chunk | null {
      startMs ??= atMs
      frames.push(frame)
      bytes += frame.length
      seen++
      while (frames.length > 1 && (frames.length > maxFrames || bytes > maxBytes)) bytes -= frames.shift()?.length ?? 0
      if (isBusy || atMs - startMs < chunkMs) return null
      const chunk: Chunk = { frames: spread(frames, framesPerChunk), startS: seconds(startMs), endS: seconds(atMs), seen }
      frames = []
      bytes = 0
      startMs = null
      seen = 0
      return chunk
    },
    held: () => ({ frames: frames.length, bytes })
  }
}

/** At most `most`, evenly over all, the first and the last among them. */
export function spread<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all]
  const last = all.length - 1
  return Array.from({ length: most }, (_, index) => all[most === 1 ? last : Math.round(index * last / (most - 1))]).filter((one) => one !== undefined)
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000
}
