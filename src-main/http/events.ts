import { Hono } from 'hono'
import type { EdgeEvent } from '../../src-shared/events.ts'
import { readToken, type Accounts } from '../accounts/index.ts'
import type { Bus } from '../platform/bus.ts'
import type { HttpEnv } from '../platform/http.ts'
import type { Log } from '../platform/log.ts'
import { createEventQueue } from './event-queue.ts'

export type EventsDeps = Readonly<{ accounts: Accounts, events: Bus<EdgeEvent>, log: Log, version: string, closing: AbortSignal, heartbeatMs?: number, maxQueued?: number }>

/** `GET /api/events`: server-sent events, one `EdgeEvent` each. A stream ends with the session that opened it, when that locks, or when the edge stops. */
export function createEventsRoutes({ accounts, events, log, version, closing, heartbeatMs = 15_000, maxQueued = 256 }: EventsDeps): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  routes.get('/api/events', (c) => {
    const token = readToken(c)
    // Asked by a timer, above which nobody stands: a session that can't be read (a full disk refuses the idle lock) is not open.
    const isOpen = () => {
      try {
        return accounts.sessions.find(token)?.isLocked === false
      } catch (error) {
        log.error('session-not-read', error)
        return false
      }
    }
    const body = openStream({ events, isOpen, heartbeatMs, maxQueued, version, signal: AbortSignal.any([c.req.raw.signal, closing]) })
    return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' } })
  })
  return routes
}

type StreamOptions = Readonly<{ events: Bus<EdgeEvent>, isOpen: () => boolean, heartbeatMs: number, maxQueued: number, version: string, signal: AbortSignal }>

function openStream({ events, isOpen, heartbeatMs, maxQueued, version, signal }: StreamOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const queue = createEventQueue(maxQueued)
  let release: () => void = () => undefined

  const flush = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    while ((controller.desiredSize ?? 0) > 0) {
      const event = queue.take()
      if (event === undefined) return
      controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`))
    }
  }

  return new ReadableStream<Uint8Array>({
    start(controller) {
      const end = () => {
        release()
        controller.close()
      }
      const put = (event: EdgeEvent) => {
        queue.put(event)
        flush(controller)
      }
      const unsubscribe = events.subscribe((event) => {
        put(event)
        if (event.type === 'session-changed' && !isOpen()) end()
      })
      const timer = setInterval(() => {
        if (!isOpen()) end()
        else if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(': still here\n\n'))
      }, heartbeatMs)
      timer.unref()
      signal.addEventListener('abort', end, { once: true })
      release = () => {
        unsubscribe()
        clearInterval(timer)
        signal.removeEventListener('abort', end)
      }
      put({ type: 'hello', version })
    },
    pull: flush,
    cancel() { release() }
  }, { highWaterMark: 16 })
}
