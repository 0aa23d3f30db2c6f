import { decodeRoute } from '../../../src-shared/decode-route.ts'
import { createFramePackReader, type PackedFrame } from '../../../src-shared/frame-pack.ts'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import { finishCells, finishDecoded, finishStored, pixelOf, type DecodedFrame, type FrameContext } from './finish-frame.ts'
import type { FromFrameWorker, ToFrameWorker } from './frame-messages.ts'
import { seriesArray, type PixelArrayName } from './pixel-type.ts'
import { unanswered } from './unanswered.ts'

export type FrameWorkDeps = Readonly<{ fetch: typeof fetch; post: (message: FromFrameWorker, transfer: ArrayBuffer[]) => void; stallMs?: number }>

/** Frames that may be with the codecs at a time: what is undecoded lies in memory beside what is decoded. */
const mostWithCodecs = 6

type Load = { readonly series: SeriesDescription; readonly type: PixelArrayName; readonly abort: AbortController; withCodecs: number; isFirstDone: boolean; wake: () => void }

/**
 * What the worker of frames does: reads a stream of frames from the edge, makes of each the values to draw and to measure, and hands them
 * over, so that the window's own thread stays free for drawing. Compressed frames go out to the codecs, a few at a time, and come back for
 * the rest. Answers what receives the window's messages.
 */
export function createFrameWork({ fetch, post, stallMs = 90_000 }: FrameWorkDeps): (message: ToFrameWorker) => void {
  const loads = new Map<number, Load>()

  const contextOf = ({ series, type }: Load, index: number): FrameContext => {
    const frame = series.frames[index]
    if (frame === undefined) throw new Error(`The series has no image ${index + 1}.`)
    return { series, frame, type }
  }
  /** Hands a frame over, or the reason why it can't be shown. */
  const give = (load: number, index: number, make: () => DecodedFrame) => {
    try {
      const decoded = make()
      post({ type: 'frame', load, index, decoded }, [bufferOf(decoded)])
    } catch (cause) {
      post({ type: 'failed', load, index, reason: reasonOf(cause) }, [])
    }
  }
  const take = async (id: number, load: Load, frame: PackedFrame) => {
    const { index } = frame
    if (frame.kind === 'failed') post({ type: 'failed', load: id, index, reason: frame.reason }, [])
    else if (frame.kind === 'decoded') give(id, index, () => finishDecoded(frame.bytes, frame.photometricInterpretation, contextOf(load, index)))
    else if (decodeRoute(pixelOf(contextOf(load, index))) === 'native') give(id, index, () => finishStored(frame.bytes, contextOf(load, index)))
    else {
      load.withCodecs += 1
      post({ type: 'stored', load: id, index, bytes: frame.bytes }, [frame.bytes.buffer])
      // The first one shares its decoder with nobody.
      while (load.withCodecs >= (load.isFirstDone ? mostWithCodecs : 1)) await woken(load)
      return
    }
    load.isFirstDone = true
  }
  const run = async (id: number, load: Load, path: string) => {
    const { signal } = load.abort
    const response = await fetch(path, { signal }).catch((cause: unknown) => { throw unanswered(cause) })
    if (!response.ok || response.body === null) {
      post({ type: 'refused', load: id, status: response.status, body: await response.text() }, [])
      return
    }
    const reader = createFramePackReader()
    const stall = stallTimer(load.abort, stallMs)
    try {
      for await (const piece of response.body) {
        for (const frame of reader.push(piece)) await take(id, load, frame)
        stall.restart()
      }
    } finally {
      stall.stop()
    }
    if (!reader.isComplete()) throw new Error('The stream of images was broken off.')
    while (load.withCodecs > 0) await woken(load)
    post({ type: 'end', load: id }, [])
  }
  const open = (id: number, series: SeriesDescription, path: string) => {
    const load: Load = { series, type: seriesArray(series), abort: new AbortController(), withCodecs: 0, isFirstDone: false, wake: nobody }
    loads.set(id, load)
    run(id, load, path)
      .catch((cause: unknown) => { if (loads.has(id)) post({ type: 'broken', load: id, reason: reasonOf(cause) }, []) })
      .finally(() => { loads.delete(id) })
  }
  const back = (id: number, index: number, make: ((context: FrameContext) => DecodedFrame) | null) => {
    const load = loads.get(id)
    if (load === undefined) return
    if (make !== null) give(id, index, () => make(contextOf(load, index)))
    load.withCodecs -= 1
    load.isFirstDone = true
    load.wake()
  }
  return (message) => {
    switch (message.type) {
      case 'open': open(message.load, message.series, message.path); break
      case 'cells': back(message.load, message.index, (context) => finishCells(message.cells, context)); break
      case 'bytes': back(message.load, message.index, (context) => finishDecoded(message.bytes, message.photometricInterpretation, context)); break
      case 'given-up': back(message.load, message.index, null); break
      case 'close': {
        const load = loads.get(message.load)
        loads.delete(message.load)
        load?.abort.abort()
        load?.wake()
      }
    }
  }
}

const nobody = () => { /* nobody waits */ }

/** Resolves with the next frame that comes back from the codecs; throws when the load is given up. */
async function woken(load: Load): Promise<void> {
  await new Promise<void>((wake) => { load.wake = wake })
  load.wake = nobody
  load.abort.signal.throwIfAborted()
}

/** A line on which nothing comes any more is broken, though nobody says so. */
function stallTimer(abort: AbortController, ms: number) {
  const start = () => setTimeout(() => { abort.abort(new Error(`No image arrived for ${Math.round(ms / 1000)} seconds.`)) }, ms)
  let timer = start()
  return {
    restart() {
      clearTimeout(timer)
      timer = start()
    },
    stop() { clearTimeout(timer) }
  }
}

function bufferOf(decoded: DecodedFrame): ArrayBuffer {
  return decoded.kind === 'grey' ? decoded.values.buffer : decoded.rgba.buffer
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : 'This image could not be decoded.'
}
