import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { aFolder, heldClock, type HeldClock } from '../../test/support/edge.ts'
import { databaseFile, openDatabase, type Db } from './database.ts'
import { createLog } from './log.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { SendFault, type OutboxKind, type Reachability, type Receipt, type SendContext } from './outbox-types.ts'

type Letter = Readonly<{ to: string }>
type Sender = (letter: Letter, context: SendContext) => Promise<Receipt>
const arrived: Receipt = { place: 'box', checksum: 'c', bytes: 3 }
const aKind = (send: Sender, more: Partial<OutboxKind<Letter>> = {}): OutboxKind<Letter> => ({
  kind: 'letter', target: 'post', payload: z.object({ to: z.string() }), concurrency: 4, deadlineMs: null, maxAttempts: 5, send, ...more
})

let folder: Awaited<ReturnType<typeof aFolder>>
let db: Db
let clock: HeldClock
let isReachable = true
let reported: string[] = []
const opened: Outbox[] = []
const reachability: Reachability = {
  mayTry: () => (isReachable ? { ok: true } : { ok: false, text: 'offline' }),
  report: (target, outcome) => { reported.push(`${target} ${outcome}`) }
}
const anOutbox = (kind: OutboxKind<Letter>, use: Db = db): Outbox => {
  const outbox = createOutbox({ db: use, clock, log: createLog(() => undefined), reachability, changed: () => undefined, random: () => 1 })
  outbox.register(kind)
  opened.push(outbox)
  return outbox
}
const put = (outbox: Outbox, key: string, more: Readonly<{ lane?: string, priority?: number, notBefore?: Date }> = {}) => outbox.enqueue({ kind: 'letter', key, payload: { to: key }, by: 'test', ...more })
const stateOf = (outbox: Outbox, id: string) => outbox.get(id)?.state
/** Starts it, or looks once more, and waits until all that could be sent has been. */
const run = async (outbox: Outbox) => {
  outbox.start()
  outbox.wake()
  await outbox.quiet()
}

beforeEach(async () => {
  folder = await aFolder()
  clock = heldClock()
  db = openDatabase({ file: databaseFile(folder.path) })
  isReachable = true
  reported = []
})
afterEach(async () => {
  for (const outbox of opened.splice(0)) await outbox.stop()
  db.close()
  await folder.remove()
})

describe('an effect that leaves', () => {
  it('is queued once, however often it is meant, and sent once', async () => {
    const sent: string[] = []
    const outbox = anOutbox(aKind(async ({ to }) => { sent.push(to); return arrived }))
    const ids = [put(outbox, 'a'), put(outbox, 'a'), put(outbox, 'b')]
    expect(ids[0]).toBe(ids[1])
    await run(outbox)
    expect(sent.toSorted()).toEqual(['a', 'b'])
    put(outbox, 'a')
    await run(outbox)
    expect(sent).toHaveLength(2)
    expect(outbox.get(ids[0] ?? '')).toMatchObject({ state: 'done', receipt: JSON.stringify(arrived), attempts: 1 })
  })

  it('goes with the transaction that caused it, or not at all', () => {
    const outbox = anOutbox(aKind(async () => arrived))
    expect(() => db.sqlite.transaction(() => { put(outbox, 'a'); throw new Error('the cause failed') })()).toThrow('the cause failed')
    expect(outbox.list({ states: ['waiting'], target: null, subjects: null, beforeId: null, limit: 10 })).toEqual([])
  })

  it('is marked as being sent before the sender is asked', async () => {
    let seen: string | undefined
    const outbox = anOutbox(aKind(async (_letter, { id }) => { seen = stateOf(outbox, id); return arrived }))
    put(outbox, 'a')
    await run(outbox)
    expect(seen).toBe('sending')
  })

  it('does what follows in the transaction that says it is done', async () => {
    const outbox = anOutbox(aKind(async () => arrived, { onDone: () => { throw new Error('the disk is full') } }))
    const id = put(outbox, 'a')
    await run(outbox)
    expect(stateOf(outbox, id)).toBe('unknown')
  })

  it('is not sent before its time', async () => {
    const outbox = anOutbox(aKind(async () => arrived))
    const id = put(outbox, 'a', { notBefore: new Date(clock.now().getTime() + 60_000) })
    await run(outbox)
    expect(stateOf(outbox, id)).toBe('waiting')
    clock.advance(61)
    await run(outbox)
    expect(stateOf(outbox, id)).toBe('done')
  })

  it('is not sent when something speaks against it in the last moment', async () => {
    const sent: string[] = []
    const outbox = anOutbox(aKind(async ({ to }) => { sent.push(to); return arrived }, { whyNot: ({ to }) => (to === 'a' ? 'The patient has withdrawn consent.' : null) }))
    const [a, b] = [put(outbox, 'a'), put(outbox, 'b')]
    await run(outbox)
    expect([sent, outbox.get(a)?.state, outbox.get(a)?.lastError, stateOf(outbox, b)]).toEqual([['b'], 'cancelled', 'The patient has withdrawn consent.', 'done'])
  })
})

