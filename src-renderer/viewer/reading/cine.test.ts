import { describe, expect, test } from 'vitest'
import { aSeries } from '../test-series.ts'
import { cineRateOf, createCine, type CineOptions, type CineState } from './cine.ts'

/** A clock that stands until it is moved; callbacks run in the order of their times, each with what waits for it. */
function aClock() {
  let nowMs = 0
  let timers: { atMs: number; call: () => void }[] = []
  return {
    nowMs: () => nowMs,
    after(delayMs: number, call: () => void) {
      const timer = { atMs: nowMs + delayMs, call }
      timers.push(timer)
      return () => { timers = timers.filter((one) => one !== timer) }
    },
    async run(forMs: number) {
      const end = nowMs + forMs
      for (;;) {
        const next = timers.filter(({ atMs }) => atMs <= end).toSorted((a, b) => a.atMs - b.atMs)[0]
        if (next === undefined) break
        timers = timers.filter((one) => one !== next)
        nowMs = next.atMs
        next.call()
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
      }
      nowMs = end
    }
  }
}

function aCine(options: Partial<CineOptions> & { decodeMs?: number } = {}) {
  const clock = aClock()
  const shown: { index: number; atMs: number }[] = []
  const states: CineState[] = []
  let current = 0
  const { decodeMs = 0, ...rest } = options
  const cine = createCine({
    count: 5, ratePerS: 10, clock, current: () => current,
    async show(index) {
      if (decodeMs > 0) await new Promise<void>((done) => { clock.after(decodeMs, done) })
      current = index
      shown.push({ index, atMs: clock.nowMs() })
    },
    onChange: (state) => { states.push(state) }, ...rest
  })
  return { cine, clock, shown, states, indexes: () => shown.map(({ index }) => index) }
}

describe('cine', () => {
  test('shows one frame after the other at its rate, and begins again after the last', async () => {
    const { cine, clock, shown, indexes } = aCine()
    cine.play()
    await clock.run(700)
    expect(indexes()).toEqual([1, 2, 3, 4, 0, 1, 2])
    expect(shown.map(({ atMs }) => atMs)).toEqual([100, 200, 300, 400, 500, 600, 700])
    expect(cine.state).toMatchObject({ isPlaying: true, trueRatePerS: 10, isLagging: false })
  })
  test('goes there and back when it sweeps, without showing the ends twice', async () => {
    const { cine, clock, indexes } = aCine({ isSweeping: true, count: 3 })
    cine.play()
    await clock.run(800)
    expect(indexes()).toEqual([1, 2, 1, 0, 1, 2, 1, 0])
  })
  test('leaves no frame out where decoding lags, and tells the rate that it reaches', async () => {
    const { cine, clock, indexes } = aCine({ ratePerS: 20, decodeMs: 200, count: 40 })
    cine.play()
    await clock.run(4000)
    const all = indexes()
    expect(all).toEqual(Array.from({ length: all.length }, (_, at) => at + 1))
    // 200 ms to decode and half of the 50 ms that the frame is due to stand.
    expect(cine.state.trueRatePerS).toBeGreaterThan(4)
    expect(cine.state.trueRatePerS).toBeLessThan(5)
    expect(cine.state.isLagging).toBe(true)
  })
  test('does not hurry after one late frame', async () => {
    let isFirst = true
    const clock = aClock()
    const at: number[] = []
    const cine = createCine({
      count: 9, ratePerS: 10, clock, current: () => at.length, onChange: () => {},
      async show() {
        if (isFirst) await new Promise<void>((done) => { clock.after(500, done) })
        isFirst = false
        at.push(clock.nowMs())
      }
    })
    cine.play()
    await clock.run(1000)
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(50)
    expect(at[0]).toBe(600)
  })
  test('stops at once, also while a frame is on its way, and goes on from the frame on the screen', async () => {
    const { cine, clock, shown, indexes } = aCine({ decodeMs: 30 })
    cine.play()
    await clock.run(110)
    cine.pause()
    await clock.run(1000)
    expect(shown.length).toBe(1)
    expect(cine.state).toMatchObject({ isPlaying: false, trueRatePerS: null })
    cine.play()
    await clock.run(150)
    expect(indexes()).toEqual([1, 2])
  })
  test('changes its rate while it plays, between 1 and 60', async () => {
    const { cine, clock, shown } = aCine()
    cine.play()
    await clock.run(100)
    cine.setRate(50)
    await clock.run(160)
    expect(shown.map(({ atMs }) => atMs)).toEqual([100, 200, 220, 240, 260])
    cine.setRate(900)
    expect(cine.state.ratePerS).toBe(60)
    cine.setRate(0)
    expect(cine.state.ratePerS).toBe(1)
  })
  test('lets frames stand as long as the file says, beside each other', async () => {
    const { cine, clock, shown } = aCine({ count: 3, intervalsMs: [10, 20, 30] })
    cine.play()
    await clock.run(400)
    expect(shown.map(({ atMs }) => atMs)).toEqual([50, 150, 300, 350])
  })
  test('plays nothing of one image, and stops where frames can no longer be had', async () => {
    const single = aCine({ count: 1 })
    single.cine.play()
    expect(single.cine.state.isPlaying).toBe(false)
    const { cine, clock } = aCine({ show: () => Promise.reject(new Error('closed')) })
    cine.play()
    await clock.run(300)
    expect(cine.state.isPlaying).toBe(false)
  })
  test('starts at the rate of the file, else at ten a second', () => {
    expect(cineRateOf(aSeries())).toBe(10)
    expect(cineRateOf(aSeries({ frameTimeMs: 40 }))).toBe(25)
    expect(cineRateOf(aSeries({ frameTimeMs: 40, cine: { ratePerS: 15, source: 'recommended-rate', isSweeping: false } }))).toBe(15)
    expect(cineRateOf(aSeries({ cine: { ratePerS: 500, source: 'cine-rate', isSweeping: false } }))).toBe(60)
  })
})
