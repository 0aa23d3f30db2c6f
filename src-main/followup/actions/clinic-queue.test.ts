import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRedis, whyNoRedis, type RedisServer } from '../../../test/support/redis.ts'
import { createLog } from '../../platform/log.ts'
import { createClinicQueue } from './clinic-queue.ts'

const noRedis = whyNoRedis()
const log = createLog(() => undefined)
let server: RedisServer | null = null
beforeAll(async () => { if (noRedis === null) server = await startRedis() })
afterAll(async () => { await server?.stop() })

const open = async (prefix: string, { url = server?.url ?? '', everyMs = 60_000 } = {}) => {
  const ticks: number[] = []
  const workstation = randomUUID()
  const queue = createClinicQueue({ redisUrl: url, log, workstation, prefix, everyMs, onTick: () => { ticks.push(Date.now()) } })
  await queue.start()
  return { queue, ticks, workstation }
}

describe.runIf(noRedis === null)('the queue of a clinic', () => {
  it('has one clock for all its workstations, and each hears it', async () => {
    const prefix = `test-${randomUUID()}`
    const [one, two] = [await open(prefix, { everyMs: 500 }), await open(prefix, { everyMs: 500 })]
    await expect.poll(() => [one.ticks.length > 0, two.ticks.length > 0], { timeout: 10_000 }).toEqual([true, true])
    await one.queue.stop()
    await two.queue.stop()
  }, 30_000)

  it('tells the one whose action is due, whoever took the job, and once for however often it was planned', async () => {
    const prefix = `test-${randomUUID()}`
    const [one, two] = [await open(prefix), await open(prefix)]
    // The clock ticks once at its start, and then in a minute.
    await expect.poll(() => one.ticks.length, { timeout: 10_000 }).toBeGreaterThan(0)
    await new Promise((done) => { setTimeout(done, 500) })
    const before = { one: one.ticks.length, two: two.ticks.length }
    const due = new Date(Date.now() + 300)
    for (let count = 0; count < 5; count++) await one.queue.plan(due, new Date())
    await expect.poll(() => one.ticks.length, { timeout: 10_000 }).toBe(before.one + 1)
    await new Promise((done) => { setTimeout(done, 300) })
    expect([one.ticks.length, two.ticks.length]).toEqual([before.one + 1, before.two])
    await one.queue.stop()
    await two.queue.stop()
  }, 30_000)

  it('begins by itself where its server comes only after it', async () => {
    const own = await startRedis()
    await own.kill()
    const { queue, ticks } = await open(`test-${randomUUID()}`, { url: own.url, everyMs: 500 })
    expect(ticks).toEqual([])
    await own.start()
    await expect.poll(() => ticks.length, { timeout: 20_000 }).toBeGreaterThan(2)
    await queue.stop()
    await own.stop()
  }, 60_000)

  it('closes in time where its server never came', async () => {
    const { queue } = await open(`test-${randomUUID()}`, { url: 'redis://127.0.0.1:9' })
    await queue.plan(new Date(), new Date())
    const startedMs = performance.now()
    await queue.stop()
    expect(performance.now() - startedMs).toBeLessThan(4000)
  })

  it('goes on by itself after its server was killed in the middle', async () => {
    const own = await startRedis()
    const { queue, ticks } = await open(`test-${randomUUID()}`, { url: own.url, everyMs: 1000 })
    await expect.poll(() => ticks.length, { timeout: 10_000 }).toBeGreaterThan(0)
    await queue.plan(new Date(Date.now() + 3000), new Date())
    await own.kill()
    // Planning while it is away fails at once and harms nobody: the row stands in the database.
    await queue.plan(new Date(), new Date())
    await own.start()
    const before = ticks.length
    await expect.poll(() => ticks.length, { timeout: 20_000 }).toBeGreaterThan(before)
    await queue.stop()
    await own.stop()
  }, 60_000)
})

if (noRedis !== null) describe.skip(`the queue of a clinic: ${noRedis}`, () => { it('is not tested here', () => undefined) })