describe('a failure', () => {
  const failing = (fault: () => Error) => aKind(async ({ to }) => { if (to === 'bad') throw fault(); return arrived })

  it('of one item steps over it, and it is shown with its reason', async () => {
    const outbox = anOutbox(failing(() => new SendFault('never', 'The number does not exist.')))
    const [bad, good] = [put(outbox, 'bad', { lane: 'p' }), put(outbox, 'good', { lane: 'p' })]
    await run(outbox)
    expect([outbox.get(bad)?.state, outbox.get(bad)?.lastError, stateOf(outbox, good)]).toEqual(['dead', 'The number does not exist.', 'done'])
  })

  it('that passes is tried again later and later, and given up after so many tries', async () => {
    const outbox = anOutbox(failing(() => new SendFault('later', 'Busy.')))
    const id = put(outbox, 'bad')
    const waits: number[] = []
    for (let tries = 1; tries < 5; tries++) {
      await run(outbox)
      const row = outbox.get(id)
      expect(row).toMatchObject({ state: 'waiting', attempts: tries })
      const wait = Date.parse(row?.nextAt ?? '') - clock.now().getTime()
      waits.push(wait)
      clock.advance(wait / 1000)
    }
    await run(outbox)
    expect(waits).toEqual([2000, 4000, 8000, 16_000])
    expect(outbox.get(id)).toMatchObject({ state: 'dead', lastError: 'Busy. It was tried 5 times.' })
    expect(outbox.retry(id)).toBe(true)
    expect(outbox.get(id)).toMatchObject({ state: 'sending', attempts: 1 })
  })

  it('waits as long as the target asks', async () => {
    const outbox = anOutbox(failing(() => new SendFault('later', 'Busy.', { retryAfterMs: 90_000 })))
    const id = put(outbox, 'bad')
    await run(outbox)
    expect(Date.parse(outbox.get(id)?.nextAt ?? '') - clock.now().getTime()).toBe(90_000)
  })

  it('of the link counts no try, however long it lasts', async () => {
    const outbox = anOutbox(failing(() => new SendFault('offline', 'No answer.')))
    const id = put(outbox, 'bad')
    for (let round = 0; round < 20; round++) {
      await run(outbox)
      clock.advance(3600)
    }
    expect(outbox.get(id)).toMatchObject({ state: 'waiting', attempts: 0, lastError: 'No answer.' })
    expect(reported.every((line) => line === 'post offline')).toBe(true)
  })

  it('nobody foresaw counts as an unknown outcome', async () => {
    const outbox = anOutbox(failing(() => new TypeError('x is not a function')))
    const id = put(outbox, 'bad')
    await run(outbox)
    expect(stateOf(outbox, id)).toBe('unknown')
  })

  it('past its deadline buries it with the last reason', async () => {
    let buried = ''
    const outbox = anOutbox({ ...failing(() => new SendFault('offline', 'No answer.')), deadlineMs: 3_600_000, onDead: (_letter, reason) => { buried = reason } })
    const id = put(outbox, 'bad')
    await run(outbox)
    clock.advance(3601)
    await outbox.stop()
    await run(anOutbox({ ...failing(() => new SendFault('offline', 'No answer.')), onDead: (_letter, reason) => { buried = reason } }))
    expect([stateOf(outbox, id), buried]).toEqual(['dead', 'Its time ran out. The last try: No answer.'])
  })
})

