import type { Clock } from './clock.ts'
import type { Db } from './database.ts'
import type { NewEntry, Receipt } from './outbox-types.ts'
import { newRowId } from './row-id.ts'

export type EntryState = 'waiting' | 'sending' | 'unknown' | 'done' | 'dead' | 'cancelled'
export type EntryRow = Readonly<{
  id: string, target: string, kind: string, key: string, lane: string | null, subject: string | null, payload: string, state: EntryState
  priority: number, attempts: number, attemptState: string | null, bytesDone: number, bytesTotal: number | null, nextAt: string, deadlineAt: string | null
  leasedBy: string | null, leaseUntil: string | null, lastError: string | null, receipt: string | null, createdBy: string, createdAt: string, doneAt: string | null
}>
/** One hold on one entry. Whoever lost it changes nothing in the row any more. */
export type Hold = Readonly<{ id: string, leasedBy: string | null, attempts: number }>
export type EntryQuery = Readonly<{ states: readonly EntryState[], target: string | null, subjects: readonly string[] | null, beforeId: string | null, limit: number }>
export type OutboxStore = ReturnType<typeof createOutboxStore>

const columns = `id, target, kind, key, lane, subject, payload, state, priority, attempts, attempt_state "attemptState", bytes_done "bytesDone", bytes_total "bytesTotal",
  next_at "nextAt", deadline_at "deadlineAt", leased_by "leasedBy", lease_until "leaseUntil", last_error "lastError", receipt, created_by "createdBy", created_at "createdAt", done_at "doneAt"`
const held = `id = @id and leased_by = @leasedBy and attempts = @attempts and state = 'sending'`
const open = `('waiting', 'sending', 'unknown')`
/** The first of its lane: none that is open stands before it. */
const isFirst = `(o.lane is null or not exists (select 1 from outbox p where p.target = o.target and p.lane = o.lane and p.state in ${open} and p.rowid < o.rowid))`

