import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createChunker, spread } from './chunk.ts'

const frame = (bytes: number) => Buffer.alloc(bytes)
const options = { chunkMs: 1000, maxFrames: 120, maxBytes: 1_000_000, framesPerChunk: 6 }

describe('a chunk', () => {
  it('starts with its first frame and is handed over at the first frame after its time, unless somebody is busy', () => {
    const chunker = createChunker(options)
    expect([0, 400, 999].map((at) => chunker.add(frame(1), at, false))).toEqual([null, null, null])
    expect(chunker.add(frame(1), 1000, true)).toBeNull()
    expect(chunker.add(frame(1), 2500, true)).toBeNull()
    expect(chunker.add(frame(1), 2600, false)).toMatchObject({ startS: 0, endS: 2.6, seen: 6 })
    expect(chunker.add(frame(1), 2700, false)).toBeNull()
    expect(chunker.add(frame(1), 3700, false)).toMatchObject({ startS: 2.7, endS: 3.7, seen: 2 })
  })

  it('keeps the newest frames and never more than its bounds, whatever comes', () => {
    fc.assert(fc.property(fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 5000 }), stepMs: fc.integer({ min: 0, max: 400 }), isBusy: fc.boolean() }), { maxLength: 300 }), (events) => {
      const chunker = createChunker({ chunkMs: 1000, maxFrames: 12, maxBytes: 20_000, framesPerChunk: 6 })
      let at = 0
      for (const { bytes, stepMs, isBusy } of events) {
        at += stepMs
        const chunk = chunker.add(frame(bytes), at, isBusy)
        if (chunk !== null) {
          expect(isBusy).toBe(false)
          expect(chunk.frames.length).toBeLessThanOrEqual(6)
          expect(chunk.frames.length).toBeGreaterThan(0)
          expect(chunk.endS - chunk.startS).toBeGreaterThanOrEqual(1 - 0.001)
        }
        const held = chunker.held()
        expect(held.frames).toBeLessThanOrEqual(12)
        if (held.frames > 1) expect(held.bytes).toBeLessThanOrEqual(20_000)
      }
    }))
  })

  it('is spread over all its frames, the first and the last among them', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 2, max: 10 }), (n, most) => {
      const all = Array.from({ length: n }, (_, index) => index)
      const chosen = spread(all, most)
      expect(chosen.length).toBe(Math.min(n, most))
      expect([chosen[0], chosen.at(-1)]).toEqual([0, n - 1])
      expect(chosen).toEqual([...new Set(chosen)].toSorted((a, b) => a - b))
    }))
  })
})
