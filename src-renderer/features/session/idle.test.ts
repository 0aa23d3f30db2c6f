import { describe, expect, it, vi } from 'vitest'
import { watchIdle } from './idle.ts'

/** A window with a clock that is moved by hand. */
function aWindow(limitS: number) {
  const target = new EventTarget()
  const heard = { idle: 0, active: 0 }
  let nowMs = 0
  vi.useFakeTimers()
  const stop = watchIdle({ limitS, now: () => nowMs, target, onIdle: () => { heard.idle += 1 }, onActive: () => { heard.active += 1 } })
  return {
    heard, stop: () => { stop(); vi.useRealTimers() },
    pass: (seconds: number) => { nowMs += seconds * 1000; vi.advanceTimersByTime(1000) },
    input: () => { target.dispatchEvent(new Event('keydown')) }
  }
}

describe('the idle watch', () => {
  it('locks after the limit without input, once', () => {
    const one = aWindow(600)
    one.pass(599)
    expect(one.heard.idle).toBe(0)
    one.pass(1)
    one.pass(60)
    one.stop()
    expect(one.heard.idle).toBe(1)
  })
  it('starts over at each input', () => {
    const one = aWindow(600)
    for (let count = 0; count < 5; count += 1) { one.pass(500); one.input() }
    one.stop()
    expect([one.heard.idle, one.heard.active]).toEqual([0, 5])
  })
  it('locks a laptop that slept, at the first touch and before it counts as input', () => {
    const one = aWindow(600)
    vi.setSystemTime(0)
    one.pass(8 * 3600)
    one.input()
    one.stop()
    expect([one.heard.idle, one.heard.active]).toEqual([1, 0])
  })
  it('tells of activity at most once a minute', () => {
    const one = aWindow(600)
    for (let count = 0; count < 90; count += 1) { one.pass(1); one.input() }
    one.stop()
    expect(one.heard.active).toBe(1)
  })
})