/** The SQL of the outbox: prepared, because it runs every second and at every step of an upload. */
export function createOutboxStore({ sqlite }: Db, clock: Clock) {
  const later = (ms: number) => new Date(clock.now().getTime() + ms).toISOString()
  const get = sqlite.prepare<[string], EntryRow>(`select ${columns} from outbox where id = ?`)
  const byKey = sqlite.prepare<[string, string], { id: string }>(`select id from outbox where target = ? and key = ?`)
  const insert = sqlite.prepare(`
    insert into outbox (id, target, kind, key, lane, subject, payload, state, priority, attempts, bytes_done, bytes_total, next_at, deadline_at, created_by, created_at)
    values (?, ?, ?, ?, ?, ?, ?, 'waiting', ?, 0, 0, ?, ?, ?, ?, ?) on conflict (target, key) do nothing`)
  const next = sqlite.prepare<[string, string], { id: string }>(
    `select o.id from outbox o where o.kind = ? and o.state in ('waiting', 'unknown') and o.next_at <= ? and ${isFirst} order by o.priority desc, o.rowid limit 1`)
  const take = sqlite.prepare<[string, string, string], EntryRow>(
    `update outbox set state = 'sending', attempts = attempts + 1, leased_by = ?, lease_until = ? where id = ? and state in ('waiting', 'unknown') returning ${columns}`)
  const isHeld = sqlite.prepare<[Hold], EntryRow>(`select ${columns} from outbox where ${held}`)
  const renew = sqlite.prepare<[Hold & { until: string }]>(`update outbox set lease_until = @until where ${held}`)
  const sending = sqlite.prepare<[], EntryRow>(`select ${columns} from outbox where state = 'sending'`)
  const keep = sqlite.prepare<[Hold & { text: string | null }]>(`update outbox set attempt_state = @text where ${held}`)
  const progress = sqlite.prepare<[Hold & { done: number, total: number | null }]>(`update outbox set bytes_done = @done, bytes_total = coalesce(@total, bytes_total) where ${held}`)
  const letGo = sqlite.prepare<[Hold & { state: EntryState, counts: number, nextAt: string, error: string | null }]>(
    `update outbox set state = @state, attempts = attempts - (1 - @counts), next_at = @nextAt, last_error = coalesce(@error, last_error), leased_by = null, lease_until = null where ${held}`)
  const finish = sqlite.prepare<[Hold & { state: EntryState, error: string | null, receipt: string | null, at: string }]>(`
    update outbox set state = @state, last_error = coalesce(@error, last_error), receipt = @receipt, done_at = @at, leased_by = null, lease_until = null,
      attempt_state = case when @state = 'done' then null else attempt_state end, bytes_done = case when @state = 'done' then coalesce(bytes_total, bytes_done) else bytes_done end where ${held}`)
  const close = sqlite.prepare<[string, string, string, string]>(
    `update outbox set state = ?, last_error = ?, done_at = ?, leased_by = null, lease_until = null where id = ? and state in ${open}`)
  const reopen = sqlite.prepare<[string, string, string]>(
    `update outbox set state = ?, attempts = 0, next_at = ?, done_at = null, deadline_at = null where id = ? and state in ('dead', 'cancelled', 'waiting', 'unknown')`)
  const late = sqlite.prepare<[string], EntryRow>(`select ${columns} from outbox where state in ('waiting', 'unknown') and deadline_at < ?`)
  const counts = sqlite.prepare<[], { target: string, state: EntryState, n: number }>(`select target, state, count(*) n from outbox where state in ('waiting', 'sending', 'unknown', 'dead') group by target, state`)
  const before = sqlite.prepare<[string], { n: number }>(
    `select count(*) n from outbox p join outbox o on o.id = ? where p.target = o.target and p.lane = o.lane and p.state in ${open} and p.rowid < o.rowid`)
  const soon = sqlite.prepare<[string, string, string]>(`update outbox set next_at = ? where target = ? and state in ('waiting', 'unknown') and next_at > ?`)

  return {
    atomically: <T>(act: () => T): T => sqlite.transaction(act)(),
    get: (id: string): EntryRow | null => get.get(id) ?? null,
    /** Call it inside the transaction of the cause. The id of the row that stands for this key, new or not. */
    insert({ kind, key, payload, lane = null, subject = null, priority = 0, notBefore, bytesTotal = null, by }: NewEntry, target: string, deadlineMs: number | null): string {
      const id = newRowId()
      const deadline = deadlineMs === null ? null : later(deadlineMs)
      insert.run(id, target, kind, key, lane, subject, JSON.stringify(payload), priority, bytesTotal, (notBefore ?? clock.now()).toISOString(), deadline, by, clock.iso())
      return byKey.get(target, key)?.id ?? id
    },
    /** Takes the next of a kind whose time has come. `wasUnknown`: it has to be looked up before it is sent. */
    take(kind: string, owner: string, ms: number): Readonly<{ row: EntryRow, wasUnknown: boolean }> | null {
      const found = next.get(kind, clock.iso())
      if (found === undefined) return null
      return sqlite.transaction(() => {
        const was = get.get(found.id)
        const row = take.get(owner, later(ms), found.id)
        return row === undefined || was === undefined ? null : { row, wasUnknown: was.state === 'unknown' }
      })()
    },
    renew(hold: Hold, ms: number, atLeastMs: number): boolean {
      const row = isHeld.get(hold)
      if (row === undefined) return false
      return (row.leaseUntil ?? '') > later(atLeastMs) || renew.run({ ...hold, until: later(ms) }).changes === 1
    },
    sending: (): EntryRow[] => sending.all(),
    keep: (hold: Hold, state: unknown): boolean => keep.run({ ...hold, text: state === null || state === undefined ? null : JSON.stringify(state) }).changes === 1,
    progress: (hold: Hold, done: number, total: number | null): void => { progress.run({ ...hold, done, total }) },
    /** Back among those that are to be sent, or looked up. */
    letGo: (hold: Hold, state: 'waiting' | 'unknown', { inMs, counts: isCounted, error }: Readonly<{ inMs: number, counts: boolean, error: string | null }>): boolean =>
      letGo.run({ ...hold, state, counts: isCounted ? 1 : 0, nextAt: later(inMs), error }).changes === 1,
    finish: (hold: Hold, state: 'done' | 'dead' | 'cancelled', { error = null, receipt = null }: Readonly<{ error?: string | null, receipt?: Receipt | null }>): boolean =>
      finish.run({ ...hold, state, error, receipt: receipt === null ? null : JSON.stringify(receipt), at: clock.iso() }).changes === 1,
    /** By a person or by time, whoever holds it. */
    close: (id: string, state: 'dead' | 'cancelled', reason: string): boolean => close.run(state, reason, clock.iso(), id).changes === 1,
    /** As `unknown` where it may have arrived and can be looked up. */
    reopen: (id: string, state: 'waiting' | 'unknown'): boolean => reopen.run(state, clock.iso(), id).changes === 1,
    late: (): EntryRow[] => late.all(clock.iso()),
    counts: (): readonly Readonly<{ target: string, state: EntryState, n: number }>[] => counts.all(),
    standsBefore: (id: string): number => before.get(id)?.n ?? 0,
    /** The target answers again: nobody waits out a pause that was meant for its silence. */
    hasten: (target: string): void => { soon.run(clock.iso(), target, clock.iso()) },
    list({ states, target, subjects, beforeId, limit }: EntryQuery): EntryRow[] {
      const conditions = [
        `state in (${states.map(() => '?').join(', ')})`, ...(target === null ? [] : ['target = ?']),
        ...(subjects === null ? [] : [`subject in (select value from json_each(?))`]), ...(beforeId === null ? [] : ['rowid < (select rowid from outbox where id = ?)'])
      ]
      const values = [...states, ...(target === null ? [] : [target]), ...(subjects === null ? [] : [JSON.stringify(subjects)]), ...(beforeId === null ? [] : [beforeId]), limit]
      return sqlite.prepare<unknown[], EntryRow>(`select ${columns} from outbox where ${conditions.join(' and ')} order by rowid desc limit ?`).all(...values)
    },
    /** What has left in a span of time, newest first. */
    doneBetween: (from: string, to: string, limit: number): EntryRow[] =>
      sqlite.prepare<unknown[], EntryRow>(`select ${columns} from outbox where state = 'done' and done_at >= ? and done_at < ? order by done_at desc, rowid desc limit ?`).all(from, to, limit)
  }
}
