import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aFolder, heldClock, type HeldClock } from '../../../test/support/edge.ts'
import { startRedis, whyNoRedis, type RedisServer } from '../../../test/support/redis.ts'
import { databaseFile, openDatabase, type Db } from '../database.ts'
import { createLog } from '../log.ts'
import { createRedisShortLived, createSqliteShortLived, type ShortLived } from './index.ts'

const log = createLog(() => undefined)
type Opened = Readonly<{ store: ShortLived, another: ShortLived, clock: HeldClock, stop: () => Promise<void> }>

async function openSqlite(): Promise<Opened> {
  const folder = await aFolder()
  const clock = heldClock(new Date().toISOString())
  const open = (): Db => openDatabase({ file: databaseFile(folder.path) })
  const [one, two] = [open(), open()]
  return { store: createSqliteShortLived(one, clock), another: createSqliteShortLived(two, clock), clock, stop: async () => { one.close(); two.close(); await folder.remove() } }
}
let server: RedisServer | null = null
async function openRedis(): Promise<Opened> {
  const clock = heldClock(new Date().toISOString())
  const prefix = `test-${Math.random()}:`
  const open = () => createRedisShortLived({ url: server?.url ?? '', prefix, clock, log })
  const [store, another] = [open(), open()]
  await store.get('ready')
  await another.get('ready')
  return { store, another, clock, stop: async () => { await store.close(); await another.close() } }
}

const noRedis = whyNoRedis()
const kinds = [['the database of one workstation', openSqlite], ...(noRedis === null ? [['a Redis that several share', openRedis] as const] : [])] as const

beforeAll(async () => { if (noRedis === null) server = await startRedis() })
afterAll(async () => { await server?.stop() })

describe.each(kinds)('what lives for minutes, in %s', (_name, open) => {
  let opened: Opened
  beforeEach(async () => { opened = await open() })
  afterEach(async () => { await opened.stop() })

  it('is there for both, and gone when it was taken', async () => {
    const { store, another } = opened
    await store.set('a', 'one', 60_000)
    expect([await store.get('a'), await another.get('a'), store.whyNot()]).toEqual(['one', 'one', null])
    const taken = await Promise.all([store.take('a'), another.take('a'), store.take('a')])
    expect(taken.filter((value) => value === 'one')).toHaveLength(1)
    expect(taken.filter((value) => value === null)).toHaveLength(2)
    await store.set('b', 'two', 60_000)
    await another.remove('b')
    expect(await store.get('b')).toBeNull()
  })

  it('ends by itself', async () => {
    const { store } = opened
    await store.set('short', 'x', 30)
    await store.count('counter', 30)
    opened.clock.advance(0.1)
    await new Promise((done) => { setTimeout(done, 100) })
    expect(await store.get('short')).toBeNull()
    expect(await store.count('counter', 30)).toBe(1)
  })

  it('counts a hundred at once as a hundred', async () => {
    const { store, another } = opened
    const counts = await Promise.all(Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? store : another).count('tries', 60_000)))
    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
  })

  it('has as many places in a window as there are, each member one, and says when the next is free', async () => {
    const { store, another, clock } = opened
    const limit = { most: 3, windowMs: 600_000 }
    const first = await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? store : another).reserve('window', `m${index}`, limit)))
    expect(first.filter(({ isFree }) => isFree)).toHaveLength(3)
    expect(first.find(({ isFree }) => !isFree)).toMatchObject({ freeInMs: 600_000 })
    const seated = first.findIndex(({ isFree }) => isFree)
    expect(await store.reserve('window', `m${seated}`, limit)).toEqual({ isFree: true })
    clock.advance(599)
    expect(await store.reserve('window', 'late', limit)).toMatchObject({ isFree: false, freeInMs: 1000 })
    clock.advance(2)
    expect(await store.reserve('window', 'late', limit)).toEqual({ isFree: true })
    await another.release('window', 'late')
    expect(await Promise.all(['x', 'y', 'z', 'w'].map((member) => store.reserve('window', member, limit)))).toMatchObject([{ isFree: true }, { isFree: true }, { isFree: true }, { isFree: false }])
  })
})

describe.runIf(noRedis === null)('a Redis that goes away', () => {
  it('is said at once, in a sentence, and is there again by itself with what it had', async () => {
    const own = await startRedis()
    const store = createRedisShortLived({ url: own.url, clock: heldClock(), log })
    await store.set('kept', 'still here', 600_000)
    await own.kill()
    const startedMs = performance.now()
    await expect(store.get('kept')).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('does not answer') })
    await expect.poll(() => store.whyNot()).toContain('does not answer')
    await expect(store.reserve('x', 'm', { most: 1, windowMs: 1000 })).rejects.toMatchObject({ code: 'busy' })
    expect(performance.now() - startedMs).toBeLessThan(6000)
    await own.start()
    await expect.poll(() => store.whyNot(), { timeout: 10_000 }).toBeNull()
    expect(await store.get('kept')).toBe('still here')
    await store.close()
    await own.stop()
  }, 30_000)

  it('that was never there says so, too', async () => {
    const store = createRedisShortLived({ url: 'redis://127.0.0.1:9', clock: heldClock(), log })
    await expect(store.get('x')).rejects.toMatchObject({ code: 'busy' })
    await store.close()
  })
})

if (noRedis !== null) describe.skip(`Redis: ${noRedis}`, () => { it('is not tested here', () => undefined) })
