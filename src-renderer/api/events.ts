import { EdgeEvent } from '../../src-shared/events.ts'
import type { Http } from './http.ts'
import { createSseParser } from './sse.ts'
import { isSessionFailure } from './failures.ts'

/** Where the window's line to the edge stands. `refused`: nobody is signed in, so there is nothing to listen to. */
export type LineState = 'connecting' | 'live' | 'down' | 'refused'

export type EventStreamDeps = Readonly<{
  http: Pick<Http, 'open'>
  onEvent: (event: EdgeEvent) => void
  onState: (state: LineState) => void
  /** Milliseconds to wait before try number `attempt` (from 1). */
  backoffMs?: (attempt: number) => number
  /** Longest silence that is still life: the edge sends a heartbeat every 15 s. */
  silenceMs?: number
}>

/** Listens until stopped, and comes back by itself after every loss. Returns its stop. */
export function startEventStream(deps: EventStreamDeps): () => void {
  const stopped = new AbortController()
  void listen(deps, stopped.signal)
  return () => { stopped.abort() }
}

/** 0.5 s, 1, 2, 4, then every 8 s: the edge is on this machine, so a short wait harms nobody. */
export function defaultBackoffMs(attempt: number): number {
  return Math.min(8000, 250 * 2 ** attempt)
}

async function listen(deps: EventStreamDeps, stop: AbortSignal): Promise<void> {
  let attempt = 0
  deps.onState('connecting')
  while (!stop.aborted) {
    const outcome = await readOnce(deps, stop, () => { attempt = 0 })
    if (stop.aborted) return
    deps.onState(outcome)
    if (outcome === 'refused') return
    attempt += 1
    await sleep((deps.backoffMs ?? defaultBackoffMs)(attempt), stop)
  }
}

async function readOnce(deps: EventStreamDeps, stop: AbortSignal, onAlive: () => void): Promise<'down' | 'refused'> {
  const silence = new AbortController()
  const either = AbortSignal.any([stop, silence.signal])
  const limitMs = deps.silenceMs ?? 40_000
  let timer = setTimeout(() => { silence.abort() }, limitMs)
  try {
    const response = await deps.http.open('/api/events', either)
    if (response.body === null) return 'down'
    deps.onState('live')
    onAlive()
    const parse = createSseParser()
    for await (const chunk of chunksOf(response.body, either)) {
      clearTimeout(timer)
      timer = setTimeout(() => { silence.abort() }, limitMs)
      for (const message of parse(chunk)) if (message.data !== null) deliver(deps, message.data)
    }
    return 'down'
  } catch (error) {
    // Every failure of the line ends the same way, in a new try; the state is shown, so it is not swallowed.
    return isSessionFailure(error) ? 'refused' : 'down'
  } finally {
    clearTimeout(timer)
  }
}

async function* chunksOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  // A stream that has already failed refuses to be cancelled; the read below reports that failure.
  const cancel = () => { reader.cancel().catch(() => undefined) }
  signal.addEventListener('abort', cancel)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield decoder.decode(value, { stream: true })
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    reader.releaseLock()
  }
}

/** An event that this window does not know is not an error: a newer edge may say more than an older window understands. */
function deliver(deps: EventStreamDeps, data: string): void {
  const parsed = EdgeEvent.safeParse(JSON.parse(data))
  if (parsed.success) deps.onEvent(parsed.data)
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', () => { clearTimeout(timer); done() }, { once: true })
  })
}
