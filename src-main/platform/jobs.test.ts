import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import { kill, startChild, untilRunning } from '../../test/support/child.ts'
import { aFolder, heldClock, type HeldClock } from '../../test/support/edge.ts'
import { databaseFile, openDatabase, type Db } from './database.ts'
import { createJobs, type JobContext, type JobKind, type Jobs } from './jobs.ts'
import { createLog, type LogLine } from './log.ts'

type Work = { n: number }
let folder: Awaited<ReturnType<typeof aFolder>>
let db: Db
let clock: HeldClock
let logged: LogLine[]
const opened: Jobs[] = []

beforeEach(async () => {
  folder = await aFolder()
  db = openDatabase({ file: databaseFile(folder.path) })
  clock = heldClock()
  logged = []
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((jobs) => jobs.stop()))
  db.close()
  await folder.remove()
})

const theQueue = (): Jobs => {
  const jobs = createJobs({ db, clock, log: createLog((line) => { logged.push(line) }) })
  opened.push(jobs)
  return jobs
}
const work = (run: JobKind<Work>['run'], more: Partial<JobKind<Work>> = {}): JobKind<Work> => ({ kind: 'work', payload: z.object({ n: z.number() }), concurrency: 1, maxAttempts: 3, run, ...more })
/** Ends when its signal says so, as real work does. */
const untilAborted = ({ signal }: JobContext) => new Promise<void>((_done, reject) => { signal.addEventListener('abort', () => { reject(signal.reason) }, { once: true }) })
const changeRow = (sql: string) => db.sqlite.prepare(sql).run()

describe('a job', () => {
  it('is done once, with its payload, and says so in its row', async () => {
    const jobs = theQueue()
    const done: number[] = []
    jobs.register(work(async ({ n }) => { done.push(n) }))
    const id = jobs.enqueue('work', 'a', { n: 7 })
    jobs.start()
    await jobs.idle()
    expect(done).toEqual([7])
    expect(jobs.get(id)).toMatchObject({ state: 'done', attempts: 1, error: null, leasedBy: null })
  })

  it('of the same kind and key is queued once while it is active, and can come again afterwards', async () => {
    const jobs = theQueue()
    let runs = 0
    jobs.register(work(async () => { runs += 1 }))
    const id = jobs.enqueue('work', 'a', { n: 1 })
    expect(jobs.enqueue('work', 'a', { n: 2 })).toBe(id)
    expect(jobs.enqueue('work', 'b', { n: 3 })).not.toBe(id)
    jobs.start()
    await jobs.idle()
    jobs.enqueue('work', 'a', { n: 4 })
    jobs.wake()
    await jobs.idle()
    expect(runs).toBe(3)
  })

  it('goes before others by priority, then by age, and no more at once than its kind allows', async () => {
    const jobs = theQueue()
    const order: number[] = []
    let atOnce = 0
    let most = 0
    jobs.register(work(async ({ n }) => {
      order.push(n)
      most = Math.max(most, ++atOnce)
      await new Promise((resolve) => { setTimeout(resolve, 5) })
      atOnce -= 1
    }, { concurrency: 2 }))
    for (const n of [1, 2, 3, 4]) jobs.enqueue('work', String(n), { n })
    jobs.enqueue('work', 'urgent', { n: 9 }, { priority: 5 })
    jobs.start()
    await jobs.idle()
    expect(order).toEqual([9, 1, 2, 3, 4])
    expect(most).toBe(2)
  })

  it('is marked as failed together with what its kind makes of it: a kill between the two leaves neither', async () => {
    const jobs = theQueue()
    jobs.register(work(async () => { throw new AppError('geometry-refused', 'Uneven.') }, { onFailed: () => { throw new Error('killed here') } }))
    const id = jobs.enqueue('work', 'a', { n: 1 })
    jobs.start()
    await expect.poll(() => logged.map(({ event }) => event)).toContain('job-not-settled')
    expect(jobs.get(id)).toMatchObject({ state: 'running', error: null })
  })

  it('that fails keeps the sentence, and its kind is told once', async () => {
    const jobs = theQueue()
    const told: unknown[] = []
    jobs.register(work(async ({ n }) => { throw n === 1 ? new AppError('geometry-refused', 'The slices are uneven.') : new TypeError('x is undefined') }, { onFailed: (payload, reason) => { told.push([payload.n, reason]) } }))
    const expected = jobs.enqueue('work', 'a', { n: 1 })
    const unexpected = jobs.enqueue('work', 'b', { n: 2 })
    jobs.start()
    await jobs.idle()
    const calm = 'An unexpected error stopped it; the log of this workstation has the details.'
    expect([jobs.get(expected)?.error, jobs.get(unexpected)?.error]).toEqual(['The slices are uneven.', calm])
    expect(told).toEqual([[1, 'The slices are uneven.'], [2, calm]])
    expect(logged.map(({ event, message }) => [event, message])).toEqual([['job-failed', 'x is undefined']])
  })

  it.each(['{"n":"not a number"}', '{', ''])('whose stored payload is %j fails and is not run', async (payload) => {
    const jobs = theQueue()
    let runs = 0
    jobs.register(work(async () => { runs += 1 }, { onFailed: () => { runs += 1 } }))
    const id = jobs.enqueue('work', 'a', { n: 1 })
    db.sqlite.prepare('update jobs set payload = ?').run(payload)
    jobs.start()
    await jobs.idle()
    expect([runs, jobs.get(id)?.state]).toEqual([0, 'failed'])
  })

  it('writes its progress seldom, but its end always', async () => {
    const jobs = theQueue()
    const seen: number[] = []
    const read = () => db.sqlite.prepare<[], { progress: number }>('select progress from jobs').get()?.progress ?? -1
    jobs.register(work(async (_payload, { progress }) => {
      for (let step = 1; step <= 100; step++) {
        progress(step / 100)
        if (step === 50) clock.advance(1)
        if ([1, 50, 51, 99, 100].includes(step)) seen.push(read())
      }
    }))
    jobs.enqueue('work', 'a', { n: 1 })
    jobs.start()
    await jobs.idle()
    expect(seen).toEqual([0.01, 0.01, 0.51, 0.51, 1])
  })
})

