import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { packBits, unpackBits } from './pack-bits.ts'

describe('packed bits', () => {
  it('come back as they were, whatever they are', () => {
    const runs = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 400 })), { maxLength: 20 }).map((list) => Uint8Array.from(list.flatMap(([value, length]) => Array.from({ length }, () => value))))
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), runs), (bytes) => {
      expect(unpackBits(packBits(bytes), bytes.length)).toEqual(bytes)
    }))
  })
  it('are short for an empty plane, and hardly longer than noise', () => {
    expect(packBits(new Uint8Array(32_768)).length).toBe(512)
    expect(packBits(Uint8Array.from({ length: 1000 }, (_, at) => at * 97 % 251)).length).toBeLessThan(1010)
  })
  it('fill what is missing with zeros and never write beyond the end', () => {
    expect([...unpackBits(Uint8Array.of(1, 5, 6), 4)]).toEqual([5, 6, 0, 0])
    expect([...unpackBits(Uint8Array.of(129, 9), 3)]).toEqual([9, 9, 9])
    expect([...unpackBits(Uint8Array.of(5, 1, 2), 3)]).toEqual([1, 2, 0])
  })
})
