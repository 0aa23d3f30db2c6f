import { assert, array, constantFrom, integer, oneof, property, record, string, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFramePackReader, packEnd, packHead, packStart, type PackedFrame } from './frame-pack.ts'
import { FramePackQuery, frameOrder, framePackQuery, framesOfPack } from './frame-pack-query.ts'

const index = integer({ min: 0, max: 2 ** 32 - 1 })
const bytes = uint8Array({ maxLength: 300 }).map((given) => Uint8Array.from(given))
const text = string({ unit: 'binary', maxLength: 60 })
const frame = oneof(
  record({ kind: constantFrom('stored' as const), index, bytes }),
  record({ kind: constantFrom('decoded' as const), index, bytes, photometricInterpretation: text }),
  record({ kind: constantFrom('failed' as const), index, reason: text })
)

function written(frames: readonly PackedFrame[]): Uint8Array {
  const parts = [packStart(), ...frames.flatMap((one) => [packHead(one), ...(one.kind === 'failed' ? [] : [one.bytes])]), packEnd()]
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function readIn(stream: Uint8Array, sizes: readonly number[]) {
  const reader = createFramePackReader()
  const frames: PackedFrame[] = []
  for (let from = 0, turn = 0; from < stream.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    frames.push(...reader.push(stream.subarray(from, from + size)))
    from += size
  }
  return { frames, isComplete: reader.isComplete() }
}

describe('a pack of frames', () => {
  it('comes out as it went in, however the line cuts it', () => {
    assert(property(array(frame, { maxLength: 8 }), array(integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 }), (frames, sizes) => {
      expect(readIn(written(frames), sizes)).toEqual({ frames, isComplete: true })
    }))
  })

  it('comes out byte by byte', () => {
    const frames: PackedFrame[] = [
      { kind: 'stored', index: 3, bytes: Uint8Array.of(1, 2, 3) }, { kind: 'failed', index: 4, reason: 'The file is 3 × too short.' },
      { kind: 'decoded', index: 2 ** 31, bytes: new Uint8Array(0), photometricInterpretation: 'YBR_FULL' }
    ]
    expect(readIn(written(frames), [1])).toEqual({ frames, isComplete: true })
  })

  it('that is broken off anywhere gives whole frames alone, and never passes for complete', () => {
    assert(property(array(frame, { minLength: 1, maxLength: 5 }), integer({ min: 0, max: 5000 }), (frames, cut) => {
      const stream = written(frames)
      const end = cut % stream.length
      const read = readIn(stream.subarray(0, end), [7])
      expect(read.isComplete).toBe(false)
      expect(read.frames).toEqual(frames.slice(0, read.frames.length))
    }))
  })

  it('keeps each frame in memory of its own, so that it can be handed to another thread', () => {
    const stream = written([{ kind: 'stored', index: 0, bytes: Uint8Array.of(1, 2) }, { kind: 'stored', index: 1, bytes: Uint8Array.of(3, 4) }])
    const { frames } = readIn(stream, [stream.length])
    for (const one of frames) expect(one.kind === 'stored' && one.bytes.buffer.byteLength).toBe(2)
  })

  it('that is something else is refused, not read as images', () => {
    const good = written([{ kind: 'stored', index: 0, bytes: Uint8Array.of(1) }])
    const changed = (at: number, byte: number) => { const copy = good.slice(); copy[at] = byte; return copy }
    for (const stream of [new TextEncoder().encode('<!doctype html>'), changed(8, 9), changed(15, 0xff), Uint8Array.of(...good, 0)]) {
      expect(() => readIn(stream, [5])).toThrow('The stream of images is damaged')
    }
  })

  it('of damaged bytes is read or refused, and never anything else', () => {
    assert(property(array(frame, { minLength: 1, maxLength: 3 }), integer({ min: 0, max: 5000 }), integer({ min: 0, max: 15 }), (frames, at, byte) => {
      const stream = written(frames)
      // The length's high bytes would only reserve memory.
      stream[at % stream.length] = byte
      try { readIn(stream, [64]) } catch (error) { expect(String(error)).toContain('The stream of images is damaged') }
    }))
  })
})

describe('what a pack is asked for', () => {
  const asked = (query: string, count: number) => framesOfPack(FramePackQuery.parse(Object.fromEntries(new URLSearchParams(query))), count)

  it('is the frame being looked at, its neighbours outwards, then the rest, each once', () => {
    expect(frameOrder(3, 6)).toEqual([3, 4, 2, 5, 1, 0])
    expect(frameOrder(0, 3)).toEqual([0, 1, 2])
    expect(frameOrder(2, 3)).toEqual([2, 1, 0])
    expect(frameOrder(100, 300).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, at) => at))
  })
  it('ends where the memory budget ends', () => { expect(frameOrder(50, 300, 5)).toEqual([50, 51, 49, 52, 48]) })

  it('leaves out what the window has', () => {
    expect(asked(framePackQuery({ first: 3, limit: 6, most: 9, have: [5, 0, 1] }), 6)).toEqual([3, 4, 2])
    expect(asked(framePackQuery({ first: 3, limit: 6, most: 2, have: [4] }), 6)).toEqual([3, 2])
    expect(framePackQuery({ first: 3, limit: 6, most: 9, have: [5, 0, 1, 7] })).toBe('first=3&limit=6&most=9&have=0-1,5,7')
    assert(property(integer({ min: 1, max: 80 }), integer({ min: 0, max: 79 }), array(integer({ min: 0, max: 79 })), (count, first, have) => {
      const order = asked(framePackQuery({ first, limit: count, most: count, have }), count)
      expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at).filter((at) => !have.includes(at)))
    }))
  })

  it('is everything where nothing is said, and nothing beyond the series', () => {
    expect(asked('', 3)).toEqual([0, 1, 2])
    expect(asked('first=99', 3)).toEqual([2, 1, 0])
    expect(asked('have=0-999999999', 3)).toEqual([])
    expect(asked('first=0', 0)).toEqual([])
  })

  it('reads a query that names the whole series a thousand times as fast as one that names it once', () => {
    const query = `have=${Array.from({ length: 1000 }, () => '0-99998').join()}`
    const beganAt = performance.now()
    expect(asked(query.slice(0, 8000).replace(/,[^,]*$/, ''), 100_000)).toEqual([99_999])
    // A thousand walks through a hundred thousand frames took seconds, in the thread that answers everybody.
    expect(performance.now() - beganAt).toBeLessThan(1000)
    expect(asked('have=4-5,0-2,1,5-4,2-3', 8)).toEqual([6, 7])
  })

  it.each(['first=-1', 'first=x', 'limit=0', 'most=0', 'have=1-', 'have=1,,2', 'have=x', 'have=0-1;drop'])('refuses %s', (query) => { expect(() => asked(query, 3)).toThrow() })
})
