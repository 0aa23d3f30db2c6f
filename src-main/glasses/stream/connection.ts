import type { WebSocket, RawData } from 'ws'
import { AppError } from '../../../src-shared/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { CaptionResult, CaptionSession } from '../captions/session.ts'
import { createChunker, type Chunk } from './chunk.ts'
import type { History } from './histories.ts'
import { imageKindOf } from './image-kind.ts'
import type { LiveStream, Streams } from './streams.ts'

export type ConnectionOptions = Readonly<{ chunkMs: number, maxFrames: number, prompt: string }>
export type ConnectionDeps = Readonly<{
  clock: Clock, log: Log, streams: Streams, options: ConnectionOptions
  /** Null: nobody captions, and no frame but the last is kept. Asked at the first frame and after a while without one. */
  openSession: () => CaptionSession | null
  history: History
  /** Called for each frame: whoever hears it writes it down now and then. */
  seen: () => void
  /** Stores a caption. Throws where it can't be kept; then it is not told either. */
  keep: (chunk: Chunk, result: CaptionResult, index: number) => void
  keyFrame: (frame: Buffer) => void
}>

/** Bytes of answers that wait for a client that does not read, before no more frames are taken from it. */
const mostUnreadBytes = 64 * 1024
const resumeBelowBytes = 16 * 1024
const endUnreadAfterMs = 60_000
/** A client that says so much in words is no camera. */
const mostTexts = 50
const framesPerChunk = 6
/** All frames that wait for their chunk. */
const mostHeldBytes = 32 * 1024 * 1024
const trySessionEveryMs = 10_000

/** Answers each frame in its order, gathers frames into chunks, and merges what was said of a chunk into the next answer. */
export function serveConnection(socket: WebSocket, stream: LiveStream, { clock, log, streams, options, openSession, history, seen, keep, keyFrame }: ConnectionDeps): void {
  const openedMs = clock.monotonicMs()
  const closing = new AbortController()
  const chunker = createChunker({ chunkMs: options.chunkMs, maxFrames: options.maxFrames, maxBytes: mostHeldBytes, framesPerChunk })
  let session: CaptionSession | null = null
  let triedSessionMs = Number.NEGATIVE_INFINITY
  let isBusy = false
  let chunks = 0
  let texts = 0
  let merged: Readonly<Record<string, unknown>> | null = null
  let unread: NodeJS.Timeout | null = null

  const say = (text: string) => {
    socket.send(text, { binary: false })
    if (socket.bufferedAmount > mostUnreadBytes && unread === null) holdUntilRead()
  }
  /** Frames stay in the network's own buffers, and the client feels it, until it has read. */
  const holdUntilRead = () => {
    socket.pause()
    const sinceMs = clock.monotonicMs()
    unread = setInterval(() => {
      if (socket.bufferedAmount < resumeBelowBytes) {
        if (unread !== null) clearInterval(unread)
        unread = null
        socket.resume()
      } else if (clock.monotonicMs() - sinceMs > endUnreadAfterMs) {
        log.warn('stream-never-read', { frames: stream.frames })
        socket.terminate()
      }
    }, 50)
    unread.unref()
  }
  const sessionNow = (atMs: number): CaptionSession | null => {
    if (session !== null || atMs - triedSessionMs < trySessionEveryMs) return session
    triedSessionMs = atMs
    session = openSession()
    return session
  }
  const caption = async (chunk: Chunk, of: CaptionSession) => {
    isBusy = true
    stream.captioningSinceMs = clock.monotonicMs()
    try {
      const result = await of.infer({ ...chunk, prompt: options.prompt, history: history.lines() }, closing.signal)
      if (closing.signal.aborted || session !== of) return
      if (result.caption !== null) keep(chunk, result, chunks++)
      stream.error = null
      if (result.caption !== null) {
        history.add(result.caption)
        Object.assign(stream, { lastCaption: result.caption, lastCaptionAt: clock.iso(), isMock: result.isMock })
      }
      merged = withoutNulls({ ...result.extra, caption: result.caption, latency_ms: Math.round(result.latencyMs), chunk_start_s: chunk.startS, chunk_end_s: chunk.endS, tokens_generated: result.tokensGenerated })
    } catch (error) {
      // It was called off, because the stream ended or somebody else is to caption.
      if (closing.signal.aborted || session !== of) return
      if (!(error instanceof AppError)) log.error('chunk-not-captioned', error)
      const sentence = error instanceof AppError ? error.message : 'This chunk could not be captioned.'
      stream.error = sentence
      merged = { inference_error: sentence }
      // It may have lost what it needs: the next chunks ask whether there is another.
      if (error instanceof AppError && error.code === 'not-configured') dropSession()
    } finally {
      isBusy = false
      stream.captioningSinceMs = null
    }
  }
  const dropSession = () => {
    session?.close().catch((error: unknown) => { log.error('caption-session-not-closed', error) })
    session = null
  }
  stream.renew = () => {
    dropSession()
    triedSessionMs = Number.NEGATIVE_INFINITY
  }
  const refuse = (sentence: string) => {
    stream.refused++
    texts++
    if (texts > mostTexts) { socket.close(1003, 'Frames are binary messages.'); return }
    say(JSON.stringify({ error: sentence }))
  }
  const takeFrame = (frame: Buffer) => {
    const atMs = clock.monotonicMs() - openedMs
    stream.frames++
    stream.bytes += frame.length
    const isImage = imageKindOf(frame) !== null
    if (isImage) {
      stream.lastFrame = frame
      stream.lastFrameMs = openedMs + atMs
      streams.frame(stream.id)
      keyFrame(frame)
      const of = sessionNow(atMs)
      const chunk = of === null ? null : chunker.add(frame, atMs, isBusy)
      if (chunk !== null && of !== null) void caption(chunk, of)
    } else stream.refused++
    if (merged === null && isImage) say(`{"frame":${stream.frames},"bytes":${frame.length}}`)
    else {
      const own = { frame: stream.frames, bytes: frame.length, ...(isImage ? {} : { error: 'This is no JPEG or PNG.' }) }
      // What a deployed class returns may bear any name; ours stand first and last.
      say(JSON.stringify(Object.assign({}, own, merged, own)))
      merged = null
    }
    seen()
  }

  socket.on('message', (data: RawData, isBinary: boolean) => {
    stream.messages++
    if (!isBinary) { refuse('Frames are binary messages; this was text.'); return }
    takeFrame(data as Buffer)
  })
  // Too large a message, wrong masks, broken off: `ws` closes by itself and says why to the other side.
  socket.on('error', (error) => { log.info('stream-broken', { code: 'code' in error ? String(error.code) : '' }) })
  socket.on('close', () => {
    if (unread !== null) clearInterval(unread)
    closing.abort(new AppError('cancelled', 'The stream has ended.'))
    dropSession()
    streams.ended(stream)
  })
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined))
}