describe('cancelling', () => {
  it('stops a running job, which is then neither done nor failed', async () => {
    const jobs = theQueue()
    let told = 0
    jobs.register(work((_payload, context) => untilAborted(context), { onFailed: () => { told += 1 } }))
    const id = jobs.enqueue('work', 'a', { n: 1 })
    jobs.start()
    expect(jobs.cancel('work', 'a')).toBe(true)
    expect(jobs.cancel('work', 'a')).toBe(false)
    await jobs.idle()
    expect([jobs.get(id)?.state, told]).toEqual(['cancelled', 0])
  })

  it('takes a waiting job out of the queue', async () => {
    const jobs = theQueue()
    let runs = 0
    jobs.register(work(async () => { runs += 1 }))
    jobs.enqueue('work', 'a', { n: 1 })
    jobs.cancel('work', 'a')
    jobs.start()
    await jobs.idle()
    expect(runs).toBe(0)
  })

  it('by another process reaches the one that runs it', async () => {
    const jobs = theQueue()
    const aborted = new Promise<void>((resolve) => {
      jobs.register(work(async (_payload, context) => {
        await untilAborted(context).catch(() => undefined)
        resolve()
      }))
    })
    const id = jobs.enqueue('work', 'a', { n: 1 })
    jobs.start()
    theQueue().cancel('work', 'a')
    await aborted
    expect(jobs.get(id)?.state).toBe('cancelled')
  })

  it('and queueing anew never runs the same work twice at a time', async () => {
    const jobs = theQueue()
    let atOnce = 0
    let most = 0
    jobs.register(work(async () => {
      most = Math.max(most, ++atOnce)
      await new Promise((resolve) => { setTimeout(resolve, 30) })
      atOnce -= 1
    }, { concurrency: 4 }))
    jobs.start()
    for (let round = 0; round < 4; round++) {
      jobs.enqueue('work', 'a', { n: round })
      jobs.wake()
      if (round < 3) jobs.cancel('work', 'a')
    }
    await jobs.idle()
    expect(most).toBe(1)
  })
})

