import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aBrowser, anEdge, colleague, heldClock, home, mora, signedIn, type Browser, type TestEdge } from '../../test/support/edge.ts'
import { Hono } from 'hono'
import { EdgeEvent } from '../../src-shared/events.ts'
import { SeriesUid, StudyUid } from '../../src-shared/ids.ts'
import { createAccounts } from '../accounts/index.ts'
import { createBus } from '../platform/bus.ts'
import type { HttpEnv } from '../platform/http.ts'
import { createLog, type LogLine } from '../platform/log.ts'
import { createEventQueue } from './event-queue.ts'
import { createEventsRoutes } from './events.ts'

let test: TestEdge
let browser: Browser
beforeEach(async () => {
  test = await anEdge()
  browser = await signedIn(test.edge)
})
afterEach(() => test.stop())

type Reader = Readonly<{ next: () => Promise<EdgeEvent | 'end'>, cancel: () => Promise<void>, raw: () => string }>

function readEvents({ body }: Response): Reader {
  const reader = (body ?? new ReadableStream<Uint8Array>()).getReader()
  let text = ''
  let raw = ''
  const next = async (): Promise<EdgeEvent | 'end'> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      const block = text.slice(0, end)
      if (end >= 0) text = text.slice(end + 2)
      if (block.startsWith('data: ')) return EdgeEvent.parse(JSON.parse(block.slice(6)))
      if (end >= 0) continue
      const { done, value } = await reader.read()
      if (done) return 'end'
      text += new TextDecoder().decode(value)
      raw += new TextDecoder().decode(value)
    }
  }
  return { next, cancel: () => reader.cancel(), raw: () => raw }
}

const listen = async () => {
  const response = await browser.get('/api/events')
  const events = readEvents(response)
  expect(await events.next()).toEqual({ type: 'hello', version: '0.1.0' })
  return events
}

describe('the event stream', () => {
  it('greets, then tells what happens, and is never cached', async () => {
    const response = await browser.get('/api/events')
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const events = readEvents(response)
    expect(await events.next()).toMatchObject({ type: 'hello' })
    await colleague(test.edge, browser, 'ruiz', 'clinician')
    expect(await events.next()).toEqual({ type: 'session-changed' })
    await events.cancel()
  })

  it('ends at sign-out', async () => {
    const events = await listen()
    await browser.send('POST', '/api/session/sign-out')
    expect(await events.next()).toEqual({ type: 'session-changed' })
    expect(await events.next()).toBe('end')
  })

  it('ends at the lock, and begins again after the password', async () => {
    const events = await listen()
    await browser.send('POST', '/api/session/lock')
    expect(await events.next()).toEqual({ type: 'session-changed' })
    expect(await events.next()).toBe('end')
    expect((await browser.get('/api/events')).status).toBe(423)
    await browser.send('POST', '/api/session/unlock', { password: mora.password })
    await (await listen()).cancel()
  })

  it('ends when an administrator disables the clinician who listens, and nobody else', async () => {
    const other = await colleague(test.edge, browser, 'ruiz', 'clinician')
    const mine = await listen()
    const theirs = readEvents(await other.get('/api/events'))
    await theirs.next()
    await browser.send('PATCH', `/api/clinicians/${other.id}`, { isDisabled: true })
    expect(await theirs.next()).toEqual({ type: 'session-changed' })
    expect(await theirs.next()).toBe('end')
    expect(await mine.next()).toEqual({ type: 'session-changed' })
    await mine.cancel()
  })

  it('goes on when somebody else signs in or out', async () => {
    const events = await listen()
    const other = await colleague(test.edge, browser, 'ruiz', 'clinician')
    await other.send('POST', '/api/session/sign-out')
    await events.next()
    await browser.send('POST', '/api/session/active')
    await other.send('POST', '/api/session/sign-in', { login: 'ruiz', password: 'a long enough password' })
    expect(await events.next()).toEqual({ type: 'session-changed' })
    await events.cancel()
  })

  it('ends when the edge stops', async () => {
    const events = await listen()
    await test.edge.stop()
    expect(await events.next()).toBe('end')
    expect((await aBrowser(test.edge).get('/api/health')).status).toBe(503)
  })
})

