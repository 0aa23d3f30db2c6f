import { describe, expect, it } from 'vitest'
import { AppError } from '../../src-shared/errors.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'
import { defaultBackoffMs, startEventStream, type LineState } from './events.ts'

const body = (text: string) => new Response(text)

/** Runs the stream over answers given one after the other, until the last is spent. */
async function listenTo(answers: (() => Promise<Response>)[]) {
  const states: LineState[] = []
  const events: EdgeEvent[] = []
  let tries = 0
  await new Promise<void>((done) => {
    const stop = startEventStream({
      http: { open: () => {
        const answer = answers[tries]
        tries += 1
        if (answer !== undefined) return answer()
        stop()
        done()
        return new Promise(() => {})
      } },
      onEvent: (event) => { events.push(event) },
      onState: (state) => {
        states.push(state)
        if (state === 'refused') done()
      },
      backoffMs: () => 1
    })
  })
  return { states, events, tries }
}

describe('the line to the edge', () => {
  it('comes back by itself after a loss and hands on what it understands', async () => {
    const { states, events } = await listenTo([
      () => Promise.resolve(body('data: {"type":"hello","version":"1"}\n\n: beat\n\ndata: {"type":"from-a-newer-edge"}\n\n')),
      () => Promise.reject(new Error('gone')),
      () => Promise.resolve(body('data: {"type":"system-changed"}\n\n'))
    ])
    expect(events.map(({ type }) => type)).toEqual(['hello', 'system-changed'])
    expect(states).toEqual(['connecting', 'live', 'down', 'down', 'live', 'down'])
  })
  it('stops asking when nobody is signed in', async () => {
    const { states, tries } = await listenTo([() => Promise.reject(new AppError('not-signed-in', 'Sign in.'))])
    expect([states, tries]).toEqual([['connecting', 'refused'], 1])
  })
  it('takes silence for a loss', async () => {
    const states: LineState[] = []
    await new Promise<void>((done) => {
      const stop = startEventStream({
        http: { open: (_path, signal) => Promise.resolve(new Response(new ReadableStream({ start: (stream) => { signal?.addEventListener('abort', () => { stream.error(signal.reason) }) } }))) },
        onEvent: () => {}, silenceMs: 20, backoffMs: () => 10_000,
        onState: (state) => { states.push(state); if (state === 'down') { stop(); done() } }
      })
    })
    expect(states).toEqual(['connecting', 'live', 'down'])
  })
  it('waits longer each time, and never over eight seconds', () => { expect([1, 2, 3, 4, 5, 20].map(defaultBackoffMs)).toEqual([500, 1000, 2000, 4000, 8000, 8000]) })
})
