import { backoffMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import { jsonOf } from './json.ts'
import type { Log } from './log.ts'
import type { EntryRow, OutboxStore } from './outbox-store.ts'
import { SendFault, type OutboxKind, type Reachability, type Receipt, type SendContext } from './outbox-types.ts'

export type SendDeps = Readonly<{ store: OutboxStore, clock: Clock, log: Log, reachability: Reachability, random: () => number, isStopping: () => boolean, changed: () => void }>

/** Each write of progress is an fsync; a bar needs no more than two a second. */
const progressEveryMs = 500
const backoff = { firstMs: 2000, mostMs: 15 * 60_000 }
/** How soon a target that does not answer is worth a look by this entry, besides the target's own probes. */
const offlineMs = { firstMs: 15_000, mostMs: 5 * 60_000 }

/**
 * Sends one entry that is held, or looks it up first, and writes how it went. Between the answer of a target and that write the process
 * may die: the entry then stands as `sending` under a dead holder and is looked up before anything else happens to it.
 */
export async function sendEntry(deps: SendDeps, kind: OutboxKind<unknown>, row: EntryRow, wasUnknown: boolean, signal: AbortSignal): Promise<void> {
  const { store } = deps
  const parsed = kind.payload.safeParse(jsonOf(row.payload))
  if (!parsed.success) {
    store.finish(row, 'dead', { error: 'The stored item is not readable by this version.' })
    return
  }
  const context = contextOf(deps, row, signal)
  try {
    if (wasUnknown) await lookUp(deps, kind, parsed.data, row, context)
    else await send(deps, kind, parsed.data, row, context)
  } catch (error) {
    settleFault(deps, kind, parsed.data, { row, wasUnknown, signal, error })
  }
  deps.changed()
}

async function send(deps: SendDeps, kind: OutboxKind<unknown>, payload: unknown, row: EntryRow, context: SendContext): Promise<void> {
  const { store } = deps
  const why = kind.whyNot?.(payload) ?? null
  if (why !== null) {
    store.atomically(() => { if (store.finish(row, 'cancelled', { error: why })) kind.onCancelled?.(payload, why) })
    return
  }
  settle(deps, kind, payload, row, await kind.send(payload, context))
}

async function lookUp(deps: SendDeps, kind: OutboxKind<unknown>, payload: unknown, row: EntryRow, context: SendContext): Promise<void> {
  const { store } = deps
  if (kind.lookUp === undefined) throw new SendFault('never', 'It may have arrived before the connection or this workstation broke off. Look at the other side, then send it again by hand if it is not there.')
  const found = await kind.lookUp(payload, context)
  if (found === 'absent') store.letGo(row, 'waiting', { inMs: 0, counts: false, error: null })
  else settle(deps, kind, payload, row, found.found)
}

function settle({ store, reachability }: SendDeps, kind: OutboxKind<unknown>, payload: unknown, row: EntryRow, receipt: Receipt): void {
  store.atomically(() => { if (store.finish(row, 'done', { receipt })) kind.onDone?.(payload, receipt) })
  reachability.report(row.target, 'answered', null)
}

type Failed = Readonly<{ row: EntryRow, wasUnknown: boolean, signal: AbortSignal, error: unknown }>

function settleFault({ store, log, reachability, random, isStopping }: SendDeps, kind: OutboxKind<unknown>, payload: unknown, { row, wasUnknown, signal, error }: Failed): void {
  const give = (state: 'waiting' | 'unknown', inMs: number, isCounted: boolean, sentence: string | null) => { store.letGo(row, state, { inMs, counts: isCounted, error: sentence }) }
  // We are closing: what was under way may or may not have arrived.
  if (isStopping() || signal.aborted) { give('unknown', 0, false, null); return }
  const fault = error instanceof SendFault ? error : null
  if (fault === null) log.error('send-failed', error, { kind: kind.kind, entryId: row.id })
  const { faultClass, message, retryAfterMs } = fault ?? new SendFault('unknown', 'An unexpected error stopped it; the log of this workstation has the details.')
  if (faultClass === 'paused') { give(wasUnknown ? 'unknown' : 'waiting', retryAfterMs ?? 0, false, retryAfterMs === null ? null : message); return }
  reachability.report(row.target, faultClass, message)
  // A look-up that failed says nothing of what it was to find out.
  const again = wasUnknown ? 'unknown' : 'waiting'
  const later = backoffMs(row.attempts, { ...backoff, random })
  const giveUp = (reason: string) => { store.atomically(() => { if (store.finish(row, 'dead', { error: reason })) kind.onDead?.(payload, reason) }) }
  switch (faultClass) {
    case 'never': giveUp(message); return
    case 'offline': case 'refused': give(again, Math.max(retryAfterMs ?? 0, backoffMs(row.attempts, { ...offlineMs, random })), false, message); return
    case 'later': case 'unknown':
      if (row.attempts >= kind.maxAttempts) giveUp(`${message} It was tried ${row.attempts} times.`)
      else give(faultClass === 'later' ? again : 'unknown', Math.max(retryAfterMs ?? 0, later), true, message)
      return
    default: faultClass satisfies never
  }
}

function contextOf({ store, clock, changed }: SendDeps, row: EntryRow, signal: AbortSignal): SendContext {
  let writtenAtMs = Number.NEGATIVE_INFINITY
  return {
    id: row.id, key: row.key, attempt: row.attempts, signal, kept: row.attemptState === null ? null : jsonOf(row.attemptState),
    keep(state) {
      if (!store.keep(row, state)) throw new SendFault('later', 'Another process has taken this item over.')
    },
    progress(bytesDone, bytesTotal) {
      const now = clock.monotonicMs()
      if (now - writtenAtMs < progressEveryMs && bytesDone !== bytesTotal) return
      writtenAtMs = now
      store.progress(row, bytesDone, bytesTotal)
      changed()
    }
  }
}
