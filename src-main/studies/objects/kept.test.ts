import { describe, expect, it } from 'vitest'
import { createKept } from './kept.ts'

describe('what was read lately', () => {
  const aShelf = (most = 2, mostBytes = 100) => {
    let reads = 0
    const kept = createKept<string>({ most, mostBytes, bytesOf: (value) => value.length })
    return { get: (key: string, value = key) => kept.get(key, async () => { reads += 1; return value }), reads: () => reads, kept }
  }

  it('is not read again, and once for all who ask at the same time', async () => {
    const { get, reads } = aShelf()
    expect(await Promise.all([get('a'), get('a'), get('a')])).toEqual(['a', 'a', 'a'])
    await get('a')
    expect(reads()).toBe(1)
  })

  it('goes in the order in which it was last asked for', async () => {
    const { get, reads } = aShelf()
    for (const key of ['a', 'b', 'a', 'c', 'a']) await get(key)
    expect(reads()).toBe(3)
    await get('b')
    expect(reads()).toBe(4)
  })

  it('stays under its bytes, but for one thing that is larger than all of them', async () => {
    const { get, reads } = aShelf(10, 5)
    await get('large', '123456789')
    await get('large')
    expect(reads()).toBe(1)
    await get('small', '1')
    await get('large')
    expect(reads()).toBe(3)
  })

  it('holds no failure: asked again, it is tried again', async () => {
    const { kept, get } = aShelf()
    await expect(kept.get('a', async () => { throw new Error('no disk') })).rejects.toThrow('no disk')
    expect(await get('a')).toBe('a')
  })
})
