import { AppError } from '../../src-shared/errors.ts'
import type { Clock } from './clock.ts'
import type { Db } from './database.ts'
import type { Log } from './log.ts'
import { sendEntry } from './outbox-send.ts'
import { createOutboxStore, type EntryQuery, type EntryRow, type EntryState, type Hold } from './outbox-store.ts'
import type { NewEntry, OutboxKind, Reachability } from './outbox-types.ts'
import { isMarkAlive, processMark } from './processes.ts'
import { newRowId } from './row-id.ts'

export type { EntryRow, EntryState } from './outbox-store.ts'
export type Outbox = Readonly<{
  register: <P>(kind: OutboxKind<P>) => void
  /** Writes the row, once for each target and key. Call it inside the transaction of the cause, and `wake` after it. Returns the id. */
  enqueue: (entry: NewEntry) => string
  get: (id: string) => EntryRow | null
  list: (query: EntryQuery) => EntryRow[]
  doneBetween: (from: string, to: string, limit: number) => EntryRow[]
  counts: () => readonly Readonly<{ target: string, state: EntryState, n: number }>[]
  /** Open entries of its lane that go before it. */
  standsBefore: (id: string) => number
  /** By hand: at once, with all tries anew. False where it is done or being sent. */
  retry: (id: string) => boolean
  /** By hand. False where it is over. */
  cancel: (id: string, reason: string) => boolean
  /** A target answers again. */
  hasten: (target: string) => void
  wake: () => void
  start: () => void
  /** Takes nothing more, asks what is being sent to stop, and waits. What was cut short is looked up at the next start. */
  stop: () => Promise<void>
  /** Resolves when nothing of this process is being sent and nothing could be taken now. */
  quiet: () => Promise<void>
}>
export type OutboxDeps = Readonly<{ db: Db, clock: Clock, log: Log, reachability: Reachability, changed: () => void, random?: () => number }>

type Active = { row: EntryRow, controller: AbortController, done: Promise<void> }
const leaseMs = 30_000
const renewWhenLeftMs = 15_000

/**
 * Everything that leaves this machine goes through here. A row is committed as `sending` before the first byte leaves, so that a crash at
 * any moment leaves either a row that was not begun, one that is done, or one whose outcome is unknown and looked up.
 */
export function createOutbox({ db, clock, log, reachability, changed, random = Math.random }: OutboxDeps): Outbox {
  const store = createOutboxStore(db, clock)
  const owner = `${processMark()}:${newRowId()}`
  // Each kind parses its own payload before it sends.
  const kinds = new Map<string, OutboxKind<unknown>>()
  const active = new Set<Active>()
  const reclaim = createReclaim(store, clock, (id) => [...active].some(({ row }) => row.id === id))
  let timer: NodeJS.Timeout | null = null
  let isStopping = false
  const guarded = (act: () => void) => { try { act() } catch (error) { log.error('outbox-not-kept', error) } }

  const wake = () => {
    if (timer === null || isStopping) return
    for (const kind of kinds.values()) {
      while ([...active].filter(({ row }) => row.kind === kind.kind).length < kind.concurrency && reachability.mayTry(kind.target).ok) {
        const taken = store.take(kind.kind, owner, leaseMs)
        if (taken === null) break
        begin(kind, taken.row, taken.wasUnknown)
      }
    }
  }
  const begin = (kind: OutboxKind<unknown>, row: EntryRow, wasUnknown: boolean) => {
    const entry: Active = { row, controller: new AbortController(), done: Promise.resolve() }
    active.add(entry)
    changed()
    entry.done = sendEntry({ store, clock, log, reachability, random, isStopping: () => isStopping, changed }, kind, row, wasUnknown, entry.controller.signal)
      // How it went could not be written (a full disk). The row stands as it is until its lease ends, and is then looked up.
      .catch((error: unknown) => { log.error('entry-not-settled', error, { kind: kind.kind, entryId: row.id }) })
      .finally(() => {
        active.delete(entry)
        guarded(wake)
      })
  }
  const buryLate = () => {
    for (const row of store.late()) {
      const reason = row.lastError === null ? 'Its time ran out before it could be sent.' : `Its time ran out. The last try: ${row.lastError}`
      store.atomically(() => {
        if (!store.close(row.id, 'dead', reason)) return
        const kind = kinds.get(row.kind)
        const payload = kind?.payload.safeParse(JSON.parse(row.payload))
        if (payload?.success === true) kind?.onDead?.(payload.data, reason)
      })
      changed()
    }
  }
  const tick = () => {
    for (const { row, controller } of active) if (!store.renew(row, leaseMs, renewWhenLeftMs)) controller.abort(new AppError('cancelled', 'It was cancelled.'))
    reclaim()
    buryLate()
    wake()
  }

  return {
    register: (kind) => { kinds.set(kind.kind, kind as unknown as OutboxKind<unknown>) },
    enqueue(entry) {
      const kind = kinds.get(entry.kind)
      if (kind === undefined) throw new Error(`Nothing sends entries of the kind ${entry.kind}.`)
      return store.insert(entry, kind.target, kind.deadlineMs)
    },
    get: store.get, list: store.list, doneBetween: store.doneBetween, counts: store.counts, standsBefore: store.standsBefore,
    retry(id) {
      const kind = kinds.get(store.get(id)?.kind ?? '')
      const isOpen = store.reopen(id, kind?.lookUp === undefined ? 'waiting' : 'unknown')
      if (isOpen) { changed(); guarded(wake) }
      return isOpen
    },
    cancel(id, reason) {
      const isClosed = store.atomically(() => {
        const row = store.get(id)
        if (row === null || !store.close(id, 'cancelled', reason)) return false
        const kind = kinds.get(row.kind)
        const payload = kind?.payload.safeParse(JSON.parse(row.payload))
        if (payload?.success === true) kind?.onCancelled?.(payload.data, reason)
        return true
      })
      for (const { row, controller } of active) if (row.id === id) controller.abort(new AppError('cancelled', reason))
      if (isClosed) changed()
      return isClosed
    },
    hasten(target) { store.hasten(target); guarded(wake) },
    wake: () => { guarded(wake) },
    start() {
      if (timer !== null || isStopping) return
      timer = setInterval(() => { guarded(tick) }, 1000)
      timer.unref()
      guarded(tick)
    },
    async stop() {
      isStopping = true
      if (timer !== null) clearInterval(timer)
      timer = null
      for (const { controller } of active) controller.abort(new AppError('cancelled', 'The application is closing.'))
      await Promise.all([...active].map(({ done }) => done))
    },
    async quiet() {
      while (active.size > 0) await Promise.all([...active].map(({ done }) => done))
    }
  }
}

/** What a dead process held may have arrived. A lease that ran out under a living one counts only at a second look: machines sleep, and all wake together. */
function createReclaim(store: ReturnType<typeof createOutboxStore>, clock: Clock, isActiveHere: (id: string) => boolean): () => void {
  let suspects = new Set<string>()
  return () => {
    const now = clock.iso()
    const expired = new Set<string>()
    for (const row of store.sending()) {
      if (isActiveHere(row.id)) continue
      const lease = `${row.id} ${row.leaseUntil}`
      if ((row.leaseUntil ?? '') < now) expired.add(lease)
      const isDead = !isMarkAlive((row.leasedBy ?? '').split(':')[0] ?? '')
      if (isDead || (expired.has(lease) && suspects.has(lease))) store.letGo(row satisfies Hold, 'unknown', { inMs: 0, counts: true, error: null })
    }
    suspects = expired
  }
}