describe('an outcome that is not known', () => {
  /** What the other side has taken; it answers the first time by breaking the line after it took the letter. */
  const aPost = (takesFirst: boolean) => {
    const taken: string[] = []
    let isFirst = true
    const send: Sender = async ({ to }) => {
      if (isFirst) {
        isFirst = false
        if (takesFirst) taken.push(to)
        throw new SendFault('unknown', 'The line broke.')
      }
      taken.push(to)
      return arrived
    }
    const lookUp = async ({ to }: Letter) => (taken.includes(to) ? { found: arrived } : 'absent' as const)
    return { taken, send, lookUp }
  }

  it.each([true, false])('is looked up before anything is sent again (had it arrived: %s)', async (takesFirst) => {
    const { taken, send, lookUp } = aPost(takesFirst)
    const outbox = anOutbox(aKind(send, { lookUp }))
    const id = put(outbox, 'a')
    for (let round = 0; round < 4; round++) {
      await run(outbox)
      clock.advance(10)
    }
    expect([taken, stateOf(outbox, id)]).toEqual([['a'], 'done'])
  })

  it('stays unknown while it can not be looked up', async () => {
    const { taken, send } = aPost(true)
    const outbox = anOutbox(aKind(send, { lookUp: async () => { throw new SendFault('offline', 'No answer.') } }))
    const id = put(outbox, 'a')
    for (let round = 0; round < 5; round++) {
      await run(outbox)
      clock.advance(600)
    }
    expect([taken, stateOf(outbox, id)]).toEqual([['a'], 'unknown'])
  })

  it('goes to a person where nothing can look it up', async () => {
    const { taken, send } = aPost(true)
    const outbox = anOutbox(aKind(send))
    const id = put(outbox, 'a')
    for (let round = 0; round < 3; round++) {
      await run(outbox)
      clock.advance(10)
    }
    expect([taken, stateOf(outbox, id)]).toEqual([['a'], 'dead'])
    expect(outbox.get(id)?.lastError).toContain('by hand')
  })

  it('is what a process leaves behind that was killed in the middle', async () => {
    const { taken, lookUp } = aPost(false)
    const first = anOutbox(aKind(async () => arrived, { lookUp }))
    const id = put(first, 'a')
    // As a process that no longer runs left it: held, with a lease that has still long to go.
    db.sqlite.prepare(`update outbox set state = 'sending', attempts = 1, leased_by = '999999999-1:x', lease_until = '2099-01-01T00:00:00.000Z' where id = ?`).run(id)
    taken.push('a')
    const sentAgain: string[] = []
    const second = anOutbox(aKind(async ({ to }) => { sentAgain.push(to); return arrived }, { lookUp }))
    await run(second)
    expect([sentAgain, stateOf(second, id)]).toEqual([[], 'done'])
  })
})

describe('order', () => {
  it('holds within a lane, whatever its items need, and lanes do not wait for each other', async () => {
    const sent: string[] = []
    let isBusy = true
    const outbox = anOutbox(aKind(async ({ to }) => {
      if (to === 'a1' && isBusy) throw new SendFault('later', 'Busy.')
      sent.push(to)
      return arrived
    }))
    for (const [key, lane] of [['a1', 'a'], ['a2', 'a'], ['b1', 'b'], ['a3', 'a'], ['b2', 'b']] as const) put(outbox, key, { lane })
    await run(outbox)
    expect(sent).toEqual(['b1', 'b2'])
    isBusy = false
    clock.advance(10)
    await run(outbox)
    expect(sent.slice(2)).toEqual(['a1', 'a2', 'a3'])
  })

  it('lets what matters more go first', async () => {
    const sent: string[] = []
    const outbox = anOutbox(aKind(async ({ to }) => { sent.push(to); return arrived }, { concurrency: 1 }))
    put(outbox, 'low')
    put(outbox, 'high', { priority: 5 })
    await run(outbox)
    expect(sent).toEqual(['high', 'low'])
  })

  it('never has more under way than the kind allows', async () => {
    let now = 0
    let most = 0
    const outbox = anOutbox(aKind(async () => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => { setImmediate(resolve) })
      now--
      return arrived
    }, { concurrency: 3 }))
    for (let index = 0; index < 20; index++) put(outbox, `k${index}`)
    await run(outbox)
    expect([most, outbox.counts()]).toEqual([3, []])
  })
})

