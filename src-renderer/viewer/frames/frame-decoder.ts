import type { SopInstanceUid } from '../../../src-shared/ids.ts'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import { decodeRoute } from '../../../src-shared/decode-route.ts'
import { framePackQuery } from '../../../src-shared/frame-pack-query.ts'
import type { decodeInWorker } from './codecs.ts'
import { pixelOf, type DecodedFrame } from './finish-frame.ts'
import type { FromFrameWorker, ToFrameWorker } from './frame-messages.ts'
import { refusalFrom, type ViewerTransport } from './transport.ts'

/** Which frames are wanted: of the `limit` nearest to `first` those that are not there, in that order, `most` of them this time. */
export type FrameRequest = Readonly<{ first: number; limit: number; most: number; have: Iterable<number> }>
export type FrameSink = Readonly<{ frame: (index: number, decoded: DecodedFrame) => void; failed: (index: number, reason: string) => void }>

/** Brings frames from the edge, decoded. */
export interface FrameDecoder {
  /** Resolves once each frame of the request has come or failed; rejects where the edge refuses or the line breaks. */
  load(series: SeriesDescription, request: FrameRequest, sink: FrameSink, signal: AbortSignal): Promise<void>
  close(): void
}

/** The worker of frames as the window sees it. */
export type FrameWorker = Readonly<{ post: (message: ToFrameWorker, transfer: ArrayBuffer[]) => void; close: () => void }>
export type StartFrameWorker = (receive: (message: FromFrameWorker) => void, onError: () => void) => FrameWorker

type Codecs = Readonly<{ decodeInWorker: typeof decodeInWorker }>

export type FrameDecoderOptions = Readonly<{
  start?: StartFrameWorker
  /** Cornerstone3D's codecs, fetched when the first frame needs one; null where they can't be. */
  codecs?: () => Promise<Codecs | null>
}>

type Load = Readonly<{ series: SeriesDescription; path: string; sink: FrameSink; signal: AbortSignal; resolve: () => void; reject: (cause: unknown) => void }>

/** Browsers give HTTP/1.1 six lines: one is the event stream, two stay free for what the clinician does meanwhile. Other series wait their turn. */
const mostStreams = 3

const loadCodecs = () => import('./codecs.ts').catch(() => null)
const fallbackTimeoutMs = 60_000

/**
 * Each frame takes the shortest way that is exact: plain cells are read in our own worker, compressed ones go to a codec in a worker of
 * Cornerstone3D, and what neither can decode comes decoded from the edge.
 */
export function createFrameDecoder(transport: Pick<ViewerTransport, 'frame'>, { start = startFrameWorker, codecs = loadCodecs }: FrameDecoderOptions = {}): FrameDecoder {
  const loads = new Map<number, Load>()
  const waiting: number[] = []
  let nextLoad = 1
  const next = () => {
    while (loads.size - waiting.length < mostStreams) {
      const id = waiting.shift()
      const load = id === undefined ? undefined : loads.get(id)
      if (id === undefined || load === undefined) return
      worker.post({ type: 'open', load: id, series: load.series, path: load.path }, [])
    }
  }
  const settle = (id: number, end: (load: Load) => void) => {
    const load = loads.get(id)
    if (load === undefined) return
    loads.delete(id)
    if (waiting.includes(id)) waiting.splice(waiting.indexOf(id), 1)
    end(load)
    next()
  }
  const receive = (message: FromFrameWorker) => {
    const load = loads.get(message.load)
    if (load === undefined) return
    switch (message.type) {
      case 'frame': load.sink.frame(message.index, message.decoded); break
      case 'failed': load.sink.failed(message.index, message.reason); break
      case 'stored': void decode(load, message); break
      case 'end': settle(message.load, ({ resolve }) => { resolve() }); break
      case 'refused': settle(message.load, ({ reject }) => { reject(refusalFrom(message.status, message.body)) }); break
      case 'broken': settle(message.load, ({ reject }) => { reject(new Error(message.reason)) })
    }
  }
  const worker = start(receive, () => {
    for (const id of loads.keys()) settle(id, ({ reject }) => { reject(new Error('The part of this window that reads images stopped. Reload the window; if it stays, restart.')) })
  })
  const decode = async ({ series, sink, signal }: Load, { load, index, bytes }: Extract<FromFrameWorker, { type: 'stored' }>) => {
    const frame = series.frames[index]
    if (frame === undefined) return
    try {
      const cells = await codecs().then((loaded) => loaded?.decodeInWorker(bytes, pixelOf({ series, frame })) ?? null).catch(() => null)
      if (cells !== null) worker.post({ type: 'cells', load, index, cells }, transferable(cells))
      else if (!signal.aborted) worker.post({ type: 'bytes', load, index, ...await fromEdge(transport, frame.sopInstanceUid, frame.frameNumber, signal) }, [])
    } catch (cause) {
      if (!signal.aborted) sink.failed(index, reasonOf(cause))
      worker.post({ type: 'given-up', load, index }, [])
    }
  }
  return {
    load: (series, request, sink, signal) => new Promise((resolve, reject) => {
      signal.throwIfAborted()
      // Most of the page's bytes are codecs: they are fetched while the first frame is on its way.
      if (decodeRoute(series.pixel) === 'worker') void codecs()
      const id = nextLoad++
      loads.set(id, { series, path: `/api/series/${series.seriesUid}/pack?${framePackQuery(request)}`, sink, signal, resolve, reject })
      waiting.push(id)
      signal.addEventListener('abort', () => { settle(id, () => { worker.post({ type: 'close', load: id }, []); reject(signal.reason) }) }, { once: true })
      next()
    }),
    close() {
      for (const id of loads.keys()) settle(id, ({ reject }) => { reject(new DOMException('The viewer was closed.', 'AbortError')) })
      worker.close()
    }
  }
}

async function fromEdge(transport: Pick<ViewerTransport, 'frame'>, sopInstanceUid: SopInstanceUid, frameNumber: number, signal: AbortSignal) {
  return await transport.frame(sopInstanceUid, frameNumber, { isDecoded: true, signal: AbortSignal.any([signal, AbortSignal.timeout(fallbackTimeoutMs)]) })
}

function startFrameWorker(receive: (message: FromFrameWorker) => void, onError: () => void): FrameWorker {
  const worker = new Worker(new URL('./frames.worker.ts', import.meta.url), { type: 'module', name: 'frames' })
  worker.addEventListener('message', ({ data }: MessageEvent<FromFrameWorker>) => { receive(data) })
  worker.addEventListener('error', onError)
  return { post: (message, transfer) => { worker.postMessage(message, transfer) }, close: () => { worker.terminate() } }
}

function transferable({ buffer }: ArrayBufferView): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer ? [buffer] : []
}

function reasonOf(cause: unknown): string {
  if (cause instanceof DOMException && cause.name === 'TimeoutError') return 'This image did not arrive within a minute. Check the connection and open the series again.'
  return cause instanceof Error && cause.message !== '' ? cause.message : 'This image could not be decoded.'
}
