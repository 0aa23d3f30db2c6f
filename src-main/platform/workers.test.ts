import { afterEach, describe, expect, it } from 'vitest'
import { createWorkerPool, type WorkerPool } from './workers.ts'

const opened: WorkerPool[] = []
afterEach(async () => { await Promise.all(opened.splice(0).map((pool) => pool.close())) })
const aPool = (size = 1, maxHeapMb = 256) => {
  const pool = createWorkerPool({ entry: '../test/support/unruly', size, maxHeapMb })
  opened.push(pool)
  return pool
}
/** Whether the pool still works after what was done to it. */
const stillWorks = async (pool: WorkerPool) => (await pool.run({ name: 'double', input: 21 })) === 42

describe('a pool of workers', () => {
  it('answers, tells progress, and keeps its threads', async () => {
    const pool = aPool()
    const told: unknown[] = []
    expect(await pool.run({ name: 'double', input: 4, onProgress: (value) => told.push(value) })).toBe(8)
    expect(told).toEqual(['half way'])
    expect(await pool.run({ name: 'thread', input: null })).toBe(await pool.run({ name: 'thread', input: null }))
  })

  it('does many tasks on few threads, all of them', async () => {
    const pool = aPool(2)
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => pool.run({ name: 'double', input: n })))
    expect(answers).toEqual(Array.from({ length: 50 }, (_, n) => n * 2))
  })

  it('moves buffers instead of copying them', async () => {
    const pool = aPool()
    const bytes = new ArrayBuffer(16)
    await pool.run({ name: 'double', input: 1, transfer: [bytes] })
    expect(bytes.detached).toBe(true)
    expect(await pool.run({ name: 'give', input: null })).toHaveProperty('byteLength', 1024)
  })

  it('hands an expected failure over as what it is, and an unexpected one with its stack', async () => {
    const pool = aPool()
    await expect(pool.run({ name: 'refuse', input: null })).rejects.toMatchObject({ name: 'AppError', code: 'cannot-decode', message: 'This image can not be decoded.' })
    const fault: unknown = await pool.run({ name: 'fault', input: null }).catch((error: unknown) => error)
    expect(fault).toMatchObject({ message: 'x is undefined' })
    expect(fault instanceof Error && fault.stack).toContain('unruly.worker')
    await expect(pool.run({ name: 'no such task', input: null })).rejects.toThrow('No task is called no such task.')
    expect(await stillWorks(pool)).toBe(true)
  })

  it('loses one task, not itself, when a thread exits', async () => {
    const pool = aPool(2)
    const neighbour = pool.run({ name: 'sleep', input: 200 })
    await expect(pool.run({ name: 'crash', input: null })).rejects.toMatchObject({ code: 'internal' })
    expect(await neighbour).toBe('slept')
    expect(await stillWorks(pool)).toBe(true)
  })

  it('loses one task when a thread runs out of memory', async () => {
    const pool = aPool(1, 32)
    await expect(pool.run({ name: 'swallowMemory', input: null })).rejects.toMatchObject({ code: 'ERR_WORKER_OUT_OF_MEMORY' })
    expect(await stillWorks(pool)).toBe(true)
  })

  it('does not wait longer than it was told', async () => {
    const pool = aPool()
    await expect(pool.run({ name: 'deaf', input: null, timeoutMs: 300 })).rejects.toThrow('A worker did not answer within 300 ms.')
    expect(await stillWorks(pool)).toBe(true)
  })

  it('cannot be blocked by what cannot be sent, in either direction', async () => {
    const pool = aPool()
    await expect(pool.run({ name: 'double', input: () => 1 })).rejects.toThrow(/could not be cloned/)
    await expect(pool.run({ name: 'unsendable', input: null })).rejects.toThrow(/could not be cloned/)
    expect(await stillWorks(pool)).toBe(true)
  })

  it('survives a listener of progress that throws', async () => {
    const pool = aPool()
    await expect(pool.run({ name: 'double', input: 1, onProgress: () => { throw new Error('the listener broke') } })).rejects.toThrow('the listener broke')
    expect(await stillWorks(pool)).toBe(true)
  })
})

describe('aborting', () => {
  it('reaches a task that listens', async () => {
    const pool = aPool()
    const controller = new AbortController()
    const task = pool.run({ name: 'listen', input: null, signal: controller.signal })
    setTimeout(() => { controller.abort() }, 100)
    await expect(task).rejects.toMatchObject({ code: 'cancelled' })
    expect(await stillWorks(pool)).toBe(true)
  })

  it('ends a task that can not hear, within seconds', async () => {
    const pool = aPool()
    const controller = new AbortController()
    const task = pool.run({ name: 'deaf', input: null, signal: controller.signal })
    setTimeout(() => { controller.abort(new Error('enough')) }, 100)
    await expect(task).rejects.toThrow('enough')
    expect(await stillWorks(pool)).toBe(true)
  })

  it('takes a waiting task out of the queue, and one that was aborted before is never begun', async () => {
    const pool = aPool()
    const first = pool.run({ name: 'sleep', input: 200 })
    const controller = new AbortController()
    const waiting = pool.run({ name: 'double', input: 1, signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(pool.run({ name: 'double', input: 1, signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
    expect(await first).toBe('slept')
  })

  it('leaves nothing behind on a signal that many tasks share', async () => {
    const pool = aPool()
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    Object.assign(signal, {
      addEventListener: (...given: Parameters<typeof add>) => { listeners += 1; add(...given) },
      removeEventListener: (...given: Parameters<typeof remove>) => { listeners -= 1; remove(...given) }
    })
    await Promise.all(Array.from({ length: 20 }, (_, n) => pool.run({ name: 'double', input: n, signal })))
    expect(listeners).toBe(0)
  })
})

describe('closing', () => {
  it('ends what runs and what waits, and takes nothing more', async () => {
    const pool = aPool()
    const running = pool.run({ name: 'sleep', input: 60_000 })
    const waiting = pool.run({ name: 'double', input: 1 })
    const ends = Promise.allSettled([running, waiting])
    await pool.close()
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(pool.run({ name: 'double', input: 1 })).rejects.toMatchObject({ code: 'cancelled' })
  })
})