describe('a target that may not be tried', () => {
  it('keeps its entries waiting, and they go as soon as it answers', async () => {
    const outbox = anOutbox(aKind(async () => arrived))
    isReachable = false
    const id = put(outbox, 'a')
    await run(outbox)
    expect(stateOf(outbox, id)).toBe('waiting')
    isReachable = true
    outbox.hasten('post')
    await outbox.quiet()
    expect(stateOf(outbox, id)).toBe('done')
  })
})

describe('by hand', () => {
  it('an item is cancelled while it waits and while it is sent', async () => {
    let release = () => undefined as void
    const outbox = anOutbox(aKind((_letter, { signal }) => new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => { reject(signal.reason) })
      release = () => { resolve(arrived) }
    }), { concurrency: 1 }))
    const [first, second] = [put(outbox, 'a'), put(outbox, 'b')]
    outbox.start()
    expect(outbox.cancel(second, 'Cancelled by Dr Mora.')).toBe(true)
    expect(outbox.cancel(first, 'Cancelled by Dr Mora.')).toBe(true)
    await outbox.quiet()
    expect([stateOf(outbox, first), stateOf(outbox, second), outbox.get(first)?.lastError]).toEqual(['cancelled', 'cancelled', 'Cancelled by Dr Mora.'])
    expect(outbox.cancel(first, 'again')).toBe(false)
    release()
  })

  it('what is being sent when the application closes is looked up later', async () => {
    const outbox = anOutbox(aKind((_letter, { signal }) => new Promise((_resolve, reject) => { signal.addEventListener('abort', () => { reject(signal.reason) }) })))
    const id = put(outbox, 'a')
    outbox.start()
    await outbox.stop()
    expect(outbox.get(id)).toMatchObject({ state: 'unknown', attempts: 0, leasedBy: null })
  })
})

describe('what a sender keeps', () => {
  it('is there at the next try, also after the process has changed', async () => {
    const seen: unknown[] = []
    const kind = aKind(async (_letter, { kept, keep }) => {
      seen.push(kept)
      if (kept !== null) return arrived
      keep({ session: 'here', at: 262_144 })
      throw new SendFault('later', 'The line broke.')
    })
    const first = anOutbox(kind)
    put(first, 'a')
    await run(first)
    await first.stop()
    clock.advance(10)
    await run(anOutbox(kind))
    expect(seen).toEqual([null, { session: 'here', at: 262_144 }])
  })

  it('is refused once another process holds the entry', async () => {
    let fault: unknown = null
    const outbox = anOutbox(aKind(async (_letter, { id, keep }) => {
      db.sqlite.prepare(`update outbox set leased_by = 'another' where id = ?`).run(id)
      try { keep({}) } catch (error) { fault = error }
      return arrived
    }))
    const id = put(outbox, 'a')
    await run(outbox)
    expect(fault).toBeInstanceOf(SendFault)
    expect(outbox.get(id)).toMatchObject({ state: 'sending', leasedBy: 'another' })
  })
})

it('two processes on one data folder never send the same entry', async () => {
  const sent: string[] = []
  const kind = aKind(async ({ to }) => { await new Promise((resolve) => { setImmediate(resolve) }); sent.push(to); return arrived }, { concurrency: 2 })
  const other = openDatabase({ file: databaseFile(folder.path) })
  const [one, two] = [anOutbox(kind), anOutbox(kind, other)]
  for (let index = 0; index < 30; index++) put(one, `k${index}`)
  one.start()
  two.start()
  await Promise.all([one.quiet(), two.quiet()])
  await Promise.all([one.quiet(), two.quiet()])
  expect(sent).toHaveLength(30)
  expect(new Set(sent).size).toBe(30)
  await two.stop()
  other.close()
})