describe('a stop', () => {
  it('waits for what runs, puts it back as if it had not been begun, and the next start does it', async () => {
    const jobs = theQueue()
    jobs.register(work((_payload, context) => untilAborted(context)))
    const id = jobs.enqueue('work', 'a', { n: 1 })
    jobs.start()
    expect(jobs.get(id)?.state).toBe('running')
    await jobs.stop()
    expect(jobs.get(id)).toMatchObject({ state: 'queued', attempts: 0, leasedBy: null })
    const next = theQueue()
    next.register(work(async () => undefined))
    next.start()
    await next.idle()
    expect(next.get(id)).toMatchObject({ state: 'done', attempts: 1 })
  })
})

describe('a crash', () => {
  it('of a process that held a job: it is taken over as soon as that process is gone, not before', async () => {
    const jobs = theQueue()
    let runs = 0
    jobs.register(work(async () => { runs += 1 }))
    const id = jobs.enqueue('work', 'a', { n: 1 })
    const child = startChild('holds-a-job', folder.path)
    await untilRunning(child)
    jobs.start()
    await new Promise((resolve) => { setTimeout(resolve, 1500) })
    expect([runs, jobs.get(id)?.state, jobs.get(id)?.progress]).toEqual([0, 'running', 0.5])
    await kill(child)
    await jobs.idle()
    expect([runs, jobs.get(id)?.state, jobs.get(id)?.attempts]).toEqual([1, 'done', 2])
  })

  it('that a job brings about again and again ends that job, not the application', async () => {
    const jobs = theQueue()
    let runs = 0
    const told: string[] = []
    jobs.register(work(async () => { runs += 1 }, { onFailed: (_payload, reason) => { told.push(reason) } }))
    const id = jobs.enqueue('work', 'a', { n: 1 })
    changeRow(`update jobs set attempts = 3`)
    jobs.start()
    await jobs.idle()
    expect([runs, jobs.get(id)?.state]).toEqual([0, 'failed'])
    expect(told).toEqual(['It stopped the application 3 times and is not tried again.'])
  })

  it('is told from a living process with the same number, as in a container', async () => {
    const jobs = theQueue()
    jobs.register(work(async () => undefined))
    const id = jobs.enqueue('work', 'a', { n: 1 })
    db.sqlite.prepare(`update jobs set state = 'running', attempts = 1, leased_by = ?, lease_until = '2099-01-01T00:00:00.000Z'`).run(`${process.pid}-123:before`)
    jobs.start()
    await jobs.idle()
    expect(jobs.get(id)?.state).toBe('done')
  })
})

describe('a lease', () => {
  it('that ran out in a living process is taken over only at a second look, and the sleeper changes nothing afterwards', async () => {
    const sleeper = theQueue()
    let wakeUp: () => void = () => undefined
    sleeper.register(work(() => new Promise<void>((resolve) => { wakeUp = resolve })))
    const id = sleeper.enqueue('work', 'a', { n: 1 })
    sleeper.start()
    // Stands in for a machine that slept: another holder is written into the row, whose lease ran out long ago.
    db.sqlite.prepare('update jobs set leased_by = ?, lease_until = ?').run(`${process.ppid}-1:other`, '2026-03-02T07:00:00.000Z')
    const other = theQueue()
    let runs = 0
    other.register(work(async () => { runs += 1 }))
    other.start()
    expect([runs, other.get(id)?.state]).toEqual([0, 'running'])
    await expect.poll(() => other.get(id)?.state, { timeout: 5000 }).toBe('done')
    wakeUp()
    await new Promise((resolve) => { setTimeout(resolve, 20) })
    expect(runs).toBe(1)
    expect(other.get(id)).toMatchObject({ state: 'done', attempts: 2 })
  })

  it('is renewed while the work goes on', async () => {
    const jobs = theQueue()
    let finish: () => void = () => undefined
    jobs.register(work(() => new Promise<void>((resolve) => { finish = resolve })))
    const id = jobs.enqueue('work', 'a', { n: 1 })
    jobs.start()
    const first = jobs.get(id)?.leaseUntil ?? ''
    clock.advance(20)
    await expect.poll(() => (jobs.get(id)?.leaseUntil ?? '') > first, { timeout: 3000 }).toBe(true)
    finish()
    await jobs.idle()
    expect(jobs.get(id)).toMatchObject({ state: 'done', attempts: 1 })
  })
})