describe('the stream of a slow or lonely window', () => {
  const setUp = async (heartbeatMs: number, maxQueued: number) => {
    const events = createBus<EdgeEvent>((error) => { throw error })
    const clock = heldClock()
    const accounts = createAccounts({ db: test.edge.rooms.db, clock, events, lockAfterS: 600 })
    const logged: LogLine[] = []
    const log = createLog((line) => { logged.push(line) })
    const app = new Hono<HttpEnv>().route('/', createEventsRoutes({ accounts, events, log, version: '1', closing: new AbortController().signal, heartbeatMs, maxQueued }))
    const token = await accounts.signIn.signIn({ login: 'mora', password: mora.password }, null)
    const gone = new AbortController()
    const response = await app.fetch(new Request(`${home}/api/events`, { headers: { authorization: `Bearer ${token}` }, signal: gone.signal }))
    return { events, clock, accounts, gone, logged, stream: readEvents(response) }
  }

  it('loses no place in memory for what nobody reads: one system-changed stands for all of it', async () => {
    const { events, stream } = await setUp(60_000, 50)
    for (let index = 0; index < 10_000; index++) events.publish({ type: 'study-changed', studyUid: StudyUid.parse(`1.2.${index}`) })
    const kinds: string[] = []
    for (let index = 0; index < 60; index++) {
      const event = await stream.next()
      if (event === 'end') break
      kinds.push(event.type)
      if (event.type === 'study-changed' && event.studyUid === '1.2.9999') break
    }
    expect(kinds[0]).toBe('hello')
    expect(kinds).toContain('system-changed')
    expect(kinds.length).toBeLessThan(120)
    await stream.cancel()
  })

  it('is kept open by comments, and locks with the session though nobody asks anything', async () => {
    const { stream, clock } = await setUp(10, 50)
    await stream.next()
    const pending = stream.next()
    await expect.poll(() => stream.raw()).toContain(': still here\n\n')
    clock.advance(700)
    expect(await pending).toBe('end')
  })

  it('ends, and does not take the process along, where the idle lock can not be written', async () => {
    const { stream, clock, logged } = await setUp(10, 50)
    await stream.next()
    const { sqlite } = test.edge.rooms.db
    sqlite.exec("create trigger no_lock before update on sessions begin select raise(abort, 'disk full'); end")
    clock.advance(700)
    expect(await stream.next()).toBe('end')
    expect(logged).toMatchObject([{ event: 'session-not-read' }])
    sqlite.exec('drop trigger no_lock')
  })

  it('is let go when the window goes', async () => {
    const { stream, events, gone } = await setUp(60_000, 50)
    await stream.next()
    gone.abort()
    expect(await stream.next()).toBe('end')
    expect(() => { events.publish({ type: 'system-changed' }) }).not.toThrow()
    const cancelled = await setUp(60_000, 50)
    await cancelled.stream.next()
    await cancelled.stream.cancel()
    expect(() => { cancelled.events.publish({ type: 'session-changed' }) }).not.toThrow()
  })
})

describe('the queue of one window', () => {
  it('keeps only the latest about one thing, in the order of the latest', () => {
    const queue = createEventQueue(10)
    const study = (uid: string): EdgeEvent => ({ type: 'study-changed', studyUid: StudyUid.parse(uid) })
    queue.put(study('1.1'))
    queue.put(study('1.2'))
    queue.put({ type: 'series-thumbnail', seriesUid: SeriesUid.parse('1.1') })
    queue.put(study('1.1'))
    expect([queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([study('1.2'), { type: 'series-thumbnail', seriesUid: '1.1' }, study('1.1'), undefined])
  })
})
